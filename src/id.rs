//! The ids that Janus gives out.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The id of a session, as `create` answers it.
///
/// Whoever knows it controls the session: it can be claimed and its handles
/// used from any connection that passes the server's secret or token check.
/// Treat it like a password where the server is shared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(u64);

/// The id of a plugin handle, as `attach` answers it; unique within its session.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HandleId(u64);

macro_rules! id {
    ($name:ident) => {
        impl $name {
            /// Wraps the number that Janus uses.
            pub const fn new(id: u64) -> Self {
                Self(id)
            }

            /// The number that Janus uses.
            pub const fn value(self) -> u64 {
                self.0
            }
        }

        impl From<u64> for $name {
            fn from(id: u64) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(SessionId);
id!(HandleId);
