//! Recording a room.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::VideoRoom;
use crate::{Id, Result, plugin::Secret};

/// `enable_recording`; see [`VideoRoom::enable_recording`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "enable_recording")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct EnableRecording {
    /// The id of the room.
    #[setters(skip)]
    pub room: Id,
    /// Whether everybody is recorded.
    #[setters(skip)]
    pub record: bool,
    /// The room's secret, if it has one.
    #[setters(into)]
    pub secret: Option<Secret>,
}

impl EnableRecording {
    /// Starts or stops the recording of that room.
    pub fn new(room: impl Into<Id>, record: bool) -> Self {
        Self {
            room: room.into(),
            record,
            ..Self::default()
        }
    }
}

/// Whether a room is recorded.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RecordingEnabled {
    /// Whether everybody is recorded.
    pub record: Option<bool>,
}

impl VideoRoom {
    /// Starts or stops the recording of everybody in a room, those to come included.
    ///
    /// Sends `enable_recording` and waits for its answer.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 426 when there is no such room, 429 without and 433 with a wrong secret.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::EnableRecording};
    /// # let said = r#"{"videoroom":"success","record":true}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("enable_recording", said)?;
    /// assert_eq!(desk.enable_recording(&EnableRecording::new(1234, true))?.record, Some(true));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn enable_recording(&self, enable: &EnableRecording) -> Result<RecordingEnabled> {
        self.handle.request(enable)
    }
}
