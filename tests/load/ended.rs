//! Servers that refuse, hang, start anew or die: what is reported, and the exit code.

use std::{thread, time::Duration};

use common::free_tcp_port;
use janus_blocking::testing::FakeGateway;

use crate::measured::{Running, run, start, start_with};

const USUAL: [&str; 6] = ["--warm-up", "0s", "--rate", "100", "--scenario", "attach"];

fn gateway() -> FakeGateway {
    FakeGateway::start().expect("a gateway")
}

/// A run of three seconds on it that has begun.
fn begun(gateway: &FakeGateway, options: &[&str]) -> Running {
    let url = gateway.url();
    let mut running = start(&[&[&*url, "--for", "3s"], &USUAL[..], options].concat());
    running.wait_begun(|| gateway.request_count() > 200);
    running
}

#[test]
fn a_server_that_is_not_there_is_named_and_nothing_is_measured() {
    let url = format!("ws://127.0.0.1:{}", free_tcp_port());
    let ended = run(&[&url]);
    assert_eq!(ended.code, Some(1), "{}", ended.output);
    assert!(ended.output.contains(&url), "{}", ended.output);
}

#[test]
fn a_server_that_refuses_the_secret_ends_the_run_and_nobody_sees_it() {
    let gateway = FakeGateway::builder().api_secret("open sesame").start();
    let gateway = gateway.expect("a gateway");
    let options = [&*gateway.url(), "--scenario", "session", "--for", "500ms"];
    let hush = [("JANUS_LOAD_API_SECRET", "hush-hush")];
    let ended = start_with(&options, &hush).wait();
    // It is no part of the set-up, so that it is each operation that is refused.
    ended.assert(0, "complete");
    assert_eq!(ended.count(), 0);
    assert!(ended.scenario()["errors"]["janus 403"].as_u64() > Some(0));
    let report = ended.report().to_string();
    assert!(!report.contains("hush") && !ended.output.contains("hush"));
    // What cannot even be set up does not begin.
    let options = [&*gateway.url(), "--scenario", "attach"];
    let ended = start_with(&options, &hush).wait();
    assert_eq!(ended.code, Some(1), "{}", ended.output);
    assert!(ended.output.contains("403") && !ended.output.contains("hush"));

    let options = [&*gateway.url(), "--scenario", "session", "--for", "500ms"];
    let ended = start_with(&options, &[("JANUS_LOAD_API_SECRET", "open sesame")]).wait();
    ended.assert(0, "complete");
    assert_eq!(ended.errors(), 0);
    assert!(!ended.report().to_string().contains("sesame"));
}

#[test]
fn a_server_that_dies_is_reported_with_its_exit_code() {
    let gateway = gateway();
    let running = begun(&gateway, &["--timeout", "500ms"]);
    drop(gateway);
    let ended = running.wait();
    assert_eq!(ended.code, Some(4), "{}", ended.output);
    assert_eq!(ended.report()["end"], "server_lost");
    assert!(
        ended.count() > 0 && ended.errors() > 0,
        "{}",
        ended.scenario()
    );
}

#[test]
fn a_server_that_starts_anew_is_survived() {
    let gateway = gateway();
    let running = begun(&gateway, &["--timeout", "1s"]);
    gateway.restart();
    let ended = running.wait();
    ended.assert(0, "complete");
    assert!(ended.errors() > 0, "{}", ended.scenario());
    let series = ended.scenario()["series"].as_array().expect("an array");
    let last = series.last().expect("seconds");
    assert!(last["count"].as_u64() > Some(0), "{last}");
    assert!(gateway.sessions().is_empty());
}

#[test]
fn a_server_that_hangs_ends_in_timeouts_and_not_in_silence() {
    let gateway = gateway();
    let running = begun(&gateway, &["--timeout", "500ms"]);
    gateway.silence_links();
    let ended = running.wait();
    assert!(ended.scenario()["errors"]["timeout"].as_u64() > Some(0));
    // What was due is there: answered, or failed.
    let due: u64 = {
        let series = ended.scenario()["series"].as_array().expect("an array");
        series
            .iter()
            .filter_map(|second| second["due"].as_u64())
            .sum()
    };
    assert_eq!(due, ended.count() + ended.errors());
    assert_eq!(due, 300);
}

#[test]
fn a_server_that_takes_no_more_sessions_is_an_error_of_each() {
    let gateway = gateway();
    let url = gateway.url();
    let mut running = start(&[
        &*url,
        "--scenario",
        "session",
        "--for",
        "2s",
        "--rate",
        "100",
    ]);
    running.wait_begun(|| gateway.request_count() > 20);
    thread::sleep(Duration::from_millis(1200));
    gateway.accept_sessions(false);
    let ended = running.wait();
    ended.assert(0, "complete");
    assert!(ended.scenario()["errors"]["janus 472"].as_u64() > Some(0));
}
