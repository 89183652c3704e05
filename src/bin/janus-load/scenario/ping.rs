//! `ping`: the least that a server can be asked.

use janus_blocking::Connection;

use super::{Left, Place, Seat, Seats};
use crate::{failure::Outcome, parts::Parts};

struct Ping(Connection);

pub(super) fn seats(place: &Place<'_>) -> Outcome<Seats> {
    place.each(|connection| Ok(Ping(connection)))
}

impl Seat for Ping {
    fn act(&mut self, _: &mut Parts) -> Outcome<()> {
        self.0.ping()?;
        Ok(())
    }

    fn end(self: Box<Self>) -> Left {
        Left::default()
    }
}
