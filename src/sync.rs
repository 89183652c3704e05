//! What the threads of a connection wait with, and their clock.
//!
//! A model checker takes the place of all of it in builds with the cfg `model`, so that schedules of
//! threads are tried instead of hoped for: see `docs/TESTING.md`.

#[cfg(model)]
pub(crate) mod model;

#[cfg(model)]
pub(crate) use model::{Condvar, Mutex, MutexGuard, atomic, now, thread};

#[cfg(not(model))]
pub(crate) use {
    parking_lot::{Condvar, Mutex, MutexGuard},
    std::{sync::atomic, thread},
};

/// What time it is.
#[cfg(not(model))]
pub(crate) fn now() -> std::time::Instant {
    std::time::Instant::now()
}
