//! What the threads of a connection wait with, and their clock.
//!
//! A model checker takes the place of all of it in builds with the cfg `model`, so that schedules of
//! threads are tried instead of hoped for: see `docs/TESTING.md`.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

#[cfg(any(test, not(target_has_atomic = "64")))]
mod lock64;
#[cfg(model)]
pub(crate) mod model;

#[cfg(model)]
pub(crate) use model::{Condvar, Mutex, MutexGuard, atomic, now, suspended, thread};

#[cfg(not(model))]
pub(crate) use {
    parking_lot::{Condvar, Mutex, MutexGuard},
    std::thread,
};

/// `std`'s, and [`AtomicU64`](atomic::AtomicU64) everywhere.
#[cfg(not(model))]
pub(crate) mod atomic {
    pub(crate) use std::sync::atomic::*;

    #[cfg(not(target_has_atomic = "64"))]
    pub(crate) use super::lock64::AtomicU64;
}

/// A thread that wakes so much after its time was over was not running: this process was stopped, or
/// the machine suspended.
const LATE: Duration = Duration::from_millis(50);

/// How long it waits then for the threads that read: what they have to give has come already.
const GRACE: Duration = Duration::from_millis(250);

/// Until when to wait after a deadline that was noticed late; `None` if it was not.
pub(crate) fn grace(deadline: Instant) -> Option<Instant> {
    let now = now();
    (now > deadline + LATE).then(|| now + GRACE)
}

/// Receives until the deadline, and longer by that grace.
pub(crate) fn recv_deadline<T>(
    receiver: &Receiver<T>,
    deadline: Instant,
) -> Result<T, RecvTimeoutError> {
    let received = receiver.recv_deadline(deadline);
    match grace(deadline) {
        Some(later) if received.is_err() => receiver.recv_deadline(later),
        _ => received,
    }
}

/// What time it is.
#[cfg(not(model))]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// How long the machine has been suspended in all: so long this clock has stood still.
#[cfg(all(not(model), any(target_os = "linux", target_os = "android")))]
pub(crate) fn suspended() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let [awake, all] = [ClockId::Monotonic, ClockId::Boottime]
        .map(|clock| Duration::try_from(clock_gettime(clock)).unwrap_or_default());
    all.saturating_sub(awake)
}

/// Not known here, or this clock goes on.
#[cfg(not(any(model, target_os = "linux", target_os = "android")))]
pub(crate) fn suspended() -> Duration {
    Duration::ZERO
}
