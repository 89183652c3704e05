//! The link over a WebSocket.

mod frames;
mod handshake;
mod writer;

use std::{io, sync::Arc, time::Instant};

use tungstenite::protocol::frame::coding::Control;

use super::{
    Connected, Link, Lookout, Received, Receiver, SendError, Settings, Transport, Unreachable,
    Wait,
    address::Url,
    stream::{Connector, StreamReader},
};
use crate::Result;
#[cfg(not(feature = "monitor"))]
use frames::{Frame, Frames};
#[cfg(feature = "monitor")]
pub(crate) use frames::{Frame, Frames};
use handshake::handshake;
use writer::FrameWriter;

/// Makes WebSockets to one server.
#[derive(Debug)]
pub(super) struct WebSocket {
    url: Url,
    connector: Connector,
}

impl WebSocket {
    pub(super) fn new(url: Url, settings: &Settings) -> Result<Self> {
        let connector = Connector::new(&url, settings)?;
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
    fn send(&self, text: &str, deadline: Instant) -> Result<(), SendError> {
        self.0.writer.send(self.0.text(text.as_bytes()), deadline)
    }

    // Without the step over `send`.
    fn exchange(
        &self,
        text: &str,
        deadline: Instant,
        _answers: &mut dyn FnMut(Received<'_>),
    ) -> Result<(), SendError> {
        self.0.writer.send(self.0.text(text.as_bytes()), deadline)
    }

    fn post(&self, text: &str) -> Result<(), SendError> {
        self.0.writer.post(self.0.text(text.as_bytes()))
    }

    fn ping(&self) -> Result<bool, SendError> {
        self.0.control(Control::Ping, b"").map(|()| true)
    }

    fn goodbye(&self) {
        // Behind everything else. Without it the server sees the end of the TCP connection.
        let _ = self.0.close();
    }

    fn shutdown(&self) {
        self.0.writer.shutdown();
    }
}

struct WebSocketReceiver {
    read: Box<dyn StreamReader>,
    frames: Frames,
    writer: Arc<FrameWriter>,
}

impl Receiver for WebSocketReceiver {
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        // What came behind the handshake, or what a sink that panicked has left.
        if self.deliver(sink)? {
            return Ok(());
        }
        let mut received = self.read.recv(self.frames.room(), wait)?;
        if received.is_none() && self.read.has_part() {
            sink(Received::Nothing);
        }
        while let Some(length) = received {
            if length == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.frames.filled(length);
            if !self.deliver(sink)? {
                // Part of a message, which may be a long one, on a slow link.
                sink(Received::Nothing);
            }
            received = self.read.recv_buffered(self.frames.room())?;
        }
        Ok(())
    }

    fn lookout(&self) -> Option<Arc<dyn Lookout>> {
        self.read.lookout()
    }
}

impl WebSocketReceiver {
    /// Whether there was anything.
    fn deliver(&mut self, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<bool> {
        let mut any = false;
        while let Some(frame) = self.frames.next()? {
            any = true;
            match frame {
                Frame::Text(text) => sink(Received::Text(text)),
                Frame::TooLong(beginning) => sink(Received::TooLong(beginning)),
                Frame::Garbage(what) => sink(Received::Garbage(what)),
                Frame::Ping(payload) => {
                    let sent = self.writer.control(Control::Pong, payload);
                    if let Some(cause) = sent.err().and_then(|error| error.cause()) {
                        return Err(cause);
                    }
                    sink(Received::Nothing);
                }
                Frame::Pong => sink(Received::Nothing),
                Frame::Close(payload) => {
                    // Answered as RFC 6455 wants it; the server closes the TCP connection then.
                    let _ = self.writer.close();
                    return Err(closed(payload));
                }
            }
        }
        Ok(any)
    }
}

/// What the server says when it closes the WebSocket.
fn closed(payload: &[u8]) -> io::Error {
    let mut text = "the server closed the WebSocket".to_owned();
    if let Some((code, reason)) = payload.split_first_chunk() {
        text += &format!(" with code {}", u16::from_be_bytes(*code));
        if !reason.is_empty() {
            text += &format!(": {:?}", String::from_utf8_lossy(reason));
        }
    }
    io::Error::new(io::ErrorKind::ConnectionAborted, text)
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        net::{TcpListener, TcpStream},
        time::Duration,
    };

    use super::*;
    use crate::transport::socket::{ReadSide, Socket};

    const LONG: Duration = Duration::from_secs(20);

    fn pair() -> (WebSocketReceiver, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let stream = TcpStream::connect(listener.local_addr().expect("bound")).expect("it listens");
        let socket = Socket::new(stream).expect("a socket");
        let (peer, _) = listener.accept().expect("it has connected");
        let receiver = WebSocketReceiver {
            read: Box::new(ReadSide::new(socket.clone())),
            frames: Frames::new(&[]),
            writer: Arc::new(FrameWriter::new(Arc::new(socket))),
        };
        (receiver, peer)
    }

    /// What these bytes are, received at once.
    fn received(
        receiver: &mut WebSocketReceiver,
        peer: &mut TcpStream,
        bytes: &[u8],
    ) -> io::Result<Vec<String>> {
        peer.write_all(bytes).expect("it is there");
        let wait = Wait {
            deadline: Instant::now() + LONG,
            idle: true,
        };
        let mut seen = Vec::new();
        receiver.receive(wait, &mut |it| seen.push(format!("{it:?}")))?;
        Ok(seen)
    }

    #[test]
    fn every_part_of_a_long_message_is_a_sign_of_life() {
        let (mut receiver, mut peer) = pair();
        for part in [&b"\x81"[..], b"\x04", b"te", b"x"] {
            let seen = received(&mut receiver, &mut peer, part);
            assert_eq!(seen.expect("the link stands"), ["Nothing"]);
        }
        let seen = received(&mut receiver, &mut peer, b"t");
        assert_eq!(seen.expect("the link stands"), [r#"Text("text")"#]);
    }

    #[test]
    fn the_code_and_the_reason_of_a_close_are_told() {
        for (frame, text) in [
            (&b"\x88\x00"[..], "the server closed the WebSocket"),
            (
                b"\x88\x02\x03\xe9",
                "the server closed the WebSocket with code 1001",
            ),
            (
                b"\x88\x06\x03\xf0no\n\xff",
                "the server closed the WebSocket with code 1008: \"no\\n\u{fffd}\"",
            ),
        ] {
            let (mut receiver, mut peer) = pair();
            let error = received(&mut receiver, &mut peer, frame).expect_err("it is closed");
            assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
            assert_eq!(error.to_string(), text);
        }
    }
}
