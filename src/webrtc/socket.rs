//! UDP sockets, the addresses that they are bound to, and what wakes their thread up.

use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket},
    ops::RangeInclusive,
    os::{fd::AsFd, unix::net::UnixStream},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    net::sockopt::set_socket_recv_buffer_size,
};

use crate::{Error, Result};

/// How many bytes may wait for the thread: they are of all peers, and the system's 208 KiB are full
/// with 92 large packets, which is one keyframe.
const BUFFER: usize = 1 << 20;

/// One bound socket.
#[derive(Debug)]
pub(super) struct Socket {
    socket: UdpSocket,
    pub(super) address: SocketAddr,
}

impl Socket {
    pub(super) fn bind(ip: IpAddr, ports: Option<&RangeInclusive<u16>>) -> Result<Self> {
        let bind = |port| UdpSocket::bind(SocketAddr::new(ip, port));
        let bound = match ports {
            None => bind(0),
            Some(ports) => {
                let none = Err(io::ErrorKind::AddrInUse.into());
                let mut tried = ports.clone().map(bind);
                tried.find(Result::is_ok).unwrap_or(none)
            }
        };
        let bound = bound.and_then(|socket| {
            socket.set_nonblocking(true)?;
            // Not more than the system allows, which is no error.
            let _ = set_socket_recv_buffer_size(&socket, BUFFER);
            let address = socket.local_addr()?;
            Ok(Self { socket, address })
        });
        bound.map_err(|error| {
            Error::config(
                "address",
                format!("no UDP port could be had on {ip}: {error}"),
            )
        })
    }

    /// Whether this machine still has its address.
    pub(super) fn has_address(&self) -> bool {
        let bound = UdpSocket::bind(SocketAddr::new(self.address.ip(), 0));
        !bound.is_err_and(|error| error.kind() == io::ErrorKind::AddrNotAvailable)
    }

    /// Sends at once or not at all: what finds no room is lost, as on the network.
    pub(super) fn send(&self, datagram: &[u8], to: SocketAddr) -> io::Result<()> {
        match self.socket.send_to(datagram, to) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            _ => Ok(()),
        }
    }

    pub(super) fn receive(&self, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        // An error is what became of something that was sent: it says nothing about what came.
        for _ in 0..8 {
            match self.socket.recv_from(buffer) {
                Ok(received) => return Some(received),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(_) => {}
            }
        }
        None
    }
}

/// Ends the thread's sleep.
#[derive(Debug)]
pub(super) struct Waker {
    near: UnixStream,
    far: UnixStream,
}

impl Waker {
    pub(super) fn new() -> io::Result<Self> {
        let (near, far) = UnixStream::pair()?;
        near.set_nonblocking(true)?;
        far.set_nonblocking(true)?;
        Ok(Self { near, far })
    }

    pub(super) fn wake(&self) {
        // One byte too many for the socket has woken it up already.
        let _ = (&self.near).write(&[1]);
    }

    fn clear(&self) {
        let mut bytes = [0; 64];
        while matches!((&self.far).read(&mut bytes), Ok(1..)) {}
    }
}

/// Sleeps until something comes, or until then; which sockets have something.
pub(super) fn wait<'a, S: std::ops::Deref<Target = Socket>>(
    waker: &Waker,
    sockets: &'a [S],
    until: Option<Instant>,
) -> Vec<&'a S> {
    let mut polled = vec![PollFd::from_borrowed_fd(waker.far.as_fd(), PollFlags::IN)];
    let fds = sockets.iter().map(|it| it.socket.as_fd());
    polled.extend(fds.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)));
    let limit = until.map(|until| {
        // Rounded up, so that it is not looked at in vain.
        let left = until.saturating_duration_since(Instant::now());
        let left = left + Duration::from_micros(50);
        Timespec::try_from(left).unwrap_or(Timespec {
            tv_sec: 60,
            tv_nsec: 0,
        })
    });
    if !matches!(poll(&mut polled, limit.as_ref()), Ok(1..)) {
        return Vec::new();
    }
    if !polled[0].revents().is_empty() {
        waker.clear();
    }
    let ready = sockets.iter().zip(&polled[1..]);
    ready
        .filter(|(_, polled)| !polled.revents().is_empty())
        .map(|(socket, _)| socket)
        .collect()
}

/// The local address for media with the Janus at that endpoint: that of the route to it, as it
/// usually gathers its candidates there. Janus gathers none on loopback interfaces, so for one on
/// this machine it is the address of the way out.
pub(super) fn address_for(endpoint: &str) -> Result<IpAddr> {
    let to_server = host(endpoint).and_then(|host| {
        let mut addresses = (host, 9).to_socket_addrs().ok()?;
        addresses.find_map(route)
    });
    let found = to_server.or_else(|| {
        // Addresses for documentation; nothing is sent there.
        let out = [
            IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
            IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
        ];
        out.into_iter().find_map(|ip| route(SocketAddr::new(ip, 9)))
    });
    found.ok_or_else(|| {
        let reason = "this machine has no route to the server but its loopback interface, where \
                      Janus has no candidates; set `MediaBuilder::address`";
        Error::config("address", reason)
    })
}

/// The address from which this machine would send there, unless it is for itself only.
fn route(to: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = if to.is_ipv4() {
        Ipv4Addr::UNSPECIFIED.into()
    } else {
        Ipv6Addr::UNSPECIFIED.into()
    };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0)).ok()?;
    // Nothing is sent.
    socket.connect(to).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    let of_this_machine = ip.is_loopback() || ip.is_unspecified();
    (!of_this_machine).then_some(ip)
}

/// The host of `ws://host:8188/path`; none of a Unix socket's.
fn host(endpoint: &str) -> Option<&str> {
    let (scheme, rest) = endpoint.split_once("://")?;
    if scheme.starts_with("unix") {
        return None;
    }
    let authority = rest.split(['/', '?']).next()?;
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => authority.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_an_endpoint() {
        for (endpoint, expected) in [
            ("ws://10.0.0.2:8188", Some("10.0.0.2")),
            ("wss://janus.example.org/janus", Some("janus.example.org")),
            ("http://[fe80::1]:8088/janus", Some("fe80::1")),
            ("unix:///run/janus.sock", None),
            ("unixdgram:///run/janus.sock", None),
            ("ws://", None),
            ("memory", None),
        ] {
            assert_eq!(host(endpoint), expected, "{endpoint}");
        }
    }

    #[test]
    fn more_may_wait_for_the_thread_than_the_system_gives() {
        use rustix::net::sockopt::socket_recv_buffer_size;
        let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let ours = Socket::bind(ip, None).expect("a port").socket;
        let other = UdpSocket::bind((ip, 0)).expect("a port");
        let [ours, other] = [ours, other].map(|it| socket_recv_buffer_size(it).expect("a size"));
        assert!(ours > other, "{ours} and {other} bytes");
    }

    #[test]
    fn a_port_range_is_kept_to_and_one_that_is_used_up_is_refused() {
        let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let first = Socket::bind(ip, None).expect("a port");
        let port = first.address.port();
        let taken = Socket::bind(ip, Some(&(port..=port)));
        let error = taken.expect_err("it is taken");
        assert!(matches!(
            error,
            Error::Config {
                field: "address",
                ..
            }
        ));
        drop(first);
        let again = Socket::bind(ip, Some(&(port..=port))).expect("it is free again");
        assert_eq!(again.address.port(), port);
    }

    #[test]
    fn a_wake_up_before_the_sleep_is_not_lost() {
        let waker = Waker::new().expect("a pair of sockets");
        (0..100).for_each(|_| waker.wake());
        assert!(wait::<&Socket>(&waker, &[], None).is_empty());
        let until = Instant::now() + Duration::from_millis(5);
        assert!(wait::<&Socket>(&waker, &[], Some(until)).is_empty());
        assert!(Instant::now() >= until, "all were cleared");
    }
}
