//! `room`: a participant leaves its room, and a new one joins.

use std::sync::Arc;

use janus_blocking::{Raw, Session, serde_json::json};

use super::{Lasting, Left, Place, Seat, Seats, hall::Hall};
use crate::{
    cleanup::end_all,
    failure::{Failure, Outcome},
    parts::Parts,
    settings::package,
};

pub(super) const PARTS: [&str; 4] = ["leave", "detach", "attach", "join"];

struct Participant {
    lasting: Lasting<Option<Raw>>,
    hall: Arc<Hall>,
    name: String,
}

pub(super) fn seats(place: &Place<'_>) -> Outcome<Seats> {
    let usual = if place.is_fake {
        "audiobridge"
    } else {
        "videoroom"
    };
    let plugin = package(place.work.plugin.as_deref().unwrap_or(usual));
    let mut seats: Seats = Vec::new();
    for _ in 0..place.work.rooms() {
        if let Err(failure) = fill(place, &plugin, &mut seats) {
            end_all(vec![seats]);
            return Err(failure);
        }
    }
    Ok(seats)
}

/// One more room, and all who are in it.
fn fill(place: &Place<'_>, plugin: &str, seats: &mut Seats) -> Outcome<()> {
    let hall = Hall::open(place.connection(seats.len()), plugin)?;
    for _ in 0..place.work.participants() {
        let number = seats.len();
        let mut participant = Participant {
            lasting: Lasting::new(place.connection(number)),
            hall: hall.clone(),
            name: format!("load-{number}"),
        };
        let entered = participant.stay();
        // Also one that is not in: it takes the room away again.
        seats.push(Box::new(participant));
        entered?;
    }
    Ok(())
}

impl Participant {
    /// In the room, by a handle that there is.
    fn stay(&mut self) -> Outcome<()> {
        let (hall, name) = (&self.hall, &self.name);
        let enter = |session: &Session| Ok(Some(hall.enter(session, name)?));
        self.lasting.kept(enter)?;
        Ok(())
    }

    fn change(&mut self, parts: &mut Parts) -> Outcome<()> {
        self.stay()?;
        let (hall, name) = (&self.hall, &self.name);
        let (session, inside) = self.lasting.kept(|_| Ok(None))?;
        if let Some(raw) = inside.take() {
            parts.time(0, || raw.request(json!({ "request": "leave" })))?;
            parts.time(1, || raw.into_handle().detach())?;
        }
        let raw = parts.time(2, || session.attach_raw(&hall.plugin))?;
        parts.time(3, || hall.join(&raw, name))?;
        *inside = Some(raw);
        Ok::<_, Failure>(())
    }
}

impl Seat for Participant {
    fn act(&mut self, parts: &mut Parts) -> Outcome<()> {
        let changed = self.change(parts);
        self.lasting.note(changed)
    }

    fn end(self: Box<Self>) -> Left {
        // The session first: a room is destroyed when nobody is in it.
        let left = self.lasting.end();
        left + self.hall.close()
    }
}
