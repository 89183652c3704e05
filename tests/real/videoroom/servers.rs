//! What VideoRoom adds to the servers of the tests.

use std::collections::BTreeMap;

use janus_blocking::{VideoRoom, plugin::Id, videoroom::Create};
use serde_json::Value;

pub(crate) use crate::servers::{ADMIN_KEY, SOON, assert_refused};
use crate::{desk::Desk, servers};

pub(crate) type Servers = servers::Servers<VideoRoom>;

impl Servers {
    /// Makes a room with these settings and a random id.
    pub(crate) fn room(&self, create: &Create) -> (Desk<VideoRoom>, Id) {
        let desk = self.desk::<VideoRoom>();
        let created = desk.plugin.create(create).expect("a room");
        (desk, created.room)
    }
}

/// What a handle is, as `configure` and `leave` exist twice.
pub(crate) fn variants() -> impl FnMut(&Value) -> String {
    let mut kinds: BTreeMap<String, String> = BTreeMap::new();
    move |sent| {
        let handle = sent["handle_id"].to_string();
        if let Some(kind) = sent["body"]["ptype"].as_str() {
            kinds.insert(handle.clone(), kind.to_owned());
        }
        match sent["body"]["request"].as_str() {
            Some("join" | "configure" | "leave") => kinds[&handle].clone(),
            _ => String::new(),
        }
    }
}
