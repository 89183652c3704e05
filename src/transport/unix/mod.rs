//! The link over a Unix socket: SOCK_SEQPACKET or SOCK_DGRAM, one JSON message per packet.
//!
//! Facts about Janus 1.1.2 and 1.4.1 that are used here (`janus_pfunix.c`, which is the same in
//! both but for a default):
//!
//! - It receives into a buffer of 8192 bytes, and needs one of them. A longer message is dropped without an answer
//!   (SEQPACKET) or cut and answered with 454 (DGRAM), so it is refused here.
//! - It sends a packet in one piece or not at all, so that packets are bounded by its send buffer.
//! - To a datagram client it sends without waiting, and what its client has no room for is lost.

mod diagnosis;
mod packets;
mod reply_path;
#[cfg(test)]
mod tests;

use std::{
    io,
    path::{Path, PathBuf},
    str,
    sync::Arc,
    time::Instant,
};

use rustix::net::SocketAddrUnix;

use super::{
    Connected, Link, Lookout, Properties, Received, Receiver, SendError, Transport, Unreachable,
    Wait, address::shown, writer::Writer,
};
use crate::{Error, Result};
use packets::{GOODBYE, Packet, Packets, ReadSide};

/// The longest message that Janus takes from a Unix socket, in bytes: behind one of 8192 it writes a
/// zero where its buffer has ended.
const LONGEST: usize = 8191;

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
        let diagnosis = format!(
            "its path is too long ({length} bytes, at most {LONGEST_PATH}); use a shorter path"
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, diagnosis));
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
        let packets = if self.datagrams {
            Packets::datagrams(&self.path, &self.address)?
        } else {
            Packets::connection(&self.address, deadline)?
        };
        let packets = Arc::new(packets);
        Ok(Connected {
            link: Box::new(UnixLink(Writer::new(packets.clone()))),
            receiver: Box::new(UnixReceiver(ReadSide::new(packets))),
        })
    }
}

struct UnixLink(Arc<Writer<Packets>>);

impl Link for UnixLink {
    fn send(&self, text: &str, deadline: Instant) -> Result<(), SendError> {
        check(text)?;
        self.0.send(packet(text), deadline)
    }

    fn post(&self, text: &str) -> Result<(), SendError> {
        check(text)?;
        self.0.post(packet(text))
    }

    fn goodbye(&self) {
        // Behind everything else. Where it fails the reader finds out as well.
        let _ = self.0.post(|_, bytes| bytes.extend(GOODBYE));
    }

    fn shutdown(&self) {
        self.0.shutdown();
    }

    fn properties(&self) -> Properties {
        Properties {
            // Janus never looks whether a datagram client is still there.
            reports_going_away: !self.0.outlet.are_datagrams(),
            ..Properties::default()
        }
    }
}

/// Refuses what Janus would drop.
fn check(text: &str) -> Result<(), SendError> {
    if text.len() <= LONGEST {
        return Ok(());
    }
    let diagnosis = format!(
        "the message has {} bytes, and Janus takes at most {LONGEST} over a Unix socket; \
         use another transport (ws://, http://) for it, or make it shorter: \
         trickle candidates instead of having them all in the SDP",
        text.len()
    );
    Err(SendError::TooLarge(diagnosis))
}

/// Puts a packet behind its length.
fn packet(text: &str) -> impl Fn(u64, &mut Vec<u8>) {
    move |_, bytes| {
        let length = u16::try_from(text.len()).expect("at most `LONGEST`");
        bytes.extend(length.to_ne_bytes());
        bytes.extend(text.as_bytes());
    }
}

struct UnixReceiver(ReadSide);

impl Receiver for UnixReceiver {
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        match self.0.recv(wait)? {
            Packet::None => {}
            Packet::Whole(bytes) => sink(match str::from_utf8(bytes) {
                Ok(text) => Received::Text(text),
                Err(_) => Received::Garbage("a packet that is not UTF-8"),
            }),
            Packet::Cut(bytes) => sink(Received::TooLong(
                bytes.utf8_chunks().next().map_or("", |text| text.valid()),
            )),
        }
        Ok(())
    }

    fn lookout(&self) -> Option<Arc<dyn Lookout>> {
        self.0.lookout()
    }
}
