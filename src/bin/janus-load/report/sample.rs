//! Reports for tests, of runs that never were.

use std::collections::BTreeMap;

use super::{
    End, Report, SCHEMA,
    compare::Dice,
    latency::{Buckets, Latency, histogram},
    ramp::{Ramp, Step},
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
    let (mut service, mut lateness) = (histogram(3), histogram(3));
    let mut errors = Errors::new();
    let mut series = Vec::new();
    for (at, (latencies, failed)) in seconds.iter().enumerate() {
        let mut second = histogram(2);
        for latency in latencies {
            whole.saturating_record(*latency);
            second.saturating_record(*latency);
            service.saturating_record(latency - latency / 10);
            lateness.saturating_record(latency / 20);
        }
        for (kind, count) in failed {
            *errors.entry(kind.clone()).or_default() += count;
        }
        let due = latencies.len() as u64 + failed.values().sum::<u64>();
        series.push(Second::new(
            at as u64,
            due,
            Buckets::of(&second),
            failed.clone(),
        ));
    }
    let measured = seconds.len() as f64;
    let due: u64 = series.iter().map(|second| second.due).sum();
    Scenario {
        name: name.into(),
        seconds_measured: measured,
        seconds_asked: Some(measured),
        asked_per_s: Some(due as f64 / measured),
        reached_per_s: whole.len() as f64 / measured,
        count: whole.len(),
        errors,
        latency: Latency::of(&whole),
        service: Latency::of(&service),
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

/// Two scenarios, one of which was hindered, and everything that a report can have.
pub fn showcase() -> Report {
    let mut dice = Dice(7);
    let seconds = |dice: &mut Dice, typical_ns, pause: Option<u64>| {
        let second = |at: u64| match pause {
            Some(paused) if at == paused => (vec![], Errors::from([("timeout".to_owned(), 40)])),
            Some(paused) if at == paused + 1 => (
                (0..180).map(|n| 1_000_000_000 - n * 5_000_000).collect(),
                Errors::from([("timeout".to_owned(), 12), ("janus 458".to_owned(), 5)]),
            ),
            _ => (latencies(dice, 100, typical_ns), Errors::new()),
        };
        (0..60).map(second).collect::<Vec<_>>()
    };
    let attach = seconds(&mut dice, 3_000_000, Some(30));
    let ping = seconds(&mut dice, 400_000, None);
    let mut report = report(vec![scenario("attach", &attach), scenario("ping", &ping)]);
    for (at, usage) in report.usage.iter_mut().enumerate() {
        usage.client.cores += dice.roll(100) as f64 / 1000.0;
        let server = usage.server.as_mut().expect("a local server");
        server.cores = if at == 30 {
            0.0
        } else {
            server.cores + dice.roll(200) as f64 / 1000.0
        };
    }
    let steps = (1..=8).map(|step| {
        let p50_ns = 300_000 + 40_000 * step;
        Step {
            at_s: (step * 10) as f64,
            asked_per_s: (step * 100) as f64,
            due_per_s: Some((step * 100) as f64),
            reached_per_s: (step * 100) as f64 - 1.0,
            count: step * 1000,
            errors: 0,
            p50_ns: Some(p50_ns),
            p99_ns: Some(1_000_000 + 1_000_000 * step.pow(2)),
            max_ns: Some(100_000_000),
            lateness_p99_ns: Some(90_000),
        }
    });
    report.ramp = Some(Ramp::new(20_000_000, steps.collect()));
    report
}

/// Two seconds of a run in which everything is there once.
pub fn small() -> Report {
    let timeout = Errors::from([("timeout".to_owned(), 1)]);
    let seconds = [
        (vec![1_000_000, 2_000_000, 3_000_000], Errors::new()),
        (vec![1_000_000, 40_000_000], timeout),
    ];
    let mut attach = scenario("attach", &seconds);
    attach.parts.insert("detach".into(), attach.service.clone());
    let mut report = report(vec![attach]);
    report.end = End::Interrupted;
    let step = Step {
        at_s: 0.0,
        asked_per_s: 3.0,
        due_per_s: Some(3.0),
        reached_per_s: 2.5,
        count: 5,
        errors: 1,
        p50_ns: Some(2_000_000),
        p99_ns: Some(40_000_000),
        max_ns: Some(40_000_000),
        lateness_p99_ns: None,
    };
    report.ramp = Some(Ramp::new(20_000_000, vec![step]));
    report
}
