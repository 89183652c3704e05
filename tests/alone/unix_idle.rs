//! What a Unix socket costs while nothing happens, on a real Janus.

use std::time::Duration;

use common::Janus;
use janus_blocking::{Config, Connection, EchoTest};

use crate::{alone, process::readers};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_idle_link_wakes_nobody_up() {
    if !alone(module_path!(), "an_idle_link_wakes_nobody_up") {
        return;
    }
    let (packets, datagrams) = (
        Janus::builder().unix().start(),
        Janus::builder().unix_datagram().start(),
    );
    for janus in [&packets, &datagrams] {
        let url = janus.unix_url();
        println!("{url}");
        let connection = Connection::open(&url).unwrap();
        let session = connection.create_session().unwrap();
        let echo: EchoTest = session.attach().unwrap();
        let quiet = |duration| {
            assert_eq!(echo.events().recv_timeout(duration).unwrap(), None);
        };
        // Long enough for the thread to have taken its turn after the last call.
        quiet(Duration::from_millis(300));
        let start = readers();
        assert_eq!(start.len(), 1);
        quiet(Duration::from_secs(4));
        assert_eq!(readers(), start, "the idle thread woke up");

        let config = Config::new(url).keepalive(Duration::from_millis(500));
        let awake = config.open().unwrap();
        let _kept = awake.create_session().unwrap();
        quiet(Duration::from_millis(300));
        let start: u64 = readers().iter().sum();
        quiet(Duration::from_secs(4));
        let woken = readers().iter().sum::<u64>() - start;
        // Eight keepalives: each is a wake-up to send it, and one for its answer unless that is there
        // already, as on a busy machine.
        assert!(
            (4..=18).contains(&woken),
            "{woken} wake-ups for 8 keepalives"
        );
    }
}
