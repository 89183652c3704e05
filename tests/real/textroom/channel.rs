//! What comes over a data channel: the events of rooms.

use std::{net::UdpSocket, time::Duration};

use common::wait_until;
use janus_blocking::{
    Connection, Jsep, Plugin, TextRoom, VideoRoom,
    plugin::Id,
    serde_json::value::RawValue,
    textroom::{Announcement, Create, Destroy, Event, Join, Kick, Message},
    videoroom::{self, ForwardStream, Publisher, RtpForward, publisher},
};

use super::{Servers, members::there};
use crate::{desk::Desk, servers::SOON};

/// The other end of a handle's data channel: a publisher of the same server, whose data is forwarded.
pub(crate) struct Channel {
    socket: UdpSocket,
    relay: Desk<Publisher>,
    rooms: Desk<VideoRoom>,
    own: Id,
    in_room: Id,
}

impl Channel {
    /// The other end for this offer, on the server with that address, and the answer to it.
    pub(crate) fn to(url: &str, offer: &Jsep) -> (Self, Jsep) {
        let open = || Connection::open(url).expect("Janus is there");
        let rooms = Desk::<VideoRoom>::new(open());
        let in_room = rooms.plugin.create(&videoroom::Create::new());
        let in_room = in_room.expect("a room").room;
        let relay = Desk::<Publisher>::new(open());
        let joined = relay.plugin.join(&publisher::Join::new(&in_room));
        let own = joined.expect("joined").id;
        let published = relay.plugin.publish(&publisher::Publish::new(), offer);
        let (_, answer) = published.expect("published");
        let socket = UdpSocket::bind(("127.0.0.1", 0)).expect("a port");
        let channel = Self {
            socket,
            relay,
            rooms,
            own,
            in_room,
        };
        (channel, Jsep::answer(answer.sdp))
    }

    /// Waits until it is open, by what `say` says again and again in a room of the handle.
    pub(crate) fn open(&self, say: impl Fn()) {
        self.relay.wait_up();
        let port = self.socket.local_addr().expect("an address").port();
        let forward = RtpForward::new(&self.in_room, &self.own, "127.0.0.1");
        let forward = forward.streams(vec![ForwardStream::new("0", port)]);
        let forwarding = self.rooms.plugin.rtp_forward(&forward);
        assert_eq!(forwarding.expect("forwarded").forwarders.len(), 1);
        wait_until(SOON, "the data channel is open", || {
            say();
            self.read(Duration::from_millis(100)).is_some()
        });
    }

    fn read(&self, limit: Duration) -> Option<Event> {
        let mut packet = [0; 1500];
        self.socket.set_read_timeout(Some(limit)).expect("a limit");
        let length = self.socket.recv(&mut packet).ok()?;
        let text = std::str::from_utf8(&packet[..length]).expect("UTF-8");
        let data = RawValue::from_string(text.to_owned()).expect("JSON");
        Some(TextRoom::decode(&data).expect("an event"))
    }

    /// The next event.
    #[track_caller]
    pub(crate) fn next(&self) -> Event {
        self.read(SOON).expect("an event in time")
    }

    /// Whether nothing more has come.
    pub(crate) fn is_quiet(&self) -> bool {
        self.read(Duration::from_millis(300)).is_none()
    }
}

/// A handle whose data channel is open.
fn connected(servers: &Servers) -> (Desk<TextRoom>, Channel) {
    let desk = servers.desk::<TextRoom>();
    let offer = desk.plugin.setup().expect("an offer");
    let (channel, answer) = Channel::to(&servers.proxy.url(), &offer);
    desk.plugin.ack(&answer).expect("confirmed");
    desk.wait_up();
    let chat = &desk.plugin;
    let probe = chat.create(&Create::new()).expect("a room").room;
    chat.join(&Join::new(&probe, "probe")).expect("joined");
    channel.open(|| {
        let hello = Announcement::new(&probe, "open?");
        chat.announcement(&hello).expect("announced");
    });
    chat.destroy(&Destroy::new(&probe)).expect("destroyed");
    let gone = |event: &Event| matches!(event, Event::Destroyed(it) if it.room == probe);
    // Once for who is in the room, and once for who destroys it.
    for _ in 0..2 {
        while !gone(&channel.next()) {}
    }
    (desk, channel)
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_events_of_rooms_come_over_the_data_channel() {
    Servers::each(|servers| {
        let (alice, channel) = connected(servers);
        let (bob, room) = servers.chat(&Create::new().secret("hush").history(2));
        let hear = Announcement::new(&room, "hear").secret("hush");
        bob.plugin.announcement(&hear).expect("announced");
        bob.plugin
            .join(&Join::new(&room, "bob").display("Bob"))
            .expect("joined");
        bob.plugin
            .message(&Message::new(&room, "hello"))
            .expect("sent");

        // The history first, then one's own coming.
        let join = Join::new(&room, "alice").display("Alice");
        alice.plugin.join(&join).expect("joined");
        let Event::Announcement(said) = channel.next() else {
            panic!("the older one")
        };
        assert_eq!((&said.room, &*said.text), (&room, "hear"));
        assert_eq!(said.date.len(), "2026-04-29T15:41:47+0200".len());
        let Event::Message(said) = channel.next() else {
            panic!("the newer one")
        };
        assert_eq!((&*said.from, &*said.text), ("bob", "hello"));
        assert_eq!(said.display.as_deref(), Some("Bob"));
        let Event::Joined(joined) = channel.next() else {
            panic!("oneself")
        };
        assert_eq!((&joined.room, &*joined.username), (&room, "alice"));
        assert_eq!(joined.display.as_deref(), Some("Alice"));

        spoken(&alice, &bob, &room, &channel);
        left(servers, &alice, &bob, &room, &channel);
    });
}

fn spoken(alice: &Desk<TextRoom>, bob: &Desk<TextRoom>, room: &Id, channel: &Channel) {
    let said = |what: &str| match channel.next() {
        Event::Message(said) => said,
        other => panic!("{other:?} for {what}"),
    };
    let say = |text| Message::new(room, text);
    bob.plugin.message(&say("to all")).expect("sent");
    let all = said("what is said to all");
    assert_eq!(
        (&*all.text, all.whisper, all.display),
        ("to all", false, None)
    );
    let whisper = say("to you").tos(vec!["alice".to_owned(), "bob".to_owned()]);
    bob.plugin.message(&whisper).expect("sent");
    let own = said("a whisper");
    assert_eq!((&*own.text, own.whisper), ("to you", true));
    // Those of others are not heard, one's own words are.
    bob.plugin.message(&say("to me").to("bob")).expect("sent");
    alice.plugin.message(&say("echo")).expect("sent");
    assert_eq!(said("one's own words").from, "alice");
}

fn left(
    servers: &Servers,
    alice: &Desk<TextRoom>,
    bob: &Desk<TextRoom>,
    room: &Id,
    channel: &Channel,
) {
    bob.plugin.leave(room).expect("left");
    let Event::Left(left) = channel.next() else {
        panic!("who left")
    };
    assert_eq!((&left.room, &*left.username), (room, "bob"));
    for name in ["carol", "dave"] {
        let guest = servers.desk::<TextRoom>();
        guest.plugin.join(&Join::new(room, name)).expect("joined");
        let Event::Joined(joined) = channel.next() else {
            panic!("who joined")
        };
        assert_eq!((&*joined.username, joined.display), (name, None));
        if name == "carol" {
            let kick = Kick::new(room, name).secret("hush");
            bob.plugin.kick(&kick).expect("it is put out");
            let Event::Kicked(kicked) = channel.next() else {
                panic!("who was kicked")
            };
            assert_eq!((&kicked.room, &*kicked.username), (room, name));
        } else {
            drop(guest);
            let Event::Left(left) = channel.next() else {
                panic!("who left")
            };
            assert_eq!(left.username, name);
        }
    }
    // The one that destroys a room hears of it, whether it is in there or not.
    let other = alice.plugin.create(&Create::new()).expect("a room").room;
    for (gone, by) in [(&other, alice), (room, bob)] {
        let destroy = Destroy::new(gone).secret("hush");
        by.plugin.destroy(&destroy).expect("destroyed");
        let Event::Destroyed(destroyed) = channel.next() else {
            panic!("the end of the room")
        };
        assert_eq!(destroyed.room, *gone);
    }
    assert!(channel.is_quiet());
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_handle_whose_peer_connection_ends_has_left_its_rooms() {
    Servers::each(|servers| {
        let (alice, _channel) = connected(servers);
        let (bob, room) = servers.chat(&Create::new());
        let join = Join::new(&room, "alice").history(false);
        alice.plugin.join(&join).expect("joined");
        assert_eq!(there(&bob.plugin, &room), ["alice"]);
        alice.plugin.handle().hangup().expect("an answer");
        wait_until(SOON, "it has left", || there(&bob.plugin, &room).is_empty());
        // It may come again, and speak, without a data channel.
        alice.plugin.join(&join).expect("joined");
        let hello = Message::new(&room, "hello");
        alice.plugin.message(&hello).expect("sent");
    });
}
