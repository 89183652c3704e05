//! The types of the VoiceMail plugin.

use common::wire_checks::raw;
use janus_blocking::{
    ErrorCode, Plugin,
    voicemail::{self, Event, Record, Stop, Update, VoiceMail, error_code},
};
use serde_json::json;

use crate::wire::{self, Case, Wire, case, codes, wire_tests};

wire_tests! { VoiceMail }

pub(crate) fn wire() -> Wire {
    Wire {
        key: "voicemail",
        title: "VoiceMail",
        cases,
        tables: &[voicemail::REQUESTS],
        events: &[("started", "Started"), ("done", "Done"), ("error", "Error")],
        codes: CODES,
        code_prefix: "JANUS_VOICEMAIL_ERROR_",
        event: |data| wire::shown(VoiceMail::decode(data)),
        unread: |_, place, _| ["/voicemail", "/status"].contains(&place),
        late: |case| match case.name {
            "record" => "Starting",
            "update" => "Updating",
            _ => "Done",
        },
    }
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("", Record::new(), Record::new()),
        case("", Update::new(), Update::new()),
        case("", Stop::new(), Stop::new()),
    ]
}

const CODES: &[(&str, ErrorCode)] = codes! {
    NO_MESSAGE INVALID_JSON INVALID_REQUEST MISSING_ELEMENT INVALID_ELEMENT ALREADY_RECORDING
    IO_ERROR LIBOGG_ERROR INVALID_STATE UNKNOWN_ERROR
};

#[test]
fn an_unknown_event_is_kept_as_it_came() {
    for data in [
        json!({"voicemail": "event", "status": "teleported"}),
        json!({"voicemail": "event"}),
    ] {
        let event = VoiceMail::decode(&raw(&data)).expect("an event");
        assert_eq!(event, Event::Other(data));
    }
}
