//! The link over a Unix socket: SOCK_SEQPACKET or SOCK_DGRAM, one JSON message per packet.
//!
//! Facts about Janus 1.1.2 and 1.4.1 that are used here (`janus_pfunix.c`, which is the same in
//! both but for a default):
//!
//! - It receives into a buffer of 8192 bytes. A longer message is dropped without an answer
//!   (SEQPACKET) or cut and answered with 454 (DGRAM), so it is refused here.
//! - It sends a packet in one piece or not at all, so that packets are bounded by its send buffer.
//! - To a datagram client it sends without waiting, and what its client has no room for is lost.

mod own_path;
mod packets;
mod problem;
#[cfg(test)]
mod tests;
mod unsent;

use std::{
    io,
    path::{Path, PathBuf},
    str,
    sync::Arc,
    time::Instant,
};

use rustix::net::SocketAddrUnix;

use super::{
    Connected, Link, Properties, Received, Receiver, Transport, Unreachable, Wait, address::shown,
};
use crate::{Error, Result};
use packets::{Packet, Packets, ReadSide};
use unsent::Writer;

/// The longest message that Janus takes from a Unix socket, in bytes.
const LONGEST: usize = 8192;

/// The longest path that fits into a socket's address with the zero behind it that Janus wants.
const LONGEST_PATH: usize = 107;

/// Makes links to the Unix socket of one server.
#[derive(Debug)]
pub(super) struct UnixSocket {
    path: PathBuf,
    address: SocketAddrUnix,
    datagrams: bool,
}

impl UnixSocket {
    pub(super) fn new(path: PathBuf, datagrams: bool) -> Result<Self> {
        let address = address(&path).map_err(|error| {
            let shown = shown(&text(&path, datagrams));
            Error::config("url", format!("`{shown}`: {error}"))
        })?;
        Ok(Self {
            path,
            address,
            datagrams,
        })
    }
}

/// The address of the socket with this path.
fn address(path: &Path) -> io::Result<SocketAddrUnix> {
    let length = path.as_os_str().len();
    if length > LONGEST_PATH {
        let problem =
            format!("its path has {length} bytes, and a Unix socket's has at most {LONGEST_PATH}");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
    }
    Ok(SocketAddrUnix::new(path)?)
}

fn text(path: &Path, datagrams: bool) -> String {
    let scheme = if datagrams { "unixdgram" } else { "unix" };
    format!("{scheme}://{}", path.display())
}

impl Transport for UnixSocket {
    fn address(&self) -> String {
        text(&self.path, self.datagrams)
    }

    fn connect(&self, deadline: Instant) -> Result<Connected, Unreachable> {
        let packets = match self.datagrams {
            true => Packets::datagrams(&self.path, &self.address)?,
            false => Packets::connection(&self.address, deadline)?,
        };
        let packets = Arc::new(packets);
        let writer = Arc::new(Writer::new(packets.clone()));
        let receiver = UnixReceiver {
            read: ReadSide::new(packets),
            writer: writer.clone(),
        };
        Ok(Connected {
            link: Box::new(UnixLink(writer)),
            receiver: Box::new(receiver),
        })
    }
}

struct UnixLink(Arc<Writer>);

impl Link for UnixLink {
    fn send(
        &self,
        text: &str,
        deadline: Instant,
        _answers: &mut dyn FnMut(Received<'_>),
    ) -> io::Result<()> {
        if text.len() > LONGEST {
            let problem = format!(
                "the message has {} bytes, and Janus takes at most {LONGEST} over a Unix socket; \
                 use another transport (ws://, http://) for it, or make it shorter: \
                 trickle candidates instead of having them all in the SDP",
                text.len()
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        }
        self.0.send(text.as_bytes(), deadline)
    }

    fn goodbye(&self) {
        self.0.goodbye();
    }

    fn shutdown(&self) {
        self.0.packets.shutdown();
    }

    fn properties(&self) -> Properties {
        Properties {
            // Janus never looks whether a datagram client is still there.
            reports_going_away: !self.0.packets.are_datagrams(),
            ..Properties::default()
        }
    }
}

struct UnixReceiver {
    read: ReadSide,
    writer: Arc<Writer>,
}

impl Receiver for UnixReceiver {
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        // What a writer could not wait for goes out as soon as there is room.
        let unsent = !self.writer.flush()?;
        match self.read.recv(wait, unsent)? {
            Packet::None => {}
            Packet::Whole(bytes) => sink(match str::from_utf8(bytes) {
                Ok(text) => Received::Text(text),
                Err(_) => Received::Garbage("a packet that is not UTF-8"),
            }),
            Packet::Cut => sink(Received::Garbage(
                "a packet longer than any that can be sent",
            )),
        }
        Ok(())
    }
}
