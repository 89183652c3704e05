//! Recording the mix, and each participant.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::AudioBridge;
use crate::plugin::{Secret, constructors};
use crate::{Id, Result};

constructors! {
    /// Creates a request to start or stop the recording of the mix of `room`.
    EnableRecording(room as Id; record: bool);
    /// Creates a request to start or stop the recordings of the participants of `room`.
    EnableMjrs(room as Id; mjrs: bool);
}

/// `enable_recording`; see [`AudioBridge::enable_recording`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "enable_recording")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct EnableRecording {
    /// The id of the room.
    pub room: Id,
    /// Whether the mix is recorded.
    pub record: bool,
    /// The WAV file of the recording, on the server. Default: as the room has it.
    pub record_file: Option<String>,
    /// The folder of the recording, on the server. Default: as the room has it.
    pub record_dir: Option<String>,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
}

/// The recording of the mix was started or stopped.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RecordingEnabled {
    /// Whether the mix is recorded.
    pub record: bool,
}

/// `enable_mjrs`; see [`AudioBridge::enable_mjrs`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "enable_mjrs")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct EnableMjrs {
    /// The id of the room.
    pub room: Id,
    /// Whether each participant is recorded.
    pub mjrs: bool,
    /// The folder of the recordings, on the server. Default: as the room has it.
    pub mjrs_dir: Option<String>,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
}

/// The recordings of the participants were started or stopped.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MjrsEnabled {
    /// Whether each participant is recorded.
    pub mjrs: bool,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl AudioBridge {
    /// Starts or stops the recording of what everybody hears.
    ///
    /// Sends `enable_recording` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::EnableRecording};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("enable_recording", r#"{"record":true}"#)?;
    /// let start = EnableRecording::new(1234, true).record_dir("/var/rec");
    /// assert!(desk.enable_recording(&start)?.record);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn enable_recording(&self, enable: &EnableRecording) -> Result<RecordingEnabled> {
        self.handle.request(enable)
    }

    /// Starts or stops the recording of each participant, to an `.mjr` file for each.
    ///
    /// Sends `enable_mjrs` and waits for its answer. A single participant is recorded by
    /// [`Join::record`](super::participant::Join::record) or
    /// [`Configure::record`](super::participant::Configure::record).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::EnableMjrs};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("enable_mjrs", r#"{"mjrs":true}"#)?;
    /// assert!(desk.enable_mjrs(&EnableMjrs::new(1234, true).secret("hush"))?.mjrs);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn enable_mjrs(&self, enable: &EnableMjrs) -> Result<MjrsEnabled> {
        self.handle.request(enable)
    }
}
