//! Faults over HTTP.

use std::time::Duration;

use common::wait_until;
use janus_blocking::{
    Config, Connection, EchoTest, Event, Raw, Result,
    connection::Reconnect,
    echotest::Settings,
    testing::{FakeGateway, Fault, FaultKind, When},
};
use serde_json::json;

use super::{LIMIT, RARE};

/// A connection that gives up at once.
fn connect(gateway: &FakeGateway) -> Result<Connection> {
    let config = Config::new(gateway.http_url()?).request_timeout(Duration::from_secs(1));
    config.keepalive(RARE).reconnect(Reconnect::Never).open()
}

#[test]
fn every_answer_and_event_comes_through_harmless_faults() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let janus = Connection::open(&gateway.http_url()?)?;
    let session = janus.create_session()?;
    let echo: EchoTest = session.attach()?;
    for when in [When::answer_to("message"), When::Event] {
        for (fault, kind) in [
            (Fault::Delay(Duration::from_millis(5)), FaultKind::Delay),
            (Fault::Duplicate, FaultKind::Duplicate),
            (Fault::Garbage, FaultKind::Garbage),
            (Fault::UnknownKind, FaultKind::UnknownKind),
            (Fault::Huge(500_000), FaultKind::Huge),
            (Fault::Fragments(4), FaultKind::Fragments),
        ] {
            let before = gateway.fault_counts().of(kind);
            gateway.inject_when(when.clone(), fault);
            echo.configure(&Settings::new().audio(true))?;
            assert_eq!(gateway.fault_counts().of(kind), before + 1);
        }
    }
    Ok(())
}

#[test]
fn a_lost_answer_is_a_timeout() -> Result<()> {
    for fault in [Fault::Drop, Fault::Silence] {
        let gateway = FakeGateway::start()?;
        let janus = connect(&gateway)?;
        gateway.inject(fault.clone());
        assert!(janus.ping().unwrap_err().is_timeout(), "{fault:?}");
    }
    Ok(())
}

#[test]
fn sessions_and_events_outlive_connections() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let janus = Connection::open(&gateway.http_url()?)?;
    let session = janus.create_session()?;
    let raw: Raw = session.attach_raw("janus.plugin.echotest")?;
    let works = || {
        let patience = Duration::from_secs(1);
        let answer = raw.with_timeout(patience).request(json!({"audio": true}));
        answer.is_ok_and(|answer| answer["result"] == "ok")
    };
    for _ in 0..3 {
        gateway.drop_links();
        wait_until(LIMIT, "an answer", works);
    }
    for fault in [Fault::Close, Fault::Goodbye, Fault::Cut] {
        gateway.inject_when(When::answer_to("message"), fault);
        let patience = Duration::from_millis(300);
        let _ = raw.with_timeout(patience).request(json!({"audio": true}));
        wait_until(LIMIT, "an answer", works);
    }
    assert_eq!(gateway.sessions(), [session.id()]);
    Ok(())
}

#[test]
fn events_wait_for_the_next_poll() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let janus = Connection::open(&gateway.http_url()?)?;
    let session = janus.create_session()?;
    let echo: EchoTest = session.attach()?;
    let events = echo.events();
    for _ in 0..20 {
        echo.handle().send(&Settings::new().audio(true))?;
    }
    for _ in 0..20 {
        let event = events.recv_timeout(LIMIT)?;
        assert!(matches!(event, Some(Event::Plugin { .. })), "{event:?}");
    }
    Ok(())
}

#[test]
fn a_restart_ends_all_sessions_and_welcomes_new_links() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let janus = connect(&gateway)?;
    let session = janus.create_session()?;
    gateway.restart();
    assert!(session.attach_raw("janus.plugin.echotest").is_err());
    connect(&gateway)?.create_session()?;
    gateway.accept_links(false);
    assert!(connect(&gateway).is_err());
    gateway.accept_links(true);
    connect(&gateway)?.ping()?;
    gateway.silence_links();
    Ok(())
}
