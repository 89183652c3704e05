//! Requests as texts for a data channel, and what comes from there.

use std::collections::BTreeSet;

use common::wire_checks::entries;
use janus_blocking::{
    Error, Request, TextRoom,
    textroom::{Event, Exists, Join, Kick, List, ListParticipants, Message, text},
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{decode, wire};

fn sent(request: &impl Request<Plugin = TextRoom>) -> Value {
    let text = text(request, "t\"1").expect("a text");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn a_text_is_the_body_with_the_verb_under_the_key_of_data_channels() {
    let join = Join::new("lobby", "alice").display("{\"request\":\"join\"");
    let expected = json!({"textroom": "join", "transaction": "t\"1", "room": "lobby",
        "username": "alice", "display": "{\"request\":\"join\""});
    assert_eq!(sent(&join), expected);
    // Without parameters.
    let expected = json!({"textroom": "list", "transaction": "t\"1"});
    assert_eq!(sent(&List::new()), expected);
    let quiet = Message::new(1, "hello").ack(false);
    assert_eq!(sent(&quiet)["ack"], false);
}

#[test]
fn a_type_of_ones_own_has_to_begin_with_its_verb() {
    #[derive(Serialize)]
    struct Odd {
        room: u64,
    }
    impl Request for Odd {
        type Plugin = TextRoom;
        type Reply = Value;
        const NAME: &'static str = "odd";
    }
    let error = text(&Odd { room: 1 }, "t").expect_err("no verb");
    assert!(error.to_string().contains("odd"), "{error}");
}

#[test]
fn what_janus_could_not_read_is_refused_as_it_would_not_answer() {
    for (request, transaction, why) in [
        (Message::new(1234, "a\0b"), "t", "NUL"),
        (Message::new(1234, "a"), "t\0", "NUL"),
        (Message::new(u64::MAX, "a"), "t", "2^63-1"),
    ] {
        let error = text(&request, transaction).expect_err("refused");
        assert!(matches!(error, Error::Config { .. }), "{error:?}");
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn tokens_in_a_reply_are_not_shown() {
    let data = json!({"textroom": "success", "transaction": "7", "room": 1, "allowed": ["hush"]});
    let event = decode(&data).expect("a reply");
    assert!(!format!("{event:?}").contains("hush"), "{event:?}");
}

#[test]
fn replies_of_data_channels_have_their_transaction_and_the_type_of_their_request() {
    let reply = |data: Value| match decode(&data) {
        Ok(Event::Reply(reply)) => reply,
        other => panic!("{other:?}"),
    };
    let exists = reply(json!({"textroom": "success", "transaction": "t1", "exists": true}));
    assert_eq!(exists.transaction.as_deref(), Some("t1"));
    assert!(exists.of::<Exists>().expect("a reply").exists);
    assert!(exists.of::<List>().is_err(), "it is another one");
    // As 1.1.2 has them.
    let list = reply(json!({"room": 7, "participants": [], "transaction": "t2"}));
    assert!(list.of::<ListParticipants>().is_ok());
    let kick = reply(json!({"textbridge": "success", "transaction": "t3"}));
    assert!(kick.of::<Kick>().is_ok());

    let refused = json!({"textroom": "error", "error_code": 417, "error": "No such room",
        "transaction": "t4"});
    let Ok(Event::Error(failure)) = decode(&refused) else {
        panic!("no error")
    };
    assert_eq!(failure.transaction.as_deref(), Some("t4"));
}

#[test]
fn the_requests_of_both_channels_are_those_of_janus() {
    let facts = wire().requests();
    let over = |channel: &str| -> BTreeSet<&str> {
        let all = facts
            .iter()
            .filter(|(facts, _)| facts["channel"] == channel);
        all.map(|(_, case)| case.name).collect()
    };
    assert_eq!(over("janus"), ["ack", "restart", "setup"].into());
    assert_eq!(over("datachannel"), ["join", "leave", "message"].into());
    let events = entries(&common::wire_checks::api()["plugins"]["textroom"]["events"]);
    let only = events.filter(|(_, facts)| facts["channel"] == "datachannel");
    assert_eq!(only.count(), 6);
}
