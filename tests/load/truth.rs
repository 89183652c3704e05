//! Whether the figures are right: on a server whose delays are known, with a pause in the middle.

use std::{
    thread,
    time::{Duration, Instant},
};

use common::WireProxy;
use janus_blocking::testing::{FakeGateway, FaultKind, RandomFaults};

use crate::measured::{Ended, start};

/// Each answer takes from 0 to that, all times being equally likely.
const LONGEST: Duration = Duration::from_millis(100);

const RATE: f64 = 500.0;
const LENGTH: Duration = Duration::from_secs(20);

/// A run on such a server that pauses for a second, and how long it paused.
fn measure(options: &[&str]) -> (Ended, Duration) {
    let delays = RandomFaults::new(3)
        .longest_delay(LONGEST)
        .share(FaultKind::Delay, 1.0);
    let gateway = FakeGateway::builder()
        .recorded(0)
        .random_faults(delays)
        .start();
    let gateway = gateway.expect("a gateway");
    let port = gateway
        .url()
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok());
    let proxy = WireProxy::to_port(port.expect("a port"));
    let url = proxy.url();
    let length = format!("{}s", LENGTH.as_secs());
    let usual = [
        &*url,
        "--for",
        &length,
        "--warm-up",
        "1s",
        "--connections",
        "4",
    ];
    let mut running = start(&[&usual, options].concat());
    running.wait_begun(|| proxy.open_links() == 4);
    thread::sleep(LENGTH / 2);
    let begin = Instant::now();
    proxy.hold_replies();
    thread::sleep(Duration::from_secs(1));
    let pause = begin.elapsed();
    proxy.release();
    (running.wait(), pause)
}

/// The latencies of requests that come at equal distances, which is what a schedule asks for, in order.
fn truth(pause: Duration) -> Vec<f64> {
    let (longest, pause) = (LONGEST.as_secs_f64(), pause.as_secs_f64());
    let (begin, end) = (10.0, 10.0 + pause);
    let mut latencies = Vec::new();
    for request in 0..20_000 {
        let at = f64::from(request) / 20_000.0 * LENGTH.as_secs_f64();
        for delay in 0..50 {
            let delay = (f64::from(delay) + 0.5) / 50.0 * longest;
            let held = (begin..end).contains(&(at + delay));
            latencies.push(if held { end - at } else { delay });
        }
    }
    latencies.sort_by(f64::total_cmp);
    latencies
}

fn quantile(sorted: &[f64], part: f64) -> f64 {
    sorted[((sorted.len() as f64 * part) as usize).min(sorted.len() - 1)]
}

const FIGURES: [(&str, f64); 4] = [
    ("p50_ns", 0.5),
    ("p90_ns", 0.9),
    ("p99_ns", 0.99),
    ("p99_9_ns", 0.999),
];

#[test]
fn an_open_loop_tells_the_truth_of_a_pause_and_a_closed_one_does_not() {
    let rate = RATE.to_string();
    // A machine that others use is late by itself: one try of several has to be within 5 %.
    let mut worst = f64::MAX;
    for _ in 0..3 {
        let (ended, pause) = measure(&["--rate", &rate, "--in-flight", "800"]);
        ended.assert(0, "complete");
        assert_eq!(ended.errors(), 0, "{}", ended.scenario()["errors"]);
        let truth = truth(pause);
        let errors = FIGURES.map(|(figure, part)| {
            let (told, true_one) = (ended.latency(figure).as_secs_f64(), quantile(&truth, part));
            println!("open loop, {figure}: {told:.4} s, in truth {true_one:.4} s");
            (told / true_one - 1.0).abs()
        });
        worst = errors.into_iter().fold(0.0, f64::max);
        if worst < 0.05 {
            break;
        }
    }
    assert!(worst < 0.05, "{worst}");

    let (ended, pause) = measure(&["--callers", "20"]);
    ended.assert(0, "complete");
    let truth = quantile(&truth(pause), 0.99);
    let told = ended.latency("p99_ns").as_secs_f64();
    println!("closed loop, p99_ns: {told:.4} s, in truth {truth:.4} s");
    assert!(told < truth / 2.0, "{told} {truth}");
    // The pause is there, but it hit as many requests as there are callers.
    assert!(ended.latency("max_ns").as_secs_f64() > 0.9);
}
