//! The command line.

use std::{ffi::OsString, path::PathBuf};

use janus_blocking::plugin::Id;

use crate::command_line::Given;

pub const USAGE: &str = "room_monitor --janus URL --room ID [--text-ids] [--display NAME] [--json] \
    [--ticket FILE] [--measure ADDRESS] [--pin S] [--room-token S] [--room-secret S] \
    [--api-secret S] [--token S]; for the last five also ROOM_PIN, ROOM_TOKEN, ROOM_SECRET, \
    JANUS_API_SECRET and JANUS_TOKEN";

pub struct Options {
    pub url: String,
    pub room: Id,
    pub display: String,
    pub json: bool,
    pub ticket: Option<PathBuf>,
    /// This machine's address, as Janus sees it.
    pub measure: Option<String>,
    pub pin: Option<String>,
    pub room_token: Option<String>,
    pub room_secret: Option<String>,
    pub api_secret: Option<String>,
    pub token: Option<String>,
}

/// `None` is the question for help.
pub fn parse(words: impl Iterator<Item = OsString>) -> Result<Option<Options>, String> {
    let Some(mut given) = Given::read(words, &["--json", "--text-ids"])? else {
        return Ok(None);
    };
    let room = given.need("--room")?;
    let options = Options {
        url: given.need("--janus")?,
        room: match (given.take("--text-ids"), room.parse::<u64>()) {
            (None, Ok(number)) => number.into(),
            _ => room.into(),
        },
        display: given
            .take("--display")
            .unwrap_or_else(|| "room monitor".to_owned()),
        json: given.flag("--json"),
        ticket: given.take("--ticket").map(Into::into),
        measure: given.take("--measure"),
        pin: given.secret("--pin", "ROOM_PIN"),
        room_token: given.secret("--room-token", "ROOM_TOKEN"),
        room_secret: given.secret("--room-secret", "ROOM_SECRET"),
        api_secret: given.secret("--api-secret", "JANUS_API_SECRET"),
        token: given.secret("--token", "JANUS_TOKEN"),
    };
    given.finish()?;
    Ok(Some(options))
}
