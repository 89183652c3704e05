//! What ureq speaks HTTP over: the crate's own streams, with deadlines. The only file that uses what
//! ureq calls `unversioned`.
//!
//! ureq logs the requests that it makes and the answers that it reads. What is secret in a request is
//! put into it here, below.

use std::{
    fmt, io,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use ureq::{
    Agent, Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport},
    },
};

use crate::transport::{
    Wait,
    request_line::with_rest,
    stream::{SpeaksTls, Stream, StreamReader},
};

/// How much room there is for each read, and for each piece of a request. Most answers fit in; long
/// ones take several.
const ROOM: usize = 4 << 10;

/// Up to this size, what came is kept until the response is complete, so that reading can be
/// resumed. A kept buffer is not larger than this either.
const MAX_KEPT: usize = 64 << 10;

/// How long reading may take of what has come already.
const LOOK: Duration = Duration::from_millis(500);

/// The end of a head.
const HEAD_END: &[u8] = b"\r\n\r\n";

/// One exchange.
pub(super) struct Order {
    /// What follows the path in the request's first line.
    pub(super) rest: String,
    /// The length of the request's body.
    pub(super) body: usize,
    pub(super) deadline: Instant,
    /// The response may take long, so do not wake up for anything else.
    pub(super) idle: bool,
}

/// A stream to the server, and how its last exchange went.
pub(super) struct Wire {
    pub(super) stream: Stream,
    read: Box<dyn StreamReader>,
    bytes: Bytes,
    /// `None` where the request is out already: ureq writes it again, for nobody.
    order: Option<Order>,
    deadline: Instant,
    idle: bool,
    /// A request is out whole, and its response may still come.
    pub(super) awaits: bool,
    /// The error that ended the exchange; ureq is not told which.
    pub(super) failed: Option<io::Error>,
    /// The server has closed the stream.
    pub(super) ended: bool,
    /// ureq is done with the response, and would use the stream again.
    pub(super) reusable: bool,
}

impl Wire {
    pub(super) fn new(stream: Stream, read: Box<dyn StreamReader>) -> Self {
        Self {
            stream,
            read,
            bytes: Bytes::default(),
            order: None,
            deadline: Instant::now(),
            idle: false,
            awaits: false,
            failed: None,
            ended: false,
            reusable: false,
        }
    }

    /// Makes it ready for a request.
    pub(super) fn begin(&mut self, order: Order) {
        self.bytes.clear();
        (self.deadline, self.idle) = (order.deadline, order.idle);
        self.order = Some(order);
        self.awaits = false;
        self.retry();
    }

    /// Makes it ready to read the response from its beginning, which was not complete in time.
    pub(super) fn resume(&mut self, deadline: Instant, idle: bool) {
        self.bytes.rewind();
        (self.deadline, self.idle) = (deadline, idle);
        self.order = None;
        self.retry();
    }

    fn retry(&mut self) {
        (self.failed, self.ended, self.reusable) = (None, false, false);
    }

    /// Whether the response can still be had: all that came of it is here.
    pub(super) fn can_resume(&self) -> bool {
        self.awaits && !self.bytes.is_cut
    }

    /// Sends what is written, if that is all: one `send` for head and body.
    fn send(&mut self) -> io::Result<()> {
        let written = &self.bytes.output[..self.bytes.written];
        let head = written
            .windows(HEAD_END.len())
            .position(|window| window == HEAD_END);
        let length = self.order.as_ref().map_or(0, |order| order.body);
        if head.is_none_or(|head| written.len() < head + HEAD_END.len() + length) {
            return Ok(());
        }
        self.bytes.written = 0;
        let Some(order) = self.order.take() else {
            return Ok(());
        };
        let whole = with_rest(written, &order.rest);
        self.stream
            .send_all(&whole, self.deadline)
            .map_err(|error| match error.kind() {
                io::ErrorKind::TimedOut => error,
                _ => self.read.last_words(error),
            })?;
        self.awaits = true;
        Ok(())
    }

    /// Waits for bytes; `false` at the end of the stream.
    fn receive(&mut self) -> io::Result<bool> {
        let (mut deadline, mut has_looked) = (self.deadline, false);
        loop {
            let wait = Wait {
                deadline,
                idle: self.idle,
            };
            match self.read.recv(self.bytes.input_append_buf(), wait)? {
                Some(0) => {
                    self.ended = true;
                    return Ok(false);
                }
                Some(length) => {
                    if self.bytes.end == 0 {
                        SpeaksTls::check(&self.bytes.input_append_buf()[..length])?;
                    }
                    self.bytes.input_appended(length);
                    return Ok(true);
                }
                None if Instant::now() < deadline => {}
                None if has_looked || self.stream.is_quiet() => {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                // This process may have been stopped for a while: what came is read first.
                None => {
                    has_looked = true;
                    deadline = Instant::now() + LOOK;
                }
            }
        }
    }

    /// Gives large buffers back.
    pub(super) fn shrink(&mut self) {
        self.bytes.shrink();
    }
}

/// Where the wire is when ureq does not have it.
#[derive(Clone)]
pub(super) struct Home(Arc<Mutex<Option<Box<Wire>>>>);

impl Home {
    pub(super) fn of(wire: Wire) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::new(wire)))))
    }

    /// Makes what ureq calls an agent, for this wire alone.
    pub(super) fn agent(&self, config: Config) -> Agent {
        Agent::with_parts(config, self.clone(), Nowhere)
    }

    /// Looks at the wire; `None` while ureq has it.
    pub(super) fn with<T>(&self, look: impl FnOnce(&mut Wire) -> T) -> Option<T> {
        self.0.lock().as_deref_mut().map(look)
    }
}

/// The wire, while ureq has it. It goes home when dropped, by a panic too.
pub(super) struct Carrier {
    wire: Option<Box<Wire>>,
    home: Home,
}

impl Carrier {
    fn wire(&mut self) -> &mut Wire {
        self.wire.as_mut().expect("it is taken out only by drop")
    }

    /// Notes an error. ureq must not see its kind: it takes some of them for the end of a body.
    fn note<T>(&mut self, result: io::Result<T>) -> Result<T, Error> {
        result.map_err(|error| {
            self.wire().failed = Some(error);
            Error::ConnectionFailed
        })
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        *self.home.0.lock() = self.wire.take();
    }
}

impl Transport for Carrier {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.wire().bytes
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
        let wire = self.wire();
        wire.bytes.written += amount;
        let sent = wire.send();
        self.note(sent)
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
        let received = self.wire().receive();
        self.note(received)
    }

    /// ureq asks when it would keep the stream for the next request. It is kept here instead.
    fn is_open(&mut self) -> bool {
        self.wire().reusable = true;
        false
    }
}

impl Connector for Home {
    type Out = Carrier;

    fn connect(&self, _: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Carrier>, Error> {
        let wire = self.0.lock().take();
        let home = self.clone();
        Ok(wire.map(|wire| Carrier {
            wire: Some(wire),
            home,
        }))
    }
}

/// The stream is connected: there is nothing to resolve.
#[derive(Debug)]
struct Nowhere;

impl Resolver for Nowhere {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(self.empty())
    }
}

/// Secrets are in the bytes.
impl fmt::Debug for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Carrier")
    }
}

impl fmt::Debug for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Home")
    }
}

/// The bytes of one exchange, as ureq wants them.
#[derive(Default)]
struct Bytes {
    output: Vec<u8>,
    /// How much is written.
    written: usize,
    input: Vec<u8>,
    /// What has come and is not consumed yet.
    start: usize,
    end: usize,
    /// ureq has made use of some of it.
    is_progress: bool,
    /// The beginning of the response is not kept any more.
    is_cut: bool,
}

impl Bytes {
    fn clear(&mut self) {
        (self.written, self.start, self.end) = (0, 0, 0);
        (self.is_progress, self.is_cut) = (false, false);
    }

    fn rewind(&mut self) {
        (self.written, self.start) = (0, 0);
        self.is_progress = self.end > 0;
    }

    fn shrink(&mut self) {
        if self.input.len() > MAX_KEPT {
            self.input = Vec::new();
        }
        if self.output.len() > MAX_KEPT {
            self.output = Vec::new();
        }
    }
}

impl Buffers for Bytes {
    fn output(&mut self) -> &mut [u8] {
        if self.output.len() < self.written + ROOM {
            self.output.resize(self.written + ROOM, 0);
        }
        &mut self.output[self.written..]
    }

    fn input(&self) -> &[u8] {
        &self.input[self.start..self.end]
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        if self.end > MAX_KEPT && self.start > 0 {
            self.is_cut = true;
            self.input.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.input.len() < self.end + ROOM {
            self.input.resize(self.end + ROOM, 0);
        }
        &mut self.input[self.end..]
    }

    fn input_appended(&mut self, amount: usize) {
        self.end += amount;
    }

    fn input_consume(&mut self, amount: usize) {
        self.is_progress = amount > 0;
        self.start += amount;
    }

    /// The first is for chunks, which no request has.
    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        (&mut [], self.output())
    }

    fn can_use_input(&self) -> bool {
        self.start < self.end && self.is_progress
    }
}
