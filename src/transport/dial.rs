//! Finds the addresses of a host and connects to one of them, or says why it cannot.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use parking_lot::Mutex;

use super::{Unreachable, address::Url, deadline::remaining};

type Found = io::Result<Vec<SocketAddr>>;

/// An answer that waits for longer than that is too old: the host may have moved.
const FRESH: Duration = Duration::from_secs(30);

/// Room for the modules that the system's resolver loads.
const STACK: usize = 512 << 10;

/// Connects to one host.
#[derive(Debug)]
pub(super) struct Dialer {
    host: String,
    port: u16,
    /// What to add if the port may be wrong.
    pub(super) note: String,
    look_up: fn(&str, u16) -> Found,
    fresh: Duration,
    /// What the resolver was asked and did not answer in time; the answer, with its time. The next
    /// attempt waits for that, so that a resolver that hangs holds one thread and not one for each.
    asked: Mutex<Option<Receiver<(Instant, Found)>>>,
    /// The address that took the last connection, which is tried first.
    last: Mutex<Option<SocketAddr>>,
}

impl Dialer {
    pub(super) fn new(url: &Url) -> Self {
        Self {
            host: url.host_to_dial(),
            port: url.port,
            note: url.note(),
            look_up: |host, port| Ok((host, port).to_socket_addrs()?.collect()),
            fresh: FRESH,
            asked: Mutex::default(),
            last: Mutex::default(),
        }
    }

    /// Connects to the first address that accepts, all of them within the deadline.
    pub(super) fn dial(&self, deadline: Instant) -> Result<TcpStream, Unreachable> {
        let mut addresses = self
            .addresses(deadline)
            .map_err(|error| self.not_found(error))?;
        let last = *self.last.lock();
        if let Some(at) = addresses.iter().position(|address| Some(*address) == last) {
            addresses[..=at].rotate_right(1);
        }
        let mut failed = None;
        for (index, address) in addresses.iter().enumerate() {
            // One that does not answer leaves time for the others.
            let share = u32::try_from(addresses.len() - index).unwrap_or(1);
            let stream = remaining(deadline)
                .and_then(|left| TcpStream::connect_timeout(address, left / share));
            match stream {
                Ok(stream) => {
                    *self.last.lock() = Some(*address);
                    return Ok(stream);
                }
                // An address without a route from this machine says nothing about the server.
                Err(error) if failed.is_some() && is_local(&error) => {}
                Err(error) => failed = Some(error),
            }
        }
        let error = failed.unwrap_or_else(|| io::ErrorKind::NotFound.into());
        Err(Unreachable::new(self.problem(&error), error))
    }

    fn addresses(&self, deadline: Instant) -> Found {
        if let Ok(address) = self.host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, self.port)]);
        }
        let asked = self.asked.lock().take();
        let asked = match asked {
            Some(asked) => asked,
            None => self.ask()?,
        };
        match asked.recv_deadline(deadline) {
            Ok((at, _)) if at.elapsed() > self.fresh => self.addresses(deadline),
            Ok((_, found)) => found.and_then(|found| match found[..] {
                [] => Err(io::ErrorKind::NotFound.into()),
                _ => Ok(found),
            }),
            Err(RecvTimeoutError::Timeout) => {
                *self.asked.lock() = Some(asked);
                Err(io::ErrorKind::TimedOut.into())
            }
            Err(RecvTimeoutError::Disconnected) => Err(io::ErrorKind::Other.into()),
        }
    }

    /// Asks the system's resolver, which knows no deadline, on a thread of its own.
    fn ask(&self) -> io::Result<Receiver<(Instant, Found)>> {
        let (give, asked) = bounded(1);
        let (look_up, host, port) = (self.look_up, self.host.clone(), self.port);
        thread::Builder::new()
            .name("janus-resolver".to_owned())
            .stack_size(STACK)
            .spawn(move || {
                // The caller may have given up.
                let found = look_up(&host, port);
                let _ = give.send((Instant::now(), found));
            })?;
        Ok(asked)
    }

    /// Why there is no address.
    fn not_found(&self, error: io::Error) -> Unreachable {
        let host = &self.host;
        let problem = match (of_limits(&error), host.split_once('%'), error.kind()) {
            (Some(problem), ..) => problem.to_owned(),
            (_, Some((_, interface)), _) => {
                format!("this machine has no network interface `{interface}`")
            }
            (.., io::ErrorKind::TimedOut) => format!(
                "the name `{host}` was not resolved in time; check this machine's DNS settings \
                 and network"
            ),
            _ => format!(
                "the name `{host}` could not be resolved; check it, and this machine's DNS settings"
            ),
        };
        Unreachable::new(problem, error)
    }

    /// Why no address accepted.
    fn problem(&self, error: &io::Error) -> String {
        if let Some(problem) = of_limits(error) {
            return problem.to_owned();
        }
        let problem = match error.kind() {
            io::ErrorKind::ConnectionRefused => {
                "nothing is listening on this port of this host; check the port, that Janus is \
                 running, and that this transport is enabled and bound to this address"
            }
            io::ErrorKind::TimedOut => {
                "the host did not answer in time; it may be down, or a firewall may drop the \
                 packets: check host and port"
            }
            io::ErrorKind::NetworkUnreachable => {
                return "this machine has no route to the host; its network is down or not up yet, \
                        or the address is wrong"
                    .to_owned();
            }
            io::ErrorKind::HostUnreachable => {
                return "there is no way to the host, or nothing has its address; check the host, \
                        and this machine's network"
                    .to_owned();
            }
            io::ErrorKind::NetworkDown => {
                return "the network interface of this machine is down".to_owned();
            }
            io::ErrorKind::AddrNotAvailable => {
                return "this machine has no usable address, or all its local ports are in use; \
                        check both"
                    .to_owned();
            }
            io::ErrorKind::PermissionDenied => {
                return "the system forbids this connection; check the firewall and the limits on \
                        this program (SELinux, systemd, container)"
                    .to_owned();
            }
            // What Linux says of `fe80::1` alone.
            io::ErrorKind::InvalidInput if self.host.contains(':') => {
                return "a link-local address needs an interface; write it like \
                        ws://[fe80::1%25eth0]:8188"
                    .to_owned();
            }
            _ => "the connection could not be established; see the cause, and check host and port",
        };
        problem.to_owned() + &self.note
    }
}

/// The error is about this machine, not about the server.
fn is_local(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable
    )
}

/// The text for when there can be no more sockets.
pub(super) fn of_limits(error: &io::Error) -> Option<&'static str> {
    use rustix::io::Errno;
    match Errno::from_io_error(error)? {
        Errno::MFILE => Some(
            "this program has reached its limit of open files and sockets (`ulimit -n`); close \
             some, or raise the limit",
        ),
        #[cfg(not(windows))]
        Errno::NFILE => {
            Some("this machine has reached its limit of open files and sockets; close some")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
