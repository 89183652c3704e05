//! What the client costs, beside a bare loop of the same requests, and whether it is on time.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use janus_blocking::Connection;
use serde_json::Value;

use super::{
    common::{Server, cpu, pin::Mode, pin::pin, stats::Spread, stats::median},
    measured, number,
};

/// Connections, and callers.
const CALLERS: usize = 4;

/// The argument that makes this program the bare loop, before the address and the seconds.
const BARE: &str = "--bare-loop";

/// Prints the table.
pub fn measure(rounds: usize, seconds: usize, json: &Path) {
    let server = Server::fake();
    if !pin(Mode::Split, server.pid) {
        return;
    }
    let (mut bare, mut ours, mut wall, mut cores) = (vec![], vec![], vec![], vec![]);
    for _ in 0..rounds {
        let (a, b) = (
            bare_loop(&server, seconds),
            closed_loop(&server, seconds, json),
        );
        wall.push(b.per_second / a.per_second);
        cores.push(b.per_core / a.per_core);
        bare.push(a);
        ours.push(b);
    }
    let of = |all: &[Speed], figure: fn(&Speed) -> f64| {
        median(&all.iter().map(figure).collect::<Vec<_>>())
    };
    println!(
        "| {CALLERS} callers, {CALLERS} connections, `ping` | a second | a second of processor time |"
    );
    println!("|---|---|---|");
    for (name, all) in [("bare loop", &bare), ("janus-load", &ours)] {
        let (per_second, per_core) = (of(all, |it| it.per_second), of(all, |it| it.per_core));
        println!("| {name} | {per_second:.0} | {per_core:.0} |");
    }
    println!("| ratio | {} | {} |", shown(&wall), shown(&cores));
    let rate = of(&ours, |it| it.per_second) / 2.0;
    let lateness = lateness(&server, seconds, rate, json);
    println!("\nOpen loop at {rate:.0} a second: lateness {lateness}");
}

/// Pings a second, and a second of the client's processor time.
struct Speed {
    per_second: f64,
    per_core: f64,
}

fn bare_loop(server: &Server, seconds: usize) -> Speed {
    let program = env::current_exe().expect("the path of this program");
    let output = Command::new(program)
        .args([BARE, &server.url, &seconds.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .expect("this program can be started");
    let text = String::from_utf8(output.stdout).expect("text");
    let mut words = text
        .split_whitespace()
        .map(|word| word.parse().expect("a number"));
    let mut next = || words.next().expect("two numbers");
    Speed {
        per_second: next(),
        per_core: next(),
    }
}

/// What the process that is started for it does.
pub fn loop_if_asked() -> bool {
    let arguments: Vec<_> = env::args().collect();
    let Some(at) = arguments.iter().position(|it| it == BARE) else {
        return false;
    };
    let (url, seconds) = (&arguments[at + 1], &arguments[at + 2]);
    let length = Duration::from_secs(seconds.parse().expect("a number"));
    let connections: Vec<_> = (0..CALLERS)
        .map(|_| Connection::open(url).expect("the server is there"))
        .collect();
    let (begin, used) = (Instant::now(), cpu::used());
    let pings: u64 = thread::scope(|scope| {
        let threads: Vec<_> = connections
            .iter()
            .map(|connection| {
                scope.spawn(move || {
                    let mut pings = 0;
                    while begin.elapsed() < length {
                        connection.ping().expect("an answer");
                        pings += 1;
                    }
                    pings
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|it| it.join().expect("no panic"))
            .sum()
    });
    let (length, used) = (begin.elapsed(), cpu::used() - used);
    println!(
        "{} {}",
        pings as f64 / length.as_secs_f64(),
        pings as f64 / used.as_secs_f64()
    );
    true
}

fn closed_loop(server: &Server, seconds: usize, json: &Path) -> Speed {
    let callers = CALLERS.to_string();
    let report = run(server, seconds, &["--callers", &callers], json);
    let per_second = number(&report["scenarios"][0]["reached_per_s"]);
    let usage = report["usage"].as_array().expect("an array");
    let cores: f64 = usage
        .iter()
        .map(|second| number(&second["client"]["cores"]))
        .sum();
    Speed {
        per_second,
        per_core: per_second / (cores / usage.len() as f64),
    }
}

fn lateness(server: &Server, seconds: usize, rate: f64, json: &Path) -> String {
    let rate = format!("{rate:.0}");
    let report = run(server, seconds, &["--rate", &rate], json);
    let lateness = &report["scenarios"][0]["lateness"];
    let millis = |figure: &str| number(&lateness[figure]) / 1e6;
    format!(
        "p50 {:.3} ms, p90 {:.3} ms, p99 {:.3} ms",
        millis("p50_ns"),
        millis("p90_ns"),
        millis("p99_ns")
    )
}

fn run(server: &Server, seconds: usize, options: &[&str], json: &Path) -> Value {
    let callers = CALLERS.to_string();
    let usual = [&*server.url, "--connections", &callers];
    measured(&[&usual, options].concat(), seconds, json)
}

/// The median and how far the rounds were from it.
fn shown(ratios: &[f64]) -> String {
    let Spread { median, low, high } = Spread::of(ratios);
    format!("{median:.2} ({low:.2} to {high:.2})")
}
