//! Events about the people in a room.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::{
    ErrorCode, Id,
    plugin::videoroom::publisher::{Attendee, Feed},
};

/// See [`Event::Publishers`](super::Event::Publishers).
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Publishers {
    /// The id of the room.
    pub room: Id,
    /// Who publishes what now; each is complete. One that is known already has changed.
    pub publishers: Vec<Feed>,
}

/// See [`Event::Joining`](super::Event::Joining).
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Joining {
    /// The id of the room.
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
    room: Id,
    #[serde(alias = "leaving", alias = "unpublished")]
    who: Id,
    #[serde(default)]
    display: Option<String>,
    #[serde(default)]
    metadata: Option<Value>,
    #[serde(default)]
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
    pub room: Id,
    /// `kicked`: who was put out.
    #[serde(rename = "kicked")]
    pub id: Id,
    /// Its name. Since Janus 1.3.0.
    #[serde(default)]
    pub display: Option<String>,
    /// What it had told of itself. Since Janus 1.3.0.
    #[serde(default)]
    pub metadata: Option<Value>,
}

/// See [`Event::Moderated`](super::Event::Moderated).
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Moderated {
    /// The id of the room.
    pub room: Id,
    /// Whose stream it is.
    pub id: Id,
    /// The `mid` of the stream.
    pub mid: String,
    /// What was done.
    pub moderation: Moderation,
}

/// What was done to a stream.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Moderation {
    /// What is sent there is thrown away.
    Muted,
    /// It is relayed again.
    Unmuted,
}

/// See [`Event::DisplayChanged`](super::Event::DisplayChanged).
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct DisplayChanged {
    /// Who it is.
    pub id: Id,
    /// The new name.
    pub display: String,
    /// What it tells of itself. Since Janus 1.3.0.
    #[serde(default)]
    pub metadata: Option<Value>,
}

/// See [`Event::MetadataChanged`](super::Event::MetadataChanged). Since Janus 1.3.0.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct MetadataChanged {
    /// Who it is.
    pub id: Id,
    /// What it tells of itself now.
    pub metadata: Value,
}

/// See [`Event::Talking`](super::Event::Talking) and
/// [`Event::StoppedTalking`](super::Event::StoppedTalking).
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Talking {
    /// The id of the room.
    pub room: Id,
    /// Who talks, or has stopped to.
    pub id: Id,
    /// The index of the stream's media line.
    pub mindex: u32,
    /// The `mid` of the stream.
    pub mid: String,
    /// `audio-level-dBov-avg`: how far below the loudest, in decibels: 0 to 127, which is silence.
    #[serde(rename = "audio-level-dBov-avg")]
    pub audio_level: f64,
}

/// See [`Event::Destroyed`](super::Event::Destroyed).
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Destroyed {
    /// The id of the room.
    pub room: Id,
}

/// See [`Event::Error`](super::Event::Error).
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Failure {
    /// `error_code`: one of [`error_code`](crate::videoroom::error_code).
    #[serde(rename = "error_code", deserialize_with = "code")]
    pub code: ErrorCode,
    /// `error`: the plugin's text.
    #[serde(rename = "error", default)]
    pub reason: String,
}

fn code<'de, D: Deserializer<'de>>(from: D) -> Result<ErrorCode, D::Error> {
    i64::deserialize(from).map(ErrorCode::from_wire)
}
