//! `janus-load`: load and latency of a Janus. See docs/LOAD.md.

mod exit_code;
// Until everything that fills a report is in.
#[allow(dead_code)]
mod report;

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use report::{
    compare::{Verdict, compare, show},
    file,
};

/// Load and latency of a Janus WebRTC server.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Says what differs between two runs beyond noise
    Compare(Compare),
}

#[derive(Args)]
struct Compare {
    /// The report that another run wrote with --json
    before: PathBuf,
    /// The one to compare with it
    after: PathBuf,
    /// Changes below that many per cent do not count, however sure they are
    #[arg(long, value_name = "PERCENT", default_value_t = 5.0)]
    least: f64,
    /// Ends with exit code 3 when a figure is worse beyond noise
    #[arg(long)]
    fail_if_worse: bool,
}

impl Compare {
    fn run(&self) -> Result<ExitCode, file::FileError> {
        let (before, after) = (file::read(&self.before)?, file::read(&self.after)?);
        let changes = compare(&before, &after, self.least / 100.0);
        print!("{}", show(&before, &after, &changes));
        let is_worse = changes.iter().any(|it| it.verdict == Verdict::Worse);
        Ok(if self.fail_if_worse && is_worse {
            ExitCode::from(exit_code::CONDITION_HOLDS)
        } else {
            ExitCode::SUCCESS
        })
    }
}

fn main() -> ExitCode {
    let ended = match Cli::parse().command {
        Command::Compare(compare) => compare.run(),
    };
    ended.unwrap_or_else(|problem| {
        let mut text = format!("janus-load: {problem}");
        let mut cause = problem.source();
        while let Some(problem) = cause {
            text.push_str(&format!(": {problem}"));
            cause = problem.source();
        }
        eprintln!("{text}");
        ExitCode::from(exit_code::FAILED)
    })
}
