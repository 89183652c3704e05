//! `janus-load [URL]`: one run, from the options to the report.

use std::{
    mem,
    path::PathBuf,
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::Args;
use janus_blocking::Error;

use crate::{
    cleanup::end_all,
    exit_code,
    failure::{Failure, Outcome},
    meter::Meter,
    plan::Plan,
    progress::Progress,
    report::{End, Report, file, output::Output, scenario::Scenario},
    run::run,
    scenario::{self, Place, Seats},
    settings::Settings,
    stop::Stop,
    summary::Summary,
    target::Target,
};

/// Measures a server.
#[derive(Args, Debug)]
pub(crate) struct Load {
    #[command(flatten)]
    settings: Settings,
    /// A scenario file, in TOML: what is said here, and a mix of scenarios
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotRun {
    #[error("{0}")]
    Asked(String),
    #[error("cannot begin: {0}")]
    Server(Failure),
    #[error("nothing was measured: no operation was due, or answered, in the time that --for says")]
    Nothing,
    #[error("cannot begin")]
    System(#[from] std::io::Error),
    #[error(transparent)]
    File(#[from] file::FileError),
}

impl NotRun {
    /// Whether what is asked for makes no sense, whatever the server.
    pub(crate) fn is_wrongly_asked(&self) -> bool {
        match self {
            Self::Asked(_) => true,
            Self::Server(Failure::Janus(error)) => {
                matches!(error, Error::Config { .. } | Error::Unsupported { .. })
            }
            Self::Server(_) | Self::Nothing | Self::System(_) | Self::File(_) => false,
        }
    }
}

impl Load {
    /// Runs it and reports.
    pub(crate) fn run(self) -> Result<ExitCode, NotRun> {
        let output = self.output.clone();
        // Before a run of hours.
        output.check()?;
        let report = self.measure()?;
        let holds = output.deliver(&report)?;
        let is_nothing = |it: &Scenario| it.count == 0 && it.errors_total() == 0;
        if report.end == End::Complete && report.scenarios.iter().all(is_nothing) {
            return Err(NotRun::Nothing);
        }
        Ok(match (report.end, holds) {
            (End::ServerLost, _) => ExitCode::from(exit_code::SERVER_LOST),
            (End::Interrupted, _) => ExitCode::from(exit_code::INTERRUPTED),
            (End::Complete, true) => ExitCode::from(exit_code::CONDITION_HOLDS),
            (End::Complete, false) => ExitCode::SUCCESS,
        })
    }

    fn measure(self) -> Result<Report, NotRun> {
        let settings = match &self.file {
            Some(file) => self
                .settings
                .or(Settings::read(file).map_err(NotRun::Asked)?),
            None => self.settings,
        };
        let plan = Plan::new(&settings).map_err(NotRun::Asked)?;
        let stop = Stop::by_signals()?;
        let target = Target::open(&settings, &plan);
        let target = target.map_err(|error| NotRun::Server(error.into()))?;
        let seats = seats(&plan, &target).map_err(NotRun::Server)?;
        let mut meters = vec![Meter::new("self")];
        meters.extend(settings.server_pid.map(Meter::new));
        let progress = Progress::new(plan.warm_up + plan.length);
        let started = SystemTime::now().duration_since(UNIX_EPOCH);
        let mut measured = run(&plan, seats, &mut meters, &progress, &stop)?;
        progress.done();
        let left = end_all(mem::take(&mut measured.seats));
        let end = match (target.is_lost(), stop.is_asked()) {
            (true, _) => End::ServerLost,
            (false, true) => End::Interrupted,
            (false, false) => End::Complete,
        };
        let summary = Summary {
            plan: &plan,
            settings: &settings,
            target: &target,
            started: started.unwrap_or_default(),
            end,
            left,
        };
        Ok(summary.report(measured))
    }
}

/// Everything that the scenarios need on the server; nothing of it stays if one cannot have it.
fn seats(plan: &Plan, target: &Target) -> Outcome<Vec<Seats>> {
    let mut all = Vec::new();
    for work in &plan.works {
        let place = Place {
            connections: &target.connections,
            seats: plan.workers,
            work,
            is_fake: target.is_fake,
        };
        match scenario::seats(&place) {
            Ok(seats) => all.push(seats),
            Err(failure) => {
                end_all(all);
                return Err(failure);
            }
        }
    }
    Ok(all)
}
