//! What the system says about this process.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

/// Its memory, in KiB.
pub fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number
        .and_then(|number| number.parse().ok())
        .expect("a number")
}

/// How many threads it has.
pub fn threads() -> usize {
    fs::read_dir("/proc/self/task").expect("Linux").count()
}

/// Whether it holds within that time.
pub fn wait_for(limit: Duration, holds: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    while !holds() {
        if Instant::now() >= deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}
