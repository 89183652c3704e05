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
    Unreachable,
    address::Url,
    request_line::with_rest,
    status,
    stream::{SpeaksTls, Stream, StreamReader},
};

/// The end of an HTTP head.
const END: &[u8] = b"\r\n\r\n";

/// Makes a new stream a WebSocket. Returns its reading side and the bytes that came after the HTTP
/// answer, which belong to the frames.
pub(super) fn handshake(
    stream: &Stream,
    read: Box<dyn StreamReader>,
    url: &Url,
    deadline: Instant,
) -> Result<(Box<dyn StreamReader>, Vec<u8>), Unreachable> {
    shake_hands(stream, read, url, deadline).map_err(|error| error.noting(&url.note()))
}

fn shake_hands(
    stream: &Stream,
    read: Box<dyn StreamReader>,
    url: &Url,
    deadline: Instant,
) -> Result<(Box<dyn StreamReader>, Vec<u8>), Unreachable> {
    let failed = Failed { stream, url };
    // tungstenite logs the request: a token that the address may hold is put in below it.
    let query = url.query.as_ref().map(|query| format!("?{query}"));
    let head = Head {
        stream: stream.clone(),
        read,
        deadline,
        seen: 0,
        begun: false,
        rest: Vec::new(),
        query: query.unwrap_or_default(),
    };
    let request = ClientRequestBuilder::new(url.uri.clone())
        .with_sub_protocol(url.api.subprotocol())
        .into_client_request()
        .map_err(|error| failed.explain(error))?;
    let started = ClientHandshake::start(head, request, None);
    match started.map_err(|error| failed.explain(error))?.handshake() {
        Ok((websocket, _response)) => {
            let head = websocket.into_inner();
            Ok((head.read, head.rest))
        }
        Err(HandshakeError::Failure(error)) => Err(failed.explain(error)),
        Err(HandshakeError::Interrupted(_)) => Err(Unreachable::new(no_answer(), None)),
    }
}

fn no_answer() -> String {
    "it did not answer the WebSocket handshake in time; is it a Janus WebSocket port?".to_owned()
}

/// A handshake that failed.
struct Failed<'a> {
    stream: &'a Stream,
    url: &'a Url,
}

impl Failed<'_> {
    fn broke(&self, error: io::Error) -> Unreachable {
        if let Some(problem) = self.stream.problem(&error) {
            return Unreachable::new(problem, error);
        }
        let (port, other) = (self.url.usual_port(), self.url.api.other());
        // A Janus with TLS closes without a word.
        let like = if self.url.tls {
            "port does; check host and port"
        } else {
            "port and a port for wss:// do; check scheme, host and port"
        };
        let problem = format!(
            "it closed the connection in the WebSocket handshake, as {other} {like} ({port})"
        );
        Unreachable::new(problem, error)
    }

    fn explain(&self, error: WsError) -> Unreachable {
        match error {
            WsError::Protocol(ProtocolError::SecWebSocketSubProtocolError(
                SubProtocolError::NoSubProtocol | SubProtocolError::InvalidSubProtocol,
            )) => Unreachable::new(
                format!(
                    "it did not accept `{}`, so it may be a port of {} or another server; \
                     check host and port ({})",
                    self.url.api.subprotocol(),
                    self.url.api.other(),
                    self.url.usual_port()
                ),
                None,
            ),
            WsError::Http(response) => {
                let location = response.headers().get("location");
                let location = location.and_then(|value| value.to_str().ok());
                let status = response.status().as_u16();
                Unreachable::new(status::problem(status, location, self.url), None)
            }
            WsError::Io(error) if error.kind() == io::ErrorKind::TimedOut => {
                Unreachable::new(no_answer(), error)
            }
            WsError::Io(error) if SpeaksTls::is(&error) => {
                Unreachable::new("it speaks TLS; use wss://", error)
            }
            WsError::Io(error) => self.broke(error),
            WsError::Protocol(ProtocolError::HandshakeIncomplete) => {
                self.broke(io::ErrorKind::UnexpectedEof.into())
            }
            error => Unreachable::new(
                format!(
                    "it is not a Janus WebSocket endpoint: it does not speak WebSocket; \
                     check host and port ({})",
                    self.url.usual_port()
                ),
                io::Error::new(io::ErrorKind::InvalidData, error),
            ),
        }
    }
}

/// The stream of the handshake. It hands out the head of the HTTP answer and
/// not a byte more.
struct Head {
    stream: Stream,
    read: Box<dyn StreamReader>,
    deadline: Instant,
    /// How much of [`END`] has been seen; all of it at the end of the head.
    seen: usize,
    /// Whether anything has come.
    begun: bool,
    /// What came behind the head.
    rest: Vec<u8>,
    /// What belongs behind the path of the request, until that is written.
    query: String,
}

impl Read for Head {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.seen == END.len() {
            return Ok(0);
        }
        let length = self.read.recv_by(buffer, self.deadline)?;
        if !self.begun {
            SpeaksTls::check(&buffer[..length])?;
        }
        self.begun = true;
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
        let whole = with_rest(bytes, &std::mem::take(&mut self.query));
        let sent = self.stream.send_all(&whole, self.deadline);
        sent.map_err(|error| self.read.last_words(error))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
