//! Whether an attach gets slower with the handles that are there already, and a `ping` with sessions.

use std::{thread, time::Duration};

use janus_blocking::{Config, Connection, EchoTest, Session};

use super::{
    common::{
        Bare, Op, Ours, Server, Subject,
        pin::{Mode, pin},
        stats::{Compared, Size, compare},
        timed,
    },
    table::{Row, Table, Target},
};

/// Long enough for the connection's thread to have gone to sleep.
const PAUSE: Duration = Duration::from_millis(3);

pub fn measure(server: &Server, size: Size, table: &mut Table) {
    if !pin(Mode::Split, server.pid) {
        return;
    }
    // A real Janus starts a thread for each handle.
    let many = match (server.is_fake(), size.ops < 100) {
        (true, false) => 10_000,
        (false, false) => 2_000,
        _ => 100,
    };
    let (mut few, mut full) = (Bare::connect(&server.url), Bare::connect(&server.url));
    for _ in 0..many {
        full.attach("janus.plugin.echotest");
    }
    let compared = compare(size, || few.time(Op::Attach), || full.time(Op::Attach));
    table.add(row(
        server,
        many,
        " of the bare loop",
        &compared,
        Target::None,
    ));
    drop((few, full));
    let (mut few, mut full) = (Ours::connect(&server.url), Ours::connect(&server.url));
    let attach = |_| full.session.attach().expect("an answer");
    let handles: Vec<EchoTest> = (0..many).map(attach).collect();
    let compared = compare(size, || few.time(Op::Attach), || full.time(Op::Attach));
    let target = if server.is_fake() {
        Target::AtMost(1.05)
    } else {
        Target::None
    };
    table.add(row(server, many, "", &compared, target));
    // Ended with the session, and not one by one.
    let _ = full.session.abandon();
    drop(handles);
    measure_sessions(server, size, table, many);
}

/// A `ping` says nothing about any session: so it must not matter how many there are.
fn measure_sessions(server: &Server, size: Size, table: &mut Table, many: usize) {
    let connect = |sessions| -> (Connection, Vec<Session>) {
        let connection = Config::new(&server.url).open().expect("it is a Janus");
        let create = |_| connection.create_session().expect("an answer");
        let sessions = (0..sessions).map(create).collect();
        (connection, sessions)
    };
    let (one, _session) = connect(1);
    let (full, _sessions) = connect(many);
    let place = (server.name, Mode::Split.name());
    for (how, pause, ops) in [
        ("", None, size.ops),
        (" after a pause of 3 ms", Some(PAUSE), size.ops.min(200)),
    ] {
        let ping = |connection: &Connection| {
            pause.inspect(|pause| thread::sleep(*pause));
            timed(|| connection.ping().expect("an answer")).0
        };
        let size = Size { ops, ..size };
        let compared = compare(size, || ping(&one), || ping(&full));
        let what = format!("`ping`{how} with {many} sessions (right), with 1 (left)");
        let target = if server.is_fake() {
            Target::AtMost(1.2)
        } else {
            Target::None
        };
        table.add_p50(&what, place, &compared, target);
    }
}

fn row(server: &Server, many: usize, whose: &str, compared: &Compared, target: Target) -> Row {
    Row {
        what: format!("`attach`{whose} with {many} live handles (right), with 2 (left), p50"),
        server: server.name,
        mode: Mode::Split.name(),
        bare: format!("{:.1} µs", compared.bare),
        ours: format!("{:.1} µs", compared.ours),
        ratio: compared.ratios,
        p99: Some(compared.p99.median),
        target,
    }
}
