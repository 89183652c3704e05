//! The end of a run before its time: Ctrl-C, SIGTERM, SIGHUP.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag,
};

/// How long a sleeper may take to notice.
const SLICE: Duration = Duration::from_millis(50);

/// Whether the run is to end; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop {
    asked: Arc<AtomicBool>,
}

impl Stop {
    /// The first signal ends the run, and its report is written. The second one ends the program.
    pub(crate) fn by_signals() -> io::Result<Self> {
        let stop = Self::default();
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // First, as the flag is still down when the first signal comes.
            flag::register_conditional_shutdown(signal, 128 + signal, stop.asked.clone())?;
            flag::register(signal, stop.asked.clone())?;
        }
        Ok(stop)
    }

    pub(crate) fn ask(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Sleeps until then; `false` when the run is to end before.
    pub(crate) fn sleep_until(&self, then: Instant) -> bool {
        loop {
            if self.is_asked() {
                return false;
            }
            let left = then.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            thread::sleep(left.min(SLICE));
        }
    }
}
