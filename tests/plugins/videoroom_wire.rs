//! The VideoRoom plugin's types.

mod events;
mod replies;
mod roles;
mod rooms;

use std::time::Duration;

use common::wire_checks::raw;
use janus_blocking::{
    ErrorCode, Plugin,
    plugin::Id,
    videoroom::{self, Create, Event, VideoRoom, error_code, publisher, subscriber},
};
use serde_json::{Value, json};

use crate::wire::{self, Case, Wire, codes, wire_tests};

wire_tests! { VideoRoom }

pub(crate) fn wire() -> Wire {
    Wire {
        key: "videoroom",
        title: "VideoRoom",
        cases,
        tables: &[
            videoroom::REQUESTS,
            publisher::REQUESTS,
            subscriber::REQUESTS,
        ],
        events: EVENTS,
        codes: CODES,
        code_prefix: "JANUS_VIDEOROOM_ERROR_",
        event: |data| wire::shown(VideoRoom::decode(data)),
        // What tells the message apart, and tokens and private ids, which are not shown.
        unread: |what, place, _| {
            ["/videoroom", "/private_id"].contains(&place)
                || (what, place) == ("allowed", "/allowed/0")
        },
        late: |case| match &*case.place() {
            "join_publisher" | "joinandconfigure" => "Joined",
            "join_subscriber" => "Attached",
            "publish" | "configure_publisher" | "configure_subscriber" => "Configured",
            "unpublish" => "Unpublished",
            "leave_publisher" => "Leaving",
            "leave_subscriber" => "Left",
            "start" => "Started",
            "pause" => "Paused",
            "subscribe" | "unsubscribe" | "update" => "Updated",
            "switch" => "Switched",
            place => panic!("a request that this test does not know: {place}"),
        },
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let mut all = rooms::cases();
    all.extend(roles::publishers());
    all.extend(roles::subscribers());
    all
}

const EVENTS: &[(&str, &str)] = &[
    ("publishers", "Publishers"),
    ("joining", "Joining"),
    ("leaving", "Leaving"),
    ("kicked", "Kicked"),
    ("unpublished", "Unpublished"),
    ("moderated", "Moderated"),
    ("display_changed", "DisplayChanged"),
    ("metadata_changed", "MetadataChanged"),
    ("substream", "Substream"),
    ("temporal", "Temporal"),
    ("spatial_layer", "SpatialLayer"),
    ("temporal_layer", "TemporalLayer"),
    ("destroyed", "Destroyed"),
    ("updated", "Updated"),
    ("updating", "Updating"),
    ("talking", "Talking"),
    ("stopped-talking", "StoppedTalking"),
    ("slow_link", "SlowLink"),
    ("error", "Error"),
];

const CODES: &[(&str, ErrorCode)] = codes! {
    NO_MESSAGE INVALID_JSON INVALID_REQUEST JOIN_FIRST ALREADY_JOINED NO_SUCH_ROOM ROOM_EXISTS
    NO_SUCH_FEED MISSING_ELEMENT INVALID_ELEMENT INVALID_SDP_TYPE PUBLISHERS_FULL UNAUTHORIZED
    ALREADY_PUBLISHED NOT_PUBLISHED ID_EXISTS INVALID_SDP INVALID_FEED UNKNOWN_ERROR
};

fn decode(data: &Value) -> serde_json::Result<Event> {
    VideoRoom::decode(&raw(data))
}

#[test]
fn an_id_is_a_number_or_a_text_as_it_was_given() {
    let room = |id: Id| serde_json::to_value(Create::new().room(id)).expect("JSON")["room"].clone();
    assert_eq!(room(1234.into()), 1234);
    assert_eq!(room("1234".into()), "1234");
    assert_eq!(room(String::from("lobby").into()), "lobby");
    assert_eq!(room(7_u32.into()), 7);
    assert_eq!(room(Id::from(-7)), "-7");
    for id in [json!(0), json!(u64::MAX), json!(""), json!("a\"b")] {
        let decoded: Id = serde_json::from_value(id.clone()).expect("an id");
        assert_eq!(serde_json::to_value(&decoded).expect("JSON"), id);
    }
    for (odd, id) in [
        (json!(7.0), Id::Number(7)),
        (json!(-7), "-7".into()),
        (json!(1.5), "1.5".into()),
    ] {
        assert_eq!(serde_json::from_value::<Id>(odd).expect("an id"), id);
    }
    for wrong in [json!(null), json!(true), json!([1])] {
        assert!(
            serde_json::from_value::<Id>(wrong.clone()).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn part_of_a_second_is_rounded_up_to_one() {
    let freq = |duration| {
        let create = Create::new().fir_freq(duration);
        serde_json::to_value(create).expect("JSON")["fir_freq"].clone()
    };
    assert_eq!(freq(Duration::from_millis(1)), 1);
    assert_eq!(freq(Duration::from_secs(10)), 10);
    assert_eq!(freq(Duration::ZERO), 0);
    // Janus keeps it in 16 bits: one more would be 0, which is never.
    assert_eq!(freq(Duration::from_secs(1 << 16)), 65_535);
    assert_eq!(freq(Duration::MAX), 65_535);
}
