//! How requests end, and what their replies decode to.

use common::wire_checks::raw;
use janus_blocking::{
    Plugin, Request,
    plugin::Terminal,
    videoroom::{
        AllowedTokens, List, VideoRoom,
        publisher::Join,
        subscriber::{Subscribe, Updated},
    },
};
use serde_json::{Value, json};

use super::wire;

#[test]
fn all_but_switch_end_with_their_first_answer_and_reads_may_be_repeated() {
    let reads = [
        "exists",
        "list",
        "listparticipants",
        "listforwarders",
        "listremotes",
    ];
    for (facts, case) in wire().requests() {
        // `success` ends a synchronous request whatever its terminal says.
        let terminal = match case.name {
            // Before it an offer may come.
            "switch" => Terminal::Named(&["switched"]),
            _ => Terminal::First,
        };
        assert_eq!(case.terminal, terminal, "{}", case.place());
        assert_eq!(
            case.idempotent,
            reads.contains(&case.name),
            "{}",
            case.place()
        );
        assert!(!case.idempotent || facts["mode"] == "sync");
    }
}

#[test]
fn refusals_have_a_code() {
    let data = raw(&json!({
        "videoroom": "event", "error_code": 426, "error": "No such room (7)",
    }));
    let refusal = VideoRoom::refusal(&data).expect("a refusal");
    assert_eq!(
        (refusal.code, refusal.reason.as_str()),
        (426, "No such room (7)")
    );
}

#[test]
fn a_postponed_change_says_so() {
    let reply = |data: Value| -> Updated { Subscribe::reply(&raw(&data)).expect("a reply") };
    assert!(reply(json!({"videoroom": "updating", "room": 1})).is_postponed());
    assert!(!reply(json!({"videoroom": "updated", "room": 1})).is_postponed());
}

#[test]
fn tokens_of_a_list_are_read_and_not_shown() {
    let data = raw(&json!({"videoroom": "success", "room": 1, "allowed": ["hush"]}));
    let reply: AllowedTokens = serde_json::from_str(data.get()).expect("a reply");
    assert!(!format!("{reply:?}").contains("hush"));
    let tokens = reply.allowed.expect("a list");
    assert_eq!(tokens[0].expose(), "hush");
}

#[test]
fn a_room_that_says_little_is_listed_with_the_others() {
    let data = raw(&json!({"videoroom": "success", "list": [
        {"room": 1234, "num_participants": 2, "bitrate": -1}, {"description": "no id"},
        {"room": 5678, "description": null, "max_publishers": 6.0, "record": "no"},
    ]}));
    let rooms = List::reply(&data).expect("a list").list;
    let [cellar, attic] = &rooms[..] else {
        panic!("{rooms:?}")
    };
    assert_eq!(
        (&cellar.room, cellar.num_participants),
        (&1234.into(), Some(2))
    );
    assert_eq!((cellar.bitrate, cellar.description.as_str()), (None, ""));
    assert_eq!((&attic.room, attic.max_publishers), (&5678.into(), Some(6)));
    let data = raw(&json!({"videoroom": "joined", "room": 1234, "id": 7, "private_id": 8}));
    let joined = Join::reply(&data).expect("it has joined");
    assert_eq!((joined.id, joined.private_id), (7.into(), 8.into()));
}
