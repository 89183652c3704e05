//! The command line, read by hand: there are only a few words.

use std::path::PathBuf;

use janus_blocking::plugin::Id;

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
pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut given: Vec<(String, String)> = Vec::new();
    while let Some(name) = words.next() {
        let value = match name.as_str() {
            "--help" => return Ok(None),
            "--json" | "--text-ids" => String::new(),
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
    let need =
        |value: Option<String>, name| value.ok_or_else(|| format!("{name} is missing; {USAGE}"));
    let or_set = |value: Option<String>, variable| {
        value.or_else(|| std::env::var(variable).ok().filter(|it| !it.is_empty()))
    };
    let room = need(take("--room"), "--room")?;
    let options = Options {
        url: need(take("--janus"), "--janus")?,
        room: match (take("--text-ids"), room.parse::<u64>()) {
            (None, Ok(number)) => number.into(),
            _ => room.into(),
        },
        display: take("--display").unwrap_or_else(|| "room monitor".to_owned()),
        json: take("--json").is_some(),
        ticket: take("--ticket").map(Into::into),
        measure: take("--measure"),
        pin: or_set(take("--pin"), "ROOM_PIN"),
        room_token: or_set(take("--room-token"), "ROOM_TOKEN"),
        room_secret: or_set(take("--room-secret"), "ROOM_SECRET"),
        api_secret: or_set(take("--api-secret"), "JANUS_API_SECRET"),
        token: or_set(take("--token"), "JANUS_TOKEN"),
    };
    match given.first() {
        None => Ok(Some(options)),
        Some((name, _)) => Err(format!("{name} is unknown, or there twice; {USAGE}")),
    }
}
