//! The command line.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use crate::command_line::Given;

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
pub fn parse(words: impl Iterator<Item = OsString>) -> Result<Option<Options>, String> {
    let Some(mut given) = Given::read(words, &["--json", "--once"])? else {
        return Ok(None);
    };
    let (url, file) = (given.take("--janus"), given.take("--file"));
    if url.is_some() != file.is_some() {
        return Err("--janus and --file are only of use together".to_owned());
    }
    let every = match given.take("--every").map(|every| every.parse()) {
        None => 5,
        Some(Ok(seconds)) if seconds > 0 => seconds,
        Some(_) => return Err("--every is a number of seconds from 1 on".to_owned()),
    };
    let options = Options {
        url: url.unwrap_or_default(),
        file: file.unwrap_or_default().into(),
        json: given.flag("--json"),
        once: given.flag("--once"),
        every: Duration::from_secs(every),
        name: given
            .take("--name")
            .unwrap_or_else(|| "mountpoints".to_owned()),
        secret: given.secret("--secret", "MOUNTPOINTS_SECRET"),
        admin_key: given.secret("--admin-key", "STREAMING_ADMIN_KEY"),
        api_secret: given.secret("--api-secret", "JANUS_API_SECRET"),
        token: given.secret("--token", "JANUS_TOKEN"),
    };
    given.finish()?;
    Ok(Some(options))
}
