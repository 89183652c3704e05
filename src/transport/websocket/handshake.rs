//! The WebSocket handshake, and what can go wrong in it.

use std::{
    io::{self, Read, Write},
    time::Instant,
};

use tungstenite::{
    ClientRequestBuilder, HandshakeError,
    client::IntoClientRequest,
    error::{Error as WsError, ProtocolError, SubProtocolError},
    handshake::client::ClientHandshake,
};

use crate::transport::{
    Unreachable, Wait,
    address::Url,
    socket::{ReadSide, Socket},
};

/// What Janus wants a WebSocket client to ask for.
const SUBPROTOCOL: &str = "janus-protocol";

/// The end of an HTTP head.
const END: &[u8] = b"\r\n\r\n";

/// Makes a fresh socket a WebSocket. Returns its reading side and the bytes
/// that came behind the HTTP answer, which belong to the frames.
pub(super) fn handshake(
    socket: Socket,
    url: &Url,
    deadline: Instant,
) -> Result<(ReadSide, Vec<u8>), Unreachable> {
    let read = ReadSide::new(socket.clone());
    let head = Head {
        socket,
        read,
        deadline,
        seen: 0,
        rest: Vec::new(),
    };
    let request = ClientRequestBuilder::new(url.uri.clone())
        .with_sub_protocol(SUBPROTOCOL)
        .into_client_request()
        .map_err(explain)?;
    let started = ClientHandshake::start(head, request, None).map_err(explain)?;
    match started.handshake() {
        Ok((websocket, _response)) => {
            let head = websocket.into_inner();
            Ok((head.read, head.rest))
        }
        Err(HandshakeError::Failure(error)) => Err(explain(error)),
        Err(HandshakeError::Interrupted(_)) => Err(Unreachable::new(no_answer(), None)),
    }
}

fn no_answer() -> String {
    "it did not answer the WebSocket handshake in time; is it a Janus WebSocket port?".to_owned()
}

fn broke(error: io::Error) -> Unreachable {
    let problem = "it closed the link in the WebSocket handshake, \
                   as Janus's Admin API port does; check host and port (8188)";
    Unreachable::new(problem, error)
}

fn explain(error: WsError) -> Unreachable {
    match error {
        WsError::Protocol(ProtocolError::SecWebSocketSubProtocolError(
            SubProtocolError::NoSubProtocol | SubProtocolError::InvalidSubProtocol,
        )) => Unreachable::new(
            format!(
                "it is not a Janus WebSocket endpoint: it did not accept `{SUBPROTOCOL}`; \
                 an Admin API port, or another server?"
            ),
            None,
        ),
        WsError::Http(response) => Unreachable::new(
            format!(
                "it is not a Janus WebSocket endpoint: it answered HTTP {}; \
                 use the port of janus.transport.websockets (8188)",
                response.status()
            ),
            None,
        ),
        WsError::Io(error) if error.kind() == io::ErrorKind::TimedOut => {
            Unreachable::new(no_answer(), error)
        }
        WsError::Io(error) => broke(error),
        WsError::Protocol(ProtocolError::HandshakeIncomplete) => {
            broke(io::ErrorKind::UnexpectedEof.into())
        }
        error => Unreachable::new(
            "it is not a Janus WebSocket endpoint: it does not speak WebSocket; \
             check host and port (8188)",
            io::Error::new(io::ErrorKind::InvalidData, error),
        ),
    }
}

/// The stream of the handshake. It hands out the head of the HTTP answer and
/// not a byte more.
struct Head {
    socket: Socket,
    read: ReadSide,
    deadline: Instant,
    /// How much of [`END`] has been seen; all of it at the end of the head.
    seen: usize,
    /// What came behind the head.
    rest: Vec<u8>,
}

impl Read for Head {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.seen == END.len() {
            return Ok(0);
        }
        let wait = Wait {
            deadline: self.deadline,
            idle: false,
        };
        let length = loop {
            if let Some(length) = self.read.recv(buffer, wait)? {
                break length;
            }
            if Instant::now() >= self.deadline {
                return Err(io::ErrorKind::TimedOut.into());
            }
        };
        for (index, byte) in buffer[..length].iter().enumerate() {
            self.seen = if *byte == END[self.seen] {
                self.seen + 1
            } else {
                usize::from(*byte == END[0])
            };
            if self.seen == END.len() {
                self.rest = buffer[index + 1..length].to_vec();
                return Ok(index + 1);
            }
        }
        Ok(length)
    }
}

impl Write for Head {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.socket.try_send(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.socket.wait_for_room(self.deadline)?;
                }
                result => return result,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
