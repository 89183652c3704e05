//! What a program sees of a link that breaks and is made again, on the fake gateway, in memory and
//! over a socket. `tests/reconnect/main.rs` has the same story on real servers.

use std::{
    thread,
    time::{Duration, Instant},
};

use janus_blocking::{
    CloseReason, Config, Connection, EchoTest, Error, Event, Raw, Result, Session,
    connection::{Backoff, ConnectionState, Reconnect},
    echotest::Settings,
    raw::Body,
    testing::{FakeGateway, Recorded},
};
use serde_json::json;

mod calls;
mod dropped;
mod ended;
mod late_send;
mod old_link;
mod tokens;

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(500);
const SOON: Duration = Duration::from_millis(1);

struct Setup {
    gateway: FakeGateway,
    janus: Connection,
    session: Session,
    echo: EchoTest,
}

impl Setup {
    fn new(memory: bool) -> Self {
        Self::with(memory, |config| config)
    }

    fn with(memory: bool, change: impl Fn(Config) -> Config) -> Self {
        let builder = FakeGateway::builder().reclaim_timeout(LONG);
        let gateway = builder.start().expect("a free port");
        let config = Config::new(gateway.url())
            .request_timeout(LONG)
            .reconnect(Backoff::new().first(SOON).longest(SOON * 20));
        let config = change(config);
        let janus = if memory {
            gateway.connect_with(config)
        } else {
            config.open()
        }
        .expect("a connection");
        let session = janus.create_session().expect("a session");
        let echo = session.attach().expect("a handle");
        Self {
            gateway,
            janus,
            session,
            echo,
        }
    }

    fn configure(&self) -> Result<()> {
        self.echo.configure(&Settings::new().audio(true))
    }

    /// What was sent from that request on: the verbs.
    fn sent_since(&self, first: u64) -> Vec<String> {
        let first = usize::try_from(first).expect("small");
        let requests = self.gateway.requests();
        requests[first..]
            .iter()
            .map(|request| {
                request.message["janus"]
                    .as_str()
                    .expect("a verb")
                    .to_owned()
            })
            .collect()
    }

    /// No link, and none to be had; the program knows.
    fn cut_off(&self) {
        cut_off(&self.gateway, &self.janus);
    }

    fn wait_for(&self, state: ConnectionState) {
        let begun = Instant::now();
        while self.janus.state() != state {
            assert!(begun.elapsed() < LONG, "{:?}", self.janus.state());
            thread::sleep(SOON);
        }
    }
}

fn cut_off(gateway: &FakeGateway, janus: &Connection) {
    gateway.accept_links(false);
    gateway.drop_links();
    let begun = Instant::now();
    while janus.state() == ConnectionState::Connected {
        assert!(begun.elapsed() < LONG, "it does not notice");
        thread::sleep(SOON);
    }
}

fn both(test: impl Fn(bool)) {
    test(true);
    test(false);
}

/// The next event, which must be the end of a gap.
fn gap(echo: &EchoTest) -> Duration {
    match echo.events().recv_timeout(LONG) {
        Ok(Some(Event::Reconnected { gap })) => gap,
        other => panic!("{other:?}"),
    }
}

#[test]
fn sessions_are_claimed_and_handles_verified_and_nothing_else_is_sent() {
    both(|memory| {
        let setup = Setup::new(memory);
        let second: EchoTest = setup.session.attach().expect("a handle");
        let before = setup.gateway.request_count();
        setup.gateway.drop_links();
        let gone_for = gap(&setup.echo);
        assert!(gone_for < LONG);
        gap(&second);
        setup.wait_for(ConnectionState::Connected);
        let sent = setup.sent_since(before);
        assert_eq!(sent, ["info", "claim", "keepalive", "keepalive"]);
        setup.configure().expect("the handle is what it was");
        setup
            .session
            .attach::<EchoTest>()
            .expect("so is the session");
    });
}

#[test]
fn events_stand_in_the_queue_before_and_after_the_gap() {
    both(|memory| {
        let setup = Setup::new(memory);
        let handle = setup.echo.handle().id();
        setup.gateway.handle(handle).media("0", "audio", true);
        // Behind the event, which has been received then.
        setup.janus.ping().expect("a link");
        setup.cut_off();
        setup.gateway.handle(handle).media("1", "audio", true);
        setup.gateway.accept_links(true);
        setup.wait_for(ConnectionState::Connected);
        setup.gateway.handle(handle).media("2", "audio", true);
        let events = setup.echo.events();
        let first = events.recv().expect("open");
        assert!(
            matches!(&first, Event::Media(media) if media.mid.as_deref() == Some("0")),
            "{first:?}"
        );
        gap(&setup.echo);
        let last = events.recv().expect("open");
        assert!(
            matches!(&last, Event::Media(media) if media.mid.as_deref() == Some("2")),
            "{last:?}"
        );
        assert_eq!(events.try_recv().expect("open"), None);
    });
}

#[test]
fn the_end_of_a_gap_reaches_a_full_queue_and_is_no_lost_event() {
    both(|memory| {
        let setup = Setup::with(memory, |config| config.event_queue(2));
        let handle = setup.gateway.handle(setup.echo.handle().id());
        let event = |mid: &str| {
            handle.media(mid, "audio", true);
            // Behind the event, which has been received then.
            setup.janus.ping().expect("a link");
        };
        event("0");
        event("1");
        for mid in ["2", "3", "4"] {
            setup.cut_off();
            setup.gateway.accept_links(true);
            setup.wait_for(ConnectionState::Connected);
            event(mid);
        }
        let events = setup.echo.events();
        for _ in 0..2 {
            let event = events.recv().expect("open");
            assert!(matches!(event, Event::Media(_)), "{event:?}");
        }
        gap(&setup.echo);
        let lagged = events.recv().expect_err("three events are missing");
        assert!(matches!(lagged, Error::Lagged { lost: 3, .. }), "{lagged}");
        assert_eq!(events.try_recv().expect("open"), None);
        // Nor is the next one lost.
        setup.gateway.drop_links();
        gap(&setup.echo);
    });
}

#[test]
fn what_was_dropped_meanwhile_ends_on_the_server() {
    both(|memory| {
        let setup = Setup::new(memory);
        let second: EchoTest = setup.session.attach().expect("a handle");
        let other = setup.janus.create_session().expect("a session");
        setup.cut_off();
        let ids = (second.handle().id(), other.id());
        drop((second, other));
        setup.gateway.accept_links(true);
        setup.configure().expect("a link again");
        let begun = Instant::now();
        while setup.gateway.handles().contains(&ids.0) || setup.gateway.sessions().contains(&ids.1)
        {
            assert!(begun.elapsed() < LONG, "still there");
            thread::sleep(SOON);
        }
    });
}

#[test]
fn a_handle_that_went_meanwhile_is_closed_after_the_gap() {
    both(|memory| {
        let setup = Setup::new(memory);
        let second: EchoTest = setup.session.attach().expect("a handle");
        setup.cut_off();
        setup.gateway.handle(second.handle().id()).detach();
        setup.gateway.accept_links(true);
        gap(&second);
        let error = second.events().recv().expect_err("it is gone");
        assert!(error.is_handle_gone(), "{error}");
        gap(&setup.echo);
        setup.configure().expect("the other one is not");
    });
}

#[test]
fn a_session_that_went_with_a_restart_is_gone_and_a_new_one_can_be_made() {
    both(|memory| {
        let setup = Setup::new(memory);
        let states = setup.janus.states();
        setup.gateway.restart();
        let error = setup.echo.events().recv().expect_err("it is gone");
        assert!(error.is_session_gone(), "{error}");
        assert_eq!(setup.echo.events().close_reason(), Some(CloseReason::Gone));
        assert!(setup.configure().expect_err("gone").is_session_gone());
        let session = setup.janus.create_session().expect("the same connection");
        session.attach::<EchoTest>().expect("a handle");
        let why = CloseReason::LinkBroken;
        let begins = states.recv().expect("open");
        assert!(
            matches!(begins, ConnectionState::Reconnecting { why: it, .. } if it == why),
            "{begins:?}"
        );
        let connected = states
            .iter()
            .find(|state| *state == ConnectionState::Connected);
        assert!(connected.is_some());
    });
}

#[test]
fn a_session_that_was_abandoned_meanwhile_is_not_claimed_back() {
    both(|memory| {
        let setup = Setup::new(memory);
        setup.cut_off();
        let Setup {
            gateway,
            janus,
            session,
            ..
        } = setup;
        let ticket = session.abandon();
        gateway.accept_links(true);
        janus.ping().expect("a link again");
        let claims = |request: &Recorded| request.message["janus"] == "claim";
        assert!(!gateway.requests().iter().any(claims));
        let resumed = janus.resume(&ticket).expect("it is still there");
        let handle = resumed.handles[0].id;
        let echo: EchoTest = resumed.session.reattach(handle).expect("free");
        echo.configure(&Settings::new().audio(true))
            .expect("the handle lives");
    });
}

#[test]
fn a_handle_that_is_reattached_without_a_link_works_once_there_is_one() {
    both(|memory| {
        let Setup {
            gateway,
            janus,
            session,
            echo,
        } = Setup::new(memory);
        let id = echo.handle().id();
        let ticket = session.abandon();
        drop(echo);
        let resumed = janus.resume(&ticket).expect("it is there");
        cut_off(&gateway, &janus);
        let raw: Raw = resumed.session.reattach(id).expect("nothing is sent");
        gateway.accept_links(true);
        let answer = raw.handle().request(&Body(json!({ "audio": true })));
        answer.expect("the link is back");
    });
}

#[test]
fn never_ends_the_connection_with_its_link() {
    both(|memory| {
        let setup = Setup::with(memory, |config| config.reconnect(Reconnect::Never));
        let states = setup.janus.states();
        setup.gateway.drop_links();
        let error = setup.echo.events().recv().expect_err("the end");
        assert!(
            matches!(
                error,
                Error::Closed {
                    why: CloseReason::LinkBroken,
                    ..
                }
            ),
            "{error:?}"
        );
        let closed = ConnectionState::Closed(CloseReason::LinkBroken);
        assert_eq!(states.iter().collect::<Vec<_>>(), [closed]);
        assert_eq!(setup.janus.state(), closed);
        assert!(setup.janus.ping().expect_err("closed").is_closed());
    });
}

#[test]
fn closing_without_a_link_does_not_wait_and_ends_the_calls() {
    both(|memory| {
        let setup = Setup::with(memory, |config| config.close_timeout(LONG));
        setup.cut_off();
        let states = setup.janus.states();
        thread::scope(|scope| {
            let caller = scope.spawn(|| setup.echo.configure(&Settings::new().audio(true)));
            thread::sleep(SHORT);
            let begun = Instant::now();
            setup.janus.close();
            assert!(begun.elapsed() < LONG / 2, "{:?}", begun.elapsed());
            let error = caller.join().expect("no panic").expect_err("closed");
            assert!(error.is_closed(), "{error}");
        });
        let end = ConnectionState::Closed(CloseReason::ConnectionClosed);
        assert_eq!(states.iter().last(), Some(end));
    });
}

#[test]
fn another_address_stands_in() {
    let first = FakeGateway::start().expect("a port");
    let second = FakeGateway::start().expect("a port");
    let config = || {
        Config::new(first.url())
            .fallback_url(second.url())
            .reconnect(Backoff::new().first(SOON))
            .request_timeout(LONG)
    };
    let janus = config().open().expect("the first");
    let _ = janus.create_session().expect("a session").abandon();
    assert_eq!((first.link_count(), second.link_count()), (1, 0));
    cut_off(&first, &janus);
    let session = janus.create_session().expect("on the second");
    assert_eq!(second.sessions(), [session.id()]);
    // Opened while the first one is down: the second at once.
    let late = config().open().expect("the second");
    late.ping().expect("a link");
    assert_eq!((first.link_count(), second.link_count()), (0, 2));
    first.accept_links(true);
}

#[test]
fn a_ticket_says_how_long_the_server_of_the_present_link_keeps_the_session() {
    let first = FakeGateway::builder().reclaim_timeout(LONG).start();
    let first = first.expect("a port");
    let second = FakeGateway::start().expect("a port");
    let config = Config::new(first.url()).fallback_url(second.url());
    let backoff = Backoff::new().first(SOON);
    let janus = config.reconnect(backoff).open().expect("the first");
    let ticket = janus.create_session().expect("a session").abandon();
    assert_eq!(ticket.kept_for, Some(LONG));
    cut_off(&first, &janus);
    let ticket = janus.create_session().expect("on the second").abandon();
    assert_eq!(ticket.kept_for, None);
}

#[test]
fn gaps_follow_each_other() {
    both(|memory| {
        let setup = Setup::new(memory);
        for _ in 0..50 {
            setup.gateway.drop_links();
            gap(&setup.echo);
            setup.configure().expect("a link again");
        }
        assert_eq!(setup.gateway.sessions(), [setup.session.id()]);
        assert_eq!(setup.gateway.handles(), [setup.echo.handle().id()]);
        assert_eq!(setup.gateway.link_count(), 1);
    });
}
