//! Lines, or JSON where it is wanted.

use std::{
    io::{self, Write},
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

pub struct Output {
    json: bool,
}

impl Output {
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    pub fn line(&self, event: &str, fields: &[(&str, Value)]) -> io::Result<()> {
        if self.json {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            let at = now.unwrap_or_default().as_secs_f64();
            let mut line = json!({ "at": at, "event": event });
            for (key, value) in fields {
                line[*key] = value.clone();
            }
            return say(&format!("{line}\n"));
        }
        let fields = fields.iter().map(|(key, value)| match value {
            Value::String(text) => format!(" {key}={}", plain(text)),
            value => format!(" {key}={value}"),
        });
        say(&format!("{event}{}\n", fields.collect::<String>()))
    }
}

/// Without control characters: this may go to a terminal.
fn plain(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).collect()
}

/// Prints at once: whoever reads through a pipe acts on it.
fn say(text: &str) -> io::Result<()> {
    // Not `print`, which panics when the reader has gone.
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
