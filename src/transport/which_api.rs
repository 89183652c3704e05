//! Which of Janus's two APIs an address is of: they share transports, and have ports and names of their own.

/// The API for clients, or the one for operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum WhichApi {
    #[default]
    Janus,
    Admin,
}

impl WhichApi {
    /// The port of Janus's own configuration files.
    pub(super) const fn port(self, http: bool, tls: bool) -> u16 {
        match (self, http, tls) {
            (Self::Janus, false, false) => 8188,
            (Self::Janus, false, true) => 8989,
            (Self::Janus, true, false) => 8088,
            (Self::Janus, true, true) => 8089,
            (Self::Admin, false, false) => 7188,
            (Self::Admin, false, true) => 7989,
            (Self::Admin, true, false) => 7088,
            (Self::Admin, true, true) => 7889,
        }
    }

    /// The path of HTTP when the address has none: Janus's own default.
    pub(super) const fn base(self) -> &'static str {
        match self {
            Self::Janus => "/janus",
            Self::Admin => "/admin",
        }
    }

    /// The setting of that path in `janus.transport.http.jcfg`.
    pub(super) const fn base_setting(self) -> &'static str {
        match self {
            Self::Janus => "base_path",
            Self::Admin => "admin_base_path",
        }
    }

    /// The WebSocket subprotocol that Janus requires.
    pub(super) const fn subprotocol(self) -> &'static str {
        match self {
            Self::Janus => "janus-protocol",
            Self::Admin => "janus-admin-protocol",
        }
    }

    /// What the address may lead to instead.
    pub(super) const fn other(self) -> &'static str {
        match self {
            Self::Janus => "Janus's Admin API",
            Self::Admin => "the Janus API",
        }
    }
}
