//! The room, and the program's own place in it, which outlives the program if it has a ticket.

use janus_blocking::{
    Config, Connection, Error, HandleId, Session, SessionTicket,
    audiobridge::{Create, EnableRecording, Participant, error_code, participant::Join},
    connection::AttachOptions,
    plugin::Id,
};
use serde_json::{Value, json};

use crate::options::Options;

/// A participant that hears nothing and says nothing. Its parts are dropped in this order.
pub struct Place {
    pub desk: Participant,
    pub session: Session,
    pub janus: Connection,
    /// The participant's own id.
    pub own: Id,
    /// Whether the room is this program's.
    pub made: bool,
    /// Whether it was there before, and went on.
    pub resumed: bool,
}

/// Goes on with the session of the ticket; or makes the room, and takes a place in it.
pub fn take(options: &Options, ticket: Option<&SessionTicket>) -> Result<Place, Error> {
    let mut config = Config::new(&options.url);
    config.api_secret.clone_from(&options.api_secret);
    config.token.clone_from(&options.token);
    let janus = config.open()?;
    let resumed = ticket
        .map(|ticket| resume(&janus, ticket, &options.room))
        .transpose()?;
    if let Some((session, desk, own, made)) = resumed.flatten() {
        return Ok(Place {
            desk,
            session,
            janus,
            own,
            made,
            resumed: true,
        });
    }
    let session = janus.create_session()?;
    let named = AttachOptions::new().opaque_id("audio_room");
    let desk: Participant = session.attach_with(named)?;
    let made = make(&desk, options)?;
    let mut join = Join::new(&options.room).display("host").muted(true);
    join.pin = options.pin.clone().map(Into::into);
    join.secret = options.secret.clone().map(Into::into);
    let own = desk.join(&join)?.id;
    // Janus does not tell a reattached handle who it is.
    desk.handle()
        .set_note(json!({ "room": options.room, "id": own, "made": made }));
    Ok(Place {
        desk,
        session,
        janus,
        own,
        made,
        resumed: false,
    })
}

/// Makes the room, if there is none yet, and has it recorded.
fn make(desk: &Participant, options: &Options) -> Result<bool, Error> {
    let mut create = Create::new()
        .room(&options.room)
        .description(&*options.description)
        .allow_rtp_participants(true)
        .audiolevel_event(true)
        .audio_active_packets(25);
    create.pin = options.pin.clone().map(Into::into);
    create.secret = options.secret.clone().map(Into::into);
    create.admin_key = options.admin_key.clone().map(Into::into);
    let made = match desk.room().create(&create) {
        Ok(_) => true,
        Err(error) if error.code() == Some(error_code::ROOM_EXISTS) => false,
        Err(error) => return Err(error),
    };
    if let Some(file) = &options.record {
        let mut record = EnableRecording::new(&options.room, true).record_file(&**file);
        record.secret = options.secret.clone().map(Into::into);
        desk.room().enable_recording(&record)?;
    }
    Ok(made)
}

/// What goes on: with the participant's own id, and whether the room was made for it.
type Resumed = (Session, Participant, Id, bool);

/// `None` if there is nothing to go on with.
fn resume(janus: &Connection, ticket: &SessionTicket, room: &Id) -> Result<Option<Resumed>, Error> {
    let Some((handle, own, made)) = noted(ticket, room) else {
        return Ok(None);
    };
    let session = match janus.resume(ticket) {
        Ok(resumed) => resumed.session,
        Err(error) if error.is_session_gone() => return Ok(None),
        Err(error) => return Err(error),
    };
    let options = AttachOptions::new().existing_handle(handle).verify(true);
    let desk: Participant = match session.attach_with(options) {
        Ok(desk) => desk,
        Err(error) if error.is_handle_gone() => return Ok(None),
        Err(error) => return Err(error),
    };
    // The room may have ended while nobody had the session.
    let list = match desk.room().list_participants(room) {
        Ok(list) => list.participants,
        Err(Error::Plugin { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let is_in = list.iter().any(|entry| entry.id == own);
    Ok(is_in.then_some((session, desk, own, made)))
}

/// The handle that is in this room, its participant, and whether the room was made for it.
fn noted(ticket: &SessionTicket, room: &Id) -> Option<(HandleId, Id, bool)> {
    let id = |note: &Value, key| serde_json::from_value::<Id>(note.get(key)?.clone()).ok();
    ticket.handles_of::<Participant>().find_map(|handle| {
        let note = handle.note.as_ref()?;
        let made = note.get("made").and_then(Value::as_bool).unwrap_or(false);
        (id(note, "room")? == *room).then_some((handle.id, id(note, "id")?, made))
    })
}
