//! `attach`: attaches a handle to a plugin and detaches it.

use janus_blocking::Raw;

use super::{Lasting, Left, Place, Seat, Seats};
use crate::{failure::Outcome, parts::Parts};

pub(super) const PARTS: [&str; 2] = ["attach", "detach"];

struct Handles {
    lasting: Lasting<()>,
    plugin: String,
}

pub(super) fn seats(place: &Place<'_>) -> Outcome<Seats> {
    place.each(|connection| {
        let mut lasting = Lasting::new(connection);
        lasting.kept(|_| Ok(()))?;
        let plugin = place.work.plugin();
        Ok(Handles { lasting, plugin })
    })
}

impl Seat for Handles {
    fn act(&mut self, parts: &mut Parts) -> Outcome<()> {
        let (session, ()) = self.lasting.kept(|_| Ok(()))?;
        let attached = parts.time(0, || session.attach_raw(&self.plugin));
        let done = attached.map(Raw::into_handle);
        let done = done.and_then(|handle| parts.time(1, || handle.detach()));
        self.lasting.note(done.map_err(Into::into))
    }

    fn end(self: Box<Self>) -> Left {
        self.lasting.end()
    }
}
