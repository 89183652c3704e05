//! `session`: creates a session and destroys it.

use janus_blocking::{Connection, Session};

use super::{Left, Place, Seat, Seats, left_of};
use crate::{failure::Outcome, parts::Parts};

pub(super) const PARTS: [&str; 2] = ["create", "destroy"];

struct Sessions {
    connection: Connection,
    left: u64,
}

pub(super) fn seats(place: &Place<'_>) -> Outcome<Seats> {
    place.each(|connection| {
        Ok(Sessions {
            connection,
            left: 0,
        })
    })
}

impl Seat for Sessions {
    fn act(&mut self, parts: &mut Parts) -> Outcome<()> {
        let session = parts.time(0, || self.connection.create_session())?;
        let destroyed = parts.time(1, || Session::destroy(session));
        if let Err(error) = &destroyed {
            self.left += left_of(error).sessions;
        }
        Ok(destroyed?)
    }

    fn end(self: Box<Self>) -> Left {
        Left {
            sessions: self.left,
            ..Left::default()
        }
    }
}
