//! `recording`, `keyframe`: what is done with the media of a call.

use derive_setters::Setters;
use serde::Serialize;
use serde_with::skip_serializing_none;

use super::NoSip;
use crate::Result;
use crate::plugin::{Done, constructors};

constructors! {
    /// Creates an empty request: set which side has to send a keyframe.
    Keyframe();
}

/// What to do with a [`Recording`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RecordingAction {
    /// Begins a file for each stream that was selected.
    Start,
    /// Ends the selected streams' files. Streams that are not recorded are no error.
    Stop,
}

/// `recording`; see [`NoSip::recording`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Serialize, Setters)]
#[serde(tag = "request", rename = "recording")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Recording {
    /// What to do.
    pub action: RecordingAction,
    /// Whether it is about the audio from here. Default: false. At least one of the four must be
    /// true.
    pub audio: Option<bool>,
    /// Whether it is about the video from here. Default: false.
    pub video: Option<bool>,
    /// Whether it is about the audio from the peer. Default: false.
    pub peer_audio: Option<bool>,
    /// Whether it is about the video from the peer. Default: false.
    pub peer_video: Option<bool>,
    /// The files' path and the beginning of their names, on the server; `-user-audio`,
    /// `-peer-audio` and so on follow. Default: a name with the time, in the server's working folder.
    pub filename: Option<String>,
}

impl Recording {
    /// Creates a request; set at least one of the four streams as well.
    pub const fn new(action: RecordingAction) -> Self {
        Self {
            action,
            audio: None,
            video: None,
            peer_audio: None,
            peer_video: None,
            filename: None,
        }
    }
}

/// `keyframe`; see [`NoSip::keyframe`]. Since Janus 1.3.1.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "keyframe")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Keyframe {
    /// Whether to ask the WebRTC side. Default: false.
    pub user: Option<bool>,
    /// Whether to ask the peer, if it knows RTCP PLI. Default: false.
    pub peer: Option<bool>,
}

impl NoSip {
    /// Records the call to `.mjr` files on the server, one per stream.
    ///
    /// Sends `recording` and waits for its confirmation. The call's end ends the files too. A file
    /// that cannot be written is only in the server's log, and so is a stream of which no codec is
    /// negotiated yet.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 449 when no stream was selected.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{NoSip, nosip::{Recording, RecordingAction}};
    /// # let said = r#"{"result":{"event":"recordingupdated"}}"#;
    /// # let (_gateway, line) = janus_blocking::testing::with_outcome::<NoSip>("recording", said, None)?;
    /// line.recording(&Recording::new(RecordingAction::Start).audio(true).peer_audio(true))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn recording(&self, recording: &Recording) -> Result<()> {
        self.handle.request(recording).map(|Done| ())
    }

    /// Asks for a keyframe by RTCP PLI. Since Janus 1.3.1.
    ///
    /// Sends `keyframe` and waits for its confirmation, which comes without video, and outside of a
    /// call, too.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 442 before Janus 1.3.1.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{NoSip, nosip::Keyframe};
    /// # let said = r#"{"result":{"event":"keyframesent"}}"#;
    /// # let (_gateway, line) = janus_blocking::testing::with_outcome::<NoSip>("keyframe", said, None)?;
    /// line.keyframe(&Keyframe::new().peer(true))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn keyframe(&self, keyframe: &Keyframe) -> Result<()> {
        self.handle.request(keyframe).map(|Done| ())
    }
}
