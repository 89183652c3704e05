//! The example `room_monitor`: a participant whose place outlives links and processes.

use std::fs;

use janus_blocking::{
    Connection, Plugin, Session, VideoRoom,
    videoroom::{
        AddRemotePublisher, Create, Destroy, Kick, MediaKind, Publisher, RemoteStream,
        publisher::Join,
    },
};
use serde_json::{Value, json};

use common::{Janus, TempDir, Version, WireProxy, rtp::Source};

use crate::process::Process;

const ROOM: u64 = 1234;

/// A Janus with a room that tells of everybody who joins, and somebody to change it.
struct Setup {
    room: VideoRoom,
    session: Session,
    _connection: Connection,
    folder: TempDir,
    proxy: WireProxy,
    janus: Janus,
}

impl Setup {
    fn each(test: impl Fn(&Self)) {
        for version in Version::ALL {
            let janus = Janus::builder()
                .version(version)
                .reclaim_timeout(30)
                .start();
            let connection = Connection::open(&janus.url()).expect("Janus is there");
            let session = connection.create_session().expect("a session");
            let room: VideoRoom = session.attach().expect("a handle");
            create(&room);
            let setup = Self {
                room,
                session,
                _connection: connection,
                folder: TempDir::new("monitor"),
                proxy: WireProxy::start(&janus),
                janus,
            };
            test(&setup);
        }
    }

    fn ticket(&self) -> String {
        let path = self.folder.path().join("ticket.json");
        path.to_str().expect("UTF-8").to_owned()
    }

    /// A monitor with a ticket, over a link of its own.
    fn monitor(&self, link: &WireProxy, more: &[&str]) -> Process {
        let (url, room, ticket) = (link.url(), ROOM.to_string(), self.ticket());
        let words = [
            "--janus", &url, "--room", &room, "--ticket", &ticket, "--pin", "2580",
        ];
        Process::start("room_monitor", &[&words[..], more].concat())
    }

    /// Somebody joins, which everybody in the room is told.
    fn join(&self, name: &str) -> (Publisher, Value) {
        let guest: Publisher = self.session.attach().expect("a handle");
        let join = Join::new(ROOM).display(name).pin("2580");
        let joined = guest.join(&join).expect("joined");
        (guest, json!(joined.id))
    }

    fn participants(&self) -> usize {
        let list = self.room.list_participants(ROOM).expect("a list");
        list.participants.len()
    }
}

fn create(room: &VideoRoom) {
    let create = Create::new()
        .room(ROOM)
        .pin("2580")
        .secret("hush")
        .notify_joining(true)
        .audiolevel_event(true)
        .audio_active_packets(5);
    room.create(&create).expect("a room");
}

/// The verbs that were sent, those to the plugin by their own names.
fn verbs(link: &WireProxy) -> Vec<String> {
    let sent = link.sent();
    let sent = sent.iter().map(|text| {
        let message: Value = serde_json::from_str(text).expect("JSON");
        let name = message["body"]["request"].as_str();
        name.or(message["janus"].as_str())
            .unwrap_or_default()
            .to_owned()
    });
    sent.collect()
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_monitor_that_was_abandoned_goes_on_in_another_process() {
    Setup::each(|setup| {
        let [first_link, second_link] = [(); 2].map(|()| WireProxy::start(&setup.janus));
        let mut first = setup.monitor(&first_link, &[]);
        let own = first.wait("joined")["id"].clone();
        let (alice, id) = setup.join("Alice");
        let line = first.wait("joining");
        assert_eq!((&line["id"], &line["display"]), (&id, &json!("Alice")));
        first.end_input();
        assert_eq!(first.wait("abandoned")["id"], own);
        assert_eq!(first.end(), (Some(0), String::new()));
        assert_eq!(
            verbs(&first_link),
            ["info", "create", "attach", "join", "listparticipants"],
            "nothing was ended on the server"
        );
        // Nobody has its session, and it is still in the room.
        assert_eq!(setup.participants(), 2);
        let ticket: Value =
            serde_json::from_str(&fs::read_to_string(setup.ticket()).expect("the ticket"))
                .expect("JSON");
        assert_eq!(ticket["handles"][0]["plugin"], VideoRoom::PACKAGE);

        let mut second = setup.monitor(&second_link, &[]);
        assert_eq!(second.wait("resumed")["id"], own, "the same participant");
        assert_eq!(second.wait("present")["id"], id);
        let (bob, id) = setup.join("Bob");
        assert_eq!(second.wait("joining")["id"], id);
        bob.leave().expect("left");
        assert_eq!(second.wait("leaving")["id"], id);
        drop(alice);
        second.wait("leaving");
        let sent = verbs(&second_link);
        assert_eq!(sent[..2], ["info", "claim"]);
        assert!(
            !sent
                .iter()
                .any(|verb| ["create", "attach", "join"].contains(&verb.as_str())),
            "{sent:?}"
        );
        let handle = format!(r#""handle_id":{}"#, ticket["handles"][0]["id"]);
        let asked = second_link.sent();
        let asked = asked
            .iter()
            .filter(|text| text.contains("listparticipants"));
        assert!(asked.clone().count() > 0 && asked.clone().all(|text| text.contains(&handle)));
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_monitor_that_was_killed_goes_on_in_another_process() {
    Setup::each(|setup| {
        let mut first = setup.monitor(&setup.proxy, &[]);
        let own = first.wait("joined")["id"].clone();
        first.kill();
        let mut second = setup.monitor(&setup.proxy, &[]);
        assert_eq!(second.wait("resumed")["id"], own);
        let (_guest, id) = setup.join("Alice");
        assert_eq!(second.wait("joining")["id"], id);
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_dropped_link_is_opened_again_and_the_handle_goes_on() {
    Setup::each(|setup| {
        let mut monitor = setup.monitor(&setup.proxy, &[]);
        let own = monitor.wait("joined")["id"].clone();
        // There is no other link until it has missed something.
        setup.proxy.refuse(true);
        setup.proxy.cut();
        monitor.wait("link-lost");
        let (_missed, missed) = setup.join("Missed");
        setup.proxy.refuse(false);
        assert_eq!(monitor.wait("resumed")["id"], own);
        // What it was not told, it has asked for.
        assert_eq!(monitor.wait("present")["id"], missed);
        let (_guest, id) = setup.join("Alice");
        assert_eq!(monitor.wait("joining")["id"], id);
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn without_its_session_it_joins_anew_and_without_its_room_it_ends() {
    Setup::each(|setup| {
        let mut monitor = setup.monitor(&setup.proxy, &[]);
        let own = monitor.wait("joined")["id"].clone();
        setup.janus.restart();
        let connection = Connection::open(&setup.janus.url()).expect("Janus is there");
        let session = connection.create_session().expect("a session");
        let room: VideoRoom = session.attach().expect("a handle");
        create(&room);
        // Until then it may have found the server without the room, and tries again.
        assert_ne!(monitor.wait("joined")["id"], own);
        let destroy = Destroy::new(ROOM).secret("hush");
        room.destroy(&destroy).expect("destroyed");
        monitor.wait("destroyed");
        assert_eq!(monitor.end(), (Some(0), String::new()));
        assert!(
            !fs::exists(setup.ticket()).expect("a folder"),
            "it is of no use any more"
        );
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn it_ends_when_it_is_put_out_and_when_it_cannot_come_in() {
    Setup::each(|setup| {
        let mut monitor = setup.monitor(&setup.proxy, &[]);
        let own = monitor.wait("joined")["id"].as_u64().expect("a number");
        let kick = Kick::new(ROOM, own).secret("hush");
        setup.room.kick(&kick).expect("it is put out");
        monitor.wait("put-out");
        assert_eq!(monitor.end(), (Some(0), String::new()));

        let url = setup.janus.url();
        for (room, pin, word) in [("1234", "1", "check --pin"), ("99", "2580", "check --room")] {
            let words = ["--janus", &url, "--room", room, "--pin", pin];
            let (code, said) = Process::start("room_monitor", &words).end();
            assert_eq!(code, Some(1), "{said}");
            assert!(said.contains(word) && said.lines().count() == 1, "{said}");
        }
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn talking_and_bitrates_are_told() {
    Setup::each(|setup| {
        let more = ["--measure", "127.0.0.1", "--room-secret", "hush"];
        let mut monitor = setup.monitor(&setup.proxy, &more);
        monitor.wait("joined");
        let audio = RemoteStream::new("0", 0, MediaKind::Audio)
            .codec("opus")
            .audiolevel_ext_id(1);
        let add = AddRemotePublisher::new(ROOM, [audio])
            .id(7)
            .display("Door")
            .secret("hush");
        let port = setup.room.add_remote_publisher(&add).expect("added").port;
        assert_eq!(monitor.wait("publishing")["display"], "Door");
        let mut source = Source::to(port);
        for _ in 0..5 {
            source.audio(0, 10);
        }
        assert_eq!(monitor.wait("talking")["id"], 7);
        let begun = std::time::Instant::now();
        let rate = loop {
            source.audio(0, 127);
            let line = monitor.wait("bitrate");
            let rate = line["bits_per_second"].as_u64().expect("a number");
            if rate > 0 || begun.elapsed().as_secs() > 15 {
                break rate;
            }
        };
        assert!(rate > 0, "nothing was counted");
        monitor.end_input();
        monitor.wait("abandoned");
        let list = janus_blocking::videoroom::ListForwarders::new(ROOM).secret("hush");
        let left = setup
            .room
            .list_forwarders(&list)
            .expect("a list")
            .publishers;
        assert!(
            left.iter().all(|publisher| publisher.forwarders.is_empty()),
            "{left:?}"
        );
    });
}
