//! Why a message did not go out, or has no answer.

use std::io;

/// Why a message did not go out, or has no answer; see [`Link::send`](super::Link::send).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// There was no room in time, or over HTTP no connection. Nothing was sent or will be; the link may
    /// still work.
    #[error("there was no room for it in time")]
    NoRoom,
    /// Part of it went out in time, and the rest goes out later; or the response did not come in
    /// time. The link still works.
    #[error("it was not sent whole, or not answered, in time")]
    TimedOut,
    /// It is too large for this link, for the given reason. Nothing was sent; the link still works.
    #[error("{0}")]
    TooLarge(String),
    /// The link had broken before. Nothing was sent, so the message can be sent over the next link.
    #[error("the link had broken before")]
    NotSent(#[source] io::Error),
    /// The link broke. Part of the message may have gone out.
    #[error("the link broke")]
    Broken(#[from] io::Error),
}

impl SendError {
    /// What broke the link; `None` if it still works.
    pub(crate) fn cause(&self) -> Option<io::Error> {
        match self {
            Self::NoRoom | Self::TimedOut | Self::TooLarge(_) => None,
            Self::NotSent(error) => Some(io::Error::new(
                io::ErrorKind::NotConnected,
                error.to_string(),
            )),
            // A copy, as it cannot be cloned.
            Self::Broken(error) => Some(io::Error::new(error.kind(), error.to_string())),
        }
    }
}
