//! In a call: hold, transfer, INFO, DTMF, recordings and keyframes.

use std::time::Duration;

use derive_setters::Setters;
use serde::Serialize;
use serde_with::skip_serializing_none;

use super::{Confirmation, Headers, Sip};
use crate::Result;
use crate::plugin::{constructors, duration};

constructors! {
    /// Creates a request to send the key `digit`.
    DtmfInfo(; digit: char);
    /// Creates a request to put the call on hold, with Janus's default direction.
    Hold();
    /// Creates a request to resume the call.
    Unhold();
    /// Creates a request for a blind transfer of the peer to `uri`.
    Transfer(uri as String);
    /// Creates a request to send a text of that content type.
    Info(content_type as String, content as String);
    /// Creates an empty request: set `user`, `peer` or both.
    Keyframe();
}

/// Where media may still flow while a call is on hold, seen from here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Direction {
    /// `sendonly`: to the peer only, for music on hold; the default.
    SendOnly,
    /// `recvonly`: from the peer only.
    RecvOnly,
    /// `inactive`: neither way.
    Inactive,
}

/// `hold`; see [`Sip::hold`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "hold")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Hold {
    /// Where media may still flow. Default: `sendonly`.
    pub direction: Option<Direction>,
    /// Further headers of the re-INVITE. Default: none.
    pub headers: Option<Headers>,
}

/// `unhold`; see [`Sip::unhold`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "unhold")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Unhold {
    /// Further headers of the re-INVITE. Default: none.
    pub headers: Option<Headers>,
}

/// `transfer`; see [`Sip::transfer`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "transfer")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Transfer {
    /// The SIP URI that the peer should call.
    pub uri: String,
    /// The SIP Call-ID of a call on this server that the new one should replace, which makes it an
    /// attended transfer. Default: none, a blind one.
    pub replace: Option<String>,
    /// Nothing: before Janus 1.2.0 its type is checked, and `replace` is what is read all the same;
    /// later versions do not know it.
    pub call_id: Option<String>,
}

/// `info`; see [`Sip::info`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "info")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Info {
    /// `type`: the content type, for example `application/media_control+xml`.
    #[serde(rename = "type")]
    pub content_type: String,
    /// The text.
    pub content: String,
    /// Further headers of the INFO. Default: none.
    pub headers: Option<Headers>,
}

/// `dtmf_info`; see [`Sip::dtmf_info`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "dtmf_info")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct DtmfInfo {
    /// The key, one ASCII character: `0` to `9`, `*`, `#`, `A` to `D`.
    pub digit: char,
    /// How long it is pressed, up to 5 s (milliseconds on the wire). Default: 160 ms.
    #[serde(serialize_with = "duration::millis")]
    #[setters(into = false)]
    pub duration: Option<Duration>,
    /// Further headers of the INFO. Default: none.
    pub headers: Option<Headers>,
}

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
    /// Creates a request; set at least one of the four streams as well.
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

impl Sip {
    /// Puts the call on hold.
    ///
    /// Sends `hold`, which becomes a re-INVITE, and returns when that is on its way
    /// ([`Confirmed::Holding`](super::Confirmed::Holding)). The PeerConnection stays as it is. When the call
    /// is on hold already, nothing is sent to the peer.
    ///
    /// # Errors
    ///
    /// `Timeout` outside a call, and while a re-INVITE of either side is not finished: the plugin
    /// then ignores the request.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::{Confirmed, Direction, Hold}};
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Sip>("hold", r#"{"result":{"event":"holding"}}"#, None)?;
    /// let hold = Hold::new().direction(Direction::Inactive);
    /// assert_eq!(door.hold(&hold)?.of, Confirmed::Holding);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn hold(&self, hold: &Hold) -> Result<Confirmation> {
        self.handle.request(hold)
    }

    /// Resumes a call that is on hold.
    ///
    /// Sends `unhold`, which becomes a re-INVITE with the directions from before the hold, and
    /// returns when that is on its way ([`Confirmed::Resuming`](super::Confirmed::Resuming)).
    ///
    /// # Errors
    ///
    /// `Timeout` outside a call, and while a re-INVITE of either side is not finished, that of
    /// [`hold`](Self::hold) included: the plugin then ignores the request.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::{Confirmed, Unhold}};
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Sip>("unhold", r#"{"result":{"event":"resuming"}}"#, None)?;
    /// assert_eq!(door.unhold(&Unhold::new())?.of, Confirmed::Resuming);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn unhold(&self, unhold: &Unhold) -> Result<Confirmation> {
        self.handle.request(unhold)
    }

    /// Asks the peer to call another address instead.
    ///
    /// Sends `transfer`, which becomes a REFER, and returns when that is on its way
    /// ([`Confirmed::Transferring`](super::Confirmed::Transferring)). How the peer fares arrives as
    /// [`Event::Notify`](super::Event::Notify), its content the beginning of a SIP response
    /// (`SIP/2.0 200 OK`). No call is put on hold or ended by it.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 0 outside a call, 446 for a bad URI, 454 when the call to be replaced is
    /// unknown.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::{Confirmed, Transfer}};
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Sip>("transfer", r#"{"result":{"event":"transferring"}}"#, None)?;
    /// let transfer = Transfer::new("sip:desk@example.org");
    /// assert_eq!(door.transfer(&transfer)?.of, Confirmed::Transferring);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *SIP plugin documentation*, Attended and blind transfers.
    pub fn transfer(&self, transfer: &Transfer) -> Result<Confirmation> {
        self.handle.request(transfer)
    }

    /// Sends a text to the peer of the call, out of sight of its user.
    ///
    /// Sends `info`, which becomes a SIP INFO, and returns when that is on its way
    /// ([`Confirmed::InfoSent`](super::Confirmed::InfoSent)). Whether the peer accepts it is not reported.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 0 outside a call.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::{Confirmed, Info}};
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Sip>("info", r#"{"result":{"event":"infosent"}}"#, None)?;
    /// let info = Info::new("text/plain", "open");
    /// assert_eq!(door.info(&info)?.of, Confirmed::InfoSent);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn info(&self, info: &Info) -> Result<Confirmation> {
        self.handle.request(info)
    }

    /// Presses a key, by SIP INFO (`application/dtmf-relay`).
    ///
    /// Sends `dtmf_info` and returns when the INFO is on its way
    /// ([`Confirmed::DtmfSent`](super::Confirmed::DtmfSent)). Sounds and RTP events go through the
    /// PeerConnection.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 0 outside a call, 444 for a key that is not one ASCII character.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::{Confirmed, DtmfInfo}};
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Sip>("dtmf_info", r#"{"result":{"event":"dtmfsent"}}"#, None)?;
    /// let open = DtmfInfo::new('#').duration(std::time::Duration::from_millis(200));
    /// assert_eq!(door.dtmf_info(&open)?.of, Confirmed::DtmfSent);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn dtmf_info(&self, dtmf: &DtmfInfo) -> Result<Confirmation> {
        self.handle.request(dtmf)
    }

    /// Records the call to `.mjr` files on the server, one per stream.
    ///
    /// Sends `recording` and waits for its confirmation
    /// ([`Confirmed::RecordingUpdated`](super::Confirmed::RecordingUpdated)). The call's end ends
    /// them too.
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
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Sip>("keyframe", r#"{"result":{"event":"keyframesent"}}"#, None)?;
    /// let sent = door.keyframe(&Keyframe::new().peer(true))?;
    /// assert_eq!(sent.of, Confirmed::KeyframeSent);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn keyframe(&self, keyframe: &Keyframe) -> Result<Confirmation> {
        self.handle.request(keyframe)
    }
}
