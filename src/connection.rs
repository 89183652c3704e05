//! One link to a Janus, and what is asked of the server as a whole.

use std::{
    fmt,
    sync::{Arc, Weak, atomic::Ordering},
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use crate::{
    Config, Error, HandleTicket, Result, ServerInfo, Session, SessionId, SessionTicket, Strays,
    error::{Attempt, CloseReason, Endpoint},
    keepalive::Keepalive,
    logging::debug,
    reader::Reader,
    router::{Answer, Expects},
    shared::{Call, Shared},
    transport::{self, Connected, Url},
    wire::Outgoing,
};

/// The connections of this program, so that one that loses a session to another hears of it.
static CONNECTIONS: Mutex<Vec<Weak<Shared>>> = Mutex::new(Vec::new());

/// One link to a Janus.
///
/// It has one thread of its own, `janus-reader`, which reads while no call is
/// waiting and keeps the sessions alive. All calls may be made from any thread.
///
/// Dropping it ends it like [`close`](Self::close), which may block for
/// [`Config::close_timeout`]; sessions and handles of it are closed then.
///
/// ```
/// # // Refused before anything is sent; the first program of the guide runs against a server.
/// use janus_blocking::{Connection, Error};
///
/// let error = Connection::open("http//nonsense").unwrap_err();
/// assert!(matches!(error, Error::Config { field: "url", .. }));
/// ```
pub struct Connection {
    shared: Arc<Shared>,
    info: ServerInfo,
    reader: Reader,
}

/// A claimed session and the handles to reattach; see [`Connection::resume`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Resumed {
    /// The session, active again on this connection.
    pub session: Session,
    /// Its handles, as the ticket has them, in the order of their attaching.
    pub handles: Vec<HandleTicket>,
}

impl Connection {
    /// Connects to the Janus at that address, with the default [`Config`].
    ///
    /// Sends `info` once the link stands, and returns when it is answered: so what comes back
    /// speaks Janus. Blocks at most [`Config::connect_timeout`].
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an address that cannot be, [`Error::Connect`] when there is no Janus
    /// to be reached; its text says what to check.
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn open(url: &str) -> Result<Self> {
        Config::new(url).open()
    }

    pub(crate) fn with_config(config: Config) -> Result<Self> {
        config.check()?;
        let url = Url::parse(&config.url)?;
        let deadline = Instant::now() + config.connect_timeout;
        let connected = transport::connect(&url, &config, deadline)?;
        Self::over(config, url.endpoint(), connected, deadline)
    }

    /// Makes a connection of a link that stands.
    pub(crate) fn over(
        config: Config,
        endpoint: Endpoint,
        connected: Connected,
        deadline: Instant,
    ) -> Result<Self> {
        let shared = Arc::new(Shared::new(config, endpoint, connected));
        let left = deadline.saturating_duration_since(Instant::now());
        let failed = |problem: &str, source| Error::Connect {
            endpoint: shared.endpoint.clone(),
            problem: Box::new(problem.to_owned()),
            source,
        };
        let info = ask_info(&shared, left).map_err(|error| {
            let source = std::io::Error::other(error);
            shared.fail(CloseReason::ConnectionClosed, None);
            failed(
                "it accepted the link but did not answer `info`; is it a Janus?",
                Some(source),
            )
        })?;
        let keepalive = Keepalive::new(&shared.config, &info);
        let reader = Reader::start(shared.clone(), keepalive).map_err(|error| {
            shared.fail(CloseReason::ConnectionClosed, None);
            failed("the system refused a thread for it", Some(error))
        })?;
        debug!(
            "connected to {}, Janus {}",
            shared.endpoint, info.version_string
        );
        let mut connections = CONNECTIONS.lock();
        connections.retain(|connection| connection.strong_count() > 0);
        connections.push(Arc::downgrade(&shared));
        drop(connections);
        Ok(Self {
            shared,
            info,
            reader,
        })
    }

    /// Asks the server about itself.
    ///
    /// Sends `info` and waits for its answer.
    ///
    /// # Errors
    ///
    /// None special to this call.
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn info(&self) -> Result<ServerInfo> {
        ask_info(&self.shared, self.shared.config.request_timeout)
    }

    /// What the server said about itself when the connection was opened. Sends nothing.
    pub fn opening_info(&self) -> &ServerInfo {
        &self.info
    }

    /// Measures how long the server takes to answer.
    ///
    /// Sends `ping` and waits for its `pong`.
    ///
    /// # Errors
    ///
    /// None special to this call.
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn ping(&self) -> Result<Duration> {
        let begun = Instant::now();
        self.ask(Outgoing::server("ping"), Expects::Whole)?;
        Ok(begun.elapsed())
    }

    /// Creates a session.
    ///
    /// Sends `create` and waits for its answer. The session is kept alive until it is destroyed,
    /// abandoned or dropped. If the answer comes after the deadline, the session it names is
    /// destroyed.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`] with 403 for a wrong or missing secret or token, and with 472 when the
    /// server was told to accept no new sessions.
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn create_session(&self) -> Result<Session> {
        match self.ask(Outgoing::server("create"), Expects::Create)? {
            Answer::Created(id, life) => {
                debug!("created session {id}");
                Ok(Session::new(&self.shared, &self.info, id, life, &[]))
            }
            _ => Err(Error::unexpected(
                Attempt::core("create"),
                "the id of a session",
                "",
            )),
        }
    }

    /// Takes over a session that lives on the server, whoever had it.
    ///
    /// Sends `claim` and waits for its answer. From then on the session's events come here. Those
    /// of handles that are not reattached yet are kept, [`Config::event_queue`] each, and delivered
    /// first. What happened while nobody had the session is lost: Janus throws it away.
    ///
    /// An older [`Session`] object of it in this program, on this connection or on another one to
    /// the same address, is closed with [`CloseReason::ClaimedAway`]. Another program that has it
    /// hears nothing from Janus, and gets no more events.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`] with 458 when there is no such session, for which
    /// [`is_session_gone`](Error::is_session_gone) holds: it was destroyed, or nobody claimed it in
    /// time. 403 for a wrong or missing secret or token.
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn claim(&self, session: impl Into<SessionId>) -> Result<Session> {
        self.claim_with(session.into(), &[])
    }

    /// Takes over the session of a ticket: a [`claim`](Self::claim), and the handles to reattach.
    ///
    /// Handles of the ticket that are not reattached stay in the ticket of the next
    /// [`abandon`](Session::abandon).
    ///
    /// # Errors
    ///
    /// As for [`claim`](Self::claim).
    pub fn resume(&self, ticket: &SessionTicket) -> Result<Resumed> {
        let session = self.claim_with(ticket.session_id, &ticket.handles)?;
        Ok(Resumed {
            session,
            handles: ticket.handles.clone(),
        })
    }

    fn claim_with(&self, id: SessionId, handles: &[HandleTicket]) -> Result<Session> {
        match self.ask(Outgoing::session("claim", id), Expects::Claim)? {
            Answer::Claimed(life) => {
                self.tell_others(id);
                debug!("claimed session {id}");
                Ok(Session::new(&self.shared, &self.info, id, life, handles))
            }
            _ => Err(Error::unexpected(
                Attempt::on_session("claim", id),
                "`success`",
                "",
            )),
        }
    }

    /// Closes the session on the other connections of this program to the same server.
    fn tell_others(&self, id: SessionId) {
        let others: Vec<_> = CONNECTIONS
            .lock()
            .iter()
            .filter_map(Weak::upgrade)
            .collect();
        for other in others {
            if !Arc::ptr_eq(&other, &self.shared) && other.endpoint == self.shared.endpoint {
                other
                    .router
                    .lock()
                    .end_session(id, CloseReason::ClaimedAway);
            }
        }
    }

    fn ask(&self, outgoing: Outgoing<'_>, expects: Expects) -> Result<Answer> {
        let (name, session) = (outgoing.janus, outgoing.session_id);
        let attempt = || Attempt {
            session,
            ..Attempt::core(name)
        };
        let timeout = self.shared.config.request_timeout;
        self.shared.call(&Call {
            outgoing,
            expects,
            timeout,
            attempt: &attempt,
        })
    }

    /// Leaves all sessions on the server for somebody else to claim, and drops the link.
    ///
    /// No `detach` and no `destroy` is sent. Blocks as [`close`](Self::close) does. The tickets
    /// tell whether the server keeps the sessions: [`SessionTicket::kept_for`].
    pub fn abandon(mut self) -> Vec<SessionTicket> {
        let sessions = self.shared.live_sessions();
        let tickets = sessions.iter().map(|session| session.abandon()).collect();
        self.end();
        tickets
    }

    /// Ends the connection.
    ///
    /// Sends `destroy` for the sessions that are still active, says goodbye, and waits until the
    /// server has closed the link, at most [`Config::close_timeout`]. Calls under way in other
    /// threads, sessions, handles and event queues are closed with
    /// [`CloseReason::ConnectionClosed`].
    pub fn close(mut self) {
        self.end();
    }

    fn end(&mut self) {
        for session in self.shared.live_sessions() {
            self.shared
                .drop_session(session.id, CloseReason::ConnectionClosed);
        }
        let timeout = self.shared.config.close_timeout;
        if !self.shared.closing.swap(true, Ordering::AcqRel) {
            self.shared.link.goodbye();
            // Whoever reads next finds the server's goodbye.
            self.shared.turn.want();
            if !self.reader.wait(timeout) {
                debug!(
                    "{} did not close the link within {timeout:?}",
                    self.shared.endpoint
                );
            }
        }
        self.shared.fail(CloseReason::ConnectionClosed, None);
        self.reader.join();
    }

    /// What came and belonged to nobody: late answers, strays, garbage. For monitoring.
    pub fn strays(&self) -> Strays {
        self.shared.router.lock().strays
    }

    /// The settings that it was opened with.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }
}

fn ask_info(shared: &Shared, timeout: Duration) -> Result<ServerInfo> {
    let attempt = || Attempt::core("info");
    let outgoing = Outgoing::server("info");
    let call = Call {
        outgoing,
        expects: Expects::Whole,
        timeout,
        attempt: &attempt,
    };
    match shared.call(&call)? {
        Answer::Whole(text) => serde_json::from_str(&text)
            .map_err(|error| Error::decode("the answer to `info`", &text, error)),
        _ => Err(Error::unexpected(attempt(), "`server_info`", "")),
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("endpoint", &self.shared.endpoint)
            .finish_non_exhaustive()
    }
}

/// What a session needs of the server's timeouts for its ticket.
pub(crate) fn kept_for(shared: &Shared, info: &ServerInfo) -> Option<Duration> {
    let session = Some(info.session_timeout).filter(|timeout| !timeout.is_zero());
    match shared.link.reports_going_away() {
        false => Some(session.unwrap_or(Duration::MAX)),
        true => {
            let reclaim = info.reclaim_session_timeout;
            (!reclaim.is_zero()).then(|| session.map_or(reclaim, |session| session.min(reclaim)))
        }
    }
}
