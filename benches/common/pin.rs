//! Which cores the server and this program run on. By `taskset`, as the crate has no `unsafe` for
//! the system call, and needs no dependency for it either.

use std::{
    process::{Command, Stdio},
    thread,
    time::Duration,
};

/// Who runs where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// The server on core 0, the client on core 1.
    Split,
    /// Both on core 1.
    One,
    /// Where the kernel puts them.
    Free,
}

impl Mode {
    pub const ALL: [Self; 3] = [Self::Split, Self::One, Self::Free];

    pub fn name(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::One => "one",
            Self::Free => "free",
        }
    }
}

/// Moves all threads of the server and of this program to their cores. `false`, with a word on
/// standard error, where that cannot be done.
pub fn pin(mode: Mode, server: Option<u32>) -> bool {
    let all = std::fs::read_to_string("/sys/devices/system/cpu/online").unwrap_or_default();
    let all = all.trim();
    let (theirs, ours) = match mode {
        Mode::Split => ("0", "1"),
        Mode::One => ("1", "1"),
        Mode::Free => (all, all),
    };
    let Some(server) = server else {
        eprintln!("not pinned: the server's process is not known (JANUS_PID)");
        return false;
    };
    let done = taskset(theirs, server) && taskset(ours, std::process::id());
    if !done {
        eprintln!("not pinned: `taskset` failed; two cores are needed");
    }
    done
}

/// Again if a thread ended under its hands, which makes it fail: a Janus that loses a session ends
/// many of them.
fn taskset(cores: &str, process: u32) -> bool {
    const ATTEMPTS: usize = 50;
    const PAUSE: Duration = Duration::from_millis(100);
    (0..ATTEMPTS).any(|_| {
        let done = taskset_once(cores, process);
        if !done {
            thread::sleep(PAUSE);
        }
        done
    })
}

fn taskset_once(cores: &str, process: u32) -> bool {
    Command::new("taskset")
        .args(["-a", "-c", "-p", cores, &process.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
