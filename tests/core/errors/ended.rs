//! Sessions that have ended in each way: what everything on them is told, before anything is sent.

use std::{thread, time::Duration};

use janus_blocking::{
    Event, HandleId, SessionId,
    testing::{FakeGateway, Fault, When},
};
use serde_json::json;

use super::{
    AttachOptions, CloseReason, Connection, EchoTest, Error, Janus, Raw, Scope, Session, Settings,
    assert_closed, attached,
};
use common::{WireProxy, WsClient, wait_until};

const SOON: Duration = Duration::from_secs(5);

/// Everything that can be asked of a handle.
fn handle_errors(echo: &EchoTest) -> Vec<Error> {
    let mut errors = request_errors(echo);
    errors.extend(queue_errors(echo));
    errors
}

/// Everything that can be called on a handle.
fn request_errors(echo: &EchoTest) -> Vec<Error> {
    let (handle, settings) = (echo.handle(), Settings::new().audio(true));
    let errors = [
        echo.configure(&settings).err(),
        handle.send(&settings).err(),
        handle.trickle(&[]).err(),
        handle.trickle_done().err(),
        handle.hangup().err(),
        handle.check().err(),
        handle.with_timeout(SOON).request(&settings).err(),
    ];
    errors
        .into_iter()
        .map(|error| error.expect("it has ended"))
        .collect()
}

/// Every way to read events.
fn queue_errors(echo: &EchoTest) -> Vec<Error> {
    let handle = echo.handle();
    let errors = [
        echo.events().recv().err(),
        echo.events().try_recv().err(),
        echo.events().recv_timeout(SOON).err(),
        echo.events().iter().next().and_then(Result::err),
        handle
            .events::<Raw>()
            .decode(echo.events().receiver().recv())
            .err(),
    ];
    errors
        .into_iter()
        .map(|error| error.expect("it has ended"))
        .collect()
}

/// Everything that can be called on a session, and stays.
fn session_errors(session: &Session, handle: HandleId) -> Vec<Error> {
    let verified = AttachOptions::new().existing_handle(handle).verify(true);
    let errors = [
        session.attach::<EchoTest>().err(),
        session.attach_raw("janus.plugin.nothing").err(),
        session.reattach::<EchoTest>(handle).err(),
        session.attach_with::<EchoTest>(verified).err(),
        session.check().err(),
    ];
    errors
        .into_iter()
        .map(|error| error.expect("it has ended"))
        .collect()
}

fn assert_all(errors: Vec<Error>, id: SessionId, why: CloseReason, advice: &str) {
    for error in errors {
        let text = format!("session {id} is closed: {advice}");
        assert_closed(&error, Scope::Session(id), why, &text);
        let gone = [
            CloseReason::Destroyed,
            CloseReason::TimedOut,
            CloseReason::Gone,
        ];
        assert_eq!(error.is_session_gone(), gone.contains(&why), "{error:?}");
    }
}

/// Runs `end` on a session, then checks that nothing is sent for what was left of it.
fn after(end: impl FnOnce(Session, &WireProxy), why: CloseReason, advice: &str) {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let (_janus, session, echo) = attached(&proxy.url());
    let id = session.id();
    end(session, &proxy);
    let mark = proxy.mark();
    assert_all(handle_errors(&echo), id, why, advice);
    assert_eq!(echo.events().close_reason(), Some(why));
    let error = echo.into_handle().detach().expect_err("it has ended");
    assert_all(vec![error], id, why, advice);
    assert_eq!(proxy.sent_since(mark), [""; 0]);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn handles_of_a_destroyed_session_are_closed() {
    let advice = "this program destroyed or dropped the session; create a new one";
    let destroy = |session: Session, _: &WireProxy| session.destroy().expect("an answer");
    after(destroy, CloseReason::Destroyed, advice);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn handles_of_an_abandoned_session_are_closed() {
    let advice = "this program abandoned it; claim it to use it again";
    after(
        |session, _| drop(session.abandon()),
        CloseReason::Abandoned,
        advice,
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_session_that_has_timed_out_is_closed() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let janus = Connection::open(&proxy.url()).expect("Janus answers");
    // Shorter than the period of the keepalives, which follows from what it was before.
    server.set_session_timeout(1);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let (id, handle) = (session.id(), echo.handle().id());
    // EchoTest has a word of its own before the end, and Janus may tell of the handle's end before
    // that of the session.
    let events = echo.events();
    let last = events
        .iter()
        .find(|event| !matches!(event, Ok(Event::Plugin { .. })));
    let detached = matches!(last, Some(Ok(Event::Detached)));
    assert!(
        detached || matches!(last, Some(Ok(Event::Timeout))),
        "{last:?}"
    );
    wait_until(SOON, "the session is closed", || session.check().is_err());
    let mark = proxy.mark();
    let (why, advice) = (
        CloseReason::TimedOut,
        "Janus ended it at its session timeout; create a new session",
    );
    assert_all(request_errors(&echo), id, why, advice);
    if detached {
        queue_errors(&echo)
            .iter()
            .for_each(|error| assert!(error.is_handle_gone(), "{error:?}"))
    } else {
        assert_all(queue_errors(&echo), id, why, advice)
    }
    assert_all(session_errors(&session, handle), id, why, advice);
    assert_all(
        vec![session.destroy().expect_err("it has ended")],
        id,
        why,
        advice,
    );
    drop(echo);
    assert_eq!(proxy.sent_since(mark), [""; 0]);
    let error = janus.claim(id).expect_err("gone");
    assert!(error.is_session_gone(), "{error:?}");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_session_that_somebody_else_destroyed_is_gone_with_the_next_request() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let (_janus, session, echo) = attached(&proxy.url());
    let (id, handle) = (session.id(), echo.handle().id());
    let mut other = WsClient::connect(&server.url()).expect("Janus answers");
    let destroy = json!({"janus": "destroy", "transaction": "t", "session_id": id});
    other.send(&destroy.to_string()).expect("sent");
    other.recv(SOON).expect("an answer");
    let error = echo
        .configure(&Settings::new().audio(true))
        .expect_err("458");
    let text = format!(
        "`settings` of janus.plugin.echotest on handle {handle} of session {id} was refused by \
         Janus: 458 No such session {id}; the session was destroyed or has timed out: create a \
         new one"
    );
    super::assert_refused(&error, janus_blocking::ErrorCode::SESSION_NOT_FOUND, &text);
    assert!(error.is_session_gone());
    let mark = proxy.mark();
    let advice = "Janus does not know it any more; create a new session";
    assert_all(handle_errors(&echo), id, CloseReason::Gone, advice);
    assert_all(
        session_errors(&session, handle),
        id,
        CloseReason::Gone,
        advice,
    );
    drop((session, echo));
    assert_eq!(proxy.sent_since(mark), [""; 0]);
}

const CLAIMED: &str = "it was claimed again; use the session that `claim` returned";

/// What is left of a session that was claimed again, and of its handle; and that the new one works.
fn claimed_away(proxy: &WireProxy, old: Session, echo: EchoTest, new: &Session) {
    let (id, handle) = (old.id(), echo.handle().id());
    let mark = proxy.mark();
    let why = CloseReason::ClaimedAway;
    assert_eq!(echo.events().close_reason(), Some(why));
    assert_all(handle_errors(&echo), id, why, CLAIMED);
    assert_all(session_errors(&old, handle), id, why, CLAIMED);
    assert_all(
        vec![old.destroy().expect_err("it has ended")],
        id,
        why,
        CLAIMED,
    );
    drop(echo);
    assert_eq!(proxy.sent_since(mark), [""; 0]);
    let echo: EchoTest = new.reattach(handle).expect("free for the new one");
    echo.configure(&Settings::new().audio(true))
        .expect("the handle lives");
    new.check().expect("so does its session");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_second_claim_on_the_same_connection_closes_the_older_session() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let (janus, session, echo) = attached(&proxy.url());
    let new = janus.claim(session.id()).expect("a session");
    claimed_away(&proxy, session, echo, &new);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_claim_on_another_connection_of_the_program_closes_the_older_session() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let (janus, session, echo) = attached(&proxy.url());
    let other = Connection::open(&proxy.url()).expect("Janus answers");
    let new = std::thread::scope(|scope| {
        let events = echo.events();
        let waiting = scope.spawn(move || events.recv());
        let new = other.claim(session.id()).expect("a session");
        // Who waits for events is woken.
        let error = waiting.join().expect("no panic").expect_err("the end");
        assert_all(vec![error], session.id(), CloseReason::ClaimedAway, CLAIMED);
        new
    });
    claimed_away(&proxy, session, echo, &new);
    janus.create_session().expect("the old connection works on");
}

/// Of two connections the one that claims later has the session, and the other one hears of it.
#[test]
fn of_two_claims_at_once_one_has_the_session() {
    const ROUNDS: usize = 8;
    let gateway = FakeGateway::start().expect("a free port");
    let first = Connection::open(&gateway.url()).expect("a link");
    let second = Connection::open(&gateway.url()).expect("a link");
    let session = first.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let handle = echo.handle().id();
    let ticket = session.abandon();
    for round in 0..ROUNDS {
        // Both are under way before either is answered, if nothing keeps one back.
        for _ in 0..2 {
            let late = Fault::Delay(Duration::from_millis(50));
            gateway.inject_when(When::answer_to("claim"), late);
        }
        let claims = thread::scope(|scope| {
            let claim = |janus| scope.spawn(move || Connection::claim(janus, ticket.session_id));
            [claim(&first), claim(&second)]
                .map(|claim| claim.join().expect("no panic").expect("a session"))
        });
        let (mut live, mut ended) = (vec![], vec![]);
        for session in claims {
            match session.check() {
                Ok(()) => live.push(session),
                Err(error) => ended.push(error),
            }
        }
        assert_all(ended, ticket.session_id, CloseReason::ClaimedAway, CLAIMED);
        let live = live
            .pop()
            .unwrap_or_else(|| panic!("round {round}: both have ended"));
        let echo: EchoTest = live.reattach(handle).expect("the handle");
        gateway.handle(handle).slow_link("0", "audio", true, 1);
        let event = echo.events().recv_timeout(SOON * 4);
        assert!(
            matches!(event, Ok(Some(Event::SlowLink(_)))),
            "round {round}: {event:?}"
        );
        drop(live.abandon());
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn sessions_of_a_closed_connection_are_closed() {
    let server = Janus::start();
    let (advice, why) = (
        "this program closed or dropped the connection; open a new one",
        CloseReason::ConnectionClosed,
    );
    let proxy = WireProxy::start(&server);
    let (janus, session, echo) = attached(&proxy.url());
    let (id, handle) = (session.id(), echo.handle().id());
    janus.close();
    let mark = proxy.mark();
    assert_all(session_errors(&session, handle), id, why, advice);
    assert_all(handle_errors(&echo), id, why, advice);
    assert_all(
        vec![session.destroy().expect_err("it has ended")],
        id,
        why,
        advice,
    );
    drop(echo);
    assert_eq!(proxy.sent_since(mark), [""; 0]);
    // It was destroyed on the server, not left behind.
    let destroyed = proxy.sent().iter().any(|text| text.contains("\"destroy\""));
    assert!(destroyed, "{:?}", proxy.sent());
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn sessions_of_an_abandoned_connection_are_closed_and_live_on_for_others() {
    let server = Janus::builder().reclaim_timeout(20).start();
    let proxy = WireProxy::start(&server);
    let (janus, session, echo) = attached(&proxy.url());
    let (id, handle) = (session.id(), echo.handle().id());
    let mark = proxy.mark();
    let tickets = janus.abandon();
    assert_eq!(tickets.len(), 1);
    let (why, advice) = (
        CloseReason::Abandoned,
        "this program abandoned it; claim it to use it again",
    );
    assert_all(session_errors(&session, handle), id, why, advice);
    assert_all(handle_errors(&echo), id, why, advice);
    assert_all(
        vec![session.destroy().expect_err("it has ended")],
        id,
        why,
        advice,
    );
    drop(echo);
    assert_eq!(proxy.sent_since(mark), [""; 0]);
    let janus = Connection::open(&proxy.url()).expect("Janus answers");
    let resumed = janus.resume(&tickets[0]).expect("as the text advises");
    let echo: EchoTest = resumed.session.reattach(handle).expect("a handle");
    echo.configure(&Settings::new().audio(true))
        .expect("it lives");
}
