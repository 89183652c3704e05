//! Events as fast as the socket takes them: how many a second reach their receivers.

use std::{
    thread,
    time::{Duration, Instant},
};

use janus_blocking::Error;

use super::{
    common::{
        Server, cpu,
        flood::{BareFlood, Crowd, ECHO, OurFlood, Receivers, VIDEOROOM},
        pin::{Mode, pin},
        stats::{Size, Spread, median, micros},
    },
    table::{Row, Table, Target},
};

pub fn measure(server: &Server, size: Size, table: &mut Table) {
    if !server.is_fake() {
        crowds(server, size, table);
        return;
    }
    let (events, rounds) = if size.ops < 100 {
        (2_000, 1)
    } else {
        (200_000, size.rounds.min(5))
    };
    for mode in [Mode::Split, Mode::Free] {
        if !pin(mode, server.pid) {
            continue;
        }
        let cases = [
            (1, Receivers::One, Target::AtLeast(0.9)),
            (100, Receivers::One, Target::None),
            (1_000, Receivers::One, Target::AtLeast(0.7)),
            (100, Receivers::Each, Target::None),
        ];
        for (handles, receivers, target) in cases {
            let mut bare = BareFlood::connect(&server.url, ECHO, handles);
            let ours = OurFlood::connect(&server.url, ECHO, handles, events);
            let (mut theirs, mut own) = (Vec::new(), Vec::new());
            for round in 0..=rounds {
                let a = measured(|| bare.run(events));
                let b = measured(|| ours.run(events, receivers));
                if round > 0 {
                    theirs.push(a);
                    own.push(b);
                }
            }
            let what = match (handles, receivers) {
                (1, _) => "event flood to 1 handle".to_owned(),
                (_, Receivers::One) => {
                    format!("event flood to {handles} handles, 1 receiving thread")
                }
                (_, Receivers::Each) => format!("event flood to {handles} handles, a thread each"),
            };
            add(table, server, mode, &what, events, (&theirs, &own), target);
        }
        lost(server, mode, events, table);
    }
}

/// On a real Janus, which makes the events one by one.
fn crowds(server: &Server, size: Size, table: &mut Table) {
    let (events, rounds) = if size.ops < 100 {
        (400, 1)
    } else {
        (50_000, size.rounds.min(5))
    };
    let cases = if size.ops < 100 {
        vec![10]
    } else {
        vec![100, 500]
    };
    for mode in [Mode::Split, Mode::Free] {
        if !pin(mode, server.pid) {
            continue;
        }
        for handles in cases.clone() {
            let (mut their_crowd, mut our_crowd) =
                (Crowd::gather(&server.url), Crowd::gather(&server.url));
            let mut bare = BareFlood::connect(&server.url, VIDEOROOM, handles);
            bare.join(their_crowd.room);
            let ours = OurFlood::connect(&server.url, VIDEOROOM, handles, events);
            ours.join(our_crowd.room);
            let (mut theirs, mut own) = (Vec::new(), Vec::new());
            let each = events / handles;
            for round in 0..=rounds {
                let a = measured(|| {
                    thread::scope(|scope| {
                        scope.spawn(|| their_crowd.come_and_go(each));
                        bare.count(each * handles);
                    });
                });
                let b = measured(|| {
                    thread::scope(|scope| {
                        scope.spawn(|| our_crowd.come_and_go(each));
                        ours.count(each * handles);
                    });
                });
                if round > 0 {
                    theirs.push(a);
                    own.push(b);
                }
            }
            let what = format!("events of VideoRoom to {handles} handles, 1 receiving thread");
            let sides = (theirs.as_slice(), own.as_slice());
            add(table, server, mode, &what, events, sides, Target::None);
        }
    }
}

/// The two rows of one case: events per second, and processor time for each.
fn add(
    table: &mut Table,
    server: &Server,
    mode: Mode,
    what: &str,
    events: usize,
    (theirs, own): (&[Measured], &[Measured]),
    target: Target,
) {
    let rate = |side: &[Measured]| {
        let rates: Vec<f64> = side
            .iter()
            .map(|m| events as f64 / m.took.as_secs_f64())
            .collect();
        median(&rates)
    };
    let per_event = |side: &[Measured]| {
        let costs: Vec<f64> = side.iter().map(|m| micros(m.cpu) / events as f64).collect();
        median(&costs)
    };
    let ratios = |ratio: fn(&Measured, &Measured) -> f64| {
        let pairs = theirs.iter().zip(own);
        Spread::of(&pairs.map(|(a, b)| ratio(a, b)).collect::<Vec<_>>())
    };
    let (server, mode) = (server.name, mode.name());
    table.add(Row {
        what: what.to_owned(),
        server,
        mode,
        bare: format!("{:.0} /s", rate(theirs)),
        ours: format!("{:.0} /s", rate(own)),
        ratio: ratios(|a, b| a.took.as_secs_f64() / b.took.as_secs_f64()),
        p99: None,
        target,
    });
    table.add(Row {
        what: format!("{what}, client's processor time"),
        server,
        mode,
        bare: format!("{:.2} µs", per_event(theirs)),
        ours: format!("{:.2} µs", per_event(own)),
        ratio: ratios(|a, b| b.cpu.as_secs_f64() / a.cpu.as_secs_f64()),
        p99: None,
        target: Target::None,
    });
}

struct Measured {
    took: Duration,
    cpu: Duration,
}

fn measured(work: impl FnOnce()) -> Measured {
    let (begun, before) = (Instant::now(), cpu::used());
    work();
    Measured {
        took: begun.elapsed(),
        cpu: cpu::used().saturating_sub(before),
    }
}

/// How much of a flood a queue of the usual size loses, and says so.
fn lost(server: &Server, mode: Mode, events: usize, table: &mut Table) {
    let ours = OurFlood::connect(&server.url, ECHO, 1, 1_024);
    ours.start(events);
    let (mut received, mut lost) = (0_u64, 0);
    while received + lost < events as u64 {
        match ours.recv() {
            Ok(_) => received += 1,
            Err(Error::Lagged { lost: more, .. }) => lost += more,
            Err(error) => panic!("{error}"),
        }
    }
    table.add(Row {
        what: "event flood to 1 handle with the usual queue of 1,024: received of pushed"
            .to_owned(),
        server: server.name,
        mode: mode.name(),
        bare: events.to_string(),
        ours: received.to_string(),
        ratio: Spread::of(&[received as f64 / events as f64]),
        p99: None,
        target: Target::None,
    });
}
