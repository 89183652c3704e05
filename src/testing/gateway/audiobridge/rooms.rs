//! Making, changing, finding and ending rooms.

use serde_json::{Map, Value};

use super::{
    Failed, Outcome, ROOM, Room, about, authorize, check, fail, flag, id, number, success, text,
};
use crate::testing::gateway::{
    Gateway, Object,
    checks::{Key, Kind, optional, required},
};

const CREATE: &[Key] = &[
    optional("description", Kind::Text),
    optional("secret", Kind::Text),
    optional("pin", Kind::Text),
    optional("is_private", Kind::Flag),
    optional("allowed", Kind::Array),
    optional("sampling_rate", Kind::Positive),
    optional("sampling", Kind::Positive),
    optional("spatial_audio", Kind::Flag),
    optional("record", Kind::Flag),
    optional("record_file", Kind::Text),
    optional("record_dir", Kind::Text),
    optional("mjrs", Kind::Flag),
    optional("mjrs_dir", Kind::Text),
    optional("allow_rtp_participants", Kind::Flag),
    optional("permanent", Kind::Flag),
    optional("audiolevel_ext", Kind::Flag),
    optional("audiolevel_event", Kind::Flag),
    optional("audio_active_packets", Kind::Positive),
    optional("audio_level_average", Kind::Positive),
    optional("default_expectedloss", Kind::Positive),
    optional("default_bitrate", Kind::Positive),
    optional("groups", Kind::Array),
    optional("room", Kind::Positive),
];
const EDIT: &[Key] = &[
    optional("secret", Kind::Text),
    optional("new_description", Kind::Text),
    optional("new_secret", Kind::Text),
    optional("new_pin", Kind::Text),
    optional("new_is_private", Kind::Flag),
    optional("new_record_dir", Kind::Text),
    optional("new_mjrs_dir", Kind::Text),
    optional("permanent", Kind::Flag),
];
const DESTROY: &[Key] = &[optional("permanent", Kind::Flag)];
const ALLOWED: &[Key] = &[
    optional("secret", Kind::Text),
    required("action", Kind::Text),
    optional("allowed", Kind::Array),
];
const RECORD: &[Key] = &[
    required("record", Kind::Flag),
    optional("record_file", Kind::Text),
    optional("record_dir", Kind::Text),
];
const MJRS: &[Key] = &[
    required("mjrs", Kind::Flag),
    optional("mjrs_dir", Kind::Text),
];

/// An array of texts, under that key.
fn texts(body: &Map<String, Value>, key: &str) -> Outcome<Option<Vec<String>>> {
    let Some(list) = body.get(key).and_then(Value::as_array) else {
        return Ok(None);
    };
    let texts = list.iter().map(|it| it.as_str().map(str::to_owned));
    match texts.collect() {
        Some(texts) => Ok(Some(texts)),
        None => fail(
            484,
            format!("Invalid element in the {key} array (not a string)"),
        ),
    }
}

/// A text that is there and says something.
fn filled(body: &Map<String, Value>, key: &str) -> Option<String> {
    text(body, key)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

impl Gateway {
    pub(super) fn bridge_create(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, CREATE)?;
        let allowed = texts(body, "allowed")?;
        if body
            .get("groups")
            .and_then(Value::as_array)
            .is_some_and(|it| it.len() > 5)
        {
            return fail(484, "Too many groups specified (max 5 allowed)");
        }
        let groups = texts(body, "groups")?.unwrap_or_default();
        let mut id = id(body, "room");
        if self.bridge.rooms.contains_key(&id) {
            return fail(486, format!("Room {id} already exists"));
        }
        let rate = number(body, "sampling_rate").or(number(body, "sampling"));
        let sampling_rate = rate.unwrap_or(16_000);
        if ![8_000, 12_000, 16_000, 24_000, 48_000].contains(&sampling_rate) {
            return fail(499, format!("Unsupported sampling rate {sampling_rate}"));
        }
        while id == 0 || self.bridge.rooms.contains_key(&id) {
            id = self.random.id();
        }
        let is = |key: &str| flag(body, key).unwrap_or(false);
        let room = Room {
            description: filled(body, "description").unwrap_or_else(|| format!("Room {id}")),
            secret: text(body, "secret").map(str::to_owned),
            pin: text(body, "pin").map(str::to_owned),
            is_private: is("is_private"),
            checks_tokens: allowed.is_some(),
            tokens: allowed.unwrap_or_default(),
            sampling_rate,
            spatial: is("spatial_audio"),
            record: is("record"),
            mjrs: is("mjrs"),
            plain_rtp: is("allow_rtp_participants"),
            levels: is("audiolevel_event"),
            groups,
            ..Room::default()
        };
        self.bridge.rooms.insert(id, room);
        Ok(about("created", id).flag("permanent", is("permanent")))
    }

    pub(super) fn bridge_edit(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, EDIT)?;
        let (id, room) = self.bridge_own_room(body)?;
        if let Some(description) = filled(body, "new_description") {
            room.description = description;
        }
        if let Some(is_private) = flag(body, "new_is_private") {
            room.is_private = is_private;
        }
        if let Some(secret) = filled(body, "new_secret") {
            room.secret = Some(secret);
        }
        // An empty one takes it away.
        if body.contains_key("new_pin") {
            room.pin = filled(body, "new_pin");
        }
        let permanent = flag(body, "permanent").unwrap_or(false);
        Ok(about("edited", id).flag("permanent", permanent))
    }

    pub(super) fn bridge_destroy(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, DESTROY)?;
        let (id, _) = self.bridge_own_room(body)?;
        let permanent = flag(body, "permanent").unwrap_or(false);
        self.tell_room(id, None, &about("destroyed", id).end());
        if let Some(room) = self.bridge.rooms.remove(&id) {
            for person in room.people.into_values() {
                if let Some((_, found)) = self.find(person.handle) {
                    found.seat = None;
                }
                self.hangup(person.session, person.handle, "Close PC");
            }
        }
        Ok(about("destroyed", id).flag("permanent", permanent))
    }

    pub(super) fn bridge_list(&self) -> Object {
        let rooms = self.bridge.rooms.iter();
        let rooms = rooms.filter(|(_, room)| !room.is_private);
        let rooms = rooms.map(|(id, room)| {
            let count = i64::try_from(room.people.len()).unwrap_or(i64::MAX);
            Object::new()
                .id("room", *id)
                .text("description", &room.description)
                .number("sampling_rate", room.sampling_rate)
                .flag("spatial_audio", room.spatial)
                .flag("pin_required", room.pin.is_some())
                .flag("record", room.record)
                .flag("muted", room.muted)
                .number("num_participants", count)
                .end()
        });
        let rooms: Vec<String> = rooms.collect();
        success().raw("list", &format!("[{}]", rooms.join(",")))
    }

    pub(super) fn bridge_exists(&self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, ROOM)?;
        let id = id(body, "room");
        let exists = self.bridge.rooms.contains_key(&id);
        Ok(success().id("room", id).flag("exists", exists))
    }

    pub(super) fn bridge_allowed(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, ALLOWED)?;
        check(body, ROOM)?;
        let word = text(body, "action").unwrap_or_default();
        let action = word.to_ascii_lowercase();
        if !["enable", "disable", "add", "remove"].contains(&&*action) {
            return fail(484, format!("Unsupported action '{word}' (allowed)"));
        }
        let (id, room) = self.bridge_own_room(body)?;
        match &*action {
            "enable" => room.checks_tokens = true,
            "disable" => room.checks_tokens = false,
            _ => {
                let tokens = texts(body, "allowed")?.unwrap_or_default();
                room.tokens.retain(|token| !tokens.contains(token));
                if action == "add" {
                    room.tokens.extend(tokens);
                }
            }
        }
        let answer = success().id("room", id);
        if action == "disable" {
            return Ok(answer);
        }
        Ok(answer.value("allowed", &Value::from(room.tokens.clone())))
    }

    pub(super) fn bridge_record(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, RECORD)?;
        let (_, room) = self.bridge_own_room(body)?;
        room.record = flag(body, "record").unwrap_or(false);
        Ok(success().flag("record", room.record))
    }

    pub(super) fn bridge_mjrs(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, MJRS)?;
        let (_, room) = self.bridge_own_room(body)?;
        room.mjrs = flag(body, "mjrs").unwrap_or(false);
        Ok(success().flag("mjrs", room.mjrs))
    }
}

/// What `join` and `changeroom` ask of whoever comes.
pub(super) fn may_come_in(room: &Room, body: &Map<String, Value>) -> Outcome<()> {
    authorize(room.pin.as_deref(), body, "pin")?;
    if room.checks_tokens {
        let token = text(body, "token");
        if !room.tokens.iter().any(|it| Some(it.as_str()) == token) {
            return Err(Failed(
                489,
                "Unauthorized (not in the allowed list)".to_owned(),
            ));
        }
    }
    if body.contains_key("secret") {
        authorize(room.secret.as_deref(), body, "secret")?;
    }
    if room.groups.is_empty() {
        return Ok(());
    }
    check(body, &[required("group", Kind::Text)])?;
    let group = text(body, "group").unwrap_or_default();
    if room.groups.iter().any(|it| it == group) {
        return Ok(());
    }
    fail(494, format!("No such group ({group})"))
}
