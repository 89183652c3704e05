//! The processor time of this program.

use std::{fs, time::Duration};

use rustix::time::{ClockId, clock_gettime};

/// What all threads of this program have used so far, those that have ended included.
pub fn used() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// How often the connections' threads have gone to sleep so far, which is how often they had been
/// awake.
pub fn reader_wake_ups() -> u64 {
    let statuses = statuses().into_iter();
    let readers = statuses.filter(|status| status.starts_with("Name:\tjanus-reader\n"));
    readers
        .map(|status| number(&status, "voluntary_ctxt_switches:"))
        .sum()
}

/// How often the threads of this program that live have left a core so far, by themselves or not.
pub fn switches() -> u64 {
    let of = |status: &String| {
        number(status, "voluntary_ctxt_switches:") + number(status, "nonvoluntary_ctxt_switches:")
    };
    statuses().iter().map(of).sum()
}

/// What the kernel says about each thread of this program.
fn statuses() -> Vec<String> {
    let tasks = fs::read_dir("/proc/self/task");
    let tasks = tasks.into_iter().flatten().flatten();
    tasks
        .filter_map(|task| fs::read_to_string(task.path().join("status")).ok())
        .collect()
}

fn number(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().parse().ok()).unwrap_or(0)
}
