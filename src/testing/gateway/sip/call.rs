//! Calls: coming in, accepted, declined, hung up by either side; going out.

use super::{
    Asked, CallState, Done, Gateway, Key, Kind, Outcome, account::Registration, checked, done,
    optional, required, user_of, wrong,
};
use crate::testing::{Version, gateway::sdp};

const ACCEPT: &[Key] = &[
    optional("srtp", Kind::Text),
    optional("headers", Kind::Object),
    optional("autoaccept_reinvites", Kind::Flag),
];
const DECLINE: &[Key] = &[
    optional("code", Kind::Integer),
    optional("headers", Kind::Object),
    optional("refer_id", Kind::Integer),
];
const CALL: &[Key] = &[
    required("uri", Kind::Text),
    optional("headers", Kind::Object),
    optional("call_id", Kind::Text),
    optional("srtp", Kind::Text),
    optional("srtp_profile", Kind::Text),
    optional("autoaccept_reinvites", Kind::Flag),
    optional("refer_id", Kind::Integer),
    optional("secret", Kind::Text),
    optional("ha1_secret", Kind::Text),
    optional("authuser", Kind::Text),
];

/// How far a call is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Status {
    Inviting,
    Invited,
    InCall,
    Closing,
}

impl Status {
    pub(super) fn name(status: Option<Self>) -> &'static str {
        match status {
            None => "idle",
            Some(Self::Inviting) => "inviting",
            Some(Self::Invited) => "invited",
            Some(Self::InCall) => "incall",
            Some(Self::Closing) => "closing",
        }
    }
}

/// A handle's call.
#[derive(Debug)]
pub(in crate::testing) struct Call {
    /// In the network.
    pub(super) number: u64,
    pub(super) call_id: String,
    pub(super) status: Status,
    /// Of the request that began it; its events carry it.
    pub(super) transaction: Option<String>,
    pub(super) peer: String,
    /// How it ended: code and reason of the event that follows.
    pub(super) over: Option<(i64, &'static str)>,
}

impl Gateway {
    pub(super) fn handles_call(&mut self, handle: u64) -> Option<&mut Call> {
        self.account(handle)?.call.as_mut()
    }

    pub(super) fn call_status(&mut self, handle: u64) -> Option<Status> {
        self.handles_call(handle).map(|call| call.status)
    }

    pub(super) fn sip_accept(&mut self, asked: &Asked<'_>) -> Outcome {
        let status = self.call_status(asked.handle);
        if status != Some(Status::Invited) {
            let expected = match self.settings.version {
                Version::V1_1_2 => "not invited",
                Version::V1_4_1 => "not invited or progress",
            };
            let status = Status::name(status);
            return wrong(447, format!("Wrong state ({expected}? status={status})"));
        }
        checked(asked.body, ACCEPT)?;
        // The two versions check in different order.
        let sdp = match self.settings.version {
            Version::V1_1_2 => srtp_not_needed(asked).and_then(|()| usable_sdp(asked)),
            Version::V1_4_1 => {
                usable_sdp(asked).and_then(|sdp| srtp_not_needed(asked).map(|()| sdp))
            }
        }?;
        let is_offer = asked.jsep.is_some_and(|jsep| jsep.is_offer);
        let transaction = is_offer.then(|| asked.transaction.to_owned());
        if let Some(call) = self.handles_call(asked.handle) {
            call.status = Status::InCall;
            call.transaction = transaction;
            let number = call.number;
            self.network.set(number, CallState::Answered(sdp));
        }
        if self.settings.media {
            self.peer_up(asked.session, asked.handle);
        }
        Ok(Done::Event(done(if is_offer {
            "accepting"
        } else {
            "accepted"
        })))
    }

    pub(super) fn sip_decline(&mut self, asked: &Asked<'_>) -> Outcome {
        checked(asked.body, DECLINE)?;
        if asked.number("refer_id").is_some_and(|id| id > 0) {
            return wrong(447, "Wrong state (no transfer?)");
        }
        let default = match self.settings.version {
            Version::V1_1_2 => 486,
            Version::V1_4_1 => 603,
        };
        let Some(call) = self.handles_call(asked.handle) else {
            return Ok(Done::Silence);
        };
        if call.status != Status::Invited {
            return Ok(Done::Silence);
        }
        let code = match asked.number("code").unwrap_or(default) {
            ..=399 => 486,
            code => code,
        };
        call.status = Status::Closing;
        call.over = Some((code, phrase(code)));
        let (number, call_id) = (call.number, call.call_id.clone());
        let refused = CallState::Refused(u16::try_from(code).unwrap_or(486));
        self.network.set(number, refused);
        let declining = done("declining").number("code", code);
        Ok(Done::Event(declining.text("call_id", &call_id)))
    }

    pub(super) fn sip_hangup(&mut self, asked: &Asked<'_>) -> Outcome {
        let Some(call) = self.handles_call(asked.handle) else {
            return Ok(Done::Silence);
        };
        let (over, state) = match call.status {
            Status::InCall => ((200, "to BYE"), CallState::EndedHere),
            Status::Inviting => ((487, "Request Terminated"), CallState::Cancelled),
            Status::Invited | Status::Closing => return Ok(Done::Silence),
        };
        call.status = Status::Closing;
        call.over = Some(over);
        let number = call.number;
        self.network.set(number, state);
        Ok(Done::Event(done("hangingup")))
    }

    pub(super) fn sip_call(&mut self, asked: &Asked<'_>) -> Outcome {
        let Some(account) = self.account(asked.handle) else {
            return Ok(Done::Silence);
        };
        match account.registration {
            Registration::None if !account.begun => {
                return wrong(447, "Wrong state (register first)");
            }
            Registration::None => return wrong(447, "Wrong state (not registered)"),
            Registration::Registered | Registration::Disabled => {}
        }
        if let Some(call) = &account.call {
            let status = Status::name(Some(call.status));
            let reason = format!("Wrong state (already in a call? status={status})");
            return wrong(447, reason);
        }
        checked(asked.body, CALL)?;
        if asked.body.contains_key("secret") && asked.body.contains_key("ha1_secret") {
            return wrong(
                444,
                "Conflicting elements specified (secret and ha1_secret)",
            );
        }
        srtp_fits(asked)?;
        let uri = asked.text("uri").unwrap_or_default();
        if user_of(uri).is_none() {
            return wrong(446, format!("Invalid user address {uri}\n"));
        }
        let _ = usable_sdp(asked)?;
        let call_id = match asked.text("call_id") {
            Some(call_id) => call_id.to_owned(),
            None => format!("fake-{:016x}", self.random.next()),
        };
        let number = self.network.begin(CallState::Ringing);
        self.network.outgoing.push(number);
        let call = Call {
            number,
            call_id: call_id.clone(),
            status: Status::Inviting,
            transaction: Some(asked.transaction.to_owned()),
            peer: uri.to_owned(),
            over: None,
        };
        if let Some(account) = self.account(asked.handle) {
            account.call = Some(call);
        }
        Ok(Done::Event(done("calling").text("call_id", &call_id)))
    }
}

fn srtp_fits(asked: &Asked<'_>) -> Result<(), (i64, String)> {
    let known = |srtp: &str| {
        let modes = ["sdes_optional", "sdes_mandatory"];
        modes.iter().any(|mode| srtp.eq_ignore_ascii_case(mode))
    };
    match asked.text("srtp") {
        Some(srtp) if !known(srtp) => {
            let reason = "Invalid element (srtp can only be sdes_optional or sdes_mandatory)";
            wrong(444, reason)
        }
        _ => Ok(()),
    }
}

/// Callers here never offer SRTP.
fn srtp_not_needed(asked: &Asked<'_>) -> Result<(), (i64, String)> {
    srtp_fits(asked)?;
    match asked.text("srtp") {
        Some(srtp) if srtp.eq_ignore_ascii_case("sdes_mandatory") => {
            let reason = "Can't accept the call: SDES-SRTP required, but caller didn't offer it";
            wrong(452, reason)
        }
        _ => Ok(()),
    }
}

fn usable_sdp(asked: &Asked<'_>) -> Result<String, (i64, String)> {
    let Some(jsep) = asked.jsep else {
        return wrong(448, "Missing SDP");
    };
    if jsep.e2ee {
        return wrong(444, "Media encryption unsupported by this plugin");
    }
    match sdp::parse(&jsep.sdp) {
        Ok(_) => Ok(jsep.sdp.clone()),
        Err(reason) => wrong(448, format!("Error parsing SDP: {reason}")),
    }
}

/// What SIP calls a code.
pub(super) fn phrase(code: i64) -> &'static str {
    match code {
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        480 => "Temporarily Unavailable",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        600 => "Busy Everywhere",
        603 => "Decline",
        604 => "Does Not Exist Anywhere",
        606 => "Not Acceptable",
        _ => " ",
    }
}
