//! Claiming sessions that are on the server, and how long the server keeps them.

use std::{
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use super::{Connection, ConnectionInner};
use crate::{
    Error, HandleTicket, Result, Session, SessionId, SessionTicket,
    engine::{Call, Engine},
    error::{CloseReason, Endpoint, RequestContext},
    logging::debug,
    router::{Answer, Expects},
    wire::{Outgoing, Verb},
};

/// A claimed session and the handles to reattach; see [`Connection::resume`].
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, connection::Resumed};
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let session = janus.create_session()?;
/// let echo: EchoTest = session.attach()?;
/// let ticket = session.abandon();
/// let Resumed { session, handles, .. } = janus.resume(&ticket)?;
/// for handle in &handles {
///     let echo: EchoTest = session.reattach(handle.id)?;
/// }
/// assert_eq!(handles.len(), 1);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Resumed {
    /// The session, active again on this connection.
    pub session: Session,
    /// Its handles, as the ticket has them, in the order in which they were attached.
    pub handles: Vec<HandleTicket>,
}

/// The connections of this program, so that one that loses a session to another hears of it.
static CONNECTIONS: Mutex<Vec<Weak<Engine>>> = Mutex::new(Vec::new());

/// Notes a new connection there.
pub(super) fn remember(engine: &Arc<Engine>) {
    let mut connections = CONNECTIONS.lock();
    connections.retain(|connection| connection.strong_count() > 0);
    connections.push(Arc::downgrade(engine));
}

/// The claims of this program that wait for their answers. In which order Janus carries out those of
/// one session is not known if they come over several links: so there is one at a time.
static CLAIMS: Mutex<Vec<(Endpoint, SessionId)>> = Mutex::new(Vec::new());
static FEWER_CLAIMS: Condvar = Condvar::new();

/// One of them, until the older objects of its session know of it.
struct Claiming(Endpoint, SessionId);

impl Claiming {
    /// After those of the same session. At the deadline it begins all the same: its call ends then.
    fn begin(endpoint: Endpoint, session: SessionId, deadline: Instant) -> Self {
        let claim = Self(endpoint, session);
        let mut claims = CLAIMS.lock();
        while claims.iter().any(|other| claim.is(other))
            && !FEWER_CLAIMS.wait_until(&mut claims, deadline).timed_out()
        {}
        claims.push((claim.0.clone(), session));
        claim
    }

    fn is(&self, (endpoint, session): &(Endpoint, SessionId)) -> bool {
        (&self.0, self.1) == (endpoint, *session)
    }
}

impl Drop for Claiming {
    fn drop(&mut self) {
        let mut claims = CLAIMS.lock();
        let own = claims.iter().position(|claim| self.is(claim));
        own.map(|at| claims.swap_remove(at));
        FEWER_CLAIMS.notify_all();
    }
}

impl Connection {
    /// Takes over a session that exists on the server, no matter which client has it.
    ///
    /// Sends `claim` and waits for its answer. From then on the session's events come here. They are
    /// kept for handles that are not reattached yet, which then deliver them first, within the [limits
    /// of queues](crate::Events#limits); an [`Error::Lagged`] marks where some did not fit. Janus throws
    /// away what happens while no client has the session.
    ///
    /// If this program has an older [`Session`] object of that session, on this connection or on
    /// another one to the same address, that object is closed with [`CloseReason::ClaimedAway`]. Of
    /// several claims of one session at once, in several threads, each waits for the one before it.
    /// Another program that has the session gets no notice from Janus and no more events; over HTTP
    /// [that is different](crate::transport).
    ///
    /// # Errors
    ///
    /// [`Error::Janus`] with 458 when there is no such session, for which
    /// [`is_session_gone`](Error::is_session_gone) holds: it was destroyed, or nobody claimed it in
    /// time. 403 for a wrong or missing secret or token.
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, first) = janus_blocking::testing::connected()?;
    /// let id = first.create_session()?.abandon().session_id;
    ///
    /// // On another connection, in this program or in another one:
    /// # let second = gateway.connect()?;
    /// let session = second.claim(id)?;
    /// assert_eq!(session.id(), id);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
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
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, echotest::Settings};
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let echo: EchoTest = session.attach()?;
    /// let ticket = session.abandon();
    ///
    /// let resumed = janus.resume(&ticket)?;
    /// let echo: EchoTest = resumed.session.reattach(resumed.handles[0].id)?;
    /// echo.configure(&Settings::new().audio(true))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn resume(&self, ticket: &SessionTicket) -> Result<Resumed> {
        let session = self.claim_with(ticket.session_id, &ticket.handles)?;
        Ok(Resumed {
            session,
            handles: ticket.handles.clone(),
        })
    }

    fn claim_with(&self, id: SessionId, handles: &[HandleTicket]) -> Result<Session> {
        let creating = self.inner.creating()?;
        let outgoing = Outgoing::session(Verb::Claim, id);
        let call = Call::new(outgoing, Expects::Claim, self.timeout()?).owned_by(Some(&creating));
        let engine = &self.inner.engine;
        let _claiming = Claiming::begin(engine.endpoint(), id, call.deadline());
        match engine.call(&call)? {
            Answer::Claimed(closed) => {
                self.tell_others(id);
                debug!("claimed session {id}");
                let session = Session::new(&self.inner, id, closed, handles);
                let entered = self.inner.entered(&session.inner);
                if entered.is_err() {
                    // It was there before, and stays.
                    let why = CloseReason::ConnectionClosed;
                    engine.end_session(id, why);
                }
                entered.map(|()| session)
            }
            _ => Err(Error::unexpected(
                RequestContext::on_session("claim", id),
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
            if !Arc::ptr_eq(&other, &self.inner.engine)
                && other.endpoint() == self.inner.engine.endpoint()
            {
                other.end_session(id, CloseReason::ClaimedAway);
            }
        }
    }
}

/// A hundred years: for ever, of which the end can be reckoned, and written down.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// How long the server of the latest link keeps a session without one, for its ticket.
pub(crate) fn kept_for(connection: &ConnectionInner) -> Option<Duration> {
    let engine = &connection.engine;
    let (session, reclaim) = engine.timeouts();
    let session = Some(session).filter(|timeout| !timeout.is_zero());
    if engine.properties().reports_going_away {
        (!reclaim.is_zero()).then(|| session.map_or(reclaim, |session| session.min(reclaim)))
    } else {
        Some(session.unwrap_or(FOR_EVER))
    }
}
