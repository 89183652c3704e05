//! A byte stream to a server, with or without TLS: one thread reads it with a deadline while others write.
//!
//! Without TLS it is the socket itself and costs nothing more.

use std::{io, sync::Arc, time::Instant};

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
use super::tls::{Setup, TlsReader, TlsWriter};

/// Makes streams to one server.
#[derive(Debug)]
pub(super) struct Connector {
    dialer: Dialer,
    #[cfg(feature = "tls")]
    tls: Option<Setup>,
}

/// The writing side; clones are the same stream.
#[derive(Clone, Debug)]
pub(super) enum Stream {
    Plain(Socket),
    #[cfg(feature = "tls")]
    Tls(TlsWriter),
}

/// The reading side.
#[derive(Debug)]
pub(super) enum StreamReader {
    Plain(ReadSide),
    #[cfg(feature = "tls")]
    Tls(Box<TlsReader>),
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
    pub(super) fn connect(&self, deadline: Instant) -> Result<(Stream, StreamReader), Unreachable> {
        let socket = Socket::new(self.dialer.dial(deadline)?)?;
        let read = ReadSide::new(socket.clone());
        #[cfg(feature = "tls")]
        if let Some(setup) = &self.tls {
            let (writer, reader) = setup
                .shake_hands(socket, read, deadline)
                .map_err(|error| error.noting(&self.dialer.note))?;
            return Ok((Stream::Tls(writer), StreamReader::Tls(Box::new(reader))));
        }
        Ok((Stream::Plain(socket), StreamReader::Plain(read)))
    }
}

impl Outlet for Stream {
    fn try_send(&self, bytes: &[u8]) -> (usize, io::Result<bool>) {
        let mut sent = 0;
        while sent < bytes.len() {
            let rest = &bytes[sent..];
            let taken = match self {
                Self::Plain(socket) => socket.try_send(rest),
                #[cfg(feature = "tls")]
                Self::Tls(writer) => writer.try_send(rest),
            };
            match taken {
                Ok(length) => sent += length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return (sent, Ok(false));
                }
                Err(error) => return (sent, Err(error)),
            }
        }
        (sent, self.try_flush())
    }

    fn wait_for_room(&self, deadline: Instant) -> io::Result<()> {
        Stream::wait_for_room(self, deadline)
    }

    fn shutdown(&self) {
        Stream::shutdown(self);
    }
}

impl Stream {
    /// Whether all that was taken is in the socket; moves what there is room for, without waiting.
    pub(super) fn try_flush(&self) -> io::Result<bool> {
        match self {
            Self::Plain(_) => Ok(true),
            #[cfg(feature = "tls")]
            Self::Tls(writer) => writer.try_flush(),
        }
    }

    /// Waits until there is room to write. `TimedOut` when there is none in time.
    pub(super) fn wait_for_room(&self, deadline: Instant) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.wait_for_room(deadline),
            #[cfg(feature = "tls")]
            Self::Tls(writer) => writer.wait_for_room(deadline),
        }
    }

    /// Writes all of it, waiting for room until the deadline. For one writer at a time.
    pub(super) fn send_all(&self, mut bytes: &[u8], deadline: Instant) -> io::Result<()> {
        loop {
            let (sent, done) = self.try_send(bytes);
            if done? {
                return Ok(());
            }
            bytes = &bytes[sent..];
            self.wait_for_room(deadline)?;
        }
    }

    /// Whether nothing has come that was not read yet, the end of the stream included.
    #[cfg(feature = "http")]
    pub(super) fn is_quiet(&self) -> bool {
        match self {
            Self::Plain(socket) => socket.is_quiet(),
            #[cfg(feature = "tls")]
            Self::Tls(writer) => writer.is_quiet(),
        }
    }

    /// Ends both directions and wakes all threads that wait on the stream.
    pub(super) fn shutdown(&self) {
        match self {
            Self::Plain(socket) => socket.shutdown(),
            #[cfg(feature = "tls")]
            Self::Tls(writer) => writer.shutdown(),
        }
    }

    /// The text for an error while the link is being made, if TLS is its cause: a server may refuse
    /// our certificate only after the handshake.
    pub(super) fn problem(&self, error: &io::Error) -> Option<String> {
        match self {
            Self::Plain(_) => {
                let _ = error;
                None
            }
            #[cfg(feature = "tls")]
            Self::Tls(writer) => writer.diagnosis(error),
        }
    }
}

impl StreamReader {
    /// Waits for bytes; `None` when none came in time, or only bytes that are of no use yet; 0 at
    /// the end of the stream. (An end without TLS's own goodbye is `UnexpectedEof`.)
    ///
    /// May return `None` before the deadline, not noticeably after it.
    pub(super) fn recv(&mut self, buffer: &mut [u8], wait: Wait) -> io::Result<Option<usize>> {
        match self {
            Self::Plain(read) => read.recv(buffer, wait),
            #[cfg(feature = "tls")]
            Self::Tls(reader) => reader.recv(buffer, wait),
        }
    }

    /// Waits for bytes without this, if the system has a way.
    pub(super) fn lookout(&self) -> Option<Arc<dyn Lookout>> {
        match self {
            Self::Plain(read) => read.lookout(),
            #[cfg(feature = "tls")]
            Self::Tls(reader) => reader.lookout(),
        }
    }

    /// Whether the last [`recv`](Self::recv) got bytes that are of no use yet: signs of life.
    pub(super) fn has_part(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            #[cfg(feature = "tls")]
            Self::Tls(reader) => reader.has_part(),
        }
    }

    /// Bytes that were already taken from the socket; `None` when there are none.
    ///
    /// A thread that got bytes from `recv` must take these before it gives the reader away.
    pub(super) fn recv_buffered(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        match self {
            Self::Plain(_) => {
                let _ = buffer;
                Ok(None)
            }
            #[cfg(feature = "tls")]
            Self::Tls(reader) => reader.recv_buffered(buffer),
        }
    }

    /// Waits for bytes until the deadline; 0 at the end of the stream. `TimedOut` when none came.
    pub(super) fn recv_by(&mut self, buffer: &mut [u8], deadline: Instant) -> io::Result<usize> {
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

    /// The error of a write, or the alert that the server sent before it closed the link.
    pub(super) fn last_words(&mut self, error: io::Error) -> io::Error {
        match self {
            Self::Plain(_) => error,
            #[cfg(feature = "tls")]
            Self::Tls(reader) => reader.last_words(error),
        }
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
