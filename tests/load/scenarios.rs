//! Every scenario, on the fake gateway inside of the program.

use std::{fs, time::Duration};

use common::TempDir;
use janus_blocking::testing::{FakeGateway, FaultKind, RandomFaults};

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

#[test]
fn a_ramp_counts_what_was_due_in_each_step() {
    let options = ["--rate", "40..80 step 40 every 1s", "--arrivals", "poisson"];
    let ended = run(&[&options[..], &["--seed", "5", "--warm-up", "0s"]].concat());
    ended.assert(0, "complete");
    let each = |list: &serde_json::Value, key: &str| {
        let list = list.as_array().expect("an array").iter();
        list.map(|it| it[key].as_f64()).collect::<Vec<_>>()
    };
    let steps = &ended.report()["ramp"]["steps"];
    let due = each(steps, "due_per_s");
    // Later seconds are those in which the last answers were waited for.
    assert_eq!(due, each(&ended.scenario()["series"], "due")[..2]);
    assert_ne!(due, each(steps, "asked_per_s"));
}

#[test]
fn a_scenario_file_mixes_by_weights() {
    let folder = TempDir::new("load-file");
    let file = folder.path().join("mix.toml");
    let text = r#"
        rate = 100
        for = "2s"
        warm-up = "0s"
        seed = 3

        [[scenario]]
        kind = "ping"
        weight = 3

        [[scenario]]
        name = "toggle"
        kind = "request"
        body = { audio = false }
    "#;
    fs::write(&file, text).expect("written");
    let ended = run(&["--file", file.to_str().expect("text")]);
    ended.assert(0, "complete");
    let scenarios = ended.report()["scenarios"].as_array().expect("an array");
    let counts = scenarios
        .iter()
        .map(|it| it["count"].as_u64().expect("a number"));
    let counts: Vec<_> = counts.collect();
    assert_eq!(scenarios[1]["name"], "toggle");
    assert_eq!(counts.iter().sum::<u64>(), 200);
    assert!((30..=70).contains(&counts[1]), "{counts:?}");

    let wrong = run(&["--file", "/nowhere.toml"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.output.contains("/nowhere.toml"), "{}", wrong.output);
}

#[test]
fn a_ramp_finds_the_rate_at_which_the_server_is_full() {
    // Answers take 20 ms on average, and one at a time is asked for: 50 a second are the most.
    let delays = RandomFaults::new(3).longest_delay(Duration::from_millis(40));
    let gateway = FakeGateway::builder().random_faults(delays.share(FaultKind::Delay, 1.0));
    let gateway = gateway.start().expect("a gateway");
    let url = gateway.url();
    let rate = "10..90 step 20 every 2s";
    let options = ["--rate", rate, "--in-flight", "1", "--knee", "1s"];
    // A machine that others use is late by itself: one try of several has to find it.
    let knees = (0..3).map(|_| {
        let ended = run(&[&[&*url], &options[..]].concat());
        ended.assert(0, "complete");
        let ramp = &ended.report()["ramp"];
        assert_eq!(ramp["steps"].as_array().map(Vec::len), Some(5));
        ramp["knee_per_s"].as_f64()
    });
    let mut found = Vec::new();
    for knee in knees {
        found.push(knee);
        if knee.is_some_and(|knee| (10.0..=50.0).contains(&knee)) {
            return;
        }
    }
    panic!("{found:?}");
}
