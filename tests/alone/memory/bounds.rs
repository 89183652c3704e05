//! Nothing that a server sends is kept without bound. (`memory.rs` has what is nobody's.)

use std::time::Duration;

use common::scripted::{HANDLE, Scripted, event};
use janus_blocking::{Config, Connection, Error, Raw, Session, connection::Reconnect};
use serde_json::json;

use crate::{alone, process::resident};

const WAIT: Duration = Duration::from_secs(60);

/// What the allocator may keep, in KiB.
const NOISE: u64 = 24 << 10;

fn open(server: &Scripted) -> (Connection, Session, Raw) {
    let config = Config::new(server.url())
        .request_timeout(WAIT)
        .reconnect(Reconnect::Never);
    let janus = config.open().expect("an answer");
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("p").expect("a handle");
    (janus, session, raw)
}

#[test]
#[ignore = "needs ten seconds: run tests/run"]
fn a_million_strays_take_no_memory() {
    if !alone(module_path!(), "a_million_strays_take_no_memory") {
        return;
    }
    let server = Scripted::usual();
    let (janus, session, raw) = open(&server);
    let before = resident();
    // No answer, no event, no JSON: one in three of each.
    let strays = [
        json!({"janus": "success", "transaction": "nobody's"}).to_string(),
        json!({"janus": "hangup", "session_id": 1, "sender": 2}).to_string(),
        "garbage".to_owned(),
    ];
    for _ in 0..334 {
        server.push(|out| {
            for number in 0..3000 {
                out.text(&strays[number % 3]);
            }
        });
    }
    janus.ping().expect("an answer behind them");
    let seen = janus.unmatched_messages();
    assert_eq!((seen.unknown, seen.garbage), (668_000, 334_000));
    let growth = resident().saturating_sub(before);
    assert!(growth < NOISE, "{growth} KiB more");
    assert!(matches!(raw.events().try_recv(), Ok(None)));
    session.check().expect("it lives");
}

#[test]
fn events_that_nobody_reads_are_counted() {
    if !alone(module_path!(), "events_that_nobody_reads_are_counted") {
        return;
    }
    let server = Scripted::usual();
    let (janus, _session, raw) = open(&server);
    let before = resident();
    let text = event(HANDLE, json!({"text": "x".repeat(200)})).to_string();
    for _ in 0..100 {
        server.push(|out| (0..500).for_each(|_| out.text(&text)));
    }
    janus.ping().expect("an answer behind them");
    let growth = resident().saturating_sub(before);
    assert!(growth < NOISE, "{growth} KiB more");
    let events = raw.events();
    let read = std::iter::from_fn(|| events.try_recv().ok().flatten()).count();
    assert_eq!(read, 1024);
}

#[test]
fn fragments_without_end_are_given_up() {
    let server = Scripted::usual();
    let (janus, session, _raw) = open(&server);
    let part = vec![b'x'; 1 << 20];
    server.push(|out| out.frame(0x01, &part));
    for _ in 0..17 {
        server.push(|out| out.frame(0x00, &part));
    }
    let error = janus.ping().expect_err("the link has ended");
    let ended = matches!(error, Error::Transport { .. } | Error::Closed { .. });
    assert!(ended, "{error:?}");
    session.check().expect_err("with its link");
}

#[test]
fn pings_are_answered_without_a_pile_of_answers() {
    if !alone(
        module_path!(),
        "pings_are_answered_without_a_pile_of_answers",
    ) {
        return;
    }
    let server = Scripted::usual();
    let (janus, ..) = open(&server);
    let before = resident();
    for _ in 0..100 {
        server.push(|out| (0..1000).for_each(|_| out.frame(0x89, &[b'x'; 125])));
    }
    janus.ping().expect("an answer behind them");
    drop(janus);
    // The server keeps what it has seen of the answers: 100,000 frames of 200 bytes.
    let growth = resident().saturating_sub(before);
    assert!(growth < NOISE + (40 << 10), "{growth} KiB more");
}
