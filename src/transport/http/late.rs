//! Answers that come after their request was given up: they name sessions and handles that nobody
//! knows of, which the crate ends.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::Sender;

use super::{connection::Connection, events::Item, server::Server};
use crate::logging::debug;

/// Janus answers within 10 s or never.
const PATIENCE: Duration = Duration::from_secs(12);

/// How many may be waited for at a time, over all links of the program; more only if a server has
/// stopped answering, and then none comes.
const MOST: usize = 8;

static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Waits for the answer on a thread of its own, which ends with the link or after some seconds.
pub(super) fn read(server: &Arc<Server>, items: &Sender<Item>, connection: Connection) {
    let waiting = Waiting::new();
    if WAITING.load(Ordering::Relaxed) > MOST {
        return debug!("a late answer is not waited for: {MOST} others are");
    }
    let (server, items) = (server.clone(), items.clone());
    let body = move || {
        let _waiting = waiting;
        let deadline = Instant::now() + PATIENCE;
        if let Ok(response) = server.pool.await_late(connection, deadline) {
            if response.status == 200 {
                // It fails when the link has ended, and with it whoever would end what was made.
                let _ = items.send(Item::Events(response.body));
            }
        }
    };
    let thread = thread::Builder::new().name("janus-late".into());
    if let Err(error) = thread.stack_size(128 << 10).spawn(body) {
        debug!("the system refused a thread for a late answer: {error}");
    }
}

struct Waiting;

impl Waiting {
    fn new() -> Self {
        WAITING.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}
