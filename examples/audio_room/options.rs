//! The command line, read by hand: there are only a few words.

use std::path::PathBuf;

use janus_blocking::plugin::Id;

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
pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut given: Vec<(String, String)> = Vec::new();
    while let Some(name) = words.next() {
        let value = match name.as_str() {
            "--help" => return Ok(None),
            "--json" => String::new(),
            _ if !name.starts_with("--") => {
                return Err(format!("options are --name VALUE; {USAGE}"));
            }
            _ => words.next().ok_or_else(|| format!("{name} has no value"))?,
        };
        given.push((name, value));
    }
    let mut take = |name: &str| {
        let at = given.iter().position(|(it, _)| it == name)?;
        Some(given.remove(at).1)
    };
    let or_set = |value: Option<String>, variable| {
        value.or_else(|| std::env::var(variable).ok().filter(|it| !it.is_empty()))
    };
    let (url, room) = match (take("--janus"), take("--room")) {
        (Some(url), Some(room)) => (url, room),
        (None, None) => (String::new(), "1234".to_owned()),
        _ => return Err(format!("--janus and --room belong together; {USAGE}")),
    };
    let options = Options {
        url,
        room: match room.parse::<u64>() {
            Ok(number) => number.into(),
            // A server with `string_ids`.
            Err(_) => room.into(),
        },
        description: take("--description").unwrap_or_else(|| "intercom".to_owned()),
        announce: take("--announce"),
        record: take("--record"),
        ticket: take("--ticket").map(Into::into),
        json: take("--json").is_some(),
        pin: or_set(take("--pin"), "ROOM_PIN"),
        secret: or_set(take("--secret"), "ROOM_SECRET"),
        admin_key: or_set(take("--admin-key"), "ROOM_ADMIN_KEY"),
        api_secret: or_set(take("--api-secret"), "JANUS_API_SECRET"),
        token: or_set(take("--token"), "JANUS_TOKEN"),
    };
    match given.first() {
        None => Ok(Some(options)),
        Some((name, _)) => Err(format!("{name} is unknown, or there twice; {USAGE}")),
    }
}
