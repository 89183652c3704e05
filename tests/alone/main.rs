//! What is measured or counted, or takes the whole machine: one test at a time, each in a process of
//! its own.

#![cfg(target_os = "linux")]

mod http_threads;
mod idle;
mod idle_sessions;
mod link_faults;
mod memory;
mod monitor_flood;
mod open_files;
mod process;
mod reconnect_cuts;
mod soak;
mod tls_idle;
mod unix_idle;

use std::sync::{Mutex, PoisonError};

use common::program::in_own_process;

/// Whether this process is the test's own; if not, its own one has run, and no other beside it.
#[track_caller]
fn alone(module: &str, test: &str) -> bool {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    in_own_process(module, test)
}
