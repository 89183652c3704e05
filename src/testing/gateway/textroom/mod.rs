//! The TextRoom plugin, as far as the Janus API goes: there are no data channels here, so that nobody
//! hears the events of rooms.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    Gateway, Object,
    checks::{Key, Kind, check, optional, required},
    plugins::error_event,
    request::Request,
    webrtc::Jsep,
};

mod members;
mod rooms;

pub(super) use rooms::Room;

/// All rooms, by number.
pub(super) type Rooms = BTreeMap<u64, Room>;

/// What is carried out at once; everything else that may be asked is about the PeerConnection.
const AT_ONCE: &[&str] = &[
    "list",
    "listparticipants",
    "exists",
    "create",
    "edit",
    "announcement",
    "allowed",
    "kick",
    "destroy",
];

const REQUEST: &[Key] = &[required("request", Kind::Text)];
const VERB: &[Key] = &[optional("textroom", Kind::Text)];
const ROOM: &[Key] = &[required("room", Kind::Positive)];

/// What a request comes to: the data of the answer, or a code and a text.
type Outcome = Result<Object, (i64, String)>;

fn success() -> Object {
    Object::new().text("textroom", "success")
}

fn refused<T>(code: i64, reason: impl Into<String>) -> Result<T, (i64, String)> {
    Err((code, reason.into()))
}

/// What is said for a refusal inside of the plugin.
fn error(code: i64, reason: &str) -> Object {
    Object::new()
        .text("textroom", "error")
        .number("error_code", code)
        .text("error", reason)
}

/// One request about rooms.
struct Asked<'a> {
    handle: u64,
    body: &'a Map<String, Value>,
}

impl Asked<'_> {
    fn checked(&self, keys: &[Key]) -> Result<(), (i64, String)> {
        check(self.body, keys).map_err(|wrong| (wrong.code(413, 414), wrong.text()))
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.body.get(key).and_then(Value::as_str)
    }

    fn flag(&self, key: &str) -> bool {
        self.body.get(key) == Some(&Value::Bool(true))
    }

    fn has(&self, key: &str) -> bool {
        self.body.contains_key(key)
    }

    /// The number of the room, whether there is one or not.
    fn room(&self) -> Result<u64, (i64, String)> {
        self.checked(ROOM)?;
        let room = self.body.get("room").and_then(Value::as_u64);
        Ok(room.unwrap_or_default())
    }

    /// Checks what a room is locked with.
    fn unlocks(&self, lock: Option<&str>, key: &'static str) -> Result<(), (i64, String)> {
        let Some(lock) = lock else {
            return Ok(());
        };
        self.checked(&[required(key, Kind::Text)])?;
        if self.text(key) == Some(lock) {
            return Ok(());
        }
        refused(419, format!("Unauthorized (wrong {key})"))
    }
}

/// The texts of an array; `None` if there is something else in it.
fn texts(array: &Value) -> Option<Vec<String>> {
    let texts = array.as_array().into_iter().flatten();
    texts.map(|text| text.as_str().map(str::to_owned)).collect()
}

impl Gateway {
    pub(super) fn textroom(&mut self, request: &Request<'_>, body: &Value, jsep: Option<&Jsep>) {
        let none = Map::new();
        let body = body.as_object().unwrap_or(&none);
        let asked = Asked {
            handle: request.handle,
            body,
        };
        let outer = |(code, reason): (i64, String)| error_event("textroom", code, &reason);
        let answer = match asked.checked(REQUEST) {
            Err(wrong) => outer(wrong),
            Ok(()) => {
                let word = asked.text("request").unwrap_or_default();
                match word.to_ascii_lowercase().as_str() {
                    "setup" | "ack" | "restart" => {
                        self.ack(request, None);
                        self.text_peer(request, word, jsep);
                        return;
                    }
                    verb if AT_ONCE.contains(&verb) => self.text_request(&asked),
                    _ => outer((415, format!("Unknown request '{word}'"))),
                }
            }
        };
        self.synchronous_text(request, &answer.end());
    }

    /// A request that data channels have too: its verb is under `textroom`, if it is there.
    fn text_request(&mut self, asked: &Asked<'_>) -> Object {
        let verb = asked.text("textroom").or(asked.text("request"));
        let verb = verb.unwrap_or_default();
        let outcome = asked
            .checked(VERB)
            .and_then(|()| match verb.to_ascii_lowercase().as_str() {
                "list" => Ok(self.text_list()),
                "listparticipants" => self.text_participants(asked),
                "exists" => self.text_exists(asked),
                "create" => self.text_create(asked),
                "edit" => self.text_edit(asked),
                "destroy" => self.text_destroy(asked),
                "allowed" => self.text_allowed(asked),
                "kick" => self.text_kick(asked),
                "announcement" => self.text_announcement(asked),
                "join" => self.text_join(asked),
                "leave" => self.text_leave(asked),
                "message" if asked.body.get("ack") == Some(&Value::Bool(false)) => {
                    // Janus frees the message twice then, and may end by it.
                    self.text_message(asked)
                        .map(|_| error_event("textroom", 412, "JSON error: not an object"))
                }
                "message" => self.text_message(asked),
                _ => refused(415, format!("Unsupported request {verb}")),
            });
        outcome.unwrap_or_else(|(code, reason)| error(code, &reason))
    }

    /// `setup`, `ack`, `restart`, which are answered by an event.
    fn text_peer(&mut self, request: &Request<'_>, word: &str, jsep: Option<&Jsep>) {
        let (session, handle) = (request.session, request.handle);
        let Some((_, found)) = self.find(handle) else {
            return;
        };
        let offers = !word.eq_ignore_ascii_case("ack");
        let is_first = word.eq_ignore_ascii_case("setup");
        let refusal = match (is_first, found.text_setup) {
            (true, true) => Some("PeerConnection already setup"),
            (false, false) if offers => Some("PeerConnection not setup"),
            _ => None,
        };
        let transaction = Some(request.transaction);
        if let Some(reason) = refusal {
            let error = error(416, reason).end();
            self.plugin_event(session, handle, transaction, &error, None);
            return;
        }
        found.text_setup |= is_first;
        let offer = offers.then(|| self.data_offer(handle));
        let done = Object::new()
            .text("textroom", "event")
            .text("result", "ok")
            .end();
        self.plugin_event(session, handle, transaction, &done, offer.as_deref());
        if jsep.is_some() && self.settings.media {
            self.peer_up(session, handle);
        }
    }
}
