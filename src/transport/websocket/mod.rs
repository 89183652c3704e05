//! The link over a WebSocket.

mod frames;
mod handshake;
mod writer;

use std::{io, sync::Arc, time::Instant};

use tungstenite::protocol::frame::coding::Control;

use super::{
    Connected, Link, Received, Receiver, Transport, Unreachable, Wait,
    address::Url,
    stream::{Connector, StreamReader},
};
use crate::{Config, Result};
use frames::{Frame, Frames};
use handshake::handshake;
use writer::FrameWriter;

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
        let writer = Arc::new(FrameWriter::new(stream));
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

struct WebSocketLink(Arc<FrameWriter>);

impl Link for WebSocketLink {
    fn send(
        &self,
        text: &str,
        deadline: Instant,
        _answers: &mut dyn FnMut(Received<'_>),
    ) -> io::Result<()> {
        self.0.send(text.as_bytes(), deadline)
    }

    fn post(&self, text: &str) -> io::Result<()> {
        self.0.post(text.as_bytes())
    }

    fn ping(&self) -> io::Result<bool> {
        self.0.control(Control::Ping, b"").map(|()| true)
    }

    fn goodbye(&self) {
        // Without it the server sees the end of the TCP connection, which does as well.
        let _ = self.0.control(Control::Close, &CLOSE_NORMAL);
    }

    fn shutdown(&self) {
        self.0.writer.outlet.shutdown();
    }
}

struct WebSocketReceiver {
    read: StreamReader,
    frames: Frames,
    writer: Arc<FrameWriter>,
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
                    self.writer.control(Control::Pong, payload)?;
                    sink(Received::Nothing);
                }
                Frame::Pong => sink(Received::Nothing),
                Frame::Close => {
                    // Answered as RFC 6455 wants it; the server closes the TCP connection then.
                    let _ = self.writer.control(Control::Close, &CLOSE_NORMAL);
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
            }
        }
        Ok(())
    }
}
