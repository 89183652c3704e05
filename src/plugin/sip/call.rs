//! Calls: placing, ending and changing them.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{Confirmation, Headers, Secret, Sip, Srtp, SrtpProfile};
use crate::plugin::{bare_requests, constructors};
use crate::{Jsep, Result};

bare_requests! {
    /// `update`; see [`Sip::update`].
    Update = "update";
}

constructors! {
    /// Creates a request to call `uri`.
    Call(uri as String);
    /// Creates a request to end the call.
    Hangup();
}

/// `call`; see [`Sip::call`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "call")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Call {
    /// The SIP URI to call.
    pub uri: String,
    /// Further headers of the INVITE. Default: none.
    pub headers: Option<Headers>,
    /// The SIP Call-ID of the call. Default: a random one.
    pub call_id: Option<String>,
    /// Whether to offer or to demand SRTP. Default: plain RTP.
    pub srtp: Option<Srtp>,
    /// Which encryption to offer; counts only with `srtp`. Default: AES_CM_128_HMAC_SHA1_80.
    pub srtp_profile: Option<SrtpProfile>,
    /// Whether the plugin accepts the peer's changes of the call by itself. Default: true. With
    /// `false` each arrives as [`Event::UpdatingCall`](super::Event::UpdatingCall).
    pub autoaccept_reinvites: Option<bool>,
    /// [`Transfer::refer_id`](super::event::Transfer::refer_id) of the transfer that this call
    /// follows; whoever asked for it hears how the call goes. Default: none.
    #[setters(into = false)]
    pub refer_id: Option<u64>,
    /// The password of a guest; not both `secret` and `ha1_secret`. Default: the account's.
    pub secret: Option<Secret>,
    /// The password as the MD5 of `user:realm:password`, in hex.
    pub ha1_secret: Option<Secret>,
    /// The name to authenticate with. Default: the account's.
    pub authuser: Option<String>,
}

/// The INVITE went out.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Calling {
    /// The SIP Call-ID of the call: the one asked for, or a random one. Absent when the call has
    /// failed before the plugin had written its answer: then
    /// [`Event::Hangup`](super::Event::Hangup) was first and has it.
    pub call_id: Option<String>,
}

/// `hangup`; see [`Sip::hangup`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "hangup")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Hangup {
    /// Further headers of the BYE. Default: none.
    pub headers: Option<Headers>,
}

/// The end of the call has begun.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct HangingUp {
    /// The SIP Call-ID of the call; absent if it ended before the plugin wrote its answer.
    pub call_id: Option<String>,
}

impl Sip {
    /// Places a call.
    ///
    /// Sends `call` with the offer and returns when the INVITE is out. The offer must not have a
    /// data channel. What follows are events with this call's `call_id`:
    /// [`Proceeding`](super::Event::Proceeding) and [`Ringing`](super::Event::Ringing), perhaps
    /// [`Progress`](super::Event::Progress) with the answer (early media), then
    /// [`Accepted`](super::Event::Accepted), with the answer unless `Progress` had it, or
    /// [`Hangup`](super::Event::Hangup) with the reason, for example 486. There is no limit of
    /// time: [`hangup`](Self::hangup) stops the ringing.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 447 when not registered or in a call already, 446 for a bad URI, 448 for
    /// an SDP that cannot be used, 450 when there are no RTP ports left.
    ///
    /// `Janus` with code 490 when an earlier offer is in the way. One that the plugin refused is,
    /// until the core's hangup ([`Handle::hangup`](crate::Handle::hangup)) has taken it away. So is
    /// one whose call has just ended: Janus still tidies up for some milliseconds after
    /// [`Event::Hangup`](crate::Event::Hangup) of the core.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, Sip, sip::{self, Call}, testing};
    /// # use std::time::Duration;
    /// # let (gateway, door) = testing::attached::<Sip>()?;
    /// # door.register(&sip::Register::new("sip:door@example.org").secret("hush"))?;
    /// let call = Call::new("sip:desk@example.org").headers([("X-Door", "front")]);
    /// let calling = door.call(&call, &Jsep::offer(testing::AUDIO_SDP))?;
    /// assert!(calling.call_id.is_some());
    /// # assert!(gateway.sip().wait_outgoing(Duration::ZERO).is_some());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn call(&self, call: &Call, offer: &Jsep) -> Result<Calling> {
        self.handle
            .exchange(call, Some(offer))
            .map(|(reply, _)| reply)
    }

    /// Ends a call, or stops one that still rings at the other end.
    ///
    /// Sends `hangup` and returns when BYE (or CANCEL) is on its way; the end arrives as
    /// [`Event::Hangup`](super::Event::Hangup). For an incoming call that was not accepted, use
    /// [`decline`](Self::decline). Not to be confused with the core's `hangup`, which closes the
    /// PeerConnection ([`Handle::hangup`](crate::Handle::hangup)) and ends the call that way.
    ///
    /// # Errors
    ///
    /// `Timeout` without a call, and for an incoming call that was not accepted: the plugin then
    /// ignores the request.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, Sip, sip::{self, Call, Hangup}, testing};
    /// # let (_gateway, door) = testing::attached::<Sip>()?;
    /// # door.register(&sip::Register::new("sip:door@example.org").secret("hush"))?;
    /// let calling = door.call(&Call::new("sip:desk@example.org"), &Jsep::offer(testing::AUDIO_SDP))?;
    /// // Nobody is there.
    /// let ending = door.hangup(&Hangup::new())?;
    /// assert_eq!(ending.call_id, calling.call_id);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn hangup(&self, hangup: &Hangup) -> Result<HangingUp> {
        self.handle.request(hangup)
    }

    /// Changes the media of a call, or answers the peer's change.
    ///
    /// Sends `update` with the session description and waits for its confirmation. With an offer
    /// ([`Confirmed::Updating`](super::Confirmed::Updating)) a re-INVITE goes out, and the peer's answer
    /// arrives as [`Event::Accepted`](super::Event::Accepted). With an answer
    /// ([`Confirmed::Updated`](super::Confirmed::Updated)) it replies to an
    /// [`Event::UpdatingCall`](super::Event::UpdatingCall).
    ///
    /// # Errors
    ///
    /// `Plugin` with code 447 outside a call, 448 for an SDP that does not renegotiate the
    /// PeerConnection that there is, or an answer that nobody asked for.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, Sip, sip::Confirmed, testing};
    /// # let (_gateway, door) = testing::with_outcome::<Sip>("update", r#"{"result":{"event":"updating"}}"#, None)?;
    /// let updating = door.update(&Jsep::offer(testing::AUDIO_SDP))?;
    /// assert_eq!(updating.of, Confirmed::Updating);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn update(&self, jsep: &Jsep) -> Result<Confirmation> {
        self.handle
            .exchange(&Update::new(), Some(jsep))
            .map(|(reply, _)| reply)
    }
}
