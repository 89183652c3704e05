//! Answers that come after their request timed out: they name sessions and handles that no object
//! here has, which the crate ends.

use std::{
    collections::VecDeque,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::never;
use parking_lot::Mutex;

use super::{
    api::JanusApi,
    connection::Connection,
    events::{Item, Items},
};
use crate::logging::debug;

/// Janus answers within 10 s or never.
pub(super) const PATIENCE: Duration = Duration::from_secs(12);

/// Enough for a request and its answer, with TLS.
const STACK: usize = 256 << 10;

/// How many threads wait for them, over one link. Answers to further requests stay in their sockets
/// meanwhile, so that more threads would only be sooner.
const THREADS: usize = 8;

/// How many requests may wait; each has a socket. More only if a server has stopped answering, and
/// then none comes.
const MOST: usize = 256;

/// The connections of one link on which an answer may still come.
#[derive(Default)]
pub(super) struct LateAnswers(Mutex<State>);

#[derive(Default)]
struct State {
    waiting: VecDeque<(Connection, Instant)>,
    threads: usize,
}

/// Waits for the answer on a separate thread, which ends with the link or after some seconds.
pub(super) fn read(server: &Arc<JanusApi>, items: &Items, connection: Connection) {
    let mut state = server.late.0.lock();
    if state.waiting.len() >= MOST {
        // Closed when the lock is free.
        drop(state);
        return debug!("a late answer is not waited for: {MOST} others are");
    }
    state
        .waiting
        .push_back((connection, Instant::now() + PATIENCE));
    if state.threads == THREADS {
        return;
    }
    state.threads += 1;
    drop(state);
    let (shared, items) = (server.clone(), items.clone());
    let thread = thread::Builder::new().name("janus-late".into());
    let body = move || wait_for_all(&shared, &items);
    if let Err(error) = thread.stack_size(STACK).spawn(body) {
        debug!("the system refused a thread for a late answer: {error}");
        let mut state = server.late.0.lock();
        state.threads -= 1;
        let left = std::mem::take(&mut state.waiting);
        drop(state);
        drop(left);
    }
}

fn wait_for_all(server: &JanusApi, items: &Items) {
    loop {
        let mut state = server.late.0.lock();
        let Some((connection, deadline)) = state.waiting.pop_front() else {
            state.threads -= 1;
            return;
        };
        drop(state);
        match server.pool.await_late(connection, deadline) {
            // It fails when the link has ended: then nothing is left here to end what was made.
            Ok(response) if response.status == 200 => {
                items.give(Item::Events(response.body), &never());
            }
            _ => {}
        }
    }
}
