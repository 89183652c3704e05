//! Sessions, and the handles that they have.

use std::time::Duration;

use serde_json::json;

use super::{Admin, Request, server::whole_seconds};
use crate::{HandleId, Result, SessionId};

impl Admin {
    /// Lists the sessions of all clients, in no order.
    ///
    /// Sends `list_sessions`. It keeps none of them alive, and neither does any other request of
    /// the Admin API.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # let session = janus.create_session()?;
    /// # let admin = gateway.admin()?;
    /// assert_eq!(admin.list_sessions()?, [session.id()]);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn list_sessions(&self) -> Result<Vec<SessionId>> {
        self.key(&Request::reading("list_sessions"), "sessions")
    }

    /// Lists the handles of a session, in no order.
    ///
    /// Sends `list_handles`. So a session whose ticket is lost can be resumed from its id alone:
    /// [`handle_info`](Self::handle_info) says of which plugin each handle is.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// # let (session, handle) = (echo.handle().session_id(), echo.handle().id());
    /// # let admin = gateway.admin()?;
    /// assert_eq!(admin.list_handles(session)?, [handle]);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn list_handles(&self, session: impl Into<SessionId>) -> Result<Vec<HandleId>> {
        let request = Request::reading("list_handles").of_session(session.into());
        self.key(&request, "handles")
    }

    /// Sets how long one session lives without a request.
    ///
    /// Sends `set_session_timeout` for this session, with whole seconds, rounded up.
    /// [`Duration::ZERO`]: for ever; `None`: as long as the [server's
    /// timeout](Self::set_session_timeout) says, which is the default. Returns what Janus confirms.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// # Example
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// # let session = janus_blocking::SessionId::new(1);
    /// admin.set_timeout_of_session(session, Some(Duration::from_secs(300)))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn set_timeout_of_session(
        &self,
        session: impl Into<SessionId>,
        timeout: Option<Duration>,
    ) -> Result<Option<Duration>> {
        let request = Request::changing("set_session_timeout").of_session(session.into());
        let seconds = match timeout {
            Some(timeout) => whole_seconds(timeout),
            None => -1,
        };
        let confirmed = self.set(&request, ("timeout", seconds), "timeout")?;
        Ok(u64::try_from(confirmed).ok().map(Duration::from_secs))
    }

    /// Ends a session and its handles.
    ///
    /// Sends `destroy_session`. Janus does not notify the client: over WebSockets and Unix sockets
    /// it learns of the end from its next request or keepalive.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # let session = janus.create_session()?;
    /// # let admin = gateway.admin()?;
    /// admin.destroy_session(session.id())?;
    /// assert!(session.attach_raw("janus.plugin.echotest").unwrap_err().is_session_gone());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn destroy_session(&self, session: impl Into<SessionId>) -> Result<()> {
        let request = Request::changing("destroy_session").of_session(session.into());
        self.order(&request, &json!({}))
    }
}
