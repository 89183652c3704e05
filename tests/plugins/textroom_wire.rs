//! The TextRoom plugin's types.

pub(crate) mod cases;
mod data_channel;
mod events;
mod replies;

use common::wire_checks::raw;
use janus_blocking::{
    ErrorCode, Plugin, TextRoom,
    textroom::{self, Event, error_code},
};
use serde_json::Value;

use crate::wire::{self, Wire, codes, wire_tests};

wire_tests! { TextRoom }

pub(crate) fn wire() -> Wire {
    Wire {
        key: "textroom",
        title: "TextRoom",
        cases: cases::cases,
        tables: &[textroom::REQUESTS],
        events: EVENTS,
        codes: CODES,
        code_prefix: "JANUS_TEXTROOM_ERROR_",
        event: |data| wire::shown(TextRoom::decode(data)),
        // What tells the message apart, tokens, which are not shown, and a text where there are only
        // yes and no.
        unread: |what, place, _| {
            ["/textroom", "/textbridge", "/result"].contains(&place)
                || [("allowed", "/allowed/0"), ("message", "/sent/X-Own")].contains(&(what, place))
        },
        late: |case| match case.name {
            "setup" | "ack" | "restart" => "Ok",
            name => panic!("{name} is answered at once"),
        },
    }
}

const EVENTS: &[(&str, &str)] = &[
    ("join", "Joined"),
    ("leave", "Left"),
    ("message", "Message"),
    ("announcement", "Announcement"),
    ("kicked", "Kicked"),
    ("destroyed", "Destroyed"),
    ("error", "Error"),
];

const CODES: &[(&str, ErrorCode)] = codes! {
    NO_MESSAGE INVALID_JSON MISSING_ELEMENT INVALID_ELEMENT INVALID_REQUEST ALREADY_SETUP
    NO_SUCH_ROOM ROOM_EXISTS UNAUTHORIZED USERNAME_EXISTS ALREADY_IN_ROOM NOT_IN_ROOM
    NO_SUCH_USER UNKNOWN_ERROR
};

fn decode(data: &Value) -> serde_json::Result<Event> {
    TextRoom::decode(&raw(data))
}
