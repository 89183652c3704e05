//! The connections of one link: those that wait for the next request, and those in use.

use std::{io, sync::Arc, time::Instant};

use parking_lot::Mutex;

use super::{
    connection::{Connection, Response},
    request::Request,
};
use crate::{
    SessionId,
    transport::{
        Unreachable,
        stream::{Connector, Stream},
    },
};

/// How many connections wait for the next request. As many as threads call at the same time; a
/// burst leaves no more than this behind.
const MAX_IDLE: usize = 8;

/// Why there is no response.
pub(super) struct Failure {
    pub(super) error: io::Error,
    /// There was no connection for the request.
    pub(super) not_sent: bool,
    /// The connection on which it may still come.
    pub(super) unanswered: Option<Box<Connection>>,
}

impl Failure {
    /// Not a byte of the request has gone out.
    fn not_sent(error: io::Error) -> Self {
        Self {
            error,
            not_sent: true,
            unanswered: None,
        }
    }
}

impl From<Failure> for io::Error {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

pub(super) struct Pool {
    connector: Arc<Connector>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The one that was used last is used next, so that the others grow old and are closed.
    idle: Vec<Connection>,
    in_use: Vec<InUse>,
    /// The number of the next one in use.
    next: u64,
    over: bool,
}

/// For shutting it down.
struct InUse {
    number: u64,
    /// The session that its request is for.
    session: Option<SessionId>,
    /// The session has ended here, and no caller wants the response.
    unwanted: bool,
    /// `None` while it is being made.
    stream: Option<Stream>,
}

impl Pool {
    pub(super) fn new(connector: Arc<Connector>) -> Self {
        Self {
            connector,
            state: Mutex::default(),
        }
    }

    /// Makes a connection that is not of the pool.
    pub(super) fn connect(&self, deadline: Instant) -> Result<Connection, Unreachable> {
        Connection::new(&self.connector, deadline)
    }

    /// Sends a request for that session, if it is for one, and waits for its response.
    ///
    /// `TimedOut` as well when the session has [ended](Self::end_session) meanwhile.
    pub(super) fn exchange(
        &self,
        request: &Request<'_>,
        session: Option<SessionId>,
        deadline: Instant,
    ) -> Result<Response, Failure> {
        let idle = self.idle()?;
        // First, so that what ends while a new one is made is not sent.
        let number = self.enter(session)?;
        let connection = match idle {
            Some(connection) => Ok(connection),
            None => self.connect(deadline),
        };
        match connection {
            Ok(connection) => self.wait_on(number, connection, |connection| {
                connection.exchange(request, false, deadline)
            }),
            Err(error) => {
                self.leave(number, None);
                Err(Failure::not_sent(into_io(error)))
            }
        }
    }

    /// Sends a request over that connection, which is the pool's afterwards.
    pub(super) fn exchange_on(
        &self,
        connection: Connection,
        request: &Request<'_>,
        deadline: Instant,
    ) -> Result<Response, Failure> {
        self.wait_on(self.enter(None)?, connection, |connection| {
            connection.exchange(request, false, deadline)
        })
    }

    /// Waits for the response that a connection still awaits.
    pub(super) fn await_late(
        &self,
        connection: Connection,
        deadline: Instant,
    ) -> Result<Response, Failure> {
        self.wait_on(self.enter(None)?, connection, |connection| {
            connection.response(true, deadline)
        })
    }

    fn wait_on(
        &self,
        number: u64,
        mut connection: Connection,
        wait: impl FnOnce(&mut Connection) -> io::Result<Response>,
    ) -> Result<Response, Failure> {
        if let Err(failure) = self.begin(number, &connection.stream) {
            self.leave(number, Some(connection));
            return Err(failure);
        }
        let mut result = wait(&mut connection);
        let reusable = result.as_ref().is_ok_and(|response| response.reusable);
        let (back, unanswered) = if reusable {
            (Some(connection), None)
        } else {
            (None, connection.awaits().then(|| Box::new(connection)))
        };
        let (rest, wanted) = self.leave(number, back);
        // Closed here, not under the lock.
        drop(rest);
        if !wanted {
            result = result.map_err(|_| io::ErrorKind::TimedOut.into());
        }
        result.map_err(|error| Failure {
            error,
            not_sent: false,
            unanswered,
        })
    }

    /// An idle connection that can be used.
    fn idle(&self) -> Result<Option<Connection>, Failure> {
        loop {
            let mut state = self.state.lock();
            if state.over {
                return Err(over());
            }
            let Some(connection) = state.idle.pop() else {
                return Ok(None);
            };
            drop(state);
            if connection.is_good() {
                return Ok(Some(connection));
            }
        }
    }

    /// A request for that session, if it is for one, gets a connection.
    fn enter(&self, session: Option<SessionId>) -> Result<u64, Failure> {
        let mut state = self.state.lock();
        if state.over {
            return Err(over());
        }
        let number = state.next;
        state.next += 1;
        state.in_use.push(InUse {
            number,
            session,
            unwanted: false,
            stream: None,
        });
        Ok(number)
    }

    /// It has one, and goes out, unless its session has ended meanwhile.
    fn begin(&self, number: u64, stream: &Stream) -> Result<(), Failure> {
        let mut state = self.state.lock();
        if state.over {
            return Err(over());
        }
        let entry = state.in_use.iter_mut().find(|entry| entry.number == number);
        match entry.filter(|entry| !entry.unwanted) {
            Some(entry) => {
                entry.stream = Some(stream.clone());
                Ok(())
            }
            None => Err(Failure::not_sent(io::ErrorKind::TimedOut.into())),
        }
    }

    /// Takes a connection back, if it can be used again. Returns one that is to be closed, and
    /// whether its response was still wanted.
    fn leave(&self, number: u64, connection: Option<Connection>) -> (Option<Connection>, bool) {
        let mut state = self.state.lock();
        let entry = state.in_use.iter().position(|entry| entry.number == number);
        let entry = entry.map(|index| state.in_use.swap_remove(index));
        let wanted = entry.is_none_or(|entry| !entry.unwanted);
        if !wanted || state.over || state.idle.len() >= MAX_IDLE {
            return (connection, wanted);
        }
        state.idle.extend(connection);
        (None, wanted)
    }

    /// Wakes the threads that wait for a response to a request for that session.
    pub(super) fn end_session(&self, session: SessionId) {
        for entry in &mut self.state.lock().in_use {
            if entry.session == Some(session) {
                entry.unwanted = true;
                entry.stream.iter().for_each(|stream| stream.shutdown());
            }
        }
    }

    /// Ends all connections and wakes the threads that wait on them.
    pub(super) fn shutdown(&self) {
        let mut state = self.state.lock();
        state.over = true;
        let (idle, in_use) = (std::mem::take(&mut state.idle), &state.in_use);
        for entry in in_use {
            entry.stream.iter().for_each(|stream| stream.shutdown());
        }
        drop(state);
        drop(idle);
    }
}

fn over() -> Failure {
    Failure::not_sent(io::Error::new(
        io::ErrorKind::NotConnected,
        "the connection is closed",
    ))
}

/// The problem is told by the error that it becomes the source of.
pub(super) fn into_io(unreachable: Unreachable) -> io::Error {
    unreachable
        .source
        .unwrap_or_else(|| io::Error::other(unreachable.problem))
}
