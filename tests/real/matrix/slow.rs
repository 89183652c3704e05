//! How long sessions live: Janus's own timeouts, against keepalives and links that go away.

use std::time::{Duration, Instant};

use common::{Version, wait_until};
use janus_blocking::{EchoTest, Event, Session, SessionTicket, echotest::Settings};
use serde_json::json;

use super::{
    Cell, LIMIT,
    servers::{Server, Transport, attached},
};

type Check = fn(Version, Transport) -> Cell;

pub(crate) const RULES: &[(&str, Check)] = &[
    (
        "a session without requests is kept beyond the server's timeouts",
        kept_alive,
    ),
    (
        "a session that times out is told, and nothing else ends",
        timed_out,
    ),
    (
        "Janus ends the sessions of a link that is gone, after its reclaim timeout",
        link_gone,
    ),
];

/// A server whose sessions die quickly, where clients have gone or are silent.
fn hasty(version: Version, transport: Transport) -> Server {
    let datagrams = transport == Transport::UnixDatagrams;
    Server::start(version, datagrams, |server| server.reclaim_timeout(2))
}

/// What it keeps to, and tells new clients, from now on.
fn set_session_timeout(server: &Server, seconds: u32) {
    let set = json!({ "janus": "set_session_timeout", "timeout": seconds });
    assert_eq!(server.admin(set)["janus"], "success");
}

fn kept_alive(version: Version, transport: Transport) -> Cell {
    let server = hasty(version, transport);
    set_session_timeout(&server, 3);
    let janus = server.config(transport).open().expect("Janus answers");
    assert_eq!(janus.opening_info().session_timeout, Duration::from_secs(3));
    let (session, echo) = attached(&janus);
    // The watchdog looks every 2 s, and ends what it has found twice.
    let quiet = echo.events().recv_timeout(Duration::from_secs(9));
    assert_eq!(quiet.expect("it lives"), None);
    echo.configure(&Settings::new().audio(true))
        .expect("it lives");
    session.destroy().expect("an answer");
    Cell::Yes
}

fn link_gone(version: Version, transport: Transport) -> Cell {
    let server = hasty(version, transport);
    let janus = server.config(transport).open().expect("Janus answers");
    let (session, _echo) = attached(&janus);
    let ticket: SessionTicket = session.abandon();
    let end = Instant::now() + Duration::from_secs(8);
    janus.close();
    let lives = || server.sessions().contains(&ticket.session_id.value());
    assert!(lives(), "not at once");
    match transport {
        Transport::UnixDatagrams | Transport::Http | Transport::Https => {
            // The ticket says so: it has the session timeout.
            assert_eq!(ticket.kept_for, Some(Duration::from_secs(60)));
            while Instant::now() < end {
                assert!(lives(), "Janus has noticed");
                std::thread::sleep(Duration::from_millis(100));
            }
            Cell::ByNature("Janus does not notice; the session lives until its session timeout")
        }
        _ => {
            assert_eq!(ticket.kept_for, Some(Duration::from_secs(2)));
            wait_until(LIMIT, "the session's end", || !lives());
            let janus = server.config(transport).open().expect("Janus answers");
            let error = janus.resume(&ticket).expect_err("gone");
            assert!(error.is_session_gone(), "{error}");
            Cell::Yes
        }
    }
}

fn timed_out(version: Version, transport: Transport) -> Cell {
    let server = hasty(version, transport);
    let janus = server
        .config(transport)
        .keepalive(Duration::from_secs(50))
        .open()
        .expect("Janus answers");
    set_session_timeout(&server, 2);
    let (session, echo): (Session, EchoTest) = attached(&janus);
    let (busy, other): (Session, EchoTest) = attached(&janus);
    let events = echo.events();
    let begun = Instant::now();
    let error = loop {
        assert!(begun.elapsed() < LIMIT, "it does not end");
        match events.recv_timeout(Duration::from_millis(500)) {
            Ok(None) => other
                .configure(&Settings::new().audio(true))
                .expect("it lives"),
            Ok(Some(_)) => {}
            Err(error) => break error,
        }
    };
    // Janus detaches the handle at the same time, and either message may come first.
    assert!(error.is_session_gone() || error.is_handle_gone(), "{error}");
    wait_until(LIMIT, "the session's end", || session.check().is_err());
    assert!(session.check().expect_err("it has ended").is_session_gone());
    match transport {
        Transport::Unix => {
            // At once, or behind the next thing that it says.
            wait_until(LIMIT, "the new link", || {
                let _ = janus.ping();
                matches!(
                    other.events().try_recv(),
                    Ok(Some(Event::Reconnected { .. }))
                )
            });
            other
                .configure(&Settings::new().audio(true))
                .expect("it was claimed");
            Cell::ByNature(
                "Janus closes the link as well; a new one is made and the other sessions are claimed",
            )
        }
        _ => {
            other
                .configure(&Settings::new().audio(true))
                .expect("it lives");
            busy.destroy().expect("it lives");
            Cell::Yes
        }
    }
}
