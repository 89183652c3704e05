//! `events`: one change in a room, of which all others in it are told.
//!
//! A participant of an AudioBridge changes its name, and Janus sends an event to each handle in the
//! room. The operation is over when the last of them has it.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, unbounded};
use janus_blocking::{Events, Raw, serde_json::Value, serde_json::json};

use super::{Lasting, Left, Place, Seat, Seats, hall::Hall};
use crate::{
    failure::{Failure, Outcome},
    parts::Parts,
    settings::package,
};

pub(super) const PARTS: [&str; 2] = ["answer", "event"];

/// Before the number of the seat and that of the change, in a name.
const PREFIX: &str = "load-event";

/// Who makes events.
struct Speaker {
    lasting: Lasting<Raw>,
    hall: Arc<Hall>,
    number: usize,
    changes: u64,
    heard: Receiver<Heard>,
    audience: Arc<Audience>,
    timeout: Duration,
}

/// An event came.
struct Heard {
    change: u64,
    at: Instant,
}

/// The handles that hear of everything. They stay until the last speaker is done.
struct Audience(Vec<Lasting<Raw>>);

pub(super) fn seats(place: &Place<'_>) -> Outcome<Seats> {
    let hall = Hall::open(place.connection(0), &package("audiobridge"))?;
    let seats = everybody(place, &hall);
    if seats.is_err() {
        hall.close();
    }
    seats
}

/// All who are in the room.
fn everybody(place: &Place<'_>, hall: &Arc<Hall>) -> Outcome<Seats> {
    let (speakers, heard): (Vec<_>, Vec<_>) = (0..place.seats).map(|_| unbounded()).unzip();
    let speakers: Arc<[Sender<Heard>]> = speakers.into();
    let mut audience = Vec::new();
    for number in 0..place.work.participants() {
        let mut listener = Lasting::new(place.connection(number));
        let (_, raw) = listener.kept(|session| hall.enter(session, "load-listener"))?;
        let (events, speakers) = (raw.events(), speakers.clone());
        let thread = thread::Builder::new().name("load-listener".to_owned());
        // It ends with its handle.
        let spawned = thread.spawn(move || listen(&events, &speakers));
        spawned.map_err(|_| Failure::Missing("thread"))?;
        audience.push(listener);
    }
    let audience = Arc::new(Audience(audience));
    let mut seats: Seats = Vec::new();
    for (number, heard) in heard.into_iter().enumerate() {
        let connection = place.connection(number);
        let timeout = connection.config().request_timeout;
        let mut lasting = Lasting::new(connection);
        lasting.kept(|session| hall.enter(session, "load-speaker"))?;
        seats.push(Box::new(Speaker {
            lasting,
            hall: hall.clone(),
            number,
            changes: 0,
            heard,
            audience: audience.clone(),
            timeout,
        }));
    }
    Ok(seats)
}

/// Tells the speakers of their events.
fn listen(events: &Events<Raw>, speakers: &[Sender<Heard>]) {
    for event in events {
        let at = Instant::now();
        let Ok(event) = event else { continue };
        let Some((number, change)) = event.into_plugin().and_then(|event| named(&event)) else {
            continue;
        };
        if let Some(speaker) = speakers.get(number) {
            // One that is done does not care.
            let _ = speaker.send(Heard { change, at });
        }
    }
}

/// The seat and its change that an event is about.
fn named(event: &Value) -> Option<(usize, u64)> {
    let name = event["participants"][0]["display"].as_str()?;
    let mut words = name.strip_prefix(PREFIX)?.split_ascii_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

impl Seat for Speaker {
    fn act(&mut self, parts: &mut Parts) -> Outcome<()> {
        let hall = &self.hall;
        let enter = |session: &janus_blocking::Session| hall.enter(session, "load-speaker");
        let (_, raw) = self.lasting.kept(enter)?;
        self.changes += 1;
        let name = format!("{PREFIX} {} {}", self.number, self.changes);
        let begin = Instant::now();
        let change = json!({ "request": "configure", "display": name });
        let answered = parts.time(0, || raw.request(change));
        self.lasting.note(answered.map(drop).map_err(Into::into))?;
        let deadline = begin + self.timeout;
        let mut missing = self.audience.0.len();
        while missing > 0 {
            let heard = self.heard.recv_deadline(deadline);
            let heard = heard.map_err(|_| Failure::Missing("event"))?;
            // Others are late ones, of a change that was given up.
            if heard.change == self.changes {
                parts.note(1, heard.at.saturating_duration_since(begin));
                missing -= 1;
            }
        }
        Ok(())
    }

    fn end(self: Box<Self>) -> Left {
        let mut left = self.lasting.end();
        if let Some(Audience(listeners)) = Arc::into_inner(self.audience) {
            for listener in listeners {
                left = left + listener.end();
            }
        }
        left + self.hall.close()
    }
}
