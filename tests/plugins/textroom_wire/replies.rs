//! How requests end, and what their replies decode to.

use common::wire_checks::raw;
use janus_blocking::{
    Error, Request, TextRoom,
    plugin::Terminal,
    testing::{self, Expect},
    textroom::{Allowed, Join, List, Message},
};
use serde_json::json;

use super::wire;

#[test]
fn requests_end_with_their_first_answer_and_reads_may_be_repeated() {
    let reads = ["list", "listparticipants", "exists"];
    for (facts, case) in wire().requests() {
        assert_eq!(case.terminal, Terminal::First, "{}", case.name);
        assert_eq!(case.idempotent, reads.contains(&case.name), "{}", case.name);
        assert!(!case.idempotent || facts["mode"] == "sync");
    }
}

#[test]
fn whispers_tell_who_was_there() {
    let data = raw(&json!({"textroom": "success", "sent": {"bob": true, "zed": false, "odd": []}}));
    let sent = Message::reply(&data).expect("a reply").sent;
    let sent: Vec<_> = sent.expect("a whisper").into_iter().collect();
    assert_eq!(sent, [("bob".to_owned(), true), ("zed".to_owned(), false)]);
    let data = raw(&json!({"textroom": "success"}));
    assert_eq!(Message::reply(&data).expect("a reply").sent, None);
}

#[test]
fn tokens_of_a_list_are_read_and_not_shown() {
    let data = raw(&json!({"textroom": "success", "room": 1, "allowed": ["hush"]}));
    let reply = Allowed::reply(&data).expect("a reply");
    assert!(!format!("{reply:?}").contains("hush"));
    assert_eq!(reply.allowed.expect("a list")[0].expose(), "hush");
}

#[test]
fn rooms_and_participants_that_say_little_are_listed_with_the_others() {
    let data = raw(
        &json!({"list": [{"room": 7}, {"description": "no id"}, {"room": "lobby",
        "description": null, "history": -1}]}),
    );
    let rooms = List::reply(&data).expect("a list").list;
    let ids: Vec<_> = rooms.iter().map(|room| room.room.to_string()).collect();
    assert_eq!(ids, ["7", "lobby"]);
    assert_eq!(rooms[1].history, None);
    let data = raw(&json!({"participants": [{"display": "Nobody"}, {"username": "bob"}]}));
    let there = Join::reply(&data).expect("a reply").participants;
    assert_eq!(there.len(), 1);
}

#[test]
fn over_the_janus_api_the_verb_is_named_twice() {
    let (gateway, chat) = testing::attached::<TextRoom>().expect("a gateway");
    let body = json!({"request": "exists", "textroom": "join", "room": 7, "username": "alice",
        "pin": "2580"});
    let expected = Expect::request("janus.plugin.textroom", body.clone());
    gateway.expect(expected.answer(json!({"textroom": "success", "participants": []})));
    let join = Join::new(7, "alice").pin("2580");
    chat.join(&join).expect("joined");
    assert_eq!(gateway.requests().last().expect("one").body(), &body);

    // A Janus that looks at `request` has not done it.
    let body = json!({"request": "exists", "textroom": "leave", "room": 7});
    let expected = Expect::request("janus.plugin.textroom", body);
    gateway.expect(expected.answer(json!({"textroom": "success", "room": 7, "exists": true})));
    let error = chat.leave(7).expect_err("it has not left");
    assert!(matches!(error, Error::Decode { .. }), "{error}");
    assert!(error.to_string().contains("leave"), "{error}");
}

#[test]
fn a_message_without_confirmation_is_not_sent_over_the_janus_api() {
    let (gateway, chat) = testing::attached::<TextRoom>().expect("a gateway");
    let before = gateway.requests().len();
    let error = chat.message(&Message::new(7, "hello").ack(false));
    let error = error.expect_err("it is refused");
    assert!(
        matches!(error, Error::Config { field: "ack", .. }),
        "{error}"
    );
    assert_eq!(gateway.requests().len(), before);
}
