//! The AudioBridge plugin's types.

mod events;
mod participant;
mod replies;
mod rooms;

use common::wire_checks::raw;
use janus_blocking::{
    ErrorCode, Plugin,
    audiobridge::{self, AudioBridge, Event, error_code, participant as role},
};
use serde_json::Value;

use crate::wire::{self, Case, Wire, codes, wire_tests};

wire_tests! { AudioBridge }

pub(crate) fn wire() -> Wire {
    Wire {
        key: "audiobridge",
        title: "AudioBridge",
        cases,
        tables: &[audiobridge::REQUESTS, role::REQUESTS],
        events: EVENTS,
        codes: CODES,
        code_prefix: "JANUS_AUDIOBRIDGE_ERROR_",
        event: |data| wire::shown(AudioBridge::decode(data)),
        // What tells the message apart, and tokens, which are not shown.
        unread: |what, place, _| {
            place == "/audiobridge"
                || [("allowed", "/allowed/0"), ("configure", "/result")].contains(&(what, place))
        },
        late: |case| match case.name {
            "join" => "Joined",
            "configure" => "Configured",
            "changeroom" => "RoomChanged",
            "leave" => "Left",
            "hangup" => "HangingUp",
            name => panic!("a request that this test does not know: {name}"),
        },
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let mut all = rooms::cases();
    all.extend(participant::cases());
    all
}

const EVENTS: &[(&str, &str)] = &[
    ("joined", "Joining"),
    ("participants", "Participants"),
    ("leaving", "Leaving"),
    ("kicked", "Kicked"),
    ("kicked_all", "KickedAll"),
    ("room_muted", "RoomMuted"),
    ("suspended", "Suspended"),
    ("resumed", "Resumed"),
    ("destroyed", "Destroyed"),
    ("announcement-started", "AnnouncementStarted"),
    ("announcement-stopped", "AnnouncementStopped"),
    ("talking", "Talking"),
    ("stopped-talking", "StoppedTalking"),
    ("error", "Error"),
];

const CODES: &[(&str, ErrorCode)] = codes! {
    NO_MESSAGE INVALID_JSON INVALID_REQUEST MISSING_ELEMENT INVALID_ELEMENT NO_SUCH_ROOM
    ROOM_EXISTS NOT_JOINED LIBOPUS_ERROR UNAUTHORIZED ID_EXISTS ALREADY_JOINED NO_SUCH_USER
    INVALID_SDP NO_SUCH_GROUP UNKNOWN_ERROR
};

fn decode(data: &Value) -> serde_json::Result<Event> {
    AudioBridge::decode(&raw(data))
}
