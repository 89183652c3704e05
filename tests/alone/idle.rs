//! What a connection costs while nothing happens, on a real Janus.

use std::{thread, time::Duration};

use common::Janus;
use janus_blocking::{Config, Connection, EchoTest};

use crate::{
    alone,
    process::{readers, threads},
};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_idle_connection_has_one_thread_that_wakes_for_keepalives_only() {
    if !alone(
        module_path!(),
        "an_idle_connection_has_one_thread_that_wakes_for_keepalives_only",
    ) {
        return;
    }
    let janus = Janus::builder().session_timeout(60).start();
    let before = threads().len();
    let quiet = Connection::open(&janus.url()).unwrap();
    let session = quiet.create_session().unwrap();
    let echo: EchoTest = session.attach().unwrap();
    assert_eq!(threads().len(), before + 1, "{:?}", threads());

    // Long enough for the thread to have taken its turn after the last call.
    let settle = || {
        assert_eq!(
            echo.events()
                .recv_timeout(Duration::from_millis(300))
                .unwrap(),
            None
        )
    };
    settle();
    let start = readers();
    assert_eq!(start.len(), 1);
    assert_eq!(
        echo.events().recv_timeout(Duration::from_secs(4)).unwrap(),
        None
    );
    assert_eq!(readers(), start, "the idle thread woke up");

    let config = Config::new(janus.url()).keepalive(Duration::from_millis(500));
    let awake = config.open().unwrap();
    let kept = awake.create_session().unwrap();
    assert_eq!(threads().len(), before + 2);
    settle();
    let start: u64 = readers().iter().sum();
    assert_eq!(
        echo.events().recv_timeout(Duration::from_secs(4)).unwrap(),
        None
    );
    let woken = readers().iter().sum::<u64>() - start;
    // Eight keepalives: each is a wake-up to send it, and one for its answer unless that is there
    // already, as on a busy machine.
    assert!(
        (4..=18).contains(&woken),
        "{woken} wake-ups for 8 keepalives"
    );

    kept.destroy().unwrap();
    awake.close();
    drop(echo);
    drop(session);
    quiet.close();
    assert_eq!(threads().len(), before, "{:?}", threads());
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn idle_sessions_of_one_connection_are_kept_alive_together() {
    const PERIOD: Duration = Duration::from_secs(2);
    if !alone(
        module_path!(),
        "idle_sessions_of_one_connection_are_kept_alive_together",
    ) {
        return;
    }
    let janus = Janus::builder().session_timeout(60).start();
    let config = Config::new(janus.url()).keepalive(PERIOD);
    let connection = config.open().unwrap();
    // Spread over the whole period.
    let sessions: Vec<_> = (0..50)
        .map(|_| {
            thread::sleep(PERIOD / 50);
            connection.create_session().unwrap()
        })
        .collect();
    thread::sleep(PERIOD * 2);
    let start: u64 = readers().iter().sum();
    thread::sleep(PERIOD * 4);
    let woken = readers().iter().sum::<u64>() - start;
    println!(
        "{woken} wake-ups for {} sessions in four periods",
        sessions.len()
    );
    // At most five groups, each with one wake-up to send and some to read. Alone they would be 200.
    assert!(woken <= 100, "{woken}");
    assert!(sessions.iter().all(|session| session.check().is_ok()));
}
