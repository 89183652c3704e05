//! The outer object of what the plugin sends: `sip`, `result`, and the keys beside `result`.

use std::borrow::Cow;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Result, value::RawValue};

use super::{
    Calling, Declining, ForwardStopped, Forwarders, Forwarding, HangingUp, MessageSent,
    Registering, RingingSent, Subscribing,
    event::{
        Answered, Dtmf, Hangup, IncomingCall, Info, Message, MessageDelivery, MissedCall, Notify,
        Proceeding, Registered, RegistrationFailed, Ringing, SubscribeOutcome, Transfer,
        Unregistered,
    },
};
use crate::plugin::{Refusal, decode};
use crate::wire::words;

/// An answer or event, split but not yet decoded.
#[derive(Deserialize)]
pub(super) struct Envelope<'a> {
    #[serde(borrow)]
    pub(super) result: Option<&'a RawValue>,
    /// The SIP Call-ID of the handle's call, or of the message or subscription that it is about.
    #[serde(borrow)]
    call_id: Option<&'a RawValue>,
    #[serde(borrow)]
    unique_id: Option<&'a RawValue>,
}

/// What `result` decodes to. Some types have a field for a key that is beside `result` in most
/// messages, and inside it in others.
pub(super) trait Enveloped: DeserializeOwned {
    fn fill(&mut self, _: &Envelope<'_>) {}
}

macro_rules! enveloped {
    ($($type:ident)+) => { $(impl Enveloped for $type {})+ };
    ($key:ident: $($type:ident)+) => {
        $(impl Enveloped for $type {
            fn fill(&mut self, envelope: &Envelope<'_>) {
                self.$key = self.$key.take().or_else(|| text(envelope.$key));
            }
        })+
    };
}

enveloped! { MessageSent Registering RegistrationFailed RingingSent Subscribing }
enveloped! { unique_id: Registered Unregistered }
enveloped! { call_id:
    Answered Calling Confirmation Declining Dtmf ForwardStopped Forwarders Forwarding HangingUp Hangup
    IncomingCall Info Message MessageDelivery MissedCall Notify Proceeding Ringing SubscribeOutcome
    Transfer
}

fn text(value: Option<&RawValue>) -> Option<String> {
    value.and_then(|value| decode(value).ok())
}

impl<'a> Envelope<'a> {
    pub(super) fn parse(data: &'a RawValue) -> Result<Self> {
        serde_json::from_str(data.get())
    }

    pub(super) fn call_id(&self) -> Option<String> {
        text(self.call_id)
    }

    /// Decodes the `result` object, and adds the key from beside it unless it has its own.
    pub(super) fn decode<T: Enveloped>(&self) -> Result<T> {
        let mut value: T = decode(self.result.unwrap_or(RawValue::NULL))?;
        value.fill(self);
        Ok(value)
    }
}

/// What a reply decodes from. The answer to `send_ringing` has no `result`.
pub(super) fn result(data: &RawValue) -> &RawValue {
    Envelope::parse(data).map_or(data, |envelope| envelope.result.unwrap_or(data))
}

/// Decodes a reply.
pub(super) fn reply<T: Enveloped>(data: &RawValue) -> Result<T> {
    let mut envelope = Envelope::parse(data)?;
    envelope.result = envelope.result.or(Some(data));
    envelope.decode()
}

#[derive(Deserialize)]
struct Tag<'a> {
    #[serde(borrow)]
    result: Option<Inner<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Inner<'a> {
    #[serde(borrow)]
    event: Cow<'a, str>,
}

/// The name in `result.event`; empty where there is none.
pub(super) fn event_name(data: &RawValue) -> Cow<'_, str> {
    serde_json::from_str::<Tag<'_>>(data.get())
        .ok()
        .and_then(|tag| tag.result)
        .map_or(Cow::Borrowed(""), |result| result.event)
}

/// An error, which may have no code, or no text.
pub(super) fn error(data: &RawValue) -> Option<Refusal> {
    crate::wire::refusal(data).filter(|found| found.code != 0 || !found.reason.is_empty())
}

/// The refusal that an answer or event reports.
pub(super) fn refusal(data: &RawValue) -> Option<Refusal> {
    if let Some(refused) = error(data) {
        // Some of the plugin's texts end with a line break.
        let reason = refused.reason.trim_end().to_owned();
        return Some(Refusal { reason, ..refused });
    }
    if event_name(data) != "registration_failed" {
        return None;
    }
    let failed: RegistrationFailed = Envelope::parse(data).ok()?.decode().ok()?;
    let reason = format!("registration failed: {} {}", failed.code, failed.reason);
    Some(Refusal {
        code: failed.code,
        reason: reason.trim_end().to_owned(),
    })
}

/// The plugin has done what was asked, or has begun to where the SIP side takes part in it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Confirmation {
    /// `result.event`: which request it confirms.
    #[serde(rename = "event")]
    pub of: Confirmed,
    /// The SIP Call-ID of the handle's call, if it has one.
    pub call_id: Option<String>,
}

words! {
    /// What a [`Confirmation`] confirms, in the plugin's words.
    pub enum Confirmed {
        /// `accept` with an answer. As an event it is [`Event::Accepted`](super::Event::Accepted).
        Accepted = "accepted",
        /// `accept` with an offer.
        Accepting = "accepting",
        /// `progress`
        Progressed = "progressed",
        /// `update` with an offer.
        Updating = "updating",
        /// `update` with an answer.
        Updated = "updated",
        /// `hold`
        Holding = "holding",
        /// `unhold`
        Resuming = "resuming",
        /// `transfer`
        Transferring = "transferring",
        /// `info`
        InfoSent = "infosent",
        /// `dtmf_info`
        DtmfSent = "dtmfsent",
        /// `recording`
        RecordingUpdated = "recordingupdated",
        /// `keyframe`
        KeyframeSent = "keyframesent",
        /// `unsubscribe`
        Unsubscribing = "unsubscribing",
        /// `unregister`
        Unregistering = "unregistering",
        /// `reset`
        Reset = "reset",
    }
}
