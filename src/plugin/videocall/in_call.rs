//! Changing and ending calls.

use std::time::Duration;

use derive_setters::Setters;
use serde::Serialize;
use serde_with::skip_serializing_none;

use super::{VideoCall, event};
use crate::plugin::{Done, constructors, duration};
use crate::{Jsep, Result};

constructors! {
    /// Creates settings that change nothing yet.
    Set();
    /// Creates a request to end the call.
    Hangup();
}

/// `set`; see [`VideoCall::set`]. What is not set stays as it is; the end of the call resets all.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "set")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Set {
    /// Whether the peer gets this side's audio. Default: true.
    pub audio: Option<bool>,
    /// Whether the peer gets this side's video. Default: true.
    pub video: Option<bool>,
    /// The bitrate that Janus asks of this side, in bits per second; 0: 10,000,000.
    pub bitrate: Option<u32>,
    /// Starts or stops recording what this side sends.
    pub record: Option<bool>,
    /// The base name of the recordings, on the server. Default: made of the usernames and the time.
    #[setters(into)]
    pub filename: Option<String>,
    /// Whether the session description of [`VideoCall::renegotiate`] restarts ICE; without one it is
    /// ignored.
    pub restart: Option<bool>,
    /// The simulcast substream of the peer to receive, 0 to 2. Default: 2.
    pub substream: Option<u8>,
    /// The temporal layer of the peer to receive, 0 to 2. Default: 2.
    pub temporal: Option<u8>,
    /// After how long without packets a lower substream is received, rounded up to microseconds.
    /// Default and 0: 250 ms.
    #[serde(serialize_with = "duration::micros")]
    pub fallback: Option<Duration>,
}

/// `hangup`; see [`VideoCall::hangup`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "hangup")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Hangup {
    /// What the peer's [`event::Hangup`] says. Default: `We did the hangup`.
    pub reason: Option<String>,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl VideoCall {
    /// Changes what is sent and received.
    ///
    /// Sends `set` and waits for its confirmation. [`Event::Simulcast`](super::Event::Simulcast) follows
    /// when another substream or layer is received; it comes before the confirmation when that is
    /// received already.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 474 for a substream or layer above 2.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoCall, videocall::Set};
    /// # let said = r#"{"result":{"event":"set"}}"#;
    /// # let (_gateway, phone) = janus_blocking::testing::with_outcome::<VideoCall>("set", said, None)?;
    /// phone.set(&Set::new().video(false).bitrate(128_000))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn set(&self, set: &Set) -> Result<()> {
        self.handle.request(set).map(|Done| ())
    }

    /// Offers a change of the media, or answers the peer's.
    ///
    /// Sends `set` with the session description, which the peer gets with
    /// [`Event::Update`](super::Event::Update), and waits for its confirmation. The peer's answer to an
    /// offer arrives as the same event.
    ///
    /// # Errors
    ///
    /// As for [`set`](Self::set); 483 for an answer that cannot be parsed. `Janus` with code 465 for an
    /// SDP that does not fit the PeerConnection, 469 for an answer that nobody asked for.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, VideoCall, testing::AUDIO_SDP, videocall::Set};
    /// # let said = r#"{"result":{"event":"set"}}"#;
    /// # let (_gateway, phone) = janus_blocking::testing::with_outcome::<VideoCall>("set", said, None)?;
    /// phone.renegotiate(&Set::new().restart(true), &Jsep::offer(AUDIO_SDP))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn renegotiate(&self, set: &Set, jsep: &Jsep) -> Result<()> {
        let (Done, _) = self.handle.exchange(set, Some(jsep))?;
        Ok(())
    }

    /// Ends a call, stops one that rings at the other end, or refuses an incoming one.
    ///
    /// Sends `hangup` and waits for its confirmation, which has this handle's own username and the
    /// reason `Explicit hangup`, without a call too. The peer gets
    /// [`Event::Hangup`](super::Event::Hangup) with the reason of the request; both sides may get another
    /// one, `Remote WebRTC hangup`, as the PeerConnections close. Not to be confused with the core's
    /// `hangup` ([`Handle::hangup`](crate::Handle::hangup)).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoCall, videocall::Hangup};
    /// # let said = r#"{"result":{"event":"hangup","username":"door","reason":"Explicit hangup"}}"#;
    /// # let (_gateway, phone) = janus_blocking::testing::with_outcome::<VideoCall>("hangup", said, None)?;
    /// let ended = phone.hangup(&Hangup::new().reason("nobody is at home"))?;
    /// assert_eq!(ended.reason, "Explicit hangup");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn hangup(&self, hangup: &Hangup) -> Result<event::Hangup> {
        self.handle.request(hangup)
    }
}
