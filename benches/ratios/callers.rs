//! Many callers on one connection, against as many bare loops on as many connections.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{
    common::{
        Bare, Ours, Server,
        ours::Room,
        pin::{Mode, pin},
        stats::{Size, Spread, median},
    },
    table::{Row, Table, Target},
};

/// How many requests each caller makes before it is the other side's turn.
const TURN: usize = 400;

pub fn measure(server: &Server, size: Size, table: &mut Table) {
    for callers in [1, 4, 16] {
        let mut bare: Vec<Bare> = (0..callers).map(|_| Bare::connect(&server.url)).collect();
        let ours = Ours::connect(&server.url);
        let mut rooms: Vec<Room> = (0..callers)
            .map(|_| ours.session.attach().expect("an answer"))
            .collect();
        for mode in [Mode::Split, Mode::Free] {
            if !pin(mode, server.pid) {
                continue;
            }
            let (mut theirs, mut own, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
            for round in 0..=size.rounds {
                let (mut a, mut b) = (Duration::ZERO, Duration::ZERO);
                // In short turns, so that what else the machine does hits both alike.
                let turns = size.ops.div_ceil(TURN);
                let each = TURN.min(size.ops);
                for _ in 0..turns {
                    a += together(&mut bare, each, |bare| {
                        bare.sync();
                    });
                    b += together(&mut rooms, each, |room| {
                        room.exists();
                    });
                }
                if round > 0 {
                    theirs.push(per_second(callers * each * turns, a));
                    own.push(per_second(callers * each * turns, b));
                    ratios.push(a.as_secs_f64() / b.as_secs_f64());
                }
            }
            table.add(Row {
                what: match callers {
                    1 => "1 caller".to_owned(),
                    _ => format!("{callers} callers on one connection, loops on {callers}"),
                },
                server: server.name,
                mode: mode.name(),
                bare: format!("{:.0} /s", median(&theirs)),
                ours: format!("{:.0} /s", median(&own)),
                ratio: Spread::of(&ratios),
                p99: None,
                target: match callers {
                    4 => Target::AtLeast(0.8),
                    _ => Target::None,
                },
            });
        }
    }
}

/// Lets every one of them work in a thread of its own; the time until the last is done.
fn together<T: Send>(subjects: &mut [T], each: usize, work: impl Fn(&mut T) + Sync) -> Duration {
    let begun = Instant::now();
    thread::scope(|scope| {
        for subject in subjects {
            scope.spawn(|| (0..each).for_each(|_| work(subject)));
        }
    });
    begun.elapsed()
}

fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}
