//! Messages on their way into a socket.
//!
//! A thread that finds no other writing writes for all: threads that come meanwhile leave their
//! messages and go on, and the collected messages go out in one piece. So no caller waits for the
//! system call of another.
//!
//! While the socket is full, a caller keeps its message and waits for room, so that a message that
//! could not be sent in time is not sent later. A caller that must leave while bytes are unsent
//! hands over to a thread that waits for room, so that they do not stay unsent until the next
//! message.

use std::{
    io, mem,
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

use super::SendError;
use crate::{
    logging::debug,
    sync::{self, Condvar, Mutex, MutexGuard, thread},
};

/// With more than this in the buffer, messages that are useless later are dropped.
const MAX_OFFERED: usize = 64 << 10;

/// With more than this in the buffer while somebody writes, callers wait: it may not find room.
const MAX_GATHERED: usize = 256 << 10;

/// A buffer that has become larger than this is not kept.
const MAX_KEPT: usize = 64 << 10;

/// Of the thread that waits for room; with TLS it encrypts.
const STACK: usize = 256 << 10;

/// How often that thread looks whether the link has been dropped.
const LOOKS: Duration = Duration::from_secs(1);

/// What messages are written to.
pub(super) trait Outlet: Send + Sync + 'static {
    /// Takes some of the bytes, and says how many. Does not wait: `WouldBlock` when there is no room.
    fn take(&self, bytes: &[u8]) -> io::Result<usize>;

    /// Whether the system has everything that was ever taken; moves what there is room for.
    fn try_flush(&self) -> io::Result<bool> {
        Ok(true)
    }

    /// Waits until there is room to write. `TimedOut` when there is none in time.
    fn wait_for_room(&self, deadline: Instant) -> io::Result<()>;

    /// Ends both directions and wakes all waiting threads.
    fn shutdown(&self);

    /// Takes what there is room for, without waiting. Says how many bytes it took, and whether the
    /// system has everything that was ever taken.
    fn try_send(&self, bytes: &[u8]) -> (usize, io::Result<bool>) {
        let mut sent = 0;
        while sent < bytes.len() {
            match self.take(&bytes[sent..]) {
                Ok(length) => sent += length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return (sent, Ok(false));
                }
                Err(error) => return (sent, Err(error)),
            }
        }
        (sent, self.try_flush())
    }

    /// Sends all of it, waiting for room until the deadline. For one writer at a time.
    fn send_all(&self, mut bytes: &[u8], deadline: Instant) -> io::Result<()> {
        loop {
            let (sent, done) = self.try_send(bytes);
            if done? {
                return Ok(());
            }
            bytes = &bytes[sent..];
            self.wait_for_room(deadline)?;
        }
    }
}

/// The writing half. Its lock is never held while waiting, nor while the system writes.
pub(super) struct Writer<O: ?Sized> {
    pub(super) outlet: Arc<O>,
    unsent: Mutex<Unsent>,
    /// Signals that the writing thread has written, or that the one that waits for room has
    /// stopped.
    written: Condvar,
}

#[derive(Default)]
struct Unsent {
    bytes: Vec<u8>,
    /// How many of them have gone out already.
    done: usize,
    /// How many bytes have ever been put in, and have ever gone out.
    put: u64,
    gone: u64,
    /// Somebody writes, and will look at `bytes` again.
    writing: bool,
    /// Somebody waits for room.
    waiting: bool,
    /// The link is to end behind what is just being written.
    ends: bool,
    /// Something could not be written: nothing more is.
    failed: bool,
    /// The outlet has taken no more, and something is left. Somebody waits for room.
    full: bool,
    /// That is a thread of its own.
    handed_over: bool,
    /// The buffer that was written last, to be used again.
    spare: Vec<u8>,
}

impl<O: Outlet + ?Sized> Writer<O> {
    pub(super) fn new(outlet: Arc<O>) -> Arc<Self> {
        Arc::new(Self {
            outlet,
            unsent: Mutex::default(),
            written: Condvar::new(),
        })
    }

    /// Sends the message that `put` appends. `put` is given the place in the stream where it begins.
    ///
    /// Waits for room until the deadline, without the lock. `NoRoom` when nothing of the message
    /// was sent in time, nor will be; `TimedOut` when the rest of it goes out later.
    pub(super) fn send(
        self: &Arc<Self>,
        put: impl Fn(u64, &mut Vec<u8>),
        deadline: Instant,
    ) -> Result<(), SendError> {
        let mut place: Option<Range<u64>> = None;
        let mut unsent = self.unsent.lock();
        loop {
            let mut written = Ok(());
            // Not while somebody waits for room: there is none, and all who wait for that one would
            // wake each other.
            if unsent.full && !unsent.waiting {
                (unsent, written) = self.write(unsent);
            }
            if place.is_none() && unsent.takes() {
                place = Some(unsent.put(&put));
                (unsent, written) = self.write(unsent);
            }
            unsent.check(place.as_ref(), written)?;
            let is_gone = place.as_ref().is_some_and(|place| place.end <= unsent.gone);
            // With room, the next writer also writes what is left.
            if is_gone || (place.is_some() && !unsent.full) {
                self.hand_over(&mut unsent);
                return Ok(());
            }
            if !self.wait(&mut unsent, deadline)? {
                self.hand_over(&mut unsent);
                return Err(match place {
                    None => SendError::NoRoom,
                    Some(_) => SendError::TimedOut,
                });
            }
        }
    }

    /// Waits, without the lock, until there is room, or until another thread that waits for it or
    /// writes has done so. `false` when the deadline has passed.
    fn wait(&self, unsent: &mut MutexGuard<'_, Unsent>, deadline: Instant) -> io::Result<bool> {
        // One is enough, and the others are told when it has written what is theirs.
        if unsent.writing || unsent.waiting {
            return Ok(!self.written.wait_until(unsent, deadline).timed_out());
        }
        unsent.waiting = true;
        let waited = MutexGuard::unlocked(unsent, || self.outlet.wait_for_room(deadline));
        unsent.waiting = false;
        // Another one waits now, if this one goes.
        self.written.notify_all();
        match waited {
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Ok(false),
            waited => waited.map(|()| true),
        }
    }

    /// Leaves a message that goes out sooner or later, if the link lasts; never waits.
    pub(super) fn post(self: &Arc<Self>, put: impl Fn(u64, &mut Vec<u8>)) -> Result<(), SendError> {
        let mut unsent = self.unsent.lock();
        if unsent.failed {
            return Err(SendError::NotSent(io::ErrorKind::NotConnected.into()));
        }
        let place = unsent.put(put);
        // The thread that waits for room also writes this.
        if unsent.full {
            return Ok(());
        }
        let (mut unsent, written) = self.write(unsent);
        self.hand_over(&mut unsent);
        unsent.check(Some(&place), written)
    }

    /// The same for what is of no use later: it is dropped when much waits already.
    pub(super) fn offer(
        self: &Arc<Self>,
        put: impl Fn(u64, &mut Vec<u8>),
    ) -> Result<(), SendError> {
        let unsent = self.unsent.lock();
        // What is just being written counts too.
        let waits = unsent.put - unsent.gone;
        drop(unsent);
        if waits > MAX_OFFERED as u64 {
            return Ok(());
        }
        self.post(put)
    }

    /// Moves what there is room for into the outlet, unless somebody does already. The lock is free
    /// meanwhile.
    fn write<'a>(
        &'a self,
        mut unsent: MutexGuard<'a, Unsent>,
    ) -> (MutexGuard<'a, Unsent>, io::Result<()>) {
        if unsent.writing || unsent.failed {
            return (unsent, Ok(()));
        }
        unsent.writing = true;
        let result = loop {
            let spare = mem::take(&mut unsent.spare);
            let mut bytes = mem::replace(&mut unsent.bytes, spare);
            let mut done = mem::take(&mut unsent.done);
            drop(unsent);
            let (sent, result) = self.outlet.try_send(&bytes[done..]);
            unsent = self.unsent.lock();
            unsent.gone += sent as u64;
            done += sent;
            if done < bytes.len() {
                // Not each time: much may go out in small steps.
                if done > bytes.len() / 2 {
                    bytes.drain(..mem::take(&mut done));
                }
                // What came meanwhile goes behind what is left.
                bytes.append(&mut unsent.bytes);
                unsent.bytes = bytes;
                unsent.done = done;
            } else if bytes.capacity() <= MAX_KEPT {
                bytes.clear();
                unsent.spare = bytes;
            }
            match result {
                Ok(all) => {
                    unsent.full = !all;
                    if !all || unsent.bytes.is_empty() {
                        break Ok(());
                    }
                }
                Err(error) => {
                    // What was not sent must never be sent here: it may be sent over another link.
                    unsent.failed = true;
                    unsent.full = false;
                    unsent.bytes = Vec::new();
                    unsent.done = 0;
                    break Err(error);
                }
            }
        };
        unsent.writing = false;
        self.written.notify_all();
        if unsent.ends {
            MutexGuard::unlocked(&mut unsent, || self.outlet.shutdown());
        }
        (unsent, result)
    }

    /// Ends both directions and wakes all waiting threads. What others have left to a thread that is
    /// just writing goes out first, as far as there is room for it.
    pub(super) fn shutdown(&self) {
        let mut unsent = self.unsent.lock();
        // It writes without waiting, and ends the link itself.
        unsent.ends = true;
        if !unsent.writing {
            drop(unsent);
            self.outlet.shutdown();
        }
    }

    /// How many bytes its buffers have room for.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        let unsent = self.unsent.lock();
        unsent.bytes.capacity() + unsent.spare.capacity()
    }

    /// If something is left, leaves it to a thread that waits for room.
    fn hand_over(self: &Arc<Self>, unsent: &mut Unsent) {
        if !unsent.full || mem::replace(&mut unsent.handed_over, true) {
            return;
        }
        let writer = self.clone();
        let thread = thread::Builder::new().name("janus-writer".into());
        let spawned = thread
            .stack_size(STACK)
            .spawn(move || while !writer.flush() {});
        if let Err(error) = spawned {
            unsent.handed_over = false;
            debug!("the system refused a thread for what is left to send: {error}");
            // Without it a message might stay here for ever, and its caller with it.
            self.outlet.shutdown();
        }
    }

    /// Waits for room, and writes; whether nothing is left.
    fn flush(self: &Arc<Self>) -> bool {
        let mut unsent = self.unsent.lock();
        // If it fails, so does writing; the reader finds out as well, and says so.
        let _ = self.wait(&mut unsent, sync::now() + LOOKS);
        if !unsent.waiting {
            (unsent, _) = self.write(unsent);
        }
        let done = !unsent.full || Arc::strong_count(self) == 1;
        unsent.handed_over = !done;
        done
    }
}

impl Unsent {
    /// Whether a message may be put in that is not wanted later.
    fn takes(&self) -> bool {
        let much = self.writing && self.bytes.len() > MAX_GATHERED;
        !much && !self.full && !self.failed
    }

    /// Puts a message in; returns where it is.
    fn put(&mut self, put: impl Fn(u64, &mut Vec<u8>)) -> Range<u64> {
        let (start, before) = (self.put, self.bytes.len());
        put(start, &mut self.bytes);
        self.put += (self.bytes.len() - before) as u64;
        start..self.put
    }

    /// The error for the message at that place, if nothing can be written any more.
    fn check(&self, place: Option<&Range<u64>>, written: io::Result<()>) -> Result<(), SendError> {
        if !self.failed || place.is_some_and(|place| place.end <= self.gone) {
            return Ok(());
        }
        let error = written.err();
        let has_begun = place.is_some_and(|place| place.start < self.gone);
        Err(if has_begun {
            SendError::Broken(error.unwrap_or_else(|| io::ErrorKind::BrokenPipe.into()))
        } else {
            SendError::NotSent(error.unwrap_or_else(|| io::ErrorKind::NotConnected.into()))
        })
    }
}

#[cfg(all(test, model))]
mod model;
