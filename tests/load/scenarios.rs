//! Every scenario, on the fake gateway inside of the program.

use crate::measured::{Ended, run};

/// One that takes a second.
fn short(options: &[&str]) -> Ended {
    run(&[&["--for", "1s", "--warm-up", "100ms"], options].concat())
}

#[track_caller]
fn assert_clean(ended: &Ended) {
    ended.assert(0, "complete");
    assert_eq!(ended.errors(), 0, "{}", ended.scenario()["errors"]);
    assert!(ended.count() > 0, "{}", ended.report());
}

#[test]
fn each_scenario_runs_on_the_fake_gateway_and_leaves_nothing() {
    for scenario in [
        "ping", "attach", "session", "request", "room", "reclaim", "events",
    ] {
        let ended = short(&["--scenario", scenario, "--rate", "50", "--connections", "2"]);
        assert_clean(&ended);
        assert_eq!(ended.scenario()["name"], scenario);
        assert_eq!(ended.count(), 50);
    }
}

#[test]
fn a_closed_loop_goes_as_fast_as_the_answers_come() {
    let ended = short(&["--callers", "3"]);
    assert_clean(&ended);
    assert_eq!(ended.report()["setup"]["drive"]["callers"], 3);
    assert_eq!(ended.scenario()["lateness"]["max_ns"], 1);
}

#[test]
fn parts_of_an_operation_are_measured_too() {
    let ended = short(&["--scenario", "attach", "--callers", "1"]);
    let parts = &ended.scenario()["parts"];
    for part in ["attach", "detach"] {
        assert_eq!(parts[part]["count"], ended.count());
    }
}

#[test]
fn the_same_seed_gives_the_same_arrivals() {
    let options = ["--rate", "100", "--arrivals", "poisson", "--seed", "5"];
    let due = |ended: &Ended| {
        let series = ended.scenario()["series"].as_array().expect("an array");
        let due = series
            .iter()
            .map(|second| second["due"].as_u64().expect("a number"));
        due.collect::<Vec<_>>()
    };
    let (first, second) = (short(&options), short(&options));
    assert_eq!(due(&first), due(&second));
    assert_ne!(due(&first), [100]);
}
