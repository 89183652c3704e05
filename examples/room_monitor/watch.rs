//! Watching, from taking the place in the room until it is lost.

use std::{collections::BTreeMap, time::Duration};

use crossbeam_channel::{Receiver, select, tick};
use janus_blocking::{
    Error, ErrorCode, Event, SessionTicket,
    connection::ConnectionState,
    plugin::Id,
    videoroom::{self, error_code},
};
use serde_json::json;

use crate::{
    Result,
    membership::{self, Membership},
    options::Options,
    output::Output,
    people::{Change, People},
    stats::Stats,
    ticket_file,
};

/// Short enough that the sockets that count do not overflow.
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
    output: Output,
    ticket: Option<SessionTicket>,
    people: People,
    stats: Option<Stats>,
    rates: BTreeMap<Id, u64>,
    /// It was in the room once: if there is none, the server was started anew.
    was_in: bool,
}

impl Monitor {
    pub fn new(options: Options) -> Result<Self> {
        // A path that is wrong shows now, not when the ticket is wanted.
        let path = options.ticket.as_deref();
        path.map(ticket_file::check).transpose()?;
        let ticket = path.map(ticket_file::read).transpose()?;
        let host = options.measure.clone();
        Ok(Self {
            output: Output::new(options.json),
            ticket: ticket.flatten(),
            people: People::default(),
            stats: host.map(|host| Stats::new(host, options.room_secret.clone())),
            rates: BTreeMap::new(),
            was_in: false,
            options,
        })
    }

    /// Watches until the session is lost or there is nothing more to watch.
    pub fn watch(&mut self, stop: &Receiver<()>) -> Result<Ended> {
        let membership = match membership::take(&self.options, self.ticket.as_ref()) {
            Ok(membership) => membership,
            Err(error) => return self.failed(&error, false),
        };
        match self.settle(&membership) {
            Ok(()) => {}
            Err(error) => match error.downcast::<Error>() {
                Ok(error) => return self.failed(&error, true),
                Err(error) => return Err(error),
            },
        }
        self.follow(membership, stop)
    }

    /// Writes the ticket down, and finds out who is there.
    fn settle(&mut self, membership: &Membership) -> Result<()> {
        let ticket = membership.session.ticket();
        if let Some(path) = &self.options.ticket {
            ticket_file::save(path, &ticket)?;
        }
        self.ticket = Some(ticket);
        self.was_in = true;
        let word = if membership.resumed {
            "resumed"
        } else {
            "joined"
        };
        self.present(membership, word)
    }

    /// Shows who is there, after some time without events.
    fn present(&mut self, membership: &Membership, word: &'static str) -> Result<()> {
        self.refresh(membership)?;
        self.output.note(word, "id", json!(membership.own))?;
        if word == "joined" {
            membership
                .feeds
                .iter()
                .for_each(|feed| self.people.publishes(feed));
        }
        for id in self.people.0.keys() {
            let display = self.people.0[id].display.clone();
            let (word, id) = ("present", Some(id.clone()));
            self.output.change(&Change { word, id, display })?;
        }
        self.measure(membership)
    }

    fn refresh(&mut self, membership: &Membership) -> Result<()> {
        let list = membership
            .desk
            .room()
            .list_participants(&self.options.room)?;
        self.people.refresh(list.participants, &membership.own);
        Ok(())
    }

    /// Follows whoever publishes now. A refusal ends the measuring, not the watching.
    fn measure(&mut self, membership: &Membership) -> Result<()> {
        let Some(stats) = &mut self.stats else {
            return Ok(());
        };
        let done = stats.follow(&membership.desk, &self.options.room, &self.people);
        if let Err(error) = done {
            if !error.downcast_ref().is_some_and(Error::is_closed) {
                self.stats = None;
                self.output
                    .note("not-measured", "why", json!(error.to_string()))?;
            }
        }
        Ok(())
    }

    fn follow(&mut self, membership: Membership, stop: &Receiver<()>) -> Result<Ended> {
        let (events, ticks) = (membership.desk.events(), tick(TICK));
        let mut states = Receiver::clone(&membership.states);
        let mut count = 0;
        loop {
            select! {
                recv(stop) -> _ => return self.stop(membership),
                recv(ticks) -> _ => {
                    count += 1;
                    self.tick(count)?;
                }
                recv(states) -> state => match state {
                    Ok(ConnectionState::Reconnecting { why, attempt: 0 }) => {
                        self.output.note("link-lost", "why", json!(format!("{why:?}")))?;
                    }
                    Ok(_) => {}
                    Err(_) => states = crossbeam_channel::never(),
                },
                recv(events.receiver()) -> raw => match events.decode(raw) {
                    // The link stands again, and the very same handle goes on.
                    Ok(Event::Reconnected { .. }) => self.present(&membership, "resumed")?,
                    Ok(Event::Plugin { event, .. }) => {
                        if let Some(word) = over(&event) {
                            self.forget();
                            self.output.change(&Change { word, id: None, display: None })?;
                            return Ok(Ended::Over);
                        }
                        for change in self.people.apply(&event) {
                            self.output.change(&change)?;
                        }
                        self.measure(&membership)?;
                    }
                    // Some events are missing: who is there now?
                    Err(Error::Lagged { .. }) => self.refresh(&membership)?,
                    Err(error) if error.is_closed() => return self.failed(&error, true),
                    // An event of a later Janus that does not fit: not worth ending.
                    Ok(_) | Err(_) => {}
                },
            }
        }
    }

    fn tick(&mut self, count: u32) -> Result<()> {
        if let Some(stats) = &mut self.stats {
            stats.count();
        }
        if count % DRAW == 0 {
            if let Some(stats) = &mut self.stats {
                self.rates = stats.rates();
            }
            let title = format!("room {} of {}", self.options.room, self.options.url);
            self.output.tick(&title, &self.people, &self.rates)?;
        }
        Ok(())
    }

    /// The end of the input: with a ticket the place in the room is kept, else given up.
    fn stop(&mut self, membership: Membership) -> Result<Ended> {
        if let Some(stats) = &mut self.stats {
            stats.end(&membership.desk, &self.options.room);
        }
        match &self.options.ticket {
            Some(path) => {
                ticket_file::save(path, &membership.session.abandon())?;
                membership.janus.close();
                self.output.note("abandoned", "id", json!(membership.own))?;
            }
            None => {
                membership.desk.leave()?;
                membership.session.destroy()?;
                membership.janus.close();
                self.output.note("left", "id", json!(membership.own))?;
            }
        }
        Ok(Ended::Over)
    }

    /// There is nothing to go on with.
    fn forget(&mut self) {
        self.ticket = None;
        if let Some(path) = &self.options.ticket {
            let _ = std::fs::remove_file(path);
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
            self.output.note(word, "why", json!(error.to_string()))?;
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
