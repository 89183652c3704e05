//! Whole conversations, cut at every byte and changed.
//!
//! The records in `fixtures/conversations` were made through `WireProxy` from the fake gateway, by
//! `RECORD_CONVERSATIONS=1 cargo test --test core robustness record`.

use std::{fs, net::TcpListener, path::PathBuf, thread, time::Duration};

use common::{Direction, WireProxy, scripted::listener, wait_for};
use janus_blocking::testing::{FakeGateway, SipCall};
use proptest::{collection::vec, prelude::any, sample::Index};
use serde_json::{Value, json};

use super::{
    in_time,
    mutate::{changed_text, changes, runner},
    player::{Damage, Line, Player},
    stories::{Client, Cue, STORIES, Story},
};

/// Of requests to a server that leaves some of them without an answer.
const IMPATIENT: Duration = Duration::from_millis(30);
const PATIENT: Duration = Duration::from_secs(10);

fn place(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join(format!("tests/fixtures/conversations/{name}.jsonl"))
}

fn lines(name: &str) -> Vec<Line> {
    let text = fs::read_to_string(place(name)).expect("a record");
    let lines = text.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("JSON in each line");
        Line {
            to_server: line["to"] == "server",
            text: line["text"].as_str().expect("a text").to_owned(),
        }
    });
    lines.collect()
}

/// Plays a story against a record of it; returns how many bytes the server sent.
fn play(
    story: Story,
    listener: &TcpListener,
    lines: &[Line],
    damage: Vec<Damage>,
    wait: Duration,
) -> usize {
    let player = Player::start(listener, lines, damage);
    let client = Client {
        url: player.url(),
        wait,
        world: &|_| {},
    };
    // How it ends is its own affair, as long as it ends in time.
    let _ = story(&client);
    player.sent_bytes()
}

#[test]
fn record_the_conversations_and_replay_them() {
    for (name, story) in STORIES {
        if std::env::var_os("RECORD_CONVERSATIONS").is_some() {
            record(name, story);
        }
        let lines = lines(name);
        let player = Player::start(&listener(), &lines, Vec::new());
        let client = Client {
            url: player.url(),
            wait: PATIENT,
            world: &|_| {},
        };
        story(&client).unwrap_or_else(|error| panic!("{name}: {error}"));
        // The records are what the stories do now.
        let server = lines.iter().filter(|line| !line.to_server);
        assert!(player.sent_bytes() > server.map(|line| line.text.len()).sum());
    }
}

fn record(name: &str, story: Story) {
    let gateway = FakeGateway::builder()
        .reclaim_timeout(PATIENT)
        .seed(1)
        .start()
        .expect("a free port");
    gateway.sip().user("door", "right");
    let port = gateway
        .url()
        .rsplit(':')
        .next()
        .and_then(|it| it.parse().ok());
    let proxy = WireProxy::to_port(port.expect("a port"));
    let call = std::cell::Cell::new(None::<SipCall<'_>>);
    let offer = "v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";
    let world = |cue| match cue {
        Cue::Calls => {
            let user = "sip:visitor@127.0.0.1";
            call.set(Some(gateway.sip().call("door", user, Some(offer))));
        }
        Cue::HangsUp => call.get().expect("it has called").hangup(),
    };
    let client = Client {
        url: proxy.url(),
        wait: PATIENT,
        world: &world,
    };
    story(&client).expect("nothing goes wrong");
    // The proxy may still be about to note the last message.
    let settled = || {
        let count = proxy.messages().len();
        thread::sleep(Duration::from_millis(50));
        (count == proxy.messages().len()).then_some(())
    };
    wait_for(PATIENT, settled).expect("it is over");
    let text: String = proxy
        .messages()
        .iter()
        .filter_map(|message| {
            let to = match message.direction {
                Direction::ToServer => "server",
                Direction::ToClient => "client",
            };
            let text = message.frame.text()?;
            Some(json!({"link": message.link, "to": to, "text": text}).to_string() + "\n")
        })
        .collect();
    fs::create_dir_all(place(name).parent().expect("a folder")).expect("it can be made");
    fs::write(place(name), text).expect("it can be written");
}

/// Cuts every conversation after some numbers of bytes.
fn cut_all(step: usize) {
    thread::scope(|scope| {
        for (name, story) in STORIES {
            scope.spawn(move || {
                let lines = lines(name);
                let listener = listener();
                let size = play(story, &listener, &lines, Vec::new(), PATIENT);
                for cut in (0..size).step_by(step) {
                    let damage = vec![Damage::CutAfter(cut)];
                    in_time(Duration::ZERO, || {
                        play(story, &listener, &lines, damage, PATIENT)
                    });
                }
                println!("{name}: cut at every {step} of {size} bytes");
            });
        }
    });
}

/// No call waits for its deadline, which is far away: a link that ends is noticed at once.
#[test]
fn conversations_that_are_cut_end_at_once() {
    cut_all(41);
}

#[test]
#[ignore = "needs two minutes: run tests/run"]
fn conversations_that_are_cut_at_any_byte_end_at_once() {
    cut_all(1);
}

#[test]
fn conversations_with_changed_messages_end_in_time() {
    for (name, story) in STORIES {
        let lines = lines(name);
        let server: Vec<&Line> = lines.iter().filter(|line| !line.to_server).collect();
        let listener = listener();
        let strategy = vec((any::<Index>(), changes()), 1..4);
        let result = runner(60).run(&strategy, |damage| {
            let damage = damage.iter().map(|(at, changes)| {
                let at = at.index(server.len());
                Damage::Changed(at, changed_text(&server[at].text, changes))
            });
            play(story, &listener, &lines, damage.collect(), IMPATIENT);
            Ok(())
        });
        result.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
