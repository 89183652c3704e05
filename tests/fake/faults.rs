//! Each fault that the fake gateway injects, on both kinds of link, and the exact error that the
//! user gets, or that none is.

use std::{io, time::Duration};

use janus_blocking::{
    CloseReason, Config, Connection, EchoTest, Error, ErrorCode, Event, Result, Session,
    SessionTicket,
    connection::Reconnect,
    echotest::Settings,
    testing::{FakeGateway, Fault, FaultKind, RandomFaults, When},
};

/// Within which an answer that does not come is waited for; what does come has `LONG`.
const SHORT: Duration = Duration::from_secs(1);
/// After which an answer comes to those who waited `SHORT`, also on a machine that stands still now and then.
const LATE: Duration = Duration::from_secs(8);
const LONG: Duration = Duration::from_secs(60);

/// A connection with an EchoTest on it.
struct Setup {
    gateway: FakeGateway,
    memory: bool,
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
        let config = change(
            Config::new(gateway.url())
                .request_timeout(LONG)
                .reconnect(Reconnect::Never),
        );
        let janus = open(&gateway, memory, config).expect("a connection");
        let session = janus.create_session().expect("a session");
        let echo = session.attach().expect("a handle");
        Self {
            gateway,
            memory,
            janus,
            session,
            echo,
        }
    }

    fn configure(&self) -> Result<()> {
        self.configure_within(LONG)
    }

    fn configure_within(&self, timeout: Duration) -> Result<()> {
        let echo = self.echo.with_timeout(timeout);
        echo.configure(&Settings::new().audio(true))
    }

    /// What the next request comes to with that fault, which must have happened by then.
    fn hit(&self, when: When, fault: Fault) -> Result<()> {
        self.hit_within(LONG, when, fault)
    }

    fn hit_within(&self, timeout: Duration, when: When, fault: Fault) -> Result<()> {
        let kind = fault.kind();
        self.gateway.inject_when(when, fault);
        let result = self.configure_within(timeout);
        assert_eq!(self.gateway.fault_counts().of(kind), 1, "{kind:?}");
        assert_eq!(self.gateway.faults_planned(), 0);
        result
    }

    /// The link has ended during a request for that reason, and everything on it with it.
    fn ended(&self, error: &Error, kind: io::ErrorKind, reason: CloseReason) {
        let Error::Transport { source, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!(source.kind(), kind, "{source}");
        match self.configure() {
            Err(Error::Closed { why, .. }) => assert_eq!(why, reason),
            other => panic!("{other:?}"),
        }
    }

    /// Whether a new link finds the session still there.
    fn claimed_again(&self, ticket: &SessionTicket) -> Result<()> {
        let config = Config::new(self.gateway.url());
        let janus = open(&self.gateway, self.memory, config)?;
        let resumed = janus.resume(ticket)?;
        let echo: EchoTest = resumed.session.reattach(resumed.handles[0].id)?;
        echo.configure(&Settings::new().audio(true))
    }
}

fn open(gateway: &FakeGateway, memory: bool, config: Config) -> Result<Connection> {
    if memory {
        gateway.connect_with(config)
    } else {
        config.open()
    }
}

fn both(test: impl Fn(bool)) {
    test(true);
    test(false);
}

fn is_timeout(result: &Result<()>, acked_then: bool) -> bool {
    matches!(result, Err(Error::Timeout { acked, .. }) if *acked == acked_then)
}

#[test]
fn a_delayed_answer_is_waited_for_and_too_late_a_one_is_dropped() {
    both(|memory| {
        let setup = Setup::new(memory);
        setup
            .hit(When::Event, Fault::Delay(SHORT / 2))
            .expect("in time");
        setup
            .gateway
            .inject_when(When::answer_to("ping"), Fault::Delay(LATE));
        let impatient = setup.janus.with_timeout(SHORT);
        let error = impatient.ping().expect_err("too late");
        assert!(
            matches!(error, Error::Timeout { acked: false, .. }),
            "{error}"
        );
        let text = error.to_string();
        assert!(text.contains("was not answered within"), "{text}");
        setup.configure().expect("the next one is not disturbed");
    });
}

#[test]
fn a_lost_event_is_a_timeout_after_the_ack() {
    both(|memory| {
        let setup = Setup::new(memory);
        let result = setup.hit_within(SHORT, When::Event, Fault::Drop);
        assert!(is_timeout(&result, true), "{result:?}");
        setup.configure().expect("the next one is not disturbed");
    });
}

#[test]
fn a_lost_answer_is_a_timeout_and_a_lost_ack_is_nothing() {
    both(|memory| {
        let setup = Setup::new(memory);
        setup
            .hit(When::Ack, Fault::Drop)
            .expect("the event is enough");
        setup
            .gateway
            .inject_when(When::answer_to("attach"), Fault::Drop);
        let impatient = setup.session.with_timeout(SHORT);
        let error = impatient.attach::<EchoTest>().expect_err("no answer");
        assert!(
            matches!(error, Error::Timeout { acked: false, .. }),
            "{error}"
        );
        setup.configure().expect("the next one is not disturbed");
    });
}

#[test]
fn a_late_create_leaves_no_session_behind() {
    both(|memory| {
        let setup = Setup::new(memory);
        setup
            .gateway
            .inject_when(When::answer_to("create"), Fault::Delay(LATE));
        let impatient = setup.janus.with_timeout(SHORT);
        let error = impatient.create_session().expect_err("too late");
        assert!(error.is_timeout(), "{error}");
        let destroyed = setup
            .gateway
            .wait_request(LONG, |request| request.verb == "destroy");
        assert!(destroyed.is_some());
        assert_eq!(setup.gateway.sessions(), [setup.session.id()]);
    });
}

#[test]
fn a_message_that_comes_twice_counts_once() {
    both(|memory| {
        let setup = Setup::new(memory);
        setup
            .hit(When::Event, Fault::Duplicate)
            .expect("the first counts");
        // The second event looks like one that the plugin sent by itself.
        let events = setup.echo.events();
        let second = events.recv_timeout(LONG).expect("an event");
        assert!(matches!(second, Some(Event::Plugin { .. })), "{second:?}");
        setup
            .gateway
            .inject_when(When::answer_to("ping"), Fault::Duplicate);
        setup.janus.ping().expect("the first counts");
        setup.configure().expect("the next one is not disturbed");
        assert_eq!(setup.janus.unmatched_messages().unknown, 1);
    });
}

#[test]
fn an_event_may_come_before_its_ack() {
    both(|memory| {
        let setup = Setup::new(memory);
        setup.hit(When::Ack, Fault::Reorder).expect("either order");
        setup.configure().expect("the next one is not disturbed");
    });
}

#[test]
fn garbage_is_counted_and_disturbs_nobody() {
    both(|memory| {
        let setup = Setup::new(memory);
        setup.hit(When::Next, Fault::Garbage).expect("no harm");
        assert_eq!(setup.janus.unmatched_messages().garbage, 1);
    });
}

#[test]
fn unknown_kinds_of_message_are_counted_and_disturb_nobody() {
    both(|memory| {
        let setup = Setup::new(memory);
        setup.hit(When::Next, Fault::UnknownKind).expect("no harm");
        assert_eq!(setup.janus.unmatched_messages().unknown, 1);
    });
}

#[test]
fn a_huge_message_is_taken_and_a_monstrous_one_is_dropped() {
    both(|memory| {
        Setup::new(memory)
            .hit(When::Next, Fault::Huge(4 << 20))
            .expect("no harm")
    });
    let setup = Setup::new(false);
    let result = setup.hit(When::Next, Fault::Huge(17 << 20));
    result.expect("the answer comes behind it");
    assert_eq!(setup.janus.unmatched_messages().garbage, 1);
}

#[test]
fn a_binary_message_is_garbage_and_its_request_times_out() {
    both(|memory| {
        let setup = Setup::new(memory);
        let result = setup.hit_within(SHORT, When::Event, Fault::Binary);
        assert!(is_timeout(&result, true), "{result:?}");
        assert_eq!(setup.janus.unmatched_messages().garbage, 1);
    });
}

#[test]
fn fragments_are_put_together() {
    both(|memory| {
        let setup = Setup::new(memory);
        setup.hit(When::Next, Fault::Fragments(5)).expect("no harm");
        setup.gateway.inject(Fault::Fragments(1000));
        setup.configure().expect("no harm");
    });
}

#[test]
fn several_objects_in_one_message_are_told_apart() {
    both(|memory| {
        let setup = Setup::new(memory);
        setup.hit(When::Ack, Fault::Coalesce).expect("no harm");
        assert_eq!(
            setup.janus.unmatched_messages(),
            Setup::new(memory).janus.unmatched_messages()
        );
    });
}

#[test]
fn a_link_cut_in_the_middle_of_a_message_is_broken_and_the_session_can_be_claimed() {
    both(|memory| {
        let setup = Setup::new(memory);
        let ticket = setup.session.ticket();
        let error = setup
            .hit(When::Event, Fault::Cut)
            .expect_err("half a message");
        setup.ended(
            &error,
            io::ErrorKind::UnexpectedEof,
            CloseReason::LinkBroken,
        );
        setup.claimed_again(&ticket).expect("it is still there");
    });
}

#[test]
fn a_silent_link_is_found_out_by_its_silence() {
    both(|memory| {
        let setup = Setup::with(memory, |config| {
            config.link_timeout(SHORT * 3).close_timeout(SHORT)
        });
        let ticket = setup.session.ticket();
        let result = setup.hit_within(SHORT, When::Ack, Fault::Silence);
        // On a machine that stood still, the link's time is over as soon as the call's.
        let too_late = matches!(&result, Err(Error::Transport { source, .. })
            if source.kind() == io::ErrorKind::TimedOut);
        assert!(is_timeout(&result, false) || too_late, "{result:?}");
        let end = setup.echo.events().recv();
        assert!(
            matches!(
                end,
                Err(Error::Closed {
                    why: CloseReason::LinkSilent,
                    ..
                })
            ),
            "{end:?}"
        );
        // The server has noticed nothing, and the session can be claimed.
        setup.claimed_again(&ticket).expect("it is still there");
    });
}

#[test]
fn a_link_that_ends_suddenly_is_broken() {
    both(|memory| {
        let setup = Setup::new(memory);
        let ticket = setup.session.ticket();
        let error = setup.hit(When::Next, Fault::Close).expect_err("no link");
        setup.ended(
            &error,
            io::ErrorKind::UnexpectedEof,
            CloseReason::LinkBroken,
        );
        setup.claimed_again(&ticket).expect("it is still there");
    });
}

#[test]
fn a_link_that_the_server_closes_says_so() {
    both(|memory| {
        let setup = Setup::new(memory);
        let error = setup.hit(When::Next, Fault::Goodbye).expect_err("no link");
        setup.ended(
            &error,
            io::ErrorKind::ConnectionAborted,
            CloseReason::ClosedByServer,
        );
    });
}

#[test]
fn after_a_restart_the_session_is_gone() {
    both(|memory| {
        let setup = Setup::new(memory);
        let ticket = setup.session.ticket();
        let error = setup.hit(When::Next, Fault::Restart).expect_err("no link");
        setup.ended(
            &error,
            io::ErrorKind::UnexpectedEof,
            CloseReason::LinkBroken,
        );
        let error = setup.claimed_again(&ticket).expect_err("gone");
        assert_eq!(error.code(), Some(ErrorCode::SESSION_NOT_FOUND));
        assert!(error.is_session_gone());
    });
}

#[test]
fn sessions_can_be_refused() {
    both(|memory| {
        let setup = Setup::new(memory);
        setup.gateway.accept_sessions(false);
        let error = setup.janus.create_session().expect_err("draining");
        assert_eq!(error.code(), Some(ErrorCode::new(472)));
        setup.configure().expect("those that are there stay");
    });
}

#[test]
fn faults_at_random_repeat_with_their_seed() {
    let counts = |seed| {
        let setup = Setup::new(true);
        let faults = RandomFaults::new(seed)
            .harmless(0.05)
            .share(FaultKind::Delay, 0.0);
        setup.gateway.random_faults(Some(faults));
        for _ in 0..200 {
            setup.configure().expect("no harm");
        }
        setup.gateway.fault_counts()
    };
    let first = counts(42);
    assert_eq!(first, counts(42));
    assert_ne!(first, counts(43));
    assert!(first.total() > 50, "{first}");
}
