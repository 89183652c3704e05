//! Events pushed as fast as the socket takes them, to both sides.

use std::{collections::HashMap, thread};

use janus_blocking::{Config, Connection, Event, Events, Plugin, Raw, Result, Session};
use serde_json::{Value, json};

use super::Bare;

/// What the fake floods.
pub const ECHO: &str = "janus.plugin.echotest";

/// What floods on a real Janus.
pub const VIDEOROOM: &str = "janus.plugin.videoroom";

/// Who takes the events out of the queues.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Receivers {
    /// One thread, which waits at each queue in turn.
    One,
    /// A thread for each queue.
    Each,
}

/// The bare loop: parses each message and counts it for its handle.
#[derive(Debug)]
pub struct BareFlood {
    bare: Bare,
    counters: HashMap<u64, usize>,
    first: u64,
}

impl BareFlood {
    pub fn connect(url: &str, plugin: &str, handles: usize) -> Self {
        let mut bare = Bare::connect(url);
        bare.new_session();
        let handles: Vec<u64> = (0..handles).map(|_| bare.attach(plugin)).collect();
        Self {
            bare,
            first: handles[0],
            counters: handles.into_iter().map(|handle| (handle, 0)).collect(),
        }
    }

    pub fn run(&mut self, events: usize) {
        let body = json!({ "request": "flood", "events": events });
        self.bare.message(self.first, &body, false);
        self.count(events);
    }

    /// Reads until this many events have come.
    pub fn count(&mut self, events: usize) {
        self.bare.count_events(&mut self.counters, events);
    }

    /// Lets all handles join a room.
    pub fn join(&mut self, room: u64) {
        let handles: Vec<u64> = self.counters.keys().copied().collect();
        for handle in handles {
            self.bare.message(handle, &join(room), true);
        }
    }
}

/// The crate: the receivers decode each event to a `Value` as well, on their own threads.
#[derive(Debug)]
pub struct OurFlood {
    handles: Vec<Raw>,
    queues: Vec<Events<Raw>>,
    _session: Session,
    _connection: Connection,
}

impl OurFlood {
    pub fn connect(url: &str, plugin: &str, handles: usize, queue: usize) -> Self {
        // Nothing is lost, however long the receivers do not run: each of them has a whole flood's room.
        let connection = Config::new(url)
            .event_queue(queue)
            .event_queue_bytes(1 << 30)
            .all_event_queues_bytes(1 << 30)
            .open()
            .expect("the server is there");
        let session = connection.create_session().expect("an answer");
        let attach = |_| session.attach_raw(plugin).expect("an answer");
        let handles: Vec<Raw> = (0..handles).map(attach).collect();
        Self {
            queues: handles.iter().map(Plugin::events).collect(),
            handles,
            _session: session,
            _connection: connection,
        }
    }

    /// Lets all handles join a room.
    pub fn join(&self, room: u64) {
        for handle in &self.handles {
            handle.request(join(room)).expect("an answer");
        }
    }

    /// Takes this many events out of the queues, which get them in turn.
    pub fn count(&self, events: usize) {
        let queues = self.queues.iter().cycle().take(events);
        queues.for_each(|queue| drop(queue.recv().expect("an event")));
    }

    /// The next event of the first handle.
    pub fn recv(&self) -> Result<Event<Value>> {
        self.queues[0].recv()
    }

    pub fn start(&self, events: usize) {
        let body = json!({ "request": "flood", "events": events });
        self.handles[0].request(body).expect("an answer");
    }

    pub fn run(&self, events: usize, receivers: Receivers) {
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

/// A VideoRoom that somebody keeps entering and leaving: Janus tells everybody in it who leaves.
/// That is about the most that a real Janus can be made to push without media.
#[derive(Debug)]
pub struct Crowd {
    bare: Bare,
    pub room: u64,
}

impl Crowd {
    pub fn gather(url: &str) -> Self {
        let mut bare = Bare::connect(url);
        let handle = bare.attach(VIDEOROOM);
        let create = json!({ "request": "create", "publishers": 10_000 });
        let answer = bare.message(handle, &create, false);
        let room = answer["plugindata"]["data"]["room"].as_u64();
        let room = room.expect("the id of a room");
        Self { bare, room }
    }

    /// Comes and goes this many times: as many events for each of the others.
    pub fn come_and_go(&mut self, times: usize) {
        for _ in 0..times {
            // Who has left needs a new handle to join again.
            let handle = self.bare.attach(VIDEOROOM);
            self.bare.message(handle, &join(self.room), true);
            self.bare
                .message(handle, &json!({ "request": "leave" }), true);
            self.bare.detach(handle);
        }
    }
}

fn join(room: u64) -> Value {
    json!({ "request": "join", "ptype": "publisher", "room": room })
}
