//! The crate's own client over the fake's Unix sockets.

use std::{path::Path, time::Duration};

use janus_blocking::{
    Config, Connection, EchoTest, Event, Result,
    connection::Reconnect,
    echotest::Settings,
    testing::{FakeGateway, Version},
};

use super::{LIMIT, RARE};

/// The addresses of both sockets.
fn urls(gateway: &FakeGateway) -> Result<[String; 2]> {
    Ok([gateway.unix_url()?, gateway.unixdgram_url()?])
}

#[test]
fn sessions_handles_messages_and_events_work() -> Result<()> {
    for version in [Version::V1_1_2, Version::V1_4_1] {
        let gateway = FakeGateway::builder().version(version).start()?;
        for url in urls(&gateway)? {
            let janus = Connection::open(&url)?;
            let session = janus.create_session()?;
            let echo: EchoTest = session.attach()?;
            echo.configure(&Settings::new().audio(true))?;
            for _ in 0..100 {
                echo.handle().send(&Settings::new().audio(true))?;
            }
            for _ in 0..100 {
                let event = echo.events().recv_timeout(LIMIT)?;
                assert!(matches!(event, Some(Event::Plugin { .. })), "{event:?}");
            }
            let error = session.attach_raw("janus.plugin.nosuch").unwrap_err();
            assert_eq!(error.code().map(|code| code.value()), Some(460), "{error}");
            session.destroy()?;
            assert!(gateway.sessions().is_empty());
            assert_eq!(janus.unmatched_messages(), Default::default());
        }
    }
    Ok(())
}

#[test]
fn a_session_is_abandoned_on_one_link_and_claimed_on_another() -> Result<()> {
    let reclaim = Duration::from_secs(20);
    let gateway = FakeGateway::builder().reclaim_timeout(reclaim).start()?;
    let [packets, datagrams] = urls(&gateway)?;
    let websocket = gateway.url();
    for (from, to) in [
        (&packets, &datagrams),
        (&datagrams, &packets),
        (&websocket, &packets),
        (&datagrams, &websocket),
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
        let event = echo.events().recv_timeout(LIMIT)?;
        assert!(matches!(event, Some(Event::Plugin { .. })), "{event:?}");
        resumed.session.destroy()?;
    }
    Ok(())
}

#[test]
fn sessions_end_with_links_of_packets_and_outlive_those_of_datagrams() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let [packets, datagrams] = urls(&gateway)?;
    for (url, left) in [(packets, 0), (datagrams, 1)] {
        let janus = Connection::open(&url)?;
        let _ticket = janus.create_session()?.abandon();
        assert_eq!(gateway.link_count(), 1, "{url}");
        janus.close();
        assert!(gateway.wait_links(left, LIMIT), "{url}");
        assert_eq!(gateway.sessions().len(), left, "{url}");
    }
    Ok(())
}

#[test]
fn a_session_that_times_out_closes_its_link_of_packets_only() -> Result<()> {
    for (version, end) in [(Version::V1_1_2, 64), (Version::V1_4_1, 60)] {
        let builder = FakeGateway::builder().version(version).manual_clock();
        let gateway = builder.start()?;
        for (index, url) in urls(&gateway)?.iter().enumerate() {
            let config = Config::new(url).keepalive(RARE);
            let janus = config.reconnect(Reconnect::Never).open()?;
            let session = janus.create_session()?;
            let echo: EchoTest = session.attach()?;
            let before = gateway.link_count();
            gateway.advance(Duration::from_secs(end));
            let event = echo.events().recv_timeout(LIMIT)?;
            assert!(matches!(event, Some(Event::Timeout)), "{event:?}");
            match index {
                0 => {
                    assert!(gateway.wait_links(before - 1, LIMIT));
                    assert!(janus.ping().is_err());
                }
                _ => drop(janus.ping()?),
            }
        }
    }
    Ok(())
}

#[test]
fn the_folder_goes_with_the_gateway() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let urls = urls(&gateway)?;
    let paths = urls.each_ref().map(|url| {
        let (_, path) = url.split_once("://").expect("a scheme");
        Path::new(path)
    });
    let folder = paths[0].parent().expect("a folder");
    assert_eq!(paths[1].parent(), Some(folder));
    let _open = Connection::open(&urls[0])?;
    let _other = Connection::open(&urls[1])?;
    assert!(folder.is_dir());
    assert_eq!(gateway.unix_url()?, urls[0]);
    drop(gateway);
    assert!(!folder.exists());
    Ok(())
}
