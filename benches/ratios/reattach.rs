//! A reattach sends nothing: what is left of it.

use super::{
    common::{
        Bare, Ours, Server,
        ours::{reattach, reattach_verified},
        pin::{Mode, pin},
        stats::{Size, Spread, compare, median, micros},
        timed,
    },
    table::{Row, Table, Target},
};

/// How many handles are reattached in a row.
const HANDLES: u64 = 1_000;

pub fn measure(server: &Server, size: Size, table: &mut Table) {
    if !pin(Mode::Split, server.pid) {
        return;
    }
    let mut ours = Ours::connect(&server.url);
    let mut per_handle = Vec::new();
    for _ in 0..size.rounds {
        let (took, again) = reattach(ours, HANDLES);
        per_handle.push(micros(took) / HANDLES as f64);
        ours = again;
    }
    let target = 1.0;
    let ratios: Vec<f64> = per_handle.iter().map(|micros| micros / target).collect();
    table.add(Row {
        what: format!("`reattach`, mean of {HANDLES}, against 1 µs"),
        server: server.name,
        mode: Mode::Split.name(),
        bare: "1 µs".to_owned(),
        ours: format!("{:.3} µs", median(&per_handle)),
        ratio: Spread::of(&ratios),
        p99: None,
        target: Target::AtMost(1.0),
    });
    verified(server, size, ours, table);
}

/// With `verify` it is one exchange, as an attach is.
fn verified(server: &Server, size: Size, ours: Ours, table: &mut Table) {
    let mut bare = Bare::connect(&server.url);
    let Ours {
        connection,
        session,
        echo,
        room,
    } = ours;
    let ticket = session.abandon();
    drop((echo, room));
    let compared = compare(
        size,
        || timed(|| bare.keepalive()).0,
        || reattach_verified(&connection, &ticket),
    );
    table.add_p50(
        "`reattach` with `verify` (right), against the bare loop's `keepalive` (left)",
        (server.name, Mode::Split.name()),
        &compared,
        Target::None,
    );
}
