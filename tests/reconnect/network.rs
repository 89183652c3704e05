//! Programs that know more of the network than the link does, and those that start before it.

use std::{thread, time::Duration};

use common::{Janus, WireProxy, free_tcp_port, wait_until};
use janus_blocking::{
    CloseReason, Connection, Error,
    connection::{Backoff, ConnectionState, Reconnect},
};

use super::world::{LIMIT, SOON, World, config, configure, until_connected};

/// How long a link may be asked for a sign of life.
const PROOF: Duration = Duration::from_secs(5);

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_link_that_is_checked_is_kept_if_it_lives_and_replaced_if_not() {
    let server = Janus::builder().reclaim_timeout(60).start();
    let proxy = WireProxy::start(&server);
    let world = World::open(config(proxy.url()));
    assert!(world.janus.check_link());
    assert!(world.states.is_empty());
    assert_eq!(proxy.connections(), 1);

    proxy.freeze();
    assert!(!world.janus.check_link());
    let lost = world.states.try_recv();
    let why = CloseReason::LinkSilent;
    assert_eq!(lost, Ok(ConnectionState::Reconnecting { why, attempt: 0 }));
    world.connected();
    world.assert_told();
    world.assert_alive();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_program_that_knows_the_network_is_back_ends_the_pause() {
    const LONG: Duration = Duration::from_secs(3600);
    let server = Janus::builder().reclaim_timeout(60).start();
    let proxy = WireProxy::start(&server);
    let world =
        World::open(config(proxy.url()).reconnect(Backoff::new().first(LONG).longest(LONG)));
    let end_pauses: [fn(&Connection); 2] = [Connection::reconnect_now, |janus| {
        assert!(!janus.check_link());
    }];
    for end_pause in end_pauses {
        proxy.cut();
        let waits = |state| matches!(state, ConnectionState::Reconnecting { attempt: 1, .. });
        wait_until(SOON, "it waits", || waits(world.janus.state()));
        end_pause(&world.janus);
        world.connected();
        world.assert_told();
        world.assert_alive();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_connection_that_starts_without_a_server_connects_when_there_is_one() {
    let server = Janus::builder().reclaim_timeout(60).start();
    let proxy = WireProxy::start(&server);
    proxy.refuse(true);
    let offline = || config(proxy.url()).start_offline(true);
    let error = config(proxy.url()).open().expect_err("it is refused");
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    let error = offline().reconnect(Reconnect::Never).open();
    assert!(matches!(
        error.expect_err("it would never connect"),
        Error::Config {
            field: "start_offline",
            ..
        }
    ));

    let janus = offline().open().expect("it connects later");
    let states = janus.states();
    let ConnectionState::Reconnecting { why, .. } = janus.state() else {
        panic!("{:?}", janus.state())
    };
    assert_eq!(why, CloseReason::NotConnected);
    assert_eq!(janus.opening_info().version_string, "");
    let error = janus.with_timeout(PROOF / 10).create_session();
    let error = error.expect_err("there is no link");
    assert!(
        matches!(error, Error::Timeout { sent: false, .. }),
        "{error:?}"
    );
    thread::scope(|scope| {
        let waits = scope.spawn(|| janus.create_session());
        proxy.refuse(false);
        until_connected(&states);
        waits.join().expect("no panic").expect("a session");
    });
    assert_eq!(
        janus.opening_info().version_string,
        server.version().to_string()
    );

    // It is as any other from now on.
    let world = World::of(janus);
    proxy.cut();
    world.connected();
    world.assert_told();
    configure(&world.echo).expect("a handle");
}

#[test]
fn a_connection_without_a_server_is_closed_as_any_other() {
    let url = format!("ws://127.0.0.1:{}", free_tcp_port());
    let janus = config(url).start_offline(true).open().expect("later");
    let states = janus.states();
    janus.close();
    let last = states.iter().last();
    let closed = ConnectionState::Closed(CloseReason::ConnectionClosed);
    assert_eq!(last, Some(closed));
    assert!(states.recv_timeout(LIMIT).is_err());
}
