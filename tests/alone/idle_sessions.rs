//! Very many sessions of a program that is busy with other things, on a real Janus.

use std::{
    env,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use common::Janus;
use janus_blocking::{Connection, EchoTest, Session};

use crate::alone;

/// What a variable says, or this.
fn number(name: &str, default: u64) -> u64 {
    let said = env::var(name).ok();
    said.map_or(default, |said| said.parse().expect("a number"))
}

/// Ends with the test, however that ends.
struct Busy<'a>(&'a AtomicBool);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// How many of the sessions are lost, with six busy threads beside them.
fn lost(url: &str) -> usize {
    let sessions = number("IDLE_SESSIONS", 200);
    let time = Duration::from_secs(number("IDLE_SECONDS", 12));
    let busy = AtomicBool::new(true);
    thread::scope(|scope| {
        let _busy = Busy(&busy);
        for _ in 0..6 {
            scope.spawn(|| {
                while busy.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let open = || Connection::open(url).expect("a link");
        // Some have a connection of their own: nothing else wakes its thread.
        let own = (sessions / 2).min(200);
        let connections: Vec<Connection> = (0..own).map(|_| open()).collect();
        let shared = open();
        let mut sessions: Vec<Session> = (own..sessions)
            .map(|_| shared.create_session().expect("a session"))
            .collect();
        let single = connections.iter().map(Connection::create_session);
        sessions.extend(single.map(|session| session.expect("a session")));
        let end = Instant::now() + time;
        // Nothing is done meanwhile: what the program waits for is time.
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            thread::sleep(left);
        }
        let gone = |session: &&Session| session.attach::<EchoTest>().is_err();
        sessions.iter().filter(gone).count()
    })
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn none_of_many_idle_sessions_is_lost_over_a_websocket() {
    if !alone(
        module_path!(),
        "none_of_many_idle_sessions_is_lost_over_a_websocket",
    ) {
        return;
    }
    let janus = Janus::builder().session_timeout(10).start();
    assert_eq!(lost(&janus.url()), 0);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn none_of_many_idle_sessions_is_lost_over_a_unix_socket() {
    if !alone(
        module_path!(),
        "none_of_many_idle_sessions_is_lost_over_a_unix_socket",
    ) {
        return;
    }
    let janus = Janus::builder().session_timeout(10).unix().start();
    assert_eq!(lost(&janus.unix_url()), 0);
}
