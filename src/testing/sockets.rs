//! Where a gateway listens. Only its WebSocket is there from the start; the rest begins when its
//! address is asked for.

use std::{io, sync::Arc, time::Instant};

use parking_lot::Mutex;

#[cfg(target_os = "linux")]
use super::unix;
use super::{FakeGateway, gateway, http, runtime::Runtime, websocket};
use crate::{
    Config, Error, Result,
    admin::Admin,
    transport::{Connected, Transport, Unreachable},
};

/// The listening sockets of a gateway.
#[derive(Debug)]
pub(super) struct Sockets {
    websocket: websocket::Listening,
    admin: Mutex<Option<websocket::Listening>>,
    http: Mutex<Option<http::Listening>>,
    #[cfg(target_os = "linux")]
    unix: Mutex<Option<unix::Sockets>>,
}

impl Sockets {
    /// Listens for WebSockets on that port, or on a free one if it is 0.
    pub(super) fn listen(runtime: &Arc<Runtime>, port: u16) -> io::Result<Self> {
        Ok(Self {
            websocket: websocket::listen(runtime, port)?,
            admin: Mutex::default(),
            http: Mutex::default(),
            #[cfg(target_os = "linux")]
            unix: Mutex::default(),
        })
    }

    /// Ends all threads; the runtime has stopped already.
    pub(super) fn stop(&mut self) {
        self.websocket.stop();
        if let Some(admin) = self.admin.get_mut() {
            admin.stop();
        }
        if let Some(http) = self.http.get_mut() {
            http.stop();
        }
        #[cfg(target_os = "linux")]
        if let Some(unix) = self.unix.get_mut() {
            unix.stop();
        }
    }
}

impl Sockets {
    /// Ends connections that may carry no link at the moment: those of HTTP.
    pub(super) fn end_connections(&self) {
        if let Some(http) = &*self.http.lock() {
            http.connections.end_all();
        }
    }

    /// Makes them silent.
    pub(super) fn silence_connections(&self) {
        if let Some(http) = &*self.http.lock() {
            http.silence_connections();
        }
    }
}

/// What listens there, started if it is not.
fn started<L, T>(
    listening: &Mutex<Option<L>>,
    address: &str,
    start: impl FnOnce() -> io::Result<L>,
    ask: impl FnOnce(&L) -> T,
) -> Result<T> {
    let mut listening = listening.lock();
    if let Some(listening) = &*listening {
        return Ok(ask(listening));
    }
    let started = start().map_err(|source| cannot_start(address.to_owned(), source))?;
    Ok(ask(listening.insert(started)))
}

/// A transport to a gateway that did not start, for the error that opening a connection gives.
struct NotStarted {
    address: String,
    source: Mutex<Option<io::Error>>,
}

impl Transport for NotStarted {
    fn address(&self) -> String {
        self.address.clone()
    }

    fn connect(&self, _deadline: Instant) -> Result<Connected, Unreachable> {
        let source = self.source.lock().take();
        Err(Unreachable::new(
            "the fake gateway cannot start there",
            source,
        ))
    }
}

pub(super) fn cannot_start(address: String, source: io::Error) -> Error {
    let config = Config::new(address.clone()).transport(NotStarted {
        address,
        source: Mutex::new(Some(source)),
    });
    config.open().expect_err("its transport never connects")
}

impl FakeGateway {
    /// The address of its WebSocket: `ws://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("ws://{}", self.sockets.websocket.address)
    }

    /// The address of its Admin API: `ws://127.0.0.1:PORT`. The secret is
    /// [`ADMIN_SECRET`](Self::ADMIN_SECRET).
    ///
    /// It begins to listen when its address is asked for first. It has the requests about the server's
    /// settings, sessions and handles, `custom_event`, `custom_logline`, and `message_plugin` for
    /// EchoTest; others are refused with 457. `handle_info` has the session descriptions, and what
    /// the SIP plugin says.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`] when there is no free port, or the system refuses a thread.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{admin::Admin, testing::FakeGateway};
    ///
    /// let gateway = FakeGateway::start()?;
    /// let admin = Admin::open(&gateway.admin_url()?, FakeGateway::ADMIN_SECRET)?;
    /// assert!(admin.list_sessions()?.is_empty());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn admin_url(&self) -> Result<String> {
        let start = || websocket::listen_admin(&self.runtime);
        let url = |admin: &websocket::Listening| format!("ws://{}", admin.address);
        started(&self.sockets.admin, "ws://127.0.0.1:0", start, url)
    }

    /// Connects to its Admin API.
    ///
    /// # Errors
    ///
    /// As for [`admin_url`](Self::admin_url).
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// assert_eq!(gateway.admin()?.list_sessions()?, [session.id()]);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn admin(&self) -> Result<Admin> {
        Admin::open(&self.admin_url()?, Self::ADMIN_SECRET)
    }

    /// The secret of its Admin API.
    pub const ADMIN_SECRET: &str = gateway::ADMIN_SECRET;

    /// The address of its HTTP server: `http://127.0.0.1:PORT/janus`.
    ///
    /// It begins to listen when its address is asked for first. As with Janus, requests are POSTs,
    /// and the events of a session that was made or claimed over HTTP wait for its long polls,
    /// which last 30 s by the gateway's clock; a request without an answer ends after 10 s.
    /// Nobody notices when such a client goes, and a poll that it leaves behind takes an event with
    /// it. [`link_count`](Self::link_count) counts one link
    /// for each of its sessions, and one for each request in progress, and what would end a link
    /// ends the connections of its requests. Bodies in chunks are refused with status 411.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`] when there is no free port, or the system refuses a thread.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Connection, testing::FakeGateway};
    ///
    /// let gateway = FakeGateway::start()?;
    /// let janus = Connection::open(&gateway.http_url()?)?;
    /// janus.ping()?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn http_url(&self) -> Result<String> {
        let start = || http::listen(&self.runtime);
        let url = |http: &http::Listening| format!("http://{}/janus", http.address);
        started(&self.sockets.http, "http://127.0.0.1:0", start, url)
    }

    /// The address of its Unix socket of type SEQPACKET: `unix:///PATH`. On Linux.
    ///
    /// It is made when its address is asked for first, in a folder of the gateway's own among the
    /// temporary ones, which is removed with the gateway. As with Janus, one packet is one message
    /// of at most 8192 bytes, and longer ones are dropped without an answer; a session that times
    /// out takes its link with it, and the other sessions of that link live on without it.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`] when the folder, the socket or a thread cannot be made.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Connection, testing::FakeGateway};
    ///
    /// let gateway = FakeGateway::start()?;
    /// let janus = Connection::open(&gateway.unix_url()?)?;
    /// janus.ping()?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[cfg(target_os = "linux")]
    pub fn unix_url(&self) -> Result<String> {
        self.unix(|unix| format!("unix://{}", unix.packets().display()))
    }

    /// The address of its Unix socket of type DGRAM: `unixdgram:///PATH`. On Linux.
    ///
    /// It is made as that of [`unix_url`](Self::unix_url). One datagram is one message; of longer
    /// ones than 8192 bytes the rest is cut off, which makes them error 454. A client is the path
    /// that it has bound, and nobody notices when it goes: what would end its link
    /// ([`drop_links`](Self::drop_links), [`Fault::Close`](super::Fault::Close)) puts a new socket
    /// in the place of the gateway's, so that all such clients find theirs broken when they send
    /// something, while the gateway still counts their links and sessions.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`] when the folder, the socket or a thread cannot be made.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Connection, testing::FakeGateway};
    ///
    /// let gateway = FakeGateway::start()?;
    /// let janus = Connection::open(&gateway.unixdgram_url()?)?;
    /// janus.ping()?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[cfg(target_os = "linux")]
    pub fn unixdgram_url(&self) -> Result<String> {
        self.unix(|unix| format!("unixdgram://{}", unix.datagrams().display()))
    }

    #[cfg(target_os = "linux")]
    fn unix<T>(&self, ask: impl FnOnce(&unix::Sockets) -> T) -> Result<T> {
        let start = || unix::Sockets::listen(&self.runtime);
        started(&self.sockets.unix, "unix://", start, ask)
    }
}
