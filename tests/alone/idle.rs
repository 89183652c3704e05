//! What a connection costs while nothing happens, on a real Janus.

use std::time::Duration;

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
