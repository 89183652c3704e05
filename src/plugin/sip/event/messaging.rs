//! Events of messages, keys and subscriptions.

use std::time::Duration;

use serde::Deserialize;

use crate::{plugin::duration, sip::Headers};

/// A SIP INFO from the peer.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Info {
    /// The SIP Call-ID of the handle's call.
    pub call_id: Option<String>,
    /// The SIP URI of the sender.
    pub sender: String,
    /// The sender's display name as in the SIP message, quotation marks included; often empty where
    /// there is none.
    pub displayname: Option<String>,
    /// `type`: the content type.
    #[serde(rename = "type")]
    pub content_type: String,
    /// The text.
    pub content: String,
    /// Headers of the INFO.
    pub headers: Headers,
}

/// A SIP MESSAGE.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Message {
    /// The SIP Call-ID of the handle's call, if it has one: the message need not belong to it.
    pub call_id: Option<String>,
    /// The SIP URI of the sender.
    pub sender: String,
    /// The sender's display name as in the SIP message, quotation marks included; often empty where
    /// there is none.
    pub displayname: Option<String>,
    /// The content type, for example `text/plain`.
    pub content_type: String,
    /// The text.
    pub content: String,
    /// Headers of the MESSAGE.
    pub headers: Headers,
}

/// The response to a message that was sent.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MessageDelivery {
    /// The SIP Call-ID of the message, as [`MessageSent`](crate::sip::MessageSent) told it.
    pub call_id: Option<String>,
    /// The SIP code, for example 200; 0 if not given.
    pub code: i64,
    /// The SIP reason, for example `OK`.
    pub reason: String,
}

/// The peer pressed a key. Since Janus 1.2.1.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Dtmf {
    /// The SIP Call-ID of the call.
    pub call_id: Option<String>,
    /// The SIP URI of the peer.
    pub sender: String,
    /// The key: `0` to `9`, `*`, `#`, `A` to `D`.
    pub signal: String,
    /// How long it was pressed, in units of the RTP clock: 8 for a millisecond at the usual 8 kHz.
    pub duration: u64,
}

/// News of a subscription or of a transfer.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Notify {
    /// The SIP Call-ID of the NOTIFY: that of the subscription, for a transfer that of the call.
    pub call_id: Option<String>,
    /// The event package, for example `message-summary`; `refer` for a transfer.
    pub notify: Option<String>,
    /// The state of the subscription, for example `active` or `terminated`.
    pub substate: Option<String>,
    /// `content-type`: the content type.
    #[serde(rename = "content-type")]
    pub content_type: Option<String>,
    /// The text.
    pub content: String,
    /// Headers of the NOTIFY.
    pub headers: Headers,
}

/// The response to a SUBSCRIBE.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SubscribeOutcome {
    /// The SIP Call-ID of the subscription.
    pub call_id: Option<String>,
    /// The SIP code, for example 202 or 403; 0 if not given.
    pub code: i64,
    /// The SIP reason, for example `Accepted`.
    pub reason: String,
    /// How long the subscription holds, if the server said so; never in `subscribe_failed`.
    #[serde(deserialize_with = "duration::from_seconds")]
    pub expires: Option<Duration>,
    /// Headers of the response.
    pub headers: Headers,
}
