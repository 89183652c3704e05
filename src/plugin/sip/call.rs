//! Calls: placing, ending and changing them.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_with::skip_serializing_none;

use super::{Confirmed, Headers, Secret, Sip, Srtp, SrtpProfile, frame::Frame, terminal};
use crate::{
    Jsep, Result,
    plugin::{Request, Terminal},
};

/// `call`; see [`Sip::call`].
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Setters)]
#[serde(tag = "request", rename = "call")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Call {
    /// The SIP URI to call.
    #[setters(skip)]
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
    /// follows; the one who asked for it is told how the call goes. Default: none.
    #[setters(into = false)]
    pub refer_id: Option<u64>,
    /// The password, where a guest has to authenticate. Not both of `secret` and `ha1_secret`.
    /// Default: the account's.
    pub secret: Option<Secret>,
    /// The password as the MD5 of `user:realm:password`, in hex.
    pub ha1_secret: Option<Secret>,
    /// The name to authenticate with. Default: the account's.
    pub authuser: Option<String>,
}

impl Call {
    /// A call to that SIP URI.
    pub fn new(uri: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            headers: None,
            call_id: None,
            srtp: None,
            srtp_profile: None,
            autoaccept_reinvites: None,
            refer_id: None,
            secret: None,
            ha1_secret: None,
            authuser: None,
        }
    }
}

impl Request for Call {
    type Plugin = Sip;
    type Reply = Calling;

    const NAME: &'static str = "call";
    const TERMINAL: Terminal = terminal::of(Self::NAME);

    fn reply(data: &RawValue) -> serde_json::Result<Calling> {
        Frame::parse(data)?.with_call_id(|reply: &mut Calling| &mut reply.call_id)
    }
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
#[derive(Clone, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "hangup")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Hangup {
    /// Further headers of the BYE. Default: none.
    pub headers: Option<Headers>,
}

impl Hangup {
    /// Without further headers.
    pub const fn new() -> Self {
        Self { headers: None }
    }
}

impl Request for Hangup {
    type Plugin = Sip;
    type Reply = HangingUp;

    const NAME: &'static str = "hangup";
    const TERMINAL: Terminal = terminal::of(Self::NAME);

    fn reply(data: &RawValue) -> serde_json::Result<HangingUp> {
        Frame::parse(data)?.with_call_id(|reply: &mut HangingUp| &mut reply.call_id)
    }
}

/// The end of the call has begun.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct HangingUp {
    /// The SIP Call-ID of the call; absent when it was over before the plugin had written its
    /// answer.
    pub call_id: Option<String>,
}

/// `update`; see [`Sip::update`].
#[derive(Clone, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "update")]
#[non_exhaustive]
pub struct Update {}

impl Update {
    /// The request; it has no parameters.
    pub const fn new() -> Self {
        Self {}
    }
}

impl Request for Update {
    type Plugin = Sip;
    type Reply = Confirmed;

    const NAME: &'static str = "update";
    const TERMINAL: Terminal = terminal::of(Self::NAME);

    fn reply(data: &RawValue) -> serde_json::Result<Confirmed> {
        Confirmed::decode(data)
    }
}

impl Sip {
    /// Calls somebody.
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
    /// use janus_blocking::{Jsep, sip::Call};
    /// # use std::time::Duration;
    /// # use janus_blocking::{Sip, sip, testing::FakeGateway};
    /// # const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
    /// #     m=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijkl\r\n\
    /// #     a=fingerprint:sha-256 AA\r\na=mid:0\r\n";
    ///
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let door: Sip = session.attach()?;
    /// # door.register(&sip::Register::new("sip:door@example.org").secret("hush"))?;
    /// let call = Call::new("sip:desk@example.org").headers([("X-Door", "front")]);
    /// let calling = door.call(&call, &Jsep::offer(OFFER))?;
    /// assert!(calling.call_id.is_some());
    /// # assert!(gateway.sip().wait_outgoing(Duration::ZERO).is_some());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *SIP plugin documentation*.
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
    /// use janus_blocking::{Jsep, sip::{Call, Hangup}};
    /// # use janus_blocking::{Sip, sip, testing::FakeGateway};
    /// # const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
    /// #     m=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijkl\r\n\
    /// #     a=fingerprint:sha-256 AA\r\na=mid:0\r\n";
    ///
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let door: Sip = session.attach()?;
    /// # door.register(&sip::Register::new("sip:door@example.org").secret("hush"))?;
    /// let calling = door.call(&Call::new("sip:desk@example.org"), &Jsep::offer(OFFER))?;
    /// // Nobody is there.
    /// let ending = door.hangup(&Hangup::new())?;
    /// assert_eq!(ending.call_id, calling.call_id);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *SIP plugin documentation*.
    pub fn hangup(&self, hangup: &Hangup) -> Result<HangingUp> {
        self.handle.request(hangup)
    }

    /// Changes the media of a call, or answers the peer's change.
    ///
    /// Sends `update` with the session description and waits for its confirmation. With an offer
    /// ([`Step::Updating`](super::Step::Updating)) a re-INVITE goes out, and the peer's answer
    /// arrives as [`Event::Accepted`](super::Event::Accepted). With an answer
    /// ([`Step::Updated`](super::Step::Updated)) it replies to an
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
    /// use janus_blocking::{Jsep, sip::Step};
    /// # use janus_blocking::{Sip, testing::{Expect, FakeGateway}};
    /// # use serde_json::json;
    /// # const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
    /// #     m=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijkl\r\n\
    /// #     a=fingerprint:sha-256 AA\r\na=mid:0\r\n";
    ///
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let body = json!({ "request": "update" });
    /// # let expected = Expect::request("janus.plugin.sip", body).exactly();
    /// # gateway.expect(expected.event(json!({ "result": { "event": "updating" } })));
    /// # let door: Sip = session.attach()?;
    /// let updating = door.update(&Jsep::offer(OFFER))?;
    /// assert_eq!(updating.step, Step::Updating);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *SIP plugin documentation*.
    pub fn update(&self, jsep: &Jsep) -> Result<Confirmed> {
        self.handle
            .exchange(&Update::new(), Some(jsep))
            .map(|(reply, _)| reply)
    }
}
