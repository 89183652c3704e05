//! Takes WebSocket messages out of bytes: no I/O.
//!
//! tungstenite does the handshake and knows the frame headers; its reading and
//! writing of whole messages is not used, for two reasons. It logs every
//! message in full at `trace`, secrets included, and it is one object for both
//! directions, so that a writer would wait for the lock of the reader.

use std::io::{self, Cursor};

use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Control, Data, OpCode},
};

/// The largest message that is taken. Janus's are far smaller; this bounds what a broken or
/// malicious peer can make us keep.
const MAX_MESSAGE: usize = 16 << 20;

/// The size of the buffer in quiet times. A larger one would not be filled by Janus, which writes
/// fragments of up to 2,800 bytes, and small boards hold many connections.
const BUFFER: usize = 8 << 10;

/// One thing that the peer sent.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Frame<'a> {
    Text(&'a str),
    Garbage(&'static str),
    Ping(&'a [u8]),
    Pong,
    Close,
}

/// The bytes that came and have not been used.
#[derive(Debug)]
pub(super) struct Frames {
    /// Always initialised to its whole length; what is used of it is `start..end`.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// The message whose last fragment is missing.
    fragments: Option<(Data, Vec<u8>)>,
    /// The message that was put together last.
    whole: Vec<u8>,
}

impl Frames {
    /// Starts with what came right behind the handshake.
    pub(super) fn new(rest: &[u8]) -> Self {
        let mut buffer = vec![0; BUFFER.max(rest.len())];
        buffer[..rest.len()].copy_from_slice(rest);
        Self {
            buffer,
            start: 0,
            end: rest.len(),
            fragments: None,
            whole: Vec::new(),
        }
    }

    /// Where the next bytes go; never empty.
    pub(super) fn room(&mut self) -> &mut [u8] {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            if self.buffer.len() > BUFFER {
                self.buffer = vec![0; BUFFER];
            }
        } else if self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            if self.end > self.buffer.len() / 2 {
                self.buffer.resize(self.buffer.len() * 2, 0);
            }
        }
        &mut self.buffer[self.end..]
    }

    /// Says how many bytes were put into the room.
    pub(super) fn filled(&mut self, length: usize) {
        self.end += length;
    }

    /// The next thing that is there whole. An error means that the peer breaks the protocol.
    pub(super) fn next(&mut self) -> io::Result<Option<Frame<'_>>> {
        loop {
            let unused = &self.buffer[self.start..self.end];
            let mut cursor = Cursor::new(unused);
            let Some((header, length)) = FrameHeader::parse(&mut cursor).map_err(broken)? else {
                return Ok(None);
            };
            let skip = usize::try_from(cursor.position()).map_err(broken)?;
            let kept = self.fragments.as_ref().map_or(0, |(_, bytes)| bytes.len());
            let length = usize::try_from(length).map_err(broken)?;
            if length > MAX_MESSAGE - kept {
                return Err(broken("a message of more than 16 MiB"));
            }
            if header.mask.is_some() || header.rsv1 || header.rsv2 || header.rsv3 {
                return Err(broken("a frame that is masked or uses an extension"));
            }
            if unused.len() - skip < length {
                return Ok(None);
            }
            let payload = self.start + skip..self.start + skip + length;
            self.start = payload.end;
            match header.opcode {
                OpCode::Control(_) if !header.is_final || length > 125 => {
                    return Err(broken(
                        "a control frame in fragments or of more than 125 bytes",
                    ));
                }
                OpCode::Control(Control::Ping) => {
                    return Ok(Some(Frame::Ping(&self.buffer[payload])));
                }
                OpCode::Control(Control::Pong) => return Ok(Some(Frame::Pong)),
                OpCode::Control(_) => return Ok(Some(Frame::Close)),
                OpCode::Data(Data::Continue) => {
                    let Some((kind, mut bytes)) = self.fragments.take() else {
                        return Err(broken("a continuation of nothing"));
                    };
                    bytes.extend_from_slice(&self.buffer[payload]);
                    if header.is_final {
                        self.whole = bytes;
                        return Ok(Some(message(kind, &self.whole)));
                    }
                    self.fragments = Some((kind, bytes));
                }
                OpCode::Data(_) if self.fragments.is_some() => {
                    return Err(broken("a new message inside the fragments of another"));
                }
                OpCode::Data(kind) if header.is_final => {
                    return Ok(Some(message(kind, &self.buffer[payload])));
                }
                OpCode::Data(kind) => {
                    self.fragments = Some((kind, self.buffer[payload].to_vec()));
                }
            }
        }
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
mod tests {
    use super::*;

    /// An unmasked frame, as a server sends it.
    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![first];
        match payload.len() {
            length @ 0..=125 => bytes.push(length as u8),
            length => {
                bytes.push(126);
                bytes.extend((length as u16).to_be_bytes());
            }
        }
        bytes.extend(payload);
        bytes
    }

    fn all(bytes: &[u8], step: usize) -> io::Result<Vec<String>> {
        let mut frames = Frames::new(&[]);
        let mut seen = Vec::new();
        for part in bytes.chunks(step) {
            let mut part = part;
            while !part.is_empty() {
                let room = frames.room();
                let length = room.len().min(part.len());
                room[..length].copy_from_slice(&part[..length]);
                frames.filled(length);
                part = &part[length..];
                while let Some(frame) = frames.next()? {
                    seen.push(format!("{frame:?}"));
                }
            }
        }
        Ok(seen)
    }

    #[test]
    fn messages_come_out_whole_however_the_bytes_are_cut() {
        let long = "x".repeat(20_000);
        let bytes = [
            frame(0x81, b"one"),
            frame(0x01, b"tw"),
            frame(0x89, b"ping"),
            frame(0x00, b""),
            frame(0x80, b"o"),
            frame(0x82, &[0, 1]),
            frame(0x81, &[0xff]),
            frame(0x81, long.as_bytes()),
            frame(0x8a, b""),
            frame(0x88, b""),
        ]
        .concat();
        let expected = all(&bytes, bytes.len()).expect("a valid stream");
        assert_eq!(expected.len(), 8);
        assert_eq!(expected[0], r#"Text("one")"#);
        assert_eq!(expected[2], r#"Text("two")"#);
        for step in [1, 2, 3, 7, 1000, 8191, 8192] {
            assert_eq!(
                all(&bytes, step).expect("a valid stream"),
                expected,
                "step {step}"
            );
        }
    }

    #[test]
    fn a_peer_that_breaks_the_protocol_is_an_error() {
        for bytes in [
            vec![0x81, 0x81, 0, 0, 0, 0, b'x'],              // masked
            vec![0xc1, 0x01, b'x'],                          // an extension
            vec![0x80, 0x01, b'x'],                          // a continuation of nothing
            [frame(0x01, b"a"), frame(0x81, b"b")].concat(), // a message inside another
            vec![0x09, 0x00],                                // a ping in fragments
            vec![0x81, 127, 0xff, 0, 0, 0, 0, 0, 0, 0],      // far too long
            vec![0x83, 0x00],                                // a reserved kind
        ] {
            assert!(all(&bytes, bytes.len()).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn the_buffer_shrinks_after_a_large_message() {
        let bytes = frame(0x81, "x".repeat(60_000).as_bytes());
        let mut frames = Frames::new(&bytes);
        assert!(frames.next().expect("valid").is_some());
        frames.room();
        assert_eq!(frames.buffer.len(), BUFFER);
    }
}
