//! The command line.

use std::{ffi::OsString, path::PathBuf};

use janus_blocking::plugin::Id;

use crate::command_line::Given;

pub const USAGE: &str = "audio_room [--janus URL --room ID] [--description TEXT] [--announce FILE] \
    [--record FILE] [--ticket FILE] [--json] [--pin S] [--secret S] [--admin-key S] [--api-secret S] \
    [--token S]; for the last five also ROOM_PIN, ROOM_SECRET, ROOM_ADMIN_KEY, JANUS_API_SECRET and \
    JANUS_TOKEN";

#[derive(Clone)]
pub struct Options {
    /// Empty: the crate's fake server.
    pub url: String,
    pub room: Id,
    pub description: String,
    /// On Janus's machine, as is the next one.
    pub announce: Option<String>,
    pub record: Option<String>,
    pub ticket: Option<PathBuf>,
    pub json: bool,
    pub pin: Option<String>,
    pub secret: Option<String>,
    pub admin_key: Option<String>,
    pub api_secret: Option<String>,
    pub token: Option<String>,
}

/// `None` is the question for help.
pub fn parse(words: impl Iterator<Item = OsString>) -> Result<Option<Options>, String> {
    let Some(mut given) = Given::read(words, &["--json"])? else {
        return Ok(None);
    };
    let (url, room) = match (given.take("--janus"), given.take("--room")) {
        (Some(url), Some(room)) => (url, room),
        (None, None) => (String::new(), "1234".to_owned()),
        _ => return Err("--janus and --room belong together".to_owned()),
    };
    let options = Options {
        url,
        room: match room.parse::<u64>() {
            Ok(number) => number.into(),
            // A server with `string_ids`.
            Err(_) => room.into(),
        },
        description: given
            .take("--description")
            .unwrap_or_else(|| "intercom".to_owned()),
        announce: given.take("--announce"),
        record: given.take("--record"),
        ticket: given.take("--ticket").map(Into::into),
        json: given.flag("--json"),
        pin: given.secret("--pin", "ROOM_PIN"),
        secret: given.secret("--secret", "ROOM_SECRET"),
        admin_key: given.secret("--admin-key", "ROOM_ADMIN_KEY"),
        api_secret: given.secret("--api-secret", "JANUS_API_SECRET"),
        token: given.secret("--token", "JANUS_TOKEN"),
    };
    given.finish()?;
    Ok(Some(options))
}
