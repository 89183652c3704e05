//! What happens in the room, and what the commands do to it.

use std::collections::BTreeMap;

use crossbeam_channel::{Receiver, select};
use janus_blocking::{
    Error, Event,
    audiobridge::{
        self, Attendee, Destroy, EnableRecording, Kick, Mute, PlayFile, Unmute, error_code,
    },
    plugin::Id,
};
use serde_json::{Value, json};

use crate::{
    Result,
    command_line::Output,
    options::Options,
    place::{self, Place},
    ticket_file,
};

/// The host of a room.
struct Host<'a> {
    options: &'a Options,
    output: Output,
    place: Place,
    /// The names of those who are there.
    names: BTreeMap<Id, Option<String>>,
}

/// Keeps a room until the commands end, or it does.
pub fn run(options: &Options, commands: &Receiver<String>) -> Result<()> {
    let path = options.ticket.as_deref();
    // A path that is wrong shows now, not when the ticket is wanted.
    path.map(ticket_file::check).transpose()?;
    let ticket = path.map(ticket_file::read).transpose()?.flatten();
    let place = place::take(options, ticket.as_ref()).map_err(|error| explained(&error))?;
    if let Some(path) = path {
        ticket_file::save(path, &place.session.ticket())?;
    }
    let mut host = Host {
        options,
        output: Output { json: options.json },
        place,
        names: BTreeMap::new(),
    };
    host.open()?;
    host.follow(commands)
}

impl Host<'_> {
    fn open(&mut self) -> Result<()> {
        let word = if self.place.resumed {
            "resumed"
        } else {
            "open"
        };
        let room = json!(self.options.room);
        let own = json!(self.place.own);
        self.output.event(word, &[("room", room), ("id", own)])?;
        self.present()
    }

    /// Shows who is there, after some time without events.
    fn present(&mut self) -> Result<()> {
        let room = self.place.desk.room();
        let list = room.list_participants(&self.options.room)?.participants;
        self.names.clear();
        for entry in list {
            if entry.id != self.place.own {
                self.came("present", entry)?;
            }
        }
        Ok(())
    }

    fn follow(mut self, commands: &Receiver<String>) -> Result<()> {
        let events = self.place.desk.events();
        loop {
            select! {
                recv(commands) -> command => match command {
                    Ok(command) => self.command(&command)?,
                    Err(_) => return self.stop(),
                },
                recv(events.receiver()) -> raw => {
                    if let Some(word) = self.take(events.decode(raw))? {
                        self.output.event(word, &[])?;
                        return self.forget();
                    }
                }
            }
        }
    }

    /// Shows what has come; gives a word for the end of it all.
    fn take(
        &mut self,
        event: std::result::Result<Event<audiobridge::Event>, Error>,
    ) -> Result<Option<&'static str>> {
        match event {
            // The link stands again, and the very same handle goes on.
            Ok(Event::Reconnected { .. }) => self.open()?,
            Ok(Event::Plugin { event, .. }) => return self.happened(event),
            // Some events are missing: who is there now?
            Err(Error::Lagged { .. }) => self.present()?,
            Err(error) if error.is_closed() => return Err(explained(&error).into()),
            // An event of a later Janus that does not fit: not worth ending.
            Ok(_) | Err(_) => {}
        }
        Ok(None)
    }

    fn happened(&mut self, event: audiobridge::Event) -> Result<Option<&'static str>> {
        use audiobridge::Event as E;
        match event {
            E::Joining(it) => {
                for entry in it.participants {
                    self.came("joined", entry)?;
                    self.announce()?;
                }
            }
            E::Participants(it) => {
                for entry in it.participants {
                    self.came("changed", entry)?;
                }
            }
            E::Leaving(it) => {
                self.told("left", &it.id)?;
                self.names.remove(&it.id);
            }
            E::Kicked(it) if it.id == self.place.own => return Ok(Some("put-out")),
            E::Kicked(it) => self.told("kicked", &it.id)?,
            E::KickedAll(_) => return Ok(Some("put-out")),
            E::Talking(it) => self.told("talking", &it.id)?,
            E::StoppedTalking(it) => self.told("stopped-talking", &it.id)?,
            E::RoomMuted(it) => self.output.event("room", &[("muted", json!(it.muted))])?,
            E::AnnouncementStarted(it) => {
                self.output
                    .event("playing", &[("file", json!(it.file_id))])?;
            }
            E::AnnouncementStopped(it) => {
                self.output
                    .event("played", &[("file", json!(it.file_id))])?;
            }
            E::Destroyed(_) => return Ok(Some("destroyed")),
            _ => {}
        }
        Ok(None)
    }

    fn came(&mut self, word: &str, entry: Attendee) -> Result<()> {
        self.names.insert(entry.id.clone(), entry.display);
        let fields = [
            ("id", json!(entry.id)),
            ("name", json!(self.names[&entry.id])),
            ("muted", json!(entry.muted)),
            ("audio", json!(entry.setup)),
        ];
        Ok(self.output.event(word, &fields)?)
    }

    fn told(&self, word: &str, id: &Id) -> Result<()> {
        let name = self.names.get(id).cloned().flatten();
        let fields = [("id", json!(id)), ("name", json!(name))];
        Ok(self.output.event(word, &fields)?)
    }

    /// Plays the file. That it cannot be played does not end the room.
    fn announce(&self) -> Result<()> {
        let Some(file) = &self.options.announce else {
            return Ok(());
        };
        let mut play = PlayFile::new(&self.options.room, &**file);
        play.secret = self.options.secret.clone().map(Into::into);
        play.admin_key = self.options.admin_key.clone().map(Into::into);
        self.done(self.place.desk.room().play_file(&play))
    }

    fn command(&self, line: &str) -> Result<()> {
        let room = &self.options.room;
        let bridge = self.place.desk.room();
        let secret = self.options.secret.clone().map(Into::into);
        let mut words = line.split_whitespace();
        let verb = words.next().unwrap_or_default();
        // As those are in the room: numbers, or texts.
        let id = words.next().map(|word| {
            let known = self.names.keys().find(|id| id.to_string() == word);
            known.cloned().unwrap_or_else(|| word.into())
        });
        match (verb, id) {
            ("mute", Some(id)) => {
                let mut mute = Mute::new(room, id);
                mute.secret = secret;
                self.done(bridge.mute(&mute))
            }
            ("unmute", Some(id)) => {
                let mut unmute = Unmute::new(room, id);
                unmute.secret = secret;
                self.done(bridge.unmute(&unmute))
            }
            ("kick", Some(id)) => {
                let mut kick = Kick::new(room, id);
                kick.secret = secret;
                self.done(bridge.kick(&kick))
            }
            ("announce", None) => self.announce(),
            _ => self.refused("mute ID, unmute ID, kick ID, announce"),
        }
    }

    /// What Janus refuses is shown; without a link there is nothing to go on with.
    fn done<T>(&self, result: std::result::Result<T, Error>) -> Result<()> {
        match result {
            Ok(_) => Ok(()),
            Err(error) if error.is_closed() => Err(explained(&error).into()),
            Err(error) => self.refused(&error.to_string()),
        }
    }

    fn refused(&self, why: &str) -> Result<()> {
        Ok(self.output.event("refused", &[("why", json!(why))])?)
    }

    /// The end of the input: with a ticket the room and the place in it are kept, else given up.
    fn stop(mut self) -> Result<()> {
        let own: Value = json!(self.place.own);
        if let Some(path) = &self.options.ticket {
            ticket_file::save(path, &self.place.session.abandon())?;
            self.place.janus.close();
            self.output.event("abandoned", &[("id", own)])?;
            return Ok(());
        }
        // With an answer all has come that happened before the input ended.
        let desk = &self.place.desk;
        desk.room().list_participants(&self.options.room)?;
        let events = desk.events();
        while let Some(event) = events.try_recv().transpose() {
            self.take(event)?;
        }
        let (bridge, room) = (self.place.desk.room(), &self.options.room);
        if self.options.record.is_some() {
            let mut record = EnableRecording::new(room, false);
            record.secret = self.options.secret.clone().map(Into::into);
            bridge.enable_recording(&record)?;
        }
        if self.place.made {
            let mut destroy = Destroy::new(room);
            destroy.secret = self.options.secret.clone().map(Into::into);
            bridge.destroy(&destroy)?;
        } else {
            self.place.desk.leave()?;
        }
        self.place.session.destroy()?;
        self.place.janus.close();
        self.output.event("closed", &[("id", own)])?;
        Ok(())
    }

    /// There is nothing to go on with.
    fn forget(self) -> Result<()> {
        if let Some(path) = &self.options.ticket {
            let _ = std::fs::remove_file(path);
        }
        Ok(())
    }
}

/// An error, with what can be done about it.
fn explained(error: &Error) -> String {
    let meaning = match error.code() {
        Some(error_code::UNAUTHORIZED) => "check --pin, --secret and --admin-key",
        Some(error_code::MISSING_ELEMENT) => {
            "this server or room needs --pin, --secret or --admin-key"
        }
        Some(janus_blocking::ErrorCode::UNAUTHORIZED) => "check --api-secret and --token",
        _ => return error.to_string(),
    };
    format!("{meaning} ({error})")
}
