//! A TLS connection, read by one thread while others write.
//!
//! rustls's connection is one object for both directions, behind one lock. The lock is held to move
//! bytes that are there, never while waiting: the reader waits on the socket with a buffer of its
//! own, a writer waits for room in `poll`.

use std::{
    io::{self, Read, Write},
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use rustls::ClientConnection;

use super::diagnosis::{self, Context};
use crate::transport::{
    Lookout, Wait,
    socket::{ReadSide, Socket},
    stream::{StreamReader, StreamWriter},
    writer::Outlet,
};

/// The size of the reader's buffer, as for links without TLS.
const BUFFER: usize = 8 << 10;

/// How long a server's reason may be behind the end of the link.
const LAST_WORDS: Duration = Duration::from_millis(20);

/// What both sides share.
struct Shared {
    socket: Socket,
    connection: Mutex<ClientConnection>,
    context: Context,
}

/// The writing side; clones are the same link.
#[derive(Clone)]
pub(super) struct TlsWriter(Arc<Shared>);

/// The reading side.
pub(super) struct TlsReader {
    shared: Arc<Shared>,
    read: ReadSide,
    /// What came and is still encrypted is `start..end` of it.
    sealed: Box<[u8]>,
    start: usize,
    end: usize,
    /// Told when all that came before it has been read.
    failed: Option<rustls::Error>,
    /// What came last is of no use yet: part of a record, or a message of TLS itself.
    part: bool,
}

impl TlsWriter {
    pub(super) fn pair(
        socket: Socket,
        read: ReadSide,
        connection: ClientConnection,
        context: Context,
    ) -> (Self, TlsReader) {
        let shared = Arc::new(Shared {
            socket,
            connection: Mutex::new(connection),
            context,
        });
        let reader = TlsReader {
            shared: shared.clone(),
            read,
            sealed: vec![0; BUFFER].into(),
            start: 0,
            end: 0,
            failed: None,
            part: false,
        };
        (Self(shared), reader)
    }

    pub(super) fn diagnosis_of_handshake(&self, error: &io::Error) -> String {
        diagnosis::in_handshake(error, &self.0.context)
    }
}

impl Outlet for TlsWriter {
    /// Encrypts them. They may still wait for room in the socket: see `try_flush`.
    fn take(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut connection = self.0.connection.lock();
        // Old bytes first, so that they do not pile up.
        if !self.0.flush(&mut connection)? {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let taken = connection.writer().write(bytes)?;
        self.0.flush(&mut connection)?;
        if taken == 0 && !bytes.is_empty() {
            Err(io::ErrorKind::WriteZero.into())
        } else {
            Ok(taken)
        }
    }

    fn try_flush(&self) -> io::Result<bool> {
        self.0.flush(&mut self.0.connection.lock())
    }

    fn wait_for_room(&self, deadline: Instant) -> io::Result<()> {
        self.0.socket.wait_for_room(deadline)
    }

    /// Says goodbye if there is room for it, and ends the link.
    fn shutdown(&self) {
        let mut connection = self.0.connection.lock();
        connection.send_close_notify();
        // The end of the TCP connection does as well.
        let _ = self.0.flush(&mut connection);
        drop(connection);
        self.0.socket.shutdown();
    }
}

impl StreamWriter for TlsWriter {
    /// Alerts included.
    #[cfg(feature = "http")]
    fn is_quiet(&self) -> bool {
        self.0.socket.is_quiet()
    }

    fn problem(&self, error: &io::Error) -> Option<String> {
        diagnosis::after_handshake(error, &self.0.context)
    }
}

impl Shared {
    /// Moves encrypted bytes into the socket; whether all have gone.
    fn flush(&self, connection: &mut ClientConnection) -> io::Result<bool> {
        while connection.wants_write() {
            match connection.write_tls(&mut SocketWriter(&self.socket)) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}

/// The room in a socket.
struct SocketWriter<'a>(&'a Socket);

impl Write for SocketWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.take(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TlsReader {
    /// The handshake, up to our last message of it.
    pub(super) fn shake_hands(&mut self, deadline: Instant) -> io::Result<()> {
        let writer = TlsWriter(self.shared.clone());
        loop {
            while !writer.try_flush().map_err(|error| self.last_words(error))? {
                writer.wait_for_room(deadline)?;
            }
            if !self.shared.connection.lock().is_handshaking() {
                return Ok(());
            }
            if self.start == self.end {
                let wait = Wait {
                    deadline,
                    idle: false,
                };
                let over = Instant::now() >= deadline;
                match self.fill(wait)? {
                    None if over => return Err(io::ErrorKind::TimedOut.into()),
                    None => {}
                    Some(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                    Some(_) => {}
                }
            }
            let shared = self.shared.clone();
            let mut connection = shared.connection.lock();
            // What comes behind the handshake stays where it is.
            while self.start < self.end && connection.is_handshaking() {
                self.unseal(&mut connection)?;
            }
            if let Some(error) = &self.failed {
                // The server should know why.
                let _ = shared.flush(&mut connection);
                return Err(broken(error));
            }
        }
    }

    /// Waits for bytes, without the lock.
    fn fill(&mut self, wait: Wait) -> io::Result<Option<usize>> {
        let length = self.read.recv(&mut self.sealed, wait)?;
        (self.start, self.end) = (0, length.unwrap_or(0));
        Ok(length)
    }

    /// Gives some of what came to TLS. It takes up to 4 KiB at a time.
    fn unseal(&mut self, connection: &mut ClientConnection) -> io::Result<()> {
        let taken = connection.read_tls(&mut &self.sealed[self.start..self.end])?;
        self.start += taken;
        if let Err(error) = connection.process_new_packets() {
            self.failed = Some(error);
        }
        if taken == 0 || self.failed.is_some() {
            // Anything after the end is ignored.
            self.start = self.end;
        }
        Ok(())
    }
}

impl StreamReader for TlsReader {
    fn recv(&mut self, buffer: &mut [u8], wait: Wait) -> io::Result<Option<usize>> {
        self.part = false;
        if let Some(length) = self.recv_buffered(buffer)? {
            return Ok(Some(length));
        }
        match self.fill(wait)? {
            None => Ok(None),
            // With TLS's own goodbye it would have ended before.
            Some(0) => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the server closed the connection without TLS's `close_notify`",
            )),
            Some(_) => {
                let received = self.recv_buffered(buffer)?;
                self.part = received.is_none();
                Ok(received)
            }
        }
    }

    fn lookout(&self) -> Option<Arc<dyn Lookout>> {
        self.read.lookout()
    }

    fn has_part(&self) -> bool {
        self.part
    }

    fn recv_buffered(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        let shared = self.shared.clone();
        let mut connection = shared.connection.lock();
        loop {
            match connection.reader().read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result.map(Some),
            }
            if let Some(error) = &self.failed {
                return Err(broken(error));
            }
            if self.start == self.end {
                return Ok(None);
            }
            self.unseal(&mut connection)?;
            // Alerts, and answers to what TLS itself asks. If the socket is full they go with the
            // next message; if it is broken, the next read or write says so.
            let _ = shared.flush(&mut connection);
        }
    }

    fn last_words(&mut self, error: io::Error) -> io::Error {
        let deadline = Instant::now() + LAST_WORDS;
        let wait = Wait {
            deadline,
            idle: true,
        };
        // A server in its handshake has not more to say than this many buffers.
        for _ in 0..8 {
            let read = self.recv(&mut [0; 1024], wait);
            if let Err(last) = read {
                let said = last.kind() == io::ErrorKind::InvalidData;
                return if said { last } else { error };
            }
            if matches!(read, Ok(Some(0))) || Instant::now() >= deadline {
                break;
            }
        }
        error
    }
}

fn broken(error: &rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.clone())
}

impl std::fmt::Debug for TlsWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsWriter").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for TlsReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsReader").finish_non_exhaustive()
    }
}
