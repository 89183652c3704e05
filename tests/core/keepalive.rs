//! Sessions that live on by themselves, on a real Janus.

use std::time::{Duration, Instant};

use common::{Janus, WireProxy};
use janus_blocking::{CloseReason, Config, Connection, EchoTest, Error, Event, echotest::Settings};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_session_left_alone_for_three_session_timeouts_is_alive() {
    // Reclaim is the shorter one, and its clock runs from the last request.
    let janus = Janus::builder()
        .session_timeout(4)
        .reclaim_timeout(3)
        .start();
    let proxy = WireProxy::start(&janus);
    let connection = Connection::open(&proxy.url()).unwrap();
    let session = connection.create_session().unwrap();
    let echo: EchoTest = session.attach().unwrap();
    let mark = proxy.mark();
    // Reading events is no request.
    assert_eq!(
        echo.events().recv_timeout(Duration::from_secs(12)).unwrap(),
        None
    );
    let sent = proxy.sent_since(mark);
    assert!(
        sent.iter()
            .all(|text| text.contains(r#""janus":"keepalive""#)),
        "{sent:?}"
    );
    assert!(
        (10..=13).contains(&sent.len()),
        "{} in 12 s, one a second",
        sent.len()
    );
    echo.configure(&Settings::new().audio(true)).unwrap();

    // Even right before a keepalive is due, a link that drops leaves time to claim.
    let ticket = session.abandon();
    connection.close();
    let connection = Connection::open(&janus.url()).unwrap();
    connection.resume(&ticket).unwrap();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_busy_session_gets_no_keepalives() {
    let janus = Janus::builder().session_timeout(30).start();
    let proxy = WireProxy::start(&janus);
    let connection = Connection::open(&proxy.url()).unwrap();
    let session = connection.create_session().unwrap();
    let echo: EchoTest = session.attach().unwrap();
    // A keepalive is due after 10 s of quiet, which no busy machine makes of 300 ms.
    let end = Instant::now() + Duration::from_secs(12);
    while Instant::now() < end {
        echo.configure(&Settings::new().audio(true)).unwrap();
        assert_eq!(
            echo.events()
                .recv_timeout(Duration::from_millis(300))
                .unwrap(),
            None
        );
    }
    let sent = proxy.sent();
    assert!(
        !sent.iter().any(|text| text.contains("keepalive")),
        "{sent:?}"
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_session_that_times_out_says_so_everywhere() {
    let janus = Janus::start();
    let connection = Connection::open(&janus.url()).unwrap();
    // Shorter than the period of the keepalives, which follows from what it was before.
    janus.set_session_timeout(2);
    let session = connection.create_session().unwrap();
    let echo: EchoTest = session.attach().unwrap();
    let events = echo.events();
    let mut seen: Vec<_> = events.iter().collect();
    let last = seen.pop().unwrap().unwrap_err();
    assert!(
        matches!(
            last,
            Error::Closed {
                why: CloseReason::TimedOut,
                ..
            }
        ),
        "{last}"
    );
    assert!(last.is_session_gone());
    assert!(
        seen.iter().any(|event| matches!(event, Ok(Event::Timeout))),
        "{seen:?}"
    );
    let error = session.attach::<EchoTest>().unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "session {} is closed: Janus ended it at its session timeout; create a new session",
            session.id()
        )
    );
    assert!(
        echo.configure(&Settings::new().audio(true))
            .unwrap_err()
            .is_session_gone()
    );
    // The connection is as good as before.
    connection.create_session().unwrap().destroy().unwrap();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_keepalive_that_finds_no_session_ends_it_here() {
    let janus = Janus::builder().session_timeout(60).start();
    let connection = Config::new(janus.url())
        .keepalive(Duration::from_millis(200))
        .open()
        .unwrap();
    let session = connection.create_session().unwrap();
    let echo: EchoTest = session.attach().unwrap();
    // Somebody else destroys it: the owner hears nothing from Janus.
    let mut outsider = common::WsClient::connect(&janus.url()).unwrap();
    outsider
        .send(&format!(
            r#"{{"janus":"destroy","transaction":"x","session_id":{}}}"#,
            session.id()
        ))
        .unwrap();
    let limit = Duration::from_secs(5);
    outsider
        .recv_where(limit, |text| text.contains("success"))
        .unwrap();
    let error = loop {
        match echo.events().recv_timeout(limit) {
            Err(error) => break error,
            Ok(event) => assert!(event.is_some(), "the end was not noticed"),
        }
    };
    assert!(error.is_session_gone() || error.is_handle_gone(), "{error}");
    common::wait_until(limit, "the session's end", || session.check().is_err());
    assert!(session.check().unwrap_err().is_session_gone());
    let error = echo.handle().hangup().unwrap_err();
    assert!(error.is_closed(), "{error}");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_deadline_is_kept_whoever_waits() {
    let janus = Janus::start();
    let connection = Connection::open(&janus.url()).unwrap();
    let session = connection.create_session().unwrap();
    let sip: janus_blocking::Sip = session.attach().unwrap();
    for timeout in [50, 900, 3000].map(Duration::from_millis) {
        let waits = || {
            let begun = Instant::now();
            // Without a call Janus acknowledges it and no answer follows.
            let error = sip
                .with_timeout(timeout)
                .decline(&janus_blocking::sip::Decline::new());
            let error = error.unwrap_err();
            assert!(error.is_timeout(), "{error}");
            let waited = begun.elapsed();
            assert!(waited >= timeout, "{waited:?} instead of {timeout:?}");
            waited
        };
        // A busy machine may be late several times, but hardly always.
        let kept = (0..20).any(|_| waits() < timeout + Duration::from_millis(40));
        assert!(kept, "always later than {timeout:?}");
    }
}
