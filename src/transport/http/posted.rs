//! Messages that nobody waits for. One thread sends them, one after the other, and ends when none is
//! left.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::never;

use super::{Shared, answer::Asked, events::Item, late_answer::PATIENCE};
use crate::{SessionId, logging::debug};

/// Enough for a request and its answer, with TLS.
const STACK: usize = 256 << 10;

/// The least that an answer may take, and the most if the program does not say when a link is silent.
const LEAST: Duration = Duration::from_secs(1);
const USUAL: Duration = Duration::from_secs(3);

/// What is still to be sent over one link.
#[derive(Default)]
pub(super) struct Posted {
    texts: VecDeque<String>,
    /// The sessions with a keepalive among them.
    kept: HashSet<SessionId>,
    /// A thread sends them.
    running: bool,
    /// The link ends behind them.
    leaving: bool,
}

/// Leaves a message to the thread. The answer comes through the receiver.
///
/// A ping goes first: one that waits for others would make a link look silent. A session has one
/// keepalive here at most, as they may come faster than they can be sent.
pub(super) fn post(link: &Arc<Shared>, text: &str) {
    let asked = Asked::of(text);
    let keeps = asked.keeps_alive();
    let mut posted = link.posted.lock();
    if asked.is_ping() {
        posted.texts.push_front(text.to_owned());
    } else if keeps.is_none_or(|session| posted.kept.insert(session)) {
        posted.texts.push_back(text.to_owned());
    }
    if std::mem::replace(&mut posted.running, true) {
        return;
    }
    drop(posted);
    let sender = link.clone();
    let thread = thread::Builder::new().name("janus-post".into());
    if let Err(error) = thread.stack_size(STACK).spawn(move || send_all(&sender)) {
        debug!("the system refused a thread for what nobody waits for: {error}");
        // The next link gets it.
        link.shutdown();
    }
}

/// Ends the link as soon as everything is sent.
pub(super) fn leave(link: &Shared) {
    let mut posted = link.posted.lock();
    posted.leaving = true;
    let sends = posted.running;
    drop(posted);
    if !sends {
        link.shutdown();
    }
}

fn send_all(link: &Shared) {
    while let Some(text) = next(link) {
        let asked = Asked::of(&text);
        // One that hangs does not keep a ping until the link counts as silent.
        let patience = match link.server.link_timeout {
            Some(silence) => PATIENCE.min(silence / 4).max(LEAST),
            None => USUAL,
        };
        let item = match link.ask(&asked, &text, Instant::now() + patience) {
            Ok(answer) => Item::Answer(text, answer),
            Err(error) => {
                debug!("what nobody waits for has no answer: {error}");
                match error.cause() {
                    Some(error) => Item::Broken(error),
                    None => continue,
                }
            }
        };
        // It fails when the link has ended.
        link.items.give(item, &never());
    }
}

fn next(link: &Shared) -> Option<String> {
    let mut posted = link.posted.lock();
    if let Some(text) = posted.texts.pop_front() {
        if let Some(session) = Asked::of(&text).keeps_alive() {
            posted.kept.remove(&session);
        }
        return Some(text);
    }
    posted.texts = VecDeque::new();
    posted.kept = HashSet::new();
    posted.running = false;
    let leaving = posted.leaving;
    drop(posted);
    if leaving {
        link.shutdown();
    }
    None
}
