//! What events decode to.

use janus_blocking::{
    audiobridge::{Event, error_code},
    plugin::Id,
};
use serde_json::{Value, json};

use super::decode;

fn event(data: Value) -> Event {
    decode(&data).unwrap_or_else(|error| panic!("{error} in {data}"))
}

#[test]
fn an_unknown_event_is_kept_as_it_came() {
    for data in [
        json!({"audiobridge": "event", "room": 1, "teleported": 7}),
        json!({"audiobridge": "teleported", "room": 1}),
        json!({"audiobridge": "event"}),
        json!({"videoroom": "event"}),
    ] {
        assert_eq!(decode(&data).expect("an event"), Event::Other(data));
    }
}

#[test]
fn a_known_event_that_does_not_fit_is_an_error() {
    for data in [
        json!({"audiobridge": "event", "room": 1, "muted": "perhaps"}),
        json!({"audiobridge": "event", "room": 1, "muted": []}),
    ] {
        assert!(decode(&data).is_err(), "{data}");
    }
}

#[test]
fn joining_of_others_and_ones_own_are_told_apart_by_the_id() {
    let list = json!([{"id": 8, "setup": false, "muted": false}]);
    let own = json!({"audiobridge": "joined", "room": 1, "id": 7, "participants": list});
    let Event::Joined(joined) = event(own) else {
        panic!("something else")
    };
    assert_eq!((joined.id, joined.participants.len()), (7.into(), 1));
    for data in [
        json!({"audiobridge": "joined", "room": 1, "participants": list}),
        json!({"audiobridge": "joined", "room": 1, "id": null, "participants": list}),
    ] {
        let Event::Joining(joining) = event(data) else {
            panic!("something else")
        };
        assert_eq!(joining.participants[0].id, 8.into());
    }
}

#[test]
fn the_list_after_paused_events_is_part_of_the_resumed_event() {
    let list = json!([{"id": 8}]);
    let data = json!({"audiobridge": "event", "room": 1, "resumed": 7, "participants": list});
    let Event::Resumed(resumed) = event(data) else {
        panic!("something else")
    };
    let others = resumed.participants.expect("a list");
    assert_eq!((resumed.id, &others[0].id), (7.into(), &8.into()));
    let data = json!({"audiobridge": "event", "room": 1, "participants": list});
    assert!(matches!(event(data), Event::Participants(_)));
}

#[test]
fn what_servers_leave_out_or_write_in_another_way_loses_no_event() {
    let data = json!({"audiobridge": "joined", "participants": [
        {"id": 1}, {"display": "nobody"}, 7,
        {"id": 2.0, "display": null, "muted": 1, "spatial_position": -1, "talking": "often"},
    ]});
    let Event::Joining(new) = event(data) else {
        panic!("something else")
    };
    assert!(new.room.is_absent());
    let ids: Vec<&Id> = new.participants.iter().map(|it| &it.id).collect();
    assert_eq!(ids, [&Id::Number(1), &Id::Number(2)]);
    let odd = &new.participants[1];
    assert_eq!((&odd.display, odd.muted), (&None, true));
    assert_eq!((odd.spatial_position, odd.talking), (None, None));

    let Event::Talking(talking) = event(json!({"audiobridge": "talking"})) else {
        panic!("something else")
    };
    assert!(talking.id.is_absent());

    let Event::Kicked(kicked) = event(json!({"audiobridge": "event", "kicked": "bob"})) else {
        panic!("something else")
    };
    assert_eq!(kicked.id, "bob".into());

    // A later version may say more.
    let data = json!({"audiobridge": "event", "room": 1, "leaving": 7, "id": 7, "muted": true});
    let Event::Leaving(leaving) = event(data) else {
        panic!("something else")
    };
    assert_eq!(leaving.id, 7.into());

    for code in [json!(485), json!("485"), json!(485.0)] {
        let data = json!({"audiobridge": "event", "error_code": code});
        let Event::Error(refused) = event(data) else {
            panic!("something else")
        };
        assert_eq!(refused.code, error_code::NO_SUCH_ROOM);
    }
}
