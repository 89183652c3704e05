//! The fake gateway as a Janus: what it does when nothing goes wrong.

use std::{io::ErrorKind, time::Duration};

use janus_blocking::{
    CloseReason, Config, Connection, EchoTest, Error, ErrorCode, Event, Jsep, Result,
    echotest::{self, Settings},
    testing::{FakeGateway, Version},
    webrtc::JsepKind,
};

const SOON: Duration = Duration::from_secs(5);

const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\n\
    a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 AA\r\n\
    a=setup:actpass\r\na=rtpmap:111 opus/48000/2\r\n";

/// Both kinds of link.
fn links(gateway: &FakeGateway) -> [Connection; 2] {
    let socket = Connection::open(&gateway.url()).expect("a WebSocket");
    [gateway.connect().expect("a link in memory"), socket]
}

#[test]
fn the_whole_life_of_a_handle_on_both_kinds_of_link() -> Result<()> {
    for version in [Version::V1_1_2, Version::V1_4_1] {
        let reclaim = Duration::from_secs(10);
        let builder = FakeGateway::builder().version(version);
        let gateway = builder.reclaim_timeout(reclaim).start()?;
        for janus in links(&gateway) {
            let info = janus.info()?;
            assert_eq!(info.version_string, version.to_string());
            assert_eq!(info.reclaim_session_timeout, reclaim);
            janus.ping()?;
            let session = janus.create_session()?;
            let echo: EchoTest = session.attach()?;
            echo.configure(&Settings::new().audio(true))?;
            let refused = echo.configure(&Settings::new().substream(3)).unwrap_err();
            assert_eq!(refused.code(), Some(echotest::error_code::INVALID_ELEMENT));

            let ticket = session.abandon();
            drop(echo);
            let resumed = janus.resume(&ticket)?;
            let echo: EchoTest = resumed.session.reattach(resumed.handles[0].id)?;
            echo.configure(&Settings::new().video(true))?;
            echo.into_handle().detach()?;
            resumed.session.destroy()?;
            janus.close();
        }
        assert!(gateway.sessions().is_empty());
        assert!(gateway.wait_links(0, SOON));
    }
    Ok(())
}

#[test]
fn echotest_answers_an_offer_and_media_comes_on_request() -> Result<()> {
    let gateway = FakeGateway::start()?;
    for janus in links(&gateway) {
        let session = janus.create_session()?;
        let echo: EchoTest = session.attach()?;
        let answer = echo.offer(&Settings::new(), &Jsep::offer(OFFER))?;
        assert_eq!(answer.kind, JsepKind::Answer);
        assert!(
            answer.sdp.contains("a=rtpmap:111 opus/48000/2\r\n"),
            "{}",
            answer.sdp
        );

        let server = gateway.handle(echo.handle().id());
        server.webrtc_up();
        server.slow_link("0", "audio", false, 3);
        let events = echo.events();
        let next = || events.recv_timeout(SOON);
        assert!(matches!(next()?, Some(Event::WebrtcUp)));
        assert!(matches!(next()?, Some(Event::Media(media)) if media.receiving == Some(true)));
        assert!(matches!(next()?, Some(Event::SlowLink(_))));
        assert!(matches!(
            next()?,
            Some(Event::Plugin {
                event: echotest::Event::SlowLink(_),
                ..
            })
        ));

        echo.handle().hangup()?;
        let done = next()?;
        assert!(matches!(
            done,
            Some(Event::Plugin {
                event: echotest::Event::Done,
                ..
            })
        ));
        assert!(matches!(next()?, Some(Event::Hangup { .. })));

        let bad = echo
            .offer(&Settings::new(), &Jsep::offer("nonsense"))
            .unwrap_err();
        assert_eq!(bad.code(), Some(ErrorCode::new(465)));
    }
    Ok(())
}

#[test]
fn secrets_and_tokens_are_asked_for() -> Result<()> {
    let gateway = FakeGateway::builder().api_secret("s").token("t").start()?;
    let config = Config::new(gateway.url());
    let refused = config.clone().open()?.create_session().unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::UNAUTHORIZED));
    config.clone().api_secret("s").open()?.create_session()?;
    config.token("t").open()?.create_session()?;
    Ok(())
}

#[test]
fn new_sessions_can_be_refused() -> Result<()> {
    let gateway = FakeGateway::start()?;
    gateway.accept_sessions(false);
    let janus = gateway.connect()?;
    let error = janus.create_session().unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("472 Currently not accepting new sessions"),
        "{text}"
    );
    gateway.accept_sessions(true);
    janus.create_session()?;
    Ok(())
}

#[test]
fn a_claim_takes_the_events_away_from_the_first_link() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let [first, second] = links(&gateway);
    let session = first.create_session()?;
    let echo: EchoTest = session.attach()?;
    let taken = second.claim(session.id())?;
    let again: EchoTest = taken.reattach(echo.handle().id())?;
    gateway.handle(echo.handle().id()).webrtc_up();
    assert!(matches!(
        again.events().recv_timeout(SOON)?,
        Some(Event::WebrtcUp)
    ));
    assert!(matches!(
        echo.events().recv_timeout(Duration::from_millis(50)),
        Ok(None)
            | Err(Error::Closed {
                why: CloseReason::ClaimedAway,
                ..
            })
    ));
    Ok(())
}

#[test]
fn handles_are_told_in_the_order_in_which_they_were_attached() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let [first, second] = links(&gateway);
    let sessions = [first.create_session()?, second.create_session()?];
    let echoes = (0..20).map(|at| sessions[at % 2].attach::<EchoTest>());
    let echoes = echoes.collect::<Result<Vec<_>>>()?;
    let ids: Vec<_> = echoes.iter().map(|echo| echo.handle().id()).collect();
    assert_eq!(gateway.handles(), ids);
    Ok(())
}

#[test]
fn a_gateway_does_not_start_on_a_port_that_is_taken() {
    let first = FakeGateway::start().expect("a free port");
    let url = first.url();
    let port = url.rsplit(':').next().expect("a port").parse();
    let second = FakeGateway::builder().port(port.expect("a number")).start();
    let Err(Error::Connect {
        endpoint, source, ..
    }) = second
    else {
        panic!("it listens where the first does")
    };
    assert_eq!(endpoint.to_string(), format!("`{url}`"));
    assert_eq!(source.expect("a cause").kind(), ErrorKind::AddrInUse);
}
