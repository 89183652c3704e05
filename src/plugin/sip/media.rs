//! In a call: recording it, and asking for keyframes.

use derive_setters::Setters;
use serde::Serialize;
use serde_with::skip_serializing_none;

use super::{Confirmation, Sip};
use crate::Result;

/// What to do with a recording.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RecordingAction {
    /// Begins a file for each stream that was selected.
    Start,
    /// Ends the selected streams' files. Streams that are not recorded are no error.
    Stop,
    /// Leaves out what comes, until resumed.
    Pause,
    /// Goes on after a pause.
    Resume,
}

/// `recording`; see [`Sip::recording`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Serialize, Setters)]
#[serde(tag = "request", rename = "recording")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Recording {
    /// What to do.
    #[setters(skip)]
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
    /// Whether to ask the peer for a keyframe when its video begins to be recorded. Default: false.
    pub send_peer_pli: Option<bool>,
    /// The files' path and the beginning of their names, on the server; `-user-audio`,
    /// `-peer-audio` and so on follow. Default: the user, the transaction of the call and the time,
    /// in the server's working folder.
    pub filename: Option<String>,
}

impl Recording {
    /// That action; set at least one of the four streams as well.
    pub const fn new(action: RecordingAction) -> Self {
        Self {
            action,
            audio: None,
            video: None,
            peer_audio: None,
            peer_video: None,
            send_peer_pli: None,
            filename: None,
        }
    }
}

/// `keyframe`; see [`Sip::keyframe`]. Since Janus 1.3.1.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "keyframe")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Keyframe {
    /// Whether to ask the WebRTC side. Default: false.
    pub user: Option<bool>,
    /// Whether to ask the SIP peer, if it knows RTCP PLI. Default: false.
    pub peer: Option<bool>,
}

impl Keyframe {
    /// Nobody yet; set `user`, `peer` or both.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Sip {
    /// Records the call to `.mjr` files on the server, one per stream.
    ///
    /// Sends `recording` and waits for its confirmation
    /// ([`Confirmed::RecordingUpdated`](super::Confirmed::RecordingUpdated)). The end of the call ends the
    /// files too.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 0 outside a call, 451 when no stream was selected. A file that cannot be
    /// written is only in the server's log.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::{Confirmed, Recording, RecordingAction}};
    /// # let said = r#"{"result":{"event":"recordingupdated"}}"#;
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Sip>("recording", said, None)?;
    /// let both = Recording::new(RecordingAction::Start).audio(true).peer_audio(true);
    /// assert_eq!(door.recording(&both)?.of, Confirmed::RecordingUpdated);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn recording(&self, recording: &Recording) -> Result<Confirmation> {
        self.handle.request(recording)
    }

    /// Asks for a keyframe by RTCP PLI. Since Janus 1.3.1.
    ///
    /// Sends `keyframe` and waits for its confirmation
    /// ([`Confirmed::KeyframeSent`](super::Confirmed::KeyframeSent)), which comes for an audio call too.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 0 outside a call, 442 before Janus 1.3.1.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::{Confirmed, Keyframe}};
    /// # let said = r#"{"result":{"event":"keyframesent"}}"#;
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Sip>("keyframe", said, None)?;
    /// let sent = door.keyframe(&Keyframe::new().peer(true))?;
    /// assert_eq!(sent.of, Confirmed::KeyframeSent);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn keyframe(&self, keyframe: &Keyframe) -> Result<Confirmation> {
        self.handle.request(keyframe)
    }
}
