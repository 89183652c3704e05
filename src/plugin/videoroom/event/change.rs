//! Events about how people in a room are seen and heard.

use serde::Deserialize;
use serde_json::Value;

use crate::{Id, json::words};

/// See [`Event::Moderated`](super::Event::Moderated).
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Moderated {
    /// The id of the room.
    #[serde(default)]
    pub room: Id,
    /// Whose stream it is.
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
        /// `muted`: what is sent there is thrown away.
        Muted = "muted",
        /// `unmuted`: it is relayed again.
        Unmuted = "unmuted",
    }
}

impl Default for Moderation {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

/// See [`Event::DisplayChanged`](super::Event::DisplayChanged).
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct DisplayChanged {
    /// Who it is.
    pub id: Id,
    /// The new name.
    #[serde(default)]
    pub display: String,
    /// What it tells of itself. Since Janus 1.3.0.
    pub metadata: Option<Value>,
}

/// See [`Event::MetadataChanged`](super::Event::MetadataChanged). Since Janus 1.3.0.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct MetadataChanged {
    /// Who it is.
    pub id: Id,
    /// What it tells of itself now.
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
    /// Who talks, or has stopped to.
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
