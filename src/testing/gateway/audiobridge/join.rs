//! A handle's place in a room: taking it, changing it, leaving.

use serde_json::{Map, Value};

use super::{
    Outcome, Person, ROOM, Room, Seat, about, check, fail, flag, id, number, rooms::may_come_in,
    text,
};
use crate::testing::{
    Version,
    gateway::{
        Gateway, Object,
        checks::{Key, Kind, optional},
        request::Request,
        sdp,
        webrtc::Jsep,
    },
};

const JOIN: &[Key] = &[
    optional("display", Kind::Text),
    optional("token", Kind::Text),
    optional("group", Kind::Text),
    optional("muted", Kind::Flag),
    optional("codec", Kind::Text),
    optional("bitrate", Kind::Positive),
    optional("quality", Kind::Positive),
    optional("expected_loss", Kind::Positive),
    optional("volume", Kind::Positive),
    optional("spatial_position", Kind::Positive),
    optional("audio_level_average", Kind::Positive),
    optional("audio_active_packets", Kind::Positive),
    optional("record", Kind::Flag),
    optional("filename", Kind::Text),
    optional("generate_offer", Kind::Flag),
    optional("rtp", Kind::Object),
    optional("secret", Kind::Text),
];
/// Since 1.2.1.
const SUSPENDED: &[Key] = &[
    optional("suspended", Kind::Flag),
    optional("pause_events", Kind::Flag),
];
const OPTIONAL_ID: &[Key] = &[optional("id", Kind::Positive)];
const CONFIGURE: &[Key] = &[
    optional("muted", Kind::Flag),
    optional("bitrate", Kind::Positive),
    optional("quality", Kind::Positive),
    optional("expected_loss", Kind::Positive),
    optional("volume", Kind::Positive),
    optional("group", Kind::Text),
    optional("spatial_position", Kind::Positive),
    optional("record", Kind::Flag),
    optional("filename", Kind::Text),
    optional("display", Kind::Text),
    optional("generate_offer", Kind::Flag),
    optional("update", Kind::Flag),
];

/// An answer, and the session description with it.
type Told = (Object, Option<String>);

impl Gateway {
    pub(super) fn bridge_place(
        &mut self,
        request: &Request<'_>,
        name: &str,
        body: &Map<String, Value>,
        jsep: Option<&Jsep>,
    ) -> Outcome<Told> {
        let seat = self.find(request.handle).and_then(|(_, found)| found.seat);
        let answer = match (name, seat) {
            ("join", None) => self.bridge_join(request, body, jsep)?,
            ("join", Some(_)) => {
                let reason = "Already in a room (use changeroom to join another one)";
                return fail(491, reason);
            }
            ("hangup", _) => Object::new().text("audiobridge", "hangingup"),
            ("configure", Some(seat)) => self.bridge_configure(seat, body)?,
            ("changeroom", seat) => self.bridge_change_room(request, seat, body)?,
            ("leave", Some(seat)) => {
                if let Some((_, found)) = self.find(request.handle) {
                    found.seat = None;
                }
                self.bridge_left(Some(seat));
                about("left", seat.room).id("id", seat.id)
            }
            _ => return fail(487, format!("Can't {name} (not in a room)")),
        };
        Ok((answer, self.bridge_negotiated(request, body, jsep)?))
    }

    /// The answer to an offer, or the offer that was asked for.
    fn bridge_negotiated(
        &mut self,
        request: &Request<'_>,
        body: &Map<String, Value>,
        jsep: Option<&Jsep>,
    ) -> Outcome<Option<String>> {
        let Some(jsep) = jsep else {
            let wanted = flag(body, "generate_offer").unwrap_or(false) && !body.contains_key("rtp");
            return Ok(wanted.then(|| self.bridge_offer(request.handle)));
        };
        if jsep.e2ee {
            return fail(484, "Media encryption unsupported by this plugin");
        }
        if !jsep.is_offer {
            return Ok(None);
        }
        match sdp::parse(&jsep.sdp) {
            Ok(offer) => Ok(Some(self.sdp_answer(request.handle, &offer, [None; 3]))),
            Err(why) => fail(493, format!("Error parsing {}: {why}", jsep.sdp)),
        }
    }

    fn bridge_offer(&mut self, handle: u64) -> String {
        if let Some((_, found)) = self.find(handle) {
            found.peer.described(true);
        }
        let offer = crate::testing::AUDIO_SDP.replace("SAVPF 8", "SAVPF 111");
        let offer = offer + "a=rtpmap:111 opus/48000/2\r\na=sendrecv\r\n";
        Object::new()
            .text("type", "offer")
            .text("sdp", &offer)
            .end()
    }

    fn bridge_join(
        &mut self,
        request: &Request<'_>,
        body: &Map<String, Value>,
        jsep: Option<&Jsep>,
    ) -> Outcome<Object> {
        check(body, JOIN)?;
        let newer = self.settings.version != Version::V1_1_2;
        if newer {
            check(body, SUSPENDED)?;
        }
        check(body, ROOM)?;
        check(body, OPTIONAL_ID)?;
        let rtp = body.get("rtp").and_then(Value::as_object);
        let rtp = rtp.filter(|_| jsep.is_none());
        let (room, found) = self.bridge_room(body)?;
        if rtp.is_some() && !found.plain_rtp {
            return fail(489, "Plain RTP participants not allowed in this room");
        }
        may_come_in(found, body)?;
        let codec = codec(body)?;
        let mut person = Person {
            session: request.session,
            handle: request.handle,
            ..person(body)?
        };
        person.suspended &= newer;
        person.paused &= newer;
        let level = rtp.and_then(|rtp| number(rtp, "audiolevel_ext"));
        person.talking = level.filter(|id| *id > 0).map(|_| false);
        let seat = self.bridge_sit(room, id(body, "id"), person)?;
        let newcomer = self.entry(seat, false).map(Object::end).unwrap_or_default();
        let event = about("joined", room).raw("participants", &format!("[{newcomer}]"));
        self.tell_room(room, Some(seat.id), &event.end());
        let people = self.entries(room, Some(seat.id), true);
        let answer = about("joined", room)
            .id("id", seat.id)
            .raw("participants", &people);
        let Some(rtp) = rtp else {
            return Ok(answer);
        };
        if newer {
            if let Some(person) = self.bridge_at(seat) {
                person.rtp = true;
            }
            if let Some(entry) = self.entry(seat, false) {
                let event = about("event", room).raw("participants", &format!("[{}]", entry.end()));
                self.bridge.later.push((room, Some(seat.id), event.end()));
            }
        }
        let port = 10_000 + 2 * i64::try_from(self.bridge.rooms.len()).unwrap_or(0);
        let payload_type = match codec {
            "pcmu" => 0,
            "pcma" => 8,
            _ => number(rtp, "payload_type")
                .filter(|it| *it > 0)
                .unwrap_or(100),
        };
        let address = Object::new()
            .text("ip", "127.0.0.1")
            .number("port", port)
            .number("payload_type", payload_type);
        Ok(answer.object("rtp", address))
    }

    fn bridge_at(&mut self, seat: Seat) -> Option<&mut Person> {
        self.bridge
            .rooms
            .get_mut(&seat.room)?
            .people
            .get_mut(&seat.id)
    }

    /// Takes a place with that id, or any if it is zero.
    fn bridge_sit(&mut self, room: u64, wanted: u64, person: Person) -> Outcome<Seat> {
        let taken = |room: Option<&Room>, id| room.is_some_and(|it| it.people.contains_key(&id));
        if taken(self.bridge.rooms.get(&room), wanted) {
            return fail(490, format!("User ID {wanted} already exists"));
        }
        let mut id = wanted;
        while id == 0 || taken(self.bridge.rooms.get(&room), id) {
            id = self.random.id();
        }
        let seat = Seat { room, id };
        if let Some((_, found)) = self.find(person.handle) {
            found.seat = Some(seat);
        }
        if let Some(found) = self.bridge.rooms.get_mut(&room) {
            found.people.insert(id, person);
        }
        Ok(seat)
    }

    fn bridge_configure(&mut self, seat: Seat, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, CONFIGURE)?;
        ranges(body)?;
        let mut changed = false;
        if let Some(person) = self.bridge_at(seat) {
            if let Some(muted) = flag(body, "muted") {
                person.muted = muted;
                changed = true;
            }
            if let Some(display) = text(body, "display") {
                person.display = Some(display.to_owned());
                changed = true;
            }
            if let Some(position) = number(body, "spatial_position") {
                person.position = position.min(100);
                changed = true;
            }
        }
        if changed {
            self.tell_change(seat, Some(seat.id));
        }
        Ok(Object::new()
            .text("audiobridge", "event")
            .text("result", "ok"))
    }

    fn bridge_change_room(
        &mut self,
        request: &Request<'_>,
        seat: Option<Seat>,
        body: &Map<String, Value>,
    ) -> Outcome<Object> {
        check(body, JOIN)?;
        check(body, ROOM)?;
        check(body, OPTIONAL_ID)?;
        let Some(seat) = seat else {
            let reason = "Can't change room (not in a room in the first place)";
            return fail(487, reason);
        };
        if id(body, "room") == seat.room {
            return fail(491, "Already in this room");
        }
        let (room, found) = self.bridge_room(body)?;
        may_come_in(found, body)?;
        let wanted = id(body, "id");
        if found.people.contains_key(&wanted) {
            return fail(490, format!("User ID {wanted} already exists"));
        }
        let new = person(body)?;
        let older = self.settings.version == Version::V1_1_2;
        let before = self.bridge_at(seat).map(|it| (it.rtp, it.talking));
        let (rtp, talking) = before.unwrap_or_default();
        let person = Person {
            session: request.session,
            handle: request.handle,
            rtp,
            talking,
            position: match (older, number(body, "spatial_position")) {
                (true, None) => 64,
                _ => new.position,
            },
            suspended: new.suspended && !older,
            paused: new.paused && !older,
            ..new
        };
        self.bridge_left(Some(seat));
        let seat = self.bridge_sit(room, wanted, person)?;
        let newcomer = self.entry(seat, false).map(Object::end).unwrap_or_default();
        let event = about("joined", room).raw("participants", &format!("[{newcomer}]"));
        self.tell_room(room, Some(seat.id), &event.end());
        let people = self.entries(room, Some(seat.id), true);
        Ok(about("roomchanged", room)
            .id("id", seat.id)
            .raw("participants", &people))
    }
}

/// What a request says of somebody who comes.
fn person(body: &Map<String, Value>) -> Outcome<Person> {
    ranges(body)?;
    let suspended = flag(body, "suspended").unwrap_or(false);
    Ok(Person {
        display: text(body, "display").map(str::to_owned),
        muted: flag(body, "muted").unwrap_or(false),
        position: number(body, "spatial_position").unwrap_or(50).min(100),
        suspended,
        paused: suspended && flag(body, "pause_events").unwrap_or(false),
        ..Person::default()
    })
}

fn ranges(body: &Map<String, Value>) -> Outcome<()> {
    if number(body, "quality").is_some_and(|it| !(1..=10).contains(&it)) {
        let reason = "Invalid element (quality should be a positive integer between 1 and 10)";
        return fail(484, reason);
    }
    if number(body, "expected_loss").is_some_and(|it| it > 20) {
        let reason =
            "Invalid element (expected_loss should be a positive integer between 0 and 20)";
        return fail(484, reason);
    }
    Ok(())
}

fn codec(body: &Map<String, Value>) -> Outcome<&str> {
    let codec = text(body, "codec").unwrap_or("opus");
    if ["opus", "pcma", "pcmu"].contains(&codec) {
        return Ok(codec);
    }
    fail(484, "Invalid element (codec must opus, pcmu or pcma)")
}
