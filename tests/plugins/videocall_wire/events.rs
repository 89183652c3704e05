//! What events decode to.

use janus_blocking::videocall::Event;
use serde_json::json;

use super::decode;

#[test]
fn an_unknown_event_is_kept_as_it_came() {
    for data in [
        json!({"videocall": "event", "result": {"event": "teleported"}}),
        json!({"videocall": "event", "result": {"no": "name"}}),
        json!({"videocall": "event", "result": 7}),
        json!({"videocall": "event"}),
        json!({}),
    ] {
        assert_eq!(decode(&data).expect("an event"), Event::Other(data));
    }
}

#[test]
fn no_call_and_no_end_of_one_is_lost_for_a_key_that_does_not_fit() {
    let data = json!({"result": {"event": "incomingcall", "username": null}});
    let Ok(Event::IncomingCall(call)) = decode(&data) else {
        panic!("no call")
    };
    assert_eq!(call.username, "");
    let data = json!({"result": {"event": "hangup", "username": 7, "reason": []}});
    let Ok(Event::Hangup(end)) = decode(&data) else {
        panic!("no end")
    };
    assert_eq!((end.username.as_deref(), &*end.reason), (Some("7"), ""));
}
