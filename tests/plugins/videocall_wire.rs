//! The VideoCall plugin's types.

pub(crate) mod cases;
mod events;
mod replies;

use common::wire_checks::raw;
use janus_blocking::{
    ErrorCode, Plugin, VideoCall,
    videocall::{self, Event, error_code},
};
use serde_json::Value;

use crate::wire::{self, Wire, codes, wire_tests};

wire_tests! { VideoCall }

pub(crate) fn wire() -> Wire {
    Wire {
        key: "videocall",
        title: "VideoCall",
        cases: cases::cases,
        tables: &[videocall::REQUESTS],
        events: EVENTS,
        codes: CODES,
        code_prefix: "JANUS_VIDEOCALL_ERROR_",
        event: |data| wire::shown(VideoCall::decode(data)),
        // What tells the message apart; the other keys of a `call` are those of its `hangup`.
        unread: |what, place, data| {
            let calling = what == "call" && data["result"]["event"] == "calling";
            ["/videocall", "/result/event"].contains(&place)
                || (calling && ["/result/username", "/result/reason"].contains(&place))
        },
        late: |case| match case.name {
            "list" => "Users",
            "register" => "Registered",
            "call" => "Calling",
            "accept" => "Accepted",
            "set" => "Set",
            "hangup" => "Hangup",
            name => panic!("a request that this test does not know: {name}"),
        },
    }
}

const EVENTS: &[(&str, &str)] = &[
    ("incomingcall", "IncomingCall"),
    ("accepted", "Accepted"),
    ("hangup", "Hangup"),
    ("update", "Update"),
    ("simulcast", "Simulcast"),
    ("slow_link", "SlowLink"),
    ("error", "Error"),
];

const CODES: &[(&str, ErrorCode)] = codes! {
    NO_MESSAGE INVALID_JSON INVALID_REQUEST REGISTER_FIRST INVALID_ELEMENT MISSING_ELEMENT
    USERNAME_TAKEN ALREADY_REGISTERED NO_SUCH_USERNAME USE_ECHO_TEST ALREADY_IN_CALL NO_CALL
    MISSING_SDP INVALID_SDP UNKNOWN_ERROR
};

fn decode(data: &Value) -> serde_json::Result<Event> {
    VideoCall::decode(&raw(data))
}
