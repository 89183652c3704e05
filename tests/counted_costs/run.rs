//! Starts this test program again, under a tool that counts.

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Output},
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{
    callgrind::{self, Counted},
    common::server::is_installed,
    strace::{self, Traced},
    work::{self, Side, Work},
};

/// Tells the child what to do: side, work, count, address.
const WORK: &str = "COUNTED_COSTS_WORK";

/// This test program, doing the work of one test.
#[derive(Debug)]
pub struct Program {
    test: &'static str,
}

impl Program {
    pub fn new(test: &'static str) -> Self {
        Self { test }
    }

    /// Does the work, if this is the child that was started for it.
    pub fn is_child(&self) -> bool {
        let Ok(words) = env::var(WORK) else {
            return false;
        };
        let [side, work, count, url] = words.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{WORK} has to hold four words");
        };
        let side = Side::ALL
            .into_iter()
            .find(|known| format!("{known:?}") == side);
        let all = Work::REQUESTS.into_iter().chain(Work::OTHERS);
        let work = all.into_iter().find(|known| format!("{known:?}") == work);
        let count = count.parse().expect("a number");
        work::run(url, side.expect("a side"), work.expect("work"), count)
    }

    /// The system calls of each thread.
    pub fn strace(&self, url: &str, side: Side, work: Work, count: usize) -> Traced {
        let log = file("strace");
        let mut command = tool("strace");
        command.args(["-f", "-s", "16", "-o"]).arg(&log);
        self.run(command, url, side, work, count);
        let text = fs::read_to_string(&log).expect("strace has written its log");
        let _ = fs::remove_file(log);
        strace::read(&text)
    }

    /// Instructions, and calls of the allocator.
    pub fn callgrind(&self, url: &str, side: Side, work: Work, count: usize) -> Counted {
        self.callgrind_with(&[], url, side, work, count)
    }

    /// The instructions of this crate's side, but only what the caller's thread does in one function.
    ///
    /// Sometimes fewer than it takes: under valgrind a call is so slow that now and then the
    /// connection's thread reads the answer, and its instructions are not counted.
    pub fn instructions_in(&self, function: &str, url: &str, work: Work, count: usize) -> f64 {
        let toggle = format!("--toggle-collect=*::work::{function}*");
        let counted = self.callgrind_with(&[&toggle], url, Side::Ours, work, count);
        counted.instructions
    }

    fn callgrind_with(
        &self,
        arguments: &[&str],
        url: &str,
        side: Side,
        work: Work,
        count: usize,
    ) -> Counted {
        let log = file("callgrind");
        let mut command = tool("valgrind");
        command
            .args(["--tool=callgrind", "--compress-strings=no"])
            .args(arguments)
            .arg(format!("--callgrind-out-file={}", log.display()));
        self.run(command, url, side, work, count);
        let counted = callgrind::read(&log);
        let _ = fs::remove_file(log);
        counted
    }

    /// All bytes that were ever allocated.
    pub fn dhat(&self, url: &str, side: Side, work: Work, count: usize) -> f64 {
        let mut command = tool("valgrind");
        command.args(["--tool=dhat", "--dhat-out-file=/dev/null"]);
        let output = self.run(command, url, side, work, count);
        let text = String::from_utf8_lossy(&output.stderr);
        // ==12== Total:     1,234 bytes in 56 blocks
        let total = text.lines().find_map(|line| line.split_once("Total:"));
        let bytes = total.and_then(|(_, rest)| rest.trim().split(' ').next());
        let bytes = bytes.map(|bytes| bytes.replace(',', ""));
        bytes
            .and_then(|bytes| bytes.parse().ok())
            .unwrap_or_else(|| panic!("dhat says no total:\n{text}"))
    }

    fn run(&self, mut command: Command, url: &str, side: Side, work: Work, count: usize) -> Output {
        command
            .arg(env::current_exe().expect("the path of this program"))
            .args(["--exact", self.test, "--ignored", "--nocapture"])
            .args(["--test-threads", "1"])
            .env(WORK, format!("{side:?} {work:?} {count} {url}"));
        let output = command.output().expect("the tool can be started");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?} failed:\n{text}");
        output
    }
}

fn tool(name: &str) -> Command {
    assert!(
        is_installed(name),
        "{name} is missing: `apt-get install strace valgrind`"
    );
    Command::new(name)
}

/// A file of its own: tests of this program run side by side.
fn file(name: &str) -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    folder.join(format!("counted-{}-{number}-{name}", std::process::id()))
}
