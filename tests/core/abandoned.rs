//! Abandoning and closing while other threads are busy.

use std::{
    thread,
    time::{Duration, Instant},
};

use common::wait_until;
use janus_blocking::{
    CloseReason, Config, Connection, EchoTest, Error, HandleId, SessionId, SessionTicket,
    testing::{FakeGateway, Fault, Recorded, When},
};

const LONG: Duration = Duration::from_secs(20);

/// What answers take that are held back. Long enough for what is done meanwhile.
const LATE: Duration = Duration::from_millis(200);

fn gateway() -> FakeGateway {
    let gateway = FakeGateway::builder().reclaim_timeout(LONG).start();
    gateway.expect("a free port")
}

/// With a gateway of its own for each transport.
fn everywhere(test: impl Fn(&FakeGateway, Config)) {
    for number in 0..3 {
        let gateway = gateway();
        let url = match number {
            0 => gateway.url(),
            1 => gateway.http_url().expect("HTTP"),
            _ => gateway.unix_url().expect("a Unix socket"),
        };
        // The answers that are held back come within it.
        test(&gateway, Config::new(url).close_timeout(LONG));
    }
}

/// Waits until a request with this verb has come, whose answer comes late.
fn hold(gateway: &FakeGateway, verb: &str) {
    gateway.inject_when(When::answer_to(verb), Fault::Delay(LATE));
}

fn wait_for(gateway: &FakeGateway, verb: &str) {
    let is_it = |request: &Recorded| request.message["janus"] == verb;
    gateway.wait_request(LONG, is_it).expect("it is sent");
}

fn handles(ticket: &SessionTicket) -> Vec<HandleId> {
    ticket.handles.iter().map(|handle| handle.id).collect()
}

fn sessions(tickets: &[SessionTicket]) -> Vec<SessionId> {
    tickets.iter().map(|ticket| ticket.session_id).collect()
}

#[track_caller]
fn assert_closed<T: std::fmt::Debug>(result: Result<T, Error>, why: CloseReason) {
    let closed = matches!(&result, Err(Error::Closed { why: it, .. }) if *it == why);
    assert!(closed, "{result:?}");
}

#[test]
fn a_handle_whose_attach_is_under_way_when_all_is_abandoned_is_in_the_tickets() {
    everywhere(|gateway, config| {
        let janus = config.open().expect("a link");
        let session = janus.create_session().expect("a session");
        hold(gateway, "attach");
        thread::scope(|scope| {
            let attaching = scope.spawn(|| session.attach::<EchoTest>());
            wait_for(gateway, "attach");
            let tickets = janus.abandon();
            assert_eq!(handles(&tickets[0]), gateway.handles());
            let echo = attaching.join().expect("no panic").expect("its answer");
            assert_eq!(handles(&tickets[0]), [echo.handle().id()]);
            // It is somebody else's now.
            drop(echo);
        });
        assert_eq!(gateway.handles().len(), 1);
        assert_closed(session.attach::<EchoTest>(), CloseReason::Abandoned);
    });
}

#[test]
fn a_handle_whose_attach_is_under_way_when_its_session_is_abandoned_is_detached() {
    everywhere(|gateway, config| {
        let janus = config.open().expect("a link");
        let session = janus.create_session().expect("a session");
        let kept: EchoTest = session.attach().expect("a handle");
        let copy = session.with_timeout(LONG);
        hold(gateway, "attach");
        thread::scope(|scope| {
            let attaching = scope.spawn(|| copy.attach::<EchoTest>());
            wait_until(LONG, "it is under way", || gateway.handles().len() == 2);
            assert_eq!(handles(&session.abandon()), [kept.handle().id()]);
            let attached = attaching.join().expect("no panic");
            assert_closed(attached, CloseReason::Abandoned);
        });
        wait_until(LONG, "it is gone", || {
            gateway.handles() == [kept.handle().id()]
        });
        assert_eq!(gateway.sessions().len(), 1);
        assert_closed(copy.attach::<EchoTest>(), CloseReason::Abandoned);
    });
}

#[test]
fn a_handle_whose_attach_is_answered_too_late_for_the_tickets_is_an_orphan() {
    everywhere(|gateway, config| {
        let brief = Duration::from_millis(20);
        let janus = config.close_timeout(brief).open().expect("a link");
        let session = janus.create_session().expect("a session");
        hold(gateway, "attach");
        thread::scope(|scope| {
            let attaching = scope.spawn(|| session.attach::<EchoTest>());
            wait_for(gateway, "attach");
            assert_eq!(handles(&janus.abandon()[0]), []);
            let error = attaching.join().expect("no panic").expect_err("too late");
            assert!(error.is_closed(), "{error:?}");
        });
    });
}

#[test]
fn attaches_against_abandons_leave_no_handle_that_nobody_knows() {
    everywhere(|gateway, config| {
        let janus = config.open().expect("a link");
        for round in 0..40 {
            let session = janus.create_session().expect("a session");
            let copy = session.with_timeout(LONG);
            let ticket = thread::scope(|scope| {
                scope.spawn(|| copy.attach::<EchoTest>().map(drop));
                let begun = Instant::now();
                while begun.elapsed() < Duration::from_micros(round * 20) {}
                session.abandon()
            });
            // One that was dropped before it was abandoned may still be on its way out.
            wait_until(LONG, "only those of the ticket", || {
                gateway.handles() == handles(&ticket)
            });
            let session = janus.claim(ticket.session_id).expect("it is there");
            session.destroy().expect("it is there");
        }
    });
}

/// What makes a session of a connection.
type Make = fn(&Connection, SessionId) -> Result<(), Error>;

const MAKES: [(&str, Make); 2] = [
    ("create", |janus, _| janus.create_session().map(keep)),
    ("claim", |janus, id| janus.claim(id).map(keep)),
];

/// Its drop does not count.
fn keep(session: janus_blocking::Session) {
    std::mem::forget(session);
}

/// Ends the connection while a session is made. What ends it is also given the session of another one, which
/// is claimed, or else stays as it is.
fn while_a_session_is_made(end: impl Fn(&FakeGateway, Connection, Option<SessionId>)) {
    for (verb, make) in MAKES {
        everywhere(|gateway, config| {
            let other = gateway.connect().expect("a link");
            let id = other
                .create_session()
                .expect("a session")
                .abandon()
                .session_id;
            let janus = config.open().expect("a link");
            let copy = janus.with_timeout(LONG);
            hold(gateway, verb);
            thread::scope(|scope| {
                let making = scope.spawn(|| make(&copy, id));
                wait_for(gateway, verb);
                end(gateway, janus, (verb == "create").then_some(id));
                let _ = making.join().expect("no panic");
            });
            assert_closed(make(&copy, id), CloseReason::ConnectionClosed);
        });
    }
}

/// The sessions on the gateway but that one.
fn others(gateway: &FakeGateway, stays: Option<SessionId>) -> Vec<SessionId> {
    let mut all = gateway.sessions();
    all.retain(|id| Some(*id) != stays);
    all
}

#[test]
fn a_session_that_is_being_made_when_all_is_abandoned_is_in_the_tickets() {
    while_a_session_is_made(|gateway, janus, stays| {
        wait_until(LONG, "it is made", || others(gateway, stays).len() == 1);
        assert_eq!(sessions(&janus.abandon()), others(gateway, stays));
    });
}

#[test]
fn a_session_that_is_being_made_when_all_is_closed_is_destroyed() {
    while_a_session_is_made(|gateway, janus, stays| {
        janus.close();
        wait_until(LONG, "it is ended", || others(gateway, stays).is_empty());
    });
}

#[test]
fn closing_does_not_wait_long_for_a_session_whose_answer_does_not_come() {
    everywhere(|gateway, config| {
        let config = config.close_timeout(Duration::from_secs(2));
        let janus = config.open().expect("a link");
        let copy = janus.with_timeout(LONG);
        gateway.inject_when(When::answer_to("create"), Fault::Drop);
        thread::scope(|scope| {
            let making = scope.spawn(|| copy.create_session());
            wait_for(gateway, "create");
            let begun = Instant::now();
            janus.close();
            assert!(begun.elapsed() < LONG / 2, "{:?}", begun.elapsed());
            let error = making.join().expect("no panic").expect_err("no answer");
            assert!(error.is_closed(), "{error:?}");
        });
    });
}
