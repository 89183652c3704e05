//! Ctrl-C and other signals: a report of what was measured, and nothing left on the server.

use common::wait_until;
use janus_blocking::testing::FakeGateway;

use crate::measured::{Running, SOON, start};

/// A run without an end that has begun.
fn begun(gateway: &FakeGateway, scenario: &[&str]) -> Running {
    let url = gateway.url();
    let options = [
        "--warm-up",
        "0s",
        "--rate",
        "30",
        "--for",
        "1h",
        "--connections",
        "2",
    ];
    let mut running = start(&[&[&*url, "--scenario"], scenario, &options].concat());
    running.wait_begun(|| gateway.request_count() > 400);
    running
}

#[test]
fn a_signal_ends_the_run_with_a_report_and_leaves_nothing() {
    for (signal, scenario) in [
        ("INT", &["session"][..]),
        ("INT", &["reclaim"]),
        ("TERM", &["room", "--plugin", "audiobridge"]),
        ("HUP", &["attach"]),
    ] {
        let gateway = FakeGateway::start().expect("a gateway");
        let mut running = begun(&gateway, scenario);
        running.process.signal(signal);
        let ended = running.wait();
        ended.assert(130, "interrupted");
        assert!(ended.count() > 0);
        // A machine that others use may be behind its schedule, and then says so.
        let errors = ended.scenario()["errors"].as_object().expect("an object");
        assert!(errors.keys().all(|kind| kind == "not begun"), "{errors:?}");
        wait_until(SOON, "no sessions", || gateway.sessions().is_empty());
    }
}

/// Nobody knows whether the server would have kept up with the rest of it.
#[test]
fn a_step_of_a_ramp_that_a_signal_cuts_short_does_not_hold() {
    let gateway = FakeGateway::start().expect("a gateway");
    let url = gateway.url();
    let mut running = start(&[&url, "--rate", "50..100 step 50 every 1h", "--knee", "1h"]);
    running.wait_begun(|| gateway.request_count() > 200);
    running.process.signal("INT");
    let ended = running.wait();
    ended.assert(130, "interrupted");
    let ramp = &ended.report()["ramp"];
    assert_eq!(ramp["steps"][0]["due_per_s"], 50.0, "{ramp}");
    assert!(ramp["knee_per_s"].is_null(), "{ramp}");
}

#[test]
fn a_kill_leaves_nothing_once_the_links_are_gone() {
    let gateway = FakeGateway::start().expect("a gateway");
    let mut running = begun(&gateway, &["attach"]);
    running.process.kill();
    assert!(gateway.wait_links(0, SOON));
    wait_until(SOON, "no sessions", || gateway.sessions().is_empty());
}

#[test]
fn a_signal_in_the_warm_up_ends_in_a_report_of_nothing() {
    let gateway = FakeGateway::start().expect("a gateway");
    let url = gateway.url();
    let mut running = start(&[&url, "--warm-up", "1h", "--rate", "100"]);
    running.wait_begun(|| gateway.request_count() > 20);
    running.process.signal("INT");
    let ended = running.wait();
    ended.assert(130, "interrupted");
    assert_eq!(ended.count(), 0);
    assert_eq!(ended.scenario()["reached_per_s"], 0.0);
}
