//! The other requests: what they need, and what they say outside of a call and in one.

use super::{
    Asked, Done, Gateway, Key, Kind, Outcome, account::Registration, call::Status, checked, done,
    optional, required, wrong,
};

/// A request that is only checked and confirmed.
pub(super) struct Other {
    name: &'static str,
    keys: &'static [Key],
    needs: Needs,
    /// Whether the keys are checked before the state.
    keys_first: bool,
    /// The event that confirms it.
    event: &'static str,
    /// Not in 1.1.2.
    newer: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// A call, or error 0.
    Call,
    /// A call, or error 447.
    CallOr447,
    /// A call, or nothing is said at all.
    CallOrSilence,
    /// A call that rings here, or error 447.
    Invited,
    /// A call that rings here, or error 0.
    Ringing,
    /// An account.
    Account,
    Nothing,
}

const fn other(
    name: &'static str,
    keys: &'static [Key],
    needs: Needs,
    event: &'static str,
) -> Other {
    Other {
        name,
        keys,
        needs,
        keys_first: false,
        event,
        newer: false,
    }
}

const fn keys_first(mut other: Other) -> Other {
    other.keys_first = true;
    other
}

const fn newer(mut other: Other) -> Other {
    other.newer = true;
    other
}

const TEXT: Kind = Kind::Text;

const OTHERS: &[Other] = &[
    other("update", &[], Needs::CallOr447, "updating"),
    other(
        "hold",
        &[optional("direction", TEXT)],
        Needs::CallOrSilence,
        "holding",
    ),
    other("unhold", &[], Needs::CallOrSilence, "resuming"),
    keys_first(other(
        "transfer",
        &[required("uri", TEXT)],
        Needs::Call,
        "transferring",
    )),
    other(
        "info",
        &[required("type", TEXT), required("content", TEXT)],
        Needs::Call,
        "infosent",
    ),
    keys_first(other(
        "message",
        &[required("content", TEXT)],
        Needs::Call,
        "messagesent",
    )),
    other(
        "dtmf_info",
        &[required("digit", TEXT)],
        Needs::Call,
        "dtmfsent",
    ),
    other(
        "recording",
        &[required("action", TEXT)],
        Needs::Call,
        "recordingupdated",
    ),
    keys_first(other(
        "subscribe",
        &[required("event", TEXT)],
        Needs::Account,
        "subscribing",
    )),
    keys_first(other(
        "unsubscribe",
        &[required("event", TEXT)],
        Needs::Account,
        "unsubscribing",
    )),
    newer(other("progress", &[], Needs::Invited, "progressed")),
    newer(other("send_ringing", &[], Needs::Ringing, "")),
    newer(other("keyframe", &[], Needs::Call, "keyframesent")),
    newer(keys_first(other(
        "rtp_forward",
        &[required("streams", Kind::Array)],
        Needs::Call,
        "rtp_forward",
    ))),
    newer(keys_first(other(
        "stop_rtp_forward",
        &[required("stream_id", Kind::Positive)],
        Needs::Nothing,
        "",
    ))),
    newer(other("listforwarders", &[], Needs::Nothing, "forwarders")),
];

/// The request of that name, where the version has it.
pub(super) fn find(name: &str, with_newer: bool) -> Option<&'static Other> {
    let mut others = OTHERS.iter();
    others.find(|other| other.name == name && (with_newer || !other.newer))
}

impl Gateway {
    pub(super) fn sip_in_call(&mut self, asked: &Asked<'_>, other: &Other) -> Outcome {
        if other.keys_first {
            checked(asked.body, other.keys)?;
        }
        let status = self.call_status(asked.handle);
        let in_call = status == Some(Status::InCall);
        // Outside of a call a message names its receiver.
        let needs = match (other.name, asked.body.contains_key("uri")) {
            ("message", true) => Needs::Account,
            _ => other.needs,
        };
        match needs {
            Needs::Call if !in_call => return wrong(0, "Wrong state (not in a call?)"),
            Needs::CallOr447 if !in_call => return wrong(447, "Wrong state (not in a call?)"),
            Needs::CallOrSilence if !in_call => return Ok(Done::Silence),
            Needs::Invited if status != Some(Status::Invited) => {
                let status = Status::name(status);
                return wrong(447, format!("Wrong state (not invited? status={status})"));
            }
            Needs::Ringing if status != Some(Status::Invited) => {
                return wrong(0, "Wrong state (not in a call?)");
            }
            Needs::Account => {
                let account = self.account(asked.handle);
                if account.is_none_or(|account| account.registration == Registration::None) {
                    return wrong(447, "Wrong state (not registered)");
                }
            }
            _ => {}
        }
        checked(asked.body, other.keys)?;
        match (other.name, asked.jsep) {
            ("update", None) => wrong(448, "Missing SDP update"),
            ("stop_rtp_forward", _) => {
                let stream = asked.number("stream_id").unwrap_or_default();
                wrong(455, format!("No such stream ({stream})"))
            }
            ("listforwarders", _) => Ok(Done::Event(done(other.event).raw("rtp_forwarders", "[]"))),
            (_, _) if other.event.is_empty() => Ok(Done::Bare),
            _ => Ok(Done::Event(done(other.event))),
        }
    }
}
