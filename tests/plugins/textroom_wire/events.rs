//! What events decode to.

use janus_blocking::textroom::Event;
use serde_json::json;

use super::decode;

#[test]
fn an_unknown_event_is_kept_as_it_came() {
    for data in [
        json!({"textroom": "teleported", "room": 1}),
        json!({"textroom": "event"}),
        json!({"textroom": "event", "result": "perhaps"}),
        json!({"videoroom": "event"}),
        json!({}),
    ] {
        assert_eq!(decode(&data).expect("an event"), Event::Other(data));
    }
}

#[test]
fn no_message_is_lost_for_a_key_that_does_not_fit() {
    let data = json!({"textroom": "message", "room": 7, "from": 8, "text": null, "date": {},
        "whisper": "yes", "display": []});
    let Event::Message(said) = decode(&data).expect("an event") else {
        panic!("not a message");
    };
    assert_eq!((said.room, &*said.from, &*said.text), (7.into(), "8", ""));
    assert_eq!((said.whisper, said.display), (false, None));
    for tag in [
        "join",
        "leave",
        "message",
        "announcement",
        "kicked",
        "destroyed",
    ] {
        assert!(decode(&json!({"textroom": tag})).is_ok(), "{tag}");
    }
}

#[test]
fn a_room_is_a_number_or_a_text_as_it_came() {
    for (room, expected) in [(json!(7), 7.into()), (json!("lobby"), "lobby".into())] {
        let data = json!({"textroom": "destroyed", "room": room});
        let Ok(Event::Destroyed(gone)) = decode(&data) else {
            panic!("{data}")
        };
        assert_eq!(gone.room, expected);
    }
}

#[test]
fn both_tags_of_errors_are_errors() {
    for tag in ["error", "event"] {
        let data = json!({"textroom": tag, "error_code": "415", "error": "Unknown request"});
        let Ok(Event::Error(failure)) = decode(&data) else {
            panic!("{data}")
        };
        assert_eq!(failure.code.value(), 415);
        assert_eq!(
            (&*failure.reason, failure.transaction),
            ("Unknown request", None)
        );
    }
}
