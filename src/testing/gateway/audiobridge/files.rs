//! Announcements. A file plays for a second, or until it is stopped if it is repeated; whether there is
//! one is not looked at: all names that end in `.opus` are taken.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{Outcome, ROOM, about, check, fail, flag, success, text};
use crate::testing::gateway::{
    Gateway, Object,
    checks::{Key, Kind, optional, required},
};

const PLAY: &[Key] = &[
    required("filename", Kind::Text),
    optional("file_id", Kind::Text),
    optional("group", Kind::Text),
    optional("loop", Kind::Flag),
];
const FILE: &[Key] = &[required("file_id", Kind::Text)];

const LENGTH: Duration = Duration::from_secs(1);

/// A file that is being played.
#[derive(Clone, Debug)]
pub(in crate::testing::gateway) struct File {
    id: String,
    name: String,
    /// `None` if it is repeated.
    ends: Option<Duration>,
}

fn told(what: &str, room: u64, file: &str) -> String {
    about(what, room).text("file_id", file).end()
}

impl Gateway {
    pub(super) fn bridge_play(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, ROOM)?;
        check(body, PLAY)?;
        let (now, random) = (self.now, self.random.next());
        let (room, found) = self.bridge_own_room(body)?;
        if !found.groups.is_empty() {
            check(body, &[required("group", Kind::Text)])?;
            let group = text(body, "group").unwrap_or_default();
            if !found.groups.iter().any(|it| it == group) {
                return fail(494, format!("No such group ({group})"));
            }
        }
        let id = match text(body, "file_id") {
            Some(id) => id.to_owned(),
            None => format!("{:08x}-0000-4000-8000-{:012x}", random >> 32, random >> 16),
        };
        if found.files.iter().any(|file| file.id == id) {
            return fail(490, format!("File ID exists ({id})"));
        }
        let name = text(body, "filename").unwrap_or_default().to_owned();
        if !name.ends_with(".opus") {
            return fail(499, "Error opening file");
        }
        let repeated = flag(body, "loop").unwrap_or(false);
        let answer = success().id("room", room).text("file_id", &id);
        let started = told("announcement-started", room, &id);
        found.files.push(File {
            id,
            name,
            ends: (!repeated).then_some(now + LENGTH),
        });
        self.bridge.later.push((room, None, started));
        Ok(answer)
    }

    pub(super) fn bridge_is_playing(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, ROOM)?;
        check(body, FILE)?;
        let (room, found) = self.bridge_own_room(body)?;
        let id = text(body, "file_id").unwrap_or_default();
        let playing = found.files.iter().any(|file| file.id == id);
        let answer = success().id("room", room).text("file_id", id);
        Ok(answer.flag("playing", playing))
    }

    pub(super) fn bridge_stop_file(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, ROOM)?;
        check(body, FILE)?;
        let (room, found) = self.bridge_own_room(body)?;
        let id = text(body, "file_id").unwrap_or_default();
        let before = found.files.len();
        found.files.retain(|file| file.id != id);
        if found.files.len() < before {
            let stopped = told("announcement-stopped", room, id);
            self.bridge.later.push((room, None, stopped));
        }
        Ok(success().id("room", room).text("file_id", id))
    }

    pub(super) fn bridge_stop_files(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        let (room, found) = self.bridge_own_room(body)?;
        let files = std::mem::take(&mut found.files);
        let ids: Vec<String> = files.into_iter().map(|file| file.id).collect();
        let stopped = ids
            .iter()
            .map(|id| (room, None, told("announcement-stopped", room, id)));
        self.bridge.later.extend(stopped);
        let answer = success().id("room", room);
        Ok(answer.value("file_id_list", &Value::from(ids)))
    }

    pub(super) fn bridge_announcements(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        let (room, found) = self.bridge_own_room(body)?;
        let files = found.files.iter().map(|file| {
            Object::new()
                .text("file_id", &file.id)
                .text("filename", &file.name)
                .flag("playing", true)
                .flag("loop", file.ends.is_none())
                .end()
        });
        let files: Vec<String> = files.collect();
        let answer = about("announcements", room);
        Ok(answer.raw("announcements", &format!("[{}]", files.join(","))))
    }

    /// When the next file ends by itself.
    pub(in crate::testing::gateway) fn bridge_due(&self) -> Option<Duration> {
        let rooms = self.bridge.rooms.values();
        let files = rooms.flat_map(|room| room.files.iter());
        files.filter_map(|file| file.ends).min()
    }

    /// Ends the files that are over by now.
    pub(in crate::testing::gateway) fn bridge_tick(&mut self) {
        let now = self.now;
        let mut over = Vec::new();
        for (id, room) in &mut self.bridge.rooms {
            room.files.retain(|file| {
                let ends = file.ends.is_some_and(|ends| ends <= now);
                if ends {
                    over.push((*id, told("announcement-stopped", *id, &file.id)));
                }
                !ends
            });
        }
        for (room, event) in over {
            self.tell_room(room, None, &event);
        }
    }
}
