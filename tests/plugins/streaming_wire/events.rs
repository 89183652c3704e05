//! What events decode to.

use common::wire_checks::raw;
use janus_blocking::{
    Plugin,
    streaming::{Event, Streaming, Viewer, error_code},
};
use serde_json::{Value, json};

fn decode(data: &Value) -> Event {
    let event = Streaming::decode(&raw(data)).unwrap_or_else(|error| panic!("{error} in {data}"));
    assert_eq!(Viewer::decode(&raw(data)).expect("the same"), event);
    event
}

#[test]
fn an_unknown_event_is_kept_as_it_came() {
    for data in [
        json!({"streaming": "event", "result": {"status": "teleported"}}),
        json!({"streaming": "event", "result": {"event": "teleported"}}),
        json!({"streaming": "event"}),
        json!({"streaming": "teleported"}),
        json!({"event": "teleported", "id": 7}),
        json!({"videoroom": "event"}),
    ] {
        assert_eq!(decode(&data), Event::Other(data));
    }
}

#[test]
fn events_without_the_plugins_key_are_known_and_with_it_are_others() {
    let Event::Edited(edited) = decode(&json!({"event": "edited", "id": 7})) else {
        panic!("something else")
    };
    assert_eq!((edited.id, edited.metadata), (7.into(), None));
    let Event::RtspDisconnected(source) = decode(&json!({"event": "rtsp-disconnected"})) else {
        panic!("something else")
    };
    assert!(source.id.is_absent());
    // The answer to `edit`, which is no event.
    let data = json!({"streaming": "edited", "id": 7, "permanent": false});
    assert_eq!(decode(&data), Event::Other(data));
}

#[test]
fn layers_arrive_with_and_without_their_stream() {
    let layer = |result: Value| decode(&json!({"streaming": "event", "result": result}));
    let Event::SimulcastLayer(it) = layer(json!({"mid": "v", "temporal": -1})) else {
        panic!("something else")
    };
    assert_eq!((it.substream, it.temporal), (None, Some(-1)));
    assert_eq!(it.mid.as_deref(), Some("v"));
    // 1.1.2 and 1.4.1 say both in one event at first.
    let data = json!({"spatial_layer": 1, "temporal_layer": 2});
    let Event::SvcLayer(it) = layer(data) else {
        panic!("something else")
    };
    assert_eq!((it.spatial_layer, it.temporal_layer), (Some(1), Some(2)));
    assert_eq!(it.mid, None);
}

#[test]
fn a_refusal_that_nobody_waits_for_has_its_code() {
    for code in [json!(455), json!("455"), json!(455.0)] {
        let data = json!({"streaming": "event", "error_code": code, "error": "No such mountpoint"});
        let Event::Error(refused) = decode(&data) else {
            panic!("something else")
        };
        assert_eq!(refused.code, error_code::NO_SUCH_MOUNTPOINT);
        assert_eq!(refused.reason, "No such mountpoint");
    }
}
