//! A plugin type of the program's own: a part of VideoRoom, typed outside the crate.

use std::sync::OnceLock;

use janus_blocking::{Handle, Plugin, Request, Result, plugin::Bound};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

#[derive(Debug)]
pub(crate) struct Rooms {
    handle: Handle,
    start: OnceLock<Start>,
}

/// What the plugin object found when it was bound.
#[derive(Debug, PartialEq)]
pub(crate) struct Start {
    pub(crate) bound: Bound,
    /// A request made while binding.
    pub(crate) had_room: bool,
}

/// The room that `on_bound` looks for.
pub(crate) const ROOM: u64 = 4711;

#[derive(Serialize)]
#[serde(tag = "request", rename = "create")]
pub(crate) struct Create {
    pub(crate) room: u64,
}

#[derive(Serialize)]
#[serde(tag = "request", rename = "exists")]
pub(crate) struct Exists {
    pub(crate) room: u64,
}

#[derive(Serialize)]
#[serde(tag = "request", rename = "list")]
pub(crate) struct List {}

#[derive(Serialize)]
#[serde(tag = "request", rename = "join")]
pub(crate) struct Join {
    pub(crate) ptype: &'static str,
    pub(crate) room: u64,
}

#[derive(Deserialize)]
pub(crate) struct Created {
    pub(crate) room: u64,
}

#[derive(Deserialize)]
pub(crate) struct Existing {
    pub(crate) exists: bool,
}

#[derive(Deserialize)]
pub(crate) struct Listed {
    pub(crate) list: Vec<Created>,
}

#[derive(Deserialize)]
pub(crate) struct Joined {
    pub(crate) videoroom: String,
}

impl Request for Create {
    type Plugin = Rooms;
    type Reply = Created;
    const NAME: &'static str = "create";
}

impl Request for Exists {
    type Plugin = Rooms;
    type Reply = Existing;
    const NAME: &'static str = "exists";
    const IDEMPOTENT: bool = true;
}

impl Request for List {
    type Plugin = Rooms;
    type Reply = Listed;
    const NAME: &'static str = "list";
    const IDEMPOTENT: bool = true;
}

impl Request for Join {
    type Plugin = Rooms;
    type Reply = Joined;
    const NAME: &'static str = "join";
}

impl Plugin for Rooms {
    const PACKAGE: &'static str = "janus.plugin.videoroom";

    type Event = Value;

    fn new(handle: Handle) -> Self {
        let start = OnceLock::new();
        Self { handle, start }
    }

    fn handle(&self) -> &Handle {
        &self.handle
    }

    fn decode(data: &RawValue) -> serde_json::Result<Value> {
        serde_json::from_str(data.get())
    }

    fn on_bound(&self, bound: Bound) {
        let found = self.exists(ROOM).expect("the handle works already");
        let start = Start {
            bound,
            had_room: found,
        };
        self.start.set(start).expect("it runs once");
    }
}

impl Rooms {
    /// What `on_bound` found; `None` if it did not run.
    pub(crate) fn start(&self) -> Option<&Start> {
        self.start.get()
    }

    pub(crate) fn into_handle(self) -> Handle {
        self.handle
    }

    pub(crate) fn exists(&self, room: u64) -> Result<bool> {
        let existing = self.handle.request(&Exists { room })?;
        Ok(existing.exists)
    }

    pub(crate) fn create(&self, room: u64) -> Result<u64> {
        Ok(self.handle.request(&Create { room })?.room)
    }

    pub(crate) fn list(&self) -> Result<Vec<u64>> {
        let rooms = self.handle.request(&List {})?.list;
        Ok(rooms.into_iter().map(|room| room.room).collect())
    }

    pub(crate) fn join(&self, room: u64) -> Result<String> {
        let ptype = "publisher";
        Ok(self.handle.request(&Join { ptype, room })?.videoroom)
    }
}
