//! What a proxy has seen of the wire.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::frames::Frame;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the client to Janus.
    ToServer,
    /// From Janus to the client.
    ToClient,
}

/// What a filter decides about a text message, or a TLS record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It goes on.
    Forward,
    /// It is lost.
    Drop,
    /// It is kept until `WireProxy::release`; later messages pass it.
    Hold,
    /// It goes on twice.
    Duplicate,
    /// So much of it goes on, and then its link ends.
    Cut(Part, End),
}

/// How much of a message goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Nothing.
    Nothing,
    /// The first half of its bytes.
    Half,
    /// So many in 256 of its bytes.
    Share(u8),
    /// All of it.
    Whole,
}

impl Part {
    /// How many of so many bytes.
    pub fn of(self, length: usize) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Half => length / 2,
            Self::Share(share) => length * usize::from(share) / 256,
            Self::Whole => length,
        }
    }
}

/// How a link ends, on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By TCP's orderly end, without a goodbye of the WebSocket.
    Fin,
    /// By TCP's reset.
    Reset,
}

/// One message or control frame, noted when it reached the proxy.
#[derive(Clone, Debug)]
pub struct Message {
    /// Which way it went.
    pub direction: Direction,
    /// What it is.
    pub frame: Frame,
    /// When it reached the proxy.
    pub at: Instant,
    /// The number of the client's connection, from 0.
    pub link: usize,
}

/// A point in the record, from `WireProxy::mark`.
#[derive(Clone, Copy, Debug)]
pub struct Mark(usize);

/// Everything that passed, in order.
#[derive(Debug, Default)]
pub struct Record {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    messages: Vec<Message>,
    raw: [Vec<u8>; 2],
}

impl Record {
    /// Notes bytes as they came.
    pub fn add_raw(&self, direction: Direction, bytes: &[u8]) {
        self.inner().raw[direction as usize].extend_from_slice(bytes);
    }

    /// Notes a message.
    pub fn add(&self, direction: Direction, frame: Frame, link: usize) {
        let at = Instant::now();
        self.inner().messages.push(Message {
            direction,
            frame,
            at,
            link,
        });
    }

    /// The place after the last message.
    pub fn mark(&self) -> Mark {
        Mark(self.inner().messages.len())
    }

    /// All messages from `mark` on; everything without one.
    pub fn messages(&self, mark: Option<Mark>) -> Vec<Message> {
        let start = mark.map_or(0, |mark| mark.0);
        self.inner().messages[start..].to_vec()
    }

    /// The texts that went this way.
    pub fn texts(&self, direction: Direction, mark: Option<Mark>) -> Vec<String> {
        let messages = self.messages(mark).into_iter();
        let messages = messages.filter(|message| message.direction == direction);
        messages
            .filter_map(|message| message.frame.text())
            .collect()
    }

    /// The bytes that went this way, handshake included.
    pub fn raw(&self, direction: Direction) -> Vec<u8> {
        self.inner().raw[direction as usize].clone()
    }

    /// How many bytes went this way.
    pub fn raw_len(&self, direction: Direction) -> usize {
        self.inner().raw[direction as usize].len()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
