//! The program while it runs, as `/proc` shows it.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// One run; dropping it kills it.
#[derive(Debug)]
pub struct Smallest(Child);

/// Some lines of its `status`.
#[derive(Debug)]
pub struct Status {
    /// In KiB.
    pub rss: u64,
    pub anonymous: u64,
    pub threads: u64,
}

impl Smallest {
    /// Starts it and waits until all connections stand.
    pub fn start(program: &Path, url: &str, connections: usize) -> Self {
        let mut child = Command::new(program)
            .args(vec![url; connections])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it can be started");
        let output = child.stdout.take().expect("it is piped");
        let lines = BufReader::new(output).lines().take(connections);
        assert_eq!(lines.map_while(Result::ok).count(), connections);
        // Until the connections' threads have come to rest.
        thread::sleep(Duration::from_secs(1));
        Self(child)
    }

    pub fn status(&self) -> Status {
        let status = read(&format!("/proc/{}/status", self.0.id()));
        Status {
            rss: number(&status, "VmRSS:"),
            anonymous: number(&status, "RssAnon:"),
            threads: number(&status, "Threads:"),
        }
    }

    /// How often its threads have gone to sleep, which is how often they had been awake.
    pub fn wake_ups(&mut self) -> u64 {
        let running = self.0.try_wait().expect("it is a child").is_none();
        assert!(running, "it has ended");
        let tasks = fs::read_dir(format!("/proc/{}/task", self.0.id()));
        let tasks = tasks.into_iter().flatten().flatten();
        tasks
            .map(|task| {
                let status = read(&format!("{}/status", task.path().display()));
                number(&status, "voluntary_ctxt_switches:")
            })
            .sum()
    }
}

impl Drop for Smallest {
    fn drop(&mut self) {
        // It waits for events that do not come.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn number(status: &str, key: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(key));
    let word = line.and_then(|line| line.split_whitespace().next());
    word.and_then(|word| word.parse().ok()).unwrap_or(0)
}
