//! SIP.

use serde_json::Value;

use super::{
    events,
    rtp::{Forwarded, StoppedForward},
};
use crate::{auth::Secret, wire::shapes};

events! {
    /// What SIP tells.
    SipEvent {
        /// A SIP message was sent.
        SipOut "sip-out" SipMessage,
        /// A SIP message came.
        SipIn "sip-in" SipMessage,
        /// An account is registered.
        Registered "registered" RegisteredAccount,
        /// An account is registered no more.
        Unregistered "unregistered" RegisteredAccount,
        /// A registration was refused.
        RegistrationFailed "registration_failed" RegistrationFailed,
        /// The client calls.
        Calling "calling" Dialing,
        /// The client is about to take a call.
        Accepting "accepting" CallId,
        /// The client lets a call ring with media (since 1.3.1).
        Progressed "progressed" CallId,
        /// A call was taken.
        Accepted "accepted" CallId,
        /// A call came.
        IncomingCall "incomingcall" IncomingCall,
        /// The peer changes a call.
        UpdatingCall "updatingcall" IncomingCall,
        /// A call came while there was another one.
        MissedCall "missed_call" Missed,
        /// The peer says 1xx.
        Proceeding "proceeding" Proceeding,
        /// The peer says 183, with media.
        Progress "progress" CallId,
        /// The client refuses a call, or a transfer.
        Declined "declined" Declined,
        /// A call has ended, or could not be made.
        Hangup "hangup" HungUp,
        /// A forwarder was added (since 1.4.0).
        RtpForward "rtp_forward" Forwarded,
        /// A forwarder was removed (since 1.4.0).
        StopRtpForward "stop_rtp_forward" StoppedForward,
    }
}

shapes! {
    /// A SIP message.
    SipMessage {
        /// All of it, credentials included.
        sip: Secret,
    }

    /// An account.
    RegisteredAccount {
        /// Its SIP URI.
        identity: String,
        /// `guest` for one that does not register.
        kind "type": Option<String>,
        /// Whether the handle is a helper.
        helper: bool,
        /// The handle that it helps, by SIP's own id.
        master_id: Option<u64>,
        /// What the plugin calls the handle (since 1.4.0).
        unique_id: Option<String>,
        /// The proxy.
        proxy: Option<String>,
    }

    /// A registration was refused.
    RegistrationFailed {
        /// SIP's code.
        code: i64,
        /// SIP's text.
        reason: String,
    }

    /// The client calls.
    Dialing {
        /// Whom.
        callee: String,
        /// The call.
        call_id "call-id": String,
        /// The offer, which may hold keys.
        sdp: Secret,
    }

    /// A call.
    CallId {
        /// The call.
        call_id "call-id": Option<String>,
        /// The peer, where the peer has done it.
        username: Option<String>,
    }

    /// A call that came.
    IncomingCall {
        /// The call.
        call_id "call-id": Option<String>,
        /// Who calls.
        username: String,
        /// The caller's name.
        displayname: Option<String>,
        /// Who is called.
        callee: String,
        /// Who has transferred the call.
        referred_by: Option<String>,
    }

    /// A call that came while there was another one.
    Missed {
        /// Who called.
        caller: String,
        /// Who was called.
        callee: String,
    }

    /// The peer says 1xx.
    Proceeding {
        /// The call.
        call_id "call-id": Option<String>,
        /// SIP's code.
        code: i64,
    }

    /// The client refuses a call, or a transfer.
    Declined {
        /// The transfer.
        refer_id: Option<u64>,
        /// Who was called.
        callee: Option<String>,
        /// The call.
        call_id "call-id": Option<String>,
        /// SIP's code.
        code: i64,
    }

    /// A call has ended, or could not be made.
    HungUp {
        /// The call.
        call_id "call-id": Option<String>,
        /// SIP's code.
        code: i64,
        /// SIP's text.
        reason: Option<String>,
        /// The text of the header `Reason`.
        reason_header: Option<String>,
        /// Its protocol.
        reason_header_protocol: Option<String>,
        /// Its cause.
        reason_header_cause: Option<String>,
        /// The headers that were asked for (since 1.3.3).
        headers: Option<Value>,
    }
}
