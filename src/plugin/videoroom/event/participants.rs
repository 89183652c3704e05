//! Events about the people in a room.

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    ErrorCode, Id,
    plugin::videoroom::publisher::{Attendee, Feed},
    wire,
};

/// See [`Event::Publishers`](super::Event::Publishers).
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Publishers {
    /// The id of the room.
    #[serde(default)]
    pub room: Id,
    /// Who publishes what now; each is complete. One that is known already has changed.
    pub publishers: Vec<Feed>,
}

/// See [`Event::Joining`](super::Event::Joining).
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Joining {
    /// The id of the room.
    #[serde(default)]
    pub room: Id,
    /// Who has joined.
    pub joining: Attendee,
}

/// See [`Event::Leaving`](super::Event::Leaving).
///
/// Janus gives the word `ok` in the place of an id to the one who leaves. A participant of that id,
/// on a server with `string_ids`, cannot be told from oneself, unless it has a name: do not use it.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(from = "Gone")]
#[non_exhaustive]
pub struct Leaving {
    /// The id of the room.
    pub room: Id,
    /// `leaving`: who has left; absent if it is this handle itself.
    pub id: Option<Id>,
    /// The name of who has left. Since Janus 1.3.0.
    pub display: Option<String>,
    /// What it had told of itself. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// `kicked` for this handle itself, if it was put out.
    pub reason: Option<String>,
}

/// See [`Event::Unpublished`](super::Event::Unpublished); `ok` is as in [`Leaving`].
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(from = "Gone")]
#[non_exhaustive]
pub struct Unpublished {
    /// The id of the room.
    pub room: Id,
    /// `unpublished`: who publishes no more; absent if it is this handle itself.
    pub id: Option<Id>,
    /// Its name. Since Janus 1.3.0.
    pub display: Option<String>,
    /// What it tells of itself. Since Janus 1.3.0.
    pub metadata: Option<Value>,
}

/// Both of these, as they are on the wire.
#[derive(Deserialize)]
struct Gone {
    #[serde(default)]
    room: Id,
    #[serde(alias = "leaving", alias = "unpublished")]
    who: Id,
    display: Option<String>,
    metadata: Option<Value>,
    reason: Option<String>,
}

impl Gone {
    /// The id, unless it is the word for oneself: that one never comes with a name.
    fn id(&self) -> Option<Id> {
        let named = self.display.is_some() || self.metadata.is_some();
        let is_word = matches!(&self.who, Id::Text(word) if word == "ok");
        (!is_word || named).then(|| self.who.clone())
    }
}

impl From<Gone> for Leaving {
    fn from(gone: Gone) -> Self {
        Self {
            id: gone.id(),
            room: gone.room,
            display: gone.display,
            metadata: gone.metadata,
            reason: gone.reason,
        }
    }
}

impl From<Gone> for Unpublished {
    fn from(gone: Gone) -> Self {
        Self {
            id: gone.id(),
            room: gone.room,
            display: gone.display,
            metadata: gone.metadata,
        }
    }
}

/// See [`Event::Kicked`](super::Event::Kicked).
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Kicked {
    /// The id of the room.
    #[serde(default)]
    pub room: Id,
    /// `kicked`: who was put out.
    #[serde(rename = "kicked")]
    pub id: Id,
    /// Its name. Since Janus 1.3.0.
    pub display: Option<String>,
    /// What it had told of itself. Since Janus 1.3.0.
    pub metadata: Option<Value>,
}

/// See [`Event::Destroyed`](super::Event::Destroyed).
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Destroyed {
    /// The id of the room.
    pub room: Id,
}

/// See [`Event::Error`](super::Event::Error).
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Failure {
    /// `error_code`: one of [`error_code`](crate::videoroom::error_code).
    pub code: ErrorCode,
    /// `error`: the plugin's text.
    pub reason: String,
}

impl Failure {
    pub(super) fn of(data: &RawValue) -> Self {
        let refusal = wire::refusal(data);
        let (code, reason) = refusal.map_or((0, String::new()), |it| (it.code, it.reason));
        Self {
            code: ErrorCode::from_wire(code),
            reason,
        }
    }
}
