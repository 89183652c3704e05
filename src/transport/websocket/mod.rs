//! The link over a WebSocket.

mod frames;
mod handshake;

use std::{
    hash::{BuildHasher, RandomState},
    io,
    sync::Arc,
    time::Instant,
};

use parking_lot::Mutex;
use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Control, Data, OpCode},
};

use super::{
    Connected, Link, Received, Receiver, Transport, Unreachable, Wait,
    address::Url,
    stream::{Connector, Stream, StreamReader},
};
use crate::{Config, Result};
use frames::{Frame, Frames};
use handshake::handshake;

/// How many bytes may wait for room in the socket before a message is refused entry.
const MAX_UNSENT: usize = 1 << 20;

/// The code of an orderly end (RFC 6455, section 7.4.1).
const CLOSE_NORMAL: [u8; 2] = 1000_u16.to_be_bytes();

/// Makes WebSockets to one server.
#[derive(Debug)]
pub(super) struct WebSocket {
    url: Url,
    connector: Connector,
}

impl WebSocket {
    pub(super) fn new(url: Url, config: &Config) -> Result<Self> {
        let connector = Connector::new(&url, config)?;
        Ok(Self { url, connector })
    }
}

impl Transport for WebSocket {
    fn address(&self) -> String {
        self.url.shown()
    }

    fn connect(&self, deadline: Instant) -> Result<Connected, Unreachable> {
        let (stream, read) = self.connector.connect(deadline)?;
        let (read, rest) = handshake(&stream, read, &self.url, deadline)?;
        let writer = Arc::new(Writer::new(stream));
        let receiver = WebSocketReceiver {
            read,
            frames: Frames::new(&rest),
            writer: writer.clone(),
        };
        Ok(Connected {
            link: Box::new(WebSocketLink(writer)),
            receiver: Box::new(receiver),
        })
    }
}

/// The writing half. Its lock is held only to move bytes, never while waiting.
struct Writer {
    stream: Stream,
    unsent: Mutex<Unsent>,
    masks: RandomState,
}

/// Frames on their way into the socket.
#[derive(Default)]
struct Unsent {
    bytes: Vec<u8>,
    /// How many bytes have ever been put in, and have ever gone out.
    put: u64,
    gone: u64,
}

impl Writer {
    fn new(stream: Stream) -> Self {
        Self {
            stream,
            unsent: Mutex::default(),
            masks: RandomState::new(),
        }
    }

    /// Puts a frame in, if there is room for it; returns where it ends.
    fn put(&self, unsent: &mut Unsent, opcode: OpCode, payload: &[u8]) -> Option<u64> {
        if unsent.bytes.len() + payload.len() > MAX_UNSENT && !unsent.bytes.is_empty() {
            return None;
        }
        // Unpredictable, as RFC 6455 wants it: a keyed hash of the position.
        let [a, b, c, d, ..] = self.masks.hash_one(unsent.put).to_ne_bytes();
        let mask = [a, b, c, d];
        let header = FrameHeader {
            opcode,
            mask: Some(mask),
            ..FrameHeader::default()
        };
        let before = unsent.bytes.len();
        header
            .format(payload.len() as u64, &mut unsent.bytes)
            .expect("writing into a Vec cannot fail");
        let start = unsent.bytes.len();
        unsent.bytes.extend_from_slice(payload);
        for (index, byte) in unsent.bytes[start..].iter_mut().enumerate() {
            *byte ^= mask[index % 4];
        }
        unsent.put += (unsent.bytes.len() - before) as u64;
        Some(unsent.put)
    }

    /// Moves what there is room for into the stream; whether all is gone up to `end`.
    fn flush(&self, unsent: &mut Unsent, end: u64) -> io::Result<bool> {
        let mut from = 0;
        let result = loop {
            if from == unsent.bytes.len() {
                break Ok(());
            }
            match self.stream.try_send(&unsent.bytes[from..]) {
                Ok(length) => from += length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        unsent.bytes.drain(..from);
        unsent.gone += from as u64;
        if unsent.bytes.is_empty() && unsent.bytes.capacity() > 64 << 10 {
            unsent.bytes = Vec::new();
        }
        result?;
        Ok(unsent.gone >= end && self.stream.try_flush()?)
    }

    fn send(&self, opcode: OpCode, payload: &[u8], deadline: Instant) -> io::Result<()> {
        let (mut start, mut end) = (u64::MAX, None);
        loop {
            let mut unsent = self.unsent.lock();
            if end.is_none() {
                start = unsent.put;
                end = self.put(&mut unsent, opcode, payload);
            }
            let wanted = end.unwrap_or(unsent.put);
            match self.flush(&mut unsent, wanted) {
                Ok(true) if end.is_some() => return Ok(()),
                Ok(_) => {}
                // Not a byte of it went out.
                Err(error) if unsent.gone <= start => {
                    return Err(io::Error::new(io::ErrorKind::NotConnected, error));
                }
                Err(error) => return Err(error),
            }
            drop(unsent);
            self.stream.wait_for_room(deadline)?;
        }
    }

    /// Sends a control frame if the socket has room for it now; if not, it goes with the next message.
    fn send_control(&self, control: Control, payload: &[u8]) -> io::Result<()> {
        let mut unsent = self.unsent.lock();
        match self.put(&mut unsent, OpCode::Control(control), payload) {
            Some(end) => self.flush(&mut unsent, end).map(drop),
            None => Ok(()),
        }
    }
}

struct WebSocketLink(Arc<Writer>);

impl Link for WebSocketLink {
    fn send(
        &self,
        text: &str,
        deadline: Instant,
        _answers: &mut dyn FnMut(Received<'_>),
    ) -> io::Result<()> {
        self.0
            .send(OpCode::Data(Data::Text), text.as_bytes(), deadline)
    }

    fn ping(&self) -> io::Result<bool> {
        self.0.send_control(Control::Ping, b"").map(|()| true)
    }

    fn goodbye(&self) {
        // Without it the server sees the end of the TCP connection, which does as well.
        let _ = self.0.send_control(Control::Close, &CLOSE_NORMAL);
    }

    fn shutdown(&self) {
        self.0.stream.shutdown();
    }
}

struct WebSocketReceiver {
    read: StreamReader,
    frames: Frames,
    writer: Arc<Writer>,
}

impl Receiver for WebSocketReceiver {
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        // What came behind the handshake is there before anything is received.
        self.deliver(sink)?;
        let mut received = self.read.recv(self.frames.room(), wait)?;
        while let Some(length) = received {
            if length == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.frames.filled(length);
            self.deliver(sink)?;
            received = self.read.recv_buffered(self.frames.room())?;
        }
        Ok(())
    }
}

impl WebSocketReceiver {
    fn deliver(&mut self, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        while let Some(frame) = self.frames.next()? {
            match frame {
                Frame::Text(text) => sink(Received::Text(text)),
                Frame::Garbage(what) => sink(Received::Garbage(what)),
                Frame::Ping(payload) => {
                    self.writer.send_control(Control::Pong, payload)?;
                    sink(Received::Nothing);
                }
                Frame::Pong => sink(Received::Nothing),
                Frame::Close => {
                    // Answered as RFC 6455 wants it; the server closes the TCP connection then.
                    let _ = self.writer.send_control(Control::Close, &CLOSE_NORMAL);
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
            }
        }
        Ok(())
    }
}
