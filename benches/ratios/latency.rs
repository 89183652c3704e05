//! One caller: how long a request takes, and what it costs the client.

use std::{thread, time::Duration};

use super::{
    common::{
        Bare, Op, Ours, Server, Subject,
        cpu::{reader_wake_ups, switches},
        pin::{Mode, pin},
        stats::{Compared, Size, Spread, compare},
        timed,
    },
    table::{Row, Table, Target},
};

const OPS: [(&str, Op); 5] = [
    ("request answered by `success`", Op::Sync),
    ("request answered by `ack` and event", Op::Async),
    ("request answered by `ack`, event from the queue", Op::Event),
    ("`attach`", Op::Attach),
    ("`create_session`", Op::Create),
];

/// One request after the other.
pub fn measure(server: &Server, size: Size, table: &mut Table) {
    let (mut bare, mut ours) = (Bare::connect(&server.url), Ours::connect(&server.url));
    for mode in Mode::ALL {
        if !pin(mode, server.pid) {
            continue;
        }
        let place = (server.name, mode.name());
        for (what, op) in OPS {
            let compared = compare(size, || bare.time(op), || ours.time(op));
            let target = match op {
                Op::Event => Target::None,
                _ => target(server, mode),
            };
            table.add_p50(what, place, &compared, target);
            // The others' figures would hold the cleaning up as well.
            if matches!(op, Op::Sync | Op::Async | Op::Event) {
                let target = match (mode, op) {
                    (Mode::Split, Op::Sync | Op::Async) => Target::AtMost(1.15),
                    _ => Target::None,
                };
                table.add(cpu(what, place, &compared, target));
            }
        }
        let mut lean = Bare::connect_lean(&server.url);
        let compared = compare(
            size,
            || timed(|| lean.lean_sync()).0,
            || ours.time(Op::Sync),
        );
        let what = "request answered by `success`, against a lean loop";
        table.add_p50(what, place, &compared, Target::None);
        table.add(wake_ups(&ours, size, place));
        // Both sides are ours here.
        let mut other = Ours::connect(&server.url);
        let compared = compare(
            size,
            || ours.time(Op::Attach),
            || other.time(Op::AttachWithNone),
        );
        table.add_p50(
            "`attach_with(None)` (right) by `attach` (left)",
            place,
            &compared,
            match mode {
                Mode::Split => Target::AtMost(1.02),
                _ => Target::None,
            },
        );
    }
}

/// Long enough for the connection's thread to read again.
const PAUSE: Duration = Duration::from_millis(3);

/// How many requests follow each other then.
const ROWS: [(&str, usize); 2] = [
    ("request after a pause of 3 ms", 1),
    ("12 requests after a pause of 3 ms", 12),
];

/// A request after a pause, and a few in a row.
pub fn measure_pauses(server: &Server, size: Size, table: &mut Table) {
    let size = Size {
        rounds: size.rounds,
        ops: size.ops.min(200),
    };
    let (mut bare, mut ours) = (Bare::connect(&server.url), Ours::connect(&server.url));
    for mode in Mode::ALL {
        if !pin(mode, server.pid) {
            continue;
        }
        let place = (server.name, mode.name());
        for (what, requests) in ROWS {
            let compared = compare(
                size,
                || after_pause(&mut bare, requests),
                || after_pause(&mut ours, requests),
            );
            table.add_p50(what, place, &compared, Target::AtMost(1.1));
            table.add(cpu(what, place, &compared, Target::None));
        }
        table.add(switched(&mut bare, &ours, size, place));
    }
}

fn after_pause(subject: &mut impl Subject, requests: usize) -> Duration {
    thread::sleep(PAUSE);
    (0..requests).map(|_| subject.time(Op::Sync)).sum()
}

/// How often threads of this program leave a core for a request and the pause before it.
fn switched(bare: &mut Bare, ours: &Ours, size: Size, place: (&'static str, &'static str)) -> Row {
    let count = |work: &mut dyn FnMut() -> bool| {
        let before = switches();
        for _ in 0..size.ops {
            thread::sleep(PAUSE);
            work();
        }
        // What the last request leaves behind.
        thread::sleep(PAUSE);
        (switches() - before - 1) as f64 / size.ops as f64
    };
    let (theirs, own) = (count(&mut || bare.sync()), count(&mut || ours.sync()));
    Row {
        what: "thread switches per request after a pause of 3 ms".to_owned(),
        server: place.0,
        mode: place.1,
        bare: format!("{theirs:.2}"),
        ours: format!("{own:.2}"),
        // What is asked for is a number, not a ratio.
        ratio: Spread::of(&[own]),
        p99: None,
        target: Target::AtMost(2.5),
    }
}

fn target(server: &Server, mode: Mode) -> Target {
    match (server.is_fake(), mode) {
        (true, Mode::Split) => Target::AtMost(1.15),
        (true, _) => Target::None,
        (false, Mode::Split) => Target::AtMost(1.05),
        (false, Mode::One) => Target::AtMost(1.10),
        (false, Mode::Free) => Target::AtMost(1.15),
    }
}

/// How often the connection's thread looks whether anything is left to it, per request.
fn wake_ups(ours: &Ours, size: Size, place: (&'static str, &'static str)) -> Row {
    let count = size.ops.max(1_000);
    let before = reader_wake_ups();
    (0..count).for_each(|_| {
        ours.sync();
    });
    let per_request = (reader_wake_ups() - before) as f64 / count as f64;
    Row {
        what: "wake-ups of the connection's thread per request in a row".to_owned(),
        server: place.0,
        mode: place.1,
        bare: "0".to_owned(),
        ours: format!("{per_request:.3}"),
        ratio: Spread::of(&[per_request]),
        p99: None,
        target: Target::None,
    }
}

fn cpu(
    what: &str,
    place: (&'static str, &'static str),
    compared: &Compared,
    target: Target,
) -> Row {
    Row {
        what: format!("{what}, client's processor time"),
        server: place.0,
        mode: place.1,
        bare: format!("{:.1} µs", compared.bare_cpu),
        ours: format!("{:.1} µs", compared.ours_cpu),
        ratio: compared.cpu,
        p99: None,
        target,
    }
}
