//! The same scenarios against Janus 1.1.2, Janus 1.4.1 and the fake as each of them: what a client
//! sees must be the same, except for the differences between the versions that are listed.
//!
//! `cargo test --test fake conformance -- --ignored --nocapture` prints the table. A word after
//! `CONFORMANCE=` runs only the scenarios whose names have it, and prints their records.

mod audiobridge;
mod auth;
mod client;
mod compare;
mod differences;
mod echotest;
mod envelope;
mod handles;
mod ids;
mod messages;
mod normalise;
mod ownership;
mod runner;
mod server;
mod sip;
mod steps;
mod streaming;
mod target;
mod textroom;
mod time;
mod trickle;
mod world;

use std::env;

use world::Scenario;

/// Those that wait for timeouts come first, so that the others run meanwhile.
fn scenarios() -> Vec<Scenario> {
    let all = [
        time::ALL,
        client::ALL,
        server::ALL,
        envelope::ALL,
        ids::ALL,
        auth::ALL,
        ownership::ALL,
        handles::ALL,
        messages::ALL,
        trickle::ALL,
        echotest::ALL,
        sip::ALL,
        audiobridge::ALL,
        streaming::ALL,
        textroom::ALL,
    ];
    let wanted = env::var("CONFORMANCE").unwrap_or_default();
    let scenarios = all.iter().flat_map(|group| group.iter());
    let wanted = scenarios.filter(|scenario| scenario.name.contains(&wanted));
    wanted.copied().collect()
}

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn the_fake_is_what_both_versions_are() {
    let scenarios = scenarios();
    let records = runner::run(&scenarios);
    let only_some = env::var("CONFORMANCE").is_ok();
    let (table, wrong) = runner::report(&scenarios, &records, !only_some);
    println!("{table}");
    if only_some {
        for (scenario, records) in scenarios.iter().zip(&records) {
            let record = records[0].as_deref().unwrap_or_default();
            println!("{} on 1.1.2:\n  {}\n", scenario.name, record.join("\n  "));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(only_some || scenarios.len() >= 60, "scenarios got lost");
}

#[test]
fn scenarios_have_names_of_their_own() {
    let mut names: Vec<&str> = scenarios().iter().map(|scenario| scenario.name).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}
