//! The connection's thread while it waits for input without the turn.
//!
//! Nobody calls then, usually. Who does takes the turn at once and disarms that wait, so that the
//! answer wakes no other thread, and arms it again afterwards: two short system calls. Callers in a
//! row do not go on paying for it: they send the thread back to looking at the turn once per
//! [`LEASE`].

use std::{sync::Arc, time::Instant};

use crate::{engine::schedule::LEASE, sync, transport::Lookout};

/// So many calls that follow each other within a [`LEASE`] are calls in a row.
pub(super) const ROW: u32 = 4;

pub(super) struct Outside {
    lookout: Arc<dyn Lookout>,
    /// The thread waits there, or is about to.
    waits: bool,
    armed: bool,
    /// When a caller gave the turn back last, and how many did so in a row.
    given_back: Option<Instant>,
    in_row: u32,
}

impl Outside {
    pub(super) fn new(lookout: Arc<dyn Lookout>) -> Self {
        Self {
            lookout,
            waits: false,
            armed: false,
            given_back: None,
            in_row: 0,
        }
    }

    pub(super) fn has_thread(&self) -> bool {
        self.waits
    }

    /// The thread is about to wait, and the turn is free.
    pub(super) fn enter(&mut self) -> Arc<dyn Lookout> {
        self.waits = true;
        (self.given_back, self.in_row) = (None, 0);
        self.arm(true);
        self.lookout.clone()
    }

    /// The thread is back.
    pub(super) fn leave(&mut self) {
        self.waits = false;
    }

    /// A caller has taken the turn.
    pub(super) fn taken(&mut self) {
        if !self.waits {
            return;
        }
        let before = self.given_back.map(|time| sync::now() - time);
        let is_next = before.is_some_and(|before| before < LEASE);
        self.in_row = if is_next { self.in_row + 1 } else { 0 };
        if self.in_row < ROW {
            self.arm(false);
        } else {
            self.fetch();
        }
    }

    /// The turn is free again.
    pub(super) fn given_back(&mut self) {
        if self.waits {
            self.given_back = Some(sync::now());
            self.arm(true);
        }
    }

    /// Brings the thread back.
    pub(super) fn fetch(&mut self) {
        if std::mem::take(&mut self.waits) {
            self.lookout.wake();
        }
    }

    fn arm(&mut self, armed: bool) {
        if self.armed != armed {
            self.armed = armed;
            self.lookout.arm(armed);
        }
    }
}
