//! A TCP socket that one thread reads with a deadline while others write.
//!
//! It is a blocking socket: the reader waits in `recv` itself, with the
//! socket's receive timeout as its deadline, so that a request costs one
//! `send` and one `recv`, like the plainest loop. Writers never wait in
//! `send`: they ask for non-blocking writes one by one, and wait for room
//! in `poll`.

use std::{
    io,
    net::{Shutdown, TcpStream, ToSocketAddrs},
    sync::Arc,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    net::{RecvFlags, SendFlags, recv, send},
};

/// The writing side; clones are the same socket.
#[derive(Clone, Debug)]
pub(super) struct Socket(Arc<TcpStream>);

/// The reading side: the socket, and the receive timeout that it has now.
#[derive(Debug)]
pub(super) struct ReadSide {
    socket: Socket,
    timeout: Duration,
}

/// A receive timeout is changed when the deadline is this much nearer, or when
/// it would make the reader wake up in vain too often; else it is left as it
/// is, which saves a system call per request.
const SLACK: Duration = Duration::from_millis(2);

impl Socket {
    /// Connects to the first address that accepts, all of them within the deadline.
    pub(super) fn connect(host: &str, port: u16, deadline: Instant) -> io::Result<Self> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in (host, port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, remaining(deadline)?) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    return Ok(Self(Arc::new(stream)));
                }
                Err(error) => last = error,
            }
        }
        Err(last)
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
                Err(rustix::io::Errno::INTR) => {}
                result => return Ok(result?),
            }
        }
    }

    /// Waits until there is room to write. `TimedOut` when there is none in time.
    pub(super) fn wait_for_room(&self, deadline: Instant) -> io::Result<()> {
        loop {
            let timeout = Timespec::try_from(remaining(deadline)?).map_err(io::Error::other)?;
            match poll(&mut [PollFd::new(&*self.0, PollFlags::OUT)], Some(&timeout)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                result => return result.map(drop).map_err(Into::into),
            }
        }
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

    /// Waits for bytes until about the deadline; `None` when it passed, 0 at the end of the stream.
    pub(super) fn recv(
        &mut self,
        buffer: &mut [u8],
        deadline: Instant,
    ) -> io::Result<Option<usize>> {
        let Ok(left) = remaining(deadline) else {
            return Ok(None);
        };
        if self.timeout > left + SLACK || self.timeout < left / 2 {
            self.socket.0.set_read_timeout(Some(left))?;
            self.timeout = left;
        }
        match recv(&*self.socket.0, buffer, RecvFlags::empty()) {
            Ok((length, _)) => Ok(Some(length)),
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The time left until a deadline; `TimedOut` when none is.
fn remaining(deadline: Instant) -> io::Result<Duration> {
    match deadline.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(io::ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}
