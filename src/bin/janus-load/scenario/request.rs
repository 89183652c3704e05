//! `request`: any request to any plugin, by name and body.

use janus_blocking::{Raw, serde_json::Value};

use super::{Lasting, Left, Place, Seat, Seats};
use crate::{failure::Outcome, parts::Parts};

struct Requests {
    lasting: Lasting<Raw>,
    plugin: String,
    body: Value,
}

pub(super) fn seats(place: &Place<'_>) -> Outcome<Seats> {
    place.each(|connection| {
        let plugin = place.work.plugin();
        let mut lasting = Lasting::new(connection);
        lasting.kept(|session| Ok(session.attach_raw(&plugin)?))?;
        Ok(Requests {
            lasting,
            plugin,
            body: place.work.body(),
        })
    })
}

impl Seat for Requests {
    fn act(&mut self, _: &mut Parts) -> Outcome<()> {
        let plugin = &self.plugin;
        let attach = |session: &janus_blocking::Session| Ok(session.attach_raw(plugin)?);
        let (_, raw) = self.lasting.kept(attach)?;
        let answered = raw.request(self.body.clone());
        self.lasting.note(answered.map(drop).map_err(Into::into))
    }

    fn end(self: Box<Self>) -> Left {
        self.lasting.end()
    }
}
