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
    time::Instant,
};

use rustix::{
    io::Errno,
    net::{SendFlags, recv, send},
};

use super::{
    Lookout, Wait,
    deadline::{ReceiveTimeout, received, wait_for_room},
    lookout,
    stream::{StreamReader, StreamWriter},
    writer::Outlet,
};

/// After so long without a packet the kernel sends a probe, and others after it until one is answered.
#[cfg(target_os = "linux")]
const QUIET: std::time::Duration = std::time::Duration::from_secs(10);
#[cfg(target_os = "linux")]
const PROBE: std::time::Duration = std::time::Duration::from_secs(3);
#[cfg(target_os = "linux")]
const PROBES: u32 = 3;

/// The writing side; clones are the same socket.
#[derive(Clone, Debug)]
pub(super) struct Socket(Arc<TcpStream>);

/// The reading side: the socket, and the receive timeout that it has now.
#[derive(Debug)]
pub(super) struct ReadSide {
    socket: Socket,
    timeout: ReceiveTimeout,
}

impl Socket {
    /// Of a fresh connection.
    pub(super) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        // An offer of the kernel's, not a condition.
        #[cfg(target_os = "linux")]
        let _ = probe(&stream);
        Ok(Self(Arc::new(stream)))
    }
}

impl Outlet for Socket {
    fn take(&self, bytes: &[u8]) -> io::Result<usize> {
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

    fn wait_for_room(&self, deadline: Instant) -> io::Result<()> {
        wait_for_room(&*self.0, deadline)
    }

    fn shutdown(&self) {
        // It fails only when the socket is not connected any more, which is what is wanted.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

impl StreamWriter for Socket {
    #[cfg(feature = "http")]
    fn is_quiet(&self) -> bool {
        use rustix::net::RecvFlags;
        let flags = RecvFlags::DONTWAIT | RecvFlags::PEEK;
        matches!(recv(&*self.0, &mut [0; 1], flags), Err(Errno::AGAIN))
    }
}

/// Has the kernel look after a quiet connection, which wakes no thread: it finds out that the way to
/// the server is gone within 19 s, and keeps the way open where a NAT forgets it.
#[cfg(target_os = "linux")]
fn probe(stream: &TcpStream) -> io::Result<()> {
    use rustix::net::sockopt;
    sockopt::set_tcp_keepidle(stream, QUIET)?;
    sockopt::set_tcp_keepintvl(stream, PROBE)?;
    sockopt::set_tcp_keepcnt(stream, PROBES)?;
    Ok(sockopt::set_socket_keepalive(stream, true)?)
}

impl ReadSide {
    pub(super) fn new(socket: Socket) -> Self {
        Self {
            socket,
            timeout: ReceiveTimeout::default(),
        }
    }
}

impl StreamReader for ReadSide {
    fn recv(&mut self, buffer: &mut [u8], wait: Wait) -> io::Result<Option<usize>> {
        let socket = &*self.socket.0;
        self.timeout.receive(socket, wait, |flags| {
            Ok(received(recv(socket, &mut *buffer, flags))?.map(|(length, _)| length))
        })
    }

    fn lookout(&self) -> Option<Arc<dyn Lookout>> {
        lookout::on(&self.socket.0)
    }
}
