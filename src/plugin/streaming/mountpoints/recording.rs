//! Recording mountpoints.

use derive_setters::Setters;
use serde::{Serialize, Serializer};
use serde_with::skip_serializing_none;

use crate::plugin::{Done, Secret};
use crate::streaming::Streaming;
use crate::{Id, Result};

/// Whether to begin or to end recordings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RecordingAction {
    /// Begins a file for each stream that is named.
    Start,
    /// Ends the files of the streams that are named. Those that are not recorded are no error.
    Stop,
}

/// `recording`; see [`Streaming::recording`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Serialize, Setters)]
#[serde(tag = "request", rename = "recording")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Recording {
    /// The id of the mountpoint.
    pub id: Id,
    /// What to do.
    pub action: RecordingAction,
    /// The streams.
    pub media: Option<Vec<RecordedStream>>,
    /// The audio streams. Deprecated: see `media`.
    pub audio: Option<LegacyRecording>,
    /// The video streams. Deprecated likewise.
    pub video: Option<LegacyRecording>,
    /// The data streams. Deprecated likewise.
    pub data: Option<LegacyRecording>,
    /// The mountpoint's secret, if it has one.
    pub secret: Option<Secret>,
}

impl Recording {
    /// Creates a request to record these streams.
    pub fn start(id: impl Into<Id>, media: Vec<RecordedStream>) -> Self {
        Self::of(id.into(), RecordingAction::Start, media)
    }

    /// Creates a request to end the recording of these streams, whose file names do not count.
    pub fn stop(id: impl Into<Id>, media: Vec<RecordedStream>) -> Self {
        Self::of(id.into(), RecordingAction::Stop, media)
    }

    const fn of(id: Id, action: RecordingAction, media: Vec<RecordedStream>) -> Self {
        Self {
            id,
            action,
            media: Some(media),
            audio: None,
            video: None,
            data: None,
            secret: None,
        }
    }
}

/// A stream to record, or to record no longer.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct RecordedStream {
    /// The `mid` of the stream. Janus skips one that does not exist.
    pub mid: String,
    /// The path and name of the file on the server, to which Janus adds `.mjr`. Needed to start:
    /// Janus skips a stream without it.
    pub filename: Option<String>,
}

impl RecordedStream {
    /// Names a stream, and the file to record it to.
    pub fn to(mid: impl Into<String>, filename: impl Into<String>) -> Self {
        Self {
            mid: mid.into(),
            filename: Some(filename.into()),
        }
    }

    /// Names a stream, to end its recording.
    pub fn new(mid: impl Into<String>) -> Self {
        Self {
            mid: mid.into(),
            filename: None,
        }
    }
}

/// The streams of one kind, in the deprecated form of [`Recording`], which has another type for each
/// action; the wrong one is refused with 454.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum LegacyRecording {
    /// To start: the path and name of the file on the server, to which Janus adds `.mjr`.
    File(String),
    /// To stop: `true`.
    Stop,
}

impl Serialize for LegacyRecording {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::File(name) => serializer.serialize_str(name),
            Self::Stop => serializer.serialize_bool(true),
        }
    }
}

impl Streaming {
    /// Records streams of an RTP or RTSP mountpoint to `.mjr` files on the server, or ends that.
    ///
    /// Sends `recording` and waits for its answer. Destroying the mountpoint ends recordings too.
    /// [`StreamInfo::recording`](crate::streaming::StreamInfo::recording) shows which there are.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 452 for a stream that is recorded already, and for a mountpoint that plays a
    /// file; 459 when a file cannot be written.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Streaming, streaming::{RecordedStream, Recording}};
    /// # let (gateway, desk) = janus_blocking::testing::with_answer::<Streaming>("recording", r#"{"streaming":"ok"}"#)?;
    /// let audio = RecordedStream::to("a", "/var/spool/gate-audio");
    /// desk.recording(&Recording::start(7, vec![audio]))?;
    /// # let answer = serde_json::json!({"streaming": "ok"});
    /// # let stop = serde_json::json!({"request": "recording", "action": "stop"});
    /// # gateway.expect(janus_blocking::testing::Expect::request("janus.plugin.streaming", stop).answer(answer));
    /// desk.recording(&Recording::stop(7, vec![RecordedStream::new("a")]))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn recording(&self, recording: &Recording) -> Result<Done> {
        self.handle.request(recording)
    }
}
