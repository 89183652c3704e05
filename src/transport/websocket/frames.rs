//! Parses WebSocket messages. No I/O.
//!
//! tungstenite does the handshake and knows the frame headers; its reading and
//! writing of whole messages is not used, for two reasons. It logs every
//! message in full at `trace`, secrets included, and it is one object for both
//! directions, so that a writer would wait for the lock of the reader.

use std::{
    io::{self, Cursor},
    ops::Range,
};

use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Control, Data, OpCode},
};

/// The largest message that is accepted. Janus's are far smaller; this bounds what a broken or
/// malicious peer can make us keep. Of a larger one only the beginning is reported, and the rest is
/// skipped.
const MAX_MESSAGE: u64 = 16 << 20;

/// A frame that is larger than this is a broken header, and not worth waiting for its end.
const MAX_SKIPPED: u64 = 1 << 30;

/// How much of a message that is too long is told: Janus writes the transaction at the beginning.
const BEGINNING: usize = 1024;

/// The size of the buffer in quiet times. A larger one would not be filled by Janus, which writes
/// fragments of up to 2,800 bytes, and small boards hold many connections.
const BUFFER: usize = 8 << 10;

/// The memory of a message in fragments is used again, unless it was more than this.
const MAX_KEPT: usize = 64 << 10;

/// One thing that the peer sent.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Frame<'a> {
    Text(&'a str),
    /// The beginning of a text that is too long to be taken.
    TooLong(&'a str),
    Garbage(&'static str),
    Ping(&'a [u8]),
    Pong,
    /// With its code and its reason, where it has them.
    Close(&'a [u8]),
}

/// The bytes that came and have not been used.
#[derive(Debug)]
pub(crate) struct Frames {
    /// Always initialised to its whole length; what is used of it is `start..end`.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// The kind of the message whose last fragment is missing.
    fragments: Option<Data>,
    /// The fragments that have come; behind the last one, the message that was put together last.
    whole: Vec<u8>,
    /// How much of a frame is still to be skipped.
    skip: u64,
    /// The rest of the message in fragments is skipped.
    skips: bool,
    /// The peer is a client, whose frames are masked.
    masked: bool,
    /// The largest message that is accepted.
    most: u64,
}

impl Frames {
    /// Starts with what came right behind the handshake.
    pub(super) fn new(rest: &[u8]) -> Self {
        Self::of(rest, false, MAX_MESSAGE)
    }

    /// The same of a client, and of messages of at most so many bytes.
    #[cfg(feature = "monitor")]
    pub(crate) fn of_client(rest: &[u8], most: usize) -> Self {
        Self::of(rest, true, most as u64)
    }

    fn of(rest: &[u8], masked: bool, most: u64) -> Self {
        let mut buffer = vec![0; BUFFER.max(rest.len())];
        buffer[..rest.len()].copy_from_slice(rest);
        Self {
            buffer,
            start: 0,
            end: rest.len(),
            fragments: None,
            whole: Vec::new(),
            skip: 0,
            skips: false,
            masked,
            most,
        }
    }

    /// Whether nothing of a message that is not whole is there.
    #[cfg(feature = "monitor")]
    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end && self.is_between()
    }

    /// Whether what follows is not of a message that has begun.
    #[cfg(feature = "monitor")]
    pub(crate) fn is_between(&self) -> bool {
        self.fragments.is_none() && self.skip == 0
    }

    /// Where the next bytes go; never empty.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        let unused = self.end - self.start;
        if self.buffer.len() > BUFFER && unused <= BUFFER / 2 {
            // A large message has gone.
            let mut buffer = vec![0; BUFFER];
            buffer[..unused].copy_from_slice(&self.buffer[self.start..self.end]);
            self.buffer = buffer;
            (self.start, self.end) = (0, unused);
        } else if unused == 0 {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, unused);
            if self.end > self.buffer.len() / 2 {
                self.buffer.resize(self.buffer.len() * 2, 0);
            }
        }
        &mut self.buffer[self.end..]
    }

    /// Notes how many bytes were read into the room.
    pub(crate) fn filled(&mut self, length: usize) {
        self.end += length;
    }

    /// The next complete item. An error means that the peer violates the protocol.
    pub(crate) fn next(&mut self) -> io::Result<Option<Frame<'_>>> {
        if self.fragments.is_none() && self.whole.capacity() > MAX_KEPT {
            self.whole = Vec::new();
        }
        loop {
            let skip = usize::try_from(self.skip).unwrap_or(usize::MAX);
            let skipped = skip.min(self.end - self.start);
            self.start += skipped;
            self.skip -= skipped as u64;
            let unused = &self.buffer[self.start..self.end];
            let mut cursor = Cursor::new(unused);
            let Some((header, length)) = FrameHeader::parse(&mut cursor).map_err(broken)? else {
                return Ok(None);
            };
            let head = usize::try_from(cursor.position()).map_err(broken)?;
            let there = unused.len() - head;
            if header.mask.is_some() != self.masked || header.rsv1 || header.rsv2 || header.rsv3 {
                return Err(broken(
                    "a frame that is masked where it must not be, or uses an extension",
                ));
            }
            let kind = match (header.opcode, self.fragments) {
                (OpCode::Control(_), _) if !header.is_final || length > 125 => {
                    return Err(broken(
                        "a control frame in fragments or of more than 125 bytes",
                    ));
                }
                (OpCode::Control(control), _) => {
                    let length = usize::try_from(length).map_err(broken)?;
                    if there < length {
                        return Ok(None);
                    }
                    let payload = self.take(head, length, header.mask);
                    return Ok(Some(match control {
                        Control::Ping => Frame::Ping(&self.buffer[payload]),
                        Control::Pong => Frame::Pong,
                        _ => Frame::Close(&self.buffer[payload]),
                    }));
                }
                (OpCode::Data(Data::Continue), Some(kind)) => kind,
                (OpCode::Data(Data::Continue), None) => {
                    return Err(broken("a continuation of nothing"));
                }
                (OpCode::Data(_), Some(_)) => {
                    return Err(broken("a new message inside the fragments of another"));
                }
                (OpCode::Data(kind), None) => {
                    self.whole.clear();
                    self.skips = false;
                    kind
                }
            };
            let goes_on = (!header.is_final).then_some(kind);
            if self.skips || length > self.most - self.whole.len() as u64 {
                if length > MAX_SKIPPED {
                    return Err(broken("a frame of more than 1 GiB"));
                }
                let known = std::mem::replace(&mut self.skips, true);
                let wanted = if known {
                    0
                } else {
                    BEGINNING.min(usize::try_from(length).unwrap_or(BEGINNING))
                };
                if there < wanted {
                    self.skips = false;
                    return Ok(None);
                }
                let beginning = self.take(head, wanted, header.mask);
                self.skip = length - wanted as u64;
                self.fragments = goes_on;
                if !known {
                    self.whole.extend_from_slice(&self.buffer[beginning]);
                    self.whole = self.whole[..BEGINNING.min(self.whole.len())].to_vec();
                    return Ok(Some(too_long(kind, &self.whole)));
                }
                continue;
            }
            let length = usize::try_from(length).map_err(broken)?;
            if there < length {
                return Ok(None);
            }
            let payload = self.take(head, length, header.mask);
            let begins = self.fragments.is_none();
            self.fragments = goes_on;
            if begins && header.is_final {
                return Ok(Some(message(kind, &self.buffer[payload])));
            }
            self.whole.extend_from_slice(&self.buffer[payload]);
            if header.is_final {
                return Ok(Some(message(kind, &self.whole)));
            }
        }
    }

    /// Uses up a header and what belongs to it; returns where the latter is.
    fn take(&mut self, head: usize, length: usize, mask: Option<[u8; 4]>) -> Range<usize> {
        let payload = self.start + head..self.start + head + length;
        self.start = payload.end;
        if let Some(mask) = mask {
            let bytes = self.buffer[payload.clone()].iter_mut();
            bytes
                .zip(mask.iter().cycle())
                .for_each(|(byte, mask)| *byte ^= mask);
        }
        payload
    }
}

/// The beginning of a message, up to the last character that is there whole.
fn too_long(kind: Data, beginning: &[u8]) -> Frame<'_> {
    let text = beginning.utf8_chunks().next();
    match kind {
        Data::Text => Frame::TooLong(text.map_or("", |chunk| chunk.valid())),
        _ => Frame::Garbage("a message that is too long and not text"),
    }
}

fn message(kind: Data, payload: &[u8]) -> Frame<'_> {
    match kind {
        Data::Text => match std::str::from_utf8(payload) {
            Ok(text) => Frame::Text(text),
            Err(_) => Frame::Garbage("a text message that is not UTF-8"),
        },
        _ => Frame::Garbage("a message that is not text"),
    }
}

fn broken(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests;
