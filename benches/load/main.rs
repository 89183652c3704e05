//! Does janus-load cost much more than a bare loop of the same requests, and is it on time? Which
//! version of Janus is faster at what? Prints the answers, in markdown.
//!
//! `cargo bench --features load,webrtc --bench load`, or with parts of it only: `.. -- cost`. Parts: cost,
//! servers. `LOAD_ROUNDS` and `LOAD_SECONDS` say how much is measured, `LOAD_SCENARIOS` which scenarios have
//! that word in their names.
//!
//! cost: the server has core 0, the client core 1; both clients take turns, so that what else the machine
//! does hits them alike. servers: the versions take turns likewise.

#[path = "../common/mod.rs"]
mod common;

mod cost;
mod servers;

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

use ::common::TempDir;
use common::{fake, is_measuring, setting};
use serde_json::Value;

fn main() {
    if fake::serve_if_asked() || cost::loop_if_asked() {
        return;
    }
    let folder = TempDir::new("load-bench");
    let json = folder.path().join("report.json");
    if !is_measuring() {
        return cost::measure(1, 1, &json);
    }
    let (rounds, seconds) = (setting("LOAD_ROUNDS", 5), setting("LOAD_SECONDS", 5));
    let wanted = |part: &str| env::args().any(|argument| argument == part);
    let all = !wanted("cost") && !wanted("servers");
    // First, as the other one pins this program.
    if all || wanted("servers") {
        servers::compare(rounds, seconds, &json);
    }
    if all || wanted("cost") {
        cost::measure(rounds, seconds, &json);
    }
}

/// The report of a run with these options.
fn measured(options: &[&str], seconds: usize, json: &Path) -> Value {
    let done = Command::new(env!("CARGO_BIN_EXE_janus-load"))
        .args(options)
        .args(["--for", &format!("{seconds}s"), "--json"])
        .arg(json)
        // The passwords of the accounts of the tests' SIP server.
        .env("JANUS_LOAD_SIP_SECRET", "secret-of-{}")
        .stdout(Stdio::null())
        .status()
        .expect("janus-load can be started");
    assert!(done.success(), "{done}: {options:?}");
    let text = fs::read_to_string(json).expect("a report");
    serde_json::from_str(&text).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}
