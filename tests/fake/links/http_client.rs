//! The crate's own client over the fake's HTTP.

use std::time::Duration;

use common::wait_until;
use janus_blocking::{
    Config, Connection, EchoTest, Event, Result, SessionTicket,
    echotest::Settings,
    testing::{FakeGateway, Version},
};

use super::{
    LIMIT, RARE,
    http_raw::{Http, ask, get, post},
};

#[track_caller]
fn assert_event(echo: &EchoTest) {
    let event = echo.events().recv_timeout(LIMIT).expect("no gap");
    assert!(matches!(event, Some(Event::Plugin { .. })), "{event:?}");
}

#[test]
fn sessions_handles_messages_and_events_work() -> Result<()> {
    for version in [Version::V1_1_2, Version::V1_4_1] {
        let gateway = FakeGateway::builder().version(version).start()?;
        let janus = Connection::open(&gateway.http_url()?)?;
        assert_eq!(janus.opening_info().version_string, version.to_string());
        let session = janus.create_session()?;
        let echo: EchoTest = session.attach()?;
        echo.configure(&Settings::new().audio(true))?;
        for _ in 0..100 {
            echo.handle().send(&Settings::new().audio(true))?;
        }
        (0..100).for_each(|_| assert_event(&echo));
        let error = session.attach_raw("janus.plugin.nosuch").unwrap_err();
        assert_eq!(error.code().map(|code| code.value()), Some(460), "{error}");
        session.destroy()?;
        assert!(gateway.sessions().is_empty());
        janus.close();
        assert!(gateway.wait_links(0, LIMIT));
    }
    Ok(())
}

#[test]
fn secrets_and_tokens_are_checked() -> Result<()> {
    let builder = FakeGateway::builder().api_secret("hush hush/");
    let gateway = builder.token("a+b").start()?;
    let url = gateway.http_url()?;
    for config in [
        Config::new(&url).api_secret("hush hush/"),
        Config::new(&url).token("a+b"),
    ] {
        let janus = config.open()?;
        let session = janus.create_session()?;
        let echo: EchoTest = session.attach()?;
        echo.configure(&Settings::new().audio(true))?;
    }
    let janus = Config::new(&url).api_secret("wrong").open()?;
    let error = janus.create_session().unwrap_err();
    assert_eq!(error.code().map(|code| code.value()), Some(403), "{error}");
    Ok(())
}

#[test]
fn a_session_is_abandoned_on_one_link_and_claimed_on_another() -> Result<()> {
    let reclaim = Duration::from_secs(20);
    let gateway = FakeGateway::builder().reclaim_timeout(reclaim).start()?;
    let (http, websocket) = (gateway.http_url()?, gateway.url());
    let (packets, datagrams) = (gateway.unix_url()?, gateway.unixdgram_url()?);
    for (from, to) in [
        (&http, &http),
        (&http, &websocket),
        (&websocket, &http),
        (&packets, &http),
        (&http, &datagrams),
    ] {
        let first = Connection::open(from)?;
        let session = first.create_session()?;
        let _echo: EchoTest = session.attach()?;
        let ticket = session.abandon();
        first.close();
        let second = Connection::open(to)?;
        let resumed = second.resume(&ticket)?;
        let echo: EchoTest = resumed.session.reattach(resumed.handles[0].id)?;
        echo.handle().send(&Settings::new().video(true))?;
        assert_event(&echo);
        resumed.session.destroy()?;
        assert!(gateway.sessions().is_empty());
    }
    Ok(())
}

#[test]
fn the_ticket_of_a_session_that_never_times_out_can_be_reckoned_with() -> Result<()> {
    let builder = FakeGateway::builder().session_timeout(Duration::ZERO);
    let gateway = builder.start()?;
    let janus = Connection::open(&gateway.http_url()?)?;
    let ticket = janus.create_session()?.abandon();
    let text = serde_json::to_string(&ticket).expect("JSON");
    let read: SessionTicket = serde_json::from_str(&text).expect("a ticket");
    assert_eq!(read.kept_for, ticket.kept_for);
    let kept = ticket.kept_for.expect("there is no link to be gone");
    assert!(kept > Duration::from_secs(365 * 86_400), "{kept:?}");
    assert!(ticket.made.checked_add(kept).is_some(), "{kept:?}");
    Ok(())
}

#[test]
fn sessions_outlive_their_clients_until_they_time_out() -> Result<()> {
    for (version, end) in [(Version::V1_1_2, 64), (Version::V1_4_1, 62)] {
        let builder = FakeGateway::builder().version(version).manual_clock();
        let gateway = builder.start()?;
        let janus = Config::new(gateway.http_url()?).keepalive(RARE).open()?;
        let _ticket = janus.create_session()?.abandon();
        assert!(gateway.wait_links(1, LIMIT));
        janus.close();
        gateway.advance(Duration::from_secs(59));
        assert_eq!(gateway.sessions().len(), 1, "{version}");
        gateway.advance(Duration::from_secs(end - 59));
        assert!(gateway.sessions().is_empty(), "{version}");
        assert!(gateway.wait_links(0, LIMIT), "{version}");
    }
    Ok(())
}

#[test]
fn a_poll_that_waits_hears_of_the_timeout() -> Result<()> {
    let builder = FakeGateway::builder().session_timeout(Duration::from_secs(20));
    let gateway = builder.manual_clock().start()?;
    let janus = Config::new(gateway.http_url()?).keepalive(RARE).open()?;
    let session = janus.create_session()?;
    let echo: EchoTest = session.attach()?;
    // The session, and the long poll for it.
    assert!(gateway.wait_links(2, LIMIT));
    gateway.advance(Duration::from_secs(24));
    let event = echo.events().recv_timeout(LIMIT)?;
    assert!(matches!(event, Some(Event::Timeout)), "{event:?}");
    Ok(())
}

#[test]
fn polls_and_answers_wait_by_the_clock_of_the_gateway() -> Result<()> {
    let builder = FakeGateway::builder().session_timeout(Duration::ZERO);
    let gateway = builder.manual_clock().start()?;
    let url = gateway.http_url()?;
    let created = ask(
        &url,
        &post("/janus", r#"{"janus":"create","transaction":"t"}"#),
    );
    let path = format!("/janus/{}", super::servers::id(&created));
    let polling = Http::connect(&url);
    polling.send(&get(&format!("{path}?maxev=2")));
    assert!(gateway.wait_links(2, LIMIT));
    gateway.advance(Duration::from_millis(29_999));
    assert_eq!(gateway.link_count(), 2);
    gateway.advance(Duration::from_millis(1));
    assert!(polling.receive().ends_with(r#"[{"janus":"keepalive"}]"#));
    assert!(gateway.wait_links(1, LIMIT));

    gateway.inject(janus_blocking::testing::Fault::Drop);
    let asking = Http::connect(&url);
    asking.send(&post("/janus", r#"{"janus":"ping","transaction":"t"}"#));
    assert!(gateway.wait_links(2, LIMIT));
    wait_until(LIMIT, "the request", || gateway.request_count() == 2);
    gateway.advance(Duration::from_secs(10));
    let end = asking.receive();
    assert!(end.starts_with("closed after "), "{end}");
    Ok(())
}

#[test]
fn bodies_in_chunks_and_giants_are_refused() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let url = gateway.http_url()?;
    let head = "POST /janus HTTP/1.1\r\nHost: fake\r\n";
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n");
    assert!(ask(&url, &chunked).starts_with("HTTP/1.1 411 "));
    let giant = format!("{head}Content-Length: 99999999\r\n\r\n");
    assert!(ask(&url, &giant).starts_with("HTTP/1.1 413 "));
    let long = format!("{head}X: {}\r\n\r\n", "x".repeat(17 << 10));
    assert!(ask(&url, &long).starts_with("closed after 0"));
    Ok(())
}
