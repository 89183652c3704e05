//! Lines, in JSON where it is wanted.

use std::{
    io::{self, Write},
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

/// How it is shown.
#[derive(Clone, Copy)]
pub struct Output {
    pub json: bool,
}

impl Output {
    /// Says what has happened; fields that are `null` are left out.
    pub fn say(self, event: &str, fields: &[(&str, Value)]) -> io::Result<()> {
        let fields = fields.iter().filter(|(_, value)| !value.is_null());
        let line = if self.json {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            let at = now.unwrap_or_default().as_secs_f64();
            let mut line = json!({ "at": at, "event": event });
            for (key, value) in fields {
                line[key] = value.clone();
            }
            line.to_string()
        } else {
            let fields = fields.map(|(key, value)| match value {
                Value::String(text) => format!(" {key}={}", plain(text)),
                value => format!(" {key}={value}"),
            });
            event.to_owned() + &fields.collect::<String>()
        };
        // Not `println`, which panics when the reader has gone; and at once, as whoever reads through
        // a pipe acts on it.
        let mut out = io::stdout().lock();
        writeln!(out, "{line}")?;
        out.flush()
    }
}

/// Without control characters: names are others' texts, and this may go to a terminal.
fn plain(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).collect()
}
