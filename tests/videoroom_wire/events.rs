//! What events decode to.

use std::collections::BTreeSet;

use janus_blocking::{Id, videoroom::Event};
use serde_json::{Value, json};

use super::{
    facts::{api, decode, fixture, names, parse, variant},
    variants::EVENTS,
};

#[test]
fn every_event_of_janus_decodes_to_its_variant() {
    let ours: BTreeSet<&str> = EVENTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(ours, names(&api()["events"]));
    for (name, expected) in EVENTS {
        let data = parse(&fixture("events", name));
        let event = decode(&data).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(variant(&event), expected, "{name}");
    }
    println!("VideoRoom {}/{} events", EVENTS.len(), ours.len());
}

#[test]
fn an_unknown_event_is_kept_as_it_came() {
    for data in [
        json!({"videoroom": "event", "room": 1, "teleported": 7}),
        json!({"videoroom": "teleported", "room": 1}),
        json!({"videoroom": "event"}),
        json!({"sip": "event"}),
        json!({"videoroom": "event", "room": 1, "display": "in a room"}),
    ] {
        assert_eq!(decode(&data).expect("an event"), Event::Other(data));
    }
}

#[test]
fn a_known_event_that_does_not_fit_is_an_error() {
    for data in [
        json!({"videoroom": "event", "room": 1, "publishers": 7}),
        json!({"videoroom": "event", "room": 1, "kicked": true}),
        json!({"videoroom": "talking", "room": 1}),
        json!({"videoroom": "event", "error_code": "426"}),
    ] {
        assert!(decode(&data).is_err(), "{data}");
    }
}

/// Who has left or unpublished, by the crate.
fn who(data: Value) -> Option<Id> {
    match decode(&data).expect("an event") {
        Event::Leaving(leaving) => leaving.id,
        Event::Unpublished(unpublished) => unpublished.id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn oneself_and_others_are_told_apart() {
    for key in ["leaving", "unpublished"] {
        let data = |room: Value, who: Value| json!({"videoroom": "event", "room": room, key: who});
        assert_eq!(who(data(json!(1), json!(7))), Some(7.into()));
        assert_eq!(who(data(json!("lobby"), json!("bob"))), Some("bob".into()));
        assert_eq!(who(data(json!(1), json!("ok"))), None);
        assert_eq!(who(data(json!("lobby"), json!("ok"))), None);
        // Only others come with a name.
        let mut named = data(json!("lobby"), json!("ok"));
        named["display"] = json!("Bob");
        assert_eq!(who(named), Some("ok".into()));
    }
    let kicked = json!({"videoroom": "event", "room": 1, "leaving": "ok", "reason": "kicked"});
    let Event::Leaving(leaving) = decode(&kicked).expect("an event") else {
        panic!("{kicked}")
    };
    assert_eq!(
        (leaving.id, leaving.reason.as_deref()),
        (None, Some("kicked"))
    );
}
