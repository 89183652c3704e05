//! The command line, read by hand: there are only a few words.

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
pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options {
        listen: "127.0.0.1:8095".to_owned(),
        user: None,
        password: std::env::var("MONITOR_PASSWORD").unwrap_or_default(),
        path: None,
        prometheus: None,
        output: Output::Table,
    };
    let mut json = false;
    while let Some(name) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{name} has no value"));
        match name.as_str() {
            "--help" => return Ok(None),
            "--json" => json = true,
            "--listen" => options.listen = value()?,
            "--user" => options.user = Some(value()?),
            "--path" => options.path = Some(value()?),
            "--prometheus" => options.prometheus = Some(value()?),
            _ => return Err(format!("{name} is unknown; {USAGE}")),
        }
    }
    if options.user.is_some() && options.password.is_empty() {
        return Err("MONITOR_PASSWORD is not set".to_owned());
    }
    if json {
        options.output = Output::Json;
    } else if options.prometheus.is_some() {
        options.output = Output::Nothing;
    }
    Ok(Some(options))
}
