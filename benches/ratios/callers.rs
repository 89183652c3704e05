//! Many callers on one connection, against as many bare loops on as many connections, and against a
//! connection with one thread that reads for all.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{
    common::{
        Bare, Demux, Ours, Server,
        ours::Room,
        pin::{Mode, pin},
        stats::{Size, Spread, median, micros, quantile},
        timed,
    },
    table::{Row, Table, Target},
};

/// How many requests each caller makes before it is the other side's turn.
const TURN: usize = 400;

pub fn measure(server: &Server, size: Size, table: &mut Table) {
    for callers in [1, 4, 16] {
        let mut bare: Vec<Bare> = (0..callers).map(|_| Bare::connect(&server.url)).collect();
        let (demux, mut handles) = Demux::connect(&server.url, callers);
        let ours = Ours::connect(&server.url);
        let mut rooms: Vec<Room> = (0..callers)
            .map(|_| ours.session.attach().expect("an answer"))
            .collect();
        let what = match callers {
            1 => "1 caller".to_owned(),
            _ => format!("{callers} callers on one connection"),
        };
        for mode in Mode::ALL {
            if !pin(mode, server.pid) {
                continue;
            }
            let place = (server.name, mode.name());
            let mut own = || together(&mut rooms, size.ops.min(TURN), |room| room.exists());
            let mut loops = || together(&mut bare, size.ops.min(TURN), Bare::sync);
            let compared = compare(size, &mut loops, &mut own);
            let what_by = format!("{what}, bare loops on as many");
            let target = match (callers, mode) {
                (4, Mode::Split | Mode::Free) => Target::AtLeast(0.8),
                _ => Target::None,
            };
            compared.add_to(table, &what_by, place, target);
            let exists = |handle: &mut u64| demux.exists(*handle);
            let mut one = || together(&mut handles, size.ops.min(TURN), exists);
            let compared = compare(size, &mut one, &mut own);
            let what_by = format!("{what}, against one reading thread");
            let target = match callers {
                4 => Target::AtLeast(1.0),
                _ => Target::None,
            };
            compared.add_to(table, &what_by, place, target);
        }
    }
}

/// The other side and ours, a figure for each round.
#[derive(Default)]
struct Compared {
    theirs: Vec<f64>,
    own: Vec<f64>,
    ratios: Vec<f64>,
    p99: Vec<f64>,
}

/// What one side did in its turn: until when the last caller was done, and how long each request took.
struct Done {
    took: Duration,
    micros: Vec<f64>,
}

impl Done {
    fn per_second(&self) -> f64 {
        self.micros.len() as f64 / self.took.as_secs_f64()
    }

    fn p99(&mut self) -> f64 {
        self.micros.sort_by(f64::total_cmp);
        quantile(&self.micros, 0.99)
    }

    fn add(&mut self, other: Self) {
        self.took += other.took;
        self.micros.extend(other.micros);
    }
}

/// In short turns, so that what else the machine does hits both alike. The first round warms up.
fn compare(
    size: Size,
    theirs: &mut dyn FnMut() -> Done,
    own: &mut dyn FnMut() -> Done,
) -> Compared {
    let mut compared = Compared::default();
    for round in 0..=size.rounds {
        let (mut a, mut b) = (theirs(), own());
        for _ in 1..size.ops.div_ceil(TURN) {
            a.add(theirs());
            b.add(own());
        }
        if round > 0 {
            compared.theirs.push(a.per_second());
            compared.own.push(b.per_second());
            compared.ratios.push(b.per_second() / a.per_second());
            compared.p99.push(b.p99() / a.p99());
        }
    }
    compared
}

impl Compared {
    fn add_to(
        &self,
        table: &mut Table,
        what: &str,
        place: (&'static str, &'static str),
        target: Target,
    ) {
        table.add(Row {
            what: what.to_owned(),
            server: place.0,
            mode: place.1,
            bare: format!("{:.0} /s", median(&self.theirs)),
            ours: format!("{:.0} /s", median(&self.own)),
            ratio: Spread::of(&self.ratios),
            p99: Some(median(&self.p99)),
            target,
        });
    }
}

/// Lets every one of them work in a thread of its own.
fn together<T: Send>(
    subjects: &mut [T],
    each: usize,
    work: impl Fn(&mut T) -> bool + Sync,
) -> Done {
    let begun = Instant::now();
    let micros = thread::scope(|scope| {
        let times = |subject: &mut T| -> Vec<f64> {
            let one = |_| micros(timed(|| work(&mut *subject)).0);
            (0..each).map(one).collect()
        };
        let threads: Vec<_> = subjects
            .iter_mut()
            .map(|subject| scope.spawn(move || times(subject)))
            .collect();
        let times = threads.into_iter().map(|it| it.join().expect("no panic"));
        times.flatten().collect()
    });
    Done {
        took: begun.elapsed(),
        micros,
    }
}
