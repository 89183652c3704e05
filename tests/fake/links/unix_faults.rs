//! Faults over Unix sockets.

use std::time::Duration;

use common::wait_until;
use janus_blocking::{
    Config, Connection, EchoTest, Raw, Result, Session,
    connection::Reconnect,
    echotest::Settings,
    testing::{FakeGateway, Fault, FaultKind, When},
};
use serde_json::json;

use super::{LIMIT, RARE};

/// A connection that gives up at once.
fn connect(url: &str) -> Result<Connection> {
    let config = Config::new(url).request_timeout(Duration::from_secs(1));
    config.keepalive(RARE).reconnect(Reconnect::Never).open()
}

fn urls(gateway: &FakeGateway) -> Result<[String; 2]> {
    Ok([gateway.unix_url()?, gateway.unixdgram_url()?])
}

/// Calls until one is answered; those that go into a link that is just breaking are not.
#[track_caller]
fn works_again(raw: &Raw) {
    wait_until(LIMIT, "an answer", || {
        let answer = raw.with_timeout(LIMIT).request(json!({"audio": true}));
        answer.is_ok_and(|answer| answer["result"] == "ok")
    });
}

#[test]
fn every_answer_comes_through_harmless_faults() -> Result<()> {
    let gateway = FakeGateway::start()?;
    for url in urls(&gateway)? {
        let janus = Connection::open(&url)?;
        let session = janus.create_session()?;
        let echo: EchoTest = session.attach()?;
        for (fault, kind) in [
            (Fault::Delay(Duration::from_millis(5)), FaultKind::Delay),
            (Fault::Duplicate, FaultKind::Duplicate),
            (Fault::Garbage, FaultKind::Garbage),
            (Fault::UnknownKind, FaultKind::UnknownKind),
            // One packet that is sent, and one that is too long for the socket.
            (Fault::Huge(50_000), FaultKind::Huge),
            (Fault::Huge(10_000_000), FaultKind::Huge),
            (Fault::Fragments(4), FaultKind::Fragments),
            (Fault::Reorder, FaultKind::Reorder),
            (Fault::Coalesce, FaultKind::Coalesce),
        ] {
            let before = gateway.fault_counts().of(kind);
            gateway.inject_when(When::answer_to("message"), fault);
            echo.configure(&Settings::new().audio(true))?;
            assert_eq!(gateway.fault_counts().of(kind), before + 1, "{url}");
        }
    }
    Ok(())
}

#[test]
fn a_lost_or_binary_packet_is_a_timeout_and_silence_stays() -> Result<()> {
    for fault in [Fault::Drop, Fault::Binary, Fault::Silence] {
        let gateway = FakeGateway::start()?;
        for url in urls(&gateway)? {
            let janus = connect(&url)?;
            gateway.inject(fault.clone());
            assert!(janus.ping().unwrap_err().is_timeout(), "{url} {fault:?}");
            let answers = janus.ping().is_ok();
            assert_eq!(answers, fault != Fault::Silence, "{url} {fault:?}");
        }
    }
    Ok(())
}

#[test]
fn a_link_that_breaks_is_made_anew_and_the_session_claimed() -> Result<()> {
    let reclaim = Duration::from_secs(30);
    let gateway = FakeGateway::builder().reclaim_timeout(reclaim).start()?;
    for url in urls(&gateway)? {
        let janus = Connection::open(&url)?;
        let session: Session = janus.create_session()?;
        let raw: Raw = session.attach_raw("janus.plugin.echotest")?;
        for _ in 0..3 {
            gateway.drop_links();
            works_again(&raw);
        }
        for fault in [Fault::Close, Fault::Goodbye, Fault::Cut] {
            gateway.inject_when(When::Ack, fault);
            let patience = Duration::from_millis(200);
            let _ = raw.with_timeout(patience).request(json!({"audio": true}));
            works_again(&raw);
        }
        session.destroy()?;
    }
    Ok(())
}

#[test]
fn a_restart_ends_all_sessions_and_welcomes_new_links() -> Result<()> {
    let gateway = FakeGateway::start()?;
    for url in urls(&gateway)? {
        let janus = connect(&url)?;
        let _session = janus.create_session()?;
        gateway.restart();
        assert!(janus.ping().is_err(), "{url}");
        assert!(gateway.sessions().is_empty());
        connect(&url)?.create_session()?;
        gateway.accept_links(false);
        assert!(connect(&url).is_err());
        gateway.accept_links(true);
        connect(&url)?.ping()?;
    }
    Ok(())
}
