//! Unix sockets, on real servers.
#![cfg(target_os = "linux")]

mod limits;
mod own_path;
mod refused;
mod talk;

use std::{fmt, time::Duration};

use common::{Janus, JanusBuilder, Version};
use janus_blocking::{Config, Connection, connection::Reconnect};

/// What a busy machine may need for one step.
const LIMIT: Duration = Duration::from_secs(5);

/// The type of a server's socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Packets,
    Datagrams,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Packets, Self::Datagrams];

    /// Starts a server with such a socket, and more settings.
    fn server(self, version: Version, more: impl Fn(JanusBuilder) -> JanusBuilder) -> Janus {
        let builder = more(Janus::builder().version(version));
        match self {
            Self::Packets => builder.unix().start(),
            Self::Datagrams => builder.unix_datagram().start(),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Packets => "unix",
            Self::Datagrams => "unixdgram",
        })
    }
}

/// Runs a test on both versions with both types of sockets, and names what it is about to do.
fn everywhere(more: impl Fn(JanusBuilder) -> JanusBuilder, test: impl Fn(&Janus, Kind)) {
    for version in Version::ALL {
        for kind in Kind::ALL {
            println!("{version}, {kind}");
            test(&kind.server(version, &more), kind);
        }
    }
}

fn connect(janus: &Janus) -> Connection {
    Connection::open(&janus.unix_url()).unwrap()
}

/// A connection whose sessions time out after so many seconds, before their first keepalive, and that
/// ends with its link.
fn with_rare_keepalives(janus: &Janus, timeout: u32) -> Connection {
    let config = Config::new(janus.unix_url()).keepalive(Duration::from_secs(50));
    let connection = config.reconnect(Reconnect::Never).open().unwrap();
    janus.set_session_timeout(timeout);
    connection
}
