//! The SIP plugin's types.

pub(crate) mod cases;
mod events;
mod replies;

use std::time::Duration;

use common::wire_checks::{parse, raw};
use janus_blocking::{
    ErrorCode, Plugin,
    sip::{self, DtmfInfo, Event, Register, Sip, error_code},
};
use serde_json::Value;

use crate::wire::{self, Wire, codes, wire_tests};

wire_tests! { Sip }

pub(crate) fn wire() -> Wire {
    Wire {
        key: "sip",
        title: "SIP",
        cases: cases::cases,
        tables: &[sip::REQUESTS],
        events: EVENTS,
        codes: CODES,
        code_prefix: "JANUS_SIP_ERROR_",
        event: |data| wire::shown(Sip::decode(data)),
        unread,
        late: |case| match case.name {
            "register" => "Registered",
            "call" => "Calling",
            "accept" => "Accepted",
            "decline" => "Declining",
            "hangup" => "HangingUp",
            "send_ringing" => "RingingSent",
            "message" => "MessageSent",
            "subscribe" => "Subscribing",
            "rtp_forward" => "RtpForward",
            "stop_rtp_forward" => "StopRtpForward",
            "listforwarders" => "Forwarders",
            _ => "Confirmed",
        },
    }
}

/// What tells the message apart, and a `call_id` beside `result`, that of the handle's call: it is
/// the second choice where `result` has one too, of no meaning in `register`, and that of another call
/// in `message` and `subscribe`.
fn unread(what: &str, place: &str, data: &Value) -> bool {
    let second = data["result"].get("call_id").is_some();
    let beside = second || ["register", "message", "subscribe"].contains(&what);
    ["/sip", "/result/event"].contains(&place) || (place == "/call_id" && beside)
}

const EVENTS: &[(&str, &str)] = &[
    ("registered", "Registered"),
    ("unregistered", "Unregistered"),
    ("registration_failed", "RegistrationFailed"),
    ("incomingcall", "IncomingCall"),
    ("updatingcall", "UpdatingCall"),
    ("missed_call", "MissedCall"),
    ("proceeding", "Proceeding"),
    ("ringing", "Ringing"),
    ("progress", "Progress"),
    ("accepted", "Accepted"),
    ("hangup", "Hangup"),
    ("hangingup", "HangingUp"),
    ("info", "Info"),
    ("message", "Message"),
    ("messagedelivery", "MessageDelivery"),
    ("dtmf", "Dtmf"),
    ("transfer", "Transfer"),
    ("notify", "Notify"),
    ("subscribe_succeeded", "SubscribeSucceeded"),
    ("subscribe_failed", "SubscribeFailed"),
    ("error", "Error"),
];

const CODES: &[(&str, ErrorCode)] = codes! {
    NO_MESSAGE INVALID_JSON INVALID_REQUEST MISSING_ELEMENT INVALID_ELEMENT ALREADY_REGISTERED
    INVALID_ADDRESS WRONG_STATE MISSING_SDP LIBSOFIA_ERROR IO_ERROR RECORDING_ERROR TOO_STRICT
    HELPER_ERROR NO_SUCH_CALLID NO_SUCH_STREAM UNKNOWN_ERROR
};

fn decode(data: &Value) -> serde_json::Result<Event> {
    Sip::decode(&raw(data))
}

fn variant(event: &Event) -> String {
    wire::variant(&format!("{event:?}")).to_owned()
}

fn fixture(place: &str) -> Value {
    parse(&common::wire_checks::fixture(&format!("sip/{place}")))
}

#[test]
fn part_of_a_second_is_rounded_up_to_one() {
    let ttl = |duration| {
        let account = Register::new("sip:a@b").register_ttl(duration);
        serde_json::to_value(&account).expect("JSON")["register_ttl"].clone()
    };
    assert_eq!(ttl(Duration::from_millis(1)), 1);
    assert_eq!(ttl(Duration::from_secs(60)), 60);
    assert_eq!(ttl(Duration::ZERO), 0);
    assert_eq!(ttl(Duration::MAX), i32::MAX);
    let key = DtmfInfo::new('5').duration(Duration::from_micros(1500));
    assert_eq!(serde_json::to_value(&key).expect("JSON")["duration"], 2);
}
