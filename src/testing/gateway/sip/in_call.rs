//! The other requests: what they need, and what they say outside of a call and in one.

use super::{
    Asked, Done, Gateway, Key, Kind, Outcome, account::Registration, call::Status, checked, done,
    optional, required, wrong,
};

/// A request that is only checked and confirmed.
pub(super) struct Other {
    name: &'static str,
    keys: &'static [Key],
    /// Whether the keys are checked before or after the state.
    checked: Checked,
    needs: Needs,
    /// The event that confirms it.
    event: &'static str,
    /// Not in 1.1.2.
    newer: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Checked {
    Before,
    After,
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
    checked: Checked,
    needs: Needs,
    event: &'static str,
) -> Other {
    let newer = false;
    Other {
        name,
        keys,
        checked,
        needs,
        event,
        newer,
    }
}

const fn newer(other: Other) -> Other {
    Other {
        newer: true,
        ..other
    }
}

const NONE: &[Key] = &[];
const CONTENT: &[Key] = &[required("content", Kind::Text)];
const DIGIT: &[Key] = &[required("digit", Kind::Text)];
const DIRECTION: &[Key] = &[optional("direction", Kind::Text)];
const EVENT: &[Key] = &[required("event", Kind::Text)];
const INFO: &[Key] = &[
    required("type", Kind::Text),
    required("content", Kind::Text),
];
const ACTION: &[Key] = &[required("action", Kind::Text)];
const STREAM_ID: &[Key] = &[required("stream_id", Kind::Positive)];
const STREAMS: &[Key] = &[required("streams", Kind::Array)];
const URI: &[Key] = &[required("uri", Kind::Text)];

use Checked::{After, Before};

// A table: rustfmt would make six lines of each.
#[rustfmt::skip]
const OTHERS: &[Other] = &[
    other("update", NONE, After, Needs::CallOr447, "updating"),
    other("hold", DIRECTION, After, Needs::CallOrSilence, "holding"),
    other("unhold", NONE, After, Needs::CallOrSilence, "resuming"),
    other("transfer", URI, Before, Needs::Call, "transferring"),
    other("info", INFO, After, Needs::Call, "infosent"),
    other("message", CONTENT, Before, Needs::Call, "messagesent"),
    other("dtmf_info", DIGIT, After, Needs::Call, "dtmfsent"),
    other("recording", ACTION, After, Needs::Call, "recordingupdated"),
    other("subscribe", EVENT, Before, Needs::Account, "subscribing"),
    other("unsubscribe", EVENT, Before, Needs::Account, "unsubscribing"),
    newer(other("progress", NONE, After, Needs::Invited, "progressed")),
    newer(other("send_ringing", NONE, After, Needs::Ringing, "")),
    newer(other("keyframe", NONE, After, Needs::Call, "keyframesent")),
    newer(other("rtp_forward", STREAMS, Before, Needs::Call, "rtp_forward")),
    newer(other("stop_rtp_forward", STREAM_ID, Before, Needs::Nothing, "")),
    newer(other("listforwarders", NONE, After, Needs::Nothing, "forwarders")),
];

/// The request of that name, where the version has it.
pub(super) fn find(name: &str, with_newer: bool) -> Option<&'static Other> {
    let mut others = OTHERS.iter();
    others.find(|other| other.name == name && (with_newer || !other.newer))
}

impl Gateway {
    pub(super) fn sip_in_call(&mut self, asked: &Asked<'_>, other: &Other) -> Outcome {
        if other.checked == Before {
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
