//! What is asked of Janus's core.

use serde::Serialize;

/// The `janus` key of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verb {
    Info,
    Ping,
    Create,
    Claim,
    Keepalive,
    Destroy,
    Attach,
    Detach,
    Message,
    Trickle,
    Hangup,
    /// One of the Admin API, by its name.
    Admin(&'static str),
}

impl Verb {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Ping => "ping",
            Self::Create => "create",
            Self::Claim => "claim",
            Self::Keepalive => "keepalive",
            Self::Destroy => "destroy",
            Self::Attach => "attach",
            Self::Detach => "detach",
            Self::Message => "message",
            Self::Trickle => "trickle",
            Self::Hangup => "hangup",
            Self::Admin(name) => name,
        }
    }

    /// Whether it does no harm to send it twice. What a message does, its plugin's request says.
    pub(crate) const fn is_repeatable(self) -> bool {
        matches!(
            self,
            Self::Info | Self::Ping | Self::Keepalive | Self::Claim
        )
    }

    /// Whether Janus asks for secret or token.
    pub(crate) const fn needs_credentials(self) -> bool {
        !matches!(self, Self::Info | Self::Ping)
    }
}

impl Serialize for Verb {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
