//! A member of a room whose handle goes from one process to another, with its data channel.

use std::{
    env,
    io::{self, BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    process::{Child, Stdio},
};

use common::{Janus, Version, WireProxy, guard, program::again};
use janus_blocking::{
    Connection, Jsep, SessionTicket, TextRoom,
    plugin::Id,
    textroom::{Announcement, Create, Event, Join, Message},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{channel::Channel, members::there};
use crate::desk::Desk;

/// Where the first process finds Janus, and which room it joins.
const URL: &str = "JB_TEXTROOM_URL";
const ROOM: &str = "JB_TEXTROOM_ROOM";

/// Before what the processes tell each other, in JSON.
const MARK: &str = "told ";

fn tell(to: &mut impl Write, what: &impl Serialize) {
    let what = serde_json::to_string(what).expect("JSON");
    writeln!(to, "{MARK}{what}").expect("the other process is there");
    to.flush().expect("the other process is there");
}

fn told<T: DeserializeOwned>(from: &mut impl BufRead) -> T {
    for line in from.lines() {
        let line = line.expect("the other process is there");
        if let Some((_, what)) = line.split_once(MARK) {
            return serde_json::from_str(what).expect("JSON");
        }
    }
    panic!("the other process has ended")
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_first_process_sets_up_joins_and_abandons() {
    let (Ok(url), Ok(room)) = (env::var(URL), env::var(ROOM)) else {
        // It is started by the next test.
        return;
    };
    let room: u64 = room.parse().expect("a number");
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let connection = Connection::open(&url).expect("Janus is there");
    let desk = Desk::<TextRoom>::new(connection);
    tell(&mut output, &desk.plugin.setup().expect("an offer"));
    let answer: Jsep = told(&mut input);
    desk.plugin.ack(&answer).expect("confirmed");
    desk.wait_up();
    let join = Join::new(room, "alice").pin("2580");
    desk.plugin.join(&join).expect("joined");
    tell(&mut output, &"joined");
    let _: String = told(&mut input);
    tell(&mut output, &desk.session.abandon());
}

/// The first process; dropping it kills it.
struct First(Child);

impl First {
    fn start(url: &str, room: &Id) -> Self {
        let mut command = again(
            module_path!(),
            "the_first_process_sets_up_joins_and_abandons",
        );
        command.env(URL, url).env(ROOM, room.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        // A group of its own is what the guard can kill.
        let child = command.process_group(0).spawn().expect("this program");
        guard::started(child.id());
        Self(child)
    }
}

impl Drop for First {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
        guard::ended(self.0.id());
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_member_that_one_process_abandoned_goes_on_in_another() {
    for version in Version::ALL {
        let builder = Janus::builder().version(version).reclaim_timeout(30);
        let janus = builder.start();
        story(&janus);
    }
}

fn story(janus: &Janus) {
    let bob = Desk::<TextRoom>::new(Connection::open(&janus.url()).expect("Janus is there"));
    let create = Create::new().pin("2580");
    let room = bob.plugin.create(&create).expect("a room").room;
    bob.plugin
        .join(&Join::new(&room, "bob").pin("2580"))
        .expect("joined");

    let mut first = First::start(&janus.url(), &room);
    let mut output = BufReader::new(first.0.stdout.take().expect("it is piped"));
    let mut input = first.0.stdin.take().expect("it is piped");
    let (channel, answer) = Channel::to(&janus.url(), &told(&mut output));
    tell(&mut input, &answer);
    assert_eq!(told::<String>(&mut output), "joined");
    channel.open(|| {
        let hello = Announcement::new(&room, "open?");
        bob.plugin.announcement(&hello).expect("announced");
    });
    tell(&mut input, &"abandon");
    let ticket: SessionTicket = told(&mut output);
    assert!(first.0.wait().expect("it is ours").success());

    // Nobody has its session, and yet it is in the room and hears what is said.
    let heard = |text: &str| {
        loop {
            match channel.next() {
                Event::Announcement(probe) if probe.text == "open?" => {}
                Event::Message(said) => {
                    assert_eq!(said.text, text);
                    return said.from;
                }
                other => panic!("{other:?}"),
            }
        }
    };
    assert_eq!(there(&bob.plugin, &room), ["alice", "bob"]);
    bob.plugin
        .message(&Message::new(&room, "between"))
        .expect("sent");
    assert_eq!(heard("between"), "bob");

    let proxy = WireProxy::start(janus);
    let connection = Connection::open(&proxy.url()).expect("Janus is there");
    let session = connection.resume(&ticket).expect("it lives").session;
    let mark = proxy.mark();
    let handle = ticket.handles_of::<TextRoom>().next().expect("a handle");
    let alice: TextRoom = session.reattach(handle.id).expect("nothing is sent");
    assert!(proxy.sent_since(mark).is_empty());
    let hello = Message::new(&room, "I am back").to("alice");
    let sent = alice.message(&hello).expect("sent").sent;
    assert!(sent.is_some_and(|sent| sent["alice"]));
    assert_eq!(heard("I am back"), "alice");
    assert_eq!(there(&alice, &room), ["alice", "bob"]);
    alice.restart().expect("an offer on the same connection");

    // The core's events come here too; what ends with the connection is the stay.
    alice.handle().hangup().expect("an answer");
    let events = alice.events();
    let hangup = events
        .iter()
        .find(|event| matches!(event, Ok(janus_blocking::Event::Hangup { .. }) | Err(_)));
    assert!(matches!(hangup, Some(Ok(_))), "{hangup:?}");
    common::wait_until(crate::servers::SOON, "it has left", || {
        there(&alice, &room) == ["bob"]
    });
    let join = Join::new(&room, "alice").pin("2580");
    alice.join(&join).expect("joined again");
    session.destroy().expect("an answer");
    common::wait_until(crate::servers::SOON, "it has left", || {
        there(&bob.plugin, &room) == ["bob"]
    });
}
