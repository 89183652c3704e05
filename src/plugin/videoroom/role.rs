//! What a handle becomes by joining.

use serde::Serialize;

/// `ptype` of `join` and `joinandconfigure`; each request type has its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    Publisher,
    Subscriber,
}
