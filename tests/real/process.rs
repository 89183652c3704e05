//! An example as a process: built once, its JSON lines read one by one, ended for certain.

use std::{
    io::{BufRead, BufReader, Read, Write},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::Value;

use common::{guard, program::example, wait_for};

const LIMIT: Duration = Duration::from_secs(30);

/// A running example with `--json`; dropping it kills it.
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    errors: Option<JoinHandle<String>>,
}

impl Process {
    pub(crate) fn start(name: &'static str, words: &[&str]) -> Self {
        let mut command = Command::new(example(name));
        for name in [
            "ROOM_PIN",
            "ROOM_TOKEN",
            "ROOM_SECRET",
            "ROOM_ADMIN_KEY",
            "JANUS_API_SECRET",
            "JANUS_TOKEN",
        ] {
            command.env_remove(name);
        }
        command.args(words).arg("--json").stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own is what the guard can kill.
        let mut child = command.process_group(0).spawn().expect("it was built");
        guard::started(child.id());
        let (sender, lines) = mpsc::channel();
        let output = child.stdout.take().expect("it is piped");
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut errors = child.stderr.take().expect("it is piped");
        let errors = thread::spawn(move || {
            let mut text = String::new();
            let _ = errors.read_to_string(&mut text);
            text
        });
        Self {
            child,
            lines,
            errors: Some(errors),
        }
    }

    /// Waits for the line of that event; those before it are thrown away.
    #[track_caller]
    pub(crate) fn wait(&mut self, event: &str) -> Value {
        self.wait_for(event, |_| true)
    }

    /// The same, of which `wanted` holds.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, event: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut lines = self.lines_to(event, wanted);
        lines.pop().expect("that of the event")
    }

    /// Waits for the line of that event; all lines up to it.
    #[track_caller]
    pub(crate) fn lines_to(&mut self, event: &str, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        let (deadline, mut seen) = (Instant::now() + LIMIT, Vec::new());
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                self.kill();
                let said = self.errors.take().map(|errors| errors.join());
                panic!("no {event} but {seen:#?}; on stderr: {said:?}")
            };
            let line: Value = serde_json::from_str(&line).expect("a JSON line");
            assert!(line["at"].is_f64(), "{line}");
            let found = line["event"] == event && wanted(&line);
            seen.push(line);
            if found {
                return seen;
            }
        }
    }

    /// Types a line.
    pub(crate) fn order(&mut self, line: &str) {
        let input = self.child.stdin.as_mut().expect("it has not ended");
        writeln!(input, "{line}").expect("it is read");
    }

    /// Ends its input.
    pub(crate) fn end_input(&mut self) {
        drop(self.child.stdin.take());
    }

    /// Waits until it has ended by itself; its code and what it said on stderr.
    #[track_caller]
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let ended = wait_for(LIMIT, || self.child.try_wait().expect("it is ours"));
        let status = ended.expect("it ends by itself");
        let errors = self.errors.take().expect("it is taken only here");
        (
            status.code(),
            errors.join().expect("reading does not panic"),
        )
    }

    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        guard::ended(self.child.id());
    }
}
