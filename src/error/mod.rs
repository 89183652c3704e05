//! What an [`Error`] is about: the request, the server, what has ended, an answer that did not fit.

pub(crate) mod close_reason;
pub(crate) mod code;
pub(crate) mod context;
pub(crate) mod kinds;
#[cfg(feature = "webrtc")]
pub(crate) mod media;

pub use close_reason::Scope;
pub(crate) use close_reason::{CloseReason, LinkFailure};
pub(crate) use code::ErrorCode;
pub(crate) use context::TokenFault;
pub use context::{Endpoint, Mismatch, RequestContext, Undecoded};
pub(crate) use kinds::Error;
