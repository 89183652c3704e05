//! Creating, changing, destroying, finding and listing rooms.

use serde_json::{Value, json};

use super::{Asked, Gateway, Key, Kind, Object, Outcome, optional, refused, success, texts};

const CREATE: &[Key] = &[
    optional("description", Kind::Text),
    optional("secret", Kind::Text),
    optional("pin", Kind::Text),
    optional("post", Kind::Text),
    optional("is_private", Kind::Flag),
    optional("history", Kind::Positive),
    optional("allowed", Kind::Array),
    optional("permanent", Kind::Flag),
];
const EDIT: &[Key] = &[
    optional("secret", Kind::Text),
    optional("new_description", Kind::Text),
    optional("new_secret", Kind::Text),
    optional("new_pin", Kind::Text),
    optional("new_post", Kind::Text),
    optional("new_is_private", Kind::Flag),
    optional("permanent", Kind::Flag),
];
const DESTROY: &[Key] = &[optional("permanent", Kind::Flag)];
const ID: &[Key] = &[optional("room", Kind::Positive)];

/// A room.
#[derive(Debug)]
pub(in crate::testing) struct Room {
    description: String,
    pub(super) secret: Option<String>,
    pub(super) pin: Option<String>,
    is_private: bool,
    history: i64,
    /// Whether tokens are checked; the list is kept when they are not.
    pub(super) checks_tokens: bool,
    pub(super) tokens: Vec<String>,
    pub(super) members: Vec<Member>,
}

/// Somebody in a room.
#[derive(Debug)]
pub(in crate::testing) struct Member {
    pub(super) handle: u64,
    pub(super) username: String,
    pub(super) display: Option<String>,
}

impl Gateway {
    pub(super) fn text_room(&mut self, number: u64) -> Result<&mut Room, (i64, String)> {
        let room = self.textrooms.get_mut(&number);
        room.ok_or_else(|| (417, format!("No such room ({number})")))
    }

    pub(super) fn text_list(&self) -> Object {
        let public = self.textrooms.iter().filter(|(_, room)| !room.is_private);
        let list = public.map(|(number, room)| {
            json!({"room": number, "description": room.description,
                "pin_required": room.pin.is_some(), "num_participants": room.members.len(),
                "history": room.history})
        });
        success().value("list", &list.collect::<Value>())
    }

    pub(super) fn text_exists(&self, asked: &Asked<'_>) -> Outcome {
        let number = asked.room()?;
        let exists = self.textrooms.contains_key(&number);
        Ok(success().id("room", number).flag("exists", exists))
    }

    pub(super) fn text_create(&mut self, asked: &Asked<'_>) -> Outcome {
        asked.checked(CREATE)?;
        asked.checked(ID)?;
        let tokens = match asked.body.get("allowed") {
            None => Some(Vec::new()),
            Some(array) => texts(array),
        };
        let Some(tokens) = tokens else {
            return refused(414, "Invalid element in the allowed array (not a string)");
        };
        let wanted = asked.body.get("room").and_then(Value::as_u64);
        let number = match wanted.filter(|number| *number > 0) {
            Some(number) if self.textrooms.contains_key(&number) => {
                return refused(418, format!("Room {number} already exists"));
            }
            Some(number) => number,
            None => self.random.id(),
        };
        let text = |key| asked.text(key).map(str::to_owned);
        let room = Room {
            description: text("description")
                .filter(|description| !description.is_empty())
                .unwrap_or_else(|| format!("Room {number}")),
            secret: text("secret"),
            pin: text("pin"),
            is_private: asked.flag("is_private"),
            history: asked
                .body
                .get("history")
                .and_then(Value::as_i64)
                .unwrap_or_default(),
            checks_tokens: asked.has("allowed"),
            tokens,
            members: Vec::new(),
        };
        self.textrooms.insert(number, room);
        Ok(done("created", number, asked))
    }

    pub(super) fn text_edit(&mut self, asked: &Asked<'_>) -> Outcome {
        asked.checked(EDIT)?;
        let number = asked.room()?;
        let room = self.text_room(number)?;
        asked.unlocks(room.secret.as_deref(), "secret")?;
        let new = |key| {
            asked
                .text(key)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        if let Some(description) = new("new_description") {
            room.description = description;
        }
        if asked.has("new_is_private") {
            room.is_private = asked.flag("new_is_private");
        }
        room.secret = new("new_secret").or(room.secret.take());
        room.pin = new("new_pin").or(room.pin.take());
        Ok(done("edited", number, asked))
    }

    pub(super) fn text_destroy(&mut self, asked: &Asked<'_>) -> Outcome {
        asked.checked(DESTROY)?;
        let number = asked.room()?;
        let room = self.text_room(number)?;
        asked.unlocks(room.secret.as_deref(), "secret")?;
        self.textrooms.remove(&number);
        Ok(done("destroyed", number, asked))
    }
}

/// What is said when a room was created, changed or destroyed.
fn done(what: &str, number: u64, asked: &Asked<'_>) -> Object {
    let done = Object::new().text("textroom", what).id("room", number);
    done.flag("permanent", asked.flag("permanent"))
}
