//! A TCP socket that one thread reads with a deadline while others write.
//!
//! It is a blocking socket: a caller waits in `recv` itself, under the socket's
//! receive timeout, so that a request costs one `send` and one `recv`, like the
//! plainest loop. Writers never wait in
//! `send`: they ask for non-blocking writes one by one, and wait for room
//! in `poll`.

use std::{
    io,
    net::{Shutdown, TcpStream},
    sync::Arc,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    net::{RecvFlags, SendFlags, recv, send},
};

use super::Wait;

/// The writing side; clones are the same socket.
#[derive(Clone, Debug)]
pub(super) struct Socket(Arc<TcpStream>);

/// The reading side: the socket, and the receive timeout that it has now.
#[derive(Debug)]
pub(super) struct ReadSide {
    socket: Socket,
    timeout: Duration,
}

/// Below this the kernel's receive timeout is not used: it is a coarse one, see [`ReadSide::recv`].
const COARSE: Duration = Duration::from_secs(1);

impl Socket {
    /// Of a fresh connection.
    pub(super) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self(Arc::new(stream)))
    }

    /// Writes what there is room for, without waiting.
    pub(super) fn try_send(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut flags = SendFlags::DONTWAIT;
        #[cfg(not(target_vendor = "apple"))]
        {
            flags |= SendFlags::NOSIGNAL;
        }
        loop {
            match send(&*self.0, bytes, flags) {
                Err(Errno::INTR) => {}
                result => return Ok(result?),
            }
        }
    }

    /// Waits until there is room to write. `TimedOut` when there is none in time.
    pub(super) fn wait_for_room(&self, deadline: Instant) -> io::Result<()> {
        match self.poll(PollFlags::OUT, deadline)? {
            true => Ok(()),
            false => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    /// Waits until the socket is ready; `false` when it is not once the deadline has passed.
    fn poll(&self, flags: PollFlags, deadline: Instant) -> io::Result<bool> {
        loop {
            let left = remaining(deadline).unwrap_or_default();
            let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
            match poll(&mut [PollFd::new(&*self.0, flags)], Some(&timeout)) {
                Ok(0) if remaining(deadline).is_err() => return Ok(false),
                Ok(0) | Err(Errno::INTR) => {}
                result => return result.map(|_| true).map_err(Into::into),
            }
        }
    }

    /// Whether nothing has come that was not read yet, its end included.
    #[cfg(feature = "http")]
    pub(super) fn is_quiet(&self) -> bool {
        let flags = RecvFlags::DONTWAIT | RecvFlags::PEEK;
        matches!(recv(&*self.0, &mut [0; 1], flags), Err(Errno::AGAIN))
    }

    /// Ends both directions and wakes whoever waits on the socket.
    pub(super) fn shutdown(&self) {
        // It fails only when the socket is not connected any more, which is what is wanted.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

impl ReadSide {
    pub(super) fn new(socket: Socket) -> Self {
        Self {
            socket,
            timeout: Duration::ZERO,
        }
    }

    /// Waits for bytes; `None` when none came in time, 0 at the end of the stream.
    ///
    /// May return `None` before the deadline, not noticeably after it. When it has passed, takes what is
    /// there: this process may have been stopped until then. The kernel's receive
    /// timeout costs nothing once it is set, but fires up to an eighth late. So a caller waits with
    /// it for the larger part of its time only, and in `poll` for the rest. Whoever waits idly does
    /// so in `poll` from the start: it should wake up once, and at its deadline.
    pub(super) fn recv(&mut self, buffer: &mut [u8], wait: Wait) -> io::Result<Option<usize>> {
        let left = remaining(wait.deadline).unwrap_or_default();
        if wait.idle || left.is_zero() {
            // While much comes, it need not be waited for.
            if let Some(length) = self.recv_now(buffer, RecvFlags::DONTWAIT)? {
                return Ok(Some(length));
            }
        }
        if left.is_zero() {
            return Ok(None);
        }
        if wait.idle || left < COARSE {
            return match self.socket.poll(PollFlags::IN, wait.deadline)? {
                true => self.recv_now(buffer, RecvFlags::DONTWAIT),
                false => Ok(None),
            };
        }
        // Left as it is while it is about right, which saves a system call per request.
        if self.timeout > left - left / 8 || self.timeout < left / 2 {
            let timeout = left - left / 4;
            self.socket.0.set_read_timeout(Some(timeout))?;
            self.timeout = timeout;
        }
        self.recv_now(buffer, RecvFlags::empty())
    }

    fn recv_now(&self, buffer: &mut [u8], flags: RecvFlags) -> io::Result<Option<usize>> {
        match recv(&*self.socket.0, buffer, flags) {
            Ok((length, _)) => Ok(Some(length)),
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The time left until a deadline; `TimedOut` when none is.
pub(super) fn remaining(deadline: Instant) -> io::Result<Duration> {
    match deadline.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(io::ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}
