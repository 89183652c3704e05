//! Waiting on a socket until a deadline.

use std::{
    io,
    os::fd::AsFd,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    net::{
        RecvFlags,
        sockopt::{Timeout, set_socket_timeout},
    },
};

use super::Wait;

/// Below this the kernel's receive timeout is not used: it is a coarse one.
const COARSE: Duration = Duration::from_secs(1);

/// The time left until a deadline; `TimedOut` when none is.
pub(super) fn remaining(deadline: Instant) -> io::Result<Duration> {
    match deadline.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(io::ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}

/// Waits until the socket is ready; `false` when it is not once the deadline has passed.
pub(super) fn is_ready(socket: impl AsFd, flags: PollFlags, deadline: Instant) -> io::Result<bool> {
    loop {
        let left = remaining(deadline).unwrap_or_default();
        let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
        match poll(&mut [PollFd::new(&socket, flags)], Some(&timeout)) {
            Ok(0) if remaining(deadline).is_err() => return Ok(false),
            Ok(0) | Err(Errno::INTR) => {}
            result => return result.map(|_| true).map_err(Into::into),
        }
    }
}

/// Waits until there is room to write. `TimedOut` when there is none in time.
pub(super) fn wait_for_room(socket: impl AsFd, deadline: Instant) -> io::Result<()> {
    if is_ready(socket, PollFlags::OUT, deadline)? {
        Ok(())
    } else {
        Err(io::ErrorKind::TimedOut.into())
    }
}

/// What `recv` gave; `None` when nothing was there, or a signal came.
pub(super) fn received<T>(result: Result<T, Errno>) -> io::Result<Option<T>> {
    match result {
        Ok(received) => Ok(Some(received)),
        Err(Errno::AGAIN | Errno::INTR) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// How long a socket's `recv` waits by itself.
#[derive(Debug, Default)]
pub(super) struct ReceiveTimeout(Duration);

impl ReceiveTimeout {
    /// Waits for input by `recv`, which is told whether it may wait.
    ///
    /// May return `None` before the deadline, not noticeably after it. When it has passed, takes what is
    /// there: this process may have been stopped until then. The kernel's receive
    /// timeout costs nothing once it is set, but fires up to an eighth late. So a caller waits with
    /// it for the larger part of its time only, and in `poll` for the rest. Whoever waits idly does
    /// so in `poll` from the start: it should wake up once, and at its deadline.
    pub(super) fn receive<T>(
        &mut self,
        socket: impl AsFd,
        wait: Wait,
        mut recv: impl FnMut(RecvFlags) -> io::Result<Option<T>>,
    ) -> io::Result<Option<T>> {
        let left = remaining(wait.deadline).unwrap_or_default();
        if wait.idle || left.is_zero() {
            // While much comes, it need not be waited for.
            if let Some(received) = recv(RecvFlags::DONTWAIT)? {
                return Ok(Some(received));
            }
        }
        if left.is_zero() {
            return Ok(None);
        }
        if wait.idle || left < COARSE {
            return if is_ready(socket, PollFlags::IN, wait.deadline)? {
                recv(RecvFlags::DONTWAIT)
            } else {
                Ok(None)
            };
        }
        // Left as it is while it is about right, which saves a system call per request.
        if self.0 > left - left / 8 || self.0 < left / 2 {
            let timeout = left - left / 4;
            set_socket_timeout(socket, Timeout::Recv, Some(timeout))?;
            self.0 = timeout;
        }
        recv(RecvFlags::empty())
    }
}
