//! Off the link, to whom it belongs.

use std::{io, sync::atomic::Ordering, time::Instant};

use super::Shared;
use crate::{
    error::CloseReason,
    logging::{self, debug},
    router::{Answer, Late, Outcome},
    transport::{Received, Receiver, Wait},
    wire::{self, Incoming, Outgoing, split},
};

impl Shared {
    /// Reads once and gives everything to whom it belongs. Only for the thread whose turn it is.
    pub(crate) fn read(&self, receiver: &mut Box<dyn Receiver>, wait: Wait) {
        let result = receiver.receive(wait, &mut |received| self.received(received));
        if let Err(error) = result {
            let why = match error.kind() {
                io::ErrorKind::ConnectionAborted => CloseReason::ClosedByServer,
                _ => CloseReason::LinkBroken,
            };
            self.fail(why, Some(error));
        }
    }

    pub(super) fn received(&self, received: Received<'_>) {
        let now = Instant::now();
        self.heard.store(self.millis(now), Ordering::Relaxed);
        match received {
            Received::Nothing => {}
            Received::Garbage(what) => self.garbage(what),
            Received::Text(text) => {
                logging::wire("<-", text);
                match Incoming::parse(text) {
                    Ok(incoming) => self.dispatch(&incoming, text, now),
                    // Not one object: perhaps several in a row.
                    Err(_) => self.received_several(text, now),
                }
            }
        }
    }

    fn received_several(&self, text: &str, now: Instant) {
        let mut empty = true;
        for part in split(text) {
            empty = false;
            match part.and_then(|part| Ok((Incoming::parse(part)?, part))) {
                Ok((incoming, part)) => self.dispatch(&incoming, part, now),
                Err(error) => {
                    debug!("a message cannot be decoded: {error}");
                    self.misfit(text);
                    self.garbage("a text message that is no message of Janus's");
                }
            }
        }
        if empty {
            self.garbage("an empty text message");
        }
    }

    /// An answer whose envelope cannot be decoded still ends its request.
    fn misfit(&self, text: &str) {
        let own = wire::transaction_of(text).and_then(|text| self.transactions.number(&text));
        if let Some(waiting) = own.and_then(|number| self.router.lock().forget(number, false)) {
            waiting.slot.answer(Answer::Mismatch(text.into()));
        }
    }

    fn garbage(&self, what: &str) {
        debug!("dropped {what}");
        self.router.lock().strays.garbage += 1;
    }

    fn dispatch(&self, incoming: &Incoming<'_>, text: &str, now: Instant) {
        let number = incoming
            .transaction()
            .and_then(|text| self.transactions.number(text));
        let outcome = self.router.lock().dispatch(number, incoming, text, now);
        match outcome {
            Outcome::Done => {}
            Outcome::Began(id) => {
                self.link.session_began(id);
                self.began(now);
            }
            Outcome::Ended(id) => self.link.session_ended(id),
            Outcome::Stray(what) => debug!("dropped `{}`: {what}", incoming.word()),
            Outcome::OrphanSession(id) => {
                debug!("destroying session {id}: its `create` had timed out");
                self.send_unwatched(&Outgoing::session("destroy", id), Late::Dropped);
            }
            Outcome::OrphanHandle(session, handle) => {
                debug!("detaching handle {handle}: its `attach` had timed out");
                self.send_unwatched(&Outgoing::handle("detach", session, handle), Late::Dropped);
            }
        }
    }

    /// A session began: its first keepalive may be due before the thread would look.
    fn began(&self, now: Instant) {
        let first = self
            .keepalive
            .get()
            .and_then(|keepalive| keepalive.after(now));
        let looks = self.looks.load(Ordering::Relaxed);
        if first.is_some_and(|first| self.millis(first) < looks) {
            self.turn.poke();
        }
    }

    /// The connection's thread will look at its timers at this time; `None` while it looks, so that
    /// a session that begins meanwhile makes it look again.
    pub(crate) fn will_look(&self, at: Option<Instant>) {
        let at = at.map_or(u64::MAX, |at| self.millis(at));
        self.looks.store(at, Ordering::Relaxed);
    }

    /// Milliseconds from the start, rounded down.
    fn millis(&self, at: Instant) -> u64 {
        let millis = at.saturating_duration_since(self.start).as_millis();
        u64::try_from(millis).unwrap_or(u64::MAX)
    }
}
