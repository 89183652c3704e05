//! Stopping what plays or records, from another thread.

use std::{sync::Arc, time::Instant};

use parking_lot::{Condvar, Mutex};

/// Stops [`Track::play`](super::Track::play) and [`Track::record`](super::Track::record).
///
/// ```
/// use janus_blocking::webrtc::Stop;
///
/// let stop = Stop::new();
/// let other = stop.clone();
/// std::thread::spawn(move || other.stop()).join().expect("it does not panic");
/// assert!(stop.is_stopped());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl Stop {
    /// One that nobody has used yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops all that was given this, or a copy of it, now and later.
    pub fn stop(&self) {
        *self.0.0.lock() = true;
        self.0.1.notify_all();
    }

    /// Whether it was stopped.
    pub fn is_stopped(&self) -> bool {
        *self.0.0.lock()
    }

    /// Sleeps until then; `true` at once when it is stopped.
    pub(super) fn sleep_until(&self, until: Instant) -> bool {
        let (stopped, changed) = &*self.0;
        let mut stopped = stopped.lock();
        while !*stopped && !changed.wait_until(&mut stopped, until).timed_out() {}
        *stopped
    }
}
