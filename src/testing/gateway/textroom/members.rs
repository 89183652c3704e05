//! Who is in rooms, and what they say.

use serde_json::{Value, json};

use super::{
    Asked, Gateway, Key, Kind, Object, Outcome, optional, refused, required,
    rooms::{Member, Room},
    success, texts,
};
use crate::testing::Version;

const ALLOWED: &[Key] = &[
    optional("secret", Kind::Text),
    required("action", Kind::Text),
    optional("allowed", Kind::Array),
];
const KICK: &[Key] = &[
    optional("secret", Kind::Text),
    required("username", Kind::Text),
];
const ANNOUNCEMENT: &[Key] = &[optional("secret", Kind::Text), required("text", Kind::Text)];
const JOIN: &[Key] = &[
    required("username", Kind::Text),
    optional("pin", Kind::Text),
    optional("token", Kind::Text),
    optional("display", Kind::Text),
    optional("history", Kind::Flag),
];
const MESSAGE: &[Key] = &[
    required("text", Kind::Text),
    optional("to", Kind::Text),
    optional("tos", Kind::Array),
    optional("ack", Kind::Flag),
];

impl Room {
    fn of_handle(&self, handle: u64) -> Option<usize> {
        self.members.iter().position(|it| it.handle == handle)
    }

    fn named(&self, username: &str) -> Option<usize> {
        self.members.iter().position(|it| it.username == username)
    }

    fn listed(&self) -> Value {
        let members = self.members.iter();
        let members = members.map(|it| match &it.display {
            Some(display) => json!({"username": it.username, "display": display}),
            None => json!({"username": it.username}),
        });
        members.collect()
    }
}

fn not_in<T>(number: u64) -> Result<T, (i64, String)> {
    refused(422, format!("Not in room {number}"))
}

impl Gateway {
    pub(super) fn text_participants(&mut self, asked: &Asked<'_>) -> Outcome {
        let number = asked.room()?;
        let answer = match self.settings.version {
            Version::V1_1_2 => Object::new(),
            Version::V1_4_1 => success(),
        };
        let listed = self.text_room(number)?.listed();
        Ok(answer.id("room", number).value("participants", &listed))
    }

    pub(super) fn text_allowed(&mut self, asked: &Asked<'_>) -> Outcome {
        asked.checked(ALLOWED)?;
        let number = asked.room()?;
        let word = asked.text("action").unwrap_or_default();
        let action = word.to_ascii_lowercase();
        if !["enable", "disable", "add", "remove"].contains(&&*action) {
            return refused(414, format!("Unsupported action '{word}' (allowed)"));
        }
        let room = self.text_room(number)?;
        asked.unlocks(room.secret.as_deref(), "secret")?;
        match &*action {
            "enable" => room.checks_tokens = true,
            "disable" => room.checks_tokens = false,
            _ => {
                let tokens = asked
                    .body
                    .get("allowed")
                    .map_or_else(|| Some(Vec::new()), texts);
                let Some(tokens) = tokens else {
                    return refused(414, "Invalid element in the allowed array (not a string)");
                };
                room.tokens.retain(|token| !tokens.contains(token));
                if action == "add" {
                    room.tokens.extend(tokens);
                }
            }
        }
        let answer = success().id("room", number);
        if action == "disable" {
            return Ok(answer);
        }
        let tokens = room.tokens.iter().map(String::as_str);
        Ok(answer.value("allowed", &tokens.collect()))
    }

    pub(super) fn text_kick(&mut self, asked: &Asked<'_>) -> Outcome {
        asked.checked(KICK)?;
        let number = asked.room()?;
        let key = match self.settings.version {
            Version::V1_1_2 => "textbridge",
            Version::V1_4_1 => "textroom",
        };
        let room = self.text_room(number)?;
        asked.unlocks(room.secret.as_deref(), "secret")?;
        let username = asked.text("username").unwrap_or_default();
        let Some(place) = room.named(username) else {
            return refused(423, format!("No such user {username} in room {number}"));
        };
        room.members.remove(place);
        Ok(Object::new().text(key, "success"))
    }

    pub(super) fn text_announcement(&mut self, asked: &Asked<'_>) -> Outcome {
        asked.checked(ANNOUNCEMENT)?;
        let number = asked.room()?;
        let room = self.text_room(number)?;
        asked.unlocks(room.secret.as_deref(), "secret")?;
        Ok(success())
    }

    pub(super) fn text_join(&mut self, asked: &Asked<'_>) -> Outcome {
        asked.checked(JOIN)?;
        let number = asked.room()?;
        let room = self.text_room(number)?;
        asked.unlocks(room.pin.as_deref(), "pin")?;
        if room.of_handle(asked.handle).is_some() {
            return refused(421, format!("Already in room {number}"));
        }
        let username = asked.text("username").unwrap_or_default();
        if room.named(username).is_some() {
            return refused(420, "Username already taken");
        }
        let token = asked.text("token").unwrap_or_default();
        if room.checks_tokens && !room.tokens.iter().any(|known| known == token) {
            return refused(419, "Unauthorized (not in the allowed list)");
        }
        let others = room.listed();
        room.members.push(Member {
            handle: asked.handle,
            username: username.to_owned(),
            display: asked.text("display").map(str::to_owned),
        });
        Ok(success().value("participants", &others))
    }

    pub(super) fn text_leave(&mut self, asked: &Asked<'_>) -> Outcome {
        let number = asked.room()?;
        let room = self.text_room(number)?;
        let Some(place) = room.of_handle(asked.handle) else {
            return not_in(number);
        };
        room.members.remove(place);
        Ok(success())
    }

    pub(super) fn text_message(&mut self, asked: &Asked<'_>) -> Outcome {
        asked.checked(MESSAGE)?;
        let number = asked.room()?;
        let room = self.text_room(number)?;
        if room.of_handle(asked.handle).is_none() {
            return not_in(number);
        }
        let to = match (asked.text("to"), asked.body.get("tos")) {
            (Some(_), Some(_)) => return refused(414, "Both to and tos array provided"),
            (Some(to), None) => vec![to.to_owned()],
            (None, Some(tos)) => texts(tos).unwrap_or_default(),
            (None, None) => return Ok(success()),
        };
        let sent = to.into_iter().map(|to| {
            let is_there = room.named(&to).is_some();
            (to, Value::from(is_there))
        });
        Ok(success().value("sent", &Value::Object(sent.collect())))
    }

    /// A handle leaves its rooms.
    pub(in crate::testing::gateway) fn text_gone(&mut self, handle: u64) {
        for room in self.textrooms.values_mut() {
            room.members.retain(|it| it.handle != handle);
        }
    }
}
