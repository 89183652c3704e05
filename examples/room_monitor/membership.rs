//! The place in the room: the handle, and how it is kept over links and starts.

use janus_blocking::{
    Config, Connection, Error, Session, SessionTicket,
    connection::{AttachOptions, StateChanges},
    plugin::Id,
    videoroom::{
        Publisher,
        publisher::{Feed, Join},
    },
};
use serde_json::{Value, json};

use crate::options::Options;

/// A participant of the room. Its parts are dropped in this order.
pub struct Membership {
    pub desk: Publisher,
    pub session: Session,
    pub janus: Connection,
    /// Whether there is a link, from the beginning on.
    pub states: StateChanges,
    /// The participant's own id.
    pub own: Id,
    /// Whether it was there before, and went on.
    pub resumed: bool,
    /// Who publishes, if it has just joined: Janus says it once.
    pub feeds: Vec<Feed>,
}

/// Goes on with the session of the ticket, or joins anew.
pub fn take(options: &Options, ticket: Option<&SessionTicket>) -> Result<Membership, Error> {
    let mut config = Config::new(&options.url);
    config.api_secret.clone_from(&options.api_secret);
    config.token.clone_from(&options.token);
    let janus = config.open()?;
    let states = janus.states();
    let resumed = ticket
        .map(|ticket| resume(&janus, ticket, &options.room))
        .transpose()?;
    if let Some((session, desk, own)) = resumed.flatten() {
        return Ok(Membership {
            desk,
            session,
            janus,
            states,
            own,
            resumed: true,
            feeds: Vec::new(),
        });
    }
    let session = janus.create_session()?;
    let named = AttachOptions::new().opaque_id("room_monitor");
    let desk: Publisher = session.attach_with(named)?;
    let mut join = Join::new(&options.room).display(&*options.display);
    join.pin = options.pin.clone().map(Into::into);
    join.token = options.room_token.clone().map(Into::into);
    let joined = desk.join(&join)?;
    // Janus does not tell a reattached handle who it is.
    desk.handle()
        .set_note(json!({ "room": joined.room, "id": joined.id }));
    let (own, feeds) = (joined.id, joined.publishers);
    Ok(Membership {
        desk,
        session,
        janus,
        states,
        own,
        resumed: false,
        feeds,
    })
}

/// `None` if there is nothing to go on with.
fn resume(
    janus: &Connection,
    ticket: &SessionTicket,
    room: &Id,
) -> Result<Option<(Session, Publisher, Id)>, Error> {
    let Some((handle, own)) = noted(ticket, room) else {
        return Ok(None);
    };
    let session = match janus.resume(ticket) {
        Ok(resumed) => resumed.session,
        Err(error) if error.is_session_gone() => return Ok(None),
        Err(error) => return Err(error),
    };
    let options = AttachOptions::new().existing_handle(handle).verify(true);
    let desk: Publisher = match session.attach_with(options) {
        Ok(desk) => desk,
        Err(error) if error.is_handle_gone() => return Ok(None),
        Err(error) => return Err(error),
    };
    // It may have been put out while nobody had the session.
    let list = match desk.room().list_participants(room) {
        Ok(list) => list.participants,
        Err(Error::Plugin { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let is_in = list.iter().any(|entry| entry.id == own);
    Ok(is_in.then_some((session, desk, own)))
}

/// The handle that is in this room, and its participant.
fn noted(ticket: &SessionTicket, room: &Id) -> Option<(janus_blocking::HandleId, Id)> {
    let id = |note: &Value, key| serde_json::from_value::<Id>(note.get(key)?.clone()).ok();
    ticket.handles_of::<Publisher>().find_map(|handle| {
        let note = handle.note.as_ref()?;
        (id(note, "room")? == *room).then_some((handle.id, id(note, "id")?))
    })
}
