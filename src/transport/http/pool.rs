//! The connections of one link: those that wait for the next request, and those in use.

use std::{io, sync::Arc, time::Instant};

use parking_lot::Mutex;

use super::{connection::Connection, response::Response};
use crate::transport::{
    Unreachable,
    stream::{Connector, Stream},
};

/// How many connections wait for the next request. As many as threads call at the same time; a
/// burst leaves no more than this behind.
const MAX_IDLE: usize = 8;

/// Why there is no response.
pub(super) struct Failure {
    pub(super) error: io::Error,
    /// The connection on which it may still come.
    pub(super) unanswered: Option<Box<Connection>>,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self {
            error,
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
    /// For shutting them down.
    in_use: Vec<(u64, Stream)>,
    /// The number of the next one in use.
    next: u64,
    over: bool,
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

    /// Sends a request over any connection and waits for its response.
    pub(super) fn exchange(&self, request: &[u8], deadline: Instant) -> Result<Response, Failure> {
        let connection = match self.idle()? {
            Some(connection) => connection,
            None => self.connect(deadline).map_err(into_io)?,
        };
        self.exchange_on(connection, request, deadline)
    }

    /// Sends a request over that connection, which is the pool's afterwards.
    pub(super) fn exchange_on(
        &self,
        connection: Connection,
        request: &[u8],
        deadline: Instant,
    ) -> Result<Response, Failure> {
        self.wait_on(connection, |connection| {
            connection.exchange(request, false, deadline)
        })
    }

    /// Waits for the response that a connection still awaits.
    pub(super) fn await_late(
        &self,
        connection: Connection,
        deadline: Instant,
    ) -> Result<Response, Failure> {
        self.wait_on(connection, |connection| connection.response(true, deadline))
    }

    fn wait_on(
        &self,
        mut connection: Connection,
        wait: impl FnOnce(&mut Connection) -> io::Result<Response>,
    ) -> Result<Response, Failure> {
        let number = self.enter(&connection.stream)?;
        let result = wait(&mut connection);
        let reusable = result
            .as_ref()
            .is_ok_and(|response| connection.is_reusable(response));
        let (back, unanswered) = match reusable {
            true => (Some(connection), None),
            false => (None, connection.awaits().then(|| Box::new(connection))),
        };
        // Closed here, not under the lock.
        drop(self.leave(number, back));
        result.map_err(|error| Failure { error, unanswered })
    }

    /// An idle connection that can be used.
    fn idle(&self) -> io::Result<Option<Connection>> {
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

    fn enter(&self, stream: &Stream) -> io::Result<u64> {
        let mut state = self.state.lock();
        if state.over {
            return Err(over());
        }
        let number = state.next;
        state.next += 1;
        state.in_use.push((number, stream.clone()));
        Ok(number)
    }

    /// Takes a connection back; what it returns is to be closed.
    fn leave(&self, number: u64, connection: Option<Connection>) -> Option<Connection> {
        let mut state = self.state.lock();
        state.in_use.retain(|(other, _)| *other != number);
        if state.over || state.idle.len() >= MAX_IDLE {
            return connection;
        }
        state.idle.extend(connection);
        None
    }

    /// Ends all connections and wakes whoever waits on one.
    pub(super) fn shutdown(&self) {
        let mut state = self.state.lock();
        state.over = true;
        let (idle, in_use) = (std::mem::take(&mut state.idle), &state.in_use);
        for (_, stream) in in_use {
            stream.shutdown();
        }
        drop(state);
        drop(idle);
    }
}

fn over() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "the connection is closed")
}

/// The problem is told by the error that it becomes the source of.
pub(super) fn into_io(unreachable: Unreachable) -> io::Error {
    unreachable
        .source
        .unwrap_or_else(|| io::Error::other(unreachable.problem))
}
