//! One connection to the server: a request out, its response in.

use std::{
    io,
    time::{Duration, Instant},
};

use super::response::{Decoder, Response};
use crate::transport::{
    Unreachable, Wait,
    stream::{Connector, Stream, StreamReader},
};

/// How long Janus waits for its own answer to a request before it cuts its response off.
const JANUS_WAITS: Duration = Duration::from_secs(10);

/// A little less than that: our clock began later than the server's, or earlier.
const NEARLY: Duration = Duration::from_millis(9_500);

/// An idle connection is not used again after this time. Janus closes one after 120 s, and
/// proxies do so earlier; a request that crosses with the end is lost.
const MAX_IDLE: Duration = Duration::from_secs(30);

/// How long reading may take of what has come already.
const LOOK: Duration = Duration::from_millis(500);

/// A buffer that is kept is not larger than this.
const MAX_KEPT: usize = 64 << 10;

pub(super) struct Connection {
    pub(super) stream: Stream,
    read: StreamReader,
    decoder: Decoder,
    used: Instant,
    /// A request is out whole, and its response may still come.
    awaits: bool,
}

impl Connection {
    pub(super) fn new(connector: &Connector, deadline: Instant) -> Result<Self, Unreachable> {
        let (stream, read) = connector.connect(deadline)?;
        Ok(Self {
            stream,
            read,
            decoder: Decoder::default(),
            used: Instant::now(),
            awaits: false,
        })
    }

    /// Whether the server has probably not closed it meanwhile, nor sent what nobody asked for.
    pub(super) fn is_good(&self) -> bool {
        self.used.elapsed() < MAX_IDLE && self.stream.is_quiet()
    }

    /// Whether the response to the last request may still come.
    pub(super) fn awaits(&self) -> bool {
        self.awaits
    }

    /// Sends a request and waits for its response. After an error the connection is of no use, unless
    /// it [`awaits`](Self::awaits) the response.
    ///
    /// `idle`: it will take its time, so do not wake up for anything else.
    pub(super) fn exchange(
        &mut self,
        request: &[u8],
        idle: bool,
        deadline: Instant,
    ) -> io::Result<Response> {
        self.stream
            .send_all(request, deadline)
            .map_err(|error| match error.kind() {
                io::ErrorKind::TimedOut => error,
                _ => self.read.last_words(error),
            })?;
        self.awaits = true;
        self.response(idle, deadline)
    }

    /// Waits for the response to what was sent.
    pub(super) fn response(&mut self, idle: bool, deadline: Instant) -> io::Result<Response> {
        let begun = Instant::now();
        let (mut deadline, mut has_looked) = (deadline, false);
        let response = loop {
            if let Some(response) = self.decoder.next()? {
                break response;
            }
            let wait = Wait { deadline, idle };
            match self.read.recv(self.decoder.room(), wait) {
                // Over TLS an end without its goodbye completes no response.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Err(self.cut_off(begun.elapsed()));
                }
                Err(error) => {
                    self.awaits = false;
                    return Err(error);
                }
                Ok(received) => match received {
                    Some(0) => match self.decoder.at_end() {
                        Some(response) => break response,
                        None => return Err(self.cut_off(begun.elapsed())),
                    },
                    Some(length) => self.decoder.filled(length),
                    None if Instant::now() >= deadline => {
                        // This process may have been stopped for a while: what came is read first.
                        if has_looked || self.stream.is_quiet() {
                            return Err(io::ErrorKind::TimedOut.into());
                        }
                        has_looked = true;
                        deadline = Instant::now() + LOOK;
                    }
                    None => {}
                },
            }
        };
        self.awaits = false;
        self.used = Instant::now();
        self.decoder.shrink(MAX_KEPT);
        Ok(response)
    }

    /// The connection has ended in the middle of a response, or before it.
    fn cut_off(&mut self, after: Duration) -> io::Error {
        self.awaits = false;
        match self.decoder.has_only_head() && after > NEARLY {
            true => io::Error::new(
                io::ErrorKind::TimedOut,
                format!("Janus gave the request up after {JANUS_WAITS:?} without an answer to it"),
            ),
            false => io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the server closed the connection instead of answering",
            ),
        }
    }

    /// Whether it can carry another request.
    pub(super) fn is_reusable(&self, response: &Response) -> bool {
        response.reusable && self.decoder.is_clean()
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write, net::TcpListener};

    use super::*;
    use crate::{Config, transport::address::Address};

    #[test]
    fn an_answer_that_came_while_the_process_was_stopped_is_read_after_the_deadline() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let Ok(Address::Http(url)) = Address::parse(&url) else {
            panic!("an address of HTTP");
        };
        let connector = Connector::new(&url, &Config::new("")).expect("good settings");
        let soon = Instant::now() + Duration::from_secs(5);
        let mut connection = Connection::new(&connector, soon).expect("a connection");
        let (mut server, _) = listener.accept().expect("a connection");
        let body = "x".repeat(50_000);
        write!(
            server,
            "HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n{body}"
        )
        .expect("sent");
        while connection.stream.is_quiet() {
            std::thread::yield_now();
        }
        let response = connection.exchange(b"x", false, Instant::now());
        assert_eq!(response.expect("it is there").body.len(), body.len());
        let error = connection.exchange(b"x", false, Instant::now());
        let kind = error.expect_err("nothing is there").kind();
        assert_eq!(kind, io::ErrorKind::TimedOut);
    }
}
