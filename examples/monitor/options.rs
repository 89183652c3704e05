//! The command line.

use std::ffi::OsString;

use crate::command_line::Given;

pub const USAGE: &str = "monitor [--listen ADDRESS:PORT] [--user USER] [--path /PATH] [--json] \
    [--prometheus ADDRESS:PORT]; the user's password is in MONITOR_PASSWORD";

#[derive(PartialEq)]
pub enum Output {
    Table,
    Json,
    Nothing,
}

pub struct Options {
    pub listen: String,
    pub user: Option<String>,
    pub password: String,
    pub path: Option<String>,
    pub prometheus: Option<String>,
    pub output: Output,
}

/// `None` is the question for help.
pub fn parse(words: impl Iterator<Item = OsString>) -> Result<Option<Options>, String> {
    let Some(mut given) = Given::read(words, &["--json"])? else {
        return Ok(None);
    };
    let (json, prometheus) = (given.flag("--json"), given.take("--prometheus"));
    let options = Options {
        listen: given
            .take("--listen")
            .unwrap_or_else(|| "127.0.0.1:8095".to_owned()),
        user: given.take("--user"),
        password: std::env::var("MONITOR_PASSWORD").unwrap_or_default(),
        path: given.take("--path"),
        output: match &prometheus {
            _ if json => Output::Json,
            Some(_) => Output::Nothing,
            None => Output::Table,
        },
        prometheus,
    };
    given.finish()?;
    if options.user.is_some() && options.password.is_empty() {
        return Err("MONITOR_PASSWORD is not set".to_owned());
    }
    Ok(Some(options))
}
