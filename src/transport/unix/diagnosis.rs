//! What the system's refusals mean, and what to check.

use std::io;

use rustix::io::Errno;

use crate::transport::Unreachable;

/// Why a server's socket cannot be connected to.
pub(super) fn of_connect(error: Errno, datagrams: bool) -> Unreachable {
    let diagnosis = match error {
        Errno::NOENT | Errno::NOTDIR => {
            "there is no socket at this path; check the path, that Janus runs, and `enabled` and \
             `path` in janus.transport.pfunix.jcfg"
        }
        Errno::CONNREFUSED => {
            "nobody listens at this path: Janus has ended and left the file, or its thread for \
             Unix sockets did not start; start Janus again"
        }
        Errno::ACCESS | Errno::PERM => {
            "this user may not use the socket; it takes write permission for the socket's file \
             and search permission for the folders above it"
        }
        Errno::PROTOTYPE if datagrams => {
            "the socket is not of type SOCK_DGRAM; write unix:// for SOCK_SEQPACKET, or check \
             `type` in janus.transport.pfunix.jcfg"
        }
        Errno::PROTOTYPE => {
            "the socket is not of type SOCK_SEQPACKET; write unixdgram:// for SOCK_DGRAM, or \
             check `type` in janus.transport.pfunix.jcfg"
        }
        Errno::AGAIN => {
            "Janus accepts no new connections, as it hangs or is overloaded; try again later, or \
             restart it"
        }
        _ => "the system refuses to connect to this path; check the path",
    };
    let source: io::Error = match error {
        // The time ran out because the queue of new connections is full.
        Errno::AGAIN => io::ErrorKind::TimedOut.into(),
        error => error.into(),
    };
    Unreachable::new(diagnosis, source)
}

/// Why nothing can be sent any more: the kind stays the system's, the text says what it means.
pub(super) fn of_send(error: Errno, datagrams: bool) -> io::Error {
    let error = io::Error::from(error);
    let kind = error.kind();
    match kind {
        // The second one is what follows the first: the socket has lost its server.
        io::ErrorKind::ConnectionRefused | io::ErrorKind::NotConnected if datagrams => {
            let text = "Janus has closed its socket: it has ended or was started again";
            io::Error::new(io::ErrorKind::ConnectionRefused, text)
        }
        _ => error,
    }
}
