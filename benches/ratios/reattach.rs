//! A reattach sends nothing: what is left of it.

use std::time::{Duration, Instant};

use janus_blocking::{AttachOptions, EchoTest, Plugin};

use super::{
    common::{
        Bare, Ours, Server,
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
        let (took, again) = one_round(ours);
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
    verified(server, size, &ours, table);
}

/// Leaves the session, claims it, and reattaches.
fn one_round(ours: Ours) -> (Duration, Ours) {
    let Ours {
        connection,
        session,
        ..
    } = ours;
    let ticket = session.abandon();
    let session = connection.claim(ticket.session_id).expect("it lives");
    let mut handles: Vec<EchoTest> = Vec::with_capacity(HANDLES as usize);
    let begun = Instant::now();
    for id in 1..=HANDLES {
        handles.push(session.reattach(id).expect("it costs no answer"));
    }
    let took = begun.elapsed();
    // Ended as abandoned, the handles detach nothing when they are dropped.
    let ticket = session.abandon();
    drop(handles);
    let session = connection.claim(ticket.session_id).expect("it lives");
    let echo = session.attach().expect("an answer");
    let room = session.attach().expect("an answer");
    (
        took,
        Ours {
            echo,
            room,
            session,
            connection,
        },
    )
}

/// With `verify` it is one exchange, as an attach is.
fn verified(server: &Server, size: Size, ours: &Ours, table: &mut Table) {
    let mut bare = Bare::connect(&server.url);
    let id = ours.echo.handle().id();
    let options = AttachOptions::new().existing_handle(id).verify(true);
    let compared = compare(
        size,
        || timed(|| bare.keepalive()).0,
        || {
            // The handle is in use, which is found out behind the verification.
            timed(|| ours.session.attach_with::<EchoTest>(options.clone())).0
        },
    );
    table.add_p50(
        "`reattach` with `verify` (right), against the bare loop's `keepalive` (left)",
        (server.name, Mode::Split.name()),
        &compared,
        Target::None,
    );
}
