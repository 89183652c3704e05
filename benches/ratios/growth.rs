//! Whether an attach gets slower with the handles that are there already.

use janus_blocking::EchoTest;

use super::{
    common::{
        Bare, Ours, Server,
        pin::{Mode, pin},
        stats::{Size, Spread, median, micros, quantile},
        timed,
    },
    table::{Row, Table, Target},
};

/// How many attaches make one figure.
const WINDOW: usize = 200;

pub fn measure(server: &Server, size: Size, table: &mut Table) {
    if !pin(Mode::Split, server.pid) {
        return;
    }
    // A real Janus starts a thread for each handle.
    let many = match (server.is_fake(), size.ops < 100) {
        (true, false) => 10_000,
        (false, false) => 1_000,
        _ => 2 * WINDOW,
    };
    let (mut first, mut last, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut bare_ratios = Vec::new();
    for _ in 0..size.rounds.min(5) {
        let (few, full) = ours(server, many);
        first.push(few);
        last.push(full);
        ratios.push(full / few);
        let (few, full) = bare(server, many);
        bare_ratios.push(full / few);
    }
    let mode = Mode::Split.name();
    let what = format!("`attach` with {many} live handles (right), by the first (left), p50");
    table.add(Row {
        what: what.clone(),
        server: server.name,
        mode,
        bare: format!("{:.1} µs", median(&first)),
        ours: format!("{:.1} µs", median(&last)),
        ratio: Spread::of(&ratios),
        p99: None,
        target: match server.is_fake() {
            true => Target::AtMost(1.05),
            false => Target::None,
        },
    });
    table.add(Row {
        what: format!("{what}, of the bare loop"),
        server: server.name,
        mode,
        bare: String::new(),
        ours: String::new(),
        ratio: Spread::of(&bare_ratios),
        p99: None,
        target: Target::None,
    });
}

/// The p50 of the first attaches, and of the last.
fn ours(server: &Server, many: usize) -> (f64, f64) {
    let ours = Ours::connect(&server.url);
    let mut times = Vec::with_capacity(many);
    let mut handles: Vec<EchoTest> = Vec::with_capacity(many);
    for _ in 0..many {
        let (took, handle) = timed(|| ours.session.attach());
        times.push(micros(took));
        handles.push(handle.expect("an answer"));
    }
    // One `destroy` for all of them.
    let Ours { session, .. } = ours;
    session.destroy().expect("an answer");
    ends(&times)
}

fn bare(server: &Server, many: usize) -> (f64, f64) {
    let mut bare = Bare::connect(&server.url);
    let times: Vec<f64> = (0..many)
        .map(|_| micros(timed(|| bare.attach("janus.plugin.echotest")).0))
        .collect();
    let session = bare.session;
    bare.destroy(session);
    ends(&times)
}

fn ends(times: &[f64]) -> (f64, f64) {
    let p50 = |window: &[f64]| {
        let mut sorted = window.to_vec();
        sorted.sort_by(f64::total_cmp);
        quantile(&sorted, 0.50)
    };
    (p50(&times[..WINDOW]), p50(&times[times.len() - WINDOW..]))
}
