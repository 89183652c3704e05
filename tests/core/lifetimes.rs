//! What ends when a value is dropped: a handle keeps its session, a session its connection.

use std::{thread, time::Duration};

use janus_blocking::{
    Connection, EchoTest, Error, Result, Session, connection::ConnectionState, echotest::Settings,
    testing::FakeGateway,
};

const SOON: Duration = Duration::from_secs(20);

/// What the gateway was sent, without what opens a link.
fn sent(gateway: &FakeGateway) -> Vec<String> {
    let requests = gateway.requests().into_iter();
    let words = requests.map(|request| request.verb);
    words.filter(|word| word != "info").collect()
}

fn use_it(echo: &EchoTest) -> Result<()> {
    echo.configure(&Settings::new().audio(true)).map(drop)
}

#[test]
fn a_handle_keeps_its_session_and_its_link() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let echo: EchoTest = Connection::open(&gateway.url())?
        .create_session()?
        .attach()?;
    use_it(&echo)?;
    drop(echo);
    assert!(gateway.wait_links(0, SOON));
    assert!(gateway.sessions().is_empty());
    // One `destroy` ends both.
    assert_eq!(sent(&gateway), ["create", "attach", "message", "destroy"]);
    Ok(())
}

#[test]
fn a_resumed_handle_keeps_its_session() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let janus = gateway.connect()?;
    let session = janus.create_session()?;
    let echo: EchoTest = session.attach()?;
    let ticket = session.abandon();
    drop(echo);
    let id = ticket.handles[0].id;
    let echo: EchoTest = janus.resume(&ticket)?.session.reattach(id)?;
    use_it(&echo)?;
    janus.close();
    assert!(gateway.sessions().is_empty());
    Ok(())
}

#[test]
fn a_session_is_destroyed_when_the_last_of_it_and_its_handles_goes() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let janus = gateway.connect()?;
    let session = janus.create_session()?;
    let (first, second): (EchoTest, EchoTest) = (session.attach()?, session.attach()?);
    let copy = first.handle().with_timeout(SOON);
    drop(session);
    drop(first);
    use_it(&second)?;
    drop(second);
    janus.ping()?; // what was sent before is carried out
    assert_eq!((gateway.sessions().len(), gateway.handles().len()), (1, 1));
    drop(copy);
    janus.ping()?;
    assert!(gateway.sessions().is_empty());
    Ok(())
}

#[test]
fn a_session_without_handles_is_destroyed_at_its_drop() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let janus = gateway.connect()?;
    drop(janus.create_session()?);
    janus.ping()?;
    assert!(gateway.sessions().is_empty());
    Ok(())
}

#[test]
fn a_session_keeps_the_link_of_a_dropped_connection() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let session = Connection::open(&gateway.url())?.create_session()?;
    let echo: EchoTest = session.attach()?;
    use_it(&echo)?;
    session.destroy()?;
    assert!(gateway.wait_links(0, SOON));
    Ok(())
}

/// What ends the only session of a connection that was dropped before.
fn link_goes_after(ends: impl FnOnce(Session, EchoTest)) -> Result<()> {
    let gateway = FakeGateway::start()?;
    let janus = gateway.connect()?;
    let session = janus.create_session()?;
    let echo: EchoTest = session.attach()?;
    let second = echo.handle().with_timeout(SOON);
    drop(janus);
    assert_eq!(gateway.link_count(), 1);
    ends(session, echo);
    assert!(gateway.wait_links(0, SOON));
    drop(second);
    Ok(())
}

#[test]
fn a_session_that_has_ended_keeps_no_link() -> Result<()> {
    link_goes_after(|session, _echo| drop(session.abandon()))?;
    link_goes_after(|session, _echo| session.destroy().expect("it is active"))
}

#[test]
fn an_abandoned_session_lets_its_connection_go_though_a_handle_is_held() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let janus = gateway.connect()?;
    let session = janus.create_session()?;
    let echo: EchoTest = session.attach()?;
    let _ = session.abandon();
    drop(janus);
    assert!(gateway.wait_links(0, SOON));
    assert!(use_it(&echo).unwrap_err().is_closed());
    Ok(())
}

#[test]
fn close_and_destroy_end_things_for_everybody() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let janus = gateway.connect()?;
    let (session, other) = (janus.create_session()?, janus.create_session()?);
    let (echo, left): (EchoTest, EchoTest) = (session.attach()?, other.attach()?);
    session.destroy()?;
    assert!(matches!(use_it(&echo), Err(Error::Closed { .. })));
    use_it(&left)?;
    janus.close();
    assert!(matches!(use_it(&left), Err(Error::Closed { .. })));
    assert!(gateway.sessions().is_empty());
    Ok(())
}

#[test]
fn events_do_not_keep_their_handle() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let janus = gateway.connect()?;
    let echo: EchoTest = janus.create_session()?.attach()?;
    let events = echo.events();
    drop(echo);
    assert!(events.recv().unwrap_err().is_closed());
    Ok(())
}

#[test]
fn sessions_that_end_at_the_same_time_do_not_cut_each_other_off() -> Result<()> {
    for round in 0..200 {
        let gateway = FakeGateway::start()?;
        let janus = Connection::open(&gateway.url())?;
        let sessions: Vec<_> = (0..4).map(|_| janus.create_session()).collect();
        drop(janus);
        thread::scope(|scope| {
            for (number, session) in sessions.into_iter().enumerate() {
                let session = session.expect("a session");
                scope.spawn(move || {
                    if (number + round) % 2 == 0 {
                        drop(session);
                    } else {
                        session.destroy().expect("it is answered");
                    }
                });
            }
        });
        assert!(gateway.wait_links(0, SOON));
        assert!(gateway.sessions().is_empty(), "round {round}");
    }
    Ok(())
}

#[test]
fn copies_with_timeouts_of_their_own_share_what_they_are_copies_of() {
    let gateway = FakeGateway::start().expect("a free port");
    let janus = gateway.connect().expect("it answers");
    let brief = janus.with_timeout(Duration::from_millis(5));
    let session = janus.create_session().expect("a session");
    drop(janus);
    // The copy keeps the connection, and a copy of the session the session.
    let other = session.with_timeout(Duration::from_secs(60));
    drop(session);
    let echo: EchoTest = other.attach().expect("a handle");
    assert_eq!(brief.state(), ConnectionState::Connected);
    drop(brief);
    echo.handle().hangup().expect("the session keeps the link");

    for wrong in [Duration::ZERO, Duration::MAX] {
        let error = other.with_timeout(wrong).destroy();
        assert!(matches!(
            error,
            Err(Error::Config {
                field: "timeout",
                ..
            })
        ));
        // It was refused before anything ended.
        let error = other.with_timeout(wrong).attach::<EchoTest>();
        assert!(matches!(
            error,
            Err(Error::Config {
                field: "timeout",
                ..
            })
        ));
    }
    let copy = other.with_timeout(Duration::from_secs(1));
    other.destroy().expect("destroyed");
    let error = copy.check().expect_err("ended for all");
    assert!(error.is_closed(), "{error}");
}
