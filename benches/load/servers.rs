//! Both versions of Janus, side by side: each scenario at a rate that both keep up with.

use std::{collections::BTreeMap, path::Path};

use ::common::{Janus, Kamailio, Version};
use serde_json::Value;

use super::{common::stats::median, measured, number};

/// What is run, and how often a second.
const SCENARIOS: [(&str, &str, &[&str]); 12] = [
    ("ping", "1000", &["ping"]),
    ("session", "100", &["session"]),
    ("attach", "100", &["attach"]),
    (
        "request, answered at once",
        "200",
        &[
            "request",
            "--plugin",
            "videoroom",
            "--body",
            r#"{"request":"list"}"#,
        ],
    ),
    ("request, answered by an event", "200", &["request"]),
    ("reclaim", "100", &["reclaim"]),
    (
        "room, VideoRoom of 10",
        "50",
        &["room", "--participants", "10"],
    ),
    (
        "room, AudioBridge of 10",
        "50",
        &["room", "--plugin", "audiobridge", "--participants", "10"],
    ),
    (
        "events, to 20 handles",
        "50",
        &["events", "--participants", "20"],
    ),
    // Each pair rests for a second and a half behind a call.
    ("sip, a call", "4", &["sip", "--pairs", "16"]),
    (
        "media, frames of 10 peers",
        "500",
        &["media", "--peers", "10"],
    ),
    (
        "media, through AudioBridges of 2",
        "500",
        &["media", "--peers", "10", "--plugin", "audiobridge"],
    ),
];

/// Of one run.
#[derive(Clone, Copy, Default)]
struct Figures {
    p50_ms: f64,
    p99_ms: f64,
    /// The server's processor time for each operation.
    cpu_us: f64,
    errors: f64,
}

/// Prints the table.
pub fn compare(rounds: usize, seconds: usize, json: &Path) {
    let servers = Version::ALL.map(|version| Janus::builder().version(version).start());
    let kamailio = Kamailio::start();
    let proxy = kamailio.proxy_uri();
    let wanted = std::env::var("LOAD_SCENARIOS").unwrap_or_default();
    println!(
        "| scenario | a second | p50, ms | | p99, ms | | server, µs of processor time each | | errors | |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    println!("| | | 1.1.2 | 1.4.1 | 1.1.2 | 1.4.1 | 1.1.2 | 1.4.1 | 1.1.2 | 1.4.1 |");
    for (name, rate, options) in SCENARIOS {
        if !name.contains(&wanted) {
            continue;
        }
        let mut runs: BTreeMap<usize, Vec<Figures>> = BTreeMap::new();
        for _ in 0..rounds {
            for (at, janus) in servers.iter().enumerate() {
                let (url, pid) = (janus.url(), janus.pid().to_string());
                let usual = [
                    &*url,
                    "--connections",
                    "2",
                    "--rate",
                    rate,
                    "--server-pid",
                    &pid,
                ];
                let sip = ["--sip-proxy", &*proxy];
                let sip = if options[0] == "sip" { &sip[..] } else { &[] };
                let options = [&usual[..], &["--scenario"], options, sip].concat();
                let report = measured(&options, seconds, json);
                runs.entry(at).or_default().push(Figures::of(&report));
            }
        }
        let of = |at: usize, figure: fn(&Figures) -> f64| {
            median(&runs[&at].iter().map(figure).collect::<Vec<_>>())
        };
        let both = |figure: fn(&Figures) -> f64, digits: usize| {
            format!("{:.digits$} | {:.digits$}", of(0, figure), of(1, figure))
        };
        println!(
            "| {name} | {rate} | {} | {} | {} | {} |",
            both(|it| it.p50_ms, 2),
            both(|it| it.p99_ms, 2),
            both(|it| it.cpu_us, 0),
            both(|it| it.errors, 0),
        );
    }
}

impl Figures {
    fn of(report: &Value) -> Self {
        let scenario = &report["scenarios"][0];
        let millis = |figure: &str| scenario["latency"][figure].as_f64().unwrap_or(f64::NAN) / 1e6;
        let usage = report["usage"].as_array().expect("an array");
        let cores = usage.iter().filter_map(|it| it["server"]["cores"].as_f64());
        let cores: f64 = cores.sum::<f64>() / usage.len() as f64;
        let errors = scenario["errors"].as_object().expect("an object");
        Self {
            p50_ms: millis("p50_ns"),
            p99_ms: millis("p99_ns"),
            cpu_us: cores / number(&scenario["reached_per_s"]) * 1e6,
            errors: errors
                .values()
                .filter_map(Value::as_f64)
                .fold(0.0, |sum, it| sum + it),
        }
    }
}
