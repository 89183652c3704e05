//! A link that ends in the middle of everything: who waits for what hears why, and soon.

mod waiters;

use std::{
    error::Error as _,
    io,
    time::{Duration, Instant},
};

use common::{Janus, WireProxy};
use janus_blocking::{
    CloseReason, Config, Connection, EchoTest, Error, Session, connection::Reconnect,
    echotest::Settings, error::Scope,
};
use waiters::{Waiters, World};

/// Within this all have heard; it is milliseconds but for a busy machine.
const SOON: Duration = Duration::from_secs(5);

/// What kinds of causes a broken link has.
const ENDS: [io::ErrorKind; 3] = [
    io::ErrorKind::UnexpectedEof,
    io::ErrorKind::ConnectionReset,
    io::ErrorKind::BrokenPipe,
];

/// Asserts what calls get that were under way when the link broke.
#[track_caller]
fn assert_transport(error: &Error, url: &str) {
    assert!(matches!(error, Error::Transport { .. }), "{error:?}");
    let text = format!(
        "the connection to `{url}` broke during a request, which may have been carried out; \
         open a new connection and claim the session"
    );
    assert_eq!(error.to_string(), text);
    assert!(error.is_closed() && !error.is_session_gone(), "{error:?}");
}

/// The kind of the `io::Error` that is the cause.
#[track_caller]
fn io_kind(error: &Error) -> io::ErrorKind {
    let source = error
        .source()
        .and_then(|source| source.downcast_ref::<io::Error>());
    source.expect("an io::Error").kind()
}

/// Asserts what queues, and later calls, get.
#[track_caller]
fn assert_closed(error: &Error, scope: Scope, why: CloseReason) {
    match error {
        Error::Closed {
            scope: at, why: it, ..
        } => assert_eq!((*at, *it), (scope, why)),
        other => panic!("{other:?}"),
    }
    let advice = match why {
        CloseReason::LinkBroken => "the connection broke; open a new one and claim the session",
        CloseReason::ClosedByServer => {
            "the server closed the connection; open a new one and claim the session"
        }
        CloseReason::LinkSilent => {
            "nothing came from the server for `Config::link_timeout`; \
             open a new connection and claim the session"
        }
        other => panic!("{other:?}"),
    };
    let name = match scope {
        Scope::Connection => "the connection".to_owned(),
        Scope::Session(id) => format!("session {id}"),
        other => panic!("{other:?}"),
    };
    assert_eq!(error.to_string(), format!("{name} is closed: {advice}"));
    assert!(error.is_closed() && !error.is_session_gone() && !error.is_handle_gone());
}

/// Everything that is called afterwards is refused at once, for the same reason.
fn assert_afterwards(world: &World, why: CloseReason) {
    let begun = Instant::now();
    let (janus, session, echo) = (&world.janus, &world.session, &world.echo);
    let settings = Settings::new().audio(true);
    let id = session.id();
    for error in [
        session.attach::<EchoTest>().expect_err("closed"),
        session.reattach::<EchoTest>(5).expect_err("closed"),
        session.check().expect_err("closed"),
        echo.configure(&settings).expect_err("closed"),
        echo.handle().trickle_done().expect_err("closed"),
        echo.handle().check().expect_err("closed"),
    ] {
        assert_closed(&error, Scope::Session(id), why);
        io_kind(&error);
    }
    for error in [
        janus.ping().expect_err("closed"),
        janus.info().expect_err("closed"),
        janus.create_session().expect_err("closed"),
    ] {
        assert_closed(&error, Scope::Connection, why);
    }
    let error = janus.claim(id).expect_err("closed");
    assert_closed(&error, Scope::Session(id), why);
    assert_eq!(echo.events().close_reason(), Some(why));
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}

/// Kills the link under waiting callers, and checks what each of them gets.
fn break_under_waiters(url: &str, hold: impl FnOnce(), break_it: impl FnOnce()) {
    let world = World::open(Config::new(url).reconnect(Reconnect::Never));
    hold();
    let waiters = Waiters::start(&world);
    let begun = Instant::now();
    break_it();
    let ended = waiters.join();
    for (name, waited, error) in ended {
        let after = waited.saturating_duration_since(begun);
        assert!(after < SOON, "{name} heard after {after:?}");
        if name.starts_with("queue: ") {
            assert_closed(
                &error,
                Scope::Session(world.session.id()),
                CloseReason::LinkBroken,
            );
        } else {
            assert_transport(&error, url);
        }
        assert!(ENDS.contains(&io_kind(&error)), "{name}: {error:?}");
    }
    assert_afterwards(&world, CloseReason::LinkBroken);
    world.close();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn all_hear_at_once_when_the_server_is_killed() {
    let server = Janus::start();
    // Frozen, it answers nothing: all are in the middle of their requests when it dies.
    break_under_waiters(&server.url(), || server.pause(), || server.kill());
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn all_hear_at_once_when_the_link_is_cut() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    break_under_waiters(&proxy.url(), || proxy.hold_replies(), || proxy.cut());
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_idle_connection_hears_as_soon() {
    let server = Janus::start();
    let world = World::open(Config::new(server.url()).reconnect(Reconnect::Never));
    let begun = Instant::now();
    server.kill();
    // Only the connection's own thread reads.
    common::wait_until(SOON, "the session is closed", || {
        world.session.check().is_err()
    });
    assert!(begun.elapsed() < SOON);
    assert_afterwards(&world, CloseReason::LinkBroken);
    world.close();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_server_that_is_stopped_in_good_order_is_heard_of_too() {
    let server = Janus::start();
    let world = World::open(Config::new(server.url()).reconnect(Reconnect::Never));
    let queue = world.echo.events();
    let stopping = std::thread::spawn(move || {
        server.stop();
        server
    });
    let error = queue.recv().expect_err("the end");
    let why = queue.close_reason().expect("it has ended");
    // Janus's WebSocket library says goodbye only where it has the time to.
    let whys = [CloseReason::ClosedByServer, CloseReason::LinkBroken];
    assert!(whys.contains(&why), "{why:?}");
    assert_closed(&error, Scope::Session(world.session.id()), why);
    assert_afterwards(&world, why);
    world.close();
    drop(stopping.join());
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_half_open_link_is_noticed_after_the_link_timeout() {
    const LINK: Duration = Duration::from_millis(800);
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let world = World::open(
        Config::new(proxy.url())
            .link_timeout(LINK)
            .reconnect(Reconnect::Never),
    );
    // Without traffic of the program's the signs of life keep it.
    std::thread::sleep(LINK * 2);
    world.session.check().expect("a quiet link is no dead one");
    proxy.stall();
    let waiters = Waiters::start(&world);
    let begun = Instant::now();
    for (name, waited, error) in waiters.join() {
        let after = waited.saturating_duration_since(begun);
        assert!(after < LINK + SOON, "{name} heard after {after:?}");
        if name.starts_with("queue: ") {
            let scope = Scope::Session(world.session.id());
            assert_closed(&error, scope, CloseReason::LinkSilent);
        } else {
            assert_transport(&error, &proxy.url());
        }
        assert_eq!(io_kind(&error), io::ErrorKind::TimedOut);
    }
    assert_afterwards(&world, CloseReason::LinkSilent);
    world.close();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_session_can_be_claimed_over_a_new_link() {
    let server = Janus::builder().reclaim_timeout(20).start();
    let proxy = WireProxy::start(&server);
    let world = World::open(Config::new(proxy.url()).reconnect(Reconnect::Never));
    let (session, handle): (&Session, _) = (&world.session, world.echo.handle().id());
    proxy.cut();
    common::wait_until(SOON, "the session is closed", || session.check().is_err());
    let janus = Connection::open(&proxy.url()).expect("the server is there");
    let session = janus.claim(session.id()).expect("as the text advises");
    let echo: EchoTest = session.reattach(handle).expect("a handle");
    echo.configure(&Settings::new().audio(true))
        .expect("it lives");
    world.close();
    echo.configure(&Settings::new().audio(true))
        .expect("the old objects end nothing");
}
