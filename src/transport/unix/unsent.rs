//! Packets on their way into the socket.

use std::{collections::VecDeque, io, sync::Arc, time::Instant};

use crate::sync::Mutex;

use super::packets::Packets;

/// How many bytes may wait for room in the socket before a message is refused entry.
const MAX_UNSENT: usize = 1 << 20;

/// The writing half. Its lock is held only to move packets, never while waiting.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) packets: Arc<Packets>,
    unsent: Mutex<Unsent>,
}

/// Packets that the socket had no room for. Only a few fit: ten on their way to a datagram server
/// are enough to fill it, if it is slow.
#[derive(Debug, Default)]
struct Unsent {
    packets: VecDeque<Box<[u8]>>,
    bytes: usize,
    /// How many packets have ever been put in, and have ever gone out.
    put: u64,
    gone: u64,
    /// Goodbye is said when the last one is gone.
    leaving: bool,
}

impl Writer {
    pub(super) fn new(packets: Arc<Packets>) -> Self {
        Self {
            packets,
            unsent: Mutex::default(),
        }
    }

    /// Sends a packet behind those that wait. When there is no room in time it stays among them,
    /// and goes out later all the same.
    pub(super) fn send(&self, packet: &[u8], deadline: Instant) -> io::Result<()> {
        let mut place = None;
        loop {
            let mut unsent = self.unsent.lock();
            let flushed = self.flush_locked(&mut unsent);
            if place.is_some_and(|place| unsent.gone >= place) {
                return Ok(());
            }
            let empty = flushed.map_err(not_sent)?;
            match place {
                Some(_) => {}
                None if empty && self.packets.try_send(packet).map_err(not_sent)? => return Ok(()),
                None => place = unsent.put(packet),
            }
            drop(unsent);
            self.packets.wait_for_room(deadline)?;
        }
    }

    /// Moves what there is room for into the socket; whether nothing is left.
    pub(super) fn flush(&self) -> io::Result<bool> {
        self.flush_locked(&mut self.unsent.lock())
    }

    fn flush_locked(&self, unsent: &mut Unsent) -> io::Result<bool> {
        while let Some(packet) = unsent.packets.front() {
            if !self.packets.try_send(packet)? {
                return Ok(false);
            }
            unsent.bytes -= packet.len();
            unsent.packets.pop_front();
            unsent.gone += 1;
        }
        if std::mem::take(&mut unsent.leaving) {
            self.packets.leave();
        }
        Ok(true)
    }

    /// Leaves as soon as everything has gone out; the reader sees to that.
    pub(super) fn goodbye(&self) {
        let mut unsent = self.unsent.lock();
        unsent.leaving = true;
        // Where it fails the reader finds out as well.
        let _ = self.flush_locked(&mut unsent);
    }
}

/// A packet goes out whole or not at all.
fn not_sent(error: io::Error) -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, error)
}

impl Unsent {
    /// Puts a packet in, if there is room for it; returns its place.
    fn put(&mut self, packet: &[u8]) -> Option<u64> {
        if self.bytes + packet.len() > MAX_UNSENT {
            return None;
        }
        self.bytes += packet.len();
        self.packets.push_back(packet.into());
        self.put += 1;
        Some(self.put)
    }
}
