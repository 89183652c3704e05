//! The example `audio_room`: a room whose host outlives links and processes.

use std::fs;

use janus_blocking::{
    AudioBridge, Connection, Session,
    audiobridge::{Event, Participant, error_code, participant::Join},
    plugin::Id,
};
use serde_json::{Value, json};

use common::{Janus, TempDir, Version, WireProxy, ogg::opus_file, wait_until};

use crate::{
    audiobridge::{
        peers::Talker,
        servers::{SOON, Servers, assert_refused, changed},
    },
    desk::Desk,
    process::Process,
};

const ROOM: u64 = 1234;

/// A Janus that keeps sessions, and somebody to look into the room.
struct Setup {
    bridge: AudioBridge,
    session: Session,
    _connection: Connection,
    folder: TempDir,
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
            test(&Self {
                bridge: session.attach().expect("a handle"),
                session,
                _connection: connection,
                folder: TempDir::new("audio-room"),
                janus,
            });
        }
    }

    /// A host with a ticket, over a link of its own.
    fn host(&self, link: &WireProxy) -> Process {
        let (url, room) = (link.url(), ROOM.to_string());
        let ticket = self.folder.path().join("ticket.json");
        let ticket = ticket.to_str().expect("UTF-8");
        let words = [
            "--janus", &url, "--room", &room, "--ticket", ticket, "--pin", "2580", "--secret",
            "hush",
        ];
        Process::start("audio_room", &words)
    }

    fn guest(&self, name: &str) -> (Participant, Value) {
        let guest: Participant = self.session.attach().expect("a handle");
        let join = Join::new(ROOM).display(name).pin("2580");
        let joined = guest.join(&join).expect("joined");
        (guest, json!(joined.id))
    }
}

/// The verbs that were sent, those to the plugin by their own names.
fn verbs(link: &WireProxy) -> Vec<String> {
    let sent = link.sent();
    let sent = sent.iter().map(|text| {
        let message: Value = serde_json::from_str(text).expect("JSON");
        let name = message["body"]["request"].as_str();
        let name = name.or(message["janus"].as_str());
        name.unwrap_or_default().to_owned()
    });
    sent.collect()
}

/// Waits until the guest hears that somebody is muted.
fn hears_mute(guest: &Participant) -> Value {
    let events = guest.events();
    loop {
        let event = events.recv_timeout(SOON).expect("events go on");
        let event = event.expect("it comes in time").into_plugin();
        if let Some(Event::Participants(it)) = event {
            if let Some(entry) = it.participants.iter().find(|entry| entry.muted) {
                return json!(entry.id);
            }
        }
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_participant_that_was_abandoned_goes_on_in_another_process() {
    Setup::each(|setup| {
        let [first_link, second_link] = [(); 2].map(|()| WireProxy::start(&setup.janus));
        let mut first = setup.host(&first_link);
        let own = first.wait("open")["id"].clone();
        let (alice, id) = setup.guest("Alice");
        let line = first.wait("joined");
        assert_eq!((&line["id"], &line["name"]), (&id, &json!("Alice")));
        first.end_input();
        assert_eq!(first.wait("abandoned")["id"], own);
        assert_eq!(first.end(), (Some(0), String::new()));
        assert_eq!(
            verbs(&first_link),
            [
                "info",
                "create",
                "attach",
                "create",
                "join",
                "listparticipants"
            ],
            "nothing was ended on the server"
        );
        // Nobody has its session, and it is still in the room.
        let list = setup.bridge.list_participants(ROOM).expect("a list");
        assert_eq!(list.participants.len(), 2);

        let mut second = setup.host(&second_link);
        assert_eq!(second.wait("resumed")["id"], own, "the same participant");
        assert_eq!(second.wait("present")["id"], id);
        let (bob, id) = setup.guest("Bob");
        assert_eq!(second.wait("joined")["id"], id, "events go on");
        second.order(&format!("mute {id}"));
        assert_eq!(hears_mute(&alice), id, "requests work");
        assert_eq!(second.wait("changed")["muted"], true);
        bob.leave().expect("left");
        assert_eq!(second.wait("left")["id"], id);
        let sent = verbs(&second_link);
        assert_eq!(sent[..2], ["info", "claim"]);
        let anew = ["create", "attach", "join"];
        assert!(
            !sent.iter().any(|verb| anew.contains(&verb.as_str())),
            "{sent:?}"
        );
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_host_that_was_killed_goes_on_in_another_process_and_over_another_link() {
    Setup::each(|setup| {
        let link = WireProxy::start(&setup.janus);
        let mut first = setup.host(&link);
        let own = first.wait("open")["id"].clone();
        first.kill();
        let mut second = setup.host(&link);
        assert_eq!(second.wait("resumed")["id"], own);
        link.cut();
        assert_eq!(second.wait("resumed")["id"], own);
        let (_guest, id) = setup.guest("Alice");
        assert_eq!(second.wait("joined")["id"], id);
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn people_come_in_by_pin_to_a_file_are_recorded_muted_and_shown_talking() {
    Servers::each(|servers| {
        let folder = TempDir::new("audio-room");
        let (gong, mix) = (folder.path().join("gong.opus"), folder.path().join("mix"));
        // Silence, 20 ms each.
        let packets = vec![vec![0xf8, 0xff, 0xfe]; 25];
        fs::write(&gong, opus_file(&packets)).expect("it can be written");
        let [gong, mix] = [&gong, &mix].map(|path| path.to_str().expect("UTF-8"));
        let (url, room) = (servers.proxy.url(), ROOM.to_string());
        let words = [
            "--janus",
            &url,
            "--room",
            &room,
            "--pin",
            "2580",
            "--announce",
            gong,
            "--record",
            mix,
        ];
        let mut host = Process::start("audio_room", &words);
        assert_eq!(host.wait("open")["room"], ROOM);

        let guest: Desk<Participant> = servers.desk();
        let join = Join::new(ROOM).display("Alice");
        for (pin, code) in [
            (None, error_code::MISSING_ELEMENT),
            (Some("1111"), error_code::UNAUTHORIZED),
        ] {
            let mut join = join.clone();
            join.pin = pin.map(Into::into);
            assert_refused(guest.plugin.join(&join), code);
        }
        let joined = guest.plugin.join(&join.pin("2580")).expect("joined");
        let line = host.wait("joined");
        assert_eq!(
            (&line["id"], &line["name"]),
            (&json!(joined.id), &json!("Alice"))
        );
        let file = host.wait("playing")["file"].clone();
        assert_eq!(host.wait("played")["file"], file);

        host.order(&format!("mute {}", joined.id));
        assert!(changed(&guest, &joined.id).muted);
        host.order(&format!("unmute {}", joined.id));
        assert!(!changed(&guest, &joined.id).muted);
        host.order("sing");
        assert!(host.wait("refused")["why"].is_string());

        let talker = Talker::new(servers, &Id::from(ROOM), "2580");
        for (level, word) in [(10, "talking"), (127, "stopped-talking")] {
            let _saying = talker.say(level);
            let line = host.wait(word);
            assert_eq!(
                (&line["id"], &line["name"]),
                (&json!(talker.id), &json!("Talker"))
            );
        }
        wait_until(SOON, "there is a recording", || {
            let mut files = fs::read_dir(folder.path()).expect("a folder");
            files.any(|file| {
                let name = file.expect("a file").file_name();
                name.to_string_lossy().starts_with("mix")
            })
        });

        host.end_input();
        host.wait("closed");
        assert_eq!(host.end(), (Some(0), String::new()));
        let bridge = servers.desk::<AudioBridge>();
        assert!(!bridge.plugin.exists(ROOM).expect("an answer"));
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn it_uses_a_room_that_is_there_and_says_why_it_cannot() {
    Setup::each(|setup| {
        let create = janus_blocking::audiobridge::Create::new()
            .room(ROOM)
            .pin("2580");
        setup.bridge.create(&create).expect("a room");
        let url = setup.janus.url();
        let words = ["--janus", &url, "--room", "1234", "--pin", "2580"];
        let mut host = Process::start("audio_room", &words);
        host.wait("open");
        host.end_input();
        host.wait("closed");
        assert!(
            setup.bridge.exists(ROOM).expect("an answer"),
            "it is others'"
        );

        let words = ["--janus", &url, "--room", "1234", "--pin", "1"];
        let (code, said) = Process::start("audio_room", &words).end();
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains("check --pin") && said.lines().count() == 1,
            "{said}"
        );
    });
}

#[test]
fn without_a_server_it_shows_all_this_on_the_fake_one() {
    let mut host = Process::start("audio_room", &[]);
    host.wait("open");
    let id = host.wait("joined")["id"].clone();
    let lines = host.lines_to("left", |line| line["name"] == "front door");
    let place = |word| {
        let found = lines.iter().position(|line| line["event"] == word);
        found.unwrap_or_else(|| panic!("no {word} but {lines:#?}"))
    };
    // The file ends when it ends: before the guest has been muted, or after that.
    assert!(place("playing") < place("played"));
    let of_the_guest = ["talking", "stopped-talking", "changed", "left"].map(place);
    assert!(of_the_guest.is_sorted(), "{lines:#?}");
    assert!(of_the_guest.iter().all(|place| lines[*place]["id"] == id));
    host.wait("closed");
    assert_eq!(host.end(), (Some(0), String::new()));
}
