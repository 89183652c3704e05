//! Time driven by the test: session timeout and reclaim, as each version has them.

use std::time::Duration;

use janus_blocking::{
    Config, Connection, EchoTest, Error, Event, Result,
    testing::{FakeGateway, Version},
};

const SOON: Duration = Duration::from_secs(5);
/// The client's own keepalives follow the real clock and stay out of the way: as rare as they may be
/// with a session timeout of 5 s.
const RARE: Duration = Duration::from_millis(4900);

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn connect(gateway: &FakeGateway) -> Result<Connection> {
    gateway.connect_with(Config::new("").keepalive(RARE))
}

#[test]
fn an_idle_session_times_out_at_a_pass_of_the_watchdog() -> Result<()> {
    // Passes are at every 2 s; 1.1.2 ends a session at the second one after its 5 s.
    for (version, end) in [(Version::V1_1_2, 8), (Version::V1_4_1, 6)] {
        let builder = FakeGateway::builder().version(version).manual_clock();
        let gateway = builder.session_timeout(s(5)).start()?;
        let janus = connect(&gateway)?;
        let session = janus.create_session()?;
        let echo: EchoTest = session.attach()?;
        gateway.advance(s(end) - Duration::from_millis(1));
        assert_eq!(gateway.sessions(), [session.id()], "{version}");
        gateway.advance(Duration::from_millis(1));
        assert!(gateway.sessions().is_empty(), "{version}");
        let events = echo.events();
        assert!(matches!(events.recv_timeout(SOON)?, Some(Event::Timeout)));
        let error = janus.claim(session.id()).unwrap_err();
        assert!(error.is_session_gone(), "{error}");
    }
    Ok(())
}

#[test]
fn each_request_starts_the_time_anew() -> Result<()> {
    for version in [Version::V1_1_2, Version::V1_4_1] {
        let builder = FakeGateway::builder().version(version).manual_clock();
        let gateway = builder.session_timeout(s(5)).start()?;
        let janus = connect(&gateway)?;
        let session = janus.create_session()?;
        let echo: EchoTest = session.attach()?;
        for _ in 0..10 {
            gateway.advance(s(3));
            echo.handle().check()?;
            echo.handle().hangup()?;
        }
        assert_eq!(gateway.sessions().len(), 1);
    }
    Ok(())
}

#[test]
fn a_session_whose_link_is_gone_can_be_claimed_until_its_reclaim_time_is_over() -> Result<()> {
    // The clock runs from the last request at 0 s, not from the end of the link at 2 s.
    for (version, end) in [(Version::V1_1_2, 8), (Version::V1_4_1, 6)] {
        for (at, still) in [(end - 1, true), (end, false)] {
            let builder = FakeGateway::builder().version(version).manual_clock();
            let gateway = builder.reclaim_timeout(s(5)).start()?;
            let janus = connect(&gateway)?;
            let session = janus.create_session()?.abandon();
            gateway.advance(s(2));
            drop(janus);
            assert!(gateway.wait_links(0, SOON));
            gateway.advance(s(at) - s(2));
            let again = connect(&gateway)?.claim(session.session_id).map(drop);
            if still {
                again?
            } else {
                assert!(again.unwrap_err().is_session_gone())
            }
        }
    }
    Ok(())
}

#[test]
fn a_session_of_1_1_2_that_was_marked_once_is_not_seen_to_lose_its_link() -> Result<()> {
    let builder = FakeGateway::builder().manual_clock();
    let gateway = builder
        .session_timeout(s(20))
        .reclaim_timeout(s(5))
        .start()?;
    let janus = connect(&gateway)?;
    let session = janus.create_session()?;
    let echo: EchoTest = session.attach()?;
    // The pass at 20 s marks it, the request keeps it alive, the end of the link passes it by.
    gateway.advance(s(21));
    echo.handle().hangup()?;
    let ticket = session.abandon();
    drop((echo, janus));
    assert!(gateway.wait_links(0, SOON));
    gateway.advance(s(20));
    assert_eq!(gateway.sessions(), [ticket.session_id]);
    // One pass is enough then.
    gateway.advance(s(1));
    assert!(gateway.sessions().is_empty());
    Ok(())
}

#[test]
#[should_panic(expected = "only a gateway with a manual clock can be advanced")]
fn the_systems_clock_cannot_be_advanced() {
    FakeGateway::start().expect("a free port").advance(s(1));
}

#[test]
fn without_a_reclaim_time_a_session_ends_with_its_link() -> Result<()> {
    let gateway = FakeGateway::builder().manual_clock().start()?;
    let janus = connect(&gateway)?;
    let ticket = janus.create_session()?.abandon();
    janus.close();
    assert!(gateway.sessions().is_empty());
    let error = connect(&gateway)?.claim(ticket.session_id).unwrap_err();
    assert!(error.is_session_gone(), "{error}");
    Ok(())
}

#[test]
fn a_claimed_session_outlives_its_first_link() -> Result<()> {
    let builder = FakeGateway::builder().manual_clock();
    let gateway = builder.reclaim_timeout(s(5)).start()?;
    let (first, second) = (connect(&gateway)?, connect(&gateway)?);
    let ticket = first.create_session()?.abandon();
    let session = second.claim(ticket.session_id)?;
    first.close();
    gateway.advance(s(30));
    assert_eq!(gateway.sessions(), [session.id()]);
    Ok(())
}

#[test]
fn events_while_nobody_has_the_session_are_lost() -> Result<()> {
    let builder = FakeGateway::builder().manual_clock();
    let gateway = builder.reclaim_timeout(s(60)).start()?;
    let janus = connect(&gateway)?;
    let session = janus.create_session()?;
    let echo: EchoTest = session.attach()?;
    let id = echo.handle().id();
    let ticket = session.abandon();
    drop((echo, janus));
    assert!(gateway.wait_links(0, SOON));
    gateway.handle(id).webrtc_up();

    let janus = connect(&gateway)?;
    let resumed = janus.resume(&ticket)?;
    let echo: EchoTest = resumed.session.reattach(id)?;
    gateway.handle(id).media("0", "audio", true);
    let first = echo.events().recv_timeout(SOON)?;
    assert!(matches!(first, Some(Event::Media(_))), "{first:?}");
    Ok(())
}

#[test]
fn a_link_that_is_silent_keeps_its_session() -> Result<()> {
    let builder = FakeGateway::builder().manual_clock();
    let gateway = builder.reclaim_timeout(s(5)).start()?;
    let config = Config::new("").keepalive(RARE);
    let config = config.request_timeout(Duration::from_millis(500));
    let janus = gateway.connect_with(config.close_timeout(Duration::from_millis(500)))?;
    let ticket = janus.create_session()?.abandon();
    gateway.silence_links();
    assert!(matches!(janus.ping(), Err(Error::Timeout { .. })));
    drop(janus);
    gateway.advance(s(50));
    connect(&gateway)?.claim(ticket.session_id)?;
    Ok(())
}
