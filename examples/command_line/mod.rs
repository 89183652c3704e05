//! What the examples with options share: how those are read, how lines are printed, and how it ends.

// Not every example needs all of it.
#![allow(dead_code)]

use std::{
    env::{self, ArgsOs},
    error::Error,
    ffi::OsString,
    io::{self, Read, Write},
    iter::Skip,
    process::ExitCode,
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use crossbeam_channel::{Receiver, bounded};
use serde_json::{Value, json};

/// Options and their values that nobody has asked for yet. Read by hand: there are only a few.
pub struct Given(Vec<(String, String)>);

impl Given {
    /// Reads `--name VALUE`, and `--flag` without one. `None` is the question for help.
    pub fn read(
        words: impl Iterator<Item = OsString>,
        flags: &[&str],
    ) -> Result<Option<Self>, String> {
        let mut words = words.map(text);
        let mut given = Vec::new();
        while let Some(name) = words.next().transpose()? {
            if name == "--help" {
                return Ok(None);
            }
            if !name.starts_with("--") {
                return Err("options are written as --name VALUE".to_owned());
            }
            let value = if flags.contains(&&*name) {
                String::new()
            } else {
                let value = words.next().transpose()?;
                value.ok_or_else(|| format!("{name} has no value"))?
            };
            given.push((name, value));
        }
        Ok(Some(Self(given)))
    }

    pub fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(given, _)| given == name)?;
        Some(self.0.remove(at).1)
    }

    pub fn flag(&mut self, name: &str) -> bool {
        self.take(name).is_some()
    }

    pub fn need(&mut self, name: &str) -> Result<String, String> {
        self.take(name).ok_or_else(|| format!("{name} is missing"))
    }

    /// Better from the environment: the command line is there for every user of the machine to see.
    pub fn secret(&mut self, name: &str, variable: &str) -> Option<String> {
        let set = || env::var(variable).ok().filter(|it| !it.is_empty());
        self.take(name).or_else(set)
    }

    /// Refuses what nobody has asked for.
    pub fn finish(self) -> Result<(), String> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(format!("{name} is unknown here, or there twice")),
        }
    }
}

pub fn text(word: OsString) -> Result<String, String> {
    // Not shown: it may be a password.
    let text = word.into_string();
    text.map_err(|_| "an argument is not UTF-8".to_owned())
}

/// The options, as that function reads them; `None` when it was help that was asked for.
pub fn options<T>(
    parse: impl FnOnce(Skip<ArgsOs>) -> Result<Option<T>, String>,
    usage: &str,
) -> Result<Option<T>, Box<dyn Error>> {
    match parse(env::args_os().skip(1)) {
        Ok(None) => print(&format!("usage: {usage}\n"))?,
        Ok(options) => return Ok(options),
        Err(problem) => return Err(format!("{problem}; usage: {usage}").into()),
    }
    Ok(None)
}

/// How the program ends: an error in one line on the standard error.
pub fn end(program: &str, done: Result<(), Box<dyn Error>>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Not `eprintln`, which panics where nobody reads it.
            let _ = writeln!(io::stderr(), "{program}: {}", one_line(&*error));
            ExitCode::FAILURE
        }
    }
}

/// The error with its causes, which its own text does not repeat.
pub fn one_line(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text.replace(['\r', '\n'], " ")
}

/// Gets a message when there is no more input.
pub fn end_of_input() -> Receiver<()> {
    let (sender, receiver) = bounded(1);
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        let mut buffer = [0; 64];
        while !matches!(input.read(&mut buffer), Ok(0) | Err(_)) {}
        let _ = sender.send(());
    });
    receiver
}

/// Prints at once: whoever reads through a pipe acts on it.
pub fn print(text: &str) -> io::Result<()> {
    // Not `print`, which panics when the reader has gone.
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// How events are shown.
#[derive(Clone, Copy)]
pub struct Output {
    pub json: bool,
}

impl Output {
    /// Prints what has happened as a line, or as one of JSON; fields that are `null` are left out.
    pub fn event(self, event: &str, fields: &[(&str, Value)]) -> io::Result<()> {
        let fields = fields.iter().filter(|(_, value)| !value.is_null());
        if !self.json {
            let fields = fields.map(|(key, value)| match value {
                Value::String(text) => format!(" {key}={}", plain(text)),
                value => format!(" {key}={value}"),
            });
            return print(&format!("{event}{}\n", fields.collect::<String>()));
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let at = now.unwrap_or_default().as_secs_f64();
        let mut line = json!({ "at": at, "event": event });
        for (key, value) in fields {
            line[*key] = value.clone();
        }
        print(&format!("{line}\n"))
    }
}

/// Without control characters: names are others' texts, and this may go to a terminal.
pub fn plain(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).collect()
}
