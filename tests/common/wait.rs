//! Waiting with a deadline for things that cannot signal: processes, files, sockets of others.

use std::thread;
use std::time::{Duration, Instant};

/// Short enough not to be felt in a test, long enough to leave the core to the server.
const POLL: Duration = Duration::from_millis(3);

/// Returns the first `Some` of `look`, or `None` when `limit` has passed.
pub fn wait_for<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    loop {
        // Looked at once more after the deadline: a busy machine may have slept through it.
        let late = Instant::now() >= deadline;
        if let Some(found) = look() {
            return Some(found);
        }
        if late {
            return None;
        }
        thread::sleep(POLL);
    }
}

/// Returns when `holds` does; panics, naming `what`, when it does not within `limit`.
#[track_caller]
pub fn wait_until(limit: Duration, what: &str, mut holds: impl FnMut() -> bool) {
    let met = wait_for(limit, || holds().then_some(()));
    assert!(met.is_some(), "waited {limit:?} in vain until {what}");
}
