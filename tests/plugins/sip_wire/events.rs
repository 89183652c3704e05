//! What events decode to.

use janus_blocking::sip::{Event, Headers, Srtp};
use serde_json::json;

use super::decode;

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
fn a_transfer_without_its_id_is_an_error() {
    for result in [
        json!({"event": "transfer"}),
        json!({"event": "transfer", "refer_id": -1}),
    ] {
        let data = json!({"sip": "event", "result": result});
        assert!(decode(&data).is_err(), "{data}");
    }
}

#[test]
fn no_call_is_lost_for_a_key_that_does_not_fit() {
    let call = json!({"event": "incomingcall", "username": null, "displayname": 7, "isfocus": null,
        "srtp": "sdes_required", "headers": {"X-A": ["1", "2"], "X-B": {}}});
    let data = json!({"sip": "event", "call_id": 5, "result": call});
    let Event::IncomingCall(call) = decode(&data).expect("an event") else {
        panic!("not a call");
    };
    assert_eq!(call.username, "");
    assert_eq!(call.displayname.as_deref(), Some("7"));
    assert_eq!(call.call_id.as_deref(), Some("5"));
    assert_eq!(call.srtp, Some(Srtp::Other("sdes_required".to_owned())));
    assert_eq!(call.headers, Headers::from([("X-A", "1, 2")]));
}

#[test]
fn no_end_of_a_call_is_lost_for_its_code() {
    for (code, expected) in [
        (json!(null), 0),
        (json!([]), 0),
        (json!("486"), 486),
        (json!(486.0), 486),
        (json!(70_000), 70_000),
        (json!(-1), -1),
    ] {
        let data = json!({"sip": "event", "result": {"event": "hangup", "code": code}});
        let Event::Hangup(hangup) = decode(&data).expect("an event") else {
            panic!("not a hangup");
        };
        assert_eq!(hangup.code, expected, "{data}");
    }
    let data = json!({"sip": "event", "result": {"event": "hangup"}});
    assert!(matches!(decode(&data), Ok(Event::Hangup(_))));
}

#[test]
fn a_key_of_several_signs_is_a_key() {
    let data = json!({"sip": "event", "result": {"event": "dtmf", "signal": "10"}});
    let Event::Dtmf(key) = decode(&data).expect("an event") else {
        panic!("no key");
    };
    assert_eq!((&*key.signal, key.duration), ("10", 0));
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
