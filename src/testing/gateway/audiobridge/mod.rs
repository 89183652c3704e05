//! AudioBridge: rooms with numbers as ids, who is in them, and what they are told. Nothing is mixed,
//! recorded or sent on: forwarders and files are kept as far as they can be asked about.

use std::{collections::BTreeMap, mem};

use serde_json::{Map, Value};

use super::{
    Gateway, Object,
    checks::{Key, Kind, Wrong, check, optional, required},
    plugins::error_event,
    request::Request,
    webrtc::Jsep,
};

mod files;
mod forward;
mod join;
mod moderation;
mod rooms;

pub(super) use files::File;
use forward::Forwarder;

const REQUEST: &[Key] = &[required("request", Kind::Text)];
const ROOM: &[Key] = &[required("room", Kind::Positive)];
const ID: &[Key] = &[required("id", Kind::Positive)];
const SECRET: &[Key] = &[optional("secret", Kind::Text)];

/// All rooms.
#[derive(Debug, Default)]
pub(super) struct Bridge {
    rooms: BTreeMap<u64, Room>,
    /// Events that follow the answer: to a room but one, the data.
    later: Vec<(u64, Option<u64>, String)>,
}

#[derive(Debug, Default)]
struct Room {
    description: String,
    secret: Option<String>,
    pin: Option<String>,
    is_private: bool,
    /// Who may come in, if that is asked.
    tokens: Vec<String>,
    checks_tokens: bool,
    sampling_rate: i64,
    spatial: bool,
    record: bool,
    mjrs: bool,
    muted: bool,
    plain_rtp: bool,
    levels: bool,
    groups: Vec<String>,
    people: BTreeMap<u64, Person>,
    files: Vec<File>,
    forwarders: BTreeMap<u64, Forwarder>,
}

/// Somebody in a room.
#[derive(Clone, Debug, Default)]
struct Person {
    session: u64,
    handle: u64,
    display: Option<String>,
    muted: bool,
    /// `None` where no levels come.
    talking: Option<bool>,
    position: i64,
    /// Plain RTP that Janus takes for connected.
    rtp: bool,
    suspended: bool,
    paused: bool,
}

/// Where a handle is: the room, and its id there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Seat {
    room: u64,
    id: u64,
}

/// A refusal: its code and text.
struct Failed(i64, String);

type Outcome<T> = Result<T, Failed>;

impl From<Wrong> for Failed {
    fn from(wrong: Wrong) -> Self {
        Self(wrong.code(483, 484), wrong.text())
    }
}

fn fail<T>(code: i64, reason: impl Into<String>) -> Outcome<T> {
    Err(Failed(code, reason.into()))
}

/// A message that says what it is about, and of which room.
fn about(what: &str, room: u64) -> Object {
    Object::new().text("audiobridge", what).id("room", room)
}

fn success() -> Object {
    Object::new().text("audiobridge", "success")
}

/// A key of a request whose keys have been checked.
fn text<'a>(body: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    body.get(key).and_then(Value::as_str)
}

fn flag(body: &Map<String, Value>, key: &str) -> Option<bool> {
    body.get(key).and_then(Value::as_bool)
}

fn number(body: &Map<String, Value>, key: &str) -> Option<i64> {
    body.get(key).and_then(Value::as_i64)
}

fn id(body: &Map<String, Value>, key: &str) -> u64 {
    body.get(key).and_then(Value::as_u64).unwrap_or(0)
}

/// Whether the request brings what is asked for, under that key.
fn authorize(wanted: Option<&str>, body: &Map<String, Value>, key: &'static str) -> Outcome<()> {
    let Some(wanted) = wanted else {
        return Ok(());
    };
    check(body, &[required(key, Kind::Text)])?;
    if text(body, key) == Some(wanted) {
        return Ok(());
    }
    fail(489, format!("Unauthorized (wrong {key})"))
}

impl Gateway {
    /// One request: about rooms it is answered at once, about the handle's place in one by an event.
    pub(super) fn audiobridge(&mut self, request: &Request<'_>, body: &Value, jsep: Option<&Jsep>) {
        let none = Map::new();
        let body = body.as_object().unwrap_or(&none);
        let name = text(body, "request")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let is_own = ["join", "configure", "changeroom", "leave", "hangup"].contains(&&*name);
        if is_own {
            self.ack(request, None);
            let outcome = self.bridge_place(request, &name, body, jsep);
            let (data, jsep) = outcome.unwrap_or_else(|Failed(code, reason)| {
                (error_event("audiobridge", code, &reason), None)
            });
            let (session, handle) = (request.session, request.handle);
            let transaction = Some(request.transaction);
            self.plugin_event(session, handle, transaction, &data.end(), jsep.as_deref());
        } else {
            let outcome = check(body, REQUEST).map_err(Failed::from);
            let outcome = outcome.and_then(|()| self.bridge_rooms(request, &name, body));
            let answer = outcome
                .unwrap_or_else(|Failed(code, reason)| error_event("audiobridge", code, &reason));
            self.synchronous_text(request, &answer.end());
        }
        for (room, but, data) in mem::take(&mut self.bridge.later) {
            self.tell_room(room, but, &data);
        }
        if name == "hangup" {
            self.hangup(request.session, request.handle, "Close PC");
        }
    }

    fn bridge_rooms(
        &mut self,
        request: &Request<'_>,
        name: &str,
        body: &Map<String, Value>,
    ) -> Outcome<Object> {
        let newer = self.settings.version != crate::testing::Version::V1_1_2;
        match name {
            "create" => self.bridge_create(body),
            "edit" => self.bridge_edit(body),
            "destroy" => self.bridge_destroy(body),
            "list" => Ok(self.bridge_list()),
            "exists" => self.bridge_exists(body),
            "allowed" => self.bridge_allowed(body),
            "enable_recording" => self.bridge_record(body),
            "enable_mjrs" => self.bridge_mjrs(body),
            "mute" | "unmute" => self.bridge_mute(body, name == "mute"),
            "mute_room" | "unmute_room" => self.bridge_mute_room(body, name == "mute_room"),
            "kick" => self.bridge_kick(body),
            "kick_all" => self.bridge_kick_all(body),
            "listparticipants" => self.bridge_people(body),
            "resetdecoder" => self.bridge_reset(request),
            "suspend" | "resume" if newer => self.bridge_suspend(request, body, name == "suspend"),
            "rtp_forward" => self.bridge_forward(body),
            "stop_rtp_forward" => self.bridge_stop_forward(body),
            "listforwarders" => self.bridge_forwarders(body),
            "play_file" => self.bridge_play(body),
            "is_playing" => self.bridge_is_playing(body),
            "stop_file" => self.bridge_stop_file(body),
            "listannouncements" if newer => self.bridge_announcements(body),
            "stop_all_files" if newer => self.bridge_stop_files(body),
            // `denoise_enable` too: Debian's are built without RNNoise.
            _ => {
                let name = text(body, "request").unwrap_or_default();
                fail(482, format!("Unknown request '{name}'"))
            }
        }
    }

    /// The room of a request, which must be there.
    fn bridge_room(&mut self, body: &Map<String, Value>) -> Outcome<(u64, &mut Room)> {
        let id = id(body, "room");
        match self.bridge.rooms.get_mut(&id) {
            Some(room) => Ok((id, room)),
            None => fail(485, format!("No such room ({id})")),
        }
    }

    /// The room of a request that may change it.
    fn bridge_own_room(&mut self, body: &Map<String, Value>) -> Outcome<(u64, &mut Room)> {
        check(body, ROOM)?;
        let (id, room) = self.bridge_room(body)?;
        authorize(room.secret.as_deref(), body, "secret")?;
        Ok((id, room))
    }

    /// Tells everybody in a room but one.
    fn tell_room(&mut self, room: u64, but: Option<u64>, data: &str) {
        let Some(found) = self.bridge.rooms.get(&room) else {
            return;
        };
        let people = found.people.iter();
        let people = people.filter(|(id, person)| Some(**id) != but && !person.paused);
        let people: Vec<_> = people.map(|(_, it)| (it.session, it.handle)).collect();
        for (session, handle) in people {
            self.plugin_event(session, handle, None, data, None);
        }
    }

    /// Somebody, as lists and events show them; `talking` is in lists only.
    fn entry(&mut self, seat: Seat, in_list: bool) -> Option<Object> {
        let room = self.bridge.rooms.get(&seat.room)?;
        let (person, spatial) = (room.people.get(&seat.id)?.clone(), room.spatial);
        let up = self.find(person.handle);
        let setup = person.rtp || up.is_some_and(|(_, handle)| handle.peer.is_up());
        let mut entry = Object::new().id("id", seat.id);
        if let Some(display) = &person.display {
            entry = entry.text("display", display);
        }
        entry = entry.flag("setup", setup).flag("muted", person.muted);
        if let Some(talking) = person.talking.filter(|_| in_list) {
            entry = entry.flag("talking", talking);
        }
        if spatial {
            entry = entry.number("spatial_position", person.position);
        }
        if person.suspended {
            entry = entry.flag("suspended", true);
        }
        Some(entry)
    }

    /// All in a room but one; `only_heard` leaves out those who get no events.
    fn entries(&mut self, room: u64, but: Option<u64>, only_heard: bool) -> String {
        let found = self.bridge.rooms.get(&room);
        let people = found.iter().flat_map(|room| room.people.iter());
        let people = people.filter(|(_, person)| !(only_heard && person.paused));
        let ids: Vec<u64> = people.map(|(id, _)| *id).collect();
        let ids = ids.into_iter().filter(|id| Some(*id) != but);
        let entries = ids.filter_map(|id| self.entry(Seat { room, id }, true));
        let entries: Vec<String> = entries.map(Object::end).collect();
        format!("[{}]", entries.join(","))
    }

    /// Tells the others what somebody is like now.
    fn tell_change(&mut self, seat: Seat, but: Option<u64>) {
        if let Some(entry) = self.entry(seat, false) {
            let event =
                about("event", seat.room).raw("participants", &format!("[{}]", entry.end()));
            self.tell_room(seat.room, but, &event.end());
        }
    }

    /// A handle is not in its room any more; the others are told.
    pub(super) fn bridge_left(&mut self, seat: Option<Seat>) -> Option<Seat> {
        let seat = seat?;
        let room = self.bridge.rooms.get_mut(&seat.room)?;
        room.people.remove(&seat.id)?;
        let event = about("event", seat.room).id("leaving", seat.id);
        self.tell_room(seat.room, None, &event.end());
        Some(seat)
    }

    /// A handle's PeerConnection is gone, and with it the place in the room.
    pub(super) fn bridge_media_gone(&mut self, handle: u64) {
        let seat = self.find(handle).and_then(|(_, found)| found.seat.take());
        self.bridge_left(seat);
    }

    /// A handle's PeerConnection stands: the others are told.
    pub(super) fn bridge_peer_up(&mut self, handle: u64) {
        if let Some(seat) = self.find(handle).and_then(|(_, found)| found.seat) {
            self.tell_change(seat, Some(seat.id));
        }
    }

    /// Somebody begins or ends to talk, which all are told in rooms that are made so.
    pub(in crate::testing) fn bridge_talks(&mut self, handle: u64, talks: bool) {
        let Some(seat) = self.find(handle).and_then(|(_, found)| found.seat) else {
            return;
        };
        let Some(room) = self.bridge.rooms.get_mut(&seat.room) else {
            return;
        };
        let levels = room.levels;
        let person = room.people.get_mut(&seat.id);
        let before = person.and_then(|person| person.talking.replace(talks));
        if levels && before.unwrap_or(false) != talks {
            let what = if talks { "talking" } else { "stopped-talking" };
            let event = about(what, seat.room).id("id", seat.id);
            self.tell_room(seat.room, None, &event.end());
        }
    }
}
