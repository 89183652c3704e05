//! What is on the server after a cut, and exactly what is sent for it.

use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

use common::{Janus, JanusBuilder, Version, WireProxy, WsClient, wait_until};
use janus_blocking::{
    CloseReason, Config, Connection, EchoTest, Error, Event, Session, connection::Reconnect,
};
use serde_json::Value;

use super::world::{LIMIT, SOON, World, config, configure, until_connected};

/// Long enough to see that nothing more is sent.
const QUIET: Duration = Duration::from_millis(500);

fn servers(builder: impl Fn(JanusBuilder) -> JanusBuilder) -> impl Iterator<Item = Janus> {
    let versions = Version::ALL.into_iter();
    versions.map(move |version| builder(Janus::builder().version(version)).start())
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn sessions_that_the_server_keeps_live_on_after_a_cut() {
    for server in servers(|builder| builder.reclaim_timeout(20)) {
        let proxy = WireProxy::start(&server);
        let mut before = Instant::now();
        let world = World::open(config(proxy.url()));
        for _ in 0..3 {
            proxy.cut();
            world.connected();
            // Since something was heard last.
            let gap = world.assert_told();
            assert!(gap <= before.elapsed(), "{gap:?}");
            before = Instant::now();
            world.assert_alive();
        }
        world.janus.close();
        assert_eq!(
            world.echo.events().recv().err().map(|it| it.is_closed()),
            Some(true)
        );
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn sessions_that_the_server_does_not_keep_are_gone_after_a_cut() {
    for server in servers(|builder| builder.reclaim_timeout(0)) {
        let proxy = WireProxy::start(&server);
        let world = World::open(config(proxy.url()));
        proxy.cut();
        let begun = Instant::now();
        let end = world.echo.events().recv().expect_err("the end");
        let took = begun.elapsed();
        println!("{}: told after {took:?}", server.version());
        assert!(
            end.is_session_gone() && took < SOON,
            "{end:?} after {took:?}"
        );
        for error in [
            configure(&world.echo).expect_err("gone"),
            world.rooms.exists(1).expect_err("gone"),
            world.session.attach::<EchoTest>().expect_err("gone"),
        ] {
            assert!(error.is_session_gone(), "{error:?}");
        }
        world.connected();
        let session = world.janus.create_session().expect("the same connection");
        configure(&session.attach().expect("a handle")).expect("a handle");
    }
}

/// What a request is: its verb, and whom it names.
fn requests(sent: &[String]) -> Vec<(String, Option<u64>, Option<u64>)> {
    let messages = sent.iter().map(|text| {
        let message: Value = serde_json::from_str(text).expect("it is JSON");
        let verb = message["janus"].as_str().expect("a verb").to_owned();
        let [session, handle] = ["session_id", "handle_id"].map(|key| message[key].as_u64());
        (verb, session, handle)
    });
    messages.collect()
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn after_a_cut_info_a_claim_for_each_session_and_a_keepalive_for_each_handle_are_sent() {
    for server in servers(|builder| builder.reclaim_timeout(60)) {
        let proxy = WireProxy::start(&server);
        let janus = config(proxy.url()).open().expect("Janus answers");
        let states = janus.states();
        let sessions: Vec<Session> = (0..3)
            .map(|_| janus.create_session().expect("a session"))
            .collect();
        // More than are sent at a time.
        let handles: Vec<(u64, EchoTest)> = [0, 1, 70]
            .into_iter()
            .zip(&sessions)
            .flat_map(|(count, session)| (0..count).map(move |_| session))
            .map(|session| (session.id().value(), session.attach().expect("a handle")))
            .collect();
        // What has ended is not claimed.
        janus
            .create_session()
            .expect("a session")
            .destroy()
            .expect("it ends");
        let gone: EchoTest = sessions[0].attach().expect("a handle");
        gone.into_handle().detach().expect("it ends");

        let mark = proxy.mark();
        proxy.cut();
        until_connected(&states);
        thread::sleep(QUIET);
        let sent = requests(&proxy.sent_since(mark));

        assert_eq!(sent[0], ("info".to_owned(), None, None));
        let named = |(verb, session, handle): &(String, _, _)| (verb.clone(), *session, *handle);
        let claims: BTreeSet<_> = sent[1..4].iter().map(named).collect();
        let expected = sessions
            .iter()
            .map(|it| ("claim".to_owned(), Some(it.id().value()), None));
        assert_eq!(claims, expected.collect());
        let verified: BTreeSet<_> = sent[4..].iter().map(named).collect();
        let expected = handles.iter().map(|(session, echo)| {
            let handle = echo.handle().id().value();
            ("keepalive".to_owned(), Some(*session), Some(handle))
        });
        assert_eq!(verified, expected.collect());
        assert_eq!(sent.len(), 1 + 3 + 71, "each once, and nothing else");

        let mark = proxy.mark();
        handles
            .iter()
            .for_each(|(_, echo)| configure(echo).expect("a handle"));
        let sent = requests(&proxy.sent_since(mark));
        assert!(sent.iter().all(|(verb, ..)| verb == "message"), "{sent:?}");
        assert_eq!(sent.len(), 71);
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_handle_that_went_while_there_was_no_link_is_reported() {
    let server = Janus::builder().reclaim_timeout(20).start();
    let proxy = WireProxy::start(&server);
    let world = World::open(config(proxy.url()));
    proxy.refuse(true);
    proxy.cut();
    // Janus asks for no ownership: whoever knows the ids may detach.
    let (session, handle) = (world.session.id(), world.echo.handle().id());
    let mut other = WsClient::connect(&server.url()).expect("Janus runs");
    let detach = format!(
        r#"{{"janus":"detach","session_id":{session},"handle_id":{handle},"transaction":"x"}}"#
    );
    other.send(&detach).expect("Janus runs");
    let answer = other.recv(LIMIT).expect("Janus answers");
    assert!(answer.contains("success"), "{answer}");
    proxy.refuse(false);
    world.connected();
    let events = world.echo.events();
    let first = events.recv_timeout(LIMIT).expect("a queue");
    assert!(
        matches!(first, Some(Event::Reconnected { .. })),
        "{first:?}"
    );
    let end = events.recv().expect_err("the end");
    assert!(end.is_handle_gone(), "{end:?}");
    let error = configure(&world.echo).expect_err("it is gone");
    assert!(error.is_handle_gone(), "{error:?}");
    // The other handle of the session is not touched.
    assert_eq!(world.rooms.exists(1).ok(), Some(false));
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_session_that_somebody_else_has_claimed_meanwhile_is_claimed_back() {
    let server = Janus::builder().reclaim_timeout(20).start();
    let proxy = WireProxy::start(&server);
    let world = World::open(config(proxy.url()));
    proxy.refuse(true);
    proxy.cut();
    // Another program, or another machine: here it only has another address.
    let other = Connection::open(&server.url()).expect("Janus answers");
    let session = other.claim(world.session.id()).expect("it lives");
    let echo: EchoTest = session
        .reattach(world.echo.handle().id())
        .expect("a handle");
    configure(&echo).expect("it is the other's");
    proxy.refuse(false);
    world.connected();
    world.assert_told();
    world.assert_alive();
    // Janus tells the other nothing; its events go to the first.
    session.check().expect("it knows nothing of it");
    assert_eq!(echo.events().recv_timeout(QUIET).expect("a queue"), None);
    let _ = session.abandon();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_session_that_this_program_has_claimed_elsewhere_is_left_there() {
    let server = Janus::builder().reclaim_timeout(20).start();
    let proxy = WireProxy::start(&server);
    let world = World::open(config(proxy.url()));
    let other = config(proxy.url()).open().expect("Janus answers");
    let session = other.claim(world.session.id()).expect("it lives");
    let mark = proxy.mark();
    proxy.cut();
    until_connected(&world.states);
    session.check().expect("it is the other's");
    thread::sleep(QUIET);
    let sent = requests(&proxy.sent_since(mark));
    let claims = sent.iter().filter(|(verb, ..)| verb == "claim").count();
    assert_eq!(claims, 1, "only by its owner: {sent:?}");
    let error = world.session.check().expect_err("the other's");
    let why = CloseReason::ClaimedAway;
    assert!(
        matches!(error, Error::Closed { why: it, .. } if it == why),
        "{error:?}"
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn without_reconnecting_a_cut_is_the_end_of_the_connection() {
    let server = Janus::builder().reclaim_timeout(20).start();
    let proxy = WireProxy::start(&server);
    let world = World::open(Config::new(proxy.url()).reconnect(Reconnect::Never));
    proxy.cut();
    wait_until(SOON, "it has ended", || world.session.check().is_err());
    thread::sleep(QUIET);
    assert_eq!(proxy.connections(), 1);
    assert!(world.janus.ping().is_err_and(|error| error.is_closed()));
}
