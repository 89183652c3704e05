//! Reports for tests, of runs that never were.

use std::collections::BTreeMap;

use super::{
    End, Report, SCHEMA,
    compare::Dice,
    latency::{Latency, histogram},
    scenario::{Errors, Scenario, Second},
    setup::{Arrivals, Client, Drive, Machine, Server, Setup},
    usage::{Process, Usage},
};

pub fn setup() -> Setup {
    Setup {
        started_unix_s: 1_700_000_000,
        url: "ws://127.0.0.1:8188/".into(),
        drive: Drive::Open {
            arrivals: Arrivals::Poisson,
        },
        options: BTreeMap::from([("rate".into(), "100".into()), ("for".into(), "1m".into())]),
        seed: 1,
        connections: 4,
        warm_up_s: 2.0,
        client: Client {
            version: "0.1.0".into(),
            optimised: true,
            machine: Machine {
                system: "Linux 6.1.0 x86_64".into(),
                processor: Some("A processor".into()),
                cores: 2,
                memory_bytes: Some(4 << 30),
            },
        },
        server: Server {
            name: Some("Janus WebRTC Server".into()),
            version: Some("1.1.2".into()),
            local: true,
        },
    }
}

/// Latencies of one second: all between half and one and a half of `typical_ns`, but for each
/// fiftieth, which takes ten times as long.
pub fn latencies(dice: &mut Dice, requests: u64, typical_ns: u64) -> Vec<u64> {
    let one = |n| {
        let time = typical_ns / 2 + dice.roll(typical_ns as usize) as u64;
        if n % 50 == 0 { time * 10 } else { time }
    };
    (0..requests).map(one).collect()
}

/// A scenario of these seconds, each with its latencies and errors.
pub fn scenario(name: &str, seconds: &[(Vec<u64>, Errors)]) -> Scenario {
    let mut whole = histogram(3);
    let mut lateness = histogram(3);
    let mut errors = Errors::new();
    let mut series = Vec::new();
    for (at, (latencies, failed)) in seconds.iter().enumerate() {
        let mut second = histogram(2);
        for latency in latencies {
            whole.saturating_record(*latency);
            second.saturating_record(*latency);
            lateness.saturating_record(latency / 100);
        }
        for (kind, count) in failed {
            *errors.entry(kind.clone()).or_default() += count;
        }
        let due = latencies.len() as u64 + failed.values().sum::<u64>();
        series.push(Second::new(at as u64, due, &second, failed.clone()));
    }
    let measured = seconds.len() as f64;
    let due: u64 = series.iter().map(|second| second.due).sum();
    Scenario {
        name: name.into(),
        seconds_measured: measured,
        asked_per_s: Some(due as f64 / measured),
        reached_per_s: whole.len() as f64 / measured,
        count: whole.len(),
        errors,
        latency: Latency::of(&whole),
        service: Latency::of(&whole),
        lateness: Latency::of(&lateness),
        parts: BTreeMap::new(),
        series,
    }
}

pub fn report(scenarios: Vec<Scenario>) -> Report {
    let seconds = scenarios.iter().map(|it| it.series.len()).max();
    let usage = (0..seconds.unwrap_or(0) as u64).map(|at_s| Usage {
        at_s,
        client: Process {
            cores: 0.25,
            rss_bytes: Some(20 << 20),
        },
        server: Some(Process {
            cores: 0.5,
            rss_bytes: Some(40 << 20),
        }),
    });
    Report {
        schema: SCHEMA,
        setup: setup(),
        end: End::Complete,
        scenarios,
        ramp: None,
        usage: usage.collect(),
        left: BTreeMap::from([("handles".into(), 0), ("sessions".into(), 0)]),
    }
}

/// A minute of pings. The server's speed drifts from second to second, as that of a machine that
/// others use.
pub fn minute(seed: u64, typical_ns: u64) -> Report {
    let mut dice = Dice(seed);
    let mut drift = 1.0_f64;
    let seconds: Vec<_> = (0..60)
        .map(|_| {
            let step = dice.roll(1000) as f64 / 1000.0 - 0.5;
            drift = 1.0 + 0.5 * (drift - 1.0) + 0.1 * step;
            let typical = typical_ns as f64 * drift;
            (latencies(&mut dice, 100, typical as u64), Errors::new())
        })
        .collect();
    report(vec![scenario("ping", &seconds)])
}
