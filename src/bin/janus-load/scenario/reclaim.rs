//! `reclaim`: a session is abandoned, claimed on another connection, and its handle is used there.

use std::mem;

use janus_blocking::{
    Connection, EchoTest, Error, Session, SessionTicket, connection::Resumed, echotest::Settings,
};

use super::{Lasting, Left, Place, Seat, Seats, destroyed, left_of};
use crate::{failure::Outcome, parts::Parts};

pub(super) const PARTS: [&str; 3] = ["claim", "reattach", "request"];

struct Mover {
    here: Lasting<EchoTest>,
    there: Lasting<EchoTest>,
    /// Those that were abandoned, and could not be claimed.
    lost: Vec<SessionTicket>,
}

pub(super) fn seats(place: &Place<'_>) -> Outcome<Seats> {
    let mut seats: Seats = Vec::new();
    for number in 0..place.seats {
        let mut here = Lasting::new(place.connection(number));
        here.kept(attach)?;
        seats.push(Box::new(Mover {
            here,
            there: Lasting::new(place.connection(number + 1)),
            lost: Vec::new(),
        }));
    }
    Ok(seats)
}

fn attach(session: &Session) -> Outcome<EchoTest> {
    Ok(session.attach()?)
}

/// The session of the ticket and its handle, on this connection.
fn claimed(
    there: &Connection,
    ticket: &SessionTicket,
    parts: &mut Parts,
) -> Result<(Session, EchoTest), Error> {
    let Resumed {
        session, handles, ..
    } = parts.time(0, || there.resume(ticket))?;
    let echo = match handles.first() {
        Some(handle) => parts.time(1, || session.reattach(handle))?,
        None => session.attach()?,
    };
    Ok((session, echo))
}

impl Seat for Mover {
    fn act(&mut self, parts: &mut Parts) -> Outcome<()> {
        self.here.kept(attach)?;
        if let Some((session, echo)) = self.here.kept.take() {
            let ticket = session.abandon();
            drop(echo);
            match claimed(&self.there.connection, &ticket, parts) {
                Ok(kept) => self.there.kept = Some(kept),
                Err(error) => {
                    if !error.is_session_gone() {
                        self.lost.push(ticket);
                    }
                    return Err(error.into());
                }
            }
            mem::swap(&mut self.here, &mut self.there);
        }
        let (_, echo) = self.here.kept(attach)?;
        let answered = parts.time(2, || echo.configure(&Settings::new().audio(true)));
        self.here.note(answered.map(drop).map_err(Into::into))
    }

    fn end(self: Box<Self>) -> Left {
        let there = self.there.connection.with_timeout(super::patience());
        let again = self.lost.iter().map(|ticket| match there.resume(ticket) {
            Ok(resumed) => destroyed(resumed.session),
            Err(error) => left_of(&error),
        });
        let left = again.fold(Left::default(), |sum, left| sum + left);
        left + self.here.end() + self.there.end()
    }
}
