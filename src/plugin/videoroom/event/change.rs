//! Events about how people in a room are seen and heard.

use serde::Deserialize;
use serde_json::Value;

use crate::{Id, json::words};

/// See [`Event::Moderated`](super::Event::Moderated).
///
/// # Example
///
/// ```
/// use janus_blocking::videoroom::{Event, Publisher, event::Moderation};
/// # let said = r#"{"videoroom":"event","room":1234,"id":7,"mid":"0","moderation":"muted"}"#;
/// # let (_gateway, door) = janus_blocking::testing::with_event::<Publisher>(said)?;
/// let Some(Event::Moderated(it)) = door.events().recv()?.plugin() else {
///     panic!("something else")
/// };
/// assert_eq!((&*it.mid, it.moderation), ("0", Moderation::Muted));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
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
///
/// # Example
///
/// ```
/// use janus_blocking::videoroom::{Event, Publisher};
/// # let said = r#"{"videoroom":"event","id":7,"display":"Caroline"}"#;
/// # let (_gateway, door) = janus_blocking::testing::with_event::<Publisher>(said)?;
/// let Some(Event::DisplayChanged(new)) = door.events().recv()?.plugin() else {
///     panic!("something else")
/// };
/// assert_eq!(new.display, "Caroline");
/// # Ok::<(), janus_blocking::Error>(())
/// ```
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
///
/// # Example
///
/// ```
/// use janus_blocking::videoroom::{Event, Publisher};
/// # let said = r#"{"videoroom":"event","id":7,"metadata":{"floor":3}}"#;
/// # let (_gateway, door) = janus_blocking::testing::with_event::<Publisher>(said)?;
/// let Some(Event::MetadataChanged(new)) = door.events().recv()?.plugin() else {
///     panic!("something else")
/// };
/// assert_eq!(new.metadata["floor"], 3);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
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
///
/// # Example
///
/// ```
/// use janus_blocking::videoroom::{Event, Publisher};
/// # let said = r#"{"videoroom":"talking","room":1234,"id":7,"mindex":0,"mid":"0","audio-level-dBov-avg":10.0}"#;
/// # let (_gateway, door) = janus_blocking::testing::with_event::<Publisher>(said)?;
/// let Some(Event::Talking(heard)) = door.events().recv()?.plugin() else {
///     panic!("something else")
/// };
/// assert_eq!(heard.id, 7.into());
/// # Ok::<(), janus_blocking::Error>(())
/// ```
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
