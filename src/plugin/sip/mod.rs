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
//! | RTP copies | [`rtp_forward`](Sip::rtp_forward), [`stop_rtp_forward`](Sip::stop_rtp_forward), [`list_forwarders`](Sip::list_forwarders) |

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{Refusal, plugin_type, requests};

mod account;
mod answer;
mod call;
mod envelope;
pub mod error_code;
pub mod event;
mod headers;
mod in_call;
mod message;
mod rtp_forward;

pub use super::{
    Secret,
    rtp::{ForwardKind, ForwardStream, Forwarder, HostFamily, Srtp, SrtpProfile, SrtpSuite},
};
use account::RegisterAtOnce;
pub use account::{AccountType, Register, Registering, Reset, Unregister};
use answer::AcceptWithOffer;
pub use answer::{Accept, Decline, Declining, Progress, RingingSent, SendRinging};
pub use call::{Call, Calling, HangingUp, Hangup, Update};
pub use envelope::{Confirmation, Confirmed};
pub use event::Event;
use event::Registered;
pub use headers::Headers;
pub use in_call::{
    Direction, DtmfInfo, Hold, Info, Keyframe, Recording, RecordingAction, Transfer, Unhold,
};
pub use message::{Message, MessageSent, Subscribe, Subscribing, Unsubscribe};
pub use rtp_forward::{
    ForwardStopped, Forwarders, Forwarding, ListForwarders, RtpForward, StopRtpForward,
};

requests! { Sip by envelope::reply:
    // `registering` comes first, with the transaction; the outcome comes without it.
    Register           "register"         -> Registered,     until_unmarked ["registered", "registration_failed"];
    // Answered with its transaction. What comes without it is about another registration.
    RegisterAtOnce<'_> "register"         -> Registered,     until ["registered"];
    Unregister         "unregister"       -> Confirmation,   until ["unregistering"];
    Reset              "reset"            -> Confirmation,   until ["reset"];
    // Later events of the call, `hangup` included, have the transaction of `call` too.
    Call               "call"             -> Calling,        until ["calling"];
    Hangup             "hangup"           -> HangingUp,      until ["hangingup"];
    Update             "update"           -> Confirmation,   until ["updating", "updated"];
    Accept             "accept"           -> Confirmation,   until ["accepted", "accepting"];
    // The caller's answer is an `accepted` with the same transaction, perhaps before `accepting`.
    AcceptWithOffer<'_> "accept"          -> Confirmation,   until ["accepting"];
    Progress           "progress"         -> Confirmation,   until ["progressed"];
    // Its answer has no `result`, and so no name.
    SendRinging        "send_ringing"     -> RingingSent;
    Decline            "decline"          -> Declining,      until ["declining"];
    Hold               "hold"             -> Confirmation,   until ["holding"];
    Unhold             "unhold"           -> Confirmation,   until ["resuming"];
    Transfer           "transfer"         -> Confirmation,   until ["transferring"];
    Info               "info"             -> Confirmation,   until ["infosent"];
    DtmfInfo           "dtmf_info"        -> Confirmation,   until ["dtmfsent"];
    Recording          "recording"        -> Confirmation,   until ["recordingupdated"];
    Keyframe           "keyframe"         -> Confirmation,   until ["keyframesent"];
    Message            "message"          -> MessageSent,    until ["messagesent"];
    Subscribe          "subscribe"        -> Subscribing,    until ["subscribing"];
    Unsubscribe        "unsubscribe"      -> Confirmation,   until ["unsubscribing"];
    RtpForward         "rtp_forward"      -> Forwarding,     until ["rtp_forward"];
    StopRtpForward     "stop_rtp_forward" -> ForwardStopped, until ["stop_rtp_forward"];
    ListForwarders     "listforwarders"   -> Forwarders,     until ["forwarders"], reads;
}

plugin_type! {
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
    /// use janus_blocking::{Sip, sip::{self, Register}};
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # let session = janus.create_session()?;
    /// let door: Sip = session.attach()?;
    /// door.register(&Register::new("sip:door@example.org").secret("hush"))?;
    /// # gateway.sip().call("door", "sip:visitor@example.org", None);
    /// for event in &door.events() {
    ///     if let Some(sip::Event::IncomingCall(call)) = event?.into_plugin() {
    ///         assert_eq!(call.username, "sip:visitor@example.org");
    ///         break;
    ///     }
    /// }
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct Sip "janus.plugin.sip", Event = event::decode;

    fn event_name(data: &RawValue) -> Cow<'_, str> {
        envelope::event_name(data)
    }

    /// The `result` object; all of the data where there is none, as in the answer to
    /// `send_ringing`.
    fn reply(data: &RawValue) -> &RawValue {
        envelope::result(data)
    }

    /// An `error` key, with or without a code, and `registration_failed`, with the SIP code.
    fn refusal(data: &RawValue) -> Option<Refusal> {
        envelope::refusal(data)
    }
}
