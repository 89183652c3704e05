//! What events decode to.

use janus_blocking::{
    plugin::Id,
    videoroom::{Event, MediaKind, error_code, event::Moderation},
};
use serde_json::{Value, json};

use super::decode;

#[test]
fn an_unknown_event_is_kept_as_it_came() {
    for data in [
        json!({"videoroom": "event", "room": 1, "teleported": 7}),
        json!({"videoroom": "teleported", "room": 1}),
        json!({"videoroom": "event"}),
        json!({"sip": "event"}),
        json!({"videoroom": "event", "room": 1, "display": "in a room"}),
    ] {
        assert_eq!(decode(&data).expect("an event"), Event::Other(data));
    }
}

#[test]
fn a_known_event_that_does_not_fit_is_an_error() {
    for data in [
        json!({"videoroom": "event", "room": 1, "publishers": 7}),
        json!({"videoroom": "event", "room": 1, "kicked": true}),
        json!({"videoroom": "event", "room": 1, "joining": {}}),
    ] {
        assert!(decode(&data).is_err(), "{data}");
    }
}

#[test]
fn what_servers_leave_out_or_write_in_another_way_loses_no_event() {
    let event = |data: Value| decode(&data).unwrap_or_else(|error| panic!("{error} in {data}"));
    let data = json!({"videoroom": "event", "room": 1234, "publishers": [
        {"id": 1}, {"display": "nobody"}, {"id": 2.0, "display": null, "streams": [
            {"type": "text", "mindex": 0}, 7, {"type": "video", "mindex": -1, "disabled": "no"},
        ]},
    ]});
    let Event::Publishers(new) = event(data) else {
        panic!("something else")
    };
    let ids: Vec<&Id> = new.publishers.iter().map(|feed| &feed.id).collect();
    assert_eq!(ids, [&Id::Number(1), &Id::Number(2)]);
    let streams = &new.publishers[1].streams;
    let kinds: Vec<_> = streams.iter().map(|it| (&it.kind, it.mindex)).collect();
    let text = MediaKind::Other("text".into());
    assert_eq!(kinds, [(&text, Some(0)), (&MediaKind::Video, None)]);

    let data = json!({"videoroom": "attached", "room": 1234, "id": 7});
    let Event::Attached(attached) = event(data) else {
        panic!("something else")
    };
    assert_eq!((attached.id, attached.streams.len()), (Some(7.into()), 0));

    let Event::Destroyed(gone) = event(json!({"videoroom": "destroyed"})) else {
        panic!("something else")
    };
    assert!(gone.room.is_absent());

    let Event::Talking(talking) = event(json!({"videoroom": "talking", "mid": "0"})) else {
        panic!("something else")
    };
    assert!(talking.id.is_absent());

    let Event::Leaving(gone) = event(json!({"videoroom": "event", "leaving": 7})) else {
        panic!("something else")
    };
    assert_eq!((gone.id, gone.room.is_absent()), (Some(7.into()), true));

    let data = json!({"videoroom": "event", "room": 1, "id": 7, "moderation": "paused"});
    let Event::Moderated(it) = event(data) else {
        panic!("something else")
    };
    assert_eq!(it.moderation, Moderation::Other("paused".into()));

    let data = json!({"videoroom": "updated", "room": 1, "streams": [
        {"mid": "0", "simulcast": {"substream": -1, "fallback": "never"}},
    ]});
    let Event::Updated(now) = event(data) else {
        panic!("something else")
    };
    let simulcast = now.streams.unwrap_or_default()[0].simulcast;
    let simulcast = simulcast.expect("it has substreams");
    assert_eq!((simulcast.substream, simulcast.temporal_layer), (-1, -1));
    assert_eq!(simulcast.fallback, None);

    for code in [json!(426), json!("426"), json!(426.0)] {
        let data = json!({"videoroom": "event", "error_code": code});
        let Event::Error(refused) = event(data) else {
            panic!("something else")
        };
        assert_eq!(refused.code, error_code::NO_SUCH_ROOM);
    }
}

/// Who has left or unpublished, by the crate.
fn who(data: Value) -> Option<Id> {
    match decode(&data).expect("an event") {
        Event::Leaving(leaving) => leaving.id,
        Event::Unpublished(unpublished) => unpublished.id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn oneself_and_others_are_told_apart() {
    for key in ["leaving", "unpublished"] {
        let data = |room: Value, who: Value| json!({"videoroom": "event", "room": room, key: who});
        assert_eq!(who(data(json!(1), json!(7))), Some(7.into()));
        assert_eq!(who(data(json!("lobby"), json!("bob"))), Some("bob".into()));
        assert_eq!(who(data(json!(1), json!("ok"))), None);
        assert_eq!(who(data(json!("lobby"), json!("ok"))), None);
        // Only others come with a name.
        let mut named = data(json!("lobby"), json!("ok"));
        named["display"] = json!("Bob");
        assert_eq!(who(named), Some("ok".into()));
    }
    let kicked = json!({"videoroom": "event", "room": 1, "leaving": "ok", "reason": "kicked"});
    let Event::Leaving(leaving) = decode(&kicked).expect("an event") else {
        panic!("{kicked}")
    };
    assert_eq!(
        (leaving.id, leaving.reason.as_deref()),
        (None, Some("kicked"))
    );
}
