//! The Streaming plugin's types.

mod events;
mod mountpoints;
mod replies;
mod viewers;

use janus_blocking::{
    ErrorCode, Plugin,
    streaming::{self, Streaming, error_code, viewer},
};

use crate::wire::{self, Case, Wire, codes, wire_tests};

wire_tests! { Streaming }

pub(crate) fn wire() -> Wire {
    Wire {
        key: "streaming",
        title: "Streaming",
        cases,
        tables: &[streaming::REQUESTS, viewer::REQUESTS],
        events: EVENTS,
        codes: CODES,
        code_prefix: "JANUS_STREAMING_ERROR_",
        event: |data| wire::shown(Streaming::decode(data)),
        // What tells the message apart, and secrets, which are not shown.
        unread: |what, place, _| {
            let secrets = ["/info/secret", "/info/pin", "/info/url", "/info/rtsp_pwd"];
            place == "/streaming" || (what == "info" && secrets.contains(&place))
        },
        late: |case| match &*case.place() {
            "watch_plugin_offer" => "Preparing",
            "watch_user_offer" | "start" => "Starting",
            "pause" => "Pausing",
            "configure" => "Configured",
            "switch" => "Switched",
            "stop" => "Stopping",
            place => panic!("a request that this test does not know: {place}"),
        },
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let mut all = mountpoints::cases();
    all.extend(viewers::cases());
    all
}

const EVENTS: &[(&str, &str)] = &[
    ("started", "Started"),
    ("stopped", "Stopped"),
    ("kicked_all", "KickedAll"),
    ("simulcast_layer", "SimulcastLayer"),
    ("svc_layer", "SvcLayer"),
    ("edited", "Edited"),
    ("rtsp-disconnected", "RtspDisconnected"),
    ("rtsp-reconnected", "RtspReconnected"),
    ("error", "Error"),
];

const CODES: &[(&str, ErrorCode)] = codes! {
    NO_MESSAGE INVALID_JSON INVALID_REQUEST MISSING_ELEMENT INVALID_ELEMENT NO_SUCH_MOUNTPOINT
    CANT_CREATE UNAUTHORIZED CANT_SWITCH CANT_RECORD INVALID_STATE INVALID_SDP UNKNOWN_ERROR
};
