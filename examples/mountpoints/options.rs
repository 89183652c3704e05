//! The command line, read by hand: there are only a few words.

use std::{path::PathBuf, time::Duration};

pub const USAGE: &str = "mountpoints [--janus URL --file FILE] [--json] [--once] [--every SECONDS] \
    [--name NAME] [--secret S] [--admin-key S] [--api-secret S] [--token S]; for the last four also \
    MOUNTPOINTS_SECRET, STREAMING_ADMIN_KEY, JANUS_API_SECRET and JANUS_TOKEN";

#[derive(Clone)]
pub struct Options {
    /// Empty for the fake.
    pub url: String,
    pub file: PathBuf,
    pub json: bool,
    pub once: bool,
    pub every: Duration,
    pub name: String,
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
            "--json" | "--once" => String::new(),
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
    let (url, file) = (take("--janus"), take("--file"));
    if url.is_some() != file.is_some() {
        return Err(format!(
            "--janus and --file are only of use together; {USAGE}"
        ));
    }
    let every = match take("--every").map(|every| every.parse()) {
        None => 5,
        Some(Ok(seconds)) if seconds > 0 => seconds,
        Some(_) => return Err("--every is a number of seconds from 1 on".to_owned()),
    };
    let options = Options {
        url: url.unwrap_or_default(),
        file: file.unwrap_or_default().into(),
        json: take("--json").is_some(),
        once: take("--once").is_some(),
        every: Duration::from_secs(every),
        name: take("--name").unwrap_or_else(|| "mountpoints".to_owned()),
        secret: or_set(take("--secret"), "MOUNTPOINTS_SECRET"),
        admin_key: or_set(take("--admin-key"), "STREAMING_ADMIN_KEY"),
        api_secret: or_set(take("--api-secret"), "JANUS_API_SECRET"),
        token: or_set(take("--token"), "JANUS_TOKEN"),
    };
    match given.first() {
        None => Ok(Some(options)),
        Some((name, _)) => Err(format!("{name} is unknown, or there twice; {USAGE}")),
    }
}
