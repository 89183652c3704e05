//! Where a report goes: the terminal, files, and the exit code.

use std::{
    io::{self, Write as _},
    path::PathBuf,
};

use clap::Args;

use super::{Report, condition::Condition, file, html, table};

/// The options about it.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Report")]
pub struct Output {
    /// Writes the report as JSON, for programs and for `compare`
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Writes the report as a page with plots, for people
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Ends with exit code 3 if that is so: p99>20ms, "errors>0.1%", rate<95, "lateness p99>1ms",
    /// "attach: max>1s"; can be said more than once
    #[arg(long, value_name = "CONDITION")]
    fail_if: Vec<Condition>,
}

impl Output {
    /// Fails where a file could not be written at the end, as its folder is not there or it is one.
    pub fn check(&self) -> Result<(), file::FileError> {
        if let (Some(path), true) = (&self.json, self.json == self.html) {
            return Err(file::FileError::Twice { path: path.clone() });
        }
        [&self.json, &self.html]
            .into_iter()
            .flatten()
            .try_for_each(|path| file::check(path))
    }

    /// Prints the report, and writes it where that is wished. Says whether a condition of
    /// `--fail-if` holds; which one is printed too.
    pub fn deliver(&self, report: &Report) -> Result<bool, file::FileError> {
        say(&table::show(report));
        let pages = [
            (&self.json, file::json as fn(&Report) -> String),
            (&self.html, html::page),
        ];
        // All that can be written is, before the first problem is told.
        let mut written = Ok(());
        for (path, text) in pages {
            if let Some(path) = path {
                let result = file::write(path, &text(report));
                written = written.and(result);
            }
        }
        let holding = self.fail_if.iter().flat_map(|it| it.holding(report));
        let holding: Vec<String> = holding.collect();
        for line in &holding {
            say(&format!("FAILED {line}\n"));
        }
        written.map(|()| !holding.is_empty())
    }
}

/// Prints that. Nobody reads it who closed the pipe, as `head` does.
pub fn say(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}
