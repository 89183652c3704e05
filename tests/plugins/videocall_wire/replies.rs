//! How requests end, and what their replies decode to.

use common::wire_checks::raw;
use janus_blocking::{
    Request,
    plugin::Terminal,
    videocall::{Call, Hangup, List, Placed},
};
use serde_json::{Value, json};

use super::wire;

#[test]
fn every_request_ends_with_its_first_event() {
    for (facts, case) in wire().requests() {
        assert_eq!(facts["mode"], "async", "{}", case.name);
        assert_eq!(case.terminal, Terminal::First, "{}", case.name);
        assert_eq!(case.idempotent, case.name == "list");
    }
}

#[test]
fn a_call_is_placed_or_has_ended() {
    let placed = |result: Value| Call::reply(&raw(&json!({ "result": result })));
    let calling = placed(json!({"event": "calling", "username": "desk"}));
    assert_eq!(calling.expect("placed"), Placed::Calling);
    let busy = json!({"event": "hangup", "username": "door", "reason": "User busy"});
    let Placed::Ended(end) = placed(busy).expect("an end") else {
        panic!("it is busy")
    };
    assert_eq!(
        (end.username.as_deref(), &*end.reason),
        (Some("door"), "User busy")
    );
    assert!(placed(json!({"event": "teleported"})).is_err());
    assert!(placed(json!({})).is_err());
}

#[test]
fn replies_need_little() {
    let data = raw(&json!({"videocall": "event"}));
    assert_eq!(Hangup::reply(&data).expect("an end").reason, "");
    assert!(List::reply(&data).is_err(), "no list");
    let data = raw(&json!({"result": {"list": ["door", null, 7]}}));
    assert_eq!(List::reply(&data).expect("a list").list, ["door", "7"]);
}
