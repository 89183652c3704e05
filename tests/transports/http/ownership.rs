//! Sessions that change their owner: what goes over, what is lost, and who hears of it.

use std::{
    io::Write,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use common::{
    Janus, WsClient,
    http_server::{ok, start},
    wait_until,
};
use janus_blocking::{CloseReason, Connection, Error, Event, HandleId, Raw, Session};

use super::{
    LIMIT, SOON,
    events::{attach, next, provoke},
    open, with_both_of,
};

/// Longer than Janus lets a long poll wait.
const POLL: Duration = Duration::from_secs(33);

fn with_both(test: impl Fn(&Janus) + Sync) {
    with_both_of(|builder| builder.reclaim_timeout(20), test);
}

fn open_websocket(server: &Janus) -> Connection {
    Connection::open(&server.url()).expect("a WebSocket")
}

/// Abandons a session with one handle that has shown that its events come.
fn leave(from: Connection) -> (Session, HandleId) {
    let session = from.create_session().expect("a session");
    let handle = attach(&session);
    provoke(&handle, 1);
    assert_eq!(next(&handle), 1);
    let ticket = from.abandon().remove(0);
    assert!(ticket.kept_for.is_some(), "{ticket:?}");
    (session, handle.handle().id())
}

/// Claims it there, and asserts that events come to it soon.
fn take(to: &Connection, left: &(Session, HandleId)) -> (Session, Raw) {
    let session = to.claim(left.0.id()).expect("it is kept");
    let handle: Raw = session.reattach(left.1).expect("reattached");
    let begun = Instant::now();
    for number in 10..13 {
        provoke(&handle, number);
        assert_eq!(next(&handle), number);
    }
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    (session, handle)
}

#[track_caller]
fn assert_claimed_away(result: janus_blocking::Result<()>) {
    match result {
        Err(Error::Closed { why, .. }) => assert_eq!(why, CloseReason::ClaimedAway),
        other => panic!("{other:?}"),
    }
}

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn sessions_go_from_http_to_http_and_to_and_from_websockets() {
    with_both(|server| {
        type Open = fn(&Janus) -> Connection;
        let pairs: [(Open, Open); 3] =
            [(open, open), (open, open_websocket), (open_websocket, open)];
        for (from, to) in pairs {
            let left = leave(from(server));
            let to = to(server);
            let (session, _handle) = take(&to, &left);
            session.destroy().expect("destroyed");
        }
    });
}

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn a_claim_loses_what_came_between_the_owners() {
    with_both(|server| {
        let left = leave(open(server));
        // The session is nobody's; somebody who knows it may use it all the same.
        provoke_from_outside(server, left.0.id().value(), left.1.value());
        // Number 76 does not come before those that come after the claim.
        let (_session, _handle) = take(&open(server), &left);
    });
}

/// An event for the queue of a session that nobody polls.
fn provoke_from_outside(server: &Janus, session: u64, handle: u64) {
    let message = format!(
        r#"{{"janus":"message","transaction":"x","session_id":{session},"handle_id":{handle},
            "body":{{"request":"join","ptype":"publisher","room":77}}}}"#
    );
    let mut socket = WsClient::connect(&server.url()).expect("a WebSocket");
    socket.send(&message).expect("sent");
    let answer = socket.recv(SOON).expect("an ack");
    assert!(answer.contains("ack"), "{answer}");
    // It is in the queue when the plugin's thread has done its work, which nothing tells.
    thread::sleep(Duration::from_millis(100));
}

#[test]
fn what_the_poll_before_a_claim_over_the_same_link_gets_is_not_lost() {
    let (asked, polls) = crossbeam_channel::unbounded();
    let (event, events) = crossbeam_channel::unbounded::<String>();
    let (_ends, nothing) = crossbeam_channel::bounded::<String>(0);
    let count = AtomicUsize::new(0);
    let url = start(move |request, stream| {
        if !request.is_poll() {
            return stream.write_all(&request.answer()).is_ok();
        }
        // The first poll gets the event, the others nothing.
        let _ = asked.send(());
        let body = match count.fetch_add(1, Ordering::Relaxed) {
            0 => events.recv(),
            _ => nothing.recv(),
        };
        body.is_ok_and(|body| stream.write_all(&ok(&body)).is_ok())
    });
    let janus = Connection::open(&url).expect("it answers");
    let first = janus.create_session().expect("a session");
    polls.recv_timeout(LIMIT).expect("a poll");
    // Janus may get that poll behind the claim, and gives it the new owner's event.
    let session = janus.claim(first.id()).expect("claimed");
    let handle: Raw = session.reattach(HandleId::new(6)).expect("reattached");
    let data = r#"{"janus":"event","session_id":5,"sender":6,"plugindata":{"data":{"x":1}}}"#;
    event.send(data.to_owned()).expect("the server waits");
    let came = handle.events().recv_timeout(LIMIT).expect("no end");
    assert!(matches!(came, Some(Event::Plugin { .. })), "{came:?}");
}

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn a_session_that_is_claimed_by_its_own_connection_gets_its_events_at_once() {
    with_both(|server| {
        let janus = open(server);
        let session = janus.create_session().expect("a session");
        let handle = attach(&session);
        provoke(&handle, 1);
        assert_eq!(next(&handle), 1);
        let left = (session, handle.handle().id());
        let (_newer, _handle) = take(&janus, &left);
        assert_claimed_away(left.0.check());
    });
}

#[test]
#[ignore = "needs a minute: run tests/run"]
fn an_owner_hears_of_a_claim_by_another_transport_when_its_poll_ends() {
    with_both(|server| {
        let first = open(server);
        let session = first.create_session().expect("a session");
        let handle = attach(&session);
        provoke(&handle, 1);
        assert_eq!(next(&handle), 1);
        let second = open_websocket(server);
        let newer = second.claim(session.id()).expect("claimed");
        wait_until(POLL, "the older owner hears", || session.check().is_err());
        assert_claimed_away(session.check());
        assert_claimed_away(handle.events().recv().map(drop));
        // Its drop must not destroy what is somebody else's.
        drop((handle, session));
        first.close();
        newer.check().expect("alive here");
        let handle = attach(&newer);
        provoke(&handle, 2);
        assert_eq!(next(&handle), 2);
    });
}
