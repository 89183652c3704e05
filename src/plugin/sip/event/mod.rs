//! Events of a SIP handle.

use serde_json::{Result, Value, value::RawValue};

use super::{
    Calling, Confirmation, Declining, ForwardStopped, Forwarders, Forwarding, HangingUp,
    MessageSent, Registering, RingingSent, Subscribing,
    envelope::{self, Envelope},
};
use crate::plugin::Refusal;

mod account;
mod call;
mod messaging;

pub use account::{Failure, Registered, RegistrationFailed, Unregistered};
pub use call::{Answered, Hangup, IncomingCall, MissedCall, Proceeding, Ringing, Transfer};
pub use messaging::{Dtmf, Info, Message, MessageDelivery, Notify, SubscribeOutcome};

/// An event of the SIP plugin.
///
/// Some bring a session description, which is beside the event: see each. The `call_id` in most
/// of them is the SIP Call-ID of the call, or of the message or subscription that the event is
/// about. Texts from the SIP side that are not valid UTF-8 are empty: Janus leaves them out.
///
/// Answers to requests are given to the request's caller and come here only when it did not wait
/// for them, as with [`Handle::send`](crate::Handle::send). They are from `Registering` on.
///
/// # Example
///
/// ```
/// use janus_blocking::{Plugin, Sip, sip::{self, Event}};
/// # let (gateway, door) = janus_blocking::testing::attached::<Sip>()?;
/// # door.register(&sip::Register::new("sip:door@example.org").secret("hush"))?;
/// # let _ = door.events().recv()?;
/// # gateway.sip().call("door", "sip:visitor@example.org", None);
/// match door.events().recv()?.into_plugin() {
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
    /// `incomingcall`: a call comes in, with the caller's offer if it made one. Not to be answered
    /// within the same milliseconds, see [`accept`](super::Sip::accept).
    IncomingCall(IncomingCall),
    /// `updatingcall`: the peer wants to change the call; [`update`](super::Sip::update) answers.
    /// With the peer's offer. Only in calls with `autoaccept_reinvites` off.
    UpdatingCall(IncomingCall),
    /// `missed_call`: a call got a 486, as this handle and its helpers were busy.
    MissedCall(MissedCall),
    /// `proceeding`: the call that was placed is on its way.
    Proceeding(Proceeding),
    /// `ringing`: the peer's phone rings.
    Ringing(Ringing),
    /// `progress`: early media. With the peer's answer.
    Progress(Answered),
    /// `accepted`: the peer has accepted the call, or an update. With the peer's answer, unless
    /// `progress` had it.
    Accepted(Answered),
    /// `hangup`: the call has ended, for whatever reason, or could not be established.
    Hangup(Hangup),
    /// `hangingup`: the plugin ends the call because the PeerConnection has gone away. It may come
    /// behind the `hangup` of the same call.
    HangingUp(HangingUp),
    /// `info`: a SIP INFO from the peer.
    Info(Info),
    /// `message`: a SIP MESSAGE, in the call or from anybody.
    Message(Message),
    /// `messagedelivery`: the response to a [`message`](super::Sip::message).
    MessageDelivery(MessageDelivery),
    /// `dtmf`: the peer pressed a key, by RTP event. Since Janus 1.2.1.
    Dtmf(Dtmf),
    /// `transfer`: the peer asks for a call to somebody else. Follow it by a
    /// [`call`](super::Sip::call) with its `refer_id`, on a helper if the call should go on, or
    /// [`decline`](super::Sip::decline) it.
    Transfer(Transfer),
    /// `notify`: news of a subscription, or of a [`transfer`](super::Sip::transfer).
    Notify(Notify),
    /// `subscribe_succeeded`: the server has accepted a subscription, or its end.
    SubscribeSucceeded(SubscribeOutcome),
    /// `subscribe_failed`: the server has refused a subscription.
    SubscribeFailed(SubscribeOutcome),
    /// The plugin refused a request that no caller waits for.
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
    /// Answer to any other request; its [`of`](Confirmation::of) says which.
    Confirmed(Confirmation),

    /// What this version of the crate does not know, as it came.
    Other(Value),
}

/// Reads the tag, then decodes what it names.
pub(super) fn decode(data: &RawValue) -> Result<Event> {
    let envelope = Envelope::parse(data)?;
    if let Some(Refusal { code, reason }) = envelope::error(data) {
        return Ok(Event::Error(Failure::new(code, reason, envelope.call_id())));
    }
    if envelope.result.is_none() {
        return nameless(data);
    }
    Ok(match &*envelope::event_name(data) {
        "registered" => Event::Registered(envelope.decode()?),
        "unregistered" => Event::Unregistered(envelope.decode()?),
        "registration_failed" => Event::RegistrationFailed(envelope.decode()?),
        "incomingcall" => Event::IncomingCall(envelope.decode()?),
        "updatingcall" => Event::UpdatingCall(envelope.decode()?),
        "missed_call" => Event::MissedCall(envelope.decode()?),
        "proceeding" => Event::Proceeding(envelope.decode()?),
        "ringing" => Event::Ringing(envelope.decode()?),
        "progress" => Event::Progress(envelope.decode()?),
        "accepted" => Event::Accepted(envelope.decode()?),
        "hangup" => Event::Hangup(envelope.decode()?),
        "hangingup" => Event::HangingUp(envelope.decode()?),
        "info" => Event::Info(envelope.decode()?),
        "message" => Event::Message(envelope.decode()?),
        "messagedelivery" => Event::MessageDelivery(envelope.decode()?),
        "dtmf" => Event::Dtmf(envelope.decode()?),
        "transfer" => Event::Transfer(envelope.decode()?),
        "notify" => Event::Notify(envelope.decode()?),
        "subscribe_succeeded" => Event::SubscribeSucceeded(envelope.decode()?),
        "subscribe_failed" => Event::SubscribeFailed(envelope.decode()?),
        "registering" => Event::Registering(envelope.decode()?),
        "calling" => Event::Calling(envelope.decode()?),
        "declining" => Event::Declining(envelope.decode()?),
        "messagesent" => Event::MessageSent(envelope.decode()?),
        "subscribing" => Event::Subscribing(envelope.decode()?),
        "rtp_forward" => Event::RtpForward(envelope.decode()?),
        "stop_rtp_forward" => Event::StopRtpForward(envelope.decode()?),
        "forwarders" => Event::Forwarders(envelope.decode()?),
        "accepting" | "progressed" | "updating" | "updated" | "holding" | "resuming"
        | "transferring" | "infosent" | "dtmfsent" | "recordingupdated" | "keyframesent"
        | "unsubscribing" | "unregistering" | "reset" => Event::Confirmed(envelope.decode()?),
        _ => Event::Other(serde_json::from_str(data.get())?),
    })
}

/// An event without `result`: nothing but `sip` and `call_id` is the answer to `send_ringing`.
fn nameless(data: &RawValue) -> Result<Event> {
    let value: Value = serde_json::from_str(data.get())?;
    let keys = value
        .as_object()
        .into_iter()
        .flat_map(serde_json::Map::keys);
    if value["sip"] == "event" && keys.into_iter().all(|key| key == "sip" || key == "call_id") {
        return Ok(Event::RingingSent(crate::plugin::decode(data)?));
    }
    Ok(Event::Other(value))
}
