//! A connection to a Janus server, and requests about the server as a whole.

use std::{fmt, ops::Deref, sync::Arc, time::Duration};

use crate::{
    Config, ConnectionState, Error, Result, ServerInfo, Session, SessionTicket, StateChanges,
    UnmatchedMessages,
    config::check_duration,
    engine::{Call, Engine, Owner},
    error::RequestContext,
    logging::debug,
    router::{Answer, Expects},
    sync,
    wire::{Outgoing, Verb},
};

mod claim;
mod inner;
mod open;
mod under_way;

pub use claim::Resumed;
pub(crate) use claim::kept_for;
pub(crate) use inner::ConnectionInner;

/// A connection to a Janus server.
///
/// It has one thread of its own, `janus-reader`, which reads while no call is waiting, keeps the
/// sessions alive, and makes a new link when one breaks. All calls may be made from any thread.
///
/// Dropping it does not end its sessions and handles: they keep the link open. When neither the
/// `Connection` nor an active session is left, the link is closed as by [`close`](Self::close);
/// that last drop may block for [`Config::close_timeout`].
///
/// # Example
///
/// ```
/// use janus_blocking::Connection;
///
/// # let gateway = janus_blocking::testing::FakeGateway::start()?;
/// let janus = Connection::open(&gateway.url())?;
/// let session = janus.create_session()?;
/// assert!(janus.ping()? <= janus.config().request_timeout);
/// session.destroy()?;
/// janus.close();
/// # Ok::<(), janus_blocking::Error>(())
/// ```
pub struct Connection {
    inner: Arc<Held>,
    timeout: Duration,
}

/// What the copies of a [`Connection`] share: the last one lets it go.
struct Held(Arc<ConnectionInner>);

impl Deref for Held {
    type Target = Arc<ConnectionInner>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl Connection {
    /// Connects to the Janus at that address, with the default [`Config`].
    ///
    /// Makes a link, sends `info`, and returns when Janus has answered. Blocks at most
    /// [`Config::connect_timeout`].
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an invalid address, [`Error::Connect`] when no Janus can be reached;
    /// its text says what to check.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Connection, Error};
    ///
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// let janus = Connection::open(&gateway.url())?;
    /// assert_eq!(janus.opening_info().name, "Janus WebRTC Server");
    ///
    /// let error = Connection::open("http//nonsense").unwrap_err();
    /// assert!(matches!(error, Error::Config { field: "url", .. }));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn open(url: &str) -> Result<Self> {
        Config::new(url).open()
    }

    /// Asks the server about itself.
    ///
    /// Sends `info` and waits for its answer.
    ///
    /// # Errors
    ///
    /// None special to this call.
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let info = janus.info()?;
    /// if info.accepting_new_sessions == Some(false) {
    ///     println!("{} takes no new sessions", info.name);
    /// }
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn info(&self) -> Result<ServerInfo> {
        check_duration("timeout", self.timeout)?;
        self.inner.engine.info(None, self.timeout)
    }

    /// What the server said about itself when the connection was opened. Sends nothing. Empty while
    /// no server has been reached yet: [`Config::start_offline`].
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// assert_eq!(janus.opening_info().version_string, "1.1.2");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn opening_info(&self) -> &ServerInfo {
        self.inner.engine.opening_info()
    }

    /// Measures how long the server takes to answer.
    ///
    /// Sends `ping` and waits for its `pong`.
    ///
    /// # Errors
    ///
    /// None special to this call.
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let took = janus.ping()?;
    /// assert!(took <= janus.config().request_timeout);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn ping(&self) -> Result<Duration> {
        let begun = sync::now();
        self.ask(Outgoing::server(Verb::Ping), Expects::Whole)?;
        Ok(sync::now() - begun)
    }

    /// Creates a session.
    ///
    /// Sends `create` and waits for its answer. The session is kept alive until it is destroyed or
    /// abandoned, or until the program has dropped it and all its handles. If the answer comes
    /// after the deadline, the crate destroys the session.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`] with 403 for a wrong or missing secret or token, and with 472 when the
    /// server was told to accept no new sessions.
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// println!("session {}", session.id());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn create_session(&self) -> Result<Session> {
        let creating = self.inner.creating()?;
        let outgoing = Outgoing::server(Verb::Create);
        match self.ask_for(outgoing, Expects::Create, Some(&creating))? {
            Answer::Created(id, closed) => {
                debug!("created session {id}");
                // Its drop destroys it if it has come too late.
                let session = Session::new(&self.inner, id, closed, &[]);
                self.inner.entered(&session.inner)?;
                Ok(session)
            }
            _ => Err(Error::unexpected(
                RequestContext::core("create"),
                "the id of a session",
                "",
            )),
        }
    }

    /// Returns the same connection with another timeout for its calls: `timeout` instead of
    /// [`Config::request_timeout`].
    ///
    /// This is a cheap copy. The link is closed when the last copy is dropped; [`close`](Self::close)
    /// or [`abandon`](Self::abandon) of one copy ends the connection for all. Sessions and handles
    /// are not affected: they use the timeout of the settings or one of their own. An invalid timeout
    /// is refused by the calls.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # gateway.silence_links();
    /// let brief = janus.with_timeout(Duration::from_millis(5));
    /// // The server says nothing.
    /// let error = brief.create_session().unwrap_err();
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

    /// For the Admin API, whose requests are none of a client's.
    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// How long its calls wait.
    pub(crate) fn timeout(&self) -> Result<Duration> {
        check_duration("timeout", self.timeout)?;
        Ok(self.timeout)
    }

    fn ask(&self, outgoing: Outgoing<'_>, expects: Expects) -> Result<Answer> {
        self.ask_for(outgoing, expects, None)
    }

    fn ask_for(
        &self,
        outgoing: Outgoing<'_>,
        expects: Expects,
        owner: Option<&dyn Owner>,
    ) -> Result<Answer> {
        check_duration("timeout", self.timeout)?;
        let call = Call::new(outgoing, expects, self.timeout).owned_by(owner);
        self.inner.engine.call(&call)
    }

    /// Leaves all sessions on the server for somebody else to claim, and closes the link.
    ///
    /// Sends no `detach` and no `destroy`. Waits at most [`Config::close_timeout`] for creates,
    /// claims and attaches under way in other threads, because their sessions and handles belong in
    /// the tickets; then blocks like [`close`](Self::close), so for at most twice that time. Sessions,
    /// handles and queues that are still held end with
    /// [`CloseReason::Abandoned`](crate::CloseReason::Abandoned). The tickets tell whether the server
    /// keeps the sessions: [`SessionTicket::kept_for`].
    ///
    /// A handle that was dropped is in no ticket. If that was without a link, and there is none until
    /// the connection is abandoned, its `detach` is never sent: it stays on the server as long as its
    /// session.
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    ///
    /// let tickets = janus.abandon();
    /// assert_eq!(tickets[0].session_id, session.id());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[must_use = "without their tickets nobody can claim the sessions, and the server ends them"]
    pub fn abandon(self) -> Vec<SessionTicket> {
        self.inner.abandon()
    }

    /// Ends the connection.
    ///
    /// Sends `destroy` for every session that is still active, then a close, and waits until the
    /// server has closed the link, at most [`Config::close_timeout`] in all. Sessions that other
    /// threads are creating are waited for before, at most half of that time. Other calls under way in
    /// other threads, sessions, handles and event queues are closed with
    /// [`CloseReason::ConnectionClosed`](crate::CloseReason::ConnectionClosed).
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// janus.close();
    /// assert!(session.check().is_err());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn close(self) {
        self.inner.end();
    }

    /// Returns whether there is a link, and whether Janus accepts the keepalives. Sends nothing.
    ///
    /// # Example
    ///
    /// See [`ConnectionState`].
    pub fn state(&self) -> ConnectionState {
        self.inner.engine.state()
    }

    /// Returns a channel that receives every change of [`state`](Self::state) from now on. It ends
    /// after [`ConnectionState::Closed`]. If nobody reads it, it keeps the latest 1,024 changes.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{CloseReason, connection::ConnectionState};
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let states = janus.states();
    /// janus.close();
    /// let last = states.iter().last();
    /// assert_eq!(last, Some(ConnectionState::Closed(CloseReason::ConnectionClosed)));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn states(&self) -> StateChanges {
        self.inner.engine.states()
    }

    /// Checks whether the link is alive; if not, gives it up, and a new one is made as after any loss.
    ///
    /// Call it when the system reports that the network has changed or is back, or that the machine
    /// was suspended. It sends `ping` and waits at most 4 s until something comes. While there is no
    /// link, it returns `false` at once, and does what [`reconnect_now`](Self::reconnect_now) does.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Connection, crossbeam_channel};
    ///
    /// // The program hears of changes from the system, for instance from `ip monitor address`.
    /// fn watch(janus: &Connection, changes: &crossbeam_channel::Receiver<()>) {
    ///     for () in changes {
    ///         if !janus.check_link() {
    ///             println!("a new link is being made");
    ///         }
    ///     }
    /// }
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// assert!(janus.check_link());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn check_link(&self) -> bool {
        self.inner.engine.reconnect_now();
        self.inner.engine.check_link()
    }

    /// Tries to reconnect now instead of after the present pause; later pauses are short again.
    ///
    /// Call it when your program knows that the server or the network is back: the pauses are up to
    /// 10 s long. If an attempt is under way, it is finished first. Does nothing while there is a link.
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// janus.reconnect_now();
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn reconnect_now(&self) {
        self.inner.engine.reconnect_now();
    }

    /// Returns how many messages matched no request, session or handle here: late answers, unknown
    /// ids, garbage. For monitoring.
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # gateway.inject(janus_blocking::testing::Fault::Duplicate);
    /// janus.ping()?; // answered twice
    /// janus.ping()?;
    /// assert_eq!(janus.unmatched_messages().unknown, 1);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn unmatched_messages(&self) -> UnmatchedMessages {
        self.inner.engine.unmatched()
    }

    /// The settings that the connection was opened with.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// assert_eq!(janus.config().request_timeout, Duration::from_secs(10));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn config(&self) -> &Config {
        self.inner.engine.config()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("endpoint", &self.inner.engine.endpoint())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
