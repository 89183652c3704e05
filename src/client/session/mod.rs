//! A session: the handles of one client on the server.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    Error, HandleTicket, Result, SessionId, SessionTicket,
    client::{
        connection::{ConnectionInner, kept_for},
        ticket::HandleRoster,
    },
    config::check_duration,
    engine::{Call, Engine, Owner},
    error::CloseReason,
    logging::debug,
    router::{Answer, ClosedFlag, Expects, Unwatched},
    sync::Mutex,
    wire::{Outgoing, Verb},
};

mod attach;

pub use attach::AttachOptions;

/// A session on the server, kept alive for as long as it or one of its handles is held.
///
/// When neither the `Session` nor one of its handles is held any more, `destroy` is sent without
/// waiting for the answer. [`destroy`](Self::destroy) ends it at once with all its handles,
/// including shared ones; [`abandon`](Self::abandon) leaves it on the server. A session keeps its
/// connection's link open: after the `Connection` was dropped, the end of its last session closes
/// the link, which may block for [`Config::close_timeout`](crate::Config::close_timeout).
///
/// # Example
///
/// ```
/// use janus_blocking::EchoTest;
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let session = janus.create_session()?;
/// let echo: EchoTest = session.attach()?;
/// assert_eq!(echo.handle().session_id(), session.id());
///
/// session.destroy()?;
/// assert!(echo.handle().check().is_err());
/// # Ok::<(), janus_blocking::Error>(())
/// ```
pub struct Session {
    pub(crate) inner: Arc<SessionInner>,
    timeout: Duration,
}

pub(crate) struct SessionInner {
    connection: Arc<ConnectionInner>,
    pub(crate) id: SessionId,
    pub(crate) closed: Arc<ClosedFlag>,
    /// The handles for the ticket: those that are attached, and those of the ticket that it was
    /// resumed from.
    pub(crate) handles: Mutex<HandleRoster>,
}

impl Session {
    pub(crate) fn new(
        connection: &Arc<ConnectionInner>,
        id: SessionId,
        closed: Arc<ClosedFlag>,
        expected: &[HandleTicket],
    ) -> Self {
        let inner = Arc::new(SessionInner {
            connection: connection.clone(),
            id,
            closed,
            handles: Mutex::new(HandleRoster::expecting(expected)),
        });
        let timeout = inner.engine().config().request_timeout;
        Self { inner, timeout }
    }

    /// The session's id.
    pub fn id(&self) -> SessionId {
        self.inner.id
    }

    /// Returns a ticket for continuing this session elsewhere, as it is now. Sends nothing and ends
    /// nothing.
    ///
    /// For a program that may be killed before it can [`abandon`](Self::abandon): if it saves the
    /// ticket after each attach, another program can claim the session after a kill or a power failure.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::EchoTest;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let echo: EchoTest = session.attach()?;
    /// let ticket = session.ticket();
    /// assert_eq!(ticket.handles[0].id, echo.handle().id());
    /// assert!(session.check().is_ok());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn ticket(&self) -> SessionTicket {
        self.inner.ticket()
    }

    /// Leaves the session on the server, where it can be claimed.
    ///
    /// Sends nothing. Stops the keepalives, and closes the handles and their event queues here with
    /// [`CloseReason::Abandoned`]. Calls under way end with that, and what has not been sent yet stays
    /// unsent; a handle whose `attach` is answered later is in no ticket, and is detached. The link
    /// stays open; close it soon, because Janus continues to send the session's events over it.
    /// [`SessionTicket::kept_for`] tells whether and how long the server keeps the session once the
    /// link is gone.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::EchoTest;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let echo: EchoTest = session.attach()?;
    /// let ticket = session.abandon();
    /// drop(echo); // sends nothing
    /// assert_eq!(gateway.handles(), [ticket.handles[0].id]);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[must_use = "without its ticket nobody can claim the session, and the server ends it"]
    pub fn abandon(self) -> SessionTicket {
        debug!("abandoned session {}", self.inner.id);
        let ticket = self.inner.abandon();
        self.inner.connection.left(&self.inner);
        ticket
    }

    /// Ends the session on the server, and all its handles with it.
    ///
    /// Sends `destroy` and waits for its answer. Handles that are still held are closed with
    /// [`CloseReason::Destroyed`] before it is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the session had ended before. After an [`Error::Timeout`], an
    /// [`Error::Token`], or an [`Error::Transport`] where a new link is made, `destroy` is sent again
    /// without waiting for its answer, over the next link if there is none.
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// session.destroy()?;
    /// assert!(gateway.sessions().is_empty());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn destroy(self) -> Result<()> {
        let id = self.inner.id;
        self.inner.closed.check(id)?;
        check_duration("timeout", self.timeout)?;
        self.inner.connection.ending(&self.inner, || {
            if !self.inner.engine().end_session(id, CloseReason::Destroyed) {
                // Another thread was faster: the session may have another owner by now.
                self.inner.closed.check(id)?;
            }
            let destroy = Outgoing::session(Verb::Destroy, id);
            let result = self.call(destroy, Expects::Core, None).map(drop);
            if result.as_ref().is_err_and(Error::is_unsettled) {
                self.inner.engine().send_unwatched(Unwatched::Destroy(id));
            }
            result
        })
    }

    /// Checks whether the session is still usable, as far as this program knows. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] with the reason when it is not.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{CloseReason, Error};
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// session.check()?;
    ///
    /// janus.close();
    /// let error = session.check().unwrap_err();
    /// assert!(matches!(error, Error::Closed { why: CloseReason::ConnectionClosed, .. }));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn check(&self) -> Result<()> {
        Ok(self.inner.closed.check(self.inner.id)?)
    }

    /// Returns the same session with another timeout for its calls: `timeout` instead of
    /// [`Config::request_timeout`](crate::Config::request_timeout).
    ///
    /// This is a cheap copy. The session ends when the last copy and the last handle are dropped;
    /// [`destroy`](Self::destroy) or [`abandon`](Self::abandon) of one copy ends it for all.
    /// Handles are not affected: they use the timeout of the settings or one of their own. An
    /// invalid timeout is refused by the calls.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use janus_blocking::EchoTest;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// # gateway.silence_links();
    /// let brief = session.with_timeout(Duration::from_millis(5));
    /// // The server says nothing.
    /// let error = brief.attach::<EchoTest>().unwrap_err();
    /// assert!(error.is_timeout());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            inner: self.inner.clone(),
            timeout,
        }
    }

    fn call(
        &self,
        outgoing: Outgoing<'_>,
        expects: Expects,
        owner: Option<&dyn Owner>,
    ) -> Result<Answer> {
        check_duration("timeout", self.timeout)?;
        let call = Call::new(outgoing, expects, self.timeout).owned_by(owner);
        self.inner.engine().call(&call)
    }
}

impl SessionInner {
    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.connection.engine
    }

    /// Ends the session here and sends nothing.
    pub(crate) fn abandon(&self) -> SessionTicket {
        self.engine().end_session(self.id, CloseReason::Abandoned);
        // From here on no handle comes into the list.
        self.handles.lock().close();
        self.ticket()
    }

    fn ticket(&self) -> SessionTicket {
        SessionTicket {
            session_id: self.id,
            made: SystemTime::now(),
            kept_for: kept_for(&self.connection),
            handles: self.handles.lock().tickets(),
        }
    }
}

impl Drop for SessionInner {
    fn drop(&mut self) {
        if !self.closed.is_over() {
            self.engine().drop_session(self.id, CloseReason::Destroyed);
        }
        self.connection.left(self);
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.inner.id)
            .field("closed", &self.inner.closed.why())
            .finish_non_exhaustive()
    }
}
