//! What a Unix socket costs while nothing happens, on a real Janus. One test, as it counts threads.
#![cfg(target_os = "linux")]

use std::{fs, time::Duration};

use common::Janus;
use janus_blocking::{Config, Connection, EchoTest};

/// How often each thread of a connection went to sleep by itself.
fn readers() -> Vec<u64> {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    tasks
        .filter_map(|task| {
            let status = fs::read_to_string(task.ok()?.path().join("status")).ok()?;
            let field = |name: &str| {
                let line = status.lines().find(|line| line.starts_with(name))?;
                Some(line.split_once(':')?.1.trim().to_owned())
            };
            (field("Name:")? == "janus-reader").then_some(())?;
            field("voluntary_ctxt_switches:")?.parse().ok()
        })
        .collect()
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_idle_link_wakes_nobody_up() {
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
        // Eight keepalives: each is a wake-up to send it and one for its answer.
        assert!(
            (14..=18).contains(&woken),
            "{woken} wake-ups for 8 keepalives"
        );
    }
}
