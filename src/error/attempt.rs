//! What was attempted, for the text of errors.

use std::{borrow::Cow, fmt, sync::Arc};

use crate::{HandleId, SessionId};

/// The request that an error is about.
///
/// # Example
///
/// ```
/// use janus_blocking::SessionId;
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let error = janus.claim(SessionId::new(1)).unwrap_err();
/// let attempt = error.request().expect("it is about one");
/// assert_eq!(attempt.to_string(), "`claim` on session 1");
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RequestContext {
    /// The plugin's request (`register`), or Janus's verb (`claim`) where it is none of a plugin.
    pub name: Cow<'static, str>,
    /// The plugin's package name, for requests to a plugin.
    pub plugin: Option<Cow<'static, str>>,
    /// The session that it named.
    pub session: Option<SessionId>,
    /// The handle that it named.
    pub handle: Option<HandleId>,
}

impl RequestContext {
    pub(crate) fn core(name: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            plugin: None,
            session: None,
            handle: None,
        }
    }

    pub(crate) fn on_session(name: &'static str, session: SessionId) -> Self {
        Self {
            session: Some(session),
            ..Self::core(name)
        }
    }

    pub(crate) fn on_handle(name: &'static str, session: SessionId, handle: HandleId) -> Self {
        Self {
            handle: Some(handle),
            ..Self::on_session(name, session)
        }
    }
}

impl fmt::Display for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.name)?;
        if let Some(plugin) = &self.plugin {
            write!(f, " of {plugin}")?;
        }
        match (self.handle, self.session) {
            (Some(handle), Some(session)) => write!(f, " on handle {handle} of session {session}"),
            (None, Some(session)) => write!(f, " on session {session}"),
            _ => Ok(()),
        }
    }
}

/// The address of a server, as errors show it.
///
/// # Example
///
/// ```
/// use janus_blocking::{Connection, Error};
///
/// // Nobody listens on port 1.
/// let Err(Error::Connect { endpoint, .. }) = Connection::open("ws://127.0.0.1:1") else {
///     panic!("there is a Janus");
/// };
/// assert_eq!(endpoint.as_str(), "ws://127.0.0.1:1");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Endpoint(Arc<String>);

impl Endpoint {
    pub(crate) fn new(address: impl Into<String>) -> Self {
        Self(Arc::new(address.into()))
    }

    /// The address as text, for example `ws://127.0.0.1:8188`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}
