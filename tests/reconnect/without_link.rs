//! Calls, and the end of the connection, while there is no link.

use std::{
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use common::{Action, Direction, End, Janus, Mark, Part, WireProxy, wait_until};
use janus_blocking::{
    EchoTest, Error,
    connection::{AttachOptions, Backoff, ConnectionState},
    echotest::Settings,
};

use super::world::{LIMIT, SOON, World, config, configure};

const CLOSE: Duration = Duration::from_millis(500);

/// How much longer than it may something may take on a busy machine.
const SLACK: Duration = Duration::from_secs(5);

const PAUSE: Duration = Duration::from_millis(500);

#[test]
#[ignore = "needs Janus: run tests/run"]
fn calls_that_wait_too_long_for_a_link_have_sent_nothing() {
    const WAIT: Duration = Duration::from_millis(300);
    let server = Janus::builder().reclaim_timeout(20).start();
    let proxy = WireProxy::start(&server);
    let world = World::open(config(proxy.url()).request_timeout(WAIT));
    proxy.refuse(true);
    proxy.cut();
    wait_until(SOON, "it is noticed", || {
        world.janus.state() != ConnectionState::Connected
    });
    let mark = proxy.mark();
    let timed = |name: &str, call: &dyn Fn() -> Option<Error>| {
        let begun = Instant::now();
        let error = call().expect("no link");
        let took = begun.elapsed();
        let Error::Timeout {
            sent: false,
            acked: false,
            ..
        } = error
        else {
            panic!("{name}: {error:?}")
        };
        assert!(
            error.to_string().contains("there is no connection"),
            "{error}"
        );
        assert!(took >= WAIT && took < WAIT + SLACK, "{name}: {took:?}");
    };
    timed("ping", &|| world.janus.ping().err());
    timed("info", &|| world.janus.info().err());
    timed("create", &|| world.janus.create_session().err());
    timed("configure", &|| configure(&world.echo).err());
    timed("exists", &|| world.rooms.exists(1).err());
    let settings = Settings::new().audio(true);
    timed("send", &|| world.echo.handle().send(&settings).err());
    proxy.refuse(false);
    world.connected();
    thread::sleep(PAUSE);
    let sent = proxy.sent_since(mark).join("\n");
    assert!(
        !sent.contains("message") && !sent.contains("create"),
        "{sent}"
    );
    world.assert_told();
    world.assert_alive();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_is_dropped_without_a_link_is_ended_over_the_next_one() {
    let server = Janus::builder().reclaim_timeout(20).start();
    let proxy = WireProxy::start(&server);
    let world = World::open(config(proxy.url()));
    let dropped = world.janus.create_session().expect("a session");
    let id = dropped.id();
    let handle = world.rooms.handle().id();
    proxy.refuse(true);
    proxy.cut();
    let mark = proxy.mark();
    let begun = Instant::now();
    drop(dropped);
    drop(world.rooms);
    assert!(begun.elapsed() < SLACK, "it waits for nothing");
    proxy.refuse(false);
    assert_ended(&proxy, mark, "destroy", id.value());
    assert_ended(&proxy, mark, "detach", handle.value());
    let error = world.janus.claim(id).expect_err("it has ended");
    assert!(error.is_session_gone(), "{error:?}");
}

/// Waits until such a request was sent.
fn assert_ended(proxy: &WireProxy, mark: Mark, verb: &str, id: u64) {
    let (verb, id) = (format!("\"{verb}\""), id.to_string());
    wait_until(LIMIT, "it is ended", || {
        let sent = proxy.sent_since(mark);
        sent.iter()
            .any(|text| text.contains(&verb) && text.contains(&id))
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_could_not_be_ended_for_want_of_a_link_is_ended_over_the_next_one() {
    let server = Janus::builder().reclaim_timeout(20).start();
    // Once there is no link at all, once it breaks under the request.
    for under_way in [false, true] {
        let proxy = WireProxy::start(&server);
        let world = World::open(config(proxy.url()).request_timeout(PAUSE));
        let session = world.janus.create_session().expect("a session");
        let (id, handle) = (session.id(), world.rooms.handle().id());
        let other: EchoTest = world.session.attach().expect("a handle");
        let end = |call: &mut dyn FnMut() -> Option<Error>| {
            if under_way {
                proxy.filter(|_, text| {
                    if text.contains("detach") || text.contains("destroy") {
                        Action::Cut(Part::Nothing, End::Fin)
                    } else {
                        Action::Forward
                    }
                });
            } else {
                proxy.refuse(true);
                proxy.cut();
                wait_until(SOON, "it is noticed", || {
                    world.janus.state() != ConnectionState::Connected
                });
            }
            let error = call().expect("no link");
            match error {
                Error::Transport {
                    reconnects: true, ..
                } => assert!(under_way),
                Error::Timeout { sent: false, .. } => assert!(!under_way),
                other => panic!("{other:?}"),
            }
            let mark = proxy.mark();
            proxy.no_filter();
            proxy.refuse(false);
            mark
        };
        let mut session = Some(session);
        let mark = end(&mut || session.take()?.destroy().err());
        assert_ended(&proxy, mark, "destroy", id.value());
        let error = world.janus.claim(id).expect_err("it has ended");
        assert!(error.is_session_gone(), "{error:?}");

        let mut rooms = Some(world.rooms);
        let mark = end(&mut || rooms.take()?.into_handle().detach().err());
        assert_ended(&proxy, mark, "detach", handle.value());
        // The session and its other handles go on.
        configure(&other).expect("a handle");
        let options = AttachOptions::new().existing_handle(handle).verify(true);
        let error = world
            .session
            .attach_with::<EchoTest>(options)
            .expect_err("it has ended");
        assert!(error.is_handle_gone(), "{error:?}");
    }
}

#[derive(Debug, Clone, Copy)]
enum Ending {
    Close,
    Drop,
    Abandon,
}

/// Ends a connection in the middle of its attempts, and says how long that took.
fn end(world: World, ending: Ending) -> Duration {
    let World {
        janus,
        states,
        session,
        echo,
        rooms,
    } = world;
    let events = echo.events();
    // The queue is no owner: with session and handles goes the connection.
    let owners = (session, echo, rooms);
    let begun = Instant::now();
    match ending {
        Ending::Close => janus.close(),
        Ending::Drop => drop((janus, owners)),
        Ending::Abandon => drop(janus.abandon()),
    }
    let took = begun.elapsed();
    let last = std::iter::from_fn(|| states.recv_deadline(begun + LIMIT).ok()).last();
    assert!(matches!(last, Some(ConnectionState::Closed(_))), "{last:?}");
    assert!(events.recv().is_err());
    took
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_connection_ends_within_its_close_timeout_while_it_reconnects() {
    let server = Janus::builder().reclaim_timeout(20).start();
    for ending in [Ending::Close, Ending::Drop, Ending::Abandon] {
        // Where nobody listens, it sleeps between two attempts.
        let proxy = WireProxy::start(&server);
        let world = World::open(config(proxy.url()).close_timeout(CLOSE));
        proxy.refuse(true);
        proxy.cut();
        wait_until(SOON, "it tries", || proxy.connections() > 3);
        let took = end(world, ending);
        println!("{ending:?} between two attempts: {took:?}");
        assert!(took < SLACK, "{took:?}");

        // Where somebody accepts and says nothing, it is in the middle of one.
        let silent = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let proxy = WireProxy::start(&server);
        let world = World::open(
            config(proxy.url())
                .close_timeout(CLOSE)
                .connect_timeout(LIMIT),
        );
        proxy.redirect(silent.local_addr().expect("it is bound").port());
        proxy.cut();
        wait_until(SOON, "it tries", || proxy.connections() > 1);
        thread::sleep(PAUSE / 5);
        let took = end(world, ending);
        println!("{ending:?} in the middle of an attempt: {took:?}");
        assert!(took < CLOSE + SLACK, "{took:?}");

        // Or it claims its sessions, and no answer comes.
        let proxy = WireProxy::start(&server);
        let world = World::open(config(proxy.url()).close_timeout(CLOSE));
        let mark = proxy.mark();
        proxy.filter(|direction, text| {
            let passes = direction == Direction::ToServer || text.contains("server_info");
            if passes {
                Action::Forward
            } else {
                Action::Drop
            }
        });
        proxy.cut();
        wait_until(SOON, "it claims", || {
            proxy
                .sent_since(mark)
                .iter()
                .any(|text| text.contains("claim"))
        });
        let took = end(world, ending);
        println!("{ending:?} while it claims: {took:?}");
        assert!(took < CLOSE + SLACK, "{took:?}");
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_connection_ends_at_any_moment_of_a_cut() {
    let server = Janus::builder().reclaim_timeout(5).start();
    for round in 0..60 {
        let proxy = WireProxy::start(&server);
        let settings = config(proxy.url()).close_timeout(CLOSE);
        let settings = settings.reconnect(Backoff::new().first(Duration::from_millis(2)));
        let world = World::open(settings);
        thread::scope(|scope| {
            let calls = scope.spawn(|| while configure(&world.echo).is_ok() {});
            let events = scope.spawn(|| world.echo.events().iter().find_map(Result::err));
            proxy.cut();
            // Over 15 ms the connection has found the cut, a link, and its sessions.
            thread::sleep(Duration::from_micros(250 * round));
            let begun = Instant::now();
            world.janus.close();
            let took = begun.elapsed();
            assert!(took < CLOSE + SLACK, "{took:?}");
            calls.join().expect("no panic");
            let end = events.join().expect("no panic").expect("an error");
            assert!(end.is_closed(), "{end:?}");
        });
    }
}
