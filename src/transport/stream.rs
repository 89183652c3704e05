//! A byte stream to a server, with or without TLS: one thread reads it with a deadline while others write.
//!
//! Without TLS it is the socket itself.

use std::{fmt, io, sync::Arc, time::Instant};

use super::{
    Lookout, Settings, Unreachable, Wait,
    address::Url,
    dial::Dialer,
    socket::{ReadSide, Socket},
    writer::Outlet,
};
#[cfg(not(feature = "tls"))]
use crate::Error;
use crate::Result;

#[cfg(feature = "tls")]
use super::tls::Setup;

/// Makes streams to one server.
#[derive(Debug)]
pub(super) struct Connector {
    dialer: Dialer,
    #[cfg(feature = "tls")]
    tls: Option<Setup>,
}

/// The writing side; clones are the same stream.
pub(super) type Stream = Arc<dyn StreamWriter>;

/// What the writing side can do, beside taking bytes.
pub(super) trait StreamWriter: Outlet + fmt::Debug {
    /// Whether nothing has come that was not read yet, the end of the stream included.
    #[cfg(feature = "http")]
    fn is_quiet(&self) -> bool;

    /// The text for an error while the link is being made, if TLS is its cause: a server may refuse
    /// our certificate only after the handshake.
    fn problem(&self, _error: &io::Error) -> Option<String> {
        None
    }
}

/// The reading side.
pub(super) trait StreamReader: fmt::Debug + Send + Sync {
    /// Waits for bytes; `None` when none came in time, or only bytes that are of no use yet; 0 at
    /// the end of the stream. (An end without TLS's own goodbye is `UnexpectedEof`.)
    ///
    /// May return `None` before the deadline, not noticeably after it.
    fn recv(&mut self, buffer: &mut [u8], wait: Wait) -> io::Result<Option<usize>>;

    /// Waits for bytes without this, if the system has a way.
    fn lookout(&self) -> Option<Arc<dyn Lookout>>;

    /// Whether the last [`recv`](Self::recv) got bytes that are of no use yet: signs of life.
    fn has_part(&self) -> bool {
        false
    }

    /// Bytes that were already taken from the socket; `None` when there are none.
    ///
    /// A thread that got bytes from `recv` must take these before it gives the reader away.
    fn recv_buffered(&mut self, _buffer: &mut [u8]) -> io::Result<Option<usize>> {
        Ok(None)
    }

    /// The error of a write, or the alert that the server sent before it closed the link.
    fn last_words(&mut self, error: io::Error) -> io::Error {
        error
    }

    /// Waits for bytes until the deadline; 0 at the end of the stream. `TimedOut` when none came.
    fn recv_by(&mut self, buffer: &mut [u8], deadline: Instant) -> io::Result<usize> {
        let wait = Wait {
            deadline,
            idle: false,
        };
        loop {
            // One more look at what is there, should this process have been stopped until now.
            let over = Instant::now() >= deadline;
            if let Some(length) = self.recv(buffer, wait)? {
                return Ok(length);
            }
            if over {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
    }
}

impl Connector {
    /// Takes the address and, where it asks for TLS, the settings of it. Reads their files.
    pub(super) fn new(url: &Url, settings: &Settings) -> Result<Self> {
        #[cfg(not(feature = "tls"))]
        if url.tls {
            let _ = settings;
            return Err(Error::Unsupported {
                what: format!("{}://", url.uri.scheme_str().unwrap_or_default()).into(),
                how: "build janus-blocking with its feature `tls`",
            });
        }
        Ok(Self {
            dialer: Dialer::new(url),
            #[cfg(feature = "tls")]
            tls: if url.tls {
                Some(Setup::new(url, &settings.tls)?)
            } else {
                None
            },
        })
    }

    /// Connects, at most until the deadline: TCP, and the TLS handshake if there is one.
    pub(super) fn connect(
        &self,
        deadline: Instant,
    ) -> Result<(Stream, Box<dyn StreamReader>), Unreachable> {
        let socket = Socket::new(self.dialer.dial(deadline)?)?;
        let read = ReadSide::new(socket.clone());
        #[cfg(feature = "tls")]
        if let Some(setup) = &self.tls {
            let shaken = setup.shake_hands(socket, read, deadline);
            return shaken.map_err(|error| error.noting(&self.dialer.note));
        }
        Ok((Arc::new(socket), Box::new(read)))
    }
}

/// The answer to what was sent without TLS is a TLS alert.
#[derive(Debug, thiserror::Error)]
#[error("the answer is a TLS alert")]
pub(super) struct SpeaksTls;

impl SpeaksTls {
    /// An error if an answer begins as an alert does: with its type, and the major version.
    pub(super) fn check(answer: &[u8]) -> io::Result<()> {
        match answer {
            [0x15, 0x03, ..] => Err(io::Error::new(io::ErrorKind::InvalidData, Self)),
            _ => Ok(()),
        }
    }

    pub(super) fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|error| error.is::<Self>())
    }
}
