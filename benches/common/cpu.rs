//! The processor time of this program.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// What all threads of this program have used so far, those that have ended included.
pub fn used() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
