//! What happens on a SIP handle.

use serde::de::DeserializeOwned;
use serde_json::{Result, Value, value::RawValue};

use super::{
    Calling, Confirmed, Declining, ForwardStopped, Forwarders, Forwarding, HangingUp, MessageSent,
    Registering, RingingSent, Subscribing,
    frame::{self, Frame},
};
use crate::plugin::Refusal;

mod account;
mod call;
mod text;

pub use account::{Failure, Registered, RegistrationFailed, Unregistered};
pub use call::{Answered, Hangup, IncomingCall, MissedCall, Proceeding, Ringing, Transfer};
pub use text::{Dtmf, Info, Message, MessageDelivery, Notify, SubscribeOutcome};

/// An event of the SIP plugin.
///
/// Some bring a session description, which stands beside the event: see each. The `call_id` in
/// most of them is the SIP Call-ID of the call, or of the message or subscription that the event is
/// about. Texts that come from the SIP side are empty when they are not valid UTF-8: Janus leaves
/// them out then.
///
/// Answers to requests are given to the request's caller and come here only when it did not wait
/// for them, as with [`Handle::send`](crate::Handle::send). They are from `Registering` on.
///
/// # Example
///
/// ```
/// use janus_blocking::{Plugin, sip::Event};
/// # use janus_blocking::{Sip, sip, testing::FakeGateway};
///
/// # let gateway = FakeGateway::start()?;
/// # let janus = gateway.connect()?;
/// # let session = janus.create_session()?;
/// # let door: Sip = session.attach()?;
/// # door.register(&sip::Register::new("sip:door@example.org").secret("hush"))?;
/// # let _ = door.events().recv()?;
/// # gateway.sip().call("door", "sip:visitor@example.org", None);
/// match door.events().recv()?.plugin() {
///     Some(Event::IncomingCall(call)) => println!("{} rings", call.username),
///     Some(Event::Hangup(end)) => println!("over: {} {}", end.code, end.reason),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), janus_blocking::Error>(())
/// ```
///
/// Janus docs: *SIP plugin documentation*.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// `registered`: the registrar has accepted the account, or its renewal.
    Registered(Registered),
    /// `unregistered`: the registration has ended.
    Unregistered(Unregistered),
    /// `registration_failed`: the registrar has refused the account, or its renewal.
    RegistrationFailed(RegistrationFailed),
    /// `incomingcall`: somebody calls. With the caller's offer, or none. Not to be answered within
    /// the same milliseconds, see [`accept`](super::Sip::accept).
    IncomingCall(IncomingCall),
    /// `updatingcall`: the peer wants to change the call; [`update`](super::Sip::update) answers.
    /// With the peer's offer. Only in calls with `autoaccept_reinvites` off.
    UpdatingCall(IncomingCall),
    /// `missed_call`: somebody called while this handle and its helpers were busy, and got a 486.
    MissedCall(MissedCall),
    /// `proceeding`: the call that was placed is on its way.
    Proceeding(Proceeding),
    /// `ringing`: it rings at the peer.
    Ringing(Ringing),
    /// `progress`: early media. With the peer's answer.
    Progress(Answered),
    /// `accepted`: the peer has accepted the call, or an update. With the peer's answer, unless
    /// `progress` had it.
    Accepted(Answered),
    /// `hangup`: the call has ended, for whatever reason, or did not come about.
    Hangup(Hangup),
    /// `hangingup`: the plugin ends the call because the PeerConnection has gone away.
    HangingUp(HangingUp),
    /// `info`: a SIP INFO from the peer.
    Info(Info),
    /// `message`: a SIP MESSAGE, in the call or from anybody.
    Message(Message),
    /// `messagedelivery`: the response to a [`message`](super::Sip::message).
    MessageDelivery(MessageDelivery),
    /// `dtmf`: the peer has pressed a key, by RTP event. Since Janus 1.2.1.
    Dtmf(Dtmf),
    /// `transfer`: the peer asks to call somebody else. Follow it by a
    /// [`call`](super::Sip::call) with its `refer_id`, on a helper if the call should go on, or
    /// [`decline`](super::Sip::decline) it.
    Transfer(Transfer),
    /// `notify`: news of a subscription, or of a [`transfer`](super::Sip::transfer).
    Notify(Notify),
    /// `subscribe_succeeded`: the server has accepted a subscription, or its end.
    SubscribeSucceeded(SubscribeOutcome),
    /// `subscribe_failed`: the server has refused a subscription.
    SubscribeFailed(SubscribeOutcome),
    /// The plugin has refused a request that nobody waits for.
    Error(Failure),

    /// `registering`: a REGISTER went out. The one answer that always comes here, see
    /// [`register`](super::Sip::register).
    Registering(Registering),
    /// `calling`: answer to [`Call`](super::Call).
    Calling(Calling),
    /// `declining`: answer to [`Decline`](super::Decline).
    Declining(Declining),
    /// Answer to [`SendRinging`](super::SendRinging); it has no name.
    RingingSent(RingingSent),
    /// `messagesent`: answer to [`Message`](super::Message).
    MessageSent(MessageSent),
    /// `subscribing`: answer to [`Subscribe`](super::Subscribe).
    Subscribing(Subscribing),
    /// `rtp_forward`: answer to [`RtpForward`](super::RtpForward).
    RtpForward(Forwarding),
    /// `stop_rtp_forward`: answer to [`StopRtpForward`](super::StopRtpForward).
    StopRtpForward(ForwardStopped),
    /// `forwarders`: answer to [`ListForwarders`](super::ListForwarders).
    Forwarders(Forwarders),
    /// Answer to any other request; its [`Step`](super::Step) says which.
    Confirmed(Confirmed),

    /// What this version of the crate does not know, as it came.
    Other(Value),
}

/// Reads the tag, then decodes what it stands for.
pub(super) fn decode(data: &RawValue) -> Result<Event> {
    let frame = Frame::parse(data)?;
    if let Some(Refusal { code, reason }) = frame::error(data) {
        return Ok(Event::Error(Failure::new(code, reason, frame.call_id())));
    }
    if frame.result.is_none() {
        return nameless(data);
    }
    let name = frame::event_name(data);
    Ok(match &*name {
        "registered" => {
            Event::Registered(frame.with_unique_id(|event: &mut Registered| &mut event.unique_id)?)
        }
        "unregistered" => Event::Unregistered(
            frame.with_unique_id(|event: &mut Unregistered| &mut event.unique_id)?,
        ),
        "registration_failed" => Event::RegistrationFailed(frame.result()?),
        "incomingcall" => Event::IncomingCall(IncomingCall::decode(frame)?),
        "updatingcall" => Event::UpdatingCall(IncomingCall::decode(frame)?),
        "missed_call" => of_call(frame, Event::MissedCall, |event| &mut event.call_id)?,
        "proceeding" => of_call(frame, Event::Proceeding, |event| &mut event.call_id)?,
        "ringing" => of_call(frame, Event::Ringing, |event| &mut event.call_id)?,
        "progress" => of_call(frame, Event::Progress, |event| &mut event.call_id)?,
        "accepted" => of_call(frame, Event::Accepted, |event| &mut event.call_id)?,
        "hangup" => of_call(frame, Event::Hangup, |event| &mut event.call_id)?,
        "hangingup" => of_call(frame, Event::HangingUp, |event| &mut event.call_id)?,
        "info" => of_call(frame, Event::Info, |event| &mut event.call_id)?,
        "message" => of_call(frame, Event::Message, |event| &mut event.call_id)?,
        "messagedelivery" => of_call(frame, Event::MessageDelivery, |event| &mut event.call_id)?,
        "dtmf" => of_call(frame, Event::Dtmf, |event| &mut event.call_id)?,
        "transfer" => of_call(frame, Event::Transfer, |event| &mut event.call_id)?,
        "notify" => of_call(frame, Event::Notify, |event| &mut event.call_id)?,
        "subscribe_succeeded" => {
            of_call(frame, Event::SubscribeSucceeded, |event| &mut event.call_id)?
        }
        "subscribe_failed" => of_call(frame, Event::SubscribeFailed, |event| &mut event.call_id)?,
        "registering" => Event::Registering(frame.result()?),
        "calling" => of_call(frame, Event::Calling, |event| &mut event.call_id)?,
        "declining" => of_call(frame, Event::Declining, |event| &mut event.call_id)?,
        "messagesent" => Event::MessageSent(frame.result()?),
        "subscribing" => Event::Subscribing(frame.result()?),
        "rtp_forward" => of_call(frame, Event::RtpForward, |event| &mut event.call_id)?,
        "stop_rtp_forward" => of_call(frame, Event::StopRtpForward, |event| &mut event.call_id)?,
        "forwarders" => of_call(frame, Event::Forwarders, |event| &mut event.call_id)?,
        "accepting" | "progressed" | "updating" | "updated" | "holding" | "resuming"
        | "transferring" | "infosent" | "dtmfsent" | "recordingupdated" | "keyframesent"
        | "unsubscribing" | "unregistering" | "reset" => {
            of_call(frame, Event::Confirmed, |event| &mut event.call_id)?
        }
        _ => Event::Other(serde_json::from_str(data.get())?),
    })
}

/// Decodes `result` and adds the `call_id` from beside it.
fn of_call<T: DeserializeOwned>(
    frame: Frame<'_>,
    event: fn(T) -> Event,
    call_id: fn(&mut T) -> &mut Option<String>,
) -> Result<Event> {
    frame.with_call_id(call_id).map(event)
}

/// An event without `result`: nothing but `sip` and `call_id` is the answer to `send_ringing`.
fn nameless(data: &RawValue) -> Result<Event> {
    let value: Value = serde_json::from_str(data.get())?;
    let keys = value
        .as_object()
        .into_iter()
        .flat_map(serde_json::Map::keys);
    match value["sip"] == "event" && keys.into_iter().all(|key| key == "sip" || key == "call_id") {
        true => Ok(Event::RingingSent(crate::plugin::decode(data)?)),
        false => Ok(Event::Other(value)),
    }
}
