//! Sessions, handles, transports, and Janus itself.

use crate::{
    auth::Secret,
    wire::{shapes, words},
};

words! {
    /// What a transport tells.
    pub enum TransportWord {
        /// A client has connected.
        Connected = "connected",
        /// A client has gone.
        Disconnected = "disconnected",
        /// HTTP: a request came.
        Request = "request",
        /// Nanomsg: a socket was opened.
        Created = "created",
        /// MQTT: the link to the broker is made again.
        Reconnecting = "reconnecting",
        /// MQTT: the broker cannot be reached.
        Failed = "failed",
    }
}

shapes! {
    /// A client has created a session.
    SessionCreated {
        /// By which link.
        transport: Option<SessionTransport>,
    }

    /// The link of a client.
    SessionTransport {
        /// The package of the transport.
        transport: String,
        /// Its id there: the same as [`TransportEvent::id`].
        id: String,
    }

    /// A handle was attached or detached.
    HandleEvent {
        /// The package of its plugin.
        plugin: String,
        /// What [`AttachOptions::opaque_id`](crate::connection::AttachOptions) said.
        opaque_id: Option<String>,
        /// The token with which it was attached.
        token: Option<Secret>,
    }

    /// A transport tells something.
    TransportEvent {
        /// The package of the transport.
        transport: String,
        /// The link: the same as [`SessionTransport::id`]. It is an address in Janus's memory, so another
        /// link may have it later.
        id: String,
        /// What.
        data: TransportData,
    }

    /// What a transport tells.
    TransportData {
        /// What happened.
        event: TransportWord,
        /// Whether it is about the Admin API.
        admin_api: Option<bool>,
        /// WebSocket and HTTP: the client's address.
        ip: Option<String>,
        /// HTTP: the client's port.
        port: Option<u16>,
        /// Unix sockets: the file descriptor.
        fd: Option<i64>,
        /// Unix sockets: `SOCK_DGRAM` if it is one.
        kind "type": Option<String>,
        /// Nanomsg: the socket.
        socket: Option<i64>,
        /// MQTT: the code of the failure.
        code: Option<i64>,
    }

    /// How much there is.
    CoreUpdate {
        /// Sessions.
        sessions: u64,
        /// Handles.
        handles: u64,
        /// PeerConnections.
        peerconnections: u64,
        /// Every how many seconds there are media statistics.
        stats_period "stats-period": u64,
    }

    /// Janus ends.
    Shutdown {
        /// By which signal.
        signum: i64,
    }
}
