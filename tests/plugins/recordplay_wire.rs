//! The types of the Record&Play plugin.

use std::time::Duration;

use common::wire_checks::raw;
use janus_blocking::{
    ErrorCode, Plugin,
    recordplay::{
        self, Configure, Event, List, Pause, Play, Record, RecordPlay, Resume, Start, Stop, Update,
        error_code,
    },
};
use serde_json::{Value, json};

use crate::wire::{self, Case, SECRET, Wire, case, codes, wire_tests};

wire_tests! { RecordPlay }

pub(crate) fn wire() -> Wire {
    Wire {
        key: "recordplay",
        title: "Record&Play",
        cases,
        tables: &[recordplay::REQUESTS],
        events: &[
            ("done", "Done"),
            ("slow_link", "SlowLink"),
            ("error", "Error"),
        ],
        codes: CODES,
        code_prefix: "JANUS_RECORDPLAY_ERROR_",
        event: |data| wire::shown(RecordPlay::decode(data)),
        unread: |_, place, data| {
            // Of numbers only 0 and 1 are words for no and yes.
            let is_number = data.pointer(place).is_some_and(Value::is_number);
            let is_flag = ["/result/is_private", "/result/uplink"].contains(&place);
            ["/recordplay", "/result/status", "/status"].contains(&place) || (is_flag && is_number)
        },
        late: |case| match case.name {
            "record" => "Recording",
            "play" => "Preparing",
            "start" => "Playing",
            "pause" => "Paused",
            "resume" => "Resumed",
            _ => "Stopped",
        },
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let configure = Configure::new()
        .video_bitrate_max(256_000)
        .video_keyframe_interval(Duration::from_secs(4));
    let record = Record::new("front door")
        .id(7)
        .is_private(true)
        .filename("door")
        .audiocodec("opus")
        .videocodec("vp9")
        .videoprofile("2")
        .opusred(true)
        .textdata(false)
        .update(true);
    vec![
        case("", List::new(), List::new().admin_key(SECRET)),
        case("", Update::new(), Update::new().admin_key(SECRET)),
        case("", Configure::new(), configure),
        case("", Record::new("front door"), record),
        case("", Play::new(7), Play::new(7).restart(true)),
        case("", Start::new(), Start::new()),
        case("", Pause::new(), Pause::new()),
        case("", Resume::new(), Resume::new()),
        case("", Stop::new(), Stop::new()),
    ]
}

const CODES: &[(&str, ErrorCode)] = codes! {
    NO_MESSAGE INVALID_JSON INVALID_REQUEST INVALID_ELEMENT MISSING_ELEMENT NOT_FOUND
    INVALID_RECORDING INVALID_STATE INVALID_SDP RECORDING_EXISTS UNAUTHORIZED UNKNOWN_ERROR
};

fn decode(result: Value) -> Event {
    let data = json!({"recordplay": "event", "result": result});
    RecordPlay::decode(&raw(&data)).expect("an event")
}

#[test]
fn the_end_is_told_by_a_word_and_by_an_object() {
    // 1.1.2, and 1.4.1.
    let Event::Done(ended) = decode(json!("done")) else {
        panic!("not the end");
    };
    assert_eq!((ended.id, ended.is_private), (None, None));
    let Event::Done(ended) = decode(json!({"status": "done", "id": 7, "is_private": 1})) else {
        panic!("not the end");
    };
    assert_eq!((ended.id, ended.is_private), (Some(7), Some(true)));
}

#[test]
fn flags_are_read_as_numbers_too() {
    for (flag, expected) in [(json!(0), false), (json!(true), true), (json!(1), true)] {
        let stopped = json!({"status": "stopped", "is_private": flag});
        let Event::Stopped(stopped) = decode(stopped) else {
            panic!("not stopped");
        };
        assert_eq!(stopped.is_private, Some(expected));
        let Event::SlowLink(slow) = decode(json!({"status": "slow_link", "uplink": flag})) else {
            panic!("not slow");
        };
        assert_eq!(slow.uplink, Some(expected));
    }
}

#[test]
fn a_pause_of_nothing_is_answered_without_a_result() {
    let data = raw(&json!({"recordplay": "event"}));
    assert_eq!(RecordPlay::decode(&data).expect("an event"), Event::Idle);
    let paused = <Pause as janus_blocking::Request>::reply(&data).expect("a reply");
    assert_eq!(paused.id, None);
}

#[test]
fn an_unknown_event_is_kept_as_it_came() {
    for data in [
        json!({"recordplay": "event", "result": {"status": "teleported"}}),
        json!({"recordplay": "event", "result": 7}),
        json!({"recordplay": "ok"}),
    ] {
        let event = RecordPlay::decode(&raw(&data)).expect("an event");
        assert_eq!(event, Event::Other(data));
    }
}
