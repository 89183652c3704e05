//! The long poll of one session: a thread that asks for events, again and again.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use parking_lot::Mutex;

use super::{
    api::JanusApi,
    connection::{Connection, Response},
    events::{Item, Items, Worth, refusal},
};
use crate::{
    SessionId,
    logging::debug,
    transport::{Lost, stream::Stream},
};

/// As the connection's own thread has: the program's function for new tokens may run on it.
const STACK: usize = 512 << 10;

/// Janus answers after 30 s at the latest; later nothing comes any more.
const PATIENCE: Duration = Duration::from_secs(45);

const SILENT: &str = "a long poll was not answered, which Janus does within 30 s";

/// How long a connection for a poll may take.
const CONNECT: Duration = Duration::from_secs(10);

const PAGE: &str = "a long poll was answered by something that is not Janus";
const GARBAGE: &str = "the answer to a long poll is not JSON";

/// How long to wait before each further attempt. After them the link counts as broken.
const BACKOFF: [Duration; 3] = [
    Duration::from_millis(100),
    Duration::from_millis(400),
    Duration::from_millis(1500),
];

/// How long to wait before a poll that was refused is tried again. Its session lives on by requests of
/// others at best.
const REFUSED: Duration = Duration::from_secs(5);

/// A running poll. It ends when this is dropped.
pub(super) struct Poll {
    connection: Arc<Mutex<Slot>>,
    retired: Arc<AtomicBool>,
    /// Closed when the poll is to end.
    _running: Sender<()>,
}

/// What the poll waits on, for ending it from outside.
enum Slot {
    Running(Option<Stream>),
    Stopped,
}

impl Poll {
    /// Starts to ask for the session's events, which go to `items`.
    pub(super) fn start(
        server: Arc<JanusApi>,
        session: SessionId,
        items: Items,
    ) -> io::Result<Self> {
        let (running, stopped) = bounded(0);
        let connection = Arc::new(Mutex::new(Slot::Running(None)));
        let retired = Arc::<AtomicBool>::default();
        let poller = Poller {
            server,
            session,
            items,
            stopped,
            slot: connection.clone(),
            retired: retired.clone(),
        };
        thread::Builder::new()
            .name("janus-poll".into())
            .stack_size(STACK)
            .spawn(move || poller.run())?;
        Ok(Self {
            connection,
            retired,
            _running: running,
        })
    }

    /// Lets it go on until it is answered, and not ask again.
    pub(super) fn retire(self) -> Self {
        self.retired.store(true, Ordering::Release);
        self
    }
}

impl Drop for Poll {
    fn drop(&mut self) {
        let before = std::mem::replace(&mut *self.connection.lock(), Slot::Stopped);
        if let Slot::Running(Some(stream)) = before {
            stream.shutdown();
        }
    }
}

struct Poller {
    server: Arc<JanusApi>,
    session: SessionId,
    items: Items,
    /// Disconnected when the poll is to end.
    stopped: Receiver<()>,
    slot: Arc<Mutex<Slot>>,
    /// Another one asks for the session's events.
    retired: Arc<AtomicBool>,
}

/// The outcome of a poll.
enum Next {
    /// It worked: ask again.
    Ask,
    /// No event came. If that was soon, do not ask again at once: the server answers instead of
    /// waiting.
    Pause,
    /// It failed, and nothing is lost: try again later.
    Retry(io::Error),
    /// Secret or token are not accepted.
    Refused,
    /// It broke off. Janus may hold it still, and give it the next events, which nobody reads: only
    /// a claim, which makes a new queue, helps against that.
    Broken(io::Error),
    End,
}

impl Poller {
    fn run(&self) {
        let mut connection = None;
        let mut failures = BACKOFF.iter();
        let mut quick = 0;
        let mut refused = 0_u32;
        while !self.is_retired() {
            let begun = Instant::now();
            match self.once(&mut connection, begun) {
                Next::Ask => {
                    (failures, quick) = (BACKOFF.iter(), 0);
                    self.accepted(&mut refused);
                }
                Next::Pause => {
                    failures = BACKOFF.iter();
                    self.accepted(&mut refused);
                    // The longest again and again: Janus itself answers all polls of a session
                    // when an event comes, and gives it to one.
                    let pause = BACKOFF[quick.min(BACKOFF.len() - 1)];
                    let left = pause.saturating_sub(begun.elapsed());
                    quick = if left.is_zero() { 0 } else { quick + 1 };
                    if !self.sleeps(left) {
                        return;
                    }
                }
                Next::Refused => {
                    debug!("a long poll of session {} was refused", self.session);
                    refused = refused.saturating_add(1);
                    // The second attempt has another token, if there is one.
                    if refused == 2 {
                        self.give(Item::Authorized(false));
                    }
                    if !self.sleeps(if refused == 1 { BACKOFF[0] } else { REFUSED }) {
                        return;
                    }
                }
                Next::End => return,
                Next::Broken(error) => {
                    if !self.has_stopped() {
                        debug!("a long poll of session {} broke off: {error}", self.session);
                        self.give(Item::Broken(error));
                    }
                    return;
                }
                Next::Retry(error) => {
                    connection = None;
                    if self.has_stopped() {
                        return;
                    }
                    debug!("a long poll of session {} failed: {error}", self.session);
                    let Some(pause) = failures.next() else {
                        self.give(Item::Broken(error));
                        return;
                    };
                    if !self.sleeps(*pause) {
                        return;
                    }
                }
            }
        }
    }

    fn once(&self, connection: &mut Option<Connection>, begun: Instant) -> Next {
        let (credentials, token) = self.server.credentials.now();
        let poll = match self.connected(connection) {
            Ok(poll) => poll,
            Err(error) => return Next::Retry(error),
        };
        let request = self.server.target.poll(self.session, &credentials);
        let deadline = Instant::now() + PATIENCE;
        match poll.exchange(&request, true, deadline) {
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                Next::Broken(io::Error::new(io::ErrorKind::ConnectionReset, SILENT))
            }
            Err(error) => Next::Broken(error),
            Ok(response) => {
                if !response.reusable {
                    *connection = None;
                }
                if response.status == 403 {
                    // So that the next attempt has another one.
                    self.server.credentials.refused(token.as_ref());
                }
                self.answered(response, begun)
            }
        }
    }

    /// The poll's own connection, so that it can be shut down when nobody wants the poll any more.
    fn connected<'a>(
        &self,
        connection: &'a mut Option<Connection>,
    ) -> io::Result<&'a mut Connection> {
        if !connection.as_ref().is_some_and(Connection::is_good) {
            let made = self.server.pool.connect(Instant::now() + CONNECT);
            let made = made.map_err(super::pool::into_io)?;
            match &mut *self.slot.lock() {
                Slot::Running(stream) => *stream = Some(made.stream.clone()),
                Slot::Stopped => return Err(io::ErrorKind::NotConnected.into()),
            }
            *connection = Some(made);
        }
        connection
            .as_mut()
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    fn answered(&self, response: Response, begun: Instant) -> Next {
        match response.status {
            200 => {
                let worth = Worth::of(&response.body, self.session);
                let invalid = |what| io::Error::new(io::ErrorKind::InvalidData, what);
                if worth == Worth::Page {
                    return Next::Broken(invalid(PAGE));
                }
                match (self.give(Item::Events(response.body)), worth) {
                    (false, _) => Next::End,
                    (true, Worth::Event) => Next::Ask,
                    (true, Worth::Nothing) => Next::Pause,
                    (true, _) => Next::Retry(invalid(GARBAGE)),
                }
            }
            // The session belongs to another transport, or does not exist.
            404 if self.has_stopped() || self.is_retired() => Next::End,
            404 => match self.server.keepalive(self.session) {
                Ok(alive) => {
                    let lost = if alive { Lost::ClaimedAway } else { Lost::Gone };
                    debug!("the long poll of session {} ends: {lost:?}", self.session);
                    self.give(Item::Lost(self.session, lost, begun));
                    Next::End
                }
                Err(error) => Next::Retry(error),
            },
            403 => Next::Refused,
            // Of a proxy's: whether Janus has the poll is not known.
            status => Next::Broken(refusal(status)),
        }
    }

    /// Passes something to the receiver, if there still is one.
    fn give(&self, item: Item) -> bool {
        self.items.give(item, &self.stopped)
    }

    /// The server accepts polls, perhaps again.
    fn accepted(&self, refused: &mut u32) {
        if std::mem::take(refused) > 1 {
            self.give(Item::Authorized(true));
        }
    }

    /// `false` when the poll is to end meanwhile.
    fn sleeps(&self, pause: Duration) -> bool {
        self.stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout)
    }

    fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Acquire)
    }

    fn has_stopped(&self) -> bool {
        matches!(*self.slot.lock(), Slot::Stopped)
    }
}
