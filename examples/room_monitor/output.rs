//! A table on a terminal, lines elsewhere, JSON where it is wanted.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, IsTerminal, Write},
    time::{SystemTime, UNIX_EPOCH},
};

use janus_blocking::plugin::Id;
use serde_json::{Map, Value, json};

use crate::people::{Change, People};

/// How it is shown.
pub enum Output {
    Table,
    Lines,
    Json,
}

impl Output {
    pub fn new(json: bool) -> Self {
        if json {
            Self::Json
        } else if io::stdout().is_terminal() {
            Self::Table
        } else {
            Self::Lines
        }
    }

    /// Shows a change, but not below the table, which shows it itself.
    pub fn change(&self, change: &Change) -> io::Result<()> {
        if matches!(self, Self::Table) {
            return Ok(());
        }
        let mut fields = Map::new();
        if let Some(id) = &change.id {
            fields.insert("id".to_owned(), json!(id));
        }
        if let Some(display) = &change.display {
            fields.insert("display".to_owned(), json!(display));
        }
        self.line(change.word, fields)
    }

    /// Shows something else, with a text of its own.
    pub fn note(&self, word: &str, key: &str, value: Value) -> io::Result<()> {
        let fields = Map::from_iter([(key.to_owned(), value)]);
        self.line(word, fields)
    }

    fn line(&self, word: &str, fields: Map<String, Value>) -> io::Result<()> {
        match self {
            Self::Table | Self::Lines => {
                let fields = fields.iter().map(|(key, value)| match value {
                    Value::String(text) => format!(" {key}={}", plain(text)),
                    value => format!(" {key}={value}"),
                });
                say(&format!("{word}{}\n", fields.collect::<String>()))
            }
            Self::Json => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH);
                let at = now.unwrap_or_default().as_secs_f64();
                let mut line = json!({ "at": at, "event": word });
                if let Some(line) = line.as_object_mut() {
                    line.extend(fields);
                }
                say(&format!("{line}\n"))
            }
        }
    }

    /// Shows the rates: in JSON as lines, else in the table, which is drawn anew.
    pub fn tick(&self, title: &str, people: &People, rates: &BTreeMap<Id, u64>) -> io::Result<()> {
        match self {
            Self::Table => say(&table(title, people, rates)),
            _ => rates.iter().try_for_each(|(id, rate)| {
                let fields = [
                    ("id".to_owned(), json!(id)),
                    ("bits_per_second".to_owned(), json!(rate)),
                ];
                self.line("bitrate", Map::from_iter(fields))
            }),
        }
    }
}

fn table(title: &str, people: &People, rates: &BTreeMap<Id, u64>) -> String {
    // To the upper left corner, and away with what was there.
    let mut text = format!("\x1b[H\x1b[2J{}\n\n", plain(title));
    let _ = writeln!(
        text,
        "{:<20} {:<24} {:<12} {:<8} {:>12}",
        "id", "name", "media", "talks", "kbit/s"
    );
    for (id, person) in &people.0 {
        let name = plain(person.display.as_deref().unwrap_or_default());
        let media = if person.publishing { "publishing" } else { "-" };
        let talks = if person.talking { "talks" } else { "" };
        let rate = rates
            .get(id)
            .map_or_else(|| "-".to_owned(), |rate| (rate / 1000).to_string());
        let _ = writeln!(
            text,
            "{:<20} {name:<24.24} {media:<12} {talks:<8} {rate:>12}",
            plain(&id.to_string())
        );
    }
    text
}

/// Without control characters: names are others' texts, and this goes to a terminal.
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
