//! TextRoom: all that is said goes over data channels.

use std::{cell::RefCell, collections::VecDeque};

use janus_blocking::{
    Request, TextRoom,
    textroom::{Announcement, Create, Destroy, Event, Join, Leave, Message, text},
    webrtc::{DataChannel, Peer},
};

use super::{Server, closed_by_janus, each};
use crate::pair::WAIT;

/// Somebody with an open data channel.
struct Guest {
    chat: TextRoom,
    peer: Peer,
    channel: DataChannel,
    /// What came before a reply.
    early: RefCell<VecDeque<Event>>,
}

impl Guest {
    fn new(server: &Server) -> Self {
        let chat: TextRoom = server.attach();
        let offer = chat.setup().expect("an offer");
        let peer = server.media.peer(&chat).data(DataChannel::JANUS);
        let (peer, ()) = peer
            .answer_to(&offer, |answer| chat.ack(answer))
            .expect("answered");
        let channel = peer
            .data_channel(DataChannel::JANUS)
            .expect("it was asked for");
        channel.wait_open(WAIT).expect("it opens");
        Self {
            chat,
            peer,
            channel,
            early: RefCell::default(),
        }
    }

    fn next(&self) -> Event {
        let early = self.early.borrow_mut().pop_front();
        early.unwrap_or_else(|| self.read())
    }

    fn read(&self) -> Event {
        let message = self.channel.recv_timeout(WAIT).expect("it is open");
        let message = message.expect("a message");
        Event::from_text(message.text().expect("a text")).expect("an event")
    }

    /// Sends a request, and waits for its reply.
    fn ask<R: Request<Plugin = TextRoom>>(&self, request: &R, transaction: &str) -> R::Reply {
        let sent = text(request, transaction).expect("a request");
        self.channel.send_text(&sent).expect("it is open");
        loop {
            match self.read() {
                Event::Reply(reply) => {
                    assert_eq!(reply.transaction.as_deref(), Some(transaction));
                    return reply.of::<R>().expect("its own reply");
                }
                event => self.early.borrow_mut().push_back(event),
            }
        }
    }

    fn said(&self) -> (String, String, bool) {
        match self.next() {
            Event::Message(said) => (said.from, said.text, said.whisper),
            other => panic!("{other:?}"),
        }
    }
}

fn said(from: &str, text: &str, whisper: bool) -> (String, String, bool) {
    (from.to_owned(), text.to_owned(), whisper)
}

fn talk(server: &Server) {
    let (alice, bob) = (Guest::new(server), Guest::new(server));
    let create = Create::new().history(2).description("lobby");
    let room = alice.ask(&create, "1").room;
    let join = |name: &str| Join::new(&room, name);
    assert_eq!(alice.ask(&join("alice"), "2").participants, []);
    let Event::Joined(who) = alice.next() else {
        panic!("oneself")
    };
    assert_eq!((&who.room, &*who.username), (&room, "alice"));
    alice.ask(&Message::new(&room, "first"), "3");
    assert_eq!(alice.said(), said("alice", "first", false));
    alice.ask(&Announcement::new(&room, "hear"), "4");
    let Event::Announcement(announced) = alice.next() else {
        panic!("an announcement")
    };
    assert_eq!((&announced.room, &*announced.text), (&room, "hear"));

    let others = bob.ask(&join("bob").display("Bob"), "b1").participants;
    assert_eq!(others[0].username, "alice");
    // The history first.
    let came = [(); 3].map(|()| bob.next());
    assert!(
        matches!(&came, [Event::Message(first), Event::Announcement(hear), Event::Joined(bob)]
            if first.text == "first" && hear.text == "hear" && bob.username == "bob"),
        "{came:?}"
    );
    let Event::Joined(who) = alice.next() else {
        panic!("who joined")
    };
    assert_eq!(who.display.as_deref(), Some("Bob"));

    bob.ask(&Message::new(&room, "psst").to("alice"), "b2");
    assert_eq!(alice.said(), said("bob", "psst", true));
    // Without an answer.
    let quick = Message::new(&room, "Grüße ☎").ack(false);
    let quick = text(&quick, "b3").expect("a request");
    bob.channel.send_text(&quick).expect("it is open");
    for guest in [&alice, &bob] {
        assert_eq!(guest.said(), said("bob", "Grüße ☎", false));
    }
    let nowhere = text(&Message::new(1, "?"), "b4").expect("a request");
    bob.channel.send_text(&nowhere).expect("it is open");
    let Event::Error(refused) = bob.next() else {
        panic!("a refusal")
    };
    assert_eq!(refused.transaction.as_deref(), Some("b4"));
    end(&alice, &bob, &room);
}

fn end(alice: &Guest, bob: &Guest, room: &janus_blocking::plugin::Id) {
    bob.ask(&Leave::new(room), "b5");
    let left = |event: Event| matches!(event, Event::Left(it) if it.username == "bob");
    assert!(left(alice.next()));
    // Typed calls of the Janus API and the data channel are one.
    alice.chat.destroy(&Destroy::new(room)).expect("destroyed");
    let gone = |event: &Event| matches!(event, Event::Destroyed(it) if it.room == *room);
    assert!(gone(&alice.next()));
    bob.chat.handle().hangup().expect("it is there");
    closed_by_janus(&bob.peer);
    alice.peer.close();
    let mut rest = std::iter::repeat_with(|| alice.channel.recv());
    let closed = rest.find_map(Result::err).expect("it ends");
    assert!(closed.to_string().contains("this program"), "{closed}");
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn two_peers_talk_in_a_room_over_their_data_channels() {
    let test = "two_peers_talk_in_a_room_over_their_data_channels";
    each(module_path!(), test, &[], talk);
}
