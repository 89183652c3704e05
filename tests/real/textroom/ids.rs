//! Servers whose rooms have texts as ids.

use janus_blocking::{
    TextRoom,
    plugin::Id,
    textroom::{Announcement, Create, Destroy, Join, Kick, List, Message, error_code},
};

use super::{Servers, members::there};
use crate::servers::assert_refused;

#[test]
#[ignore = "needs Janus: run tests/run"]
fn texts_are_ids_where_the_server_says_so() {
    Servers::each_with(&["string_ids = true"], |servers| {
        let (desk, room) = servers.chat(&Create::new().room("lobby"));
        assert_eq!(room, "lobby".into());
        let chat = &desk.plugin;
        let random = chat.create(&Create::new()).expect("a room").room;
        assert!(matches!(random, Id::Text(_)), "{random:?}");
        assert!(chat.exists("lobby").expect("an answer"));
        assert_refused(chat.exists(1234), error_code::INVALID_ELEMENT);
        let rooms = chat.list(&List::new()).expect("a list").list;
        assert!(rooms.iter().any(|it| it.room == room));

        let bob = servers.desk::<TextRoom>();
        chat.join(&Join::new("lobby", "alice")).expect("joined");
        bob.plugin.join(&Join::new("lobby", "bob")).expect("joined");
        let whisper = Message::new("lobby", "psst").to("bob");
        let sent = chat.message(&whisper).expect("sent").sent;
        assert!(sent.is_some_and(|sent| sent["bob"]));
        let announcement = Announcement::new("lobby", "hear");
        chat.announcement(&announcement).expect("announced");
        chat.kick(&Kick::new("lobby", "bob"))
            .expect("it is put out");
        assert_eq!(there(chat, &room), ["alice"]);
        chat.leave("lobby").expect("left");
        let gone = chat.destroy(&Destroy::new("lobby")).expect("destroyed");
        assert_eq!(gone.room, room);
    });
}
