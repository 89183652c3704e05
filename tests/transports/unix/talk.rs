//! Sessions, handles, messages and events.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use common::{Janus, Version, WsClient, wait_until};
use janus_blocking::{
    CloseReason, Connection, EchoTest, Error, Event, Raw, Session, echotest::Settings,
};
use serde_json::json;

use super::{Kind, LIMIT, connect, everywhere, with_rare_keepalives};

/// The next event, which is one of the plugin's.
#[track_caller]
fn assert_event(echo: &EchoTest) {
    let event = echo.events().recv_timeout(LIMIT).unwrap();
    assert!(matches!(event, Some(Event::Plugin { .. })), "{event:?}");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn sessions_handles_messages_and_events_work() {
    everywhere(
        |server| server,
        |janus, _| {
            let connection = connect(janus);
            assert_eq!(
                connection.opening_info().server_name,
                Some(janus.server_name())
            );
            assert!(connection.ping().unwrap() < LIMIT);
            let session = connection.create_session().unwrap();
            let echo: EchoTest = session.attach().unwrap();
            echo.configure(&Settings::new().audio(true)).unwrap();
            for _ in 0..50 {
                echo.handle().send(&Settings::new().audio(true)).unwrap();
            }
            (0..50).for_each(|_| assert_event(&echo));
            assert_eq!(echo.events().try_recv().unwrap(), None);
            let error = session.attach_raw("janus.plugin.nosuch").unwrap_err();
            assert_eq!(error.code().unwrap().value(), 460, "{error}");
            assert_eq!(connection.unmatched_messages(), Default::default());
            echo.into_handle().detach().unwrap();
            session.destroy().unwrap();
            let begun = Instant::now();
            connection.close();
            assert!(begun.elapsed() < LIMIT, "{:?}", begun.elapsed());
        },
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_abandoned_session_is_claimed_with_its_handle() {
    everywhere(
        |server| server.reclaim_timeout(20),
        |janus, kind| {
            let first = connect(janus);
            let session = first.create_session().unwrap();
            let echo: EchoTest = session.attach().unwrap();
            let ticket = session.abandon();
            // Janus never finds out that a datagram client has gone.
            let kept = match kind {
                Kind::Packets => 20,
                Kind::Datagrams => 60,
            };
            assert_eq!(ticket.kept_for, Some(Duration::from_secs(kept)));
            first.close();
            assert!(echo.handle().check().unwrap_err().is_closed());

            let second = connect(janus);
            let resumed = second.resume(&ticket).unwrap();
            let echo: EchoTest = resumed.session.reattach(resumed.handles[0].id).unwrap();
            echo.handle().check().unwrap();
            echo.handle().send(&Settings::new().video(true)).unwrap();
            assert_event(&echo);
            resumed.session.destroy().unwrap();
        },
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn without_reclaiming_only_datagram_sessions_outlive_their_link() {
    everywhere(
        |server| server,
        |janus, kind| {
            let first = connect(janus);
            let session = first.create_session().unwrap();
            let ticket = session.abandon();
            first.close();
            let second = connect(janus);
            match kind {
                Kind::Packets => {
                    assert_eq!(ticket.kept_for, None);
                    wait_until(LIMIT, "the session's end", || {
                        second.claim(ticket.session_id).is_err()
                    });
                    let error = second.claim(ticket.session_id).unwrap_err();
                    assert!(error.is_session_gone(), "{error}");
                }
                Kind::Datagrams => {
                    assert_eq!(ticket.kept_for, Some(Duration::from_secs(60)));
                    second.claim(ticket.session_id).unwrap();
                }
            }
        },
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn four_callers_at_once_while_events_flow_all_finish() {
    const CALLS: u64 = 200;
    everywhere(
        |server| server,
        |janus, _| {
            let connection = connect(janus);
            let session = connection.create_session().unwrap();
            let noisy: EchoTest = session.attach().unwrap();
            let heard = AtomicUsize::new(0);
            thread::scope(|scope| {
                scope.spawn(|| {
                    for event in noisy.events() {
                        if event.is_ok() {
                            heard.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
                scope.spawn(|| {
                    for _ in 0..CALLS {
                        noisy.handle().send(&Settings::new().audio(true)).unwrap();
                    }
                    wait_until(LIMIT, "all events", || {
                        heard.load(Ordering::Relaxed) == usize::try_from(CALLS).unwrap()
                    });
                    noisy.handle().with_timeout(LIMIT).detach().unwrap();
                });
                for caller in 0..4 {
                    let session = &session;
                    scope.spawn(move || talk(session, 1_000_000 + caller * CALLS, CALLS));
                }
            });
            assert_eq!(connection.unmatched_messages(), Default::default());
        },
    );
}

/// Asks for rooms that are not there; a crossed answer would name another's.
fn talk(session: &Session, first: u64, calls: u64) {
    let room: Raw = session.attach_raw("janus.plugin.videoroom").unwrap();
    for number in first..first + calls {
        let answer = room
            .request(json!({ "request": "exists", "room": number }))
            .unwrap();
        assert_eq!(answer["room"], number, "{answer}");
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_is_dropped_all_at_once_reaches_a_server_that_is_slow() {
    everywhere(
        |server| server,
        |janus, kind| {
            let connection = connect(janus);
            let session = connection.create_session().unwrap();
            // More than there is room for on the way to Janus. On the way back, Janus throws away
            // what a datagram client has not read, so that fewer have to do.
            let count = match kind {
                Kind::Packets => 300,
                Kind::Datagrams => 100,
            };
            let handles: Vec<EchoTest> = (0..count).map(|_| session.attach().unwrap()).collect();
            let others: Vec<Session> = (0..30)
                .map(|_| connection.create_session().unwrap())
                .collect();
            janus.pause();
            // Nobody waits, and nothing is lost.
            let begun = Instant::now();
            drop(handles);
            drop(others);
            assert!(begun.elapsed() < LIMIT, "{kind}: {:?}", begun.elapsed());
            janus.resume();
            wait_until(LIMIT, "all handles' end", || {
                admin(janus, session.id().value()) == 0
            });
            wait_until(LIMIT, "the sessions' end", || sessions(janus) == 1);
            // The last ones leave with the connection.
            let _more: Vec<Session> = (0..30)
                .map(|_| connection.create_session().unwrap())
                .collect();
            drop(session);
            connection.close();
            wait_until(LIMIT, "the last sessions' end", || sessions(janus) == 0);
        },
    );
}

fn ask_admin(janus: &Janus, request: serde_json::Value) -> serde_json::Value {
    let mut admin = WsClient::connect_as(&janus.admin_url(), "janus-admin-protocol").unwrap();
    admin.send(&request.to_string()).unwrap();
    serde_json::from_str(&admin.recv(LIMIT).unwrap()).unwrap()
}

/// How many sessions there are.
pub(super) fn sessions(janus: &Janus) -> usize {
    let secret = janus.admin_secret();
    let request = json!({ "janus": "list_sessions", "transaction": "t", "admin_secret": secret });
    ask_admin(janus, request)["sessions"]
        .as_array()
        .unwrap()
        .len()
}

/// How many handles a session has.
fn admin(janus: &Janus, session: u64) -> usize {
    let secret = janus.admin_secret();
    let request = json!({ "janus": "list_handles", "transaction": "t", "admin_secret": secret,
        "session_id": session });
    ask_admin(janus, request)["handles"]
        .as_array()
        .unwrap()
        .len()
}

/// The session's end, and how its handle ended: Janus detaches it at the same time, and either
/// message may come first.
#[track_caller]
fn assert_timed_out(session: &Session, handle: &Error) {
    assert!(
        handle.is_session_gone() || handle.is_handle_gone(),
        "{handle}"
    );
    wait_until(LIMIT, "the session's end", || session.check().is_err());
    let error = session.check().unwrap_err();
    assert!(
        matches!(
            error,
            Error::Closed {
                why: CloseReason::TimedOut,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_session_that_times_out_takes_a_seqpacket_link_along_and_its_sessions_live_on() {
    for version in Version::ALL {
        let janus = Kind::Packets.server(version, |server| server.reclaim_timeout(3));
        let connection = with_rare_keepalives(&janus, 4);
        let lonely = connection.create_session().unwrap();
        let echo: EchoTest = lonely.attach().unwrap();
        let busy = connection.create_session().unwrap();
        let other: EchoTest = busy.attach().unwrap();
        let events = echo.events();
        let begun = Instant::now();
        let gone = loop {
            assert!(begun.elapsed() < 4 * LIMIT, "it does not time out");
            match events.recv_timeout(Duration::from_millis(500)) {
                // It fails when the link has gone just now.
                Ok(None) => drop(other.configure(&Settings::new().audio(true))),
                // The plugin says `done`, and Janus `timeout` before it closes the link.
                Ok(Some(_)) => {}
                Err(error) => break error,
            }
        };
        assert_timed_out(&lonely, &gone);
        // Janus closes the link behind the next thing that it says, if not at once.
        let _ = other.configure(&Settings::new().audio(true));
        let error = other.events().recv_timeout(LIMIT).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Closed {
                    why: CloseReason::LinkBroken,
                    ..
                }
            ),
            "{error}"
        );
        let ticket = busy.abandon();
        let again = connect(&janus);
        let resumed = again.resume(&ticket).unwrap();
        let other: EchoTest = resumed.session.reattach(ticket.handles[0].id).unwrap();
        other.configure(&Settings::new().audio(true)).unwrap();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_session_that_times_out_leaves_a_datagram_link_as_it_is() {
    for version in Version::ALL {
        let janus = Kind::Datagrams.server(version, |server| server);
        let connection = with_rare_keepalives(&janus, 2);
        let session = connection.create_session().unwrap();
        let echo: EchoTest = session.attach().unwrap();
        let last = echo.events().iter().find_map(Result::err).unwrap();
        assert_timed_out(&session, &last);
        connection.create_session().unwrap().destroy().unwrap();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn sessions_are_kept_alive() {
    let janus = Kind::Packets.server(Version::V1_1_2, |server| server.session_timeout(3));
    let datagrams = Kind::Datagrams.server(Version::V1_1_2, |server| server.session_timeout(3));
    let kept: Vec<(Connection, Session, EchoTest)> = [&janus, &datagrams]
        .map(|janus| {
            let connection = connect(janus);
            let session = connection.create_session().unwrap();
            let echo = session.attach().unwrap();
            (connection, session, echo)
        })
        .into();
    let (_, _, first) = &kept[0];
    assert_eq!(
        first
            .events()
            .recv_timeout(Duration::from_secs(10))
            .unwrap(),
        None
    );
    for (_, session, echo) in &kept {
        session.check().unwrap();
        echo.configure(&Settings::new().audio(true)).unwrap();
    }
}
