//! Servers whose rooms and participants have texts as ids.

use janus_blocking::{
    AudioBridge,
    audiobridge::{
        Create, Event, Kick, List, Mute, Participant, error_code,
        participant::{ChangeRoom, Join},
    },
    plugin::Id,
};

use super::servers::{Servers, assert_refused, changed};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn texts_are_ids_where_the_server_says_so() {
    Servers::each_with(&["string_ids = true"], |servers| {
        let desk = servers.desk::<AudioBridge>();
        let bridge = &desk.plugin;
        let created = bridge.create(&Create::new().room("lobby")).expect("a room");
        let lobby = Id::from("lobby");
        assert_eq!(created.room, lobby);
        let random = bridge.create(&Create::new()).expect("a room").room;
        assert!(matches!(random, Id::Text(_)), "{random:?}");
        assert!(bridge.exists("lobby").expect("an answer"));
        assert_refused(bridge.exists(1234), error_code::INVALID_ELEMENT);
        let rooms = bridge.list(&List::new()).expect("a list").list;
        assert!(rooms.iter().any(|room| room.room == lobby));

        let (alice, bob) = (servers.desk::<Participant>(), servers.desk::<Participant>());
        alice
            .plugin
            .join(&Join::new("lobby").id("alice"))
            .expect("joined");
        let joined = bob
            .plugin
            .join(&Join::new("lobby").id("bob"))
            .expect("joined");
        assert_eq!((joined.room, joined.id), (lobby.clone(), "bob".into()));
        assert_eq!(joined.participants[0].id, "alice".into());
        bridge.mute(&Mute::new("lobby", "bob")).expect("muted");
        assert!(changed(&alice, &"bob".into()).muted);

        let change = ChangeRoom::new(&random).id("robert");
        let moved = bob.plugin.change_room(&change).expect("changed");
        assert_eq!((moved.room, moved.id), (random, "robert".into()));
        let gone = alice.wait("leaving", |event, _| match event {
            Event::Leaving(it) => Some(it.id.clone()),
            _ => None,
        });
        assert_eq!(gone, "bob".into());
        bridge
            .kick(&Kick::new("lobby", "alice"))
            .expect("confirmed");
        let kicked = alice.wait("kicked", |event, _| match event {
            Event::Kicked(it) => Some(it.id.clone()),
            _ => None,
        });
        assert_eq!(kicked, "alice".into());
    });
}
