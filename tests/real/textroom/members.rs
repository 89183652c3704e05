//! `join`, `leave`, `message`, `announcement`, `allowed`, `kick`, `listparticipants`.

use common::wait_until;
use janus_blocking::{
    Error, Request, TextRoom,
    plugin::{Done, Id},
    textroom::{
        Allowed, AllowedAction, Announcement, Create, Join, Kick, Leave, Message, error_code,
    },
};
use serde::Serialize;

use super::Servers;
use crate::{
    desk::Desk,
    servers::{SOON, assert_refused},
};

/// The usernames in a room, in order.
pub(crate) fn there(chat: &TextRoom, room: &Id) -> Vec<String> {
    let list = chat.list_participants(room).expect("a list");
    assert_eq!(list.room, *room);
    let names = list.participants.into_iter().map(|it| it.username);
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

pub(crate) fn story(servers: &Servers) {
    let create = Create::new().secret("hush").pin("2580").history(2);
    let (alice, room) = servers.chat(&create);
    let [bob, carol] = [(); 2].map(|()| servers.desk::<TextRoom>());
    let join = |name: &str| Join::new(&room, name).pin("2580");

    let without = Join::new(&room, "alice");
    assert_refused(alice.plugin.join(&without), error_code::MISSING_ELEMENT);
    let wrong = without.pin("0");
    assert_refused(alice.plugin.join(&wrong), error_code::UNAUTHORIZED);
    let nowhere = alice.plugin.join(&Join::new(1, "alice"));
    assert_refused(nowhere, error_code::NO_SUCH_ROOM);
    let others = alice.plugin.join(&join("alice").display("Alice"));
    assert!(others.expect("joined").participants.is_empty());
    let others = bob.plugin.join(&join("bob").history(false));
    let others = others.expect("joined").participants;
    assert_eq!(others.len(), 1);
    assert_eq!(others[0].username, "alice");
    assert_eq!(others[0].display.as_deref(), Some("Alice"));
    let again = bob.plugin.join(&join("robert"));
    assert_refused(again, error_code::ALREADY_IN_ROOM);
    let taken = carol.plugin.join(&join("bob"));
    assert_refused(taken, error_code::USERNAME_EXISTS);
    assert_eq!(there(&carol.plugin, &room), ["alice", "bob"]);
    let nowhere = carol.plugin.list_participants(1);
    assert_refused(nowhere, error_code::NO_SUCH_ROOM);

    speak(servers, &room, &alice, &carol);
    allow(&room, &alice.plugin, &carol.plugin);

    let kick = Kick::new(&room, "bob");
    assert_refused(carol.plugin.kick(&kick), error_code::MISSING_ELEMENT);
    let wrong = kick.clone().secret("x");
    assert_refused(carol.plugin.kick(&wrong), error_code::UNAUTHORIZED);
    let kick = kick.secret("hush");
    carol.plugin.kick(&kick).expect("it is put out");
    assert_refused(carol.plugin.kick(&kick), error_code::NO_SUCH_USER);
    let gone = bob.plugin.message(&Message::new(&room, "hello?"));
    assert_refused(gone, error_code::NOT_IN_ROOM);
    bob.plugin.join(&join("bob")).expect("it may come again");

    bob.plugin.leave(&room).expect("left");
    assert_refused(bob.plugin.leave(&room), error_code::NOT_IN_ROOM);
    assert_refused(bob.plugin.leave(1), error_code::NO_SUCH_ROOM);
    // A handle in several rooms leaves all of them with its end.
    let other = alice.plugin.create(&Create::new()).expect("a room").room;
    let second = alice.plugin.join(&Join::new(&other, "alice"));
    second.expect("joined");
    drop(alice);
    wait_until(SOON, "the handle has left its rooms", || {
        [&room, &other].map(|it| there(&carol.plugin, it).len()) == [0, 0]
    });
}

fn speak(servers: &Servers, room: &Id, alice: &Desk<TextRoom>, stranger: &Desk<TextRoom>) {
    let say = Message::new(room, "hello");
    let sent = |message: &Message| {
        let sent = alice.plugin.message(message).expect("sent").sent;
        sent.map(|sent| sent.into_iter().collect::<Vec<_>>())
    };
    assert_eq!(sent(&say), None);
    assert_eq!(sent(&say.clone().ack(true)), None);
    let whisper = say.clone().to("bob");
    assert_eq!(sent(&whisper), Some(vec![("bob".to_owned(), true)]));
    let several = say.clone().tos(vec!["bob".to_owned(), "zed".to_owned()]);
    let expected = [("bob".to_owned(), true), ("zed".to_owned(), false)];
    assert_eq!(sent(&several), Some(expected.into()));
    let both = alice.plugin.message(&several.to("bob"));
    assert_refused(both, error_code::INVALID_ELEMENT);
    let unheard = stranger.plugin.message(&say);
    assert_refused(unheard, error_code::NOT_IN_ROOM);

    // Janus would carry that out, answer an error, and free the message twice.
    let mark = servers.proxy.mark();
    let quiet = alice.plugin.message(&say.clone().ack(false));
    let error = quiet.expect_err("it is refused");
    assert!(matches!(error, Error::Config { .. }), "{error}");
    assert!(servers.proxy.sent_since(mark).is_empty());
    // The types themselves are texts for data channels.
    let handle = stranger.plugin.handle();
    let refused = handle.request(&Join::new(room, "carol"));
    assert_refused(refused, error_code::INVALID_REQUEST);
    let refused = handle.request(&Leave::new(room));
    assert_refused(refused, error_code::INVALID_REQUEST);
    let refused = handle.request(&say.ack(false));
    assert_refused(refused, error_code::INVALID_REQUEST);

    let announcement = Announcement::new(room, "closing at ten");
    let refused = stranger.plugin.announcement(&announcement);
    assert_refused(refused, error_code::MISSING_ELEMENT);
    let announcement = announcement.secret("hush");
    let done = stranger.plugin.announcement(&announcement);
    done.expect("one need not be in the room");
}

fn allow(room: &Id, keeper: &TextRoom, guest: &TextRoom) {
    let request = |action| Allowed::new(room, action).secret("hush");
    let tokens = |request: &Allowed| -> Option<Vec<String>> {
        let answer = keeper.allowed(request).expect("an answer");
        assert_eq!(answer.room, *room);
        let list = answer.allowed?;
        Some(list.iter().map(|token| token.expose().to_owned()).collect())
    };
    let without = Allowed::new(room, AllowedAction::Enable);
    assert_refused(keeper.allowed(&without), error_code::MISSING_ELEMENT);
    assert_eq!(tokens(&request(AllowedAction::Enable)), Some(vec![]));
    let add = request(AllowedAction::Add).allowed(vec!["one".into(), "two".into()]);
    let mut list = tokens(&add).expect("a list");
    list.sort();
    assert_eq!(list, ["one", "two"]);

    let join = Join::new(room, "carol").pin("2580");
    assert_refused(guest.join(&join), error_code::UNAUTHORIZED);
    let wrong = join.clone().token("three");
    assert_refused(guest.join(&wrong), error_code::UNAUTHORIZED);
    guest.join(&join.token("two")).expect("joined");
    guest.leave(room).expect("left");

    let remove = request(AllowedAction::Remove).allowed(vec!["two".into()]);
    assert_eq!(tokens(&remove), Some(vec!["one".to_owned()]));
    assert_eq!(tokens(&request(AllowedAction::Disable)), None);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn members_join_speak_whisper_are_admitted_and_put_out() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_the_janus_api_lets_through_is_what_the_body_names_under_textroom() {
    /// As the documentation of Janus has it.
    #[derive(Serialize)]
    #[serde(tag = "textroom", rename = "leave")]
    struct OnlyThere {
        room: Id,
    }
    impl Request for OnlyThere {
        type Plugin = TextRoom;
        type Reply = Done;
        const NAME: &'static str = "leave";
    }
    Servers::each(|servers| {
        let (desk, room) = servers.chat(&Create::new());
        desk.plugin
            .join(&Join::new(&room, "alice"))
            .expect("joined");
        let refused = desk.plugin.handle().request(&OnlyThere { room });
        assert_refused(refused, error_code::MISSING_ELEMENT);
    });
}
