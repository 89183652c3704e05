//! Messages, cut out of a byte stream whole: those of WebSockets, unmasked and put together, those of
//! HTTP, and the records of TLS, which cannot be read.

use super::http_messages::{self, Start};

const TEXT: u8 = 1;

/// The first byte of a TLS record with data of the programs.
const RECORD: u8 = 23;

/// The first byte of a TLS connection.
const HANDSHAKE: u8 = 22;

/// One complete WebSocket message or control frame, HTTP message or TLS record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// 1 text, 2 binary, 8 close, 9 ping, 10 pong, as in a WebSocket. Over HTTP 1 is all there is, and
    /// 23 is a TLS record.
    pub opcode: u8,
    /// What it carries, unmasked, with the fragments joined. Over HTTP the body, or the first line of a
    /// request without one; nothing of a TLS record.
    pub payload: Vec<u8>,
}

impl Frame {
    /// The text of a text message.
    pub fn text(&self) -> Option<String> {
        (self.opcode == TEXT).then(|| String::from_utf8_lossy(&self.payload).into_owned())
    }

    /// What a filter is shown: a text, or an empty one for a TLS record.
    pub fn shown(&self) -> Option<String> {
        if self.opcode == RECORD {
            return Some(String::new());
        }
        self.text()
    }
}

/// Bytes that travel together, and what they mean if they end a message.
#[derive(Debug)]
pub struct Chunk {
    /// The bytes as they came.
    pub raw: Vec<u8>,
    /// The message that is complete with these bytes.
    pub frame: Option<Frame>,
}

#[derive(Debug, PartialEq)]
enum State {
    /// A head of HTTP comes next, or a TLS record.
    Head,
    Frames,
    Records,
    /// None of them: bytes pass as they come.
    Other,
}

/// Reads one direction of a connection, its HTTP head first.
#[derive(Debug)]
pub struct Decoder {
    state: State,
    buffer: Vec<u8>,
    /// Opcode and payload of the fragments so far.
    open: Option<(u8, Vec<u8>)>,
}

impl Decoder {
    /// A decoder that finds out from the first bytes what they are.
    pub fn new() -> Self {
        Self {
            state: State::Head,
            buffer: Vec::new(),
            open: None,
        }
    }

    /// Takes the next bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether the handshake is over and this is a WebSocket.
    pub fn is_open(&self) -> bool {
        self.state == State::Frames
    }

    /// Returns the next complete chunk.
    pub fn next_chunk(&mut self) -> Option<Chunk> {
        match self.state {
            State::Head => self.head(),
            State::Frames => self.frame(),
            State::Records => self.record(),
            State::Other => {
                let raw = std::mem::take(&mut self.buffer);
                (!raw.is_empty()).then_some(Chunk { raw, frame: None })
            }
        }
    }

    fn head(&mut self) -> Option<Chunk> {
        if self.buffer.first() == Some(&HANDSHAKE) {
            self.state = State::Records;
            return self.record();
        }
        let (length, payload) = match http_messages::start(&self.buffer) {
            Start::Incomplete => return None,
            Start::Message(length, payload) => (length, Some(payload)),
            Start::Upgrade(length) => {
                self.state = State::Frames;
                (length, None)
            }
            Start::Endless(length) => {
                self.state = State::Other;
                (length, None)
            }
        };
        let raw = self.buffer.drain(..length).collect();
        let opcode = TEXT;
        let frame = payload.map(|payload| Frame { opcode, payload });
        Some(Chunk { raw, frame })
    }

    fn record(&mut self) -> Option<Chunk> {
        let whole = 5 + big_endian(self.buffer.get(3..5)?);
        if self.buffer.len() < whole {
            return None;
        }
        let raw: Vec<u8> = self.buffer.drain(..whole).collect();
        let frame = (raw[0] == RECORD).then(|| Frame {
            opcode: RECORD,
            payload: Vec::new(),
        });
        Some(Chunk { raw, frame })
    }

    fn frame(&mut self) -> Option<Chunk> {
        let (first, second) = (*self.buffer.first()?, *self.buffer.get(1)?);
        let (length, mut at) = match second & 0x7f {
            126 => (big_endian(self.buffer.get(2..4)?), 4),
            127 => (big_endian(self.buffer.get(2..10)?), 10),
            short => (usize::from(short), 2),
        };
        let mut mask = [0; 4];
        if second & 0x80 != 0 {
            mask.copy_from_slice(self.buffer.get(at..at + 4)?);
            at += 4;
        }
        let payload = self.buffer.get(at..at + length)?;
        let payload = payload
            .iter()
            .zip(mask.iter().cycle())
            .map(|(byte, key)| byte ^ key);
        let payload: Vec<u8> = payload.collect();
        let raw = self.buffer.drain(..at + length).collect();
        let frame = self.join(first & 0x80 != 0, first & 0x0f, payload);
        Some(Chunk { raw, frame })
    }

    fn join(&mut self, last: bool, opcode: u8, payload: Vec<u8>) -> Option<Frame> {
        // Control frames are never fragmented and may come between the fragments of a message.
        if opcode >= 8 {
            return Some(Frame { opcode, payload });
        }
        let (opcode, mut whole) = self.open.take().unwrap_or((opcode, Vec::new()));
        whole.extend(payload);
        if last {
            return Some(Frame {
                opcode,
                payload: whole,
            });
        }
        self.open = Some((opcode, whole));
        None
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

/// Encodes a client's message as one masked frame.
pub fn encode(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x80 | opcode];
    match payload.len() {
        short @ 0..=125 => bytes.push(0x80 | short as u8),
        middle @ 126..=65_535 => {
            bytes.push(0x80 | 126);
            bytes.extend((middle as u16).to_be_bytes());
        }
        long => {
            bytes.push(0x80 | 127);
            bytes.extend((long as u64).to_be_bytes());
        }
    }
    let mask = [0x4a, 0x61, 0x6e, 0x75];
    bytes.extend(mask);
    bytes.extend(
        payload
            .iter()
            .zip(mask.iter().cycle())
            .map(|(byte, key)| byte ^ key),
    );
    bytes
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |value, byte| value << 8 | usize::from(*byte))
}
