//! What events decode to.

use std::collections::BTreeSet;

use janus_blocking::sip::Event;
use serde_json::json;

use super::facts::{api, decode, fixture, names, parse, variant};

const EVENTS: [(&str, &str); 21] = [
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

#[test]
fn every_event_of_janus_decodes_to_its_variant() {
    let ours: BTreeSet<&str> = EVENTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(ours, names(&api()["events"]));
    for (name, expected) in EVENTS {
        let data = parse(&fixture("events", name));
        let event = decode(&data).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(variant(&event), expected, "{name}");
    }
    println!("SIP {}/{} events", EVENTS.len(), ours.len());
}

#[test]
fn an_unknown_event_is_kept_as_it_came() {
    for data in [
        json!({"sip": "event", "result": {"event": "teleported", "to": "mars"}}),
        json!({"sip": "event", "result": {"no": "name"}}),
        json!({"sip": "event", "news": 1}),
        json!({"videoroom": "event"}),
    ] {
        assert_eq!(decode(&data).expect("an event"), Event::Other(data));
    }
}

#[test]
fn a_known_event_that_does_not_fit_is_an_error() {
    for data in [
        json!({"sip": "event", "result": {"event": "hangup", "code": "486"}}),
        json!({"sip": "event", "result": {"event": "transfer"}}),
        json!({"sip": "event", "result": {"event": "proceeding", "code": 1_000_000}}),
        json!({"sip": "event", "result": {"event": "incomingcall", "headers": []}}),
    ] {
        assert!(decode(&data).is_err(), "{data}");
    }
}

#[test]
fn an_incoming_call_with_unreadable_texts_is_still_a_call() {
    // Janus leaves out texts that are not UTF-8.
    let data = json!({"sip": "event", "call_id": "a@b", "result": {"event": "incomingcall"}});
    let Event::IncomingCall(call) = decode(&data).expect("an event") else {
        panic!("not a call");
    };
    assert_eq!(call.call_id.as_deref(), Some("a@b"));
    assert_eq!(call.username, "");
}

#[test]
fn a_unique_id_is_found_inside_and_beside_the_result() {
    for data in [
        json!({"sip": "event", "unique_id": "u", "result": {"event": "registered"}}),
        json!({"sip": "event", "result": {"event": "registered", "unique_id": "u"}}),
    ] {
        let Event::Registered(registered) = decode(&data).expect("an event") else {
            panic!("not registered");
        };
        assert_eq!(registered.unique_id.as_deref(), Some("u"));
    }
}

#[test]
fn the_call_id_of_a_subscription_is_not_that_of_the_call() {
    let data = json!({"sip": "event", "call_id": "call", "result": {"event": "subscribing"}});
    let Event::Subscribing(subscribing) = decode(&data).expect("an event") else {
        panic!("not subscribing");
    };
    assert_eq!(subscribing.call_id, None);
}

#[test]
fn a_call_that_fails_at_once_may_have_no_call_id() {
    // Seen on 1.1.2: the call's `hangup` event came first.
    let data = json!({"sip": "event", "result": {"event": "calling"}});
    let Event::Calling(calling) = decode(&data).expect("an event") else {
        panic!("not calling");
    };
    assert_eq!(calling.call_id, None);
}
