//! `create`, `edit`, `destroy`, `exists`, `list`.

use janus_blocking::textroom::{Create, Destroy, Edit, List, error_code};

use super::Servers;
use crate::servers::{ADMIN_KEY, assert_refused};

pub(crate) fn story(servers: &Servers) {
    let create = Create::new()
        .room(4321)
        .description("lobby")
        .secret("hush")
        .pin("2580")
        .post("http://127.0.0.1:1/")
        .is_private(true)
        .history(7)
        .allowed(vec!["ticket".into()])
        .permanent(false);
    let (desk, room) = servers.chat(&create);
    let chat = &desk.plugin;
    assert_eq!(room, 4321.into());
    assert_refused(chat.create(&create), error_code::ROOM_EXISTS);
    assert!(chat.exists(&room).expect("an answer"));
    assert!(!chat.exists(1).expect("an answer"));
    let text = Create::new().room("lobby");
    assert_refused(chat.create(&text), error_code::INVALID_ELEMENT);

    let listed = || {
        let rooms = chat.list(&List::new()).expect("a list").list;
        rooms.into_iter().find(|it| it.room == room)
    };
    assert_eq!(listed(), None, "it is private");
    let edit = Edit::new(&room)
        .new_description("hall")
        .new_is_private(false)
        .new_secret("hush-hush")
        .new_pin("")
        .new_post("http://127.0.0.1:1/log");
    assert_refused(chat.edit(&edit), error_code::MISSING_ELEMENT);
    let wrong = edit.clone().secret("x");
    assert_refused(chat.edit(&wrong), error_code::UNAUTHORIZED);
    let edited = chat.edit(&edit.secret("hush")).expect("it is changed");
    assert_eq!((&edited.room, edited.permanent), (&room, false));
    let now = listed().expect("it is listed");
    assert_eq!(now.description, "hall");
    // An empty pin does not take the old one away.
    assert!(now.pin_required);
    assert_eq!((now.num_participants, now.history), (Some(0), Some(7)));

    let destroy = Destroy::new(&room);
    assert_refused(chat.destroy(&destroy), error_code::MISSING_ELEMENT);
    let old = destroy.clone().secret("hush");
    assert_refused(chat.destroy(&old), error_code::UNAUTHORIZED);
    let destroy = destroy.secret("hush-hush");
    let destroyed = chat.destroy(&destroy).expect("it is destroyed");
    assert_eq!((&destroyed.room, destroyed.permanent), (&room, false));
    assert_refused(chat.destroy(&destroy), error_code::NO_SUCH_ROOM);

    let created = chat.create(&Create::new().permanent(true));
    let created = created.expect("a room with a random id");
    assert!(created.permanent);
    let edit = Edit::new(&created.room)
        .new_description("hall")
        .permanent(true);
    assert!(chat.edit(&edit).expect("it is changed").permanent);
    let destroy = Destroy::new(&created.room).permanent(true);
    assert!(chat.destroy(&destroy).expect("it is destroyed").permanent);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn rooms_are_made_changed_listed_and_destroyed() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_admin_key_is_needed_where_the_server_has_one() {
    let key = format!("admin_key = \"{ADMIN_KEY}\"");
    Servers::each_with(&[&key], |servers| {
        let desk = servers.desk::<janus_blocking::TextRoom>();
        let chat = &desk.plugin;
        let create = Create::new().is_private(true);
        assert_refused(chat.create(&create), error_code::MISSING_ELEMENT);
        let wrong = create.clone().admin_key("x");
        assert_refused(chat.create(&wrong), error_code::UNAUTHORIZED);
        let room = chat
            .create(&create.admin_key(ADMIN_KEY))
            .expect("a room")
            .room;
        let has = |list: &List| {
            let rooms = chat.list(list).expect("a list").list;
            rooms.iter().any(|it| it.room == room)
        };
        assert!(!has(&List::new()));
        assert!(has(&List::new().admin_key(ADMIN_KEY)));
        let wrong = chat.list(&List::new().admin_key("x"));
        assert_refused(wrong, error_code::UNAUTHORIZED);
    });
}
