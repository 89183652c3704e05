//! Servers whose rooms and participants have texts as ids.

use janus_blocking::{
    VideoRoom,
    plugin::Id,
    videoroom::{
        AddRemotePublisher, Create, Event, Kick, List, Publisher, Subscriber, error_code,
        publisher::Join,
        subscriber::{self, FeedStream},
    },
};

use super::{
    participants::{remote, streams},
    servers::{Servers, assert_refused},
};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn texts_are_ids_where_the_server_says_so() {
    Servers::each_with(&["string_ids = true"], |servers| {
        let desk = servers.desk::<VideoRoom>();
        let created = desk
            .plugin
            .create(&Create::new().room("lobby"))
            .expect("a room");
        assert_eq!(created.room, "lobby".into());
        let random = desk.plugin.create(&Create::new()).expect("a room").room;
        assert!(matches!(random, Id::Text(_)), "{random:?}");
        assert!(desk.plugin.exists("lobby").expect("an answer"));
        assert_refused(desk.plugin.exists(1234), error_code::INVALID_ELEMENT);
        let rooms = desk.plugin.list(&List::new()).expect("a list").list;
        assert!(rooms.iter().any(|room| room.room == created.room));

        let (alice, bob) = (servers.desk::<Publisher>(), servers.desk::<Publisher>());
        alice
            .plugin
            .join(&Join::new("lobby").id("alice"))
            .expect("joined");
        let joined = bob
            .plugin
            .join(&Join::new("lobby").id("bob"))
            .expect("joined");
        assert_eq!(joined.id, "bob".into());
        let add = AddRemotePublisher::new("lobby", streams()).id("door");
        let (door, _) = remote(&desk.plugin, &"lobby".into(), &add);
        let feed = alice.wait("publishers", |event, _| match event {
            Event::Publishers(it) => it.publishers.first().cloned(),
            _ => None,
        });
        assert_eq!(feed.id, door);
        let viewer = servers.desk::<Subscriber>();
        let join = subscriber::Join::new("lobby");
        let join = join.streams(vec![
            FeedStream::new("door").mid("0"),
            FeedStream::new("door").mid("3"),
        ]);
        let (attached, _) = viewer.plugin.join(&join).expect("joined");
        assert_eq!(attached.streams[0].feed_id, Some("door".into()));
        assert_eq!(attached.streams[1].source_ids, Some(vec!["door".into()]));

        desk.plugin
            .kick(&Kick::new("lobby", "bob"))
            .expect("it is put out");
        let leaving = bob.wait("the end of the stay", |event, _| match event {
            Event::Leaving(it) => Some(it.clone()),
            _ => None,
        });
        assert_eq!(
            (leaving.id, leaving.reason.as_deref()),
            (None, Some("kicked"))
        );
        let kicked = alice.wait("kicked", |event, _| match event {
            Event::Kicked(it) => Some(it.id.clone()),
            _ => None,
        });
        assert_eq!(kicked, "bob".into());
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_participant_called_ok_is_taken_for_oneself_unless_it_has_a_name() {
    Servers::each_with(&["string_ids = true"], |servers| {
        let (_desk, room) = servers.room(&Create::new());
        let (witness, odd) = (servers.desk::<Publisher>(), servers.desk::<Publisher>());
        witness.plugin.join(&Join::new(&room)).expect("joined");
        odd.plugin
            .join(&Join::new(&room).id("ok").display("Odd"))
            .expect("joined");
        odd.plugin.leave().expect("left");
        let leaving = witness.wait("leaving", |event, _| match event {
            Event::Leaving(it) => Some(it.clone()),
            _ => None,
        });
        // Names come with it since 1.3.0.
        let expected = servers.is_new().then(|| "ok".into());
        assert_eq!(leaving.id, expected);
    });
}
