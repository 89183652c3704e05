//! The example as a process: built once, its output read line by line, ended for certain.

use std::{
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread::{self, JoinHandle},
    time::Duration,
};

use common::{guard, program::example, wait_for};

/// Longer than any step of the example takes: it gives up itself after 10 s at most.
const LIMIT: Duration = Duration::from_secs(30);

/// A running `sip_doorbell`; dropping it kills it.
pub(crate) struct Bell {
    child: Child,
    lines: Receiver<String>,
    errors: Option<JoinHandle<String>>,
}

/// How it ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    /// The lines that nobody has read before.
    pub(crate) rest: Vec<String>,
    pub(crate) errors: String,
}

impl Bell {
    pub(crate) fn start(words: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(example("sip_doorbell"));
        for name in [
            "SIP_SECRET",
            "JANUS_API_SECRET",
            "JANUS_TOKEN",
            "JANUS_ADMIN_SECRET",
        ] {
            command.env_remove(name);
        }
        command.args(words).envs(variables.iter().copied());
        command.stdin(Stdio::null());
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
        let errors = Some(thread::spawn(move || {
            let mut text = String::new();
            let _ = errors.read_to_string(&mut text);
            text
        }));
        Self {
            child,
            lines,
            errors,
        }
    }

    /// The next line; panics with what it says on stderr when none comes.
    #[track_caller]
    pub(crate) fn line(&mut self) -> String {
        match self.lines.recv_timeout(LIMIT) {
            Ok(line) => line,
            Err(error) => {
                self.kill();
                let said = self.errors.take().map(|errors| errors.join());
                panic!("no line of output ({error}); on stderr: {said:?}")
            }
        }
    }

    /// Sends a signal: `STOP`, `KILL`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.expect("it runs").success());
    }

    /// Waits until it has ended by itself.
    #[track_caller]
    pub(crate) fn end(mut self) -> Ended {
        let ended = wait_for(LIMIT, || self.child.try_wait().expect("it is ours"));
        let status = ended.expect("it ends by itself");
        // Ends with the process, which alone holds the other end of the pipe.
        let rest = self.lines.iter().collect();
        let errors = self.errors.take().expect("it is taken only here");
        Ended {
            code: status.code(),
            rest,
            errors: errors.join().expect("reading does not panic"),
        }
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        self.kill();
        guard::ended(self.child.id());
    }
}

impl Ended {
    /// It went well, and said these lines since the last one that was read.
    #[track_caller]
    pub(crate) fn well(&self, rest: &[&str]) {
        assert_eq!(self.errors, "");
        assert_eq!(self.code, Some(0));
        assert_eq!(self.rest, rest);
    }

    /// It failed as it should: exit code 1, and one line, which has these words.
    #[track_caller]
    pub(crate) fn failed(&self, words: &[&str]) {
        let said = &self.errors;
        assert_eq!(self.code, Some(1), "{said}");
        assert!(said.starts_with("sip_doorbell: "), "{said}");
        assert!(said.ends_with('\n') && said.lines().count() == 1, "{said}");
        for word in words {
            assert!(said.contains(word), "no `{word}` in {said}");
        }
    }
}
