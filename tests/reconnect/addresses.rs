//! Several servers, of which not all are there.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use common::{
    Janus, free_tcp_port,
    scripted::{Scripted, tcp},
    wait_until,
};
use janus_blocking::{Error, connection::ConnectionState};

use super::world::{LIMIT, SOON, World, config, configure, until_connected};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_next_address_is_used_where_the_first_does_not_answer() {
    let server = Janus::start();
    let dead = format!("ws://127.0.0.1:{}", free_tcp_port());
    let begun = Instant::now();
    let world = World::open(config(&dead).fallback_url(server.url()));
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    assert_eq!(
        world.janus.opening_info().server_name.as_deref(),
        Some(&*server.server_name())
    );
    world.assert_alive();
    // No address answers: the error names one that was tried.
    let url = format!("ws://127.0.0.1:{}", free_tcp_port());
    let error = config(&dead)
        .fallback_url(&url)
        .open()
        .expect_err("nobody is there");
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    assert!(error.to_string().contains(&url), "{error}");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn after_a_loss_the_other_server_takes_over_and_back() {
    let servers = [Janus::start(), Janus::start()];
    let janus = config(servers[0].url())
        .fallback_url(servers[1].url())
        .open()
        .expect("Janus answers");
    let states = janus.states();
    // Who was left last comes back before the present one goes.
    for (here, there) in [(0, 1), (1, 0), (0, 1)] {
        let name = |at: usize| Some(servers[at].server_name());
        assert_eq!(janus.info().expect("a link").server_name, name(here));
        let session = janus.create_session().expect("a session");
        let echo = session.attach().expect("a handle");
        configure(&echo).expect("a handle");
        if !servers[there].is_running() {
            servers[there].restart();
        }
        let begun = Instant::now();
        servers[here].kill();
        until_connected(&states);
        println!("the other server after {:?}", begun.elapsed());
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
        assert_eq!(janus.info().expect("a link").server_name, name(there));
        // Sessions live on one server only.
        wait_until(LIMIT, "it is gone", || session.check().is_err());
        let error = configure(&echo).expect_err("it is gone");
        assert!(error.is_session_gone(), "{error:?}");
    }
    assert_eq!(janus.state(), ConnectionState::Connected);
}

#[test]
fn after_close_no_further_server_is_tried() {
    let server = Scripted::usual();
    let (tell, tried) = mpsc::channel();
    // They accept and say nothing.
    let [second, third] = ["second", "third"].map(|name| {
        let tell = tell.clone();
        let mut kept = Vec::new();
        tcp("ws", move |stream| {
            kept.push(stream);
            tell.send(name).expect("the test hears");
        })
    });
    let timeout = Duration::from_millis(500);
    let config = config(server.url())
        .fallback_url(second)
        .fallback_url(third);
    let janus = config.connect_timeout(timeout).open().expect("a link");
    drop(server);
    assert_eq!(tried.recv_timeout(LIMIT), Ok("second"));
    janus.close();
    assert_eq!(
        tried.recv_timeout(timeout * 3),
        Err(mpsc::RecvTimeoutError::Timeout)
    );
}
