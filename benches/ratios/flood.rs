//! Events as fast as the socket takes them: how many a second reach their receivers.
//!
//! The bare loop parses each message and counts it for its handle. The crate's receivers decode
//! each event to a `Value` as well, on a thread of their own.

use std::{
    collections::HashMap,
    thread,
    time::{Duration, Instant},
};

use janus_blocking::{Config, Connection, Error, Events, Plugin, Raw, Session};
use serde_json::json;

use super::{
    common::{
        Bare, Server, cpu,
        pin::{Mode, pin},
        stats::{Size, Spread, median, micros},
    },
    table::{Row, Table, Target},
};

const ECHO: &str = "janus.plugin.echotest";

/// Who takes the events out of the queues.
#[derive(Clone, Copy, PartialEq)]
enum Receivers {
    /// One thread, which waits at each queue in turn.
    One,
    /// A thread for each queue.
    Each,
}

pub fn measure(server: &Server, size: Size, table: &mut Table) {
    if !server.is_fake() {
        eprintln!("  a Janus pushes no events on request: only on the fake");
        return;
    }
    let (events, rounds) = match size.ops < 100 {
        true => (2_000, 1),
        false => (200_000, size.rounds.min(5)),
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
            let mut bare = BareFlood::connect(server, handles);
            let ours = OurFlood::connect(server, handles, events);
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

struct BareFlood {
    bare: Bare,
    counters: HashMap<u64, usize>,
    first: u64,
}

impl BareFlood {
    fn connect(server: &Server, handles: usize) -> Self {
        let mut bare = Bare::connect(&server.url);
        bare.new_session();
        let handles: Vec<u64> = (0..handles).map(|_| bare.attach(ECHO)).collect();
        Self {
            bare,
            first: handles[0],
            counters: handles.into_iter().map(|handle| (handle, 0)).collect(),
        }
    }

    fn run(&mut self, events: usize) {
        let body = json!({ "request": "flood", "events": events });
        self.bare.message(self.first, &body, false);
        self.bare.count_events(&mut self.counters, events);
    }
}

struct OurFlood {
    handles: Vec<Raw>,
    queues: Vec<Events<Raw>>,
    _session: Session,
    _connection: Connection,
}

impl OurFlood {
    fn connect(server: &Server, handles: usize, queue: usize) -> Self {
        let connection = Config::new(&server.url)
            .event_queue(queue + 1)
            .open()
            .expect("the server is there");
        let session = connection.create_session().expect("an answer");
        let attach = |_| session.attach_raw(ECHO).expect("an answer");
        let handles: Vec<Raw> = (0..handles).map(attach).collect();
        Self {
            queues: handles.iter().map(Plugin::events).collect(),
            handles,
            _session: session,
            _connection: connection,
        }
    }

    fn start(&self, events: usize) {
        let body = json!({ "request": "flood", "events": events });
        self.handles[0].request(body).expect("an answer");
    }

    fn run(&self, events: usize, receivers: Receivers) {
        let take = |queue: &Events<Raw>| {
            queue.recv().expect("an event");
        };
        match receivers {
            Receivers::One => {
                self.start(events);
                // They come to the handles in turn.
                self.queues.iter().cycle().take(events).for_each(take);
            }
            Receivers::Each => thread::scope(|scope| {
                let count = self.queues.len();
                for (index, queue) in self.queues.iter().enumerate() {
                    let mine = (events + count - 1 - index) / count;
                    scope.spawn(move || (0..mine).for_each(|_| take(queue)));
                }
                self.start(events);
            }),
        }
    }
}

/// How much of a flood a queue of the usual size loses, and says so.
fn lost(server: &Server, mode: Mode, events: usize, table: &mut Table) {
    let ours = OurFlood::connect(server, 1, 1_023);
    ours.start(events);
    let (mut received, mut lost) = (0_u64, 0);
    while received + lost < events as u64 {
        match ours.queues[0].recv() {
            Ok(_) => received += 1,
            Err(Error::Lagged { lost: more }) => lost += more,
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
