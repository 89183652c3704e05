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
    let tasks = fs::read_dir("/proc/self/task");
    let tasks = tasks.into_iter().flatten().flatten();
    let statuses = tasks.filter_map(|task| fs::read_to_string(task.path().join("status")).ok());
    let readers = statuses.filter(|status| status.starts_with("Name:\tjanus-reader\n"));
    let counts = readers.filter_map(|status| {
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
        line.trim().parse::<u64>().ok()
    });
    counts.sum()
}
