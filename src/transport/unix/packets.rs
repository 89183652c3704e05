//! A Unix socket of packets that one thread reads with a deadline while others write.
//!
//! As in `transport/socket`: a blocking socket, a caller waits in `recv` itself, and writers never
//! wait in `send`.
//!
//! A datagram socket is connected as well. So nobody but Janus can send to it, `poll` tells when
//! Janus has room, and Janus may send more than the few datagrams that an unconnected socket holds
//! (`net.unix.max_dgram_qlen`) before they are read: it does not wait, and what is too much is lost.

use std::{
    io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use rustix::{
    buffer::spare_capacity,
    io::Errno,
    net::{
        AddressFamily, RecvFlags, SendFlags, Shutdown, SocketAddrUnix, SocketFlags, SocketType,
        connect, recv, send, shutdown, socket_with,
        sockopt::{Timeout, set_socket_timeout, socket_send_buffer_size},
    },
};

use super::{diagnosis, reply_path::ReplyPath};
use crate::transport::{
    Lookout, Unreachable, Wait,
    deadline::{ReceiveTimeout, received, remaining, wait_for_room},
    lookout,
    writer::Outlet,
};

/// The socket, shared by writers and the reader.
#[derive(Debug)]
pub(super) struct Packets {
    socket: OwnedFd,
    /// Where a datagram client gets its answers.
    own: Option<ReplyPath>,
    /// Nothing more is read; a datagram socket has no packet for its end.
    over: AtomicBool,
}

/// The reading side: the socket, its receive timeout, and room for the largest packet.
#[derive(Debug)]
pub(super) struct ReadSide {
    packets: Arc<Packets>,
    timeout: ReceiveTimeout,
    buffer: Vec<u8>,
    room: usize,
}

/// What was received.
pub(super) enum Packet<'a> {
    None,
    Whole(&'a [u8]),
    /// The beginning of one that was longer than there was room for. There is room from now on.
    Cut(&'a [u8]),
}

/// Room for a packet, in bytes, should Janus's send buffer be larger than ours.
const ROOM: usize = 1 << 20;

/// How much of a packet that was cut is told: Janus writes the transaction at the beginning.
const BEGINNING: usize = 1024;

/// A buffer in which more than this was used is given back.
const KEPT: usize = 64 << 10;

impl Packets {
    /// Connects to a SEQPACKET server.
    pub(super) fn connection(
        server: &SocketAddrUnix,
        deadline: Instant,
    ) -> Result<Self, Unreachable> {
        let socket = new_socket(SocketType::SEQPACKET)?;
        // Bounds the wait for room in the server's queue of new links; `send` never waits.
        set_socket_timeout(&socket, Timeout::Send, Some(remaining(deadline)?))
            .map_err(io::Error::from)?;
        loop {
            match connect(&socket, server) {
                Err(Errno::INTR) => {}
                result => {
                    result.map_err(|error| diagnosis::of_connect(error, false))?;
                    break;
                }
            }
        }
        Ok(Self::new(socket, None))
    }

    /// Makes a socket with a path of its own, connected to a DGRAM server.
    pub(super) fn datagrams(path: &Path, server: &SocketAddrUnix) -> Result<Self, Unreachable> {
        let socket = new_socket(SocketType::DGRAM)?;
        let own = ReplyPath::bind(&socket, path)?;
        connect(&socket, server).map_err(|error| diagnosis::of_connect(error, true))?;
        // Not before it is connected: from then on nobody else can send to it.
        own.open_to_server()?;
        let packets = Self::new(socket, Some(own));
        packets.discard()?;
        Ok(packets)
    }

    fn new(socket: OwnedFd, own: Option<ReplyPath>) -> Self {
        Self {
            socket,
            own,
            over: AtomicBool::new(false),
        }
    }

    pub(super) fn are_datagrams(&self) -> bool {
        self.own.is_some()
    }

    /// Drops what somebody sent while the socket was not yet connected: it is not Janus's.
    fn discard(&self) -> io::Result<()> {
        loop {
            match recv(&self.socket, &mut [0][..], RecvFlags::DONTWAIT) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Sends a packet if there is room for it now; otherwise it is `WouldBlock`.
    fn send_one(&self, packet: &[u8]) -> io::Result<()> {
        loop {
            match send(
                &self.socket,
                packet,
                SendFlags::DONTWAIT | SendFlags::NOSIGNAL,
            ) {
                Ok(_) => return Ok(()),
                Err(Errno::AGAIN) => return Err(Errno::AGAIN.into()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(diagnosis::of_send(error, self.are_datagrams())),
            }
        }
    }

    /// Ends the sending direction: a SEQPACKET server closes the link then. To a DGRAM server
    /// nothing can be said, so its client ends at once.
    fn leave(&self) {
        if self.are_datagrams() {
            self.shutdown();
        } else {
            let _ = shutdown(&self.socket, Shutdown::Write);
        }
    }

    /// Ends both directions, wakes all threads that wait on the socket, and removes its path.
    pub(super) fn shutdown(&self) {
        self.over.store(true, Ordering::Release);
        // It fails only when the socket is not connected any more, which is what is wanted.
        let _ = shutdown(&self.socket, Shutdown::Both);
        if let Some(own) = &self.own {
            own.remove();
        }
    }
}

impl AsFd for Packets {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// A mark in place of a packet's length: everything before it has been sent.
pub(super) const GOODBYE: [u8; 2] = u16::MAX.to_ne_bytes();

impl Outlet for Packets {
    /// The bytes are packets, each behind its length. Takes one.
    fn take(&self, bytes: &[u8]) -> io::Result<usize> {
        let (length, rest) = bytes.split_first_chunk().expect("whole packets are put in");
        if *length == GOODBYE {
            self.leave();
            return Ok(length.len());
        }
        let packet = &rest[..u16::from_ne_bytes(*length).into()];
        self.send_one(packet)?;
        Ok(length.len() + packet.len())
    }

    fn wait_for_room(&self, deadline: Instant) -> io::Result<()> {
        wait_for_room(&self.socket, deadline)
    }

    fn shutdown(&self) {
        Packets::shutdown(self);
    }
}

impl ReadSide {
    pub(super) fn new(packets: Arc<Packets>) -> Self {
        // The default of every socket here, so also of Janus's, which leaves it as it is: no
        // packet can be longer. The memory is not touched before so much comes.
        let room = socket_send_buffer_size(&packets.socket).unwrap_or_default();
        Self {
            packets,
            timeout: ReceiveTimeout::default(),
            buffer: Vec::new(),
            room: room.max(ROOM),
        }
    }

    /// Waits for a packet without this, if the system has a way.
    pub(super) fn lookout(&self) -> Option<Arc<dyn Lookout>> {
        lookout::on(&self.packets)
    }

    /// Waits for a packet.
    ///
    /// May return without a packet before the deadline, but not noticeably after it. Waits as
    /// `transport/socket` does.
    pub(super) fn recv(&mut self, wait: Wait) -> io::Result<Packet<'_>> {
        if self.packets.over.load(Ordering::Acquire) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        if self.buffer.len() > KEPT {
            self.buffer = Vec::new();
        }
        self.buffer.clear();
        if self.buffer.capacity() == 0 {
            self.buffer.reserve_exact(self.room);
        }
        let (packets, buffer) = (&*self.packets, &mut self.buffer);
        // The packet's length may be more than was received.
        let recv = |flags| match received(recv(
            &packets.socket,
            spare_capacity(buffer),
            flags | RecvFlags::TRUNC,
        ))? {
            Some((_, 0)) if !packets.are_datagrams() => Err(io::ErrorKind::UnexpectedEof.into()),
            received => Ok(received.map(|(_, length)| length)),
        };
        let received = self.timeout.receive(&packets.socket, wait, recv)?;
        Ok(match received {
            // What a shutdown looks like on a datagram socket; looked at when called again.
            None | Some(0) => Packet::None,
            Some(length) if length > self.buffer.len() => {
                self.room = length;
                Packet::Cut(&self.buffer[..BEGINNING.min(self.buffer.len())])
            }
            Some(_) => Packet::Whole(&self.buffer),
        })
    }
}

fn new_socket(kind: SocketType) -> io::Result<OwnedFd> {
    Ok(socket_with(
        AddressFamily::UNIX,
        kind,
        SocketFlags::CLOEXEC,
        None,
    )?)
}
