//! What has ended, and why.

use std::fmt;

use crate::{HandleId, SessionId};

/// What has ended; see [`Error::Closed`](crate::Error::Closed).
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, Error, error::Scope};
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let session = janus.create_session()?;
/// let echo: EchoTest = session.attach()?;
/// let id = session.id();
/// session.destroy()?;
/// let Err(Error::Closed { scope, .. }) = echo.handle().check() else { panic!("it lives") };
/// assert_eq!(scope, Scope::Session(id));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Scope {
    /// The connection, and so all sessions and handles of it.
    Connection,
    /// The session, and so all its handles.
    Session(SessionId),
    /// One handle.
    Handle(HandleId),
}

impl From<SessionId> for Scope {
    fn from(id: SessionId) -> Self {
        Self::Session(id)
    }
}

impl From<HandleId> for Scope {
    fn from(id: HandleId) -> Self {
        Self::Handle(id)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection => f.write_str("the connection"),
            Self::Session(id) => write!(f, "session {id}"),
            Self::Handle(id) => write!(f, "handle {id}"),
        }
    }
}

/// Why something has ended. Its text says what to do.
///
/// # Example
///
/// ```
/// use janus_blocking::{CloseReason, EchoTest};
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let session = janus.create_session()?;
/// let echo: EchoTest = session.attach()?;
/// let events = echo.events();
/// session.destroy()?;
/// let why = events.close_reason();
/// assert_eq!(why, Some(CloseReason::Destroyed));
/// println!("{}", CloseReason::Destroyed); // what to do
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum CloseReason {
    /// This program destroyed the session, or dropped it and all its handles.
    Destroyed,
    /// Janus ended the session: no request named it for the server's `session_timeout`.
    TimedOut,
    /// Janus answered 458: the session does not exist there (any more).
    Gone,
    /// This program abandoned the session; it stays on the server until that ends it.
    Abandoned,
    /// This program claimed the session on another connection, or a second time on this one. Over
    /// HTTP also: somebody else claimed it over another transport.
    ClaimedAway,
    /// This program detached the handle, or dropped its plugin.
    Detached,
    /// Janus detached the handle: the plugin or the Admin API asked for it.
    DetachedByServer,
    /// This program closed the connection, or dropped it and all its sessions.
    ConnectionClosed,
    /// The server closed the link.
    ClosedByServer,
    /// The link broke.
    LinkBroken,
    /// Nothing came from the server for [`Config::link_timeout`](crate::Config::link_timeout).
    LinkSilent,
    /// No server has been reached yet; see [`Config::start_offline`](crate::Config::start_offline).
    NotConnected,
    /// The link broke, and Janus refused to give the session back over the new one.
    ClaimRefused,
    /// The connection's thread panicked, which is a bug of this crate.
    ThreadPanicked,
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Destroyed => "this program destroyed or dropped the session; create a new one",
            Self::TimedOut => "Janus ended it at its session timeout; create a new session",
            Self::Gone => "Janus does not know it any more; create a new session",
            Self::Abandoned => "this program abandoned it; claim it to use it again",
            Self::ClaimedAway => "it was claimed again; use the session that `claim` returned",
            Self::Detached => "this program detached or dropped it; attach a new one",
            Self::DetachedByServer => "Janus or its plugin detached it; attach a new one",
            Self::ConnectionClosed => {
                "this program closed or dropped the connection; open a new one"
            }
            Self::ClosedByServer => {
                "the server closed the connection; open a new one and claim the session"
            }
            Self::LinkBroken => "the connection broke; open a new one and claim the session",
            Self::LinkSilent => {
                "nothing came from the server for `Config::link_timeout`; \
                 open a new connection and claim the session"
            }
            Self::NotConnected => "no server has been reached yet; check address and network",
            Self::ClaimRefused => {
                "the connection broke, and the server refused the claim over the new one; check \
                 secret and token"
            }
            Self::ThreadPanicked => "its thread panicked; please report it",
        })
    }
}
