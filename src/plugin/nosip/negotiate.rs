//! `generate`, `process`, `hangup`: the call itself.

use std::fmt;

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{NoSip, Srtp, SrtpProfile};
use crate::plugin::{Done, bare_requests, constructors};
use crate::{Jsep, JsepKind, Result};

bare_requests! {
    /// `hangup`; see [`NoSip::hangup`].
    Hangup = "hangup";
}

constructors! {
    /// Creates a request for plain RTP.
    Generate();
    /// Creates a request with the peer's offer or answer.
    Process(kind as JsepKind, sdp as String);
}

/// `generate`; see [`NoSip::generate`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "generate")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Generate {
    /// A note for context. The plugin checks that it is a text and does nothing with it.
    pub info: Option<String>,
    /// Whether to offer or to demand SRTP; an answer has it anyway if the offer had. Default: plain
    /// RTP.
    pub srtp: Option<Srtp>,
    /// Which encryption to offer; counts only with SRTP. Default: AES_CM_128_HMAC_SHA1_80.
    pub srtp_profile: Option<SrtpProfile>,
    /// Not read: the core sees by itself whether the description changes a PeerConnection.
    pub update: Option<bool>,
}

/// A description for the peer. `Debug` shows the length of the SDP, which may have SRTP keys in it.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[non_exhaustive]
pub struct Generated {
    /// `type`: offer or answer, as what was given.
    #[serde(rename = "type", default)]
    pub kind: JsepKind,
    /// The plain SDP, with the server's address and RTP ports.
    pub sdp: String,
    /// Whether it changes a call that there was.
    #[serde(default)]
    pub update: bool,
    /// The plugin's own name for the call, which event handlers have too. Since Janus 1.4.0.
    pub unique_id: Option<String>,
}

/// `process`; see [`NoSip::process`]. `Debug` shows the length of the SDP, which may have SRTP keys
/// in it.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "process")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Process {
    /// `type`: offer or answer.
    #[serde(rename = "type")]
    pub kind: JsepKind,
    /// The peer's plain SDP.
    pub sdp: String,
    /// A note for context. The plugin checks that it is a text and does nothing with it.
    pub info: Option<String>,
    /// [`SdesMandatory`](Srtp::SdesMandatory) refuses a peer without SRTP. Default: either is fine.
    pub srtp: Option<Srtp>,
    /// Not read: what the peer has chosen counts.
    pub srtp_profile: Option<SrtpProfile>,
    /// Whether it changes the call that there is. Default: whether the call is set up already.
    pub update: Option<bool>,
}

/// What the plugin made of the peer's description.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Processed {
    /// Whether the peer has SRTP, and whether it was demanded here; absent: it has not.
    pub srtp: Option<Srtp>,
    /// Whether it changes a call that there was.
    pub update: bool,
    /// As in [`Generated::unique_id`]. Since Janus 1.4.0.
    pub unique_id: Option<String>,
}

impl fmt::Debug for Generated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generated")
            .field("kind", &self.kind)
            .field("sdp", &format_args!("{} bytes", self.sdp.len()))
            .field("update", &self.update)
            .field("unique_id", &self.unique_id)
            .finish()
    }
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process")
            .field("kind", &self.kind)
            .field("sdp", &format_args!("{} bytes", self.sdp.len()))
            .field("info", &self.info)
            .field("srtp", &self.srtp)
            .field("srtp_profile", &self.srtp_profile)
            .field("update", &self.update)
            .finish()
    }
}

impl NoSip {
    /// Turns a WebRTC offer or answer into a plain one for the peer.
    ///
    /// Sends `generate` with the description, whose media becomes RTP ports of the server, and
    /// returns the plain SDP with them. An answer begins the media.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 446 for an SDP that cannot be parsed or has a data channel, 444 for end-to-end
    /// encrypted media, 448 when there are no RTP ports left, 450 for an answer with mandatory SRTP
    /// to an offer without.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, NoSip, nosip::{Generate, Srtp}, testing, webrtc::JsepKind};
    /// # let said = r#"{"result":{"event":"generated","type":"offer","sdp":"v=0\r\n"}}"#;
    /// # let (_gateway, line) = testing::with_outcome::<NoSip>("generate", said, None)?;
    /// let generate = Generate::new().srtp(Srtp::SdesOptional);
    /// let offer = line.generate(&generate, &Jsep::offer(testing::AUDIO_SDP))?;
    /// assert_eq!(offer.kind, JsepKind::Offer);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn generate(&self, generate: &Generate, jsep: &Jsep) -> Result<Generated> {
        self.handle
            .exchange(generate, Some(jsep))
            .map(|(generated, _)| generated)
    }

    /// Turns the peer's plain offer or answer into one for WebRTC.
    ///
    /// Sends `process` and returns what the WebRTC side needs: an offer, which it answers by
    /// [`generate`](Self::generate), or the answer to its own offer. An answer begins the media.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 446 for an SDP that cannot be parsed or has a data channel, 447 for one
    /// without audio, video or an address, 450 for one without SRTP where that is mandatory.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, NoSip, nosip::Process, testing, webrtc::JsepKind};
    /// # let (said, jsep) = (r#"{"result":{"event":"processed"}}"#, Jsep::answer("v=0\r\n"));
    /// # let (_gateway, line) = testing::with_outcome::<NoSip>("process", said, Some(jsep))?;
    /// let from_peer = "v=0\r\n..";
    /// let (processed, answer) = line.process(&Process::new(JsepKind::Answer, from_peer))?;
    /// assert_eq!((processed.srtp, answer.kind), (None, JsepKind::Answer));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn process(&self, process: &Process) -> Result<(Processed, Jsep)> {
        let (processed, jsep) = self.handle.exchange(process, None)?;
        let jsep = self
            .handle
            .described(process, jsep, "a description for WebRTC")?;
        Ok((processed, jsep))
    }

    /// Ends the call: closes the PeerConnection and the RTP ports.
    ///
    /// Sends `hangup` and waits for its confirmation;
    /// [`Event::Hangup`](crate::Event::Hangup) of the core follows. The peer hears nothing of it.
    /// Without a negotiated PeerConnection it is confirmed too, and since Janus 1.2.2 has no effect.
    ///
    /// # Errors
    ///
    /// `Plugin` never: the request is confirmed in every state.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::NoSip;
    /// # let said = r#"{"result":{"event":"hangingup"}}"#;
    /// # let (_gateway, line) = janus_blocking::testing::with_outcome::<NoSip>("hangup", said, None)?;
    /// line.hangup()?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn hangup(&self) -> Result<()> {
        self.handle.request(&Hangup::new()).map(|Done| ())
    }
}
