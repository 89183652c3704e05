//! A process that is stopped for longer than a long poll takes: what came meanwhile counts.

#![cfg(unix)]

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use common::{Janus, WireProxy, program::again};
use janus_blocking::{
    Config, Connection, Event, Raw, Session,
    connection::{ConnectionState, Reconnect},
};
use serde_json::{Value, json};

use super::{LIMIT, with_both_of};

/// Names the server to the process that is stopped.
const URL: &str = "JANUS_STOPPED_URL";
const ROOM: u64 = 4711;

/// A poll is given up after 45 s.
const STOPPED: Duration = Duration::from_secs(50);

fn joined(session: &Session, name: &str) -> Raw {
    let room: Raw = session
        .attach_raw("janus.plugin.videoroom")
        .expect("a handle");
    room.request(json!({
        "request": "join", "room": ROOM, "ptype": "publisher", "display": name,
    }))
    .expect("joined");
    room
}

/// Until then nothing has come to the process that goes on.
const LATE: Duration = Duration::from_secs(2);

/// The events of a room that is heard of in this process come by polls.
fn joining(room: &Raw, limit: Duration) -> Option<Value> {
    loop {
        match room
            .events()
            .recv_timeout(limit)
            .expect("the link stands")?
        {
            Event::Plugin { event, .. } if !event["joining"].is_null() => {
                return Some(event["joining"]["display"].clone());
            }
            _ => {}
        }
    }
}

#[test]
#[ignore = "needs a minute: run tests/run"]
fn a_process_that_was_stopped_for_longer_than_a_poll_takes_loses_no_event() {
    with_both_of(
        |builder| builder.session_timeout(200),
        |server: &Janus| {
            let janus = Connection::open(&server.url()).expect("a link");
            let session = janus.create_session().expect("a session");
            let desk: Raw = session
                .attach_raw("janus.plugin.videoroom")
                .expect("a handle");
            desk.request(json!({"request": "create", "room": ROOM, "notify_joining": true}))
                .expect("a room");
            let proxy = WireProxy::to_port(server.http_port());
            let url = format!("http://127.0.0.1:{}/janus", proxy.port());
            let mut child = again(module_path!(), "the_process_that_is_stopped")
                .env(URL, url)
                .stdout(Stdio::piped())
                .spawn()
                .expect("a process");
            let mut said = BufReader::new(child.stdout.take().expect("piped")).lines();
            assert!(said.any(|line| line.expect("text").ends_with("waits")));

            let signal = |signal: &str| {
                let process = child.id().to_string();
                let sent = Command::new("kill").args([signal, &process]).status();
                assert!(sent.expect("`kill` is there").success());
            };
            signal("-STOP");
            // Its poll is answered with this, and Janus has given it away; nothing reaches a board that
            // sleeps, and one that wakes has it after a while.
            proxy.hold_replies();
            joined(&session, "carol");
            thread::sleep(STOPPED);
            signal("-CONT");
            thread::sleep(LATE);
            proxy.release();
            thread::spawn(move || said.for_each(drop));
            let status = child.wait().expect("it ends");
            assert!(status.success(), "{status}");
        },
    );
}

#[test]
#[ignore = "is run by the other test"]
fn the_process_that_is_stopped() {
    let Ok(url) = env::var(URL) else { return };
    let config = Config::new(url).reconnect(Reconnect::Never);
    let janus = config.open().expect("a link");
    let session = janus.create_session().expect("a session");
    let room = joined(&session, "bob");
    // By then its thread waits in a poll.
    assert_eq!(joining(&room, Duration::from_secs(1)), None);
    println!("waits");
    assert_eq!(joining(&room, STOPPED + LIMIT), Some(json!("carol")));
    janus.ping().expect("the link stands");
    assert_eq!(janus.state(), ConnectionState::Connected);
}
