//! `janus-load`: load and latency of a Janus. See docs/LOAD.md.

mod arrivals;
mod checks;
mod cleanup;
mod exit_code;
mod failure;
mod load;
mod machine;
mod meter;
mod parts;
mod plan;
mod progress;
mod rate;
mod records;
mod report;
mod run;
mod scenario;
mod schedule;
mod series;
mod settings;
mod stop;
mod summary;
mod target;

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use load::{Load, NotRun};
use report::{
    compare::{Verdict, compare, show},
    file,
    output::{Output, say},
};

const EXAMPLES: &str = "\
Examples:
  janus-load
      A fake gateway inside of this program: to see what comes out
  janus-load ws://localhost:8188 --scenario attach --rate 100 --html report.html
      How long attaching takes at 100 a second, as a page with plots
  janus-load ws://localhost:8188 --rate \"500..5000 step 500 every 10s\" --knee 20ms
      Up to which rate 99 of 100 answers come within 20 ms

Secrets come from the environment: JANUS_LOAD_API_SECRET, JANUS_LOAD_TOKEN, JANUS_LOAD_SIP_SECRET.
docs/LOAD.md says what to measure, and how not to fool oneself.";

/// Load and latency of a Janus WebRTC server.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    load: Load,
}

#[derive(Subcommand)]
enum Command {
    /// Says what differs between two runs beyond noise
    Compare(Compare),
    /// Shows the report of a run again
    Show(Show),
}

#[derive(Args)]
struct Compare {
    /// The report that another run wrote with --json
    before: PathBuf,
    /// The one to compare with it
    after: PathBuf,
    /// Changes below that many per cent do not count, however sure they are
    #[arg(long, value_name = "PERCENT", default_value_t = 5.0, value_parser = percent)]
    least: f64,
    /// Ends with exit code 3 when a figure is worse beyond noise
    #[arg(long)]
    fail_if_worse: bool,
}

impl Compare {
    fn run(&self) -> Result<ExitCode, file::FileError> {
        let (before, after) = (file::read(&self.before)?, file::read(&self.after)?);
        let changes = compare(&before, &after, self.least / 100.0);
        say(&show(&before, &after, &changes));
        let is_worse = changes.iter().any(|it| it.verdict == Verdict::Worse);
        Ok(if self.fail_if_worse && is_worse {
            ExitCode::from(exit_code::CONDITION_HOLDS)
        } else {
            ExitCode::SUCCESS
        })
    }
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.parse().ok();
    let sensible = number.filter(|it: &f64| it.is_finite() && *it >= 0.0);
    sensible.ok_or_else(|| "a number of per cent, from 0 on".to_owned())
}

#[derive(Args)]
struct Show {
    /// The report that the run wrote with --json
    report: PathBuf,
    #[command(flatten)]
    output: Output,
}

impl Show {
    fn run(&self) -> Result<ExitCode, file::FileError> {
        self.output.check()?;
        let holds = self.output.deliver(&file::read(&self.report)?)?;
        Ok(if holds {
            ExitCode::from(exit_code::CONDITION_HOLDS)
        } else {
            ExitCode::SUCCESS
        })
    }
}

fn main() -> ExitCode {
    let Cli { command, load } = Cli::parse();
    let ended: Result<ExitCode, Box<dyn Error>> = match command {
        Some(Command::Compare(compare)) => compare.run().map_err(Into::into),
        Some(Command::Show(show)) => show.run().map_err(Into::into),
        None => load.run().map_err(Into::into),
    };
    ended.unwrap_or_else(|problem| {
        let mut text = format!("janus-load: {problem}");
        let mut cause = problem.source();
        while let Some(problem) = cause {
            text.push_str(&format!(": {problem}"));
            cause = problem.source();
        }
        eprintln!("{text}");
        let not_run = problem.downcast_ref::<NotRun>();
        ExitCode::from(if not_run.is_some_and(NotRun::is_wrongly_asked) {
            exit_code::USAGE
        } else {
            exit_code::FAILED
        })
    })
}
