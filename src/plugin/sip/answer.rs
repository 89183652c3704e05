//! Incoming calls: accepting, progressing, ringing and declining them.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{Confirmation, Headers, Sip, Srtp, SrtpProfile};
use crate::plugin::{bare_requests, constructors};
use crate::{Jsep, JsepKind, Result};

bare_requests! {
    /// `send_ringing`; see [`Sip::send_ringing`]. Since Janus 1.3.3.
    SendRinging = "send_ringing";
}

constructors! {
    /// Creates a request to accept the call.
    Accept();
    /// Creates a request to let the caller hear early media.
    Progress();
    /// Creates a request to refuse the call, with Janus's default code.
    Decline();
}

/// `accept`; see [`Sip::accept`].
///
/// Given to [`Handle::exchange`](crate::Handle::exchange) itself, it is for answers only: with an
/// offer that may take the event with the caller's answer for the reply.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "accept")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Accept {
    /// Whether to answer with SRTP, or only with SRTP. Default: as the caller demands.
    pub srtp: Option<Srtp>,
    /// Which encryption to offer to a caller that made no offer. Default:
    /// AES_CM_128_HMAC_SHA1_80. Since Janus 1.4.0.
    pub srtp_profile: Option<SrtpProfile>,
    /// Further headers of the 200. Default: none.
    pub headers: Option<Headers>,
    /// Whether the plugin accepts the peer's changes of the call by itself. Default: true. With
    /// `false` each arrives as [`Event::UpdatingCall`](super::Event::UpdatingCall).
    pub autoaccept_reinvites: Option<bool>,
}

/// [`Accept`] with an offer, which ends in another way.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct AcceptWithOffer<'a>(&'a Accept);

/// `progress`; see [`Sip::progress`]. Since Janus 1.3.1.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "progress")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Progress {
    /// Whether to answer with SRTP, or only with SRTP. Default: as the caller demands.
    pub srtp: Option<Srtp>,
    /// Which encryption to offer to a caller that made no offer. Default:
    /// AES_CM_128_HMAC_SHA1_80. Since Janus 1.4.0.
    pub srtp_profile: Option<SrtpProfile>,
    /// Further headers of the 183. Default: none.
    pub headers: Option<Headers>,
    /// Whether the plugin accepts the peer's changes of the call by itself. Default: true.
    pub autoaccept_reinvites: Option<bool>,
}

/// The 180 went out. The plugin has no word for it: its answer has no `result`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct RingingSent {
    /// The SIP Call-ID of the call.
    pub call_id: Option<String>,
}

/// `decline`; see [`Sip::decline`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "decline")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Decline {
    /// The SIP code for the caller, 400 to 699. Default: 603, for calls 486 before Janus 1.2.2.
    /// Values up to 399 count as 486, for a transfer as 603.
    #[setters(into = false)]
    pub code: Option<u16>,
    /// Further headers of the response; not for a transfer. Default: none.
    pub headers: Option<Headers>,
    /// [`Transfer::refer_id`](super::event::Transfer::refer_id) of the transfer to decline instead
    /// of a call. Default: none, and so does 0.
    #[setters(into = false)]
    pub refer_id: Option<u64>,
}

/// The refusal is on its way to the caller.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Declining {
    /// The SIP code that was sent; 0 if not given.
    pub code: i64,
    /// The SIP Call-ID of the call; for a transfer that of the handle's call, if it has one. Absent
    /// too when the caller was gone before the plugin had written its answer.
    pub call_id: Option<String>,
    /// The transfer that was declined, if it was one.
    pub refer_id: Option<u64>,
}

impl Sip {
    /// Accepts the incoming call.
    ///
    /// **Not within the first milliseconds of the call**: Janus 1.1.2 and 1.4.1 announce a call just
    /// before they are ready for the response. An `accept` sent in that gap, which is rare, is
    /// confirmed but has no effect: the caller still hears it ring. The same is true of
    /// [`progress`](Self::progress), [`send_ringing`](Self::send_ringing) and
    /// [`decline`](Self::decline). A program that answers by itself should wait for some 20 ms.
    ///
    /// Sends `accept` with the session description and waits for its confirmation. When
    /// [`Event::IncomingCall`](super::Event::IncomingCall) came with an offer, pass the answer: the
    /// call is established then ([`Confirmed::Accepted`](super::Confirmed::Accepted)). When it came without,
    /// pass an offer ([`Confirmed::Accepting`](super::Confirmed::Accepting)): the caller's answer arrives as
    /// [`Event::Accepted`](super::Event::Accepted). On a reattached handle it takes the call that
    /// was ringing before, which Janus does not announce again.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 447 when no call is waiting, 448 for an SDP that cannot be used, 450 when
    /// there are no RTP ports left, 452 when `srtp` is mandatory and the caller does not offer it.
    /// `Janus` with code 469 or 465 when the caller has given up and this is an answer: with the
    /// call the core forgets its offer. An offer that was refused is in the way of the next one, as
    /// for [`call`](Self::call).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, Sip, sip::{self, Accept, Confirmed}, testing};
    /// # let (gateway, door) = testing::attached::<Sip>()?;
    /// # door.register(&sip::Register::new("sip:door@example.org").secret("hush"))?;
    /// # gateway.sip().call("door", "sip:visitor@example.org", Some(testing::AUDIO_SDP));
    /// // The answer comes from the WebRTC stack that was given the offer.
    /// let accepted = door.accept(&Accept::new(), &Jsep::answer(testing::AUDIO_SDP))?;
    /// assert_eq!(accepted.of, Confirmed::Accepted);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn accept(&self, accept: &Accept, jsep: &Jsep) -> Result<Confirmation> {
        match jsep.kind {
            JsepKind::Offer => self.handle.exchange(&AcceptWithOffer(accept), Some(jsep)),
            _ => self.handle.exchange(accept, Some(jsep)),
        }
        .map(|(reply, _)| reply)
    }

    /// Sends early media, so that the caller hears something before the call is accepted. Since
    /// Janus 1.3.1.
    ///
    /// Sends `progress`, which becomes a 183, with the session description, and waits for its
    /// confirmation ([`Confirmed::Progressed`](super::Confirmed::Progressed)). As with
    /// [`accept`](Self::accept), pass the answer to the call's offer, or an offer if it had none.
    /// [`accept`](Self::accept) or [`decline`](Self::decline) has to follow.
    ///
    /// # Errors
    ///
    /// As for [`accept`](Self::accept); 447 also for a second time, 442 before Janus 1.3.1.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, Sip, sip::{self, Confirmed, Progress}, testing};
    /// # let gateway = testing::FakeGateway::builder().version(testing::Version::V1_4_1).start()?;
    /// # let door: Sip = gateway.attach()?;
    /// # door.register(&sip::Register::new("sip:door@example.org").secret("hush"))?;
    /// # gateway.sip().call("door", "sip:visitor@example.org", Some(testing::AUDIO_SDP));
    /// let heard = door.progress(&Progress::new(), &Jsep::answer(testing::AUDIO_SDP))?;
    /// assert_eq!(heard.of, Confirmed::Progressed);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *SIP plugin documentation*, where the confirmation is called `progressing`.
    pub fn progress(&self, progress: &Progress, jsep: &Jsep) -> Result<Confirmation> {
        self.handle
            .exchange(progress, Some(jsep))
            .map(|(reply, _)| reply)
    }

    /// Tells the caller that the phone rings. Since Janus 1.3.3.
    ///
    /// Sends `send_ringing`, which becomes a 180, and waits for its confirmation. Needed only for
    /// accounts with [`automatic_ringing`](super::Register::automatic_ringing) off.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 0 when no call is waiting, 442 before Janus 1.3.3.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::{Sip, sip};
    /// # let gateway = janus_blocking::testing::FakeGateway::builder().version(janus_blocking::testing::Version::V1_4_1).start()?;
    /// # let door: Sip = gateway.attach()?;
    /// # door.register(&sip::Register::new("sip:door@example.org").secret("hush"))?;
    /// # gateway.sip().call("door", "sip:visitor@example.org", None);
    /// let rings = door.send_ringing()?;
    /// assert!(rings.call_id.is_some());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: none.
    pub fn send_ringing(&self) -> Result<RingingSent> {
        self.handle.request(&SendRinging::new())
    }

    /// Refuses the incoming call, or a transfer.
    ///
    /// Sends `decline` and waits for its confirmation. For a call
    /// [`Event::Hangup`](super::Event::Hangup) follows.
    ///
    /// # Errors
    ///
    /// `Timeout` when no call is waiting: the plugin then ignores the request. `Plugin` with code
    /// 447 when there is no such transfer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::{self, Decline}};
    /// # let (gateway, door) = janus_blocking::testing::attached::<Sip>()?;
    /// # door.register(&sip::Register::new("sip:door@example.org").secret("hush"))?;
    /// # let call = gateway.sip().call("door", "sip:visitor@example.org", None);
    /// let declining = door.decline(&Decline::new().code(486))?;
    /// assert_eq!(declining.code, 486);
    /// # assert_eq!(call.state(), janus_blocking::testing::CallState::Refused(486));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn decline(&self, decline: &Decline) -> Result<Declining> {
        self.handle.request(decline)
    }
}
