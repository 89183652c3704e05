//! Answers of a real Janus that come after their deadline: nothing stays behind on the server, and
//! nothing ends here.

use std::{sync::Arc, thread, time::Duration};

use common::{Janus, WireProxy, WsClient, wait_until};
use janus_blocking::{
    Config, Connection, EchoTest, Error, Event, SessionId, echotest, echotest::Settings,
};
use serde_json::{Value, json};

/// How long requests wait here. Janus answers within 1 ms.
const DEADLINE: Duration = Duration::from_millis(300);
const SOON: Duration = Duration::from_secs(5);

fn open(proxy: &WireProxy) -> Connection {
    let config = Config::new(proxy.url()).request_timeout(DEADLINE);
    config.open().expect("Janus answers")
}

/// Asserts a timeout with this text around the time it waited.
#[track_caller]
fn assert_timeout(error: &Error, acked: bool, start: &str) {
    match error {
        Error::Timeout {
            acked: it, waited, ..
        } => {
            assert_eq!(*it, acked, "{error:?}");
            assert!((DEADLINE..DEADLINE * 4).contains(waited), "{waited:?}");
            let text = format!(
                "{start} within {} ms; it may have been carried out, \
                 repeat it only if that does no harm",
                waited.as_millis()
            );
            assert_eq!(error.to_string(), text);
        }
        other => panic!("{other:?}"),
    }
    assert!(error.is_timeout() && !error.is_closed() && error.code().is_none());
    assert!(error.request().is_some());
}

/// Asks the Admin API.
fn admin(server: &Janus, mut request: Value) -> Value {
    let client = WsClient::connect_as(&server.admin_url(), "janus-admin-protocol");
    let mut client = client.expect("the Admin API");
    request["transaction"] = json!("admin");
    request["admin_secret"] = json!(server.admin_secret());
    client.send(&request.to_string()).expect("sent");
    let answer = client.recv(SOON).expect("an answer");
    serde_json::from_str(&answer).expect("JSON")
}

fn sessions(server: &Janus) -> Vec<u64> {
    let answer = admin(server, json!({"janus": "list_sessions"}));
    serde_json::from_value(answer["sessions"].clone()).expect("a list of ids")
}

fn handles(server: &Janus, session: SessionId) -> Vec<u64> {
    let request = json!({"janus": "list_handles", "session_id": session});
    let answer = admin(server, request);
    serde_json::from_value(answer["handles"].clone()).expect("a list of ids")
}

/// The `data.id` of an answer that is held now.
fn held_id(proxy: &WireProxy) -> u64 {
    let text = proxy.received().pop().expect("an answer");
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    answer["data"]["id"]
        .as_u64()
        .unwrap_or_else(|| panic!("no id in {answer}"))
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_session_of_a_late_create_is_destroyed() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let janus = open(&proxy);
    proxy.hold_replies();
    let error = janus.create_session().expect_err("no answer");
    assert_timeout(&error, false, "`create` was not answered");
    let orphan = held_id(&proxy);
    assert_eq!(sessions(&server), [orphan]);
    assert_eq!(janus.unmatched_messages().late, 0);
    proxy.release();
    let destroy = proxy.wait_sent(SOON, |text| text.contains("\"destroy\""));
    let destroy: Value = serde_json::from_str(&destroy).expect("JSON");
    assert_eq!(destroy["session_id"], orphan);
    wait_until(SOON, "the session is gone", || sessions(&server).is_empty());
    let error = janus.claim(orphan).expect_err("gone");
    assert!(error.is_session_gone(), "{error:?}");
    // Counted once: the answer to the `destroy` is not a stray.
    let strays = janus.unmatched_messages();
    assert_eq!((strays.late, strays.unknown, strays.garbage), (1, 0, 0));
    let session = janus.create_session().expect("the connection works on");
    session.attach::<EchoTest>().expect("so does a new session");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_handle_of_a_late_attach_is_detached() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let janus = open(&proxy);
    let session = janus.create_session().expect("a session");
    let kept: EchoTest = session.attach().expect("a handle");
    proxy.hold_replies();
    let error = session.attach::<EchoTest>().expect_err("no answer");
    let start = format!(
        "`attach` of janus.plugin.echotest on session {} was not answered",
        session.id()
    );
    assert_timeout(&error, false, &start);
    let orphan = held_id(&proxy);
    assert_eq!(handles(&server, session.id()).len(), 2);
    proxy.release();
    let detach = proxy.wait_sent(SOON, |text| text.contains("\"detach\""));
    let detach: Value = serde_json::from_str(&detach).expect("JSON");
    assert_eq!(detach["handle_id"], orphan);
    assert_eq!(detach["session_id"], json!(session.id()));
    let left = [kept.handle().id().value()];
    wait_until(SOON, "it is gone", || {
        handles(&server, session.id()) == left
    });
    // Nor is it in the ticket of an abandoned session.
    kept.configure(&Settings::new().audio(true))
        .expect("the other one works on");
    let strays = janus.unmatched_messages();
    assert_eq!((strays.late, strays.unknown, strays.garbage), (1, 0, 0));
    assert_eq!(session.abandon().handles.len(), 1);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_late_plugin_answer_ends_nothing_and_its_event_goes_to_the_queue() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let janus = open(&proxy);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    proxy.hold_replies();
    let error = echo
        .configure(&Settings::new().audio(true))
        .expect_err("no answer");
    let name = format!(
        "`settings` of janus.plugin.echotest on handle {} of session {} was not",
        echo.handle().id(),
        session.id()
    );
    assert_timeout(&error, false, &format!("{name} answered"));
    // Its ack and its event.
    wait_until(SOON, "both are held", || proxy.held() == 2);
    proxy.release();
    let event = echo.events().recv_timeout(SOON).expect("an event");
    let event = event.and_then(Event::into_plugin);
    assert_eq!(event, Some(echotest::Event::Ok));
    janus.ping().expect("the connection works on");
    assert_eq!(
        (
            janus.unmatched_messages().late,
            janus.unmatched_messages().unknown
        ),
        (1, 0)
    );
    // The next answer is not taken for the late one's, nor does it leave an event.
    echo.configure(&Settings::new().audio(false))
        .expect("an answer");
    assert!(matches!(echo.events().try_recv(), Ok(None)));
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_timeout_after_the_ack_says_so() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let janus = open(&proxy);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    proxy.filter(|_, text| {
        if text.contains("\"event\"") {
            common::Action::Hold
        } else {
            common::Action::Forward
        }
    });
    let error = echo
        .configure(&Settings::new().audio(true))
        .expect_err("no event");
    let start = format!(
        "`settings` of janus.plugin.echotest on handle {} of session {} was not finished \
         (Janus acknowledged it, the plugin sent no answer)",
        echo.handle().id(),
        session.id()
    );
    assert_timeout(&error, true, &start);
    echo.handle()
        .send(&Settings::new().audio(true))
        .expect("the ack is enough for it");
    proxy.no_filter();
    proxy.release();
    for _ in 0..2 {
        let event = echo.events().recv_timeout(SOON).expect("an event");
        assert_eq!(
            event.and_then(Event::into_plugin),
            Some(echotest::Event::Ok)
        );
    }
    janus.ping().expect("the connection works on");
    // Nothing came too late for anybody: both events have their place in the queue.
    assert_eq!(
        (
            janus.unmatched_messages().late,
            janus.unmatched_messages().unknown
        ),
        (0, 0)
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn many_late_answers_at_once_leave_nothing_behind() {
    const CALLERS: usize = 8;
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let janus = Arc::new(open(&proxy));
    let session = Arc::new(janus.create_session().expect("a session"));
    proxy.hold_replies();
    let callers = (0..CALLERS).map(|number| {
        let (janus, session) = (Arc::clone(&janus), Arc::clone(&session));
        thread::spawn(move || match number % 2 {
            0 => janus.create_session().map(drop).expect_err("no answer"),
            _ => session
                .attach::<EchoTest>()
                .map(drop)
                .expect_err("no answer"),
        })
    });
    let callers: Vec<_> = callers.collect();
    for caller in callers {
        let error = caller.join().expect("no panic");
        assert!(error.is_timeout(), "{error:?}");
    }
    assert_eq!(sessions(&server).len(), 1 + CALLERS / 2);
    proxy.release();
    wait_until(SOON, "no session is left but one", || {
        sessions(&server) == [session.id().value()]
    });
    wait_until(SOON, "no handle is left", || {
        handles(&server, session.id()).is_empty()
    });
    janus.ping().expect("the connection works on");
    assert_eq!(
        (
            janus.unmatched_messages().late,
            janus.unmatched_messages().unknown
        ),
        (CALLERS as u64, 0)
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_late_claim_gives_no_session_and_harms_none() {
    let server = Janus::builder().reclaim_timeout(30).start();
    let proxy = WireProxy::start(&server);
    let other = Connection::open(&server.url()).expect("Janus answers");
    let theirs = other.create_session().expect("a session");
    let janus = open(&proxy);
    proxy.hold_replies();
    let error = janus.claim(theirs.id()).expect_err("no answer");
    let start = format!("`claim` on session {} was not answered", theirs.id());
    assert_timeout(&error, false, &start);
    proxy.release();
    janus.ping().expect("the connection works on");
    assert_eq!(janus.unmatched_messages().late, 1);
    // It may have been carried out, and was: but nothing here ends it.
    assert!(sessions(&server).contains(&theirs.id().value()));
    let session = janus.claim(theirs.id()).expect("once more does no harm");
    session.attach::<EchoTest>().expect("it works");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_session_dropped_while_its_attach_is_late_leaves_nothing() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let janus = open(&proxy);
    let session = janus.create_session().expect("a session");
    proxy.hold_replies();
    session.attach::<EchoTest>().expect_err("no answer");
    drop(session);
    wait_until(SOON, "the session is gone", || sessions(&server).is_empty());
    proxy.release();
    janus.ping().expect("the connection works on");
    // The late handle went with its session; asking Janus to detach it does no harm.
    janus.create_session().expect("an answer");
    assert_eq!(
        (
            janus.unmatched_messages().late,
            janus.unmatched_messages().unknown
        ),
        (1, 0)
    );
}
