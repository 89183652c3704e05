//! A table on a terminal, lines elsewhere, JSON where it is wanted.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, IsTerminal},
};

use janus_blocking::plugin::Id;
use serde_json::{Value, json};

use crate::{
    command_line::{self, plain, print},
    people::{Change, People},
};

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
        let fields = [("id", json!(change.id)), ("display", json!(change.display))];
        self.event(change.word, &fields)
    }

    /// Shows something else, with a text of its own.
    pub fn note(&self, word: &str, key: &str, value: Value) -> io::Result<()> {
        self.event(word, &[(key, value)])
    }

    fn event(&self, word: &str, fields: &[(&str, Value)]) -> io::Result<()> {
        let json = matches!(self, Self::Json);
        command_line::Output { json }.event(word, fields)
    }

    /// Shows the rates: in JSON as lines, else in the table, which is drawn anew.
    pub fn tick(&self, title: &str, people: &People, rates: &BTreeMap<Id, u64>) -> io::Result<()> {
        match self {
            Self::Table => print(&table(title, people, rates)),
            _ => rates.iter().try_for_each(|(id, rate)| {
                let fields = [("id", json!(id)), ("bits_per_second", json!(rate))];
                self.event("bitrate", &fields)
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
