//! The moving part of a proxy: one direction of one connection, and the gate in its way.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::net::sockopt::set_socket_linger;

use super::frames::{Chunk, Decoder};
use super::wire_record::{Action, Direction, End, Record};

/// Decides about each text message before it goes on.
pub type Filter = Box<dyn FnMut(Direction, &str) -> Action + Send>;

/// Where bytes go on to. Two may write to one: its pump, and the release of what was held.
pub type Sink = Arc<Mutex<TcpStream>>;

/// What all pumps of a proxy obey. Lock order: the gate, then a sink.
#[derive(Default)]
pub struct Gate {
    rules: Mutex<Rules>,
    changed: Condvar,
}

/// The orders of the test.
#[derive(Default)]
pub struct Rules {
    pub stalled: [bool; 2],
    /// The links with lower numbers are stalled both ways.
    pub frozen: usize,
    pub holding_replies: bool,
    pub filter: Option<Filter>,
    pub ending: bool,
    held: Vec<(Sink, Vec<u8>)>,
}

impl Gate {
    /// Changes the rules.
    pub fn change(&self, change: impl FnOnce(&mut Rules)) {
        change(&mut self.rules());
        self.changed.notify_all();
    }

    /// How many messages are held.
    pub fn held(&self) -> usize {
        self.rules().held.len()
    }

    /// Sends on everything that is held, in order, and holds no more replies.
    pub fn release(&self) {
        let mut rules = self.rules();
        rules.holding_replies = false;
        for (sink, raw) in rules.held.drain(..) {
            // The link may be gone by now.
            let _ = lock(&sink).write_all(&raw);
        }
    }

    /// Sends on, keeps or drops one chunk; false when the link is over.
    fn pass(&self, chunk: Chunk, pump: &Pump) -> bool {
        let (direction, sink) = (pump.direction, &pump.sink);
        let mut rules = self.rules();
        let stalled = |rules: &Rules| rules.stalled[direction as usize] || pump.link < rules.frozen;
        while stalled(&rules) && !rules.ending {
            rules = self
                .changed
                .wait(rules)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if rules.ending || pump.both.ended() {
            return false;
        }
        let text = chunk.frame.and_then(|frame| frame.shown());
        let holding = rules.holding_replies && direction == Direction::ToClient;
        let action = match (text, &mut rules.filter) {
            (Some(_), _) if holding => Action::Hold,
            (Some(text), Some(filter)) => filter(direction, &text),
            _ => Action::Forward,
        };
        let raw = match action {
            Action::Forward => chunk.raw,
            Action::Drop => return true,
            Action::Hold => {
                rules.held.push((Arc::clone(sink), chunk.raw));
                return true;
            }
            Action::Duplicate => chunk.raw.repeat(2),
            Action::Cut(part, end) => {
                let length = part.of(chunk.raw.len());
                // Under the gate, so that nothing goes either way behind it.
                let _ = lock(sink).write_all(&chunk.raw[..length]);
                pump.both.end(end);
                return false;
            }
        };
        // Locked before the gate opens, so that nothing overtakes; written after, so that a full
        // socket does not close the gate for others.
        let mut sink = lock(sink);
        drop(rules);
        sink.write_all(&raw).is_ok()
    }

    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Both sockets of a link, for ending it.
pub struct Both {
    pub sockets: [TcpStream; 2],
    ended: AtomicBool,
    reset: AtomicBool,
}

impl Both {
    pub fn new(client: &TcpStream, server: &TcpStream) -> std::io::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            sockets: [client.try_clone()?, server.try_clone()?],
            ended: AtomicBool::new(false),
            reset: AtomicBool::new(false),
        }))
    }

    /// Ends the link on both sides.
    pub fn end(&self, end: End) {
        self.ended.store(true, Ordering::SeqCst);
        for socket in &self.sockets {
            // A reset is what the system sends at the last close of a socket that does not linger;
            // until then the pumps are told by the end of what they read, which sends nothing.
            let how = match end {
                End::Fin => Shutdown::Both,
                End::Reset => {
                    self.reset.store(true, Ordering::SeqCst);
                    let _ = set_socket_linger(socket, Some(Duration::ZERO));
                    Shutdown::Read
                }
            };
            let _ = socket.shutdown(how);
        }
    }

    fn ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }
}

/// Moves bytes one way until the connection ends.
pub struct Pump {
    pub direction: Direction,
    pub link: usize,
    pub source: TcpStream,
    pub sink: Sink,
    pub both: Arc<Both>,
    pub gate: Arc<Gate>,
    pub record: Arc<Record>,
}

impl Pump {
    /// Runs until the source ends, then ends the sink.
    pub fn run(mut self) {
        let mut decoder = Decoder::new();
        let mut bytes = vec![0; 65_536];
        while let Ok(count @ 1..) = self.source.read(&mut bytes) {
            self.record.add_raw(self.direction, &bytes[..count]);
            decoder.push(&bytes[..count]);
            if !self.pass_all(&mut decoder) {
                break;
            }
        }
        if self.both.reset.load(Ordering::SeqCst) {
            return;
        }
        if self.direction == Direction::ToServer && !decoder.is_open() {
            // Over HTTP a client that goes wants nothing more: a poll would keep its link for 30 s.
            self.both.end(End::Fin);
        } else {
            let _ = lock(&self.sink).shutdown(Shutdown::Write);
        }
    }

    fn pass_all(&self, decoder: &mut Decoder) -> bool {
        while let Some(chunk) = decoder.next_chunk() {
            if let Some(frame) = &chunk.frame {
                self.record.add(self.direction, frame.clone(), self.link);
            }
            if !self.gate.pass(chunk, self) {
                return false;
            }
        }
        true
    }
}

fn lock(sink: &Sink) -> MutexGuard<'_, TcpStream> {
    sink.lock().unwrap_or_else(PoisonError::into_inner)
}
