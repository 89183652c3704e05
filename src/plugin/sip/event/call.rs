//! Events of calls.

use serde::Deserialize;

use crate::sip::{Headers, Srtp};

/// A call comes in, or the peer wants to change the call.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct IncomingCall {
    /// The SIP Call-ID of the call.
    pub call_id: Option<String>,
    /// The SIP URI of the caller.
    pub username: String,
    /// The caller's display name as in the SIP message, quotation marks included; often empty where
    /// there is none.
    pub displayname: Option<String>,
    /// The SIP URI that was called.
    pub callee: Option<String>,
    /// Who transferred the caller here.
    pub referred_by: Option<String>,
    /// The SIP Call-ID of the call that this one should replace (attended transfer).
    pub replaces: Option<String>,
    /// Whether the caller is a conference bridge.
    pub isfocus: bool,
    /// Whether the caller offers or demands SRTP.
    pub srtp: Option<Srtp>,
    /// Headers of the INVITE.
    pub headers: Headers,
}

/// A call was missed, as everything was busy.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MissedCall {
    /// The SIP Call-ID of the missed call.
    pub call_id: Option<String>,
    /// The SIP URI of the caller.
    pub caller: String,
    /// The caller's display name as in the SIP message, quotation marks included; often empty where
    /// there is none.
    pub displayname: Option<String>,
    /// The SIP URI that was called.
    pub callee: Option<String>,
}

/// The call that was placed is on its way.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Proceeding {
    /// The SIP Call-ID of the call.
    pub call_id: Option<String>,
    /// The SIP code, for example 180; 0 if not given.
    pub code: i64,
}

/// The peer's phone rings.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Ringing {
    /// The SIP Call-ID of the call.
    pub call_id: Option<String>,
    /// Headers of the 180 or 183.
    pub headers: Headers,
}

/// The peer has answered, for good or with early media.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Answered {
    /// The SIP Call-ID of the call.
    pub call_id: Option<String>,
    /// The SIP URI of the peer; absent in the answer to [`Accept`](crate::sip::Accept).
    pub username: Option<String>,
    /// Whether the peer is a conference bridge.
    pub isfocus: bool,
    /// Headers of the 183 or 200.
    pub headers: Headers,
}

/// The call has ended.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Hangup {
    /// The SIP Call-ID of the call.
    pub call_id: Option<String>,
    /// The SIP code: 200 for an established call, else the reason, for example 486; 0 if not given.
    pub code: i64,
    /// The SIP reason, or the stack's, for example `Session Terminated`.
    pub reason: String,
    /// The text of the `Reason` header of the BYE or CANCEL.
    pub reason_header: Option<String>,
    /// The protocol in that header, for example `Q.850`.
    pub reason_header_protocol: Option<String>,
    /// The cause in that header, for example `16`.
    pub reason_header_cause: Option<String>,
    /// Headers of the BYE, CANCEL or refusal. Since Janus 1.3.3.
    pub headers: Headers,
}

/// The peer asks to call somebody else (REFER).
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Transfer {
    /// The SIP Call-ID of the call. No version of Janus up to 1.4.1 tells it.
    pub call_id: Option<String>,
    /// What [`Call::refer_id`](crate::sip::Call::refer_id) and
    /// [`Decline::refer_id`](crate::sip::Decline::refer_id) need.
    pub refer_id: u64,
    /// The SIP URI to call.
    #[serde(default)]
    pub refer_to: String,
    /// Who asks.
    pub referred_by: Option<String>,
    /// The SIP Call-ID of the call that the new one should replace (attended transfer).
    pub replaces: Option<String>,
    /// Headers of the REFER.
    #[serde(default)]
    pub headers: Headers,
}
