//! Takes connections, and counts what they bring.

use std::{
    io::{self, Read},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{Settings, batch, http};
use crate::{
    logging::debug,
    router::{Payload, Producer},
};

/// How long the thread rests when the system has no more files or threads for it.
const REST: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 100_000_000,
};

/// What a [`Receiver`](super::Receiver) has got, and what became of it, since it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Counts {
    /// Messages that were taken: each has one event or several.
    pub messages: u64,
    /// Events in them.
    pub events: u64,
    /// Events that found no room in the queue. [`Error::Lagged`](crate::Error::Lagged) tells the reader of them.
    pub dropped: u64,
    /// Messages that are not JSON to their end. What came before that is in the queue.
    pub malformed: u64,
    /// Messages that were larger than [`Settings::max_message`].
    pub too_large: u64,
    /// Requests with a wrong password or path, and what is not a request of an event handler.
    pub refused: u64,
    /// Connections that broke, or were too slow, within a message.
    pub broken: u64,
    /// Connections that were closed at once, as there were [`Settings::max_connections`].
    pub turned_away: u64,
}

/// Why a message, a request or a connection was not taken.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    Malformed,
    TooLarge,
    Refused,
    Broken,
    TurnedAway,
}

/// What all connections of a receiver share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) settings: Settings,
    producer: Mutex<Producer>,
    counts: Mutex<Counts>,
}

impl Shared {
    pub(super) fn new(settings: Settings, producer: Producer) -> Self {
        Self {
            settings,
            producer: Mutex::new(producer),
            counts: Mutex::default(),
        }
    }

    /// Puts the events of a message into the queue. Never waits for a reader. Whether all of it was JSON.
    pub(super) fn take(&self, message: &[u8]) -> bool {
        let (mut events, mut dropped) = (0, 0);
        let whole = batch::split(message, |event| {
            events += 1;
            let event = Payload::Monitor(event.into());
            dropped += u64::from(!self.producer.lock().try_push(event));
        });
        let mut counts = self.counts.lock();
        counts.events += events;
        counts.dropped += dropped;
        counts.messages += u64::from(whole);
        drop(counts);
        if !whole {
            self.note(Fault::Malformed);
        }
        whole
    }

    pub(super) fn note(&self, fault: Fault) {
        debug!("a message for the monitor was not taken: {fault:?}");
        let mut counts = self.counts.lock();
        let counter = match fault {
            Fault::Malformed => &mut counts.malformed,
            Fault::TooLarge => &mut counts.too_large,
            Fault::Refused => &mut counts.refused,
            Fault::Broken => &mut counts.broken,
            Fault::TurnedAway => &mut counts.turned_away,
        };
        *counter += 1;
    }

    pub(super) fn counts(&self) -> Counts {
        *self.counts.lock()
    }
}

/// Takes connections until the other end of `ended` is dropped; then ends them, and waits for their threads.
pub(super) fn accept(listener: &TcpListener, ended: &UnixStream, shared: &Arc<Shared>) {
    let mut connections: Vec<(Arc<TcpStream>, JoinHandle<()>)> = Vec::new();
    // A connection may go between `poll` and `accept`.
    let _ = listener.set_nonblocking(true);
    loop {
        let mut files = [
            PollFd::new(ended, PollFlags::IN),
            PollFd::new(listener, PollFlags::IN),
        ];
        let polled = poll(&mut files, None);
        if polled.is_ok() && !files[0].revents().is_empty() {
            break;
        }
        let taken = match listener.accept() {
            Ok((stream, _)) => {
                connections.retain(|(_, thread)| !thread.is_finished());
                if connections.len() < shared.settings.max_connections {
                    start(stream, shared).map(|connection| connections.push(connection))
                } else {
                    shared.note(Fault::TurnedAway);
                    Ok(())
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        };
        if taken.is_err() {
            // Otherwise it would spin.
            let _ = poll(&mut [PollFd::new(ended, PollFlags::IN)], Some(&REST));
        }
    }
    for (stream, _) in &connections {
        let _ = stream.shutdown(Shutdown::Both);
    }
    for (_, thread) in connections {
        let _ = thread.join();
    }
}

fn start(stream: TcpStream, shared: &Arc<Shared>) -> io::Result<(Arc<TcpStream>, JoinHandle<()>)> {
    stream.set_nonblocking(false)?;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(shared.settings.message_timeout))?;
    let stream = Arc::new(stream);
    let thread = thread::Builder::new().name("janus-monitor-link".to_owned());
    let thread = thread.spawn({
        let (stream, shared) = (stream.clone(), shared.clone());
        move || {
            if http::serve(&stream, &shared).is_err() {
                shared.note(Fault::Broken);
            }
            // The other half is held by the thread that takes connections.
            let _ = stream.shutdown(Shutdown::Both);
        }
    })?;
    Ok((stream, thread))
}

/// A stream that is read until a deadline.
pub(super) struct Timed<'a> {
    pub(super) stream: &'a TcpStream,
    pub(super) deadline: Instant,
}

impl Timed<'_> {
    /// Reads for so long from now on.
    pub(super) fn wait(&mut self, time: Duration) {
        self.deadline = Instant::now() + time;
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream
            .read(buffer)
            .map_err(|error| match error.kind() {
                io::ErrorKind::WouldBlock => io::ErrorKind::TimedOut.into(),
                _ => error,
            })
    }
}
