//! How requests end, and what their replies decode to.

use common::wire_checks::raw;
use janus_blocking::{
    Plugin, Request,
    audiobridge::{
        Allowed, AudioBridge, Create, Edit, List, Mute,
        participant::{Join, Leave, PlainRtp},
    },
    plugin::Terminal,
};
use serde_json::{Value, json};

use super::wire;

#[test]
fn requests_end_with_their_first_answer_and_reads_may_be_repeated() {
    let reads = [
        "exists",
        "list",
        "listparticipants",
        "listforwarders",
        "listannouncements",
        "is_playing",
    ];
    for (facts, case) in wire().requests() {
        // `success` ends a synchronous request whatever its terminal says.
        assert_eq!(case.terminal, Terminal::First, "{}", case.name);
        assert_eq!(case.idempotent, reads.contains(&case.name), "{}", case.name);
        assert!(!case.idempotent || facts["mode"] == "sync");
    }
}

#[test]
fn refusals_have_a_code() {
    let data = raw(&json!({
        "audiobridge": "event", "error_code": 485, "error": "No such room (7)",
    }));
    let refusal = AudioBridge::refusal(&data).expect("a refusal");
    assert_eq!(
        (refusal.code, refusal.reason.as_str()),
        (485, "No such room (7)")
    );
}

#[test]
fn a_reply_says_whether_there_was_something_to_mute() {
    let reply = |data: Value| Mute::reply(&raw(&data)).expect("a reply").room;
    let changed = reply(json!({"audiobridge": "success", "room": 1}));
    assert_eq!(changed, Some(1.into()));
    assert_eq!(reply(json!({"audiobridge": "success"})), None);
}

#[test]
fn tokens_of_a_list_are_read_and_not_shown() {
    let data = raw(&json!({"audiobridge": "success", "room": 1, "allowed": ["hush"]}));
    let reply = Allowed::reply(&data).expect("a reply");
    assert!(!format!("{reply:?}").contains("hush"));
    let tokens = reply.allowed.expect("a list");
    assert_eq!(tokens[0].expose(), "hush");
}

#[test]
fn an_empty_list_and_an_empty_pin_are_sent() {
    // One closes the room, the other opens it: neither is the same as nothing.
    let create = serde_json::to_value(Create::new().allowed(vec![])).expect("JSON");
    assert_eq!(create, json!({"request": "create", "allowed": []}));
    let edit = serde_json::to_value(Edit::new(1).new_pin("")).expect("JSON");
    assert_eq!(edit, json!({"request": "edit", "room": 1, "new_pin": ""}));
}

#[test]
fn plain_rtp_may_be_for_sending_only() {
    let join = |rtp: PlainRtp| serde_json::to_value(Join::new(1).rtp(rtp)).expect("JSON");
    assert_eq!(join(PlainRtp::default())["rtp"], json!({}));
    let there = PlainRtp::new("10.0.0.9", 5004);
    assert_eq!(join(there)["rtp"], json!({"ip": "10.0.0.9", "port": 5004}));
}

#[test]
fn a_room_that_says_little_is_listed_with_the_others() {
    let data = raw(&json!({"audiobridge": "success", "list": [
        {"room": 1234, "num_participants": 2, "sampling_rate": -1}, {"description": "no id"},
        {"room": "lobby", "description": null, "sampling_rate": 16000.0, "record": "no"},
    ]}));
    let rooms = List::reply(&data).expect("a list").list;
    let [cellar, attic] = &rooms[..] else {
        panic!("{rooms:?}")
    };
    assert_eq!(
        (&cellar.room, cellar.num_participants),
        (&1234.into(), Some(2))
    );
    assert_eq!((cellar.sampling_rate, &*cellar.description), (None, ""));
    assert_eq!(
        (&attic.room, attic.sampling_rate),
        (&"lobby".into(), Some(16_000))
    );
    let left = Leave::reply(&raw(&json!({"audiobridge": "left", "id": 7}))).expect("it has left");
    assert_eq!((left.room, left.id), (None, 7.into()));
}
