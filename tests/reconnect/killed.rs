//! The server dies and comes back: nothing that was on it is there any more.

use std::{
    thread,
    time::{Duration, Instant},
};

use common::{Janus, Version, wait_until};
use janus_blocking::{CloseReason, Error, Session, connection::ConnectionState};

use super::world::{
    LIMIT, LONGEST, SOON, World, assert_broken, config, configure, until_connected,
};

/// How long the server is away.
const AWAY: Duration = Duration::from_millis(700);

fn killed_and_started_again(version: Version) {
    let server = Janus::builder()
        .version(version)
        .reclaim_timeout(20)
        .start();
    let world = World::open(config(server.url()));
    let lost: Session = world.janus.create_session().expect("a session");
    let before = world.session.id();

    let (back, heard) = thread::scope(|scope| {
        let queue = scope.spawn(|| {
            let end = world
                .echo
                .events()
                .recv()
                .expect_err("the end of the session");
            (end, Instant::now())
        });
        server.pause();
        let under_way = scope.spawn(|| configure(&world.echo));
        // Frozen, so that the request is under way for certain.
        thread::sleep(Duration::from_millis(100));
        server.kill();
        assert_broken(&under_way.join().expect("no panic").expect_err("no answer"));
        let waits = scope.spawn(|| configure(&world.echo));
        thread::sleep(AWAY);
        // Until it answers it has been there for some milliseconds at most.
        server.restart();
        let back = Instant::now();
        // The call that waited for a link is told by the new server.
        let error = waits.join().expect("no panic").expect_err("it is gone");
        assert!(error.is_session_gone(), "{error:?}");
        let (end, at) = queue.join().expect("no panic");
        assert!(end.is_session_gone(), "{end:?}");
        (back, at)
    });
    let states = world.connected();
    let took = heard.saturating_duration_since(back);
    println!("{version}: told {took:?} after the server answered; {states:?}");
    assert!(took < LONGEST + SOON, "{took:?}");
    let (last, reconnecting) = states.split_last().expect("states");
    assert_eq!(*last, ConnectionState::Connected);
    for (attempt, state) in reconnecting.iter().enumerate() {
        let attempt = attempt as u32;
        let ConnectionState::Reconnecting {
            why,
            attempt: number,
        } = *state
        else {
            panic!("{states:?}")
        };
        assert_eq!((why, number), (CloseReason::LinkBroken, attempt));
    }
    assert!(reconnecting.len() > 3, "{states:?}");

    for queue in [
        world.echo.events().close_reason(),
        world.rooms.events().close_reason(),
    ] {
        assert_eq!(queue, Some(CloseReason::Gone));
    }
    for error in [
        world.rooms.exists(1).expect_err("gone"),
        world.session.check().expect_err("gone"),
        lost.check().expect_err("gone"),
        lost.destroy().expect_err("gone"),
        world.echo.handle().check().expect_err("gone"),
    ] {
        assert!(error.is_session_gone(), "{error:?}");
        let Error::Closed {
            why, source: None, ..
        } = error
        else {
            panic!("{error:?}")
        };
        assert_eq!(why, CloseReason::Gone);
    }

    let session = world.janus.create_session().expect("the same connection");
    assert_ne!(session.id(), before);
    let echo = session.attach().expect("a handle");
    configure(&echo).expect("a handle");
    world.janus.close();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn sessions_of_a_server_that_was_started_again_are_gone() {
    killed_and_started_again(Version::V1_1_2);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn sessions_of_a_server_that_was_started_again_are_gone_on_the_newer_janus() {
    killed_and_started_again(Version::V1_4_1);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_server_that_dies_every_second_is_found_each_time() {
    let server = Janus::start();
    let janus = config(server.url()).open().expect("Janus answers");
    let states = janus.states();
    for _ in 0..5 {
        let session = janus.create_session().expect("a link");
        server.restart();
        until_connected(&states);
        wait_until(LIMIT, "it is gone", || session.check().is_err());
        assert_eq!(janus.state(), ConnectionState::Connected);
    }
}
