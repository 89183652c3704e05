//! What the program takes of memory does not grow with what it has measured.

use std::fs;

use common::wait_until;
use janus_blocking::testing::FakeGateway;

use crate::measured::{SOON, start};

/// Requests, after which everything that there is once is there.
const FIRST: u64 = 20_000;

/// What the allocator keeps, and about 1 KiB a second for the report.
const GROWTH_KIB: u64 = 1024;

#[test]
fn four_times_as_many_requests_take_no_more_memory() {
    for scenario in ["attach", "session"] {
        let gateway = FakeGateway::builder().recorded(0).start();
        let gateway = gateway.expect("a gateway");
        let url = gateway.url();
        let options = ["--scenario", scenario, "--callers", "4", "--for", "1h"];
        let begin = ["--warm-up", "0s"];
        let mut running = start(&[&[&*url], &options[..], &begin].concat());
        let status = format!("/proc/{}/status", running.process.pid());
        let resident = || {
            let text = fs::read_to_string(&status).expect("it runs");
            let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
            let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
            number
                .and_then(|number| number.parse::<u64>().ok())
                .expect("a number")
        };
        let answered = || gateway.request_count();
        running.wait_begun(|| answered() > FIRST);
        let before = resident();
        wait_until(10 * SOON, "four times as many", || answered() > 4 * FIRST);
        let after = resident();
        println!("{scenario}: {before} KiB, then {after} KiB");
        running.process.signal("INT");
        running.wait().assert(130, "interrupted");
        assert!(
            after < before + GROWTH_KIB,
            "{scenario}: {before} to {after} KiB"
        );
    }
}
