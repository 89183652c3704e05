//! The SIP plugin: register accounts at a SIP server, make and take calls.
//!
//! One handle is one account and at most one call; further calls at the same time need helpers
//! ([`AccountType::Helper`]), each on a handle of its own.
//!
//! Every method waits for the event that says what the plugin did with the request. What the SIP
//! side does afterwards (ringing, answering, hanging up) arrives as [`Event`]. Where both share a
//! type, for example [`event::Registered`], it is the same on either way.
//!
//! Janus docs: *SIP plugin documentation*.
//!
//! | topic | requests |
//! |---|---|
//! | account | [`register`](Sip::register), [`unregister`](Sip::unregister), [`reset`](Sip::reset) |
//! | calling | [`call`](Sip::call), [`hangup`](Sip::hangup), [`update`](Sip::update) |
//! | being called | [`accept`](Sip::accept), [`progress`](Sip::progress), [`send_ringing`](Sip::send_ringing), [`decline`](Sip::decline) |
//! | in a call | [`hold`](Sip::hold), [`unhold`](Sip::unhold), [`transfer`](Sip::transfer), [`info`](Sip::info), [`dtmf_info`](Sip::dtmf_info), [`recording`](Sip::recording), [`keyframe`](Sip::keyframe) |
//! | messages | [`message`](Sip::message), [`subscribe`](Sip::subscribe), [`unsubscribe`](Sip::unsubscribe) |
//! | RTP copies | [`rtp_forward`](Sip::rtp_forward), [`stop_rtp_forward`](Sip::stop_rtp_forward), [`listforwarders`](Sip::listforwarders) |

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{Plugin, Refusal};
use crate::Handle;

mod account;
mod answer;
mod call;
mod confirmed;
pub mod error_code;
pub mod event;
mod forward;
mod frame;
mod headers;
mod in_call;
mod lasting;
mod media;
mod message;
mod srtp;
mod subscribe;
mod terminal;

pub use super::Secret;
pub use account::{AccountType, Register, Registering, Reset, Unregister};
pub use answer::{Accept, Decline, Declining, Progress, RingingSent, SendRinging};
pub use call::{Call, Calling, HangingUp, Hangup, Update};
pub use confirmed::{Confirmed, Step};
pub use event::Event;
pub use forward::{
    ForwardKind, ForwardStopped, ForwardStream, Forwarder, Forwarders, Forwarding, HostFamily,
    ListForwarders, RtpForward, SrtpSuite, StopRtpForward,
};
pub use headers::Headers;
pub use in_call::{Direction, DtmfInfo, Hold, Info, Transfer, Unhold};
pub use media::{Keyframe, Recording, RecordingAction};
pub use message::{Message, MessageSent};
pub use srtp::{Srtp, SrtpProfile};
pub use subscribe::{Subscribe, Subscribing, Unsubscribe};
pub use terminal::TERMINALS;

/// A handle of the SIP plugin, `janus.plugin.sip`.
///
/// Comes from [`Session::attach`](crate::Session::attach) or
/// [`Session::reattach`](crate::Session::reattach); a reattached one finds the account and the
/// call of its handle as they are. All methods take `&self` and may be called from several threads
/// at once; each blocks its own caller only, at most for the request timeout.
///
/// # Errors of every method
///
/// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`] when the plugin refuses;
/// 442 for a request that the server's version does not have, 444 for a value that it does not
/// accept. The code is 0 where the plugin gives none: requests that need a call, outside of one.
///
/// # Example
///
/// ```
/// use janus_blocking::{Plugin, Sip, sip::{self, Register}};
/// # use janus_blocking::testing::FakeGateway;
///
/// # let gateway = FakeGateway::start()?;
/// # let janus = gateway.connect()?;
/// # let session = janus.create_session()?;
/// let door: Sip = session.attach()?;
/// door.register(&Register::new("sip:door@example.org").secret("hush"))?;
/// # gateway.sip().call("door", "sip:visitor@example.org", None);
/// for event in &door.events() {
///     if let Some(sip::Event::IncomingCall(call)) = event?.plugin() {
///         assert_eq!(call.username, "sip:visitor@example.org");
///         break;
///     }
/// }
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Debug)]
pub struct Sip {
    handle: Handle,
}

impl Sip {
    /// The handle without its plugin type.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::Sip;
    /// # use janus_blocking::testing::FakeGateway;
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let door: Sip = session.attach()?;
    /// let handle = door.into_handle();
    /// handle.detach()?;
    /// # assert!(gateway.handles().is_empty());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn into_handle(self) -> Handle {
        self.handle
    }
}

impl Plugin for Sip {
    const PACKAGE: &'static str = "janus.plugin.sip";

    type Event = Event;

    fn new(handle: Handle) -> Self {
        Self { handle }
    }

    fn handle(&self) -> &Handle {
        &self.handle
    }

    fn decode(data: &RawValue) -> serde_json::Result<Event> {
        event::decode(data)
    }

    fn event_name(data: &RawValue) -> Cow<'_, str> {
        frame::event_name(data)
    }

    /// The `result` object; all of the data where there is none, as in the answer to
    /// `send_ringing`.
    fn reply(data: &RawValue) -> &RawValue {
        frame::result(data).unwrap_or(data)
    }

    /// An `error` key, with or without a code, and `registration_failed`, with the SIP code.
    fn refusal(data: &RawValue) -> Option<Refusal> {
        frame::refusal(data)
    }
}
