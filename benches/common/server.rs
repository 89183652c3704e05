//! The servers that are measured against, each a process of its own.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use super::fake;

/// A running server; dropping it ends it if it was started here.
#[derive(Debug)]
pub struct Server {
    /// What the tables call it.
    pub name: &'static str,
    pub url: String,
    /// Its process, if it is known; only then it can be pinned.
    pub pid: Option<u32>,
    process: Process,
}

#[derive(Debug)]
enum Process {
    Fake(Child),
    Janus(Box<::common::Janus>),
    Foreign,
}

impl Server {
    /// The fake in a process of its own: this very program, started with another argument.
    pub fn fake() -> Self {
        let program = env::current_exe().expect("the path of this program");
        let mut child = Command::new(program)
            .arg(fake::ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program can be started");
        let mut url = String::new();
        let output = child.stdout.take().expect("it is piped");
        BufReader::new(output)
            .read_line(&mut url)
            .expect("the fake prints its address");
        Self {
            name: "fake",
            url: url.trim().to_owned(),
            pid: Some(child.id()),
            process: Process::Fake(child),
        }
    }

    /// The Janus at `JANUS_URL` (with its process id in `JANUS_PID`, to pin it), else the one that
    /// is installed, on ports of its own. `None` if there is none, or if `JANUS_URL` is empty.
    pub fn real() -> Option<Self> {
        match env::var("JANUS_URL") {
            Ok(url) if url.is_empty() => None,
            Ok(url) => Some(Self {
                name: "Janus",
                url,
                pid: env::var("JANUS_PID").ok().and_then(|pid| pid.parse().ok()),
                process: Process::Foreign,
            }),
            Err(_) => is_installed("janus").then(Self::installed),
        }
    }

    fn installed() -> Self {
        let janus = ::common::Janus::start();
        Self {
            name: "Janus",
            url: janus.url(),
            pid: Some(janus.pid()),
            process: Process::Janus(Box::new(janus)),
        }
    }

    /// The fake, and the real one only if `JANUS_URL` names one.
    pub fn fake_and_named() -> Vec<Self> {
        let named = env::var("JANUS_URL").is_ok_and(|url| !url.is_empty());
        let real = named.then(Self::real).flatten();
        [Some(Self::fake()), real].into_iter().flatten().collect()
    }

    pub fn is_fake(&self) -> bool {
        matches!(self.process, Process::Fake(_))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Process::Fake(child) = &mut self.process {
            // It ends by itself as well, when its input is closed.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Whether a program can be started by its name.
pub fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
