//! A server process: started into its own process group, ended and reaped for certain.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use super::guard;
use super::wait::wait_for;

/// How long a server may take to end after SIGTERM before it is killed.
const END: Duration = Duration::from_secs(5);
/// How much of a log a failing test shows.
const TAIL_LINES: usize = 60;

/// A running child process with its log file.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: PathBuf,
    reaped: bool,
}

impl Process {
    /// Starts `command`, with what it prints going to the end of the file `log`.
    pub fn start(command: &mut Command, log: &Path) -> Self {
        let open = || File::options().create(true).append(true).open(log);
        let output = open().and_then(|out| Ok((out.try_clone()?, out)));
        let (out, err) = output
            .unwrap_or_else(|error| panic!("cannot write the log {}: {error}", log.display()));
        command.stdin(Stdio::null()).stdout(out).stderr(err);
        // The group takes the children of the server along when it is killed.
        let child = command.process_group(0).spawn().unwrap_or_else(|error| {
            let program = command.get_program().to_string_lossy();
            panic!("cannot start {program}: {error}; tests/run installs what the tests need")
        });
        guard::started(child.id());
        let log = log.to_owned();
        let reaped = false;
        Self { child, log, reaped }
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How the process ended, if it has.
    pub fn exit_status(&mut self) -> Option<ExitStatus> {
        let status = self.child.try_wait().expect("a child can be waited for");
        if status.is_some() && !self.reaped {
            self.reaped = true;
            guard::ended(self.child.id());
        }
        status
    }

    /// Waits for the process to end by itself.
    pub fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        wait_for(limit, || self.exit_status())
    }

    /// Sends a signal, named as `kill` does ("STOP"), to the process and its children.
    pub fn signal(&mut self, name: &str) {
        let sent = self.send(name);
        assert!(sent.is_ok(), "cannot send SIG{name}: {sent:?}");
    }

    fn send(&mut self, name: &str) -> io::Result<()> {
        // Once reaped, the id may belong to somebody else.
        if self.exit_status().is_some() {
            return Ok(());
        }
        let script = r#"kill -s "$1" -- "-$2""#;
        let id = self.child.id().to_string();
        let mut shell = Command::new("sh");
        shell.args(["-c", script, "sh", name, &id]);
        let sent = shell.stdout(Stdio::null()).stderr(Stdio::null()).status();
        sent.map(|_| ())
    }

    /// Stops the process, and returns when none of its threads runs any more.
    pub fn pause(&mut self) {
        self.signal("STOP");
        let folder = format!("/proc/{}/task", self.child.id());
        let stopped = || {
            let threads = fs::read_dir(&folder).ok()?;
            let mut states = threads.flatten().map(|thread| {
                // The state follows the name, which stands in parentheses.
                let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
                stat.rsplit_once(')')
                    .map(|(_, rest)| rest.starts_with(" T"))
            });
            states.all(|stopped| stopped == Some(true)).then_some(())
        };
        assert!(wait_for(END, stopped).is_some(), "it does not stop");
    }

    /// Kills the process and its children with SIGKILL and reaps it.
    pub fn kill(&mut self) {
        // Where no shell could be started, the server itself ends all the same: this is called by drops,
        // and a second panic would end the whole program.
        let _ = self.send("KILL");
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.exit_status();
    }

    /// Asks the process to end with SIGTERM, and kills it when it does not in time.
    pub fn stop(&mut self) {
        let _ = self.send("TERM");
        if self.wait(END).is_none() {
            self.kill();
        }
    }

    /// The file that takes what the process prints.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The last lines that the process has printed.
    pub fn log_tail(&self) -> String {
        log_tail(&self.log)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The last lines of a log file.
pub fn log_tail(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}
