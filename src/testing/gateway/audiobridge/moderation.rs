//! Muting, suspending and putting out, and the list of who is there.

use serde_json::{Map, Value};

use super::{ID, Outcome, ROOM, SECRET, Seat, about, authorize, check, fail, flag, id, success};
use crate::testing::{
    Version,
    gateway::{
        Gateway, Object,
        checks::{Key, Kind, optional},
        request::Request,
    },
};

const SUSPEND: &[Key] = &[
    optional("pause_events", Kind::Flag),
    optional("stop_record", Kind::Flag),
];
const RESUME: &[Key] = &[
    optional("record", Kind::Flag),
    optional("filename", Kind::Text),
];

impl Gateway {
    /// The participant of a request that may change it.
    fn bridge_person(&mut self, body: &Map<String, Value>) -> Outcome<Seat> {
        check(body, SECRET)?;
        check(body, ROOM)?;
        check(body, ID)?;
        let (room, found) = self.bridge_own_room(body)?;
        let id = id(body, "id");
        if found.people.contains_key(&id) {
            return Ok(Seat { room, id });
        }
        fail(492, format!("No such user {id} in room {room}"))
    }

    pub(super) fn bridge_mute(&mut self, body: &Map<String, Value>, mute: bool) -> Outcome<Object> {
        let seat = self.bridge_person(body)?;
        let (_, room) = self.bridge_room(body)?;
        let person = room.people.get_mut(&seat.id);
        let before = person.map(|person| std::mem::replace(&mut person.muted, mute));
        if before == Some(mute) {
            return Ok(success());
        }
        self.tell_change(seat, None);
        Ok(success().id("room", seat.room))
    }

    pub(super) fn bridge_mute_room(
        &mut self,
        body: &Map<String, Value>,
        mute: bool,
    ) -> Outcome<Object> {
        check(body, SECRET)?;
        let (id, room) = self.bridge_own_room(body)?;
        if std::mem::replace(&mut room.muted, mute) == mute {
            return Ok(success());
        }
        self.tell_room(id, None, &about("event", id).flag("muted", mute).end());
        Ok(success().id("room", id))
    }

    pub(super) fn bridge_kick(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        let seat = self.bridge_person(body)?;
        let event = about("event", seat.room).id("kicked", seat.id);
        self.tell_room(seat.room, None, &event.end());
        self.bridge_put_out(seat);
        Ok(success())
    }

    pub(super) fn bridge_kick_all(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, SECRET)?;
        let (room, found) = self.bridge_own_room(body)?;
        let people = found.people.iter();
        let people: Vec<_> = people
            .map(|(id, it)| (*id, it.session, it.handle))
            .collect();
        for (id, session, handle) in &people {
            let event = about("event", room).id("kicked_all", *id);
            self.plugin_event(*session, *handle, None, &event.end(), None);
        }
        for (id, ..) in people {
            self.bridge_put_out(Seat { room, id });
        }
        Ok(success())
    }

    /// By closing the PeerConnection: later versions leave those in the room who have none.
    fn bridge_put_out(&mut self, seat: Seat) {
        let room = self.bridge.rooms.get(&seat.room);
        let person = room.and_then(|room| room.people.get(&seat.id));
        let Some((session, handle)) = person.map(|it| (it.session, it.handle)) else {
            return;
        };
        self.hangup(session, handle, "Close PC");
        if self.settings.version == Version::V1_1_2 {
            self.bridge_media_gone(handle);
        }
    }

    pub(super) fn bridge_people(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, ROOM)?;
        let (id, _) = self.bridge_room(body)?;
        let people = self.entries(id, None, false);
        Ok(about("participants", id).raw("participants", &people))
    }

    pub(super) fn bridge_reset(&mut self, request: &Request<'_>) -> Outcome<Object> {
        let place = self.find(request.handle).and_then(|(_, found)| found.seat);
        if place.is_none() {
            return fail(487, "Can't reset (not in a room)");
        }
        Ok(success())
    }

    pub(super) fn bridge_suspend(
        &mut self,
        request: &Request<'_>,
        body: &Map<String, Value>,
        suspend: bool,
    ) -> Outcome<Object> {
        check(body, SECRET)?;
        check(body, ROOM)?;
        check(body, ID)?;
        let (room, found) = self.bridge_room(body)?;
        let seat = Seat {
            room,
            id: id(body, "id"),
        };
        let secret = found.secret.clone();
        let Some(person) = found.people.get(&seat.id) else {
            return fail(492, format!("No such user {} in room {room}", seat.id));
        };
        let before = person.clone();
        // Oneself needs no secret.
        if before.handle != request.handle {
            authorize(secret.as_deref(), body, "secret")?;
        }
        check(body, if suspend { SUSPEND } else { RESUME })?;
        if before.suspended == suspend {
            return Ok(success());
        }
        let pause = suspend && flag(body, "pause_events").unwrap_or(false);
        // Who pauses hears of it still, and who resumes gets what it has missed.
        self.bridge_set(seat, suspend, before.paused);
        let word = if suspend { "suspended" } else { "resumed" };
        let event = about("event", room).id(word, seat.id);
        if before.paused {
            self.bridge_set(seat, false, false);
            let list = self.entries(room, Some(seat.id), false);
            let recap = event.clone().raw("participants", &list).end();
            self.plugin_event(before.session, before.handle, None, &recap, None);
            self.tell_room(room, Some(seat.id), &event.end());
        } else {
            self.tell_room(room, None, &event.end());
        }
        if pause {
            self.bridge_set(seat, true, true);
        }
        Ok(success())
    }

    fn bridge_set(&mut self, seat: Seat, suspended: bool, paused: bool) {
        let room = self.bridge.rooms.get_mut(&seat.room);
        if let Some(person) = room.and_then(|room| room.people.get_mut(&seat.id)) {
            (person.suspended, person.paused) = (suspended, paused);
        }
    }
}
