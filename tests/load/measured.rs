//! A run of the program, and the report of it.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use common::{TempDir, process::Process, program::startable, wait_until};
use serde_json::Value;

/// For things that take milliseconds on an idle machine.
pub(crate) const SOON: Duration = Duration::from_secs(60);

/// A run that has begun.
pub(crate) struct Running {
    pub(crate) process: Process,
    folder: TempDir,
}

/// A run that has ended.
pub(crate) struct Ended {
    /// `None` after a signal that it cannot handle.
    pub(crate) code: Option<i32>,
    /// All that it has printed.
    pub(crate) output: String,
    report: Option<Value>,
}

/// Starts the program with these options, and `--json`.
pub(crate) fn start(options: &[&str]) -> Running {
    start_with(options, &[])
}

/// The same with variables in its environment.
pub(crate) fn start_with(options: &[&str], environment: &[(&str, &str)]) -> Running {
    let folder = TempDir::new("load");
    let mut command = Command::new(startable(env!("CARGO_BIN_EXE_janus-load")));
    command.args(options).arg("--json").arg(json(&folder));
    command
        .envs(environment.iter().copied())
        .stdin(Stdio::null());
    let process = Process::start(&mut command, &folder.path().join("output"));
    Running { process, folder }
}

/// Starts the program and waits for its end.
pub(crate) fn run(options: &[&str]) -> Ended {
    start(options).wait()
}

fn json(folder: &TempDir) -> PathBuf {
    folder.path().join("report.json")
}

impl Running {
    pub(crate) fn wait(mut self) -> Ended {
        let status = self.process.wait(SOON);
        let output = fs::read_to_string(self.process.log()).expect("its output");
        let status = status.unwrap_or_else(|| panic!("it did not end; it said:\n{output}"));
        let report = fs::read_to_string(json(&self.folder)).ok();
        Ended {
            code: status.code(),
            output,
            report: report.map(|text| serde_json::from_str(&text).expect("JSON")),
        }
    }

    /// Waits until it has done something that shows on the server.
    #[track_caller]
    pub(crate) fn wait_begun(&mut self, mut begun: impl FnMut() -> bool) {
        wait_until(SOON, "the run to begin", || {
            let ended = self.process.exit_status();
            assert!(ended.is_none(), "{ended:?}: {}", self.process.log_tail());
            begun()
        });
    }
}

impl Ended {
    #[track_caller]
    pub(crate) fn report(&self) -> &Value {
        let report = self.report.as_ref();
        report.unwrap_or_else(|| panic!("there is no report; it said:\n{}", self.output))
    }

    pub(crate) fn is_without_report(&self) -> bool {
        self.report.is_none()
    }

    /// The first scenario.
    #[track_caller]
    pub(crate) fn scenario(&self) -> &Value {
        &self.report()["scenarios"][0]
    }

    #[track_caller]
    pub(crate) fn count(&self) -> u64 {
        self.scenario()["count"].as_u64().expect("a number")
    }

    /// The number of errors of all kinds.
    #[track_caller]
    pub(crate) fn errors(&self) -> u64 {
        let errors = self.scenario()["errors"].as_object().expect("an object");
        errors.values().filter_map(Value::as_u64).sum()
    }

    /// Of the latency: `p99_ns`.
    #[track_caller]
    pub(crate) fn latency(&self, figure: &str) -> Duration {
        let nanos = &self.scenario()["latency"][figure];
        Duration::from_nanos(nanos.as_u64().expect("a number"))
    }

    /// It has ended like this, and has left nothing on the server.
    #[track_caller]
    pub(crate) fn assert(&self, code: i32, end: &str) {
        assert_eq!(self.code, Some(code), "{}", self.output);
        let report = self.report();
        assert_eq!(report["end"], end);
        let left = report["left"].as_object().expect("an object");
        assert!(left.values().all(|left| left == 0), "{left:?}");
    }
}
