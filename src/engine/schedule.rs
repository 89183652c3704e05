//! What the connection's thread does next, and who reads when. Pure: time is passed in.
//!
//! Callers read for themselves while they wait for an answer. Otherwise:
//!
//! - The connection's thread begins to read once no caller has read for a [`LEASE`].
//! - A thread that waits for events reads them off the link as long as they come: after [`SILENCE`]
//!   it leaves that to the connection's thread, and sleeps.
//! - When so much comes that it is a [`Flood`], the connection's thread lets those read who have asked.

use std::time::{Duration, Instant};

use super::keepalive::Keepalive;

/// A thread that wakes so much too late was not running. Under load it happens as well, and does no
/// harm: a dead link is given up a little later.
const LATE: Duration = Duration::from_secs(1);

/// How long no caller must have read before the connection's thread does. Longer than a program needs
/// between two calls in a row, so that those cross no thread; short enough that events do not wait
/// noticeably.
pub(super) const LEASE: Duration = Duration::from_millis(1);

/// How long somebody who waits for events reads though nothing comes.
pub(crate) const SILENCE: Duration = Duration::from_millis(10);

/// A machine that was suspended for less has lost nothing.
const NAP: Duration = Duration::from_secs(1);

/// Reads that follow each other this fast, this often, are a flood of events.
const DENSE: Duration = Duration::from_micros(200);
const STREAK: u32 = 8;

/// How long a link that seems dead may still prove that it is not.
const GRACE: Duration = Duration::from_millis(100);

/// How long to sleep without a link, which ends by being told of it.
const NO_LINK: Duration = Duration::from_secs(3600);

/// Whether so much comes that those who wait for events should read them for themselves.
pub(super) struct Flood {
    streak: u32,
    last: Instant,
}

impl Flood {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            streak: 0,
            last: now,
        }
    }

    /// A read has ended.
    pub(super) fn read(&mut self, now: Instant) {
        let is_dense = now - std::mem::replace(&mut self.last, now) < DENSE;
        self.streak = if is_dense { self.streak + 1 } else { 0 };
    }

    pub(super) fn is_there(&self) -> bool {
        self.streak >= STREAK
    }
}

/// How things are.
#[derive(Clone, Copy)]
pub(super) struct Signs {
    pub(super) now: Instant,
    /// How long the machine has been suspended in all; `now` stood still meanwhile.
    pub(super) suspended: Duration,
    pub(super) has_link: bool,
    /// When something was received last.
    pub(super) heard: Instant,
    /// When somebody had reason to believe that the link is dead.
    pub(super) doubted: Instant,
    /// Since when the session that has gone longest without a request has had none.
    pub(super) idle: Option<Instant>,
}

/// What the connection's thread is to do.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Action {
    /// Nothing before this time, but to read.
    Wait(Instant),
    /// Send a `keepalive` for the sessions that have had no request for longer than that.
    Keepalive(Duration),
    /// Ask the server for a sign of life.
    Ping,
    /// The link is dead: give it up.
    GiveUp,
}

/// When a session needs a request, and when a link needs a sign of life.
pub(super) struct Schedule {
    keepalive: Keepalive,
    /// When the first keepalive was sent of those that follow the last thing heard.
    kept: Option<Instant>,
    /// When the server was asked for a sign of life last.
    pinged: Option<Instant>,
    /// The ping was not answered in time, and the link's [`GRACE`] ends then.
    grace: Option<Instant>,
    /// How long the machine had been suspended when the link was new, and then at the last look.
    suspended: Duration,
    /// When it was found that the machine had been.
    woken: Option<Instant>,
}

impl Schedule {
    /// Of a new link.
    pub(super) fn new(keepalive: Keepalive, suspended: Duration) -> Self {
        Self {
            suspended,
            woken: None,
            keepalive,
            kept: None,
            pinged: None,
            grace: None,
        }
    }

    /// What to do now. What it says is taken for done.
    pub(super) fn next(&mut self, signs: Signs) -> Action {
        let Signs { now, heard, .. } = signs;
        if !signs.has_link {
            return Action::Wait(now + NO_LINK);
        }
        let suspended = std::mem::replace(&mut self.suspended, signs.suspended);
        if signs.suspended.saturating_sub(suspended) >= NAP {
            // For the server that time has passed; what was asked before it says nothing.
            (self.woken, self.pinged, self.grace) = (Some(now), None, None);
            // Those too that the link keeps alive: what it has asked for them is as old as the suspend.
            if signs.idle.is_some() {
                return Action::Keepalive(Duration::ZERO);
            }
        }
        let Keepalive { period, proof, .. } = self.keepalive;
        let dead = self.pinged(heard).map(|pinged| pinged + proof);
        // Looked at much later, this process was stopped or suspended for a while, and so was what
        // stood between it and the server: the link is asked once more.
        let late = LATE.max(proof / 2);
        let overdue = dead.is_some_and(|dead| now >= dead && now < dead + late);
        let session = self.session(signs.idle).filter(|session| *session <= now);
        match (period, session) {
            // This process may have been stopped for a while: what came has to be read first.
            _ if overdue => {
                let end = *self.grace.get_or_insert(now + GRACE);
                if now >= end {
                    Action::GiveUp
                } else {
                    Action::Wait(end)
                }
            }
            (Some(period), Some(_)) => {
                self.kept = self.kept.filter(|kept| *kept >= heard).or(Some(now));
                // Those that are due soon go together, and stay together from then on: one wake-up.
                Action::Keepalive(period - period / 4)
            }
            _ if now >= self.look(signs) => {
                self.pinged = Some(now);
                Action::Ping
            }
            _ => {
                self.grace = None;
                Action::Wait(self.until(signs))
            }
        }
    }

    /// When there is something to do next, whatever time it is.
    pub(super) fn until(&self, signs: Signs) -> Instant {
        let look = self.look(signs);
        self.session(signs.idle)
            .map_or(look, |session| session.min(look))
    }

    /// When a session needs a request.
    fn session(&self, idle: Option<Instant>) -> Option<Instant> {
        idle.zip(self.keepalive.period)
            .map(|(idle, period)| idle + period)
    }

    /// The ping that was not answered yet.
    fn pinged(&self, heard: Instant) -> Option<Instant> {
        self.pinged.filter(|pinged| *pinged >= heard)
    }

    /// When the link needs a look: a ping, or its end.
    fn look(&self, Signs { heard, doubted, .. }: Signs) -> Instant {
        let Keepalive { silence, proof, .. } = self.keepalive;
        if let Some(pinged) = self.pinged(heard) {
            return pinged + proof;
        }
        let quiet = heard + silence.saturating_sub(proof);
        let kept = self.kept.filter(|kept| *kept >= heard);
        let unanswered = kept.map_or(quiet, |kept| quiet.min(kept + proof));
        let doubted = self.woken.map_or(doubted, |woken| woken.max(doubted));
        if doubted > heard {
            unanswered.min(doubted)
        } else {
            unanswered
        }
    }
}

#[cfg(test)]
mod tests;
