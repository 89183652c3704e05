//! Events about the people in a room.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    Id,
    videoroom::publisher::{Attendee, Feed},
    wire::words,
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
/// A participant that leaves gets this with the word `ok` in place of its id. So on a server with
/// `string_ids` let nobody use the id `ok`: unless it has a name, it looks like this handle itself.
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
    /// Its metadata. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// `kicked` if this handle itself was kicked.
    pub reason: Option<String>,
}

/// See [`Event::Unpublished`](super::Event::Unpublished); `ok` is as in [`Leaving`].
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(from = "Gone")]
#[non_exhaustive]
pub struct Unpublished {
    /// The id of the room.
    pub room: Id,
    /// `unpublished`: who stopped publishing; absent if it is this handle itself.
    pub id: Option<Id>,
    /// Its name. Since Janus 1.3.0.
    pub display: Option<String>,
    /// Its metadata. Since Janus 1.3.0.
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
    /// `kicked`: who was kicked.
    #[serde(rename = "kicked")]
    pub id: Id,
    /// Its name. Since Janus 1.3.0.
    pub display: Option<String>,
    /// Its metadata. Since Janus 1.3.0.
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

/// See [`Event::Moderated`](super::Event::Moderated).
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Moderated {
    /// The id of the room.
    #[serde(default)]
    pub room: Id,
    /// Whose stream it is.
    #[serde(default)]
    pub id: Id,
    /// The `mid` of the stream.
    #[serde(default)]
    pub mid: String,
    /// What was done.
    #[serde(default)]
    pub moderation: Moderation,
}

words! {
    /// What was done to a stream. [`Other`](Self::Other) is empty where the event does not say it.
    pub enum Moderation {
        /// `muted`: what is sent on it is discarded.
        Muted = "muted",
        /// `unmuted`: it is relayed again.
        Unmuted = "unmuted",
    }
}

/// See [`Event::DisplayChanged`](super::Event::DisplayChanged).
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct DisplayChanged {
    /// Who it is.
    #[serde(default)]
    pub id: Id,
    /// The new name.
    #[serde(default)]
    pub display: String,
    /// Its metadata. Since Janus 1.3.0.
    pub metadata: Option<Value>,
}

/// See [`Event::MetadataChanged`](super::Event::MetadataChanged). Since Janus 1.3.0.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct MetadataChanged {
    /// Who it is.
    #[serde(default)]
    pub id: Id,
    /// The new metadata.
    #[serde(default)]
    pub metadata: Value,
}

/// See [`Event::Talking`](super::Event::Talking) and
/// [`Event::StoppedTalking`](super::Event::StoppedTalking).
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Talking {
    /// The id of the room.
    #[serde(default)]
    pub room: Id,
    /// Who started or stopped talking.
    #[serde(default)]
    pub id: Id,
    /// The index of the stream's media line.
    pub mindex: Option<u32>,
    /// The `mid` of the stream.
    #[serde(default)]
    pub mid: String,
    /// `audio-level-dBov-avg`: how far below the loudest, in decibels: 0 to 127, which is silence.
    #[serde(rename = "audio-level-dBov-avg")]
    pub audio_level: Option<f64>,
}
