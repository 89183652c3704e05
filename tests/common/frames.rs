//! WebSocket frames: cut out of a byte stream whole, unmasked, and put together to messages.

/// One complete WebSocket message or control frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// 1 text, 2 binary, 8 close, 9 ping, 10 pong.
    pub opcode: u8,
    /// What it carries, unmasked, with the fragments joined.
    pub payload: Vec<u8>,
}

impl Frame {
    /// The text of a text message.
    pub fn text(&self) -> Option<String> {
        (self.opcode == 1).then(|| String::from_utf8_lossy(&self.payload).into_owned())
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
    Head,
    Frames,
    /// Not a WebSocket: bytes pass as they come.
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
    /// A decoder that expects the HTTP head of the handshake first.
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
            State::Other => {
                let raw = std::mem::take(&mut self.buffer);
                (!raw.is_empty()).then_some(Chunk { raw, frame: None })
            }
        }
    }

    fn head(&mut self) -> Option<Chunk> {
        let end = self
            .buffer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")?
            + 4;
        let raw: Vec<u8> = self.buffer.drain(..end).collect();
        let head = String::from_utf8_lossy(&raw).to_ascii_lowercase();
        let refused = head.starts_with("http/") && !head.starts_with("http/1.1 101");
        let upgrade = head.contains("\r\nupgrade: websocket") && !refused;
        self.state = if upgrade { State::Frames } else { State::Other };
        Some(Chunk { raw, frame: None })
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
