//! Calls that wait, for a link or for a token, while what they are for ends here: they end as well,
//! and are not sent later.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use crossbeam_channel::bounded;
use janus_blocking::{
    CloseReason, Config, EchoTest, Error, Result, Session,
    auth::Token,
    connection::{AttachOptions, Backoff},
    echotest::Settings,
    testing::FakeGateway,
};

use super::{LONG, SHORT, SOON, cut_off};

const BRIEF: Duration = Duration::from_millis(100);

type Call = fn(&Session, &EchoTest) -> Result<()>;
type End = fn(&Session, &EchoTest);

/// Requests of a handle.
const OF_HANDLE: [Call; 3] = [
    |_, echo| echo.configure(&Settings::new().audio(true)),
    |_, echo| echo.handle().hangup(),
    |_, echo| echo.handle().trickle_done(),
];

/// Requests of a session.
const OF_SESSION: [Call; 2] = [
    |session, _| session.attach::<EchoTest>().map(drop),
    |session, _| {
        let options = AttachOptions::new().existing_handle(1).verify(true);
        session.attach_with::<EchoTest>(options).map(drop)
    },
];

/// What ends a session, and why it has ended then.
const ENDS: [(End, CloseReason); 2] = [
    (
        |session, _| drop(session.with_timeout(SHORT).abandon()),
        CloseReason::Abandoned,
    ),
    (
        // It waits for a link itself.
        |session, _| drop(session.with_timeout(BRIEF).destroy()),
        CloseReason::Destroyed,
    ),
];

const DETACH: (End, CloseReason) = (
    |_, echo| drop(echo.handle().clone().with_timeout(BRIEF).detach()),
    CloseReason::Detached,
);

/// For each transport, what happens to a call that waits for a link.
fn wait_for_a_link(calls: &[Call], (end, why): (End, CloseReason)) {
    for number in 0..3 {
        let gateway = FakeGateway::builder().reclaim_timeout(LONG).start();
        let gateway = gateway.expect("a free port");
        let url = match number {
            0 => gateway.url(),
            1 => gateway.http_url().expect("HTTP"),
            _ => gateway.unix_url().expect("a Unix socket"),
        };
        let janus = Config::new(url)
            .request_timeout(LONG)
            .reconnect(Backoff::new().first(SOON).longest(SOON * 20))
            .open()
            .expect("a link");
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        cut_off(&gateway, &janus);
        let sent = gateway.request_count();
        thread::scope(|scope| {
            let calling = calls.iter().map(|call| {
                let (session, echo) = (&session, &echo);
                scope.spawn(move || call(session, echo))
            });
            let calling: Vec<_> = calling.collect();
            thread::sleep(BRIEF);
            end(&session, &echo);
            for call in calling {
                let error = call.join().expect("no panic").expect_err("it has ended");
                let closed = matches!(error, Error::Closed { why: it, .. } if it == why);
                assert!(closed, "{error:?}");
            }
        });
        gateway.accept_links(true);
        janus.ping().expect("a link");
        janus.ping().expect("behind all that waited");
        let sent_since = usize::try_from(sent).expect("few");
        for request in &gateway.requests()[sent_since..] {
            let verb = request.message["janus"].as_str().expect("a verb");
            let ours = ["message", "hangup", "trickle", "attach"].contains(&verb);
            assert!(!ours, "{request:?}");
        }
    }
}

#[test]
fn a_call_that_waits_for_a_link_ends_with_its_session_and_is_not_sent() {
    for end in ENDS {
        wait_for_a_link(&OF_HANDLE, end);
        wait_for_a_link(&OF_SESSION, end);
    }
}

#[test]
fn a_call_that_waits_for_a_link_ends_with_its_handle_and_is_not_sent() {
    wait_for_a_link(&OF_HANDLE, DETACH);
}

#[test]
fn a_call_that_waits_for_a_token_is_not_sent_when_its_session_has_ended() {
    for call in [OF_HANDLE[0], OF_SESSION[0]] {
        let gateway = FakeGateway::builder().reclaim_timeout(LONG).start();
        let gateway = gateway.expect("a free port");
        let slow = Arc::new(AtomicBool::new(false));
        let (asks, asked) = bounded(1);
        let (give, given) = bounded::<()>(0);
        let is_slow = slow.clone();
        let config = Config::new("").token_provider(move || {
            if is_slow.load(Ordering::SeqCst) {
                let _ = asks.try_send(());
                let _ = given.recv_timeout(LONG);
            }
            Ok::<_, io::Error>(Token::new("t").expires_at(SystemTime::UNIX_EPOCH))
        });
        let config = config.request_timeout(LONG).close_timeout(BRIEF);
        let janus = gateway.connect_with(config).expect("a link");
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        let sent = gateway.request_count();
        // A token that was made just now is used even if it has expired.
        thread::sleep(Duration::from_millis(1_100));
        slow.store(true, Ordering::SeqCst);
        thread::scope(|scope| {
            let calling = scope.spawn(|| call(&session, &echo));
            asked.recv_timeout(LONG).expect("it needs a token");
            let _ = session.with_timeout(LONG).abandon();
            slow.store(false, Ordering::SeqCst);
            drop(give);
            let error = calling.join().expect("no panic").expect_err("it has ended");
            let why = CloseReason::Abandoned;
            let closed = matches!(error, Error::Closed { why: it, .. } if it == why);
            assert!(closed, "{error:?}");
        });
        assert_eq!(gateway.request_count(), sent);
    }
}
