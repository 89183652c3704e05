//! The kinds of operations, and who carries them out.

mod attach;
mod events;
mod hall;
#[cfg(feature = "webrtc")]
mod line;
#[cfg(feature = "webrtc")]
mod media;
mod ping;
mod reclaim;
mod request;
mod room;
mod session;
mod sip;

use std::{
    ops::Add,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use janus_blocking::{Connection, Error, Session};

use crate::{
    failure::{Failure, Outcome},
    parts::Parts,
    settings::{Kind, Work},
};

/// Whether an end was not answered in time: there may be many more, and no server.
static HANGS: AtomicBool = AtomicBool::new(false);

fn hangs_if(error: &Error) {
    HANGS.fetch_or(error.is_timeout(), Ordering::Relaxed);
}

/// How long the end of a session or a room may take.
fn patience() -> Duration {
    Duration::from_secs(if HANGS.load(Ordering::Relaxed) { 2 } else { 20 })
}

/// One who carries out operations, one after the other: what it needs on the server, it has.
pub(crate) trait Seat: Send {
    /// One operation.
    fn act(&mut self, parts: &mut Parts) -> Outcome<()>;

    /// Takes away what it has on the server; what it could not take away.
    fn end(self: Box<Self>) -> Left;
}

/// What may still be on the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) sessions: u64,
    pub(crate) rooms: u64,
}

impl Add for Left {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            sessions: self.sessions + other.sessions,
            rooms: self.rooms + other.rooms,
        }
    }
}

/// What seats are made of.
pub(crate) struct Place<'a> {
    pub(crate) connections: &'a [Connection],
    /// As many as can be at work at once.
    pub(crate) seats: usize,
    pub(crate) work: &'a Work,
    pub(crate) is_fake: bool,
}

impl Place<'_> {
    /// The connection of a seat.
    fn connection(&self, seat: usize) -> Connection {
        let connection = &self.connections[seat % self.connections.len()];
        connection.with_timeout(connection.config().request_timeout)
    }

    /// As many seats as there can be at work.
    fn each<S: Seat + 'static>(
        &self,
        mut make: impl FnMut(Connection) -> Outcome<S>,
    ) -> Outcome<Seats> {
        let mut seats: Seats = Vec::new();
        for number in 0..self.seats {
            seats.push(Box::new(make(self.connection(number))?));
        }
        Ok(seats)
    }
}

pub(crate) type Seats = Vec<Box<dyn Seat>>;

/// The names of the parts of an operation, in the order of their numbers.
pub(crate) fn parts(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Ping | Kind::Request | Kind::Media => &[],
        Kind::Attach => &attach::PARTS,
        Kind::Session => &session::PARTS,
        Kind::Room => &room::PARTS,
        Kind::Sip => &sip::PARTS,
        Kind::Reclaim => &reclaim::PARTS,
        Kind::Events => &events::PARTS,
    }
}

/// Makes all seats of a scenario, and on the server what they need.
pub(crate) fn seats(place: &Place<'_>) -> Outcome<Seats> {
    match place.work.kind() {
        Kind::Ping => ping::seats(place),
        Kind::Attach => attach::seats(place),
        Kind::Session => session::seats(place),
        Kind::Request => request::seats(place),
        Kind::Room => room::seats(place),
        Kind::Sip => sip::seats(place),
        Kind::Reclaim => reclaim::seats(place),
        Kind::Events => events::seats(place),
        #[cfg(feature = "webrtc")]
        Kind::Media => media::seats(place),
        // It was refused before.
        #[cfg(not(feature = "webrtc"))]
        Kind::Media => Ok(Vec::new()),
    }
}

/// A session that is made anew once it is gone.
struct Lasting<T> {
    connection: Connection,
    kept: Option<(Session, T)>,
}

impl<T> Lasting<T> {
    fn new(connection: Connection) -> Self {
        Self {
            connection,
            kept: None,
        }
    }

    /// The session and what was made in it.
    fn kept(&mut self, make: impl FnOnce(&Session) -> Outcome<T>) -> Outcome<&mut (Session, T)> {
        if self.kept.is_none() {
            let session = self.connection.create_session()?;
            let made = make(&session)?;
            self.kept = Some((session, made));
        }
        // It was just made where there was none.
        self.kept.as_mut().ok_or(Failure::Missing("session"))
    }

    /// Forgets a session that is gone.
    fn note<R>(&mut self, outcome: Outcome<R>) -> Outcome<R> {
        if outcome.as_ref().is_err_and(Failure::is_gone) {
            self.kept = None;
        }
        outcome
    }

    fn end(self) -> Left {
        let kept = self.kept.map(|(session, _)| session);
        kept.map_or_else(Left::default, destroyed)
    }
}

/// Destroys a session; what is left of it.
fn destroyed(session: Session) -> Left {
    match session.with_timeout(patience()).destroy() {
        Ok(()) => Left::default(),
        Err(error) => left_of(&error),
    }
}

/// What is left where a session could not be destroyed.
fn left_of(error: &Error) -> Left {
    hangs_if(error);
    Left {
        sessions: u64::from(!error.is_session_gone()),
        rooms: 0,
    }
}
