//! Watching, from taking the place in the room until it is lost.

use std::{collections::BTreeMap, time::Duration};

use crossbeam_channel::{Receiver, select, tick};
use janus_blocking::{
    ConnectionState, Error, ErrorCode, Event, Id, SessionTicket,
    videoroom::{self, error_code},
};
use serde_json::json;

use crate::{
    Result,
    meter::Meter,
    options::Options,
    people::{Change, People},
    seat::{self, Seat},
    show::Show,
    ticket_file,
};

/// Short enough that the sockets of the meter do not overflow.
const TICK: Duration = Duration::from_millis(100);
/// How many ticks until the table is drawn again.
const DRAW: u32 = 10;

/// How watching has ended.
pub enum Ended {
    /// For good.
    Over,
    /// There was no link, or the session is gone.
    Lost {
        /// It was in the room for a while.
        after_joining: bool,
    },
}

/// What outlives a session.
pub struct Monitor {
    options: Options,
    show: Show,
    ticket: Option<SessionTicket>,
    people: People,
    meter: Option<Meter>,
    rates: BTreeMap<Id, u64>,
    /// It was in the room once: if there is none, the server was started anew.
    was_in: bool,
}

impl Monitor {
    pub fn new(options: Options) -> Result<Self> {
        // A path that is wrong shows now, not when the ticket is wanted.
        let place = options.ticket.as_deref();
        place.map(ticket_file::check).transpose()?;
        let ticket = place.map(ticket_file::read).transpose()?;
        let host = options.measure.clone();
        Ok(Self {
            show: Show::new(options.json),
            ticket: ticket.flatten(),
            people: People::default(),
            meter: host.map(|host| Meter::new(host, options.room_secret.clone())),
            rates: BTreeMap::new(),
            was_in: false,
            options,
        })
    }

    /// Watches until the session is lost or there is nothing more to watch.
    pub fn watch(&mut self, stop: &Receiver<()>) -> Result<Ended> {
        let seat = match seat::take(&self.options, self.ticket.as_ref()) {
            Ok(seat) => seat,
            Err(error) => return self.failed(&error, false),
        };
        match self.settle(&seat) {
            Ok(()) => {}
            Err(error) => match error.downcast::<Error>() {
                Ok(error) => return self.failed(&error, true),
                Err(error) => return Err(error),
            },
        }
        self.follow(seat, stop)
    }

    /// Writes the ticket down, and finds out who is there.
    fn settle(&mut self, seat: &Seat) -> Result<()> {
        let ticket = seat.session.ticket();
        if let Some(place) = &self.options.ticket {
            ticket_file::save(place, &ticket)?;
        }
        self.ticket = Some(ticket);
        self.was_in = true;
        let word = if seat.resumed { "resumed" } else { "joined" };
        self.present(seat, word)
    }

    /// Shows who is there, after some time without events.
    fn present(&mut self, seat: &Seat, word: &'static str) -> Result<()> {
        self.refresh(seat)?;
        self.show.note(word, "id", json!(seat.own))?;
        if word == "joined" {
            seat.feeds
                .iter()
                .for_each(|feed| self.people.publishes(feed));
        }
        for id in self.people.0.keys() {
            let display = self.people.0[id].display.clone();
            let (word, id) = ("present", Some(id.clone()));
            self.show.change(&Change { word, id, display })?;
        }
        self.measure(seat)
    }

    fn refresh(&mut self, seat: &Seat) -> Result<()> {
        let list = seat.desk.room().listparticipants(&self.options.room)?;
        self.people.refresh(list.participants, &seat.own);
        Ok(())
    }

    /// Follows whoever publishes now. A refusal ends the measuring, not the watching.
    fn measure(&mut self, seat: &Seat) -> Result<()> {
        let Some(meter) = &mut self.meter else {
            return Ok(());
        };
        let done = meter.follow(&seat.desk, &self.options.room, &self.people);
        if let Err(error) = done {
            if !error.downcast_ref().is_some_and(Error::is_closed) {
                self.meter = None;
                self.show
                    .note("not-measured", "why", json!(error.to_string()))?;
            }
        }
        Ok(())
    }

    fn follow(&mut self, seat: Seat, stop: &Receiver<()>) -> Result<Ended> {
        let (events, ticks) = (seat.desk.events(), tick(TICK));
        let mut states = Receiver::clone(&seat.states);
        let mut count = 0;
        loop {
            select! {
                recv(stop) -> _ => return self.stop(seat),
                recv(ticks) -> _ => {
                    count += 1;
                    self.tick(count)?;
                }
                recv(states) -> state => match state {
                    Ok(ConnectionState::Reconnecting { why, attempt: 0 }) => {
                        self.show.note("link-lost", "why", json!(format!("{why:?}")))?;
                    }
                    Ok(_) => {}
                    Err(_) => states = crossbeam_channel::never(),
                },
                recv(events.receiver()) -> raw => match events.decode(raw) {
                    // The link stands again, and the very same handle goes on.
                    Ok(Event::Reconnected { .. }) => self.present(&seat, "resumed")?,
                    Ok(Event::Plugin { event, .. }) => {
                        if let Some(word) = over(&event) {
                            self.forget();
                            self.show.change(&Change { word, id: None, display: None })?;
                            return Ok(Ended::Over);
                        }
                        for change in self.people.apply(&event) {
                            self.show.change(&change)?;
                        }
                        self.measure(&seat)?;
                    }
                    // Some events are missing: who is there now?
                    Err(Error::Lagged { .. }) => self.refresh(&seat)?,
                    Err(error) if error.is_closed() => return self.failed(&error, true),
                    // An event of a later Janus that does not fit: not worth ending.
                    Ok(_) | Err(_) => {}
                },
            }
        }
    }

    fn tick(&mut self, count: u32) -> Result<()> {
        if let Some(meter) = &mut self.meter {
            meter.count();
        }
        if count % DRAW == 0 {
            if let Some(meter) = &mut self.meter {
                self.rates = meter.rates();
            }
            let title = format!("room {} of {}", self.options.room, self.options.url);
            self.show.tick(&title, &self.people, &self.rates)?;
        }
        Ok(())
    }

    /// The end of the input: with a ticket the place in the room is kept, else given up.
    fn stop(&mut self, seat: Seat) -> Result<Ended> {
        if let Some(meter) = &mut self.meter {
            meter.end(&seat.desk, &self.options.room);
        }
        match &self.options.ticket {
            Some(place) => {
                ticket_file::save(place, &seat.session.abandon())?;
                seat.janus.close();
                self.show.note("abandoned", "id", json!(seat.own))?;
            }
            None => {
                seat.desk.leave()?;
                seat.session.destroy()?;
                seat.janus.close();
                self.show.note("left", "id", json!(seat.own))?;
            }
        }
        Ok(Ended::Over)
    }

    /// There is nothing to go on with.
    fn forget(&mut self) {
        self.ticket = None;
        if let Some(place) = &self.options.ticket {
            let _ = std::fs::remove_file(place);
        }
    }

    /// What can be tried again, and what cannot.
    fn failed(&mut self, error: &Error, after_joining: bool) -> Result<Ended> {
        let meaning = match error.code() {
            Some(ErrorCode::UNAUTHORIZED) => "check --api-secret and --token",
            Some(error_code::NO_SUCH_ROOM) if self.was_in => "",
            Some(error_code::NO_SUCH_ROOM) => "there is no such room; check --room",
            Some(error_code::UNAUTHORIZED) => "check --pin and --room-token",
            Some(error_code::MISSING_ELEMENT) => "this room needs --pin",
            _ if after_joining || error.is_closed() || error.is_timeout() => "",
            _ if matches!(error, Error::Connect { .. }) => "",
            _ => "it cannot be watched",
        };
        if meaning.is_empty() {
            let word = if after_joining {
                "session-lost"
            } else {
                "no-link"
            };
            self.show.note(word, "why", json!(error.to_string()))?;
            return Ok(Ended::Lost { after_joining });
        }
        Err(format!("{meaning} ({error})").into())
    }
}

/// What ends the watching for good.
fn over(event: &videoroom::Event) -> Option<&'static str> {
    match event {
        videoroom::Event::Destroyed(_) => Some("destroyed"),
        videoroom::Event::Leaving(it) if it.id.is_none() => Some("put-out"),
        _ => None,
    }
}
