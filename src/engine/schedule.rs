//! What the connection's thread does next, and who reads when. Pure: time is passed in.
//!
//! Callers read for themselves while they wait for an answer. Otherwise:
//!
//! - The connection's thread begins to read once no caller has read for a [`LEASE`].
//! - A thread that waits for events reads them off the link as long as they come: after [`SILENCE`]
//!   it leaves that to the connection's thread, and sleeps.
//! - When so much comes that it is a [`Flood`], the connection's thread lets those read who have asked.

use std::time::{Duration, Instant};

use crate::{Config, Error, Result, ServerInfo, transport::Properties};

/// The times that keep a connection and its sessions alive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keepalive {
    /// How long a session may be without a request; `None` if Janus never ends it.
    period: Option<Duration>,
    /// How long the link may be silent.
    silence: Duration,
}

/// A link that keeps its sessions alive does so for timeouts from this on. (A long poll counts when
/// it begins, which is every 30 s.)
const LINK_KEEPS: Duration = Duration::from_secs(45);

/// A thread that wakes so much too late was not running. Under load it happens as well, and does no
/// harm: a dead link is given up a little later.
const LATE: Duration = Duration::from_secs(1);

/// How long no caller must have read before the connection's thread does. Longer than a program needs
/// between two calls in a row, so that those cross no thread; short enough that events do not wait
/// noticeably.
pub(super) const LEASE: Duration = Duration::from_millis(1);

/// How long somebody who waits for events reads though nothing comes.
pub(crate) const SILENCE: Duration = Duration::from_millis(10);

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
    pub(super) has_link: bool,
    /// When something was received last.
    pub(super) heard: Instant,
    /// Since when the session that has gone longest without a request has had none.
    pub(super) idle: Option<Instant>,
}

/// What the connection's thread is to do.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Action {
    /// Nothing before this time, but to read.
    Wait(Instant),
    /// Send a `keepalive` for the sessions that have had no request for so long.
    Keepalive(Duration),
    /// Ask the server for a sign of life.
    Ping,
    /// The link is dead: give it up.
    GiveUp,
}

/// When a session needs a request, and when a link needs a sign of life.
pub(super) struct Schedule {
    keepalive: Keepalive,
    /// When the server was asked for a sign of life last.
    pinged: Option<Instant>,
    /// The link seems dead, and is given its [`GRACE`].
    doubted: bool,
}

impl Schedule {
    /// Of a new link.
    pub(super) fn new(keepalive: Keepalive) -> Self {
        Self {
            keepalive,
            pinged: None,
            doubted: false,
        }
    }

    /// What to do now. What it says is taken for done.
    pub(super) fn next(&mut self, signs: Signs) -> Action {
        let Signs { now, heard, .. } = signs;
        if !signs.has_link {
            return Action::Wait(now + NO_LINK);
        }
        let Keepalive { period, silence } = self.keepalive;
        // If the silence goes on until then, it asks for something.
        let quiet = self.pinged.map_or(heard, |pinged| pinged.max(heard)) + silence / 2;
        let asked = self.pinged.is_some_and(|pinged| pinged >= heard);
        // Looked at much later, this process was stopped or suspended for a while, and so was what
        // stood between it and the server: the link is asked once more.
        let late = quiet + (silence / 4).max(LATE);
        let session = signs.idle.zip(period).map(|(idle, period)| idle + period);
        match (period, session) {
            // This process may have been stopped for a while: what came has to be read first.
            _ if asked && now >= quiet && now < late => {
                if std::mem::replace(&mut self.doubted, true) {
                    Action::GiveUp
                } else {
                    Action::Wait(now + GRACE)
                }
            }
            // Their answers are signs of life too.
            (Some(period), Some(session)) if session <= now => Action::Keepalive(period),
            _ if now >= quiet => {
                self.pinged = Some(now);
                Action::Ping
            }
            _ => {
                self.doubted = false;
                Action::Wait(session.map_or(quiet, |session| session.min(quiet)))
            }
        }
    }
}

impl Keepalive {
    /// A third of the smaller timeout: two keepalives may be lost or late before Janus ends a
    /// session. The clock of `reclaim-session-timeout` runs from the last request as well; it never
    /// runs where Janus does not notice that a link goes away.
    ///
    /// A period of the program's own counts, unless sessions would time out with it: then the server
    /// has other settings than when the connection was opened, see [`check`](Self::check).
    pub(crate) fn new(config: &Config, info: &ServerInfo, link: Properties) -> Self {
        let reclaim = Some(info.reclaim_session_timeout).filter(|_| link.reports_going_away);
        let smaller = [Some(info.session_timeout), reclaim]
            .into_iter()
            .flatten()
            .filter(|timeout| !timeout.is_zero())
            .min();
        let needed = |timeout: &Duration| !link.keeps_sessions_alive || *timeout < LINK_KEEPS;
        let third = smaller.filter(needed).map(|timeout| timeout / 3);
        let asked = config
            .keepalive
            .filter(|_| Self::check(config, info, link).is_ok());
        Self {
            period: asked.or(third),
            silence: config.link_timeout,
        }
    }

    /// Refuses a period with which sessions time out.
    pub(crate) fn check(config: &Config, info: &ServerInfo, link: Properties) -> Result<()> {
        let timeout = info.session_timeout;
        let keeps = link.keeps_sessions_alive && timeout >= LINK_KEEPS;
        match config.keepalive {
            Some(asked) if asked >= timeout && !timeout.is_zero() && !keeps => {
                let reason = format!(
                    "it is {asked:?}, and this server ends a session after {timeout:?} without a \
                     request (`session_timeout`); set less than that, or nothing: then it is a third"
                );
                Err(Error::config("keepalive", reason))
            }
            _ => Ok(()),
        }
    }

    /// When a session that had a request now needs the next one.
    pub(crate) fn after(&self, now: Instant) -> Option<Instant> {
        self.period.map(|period| now + period)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn keepalive(session: u32, reclaim: u32, own: Option<Duration>) -> Keepalive {
        let info = ServerInfo::with_timeouts(SECOND * session, SECOND * reclaim);
        let mut config = Config::new("");
        config.keepalive = own;
        Keepalive::new(&config, &info, Properties::default())
    }

    #[test]
    fn the_period_is_a_third_of_the_smaller_timeout() {
        assert_eq!(keepalive(60, 0, None).period, Some(SECOND * 20));
        assert_eq!(keepalive(60, 6, None).period, Some(SECOND * 2));
        assert_eq!(keepalive(0, 9, None).period, Some(SECOND * 3));
        assert_eq!(keepalive(0, 0, None).period, None);
        assert_eq!(keepalive(60, 6, Some(SECOND * 5)).period, Some(SECOND * 5));
    }

    #[test]
    fn a_period_with_which_sessions_time_out_is_refused_or_replaced() {
        let config = Config::new("").keepalive(SECOND * 30);
        let info = |session| ServerInfo::with_timeouts(SECOND * session, SECOND * 6);
        let (socket, polled) = (
            Properties::default(),
            Properties {
                keeps_sessions_alive: true,
                ..Properties::default()
            },
        );
        for (session, link, fits) in [
            (31, socket, true),
            (30, socket, false),
            (20, socket, false),
            (0, socket, true),
            (20, polled, false),
            // The polls keep it alive, whatever the period is.
            (60, polled, true),
        ] {
            let info = info(session);
            let checked = Keepalive::check(&config, &info, link);
            assert_eq!(checked.is_ok(), fits, "{session} s");
            let period = Keepalive::new(&config, &info, link).period;
            assert_eq!(
                period == config.keepalive,
                fits,
                "{period:?} for {session} s"
            );
        }
    }

    #[test]
    fn long_polls_are_keepalives_where_the_timeout_is_not_too_short_for_them() {
        let polled = Properties {
            reports_going_away: false,
            keeps_sessions_alive: true,
            ..Properties::default()
        };
        let period = |session| {
            let info = ServerInfo::with_timeouts(SECOND * session, SECOND * 6);
            Keepalive::new(&Config::new(""), &info, polled).period
        };
        assert_eq!((period(0), period(60), period(45)), (None, None, None));
        assert_eq!(period(30), Some(SECOND * 10));
    }

    /// What to do so many seconds after the start, when something was heard last.
    fn next(schedule: &mut Schedule, start: Instant, seconds: u32, idle: bool) -> Action {
        schedule.next(Signs {
            now: start + SECOND * seconds,
            has_link: true,
            heard: start,
            idle: idle.then_some(start),
        })
    }

    fn schedule(session: u32, pinged: Option<Instant>) -> Schedule {
        Schedule {
            pinged,
            ..Schedule::new(keepalive(session, 0, None))
        }
    }

    #[test]
    fn the_session_that_is_idle_longest_says_when_keepalives_are_due() {
        let (start, mut schedule) = (Instant::now(), schedule(60, None));
        let mut due = |seconds, idle| next(&mut schedule, start, seconds, idle);
        assert_eq!(due(15, true), Action::Wait(start + SECOND * 20));
        assert_eq!(due(20, true), Action::Keepalive(SECOND * 20));
        assert_eq!(due(20, false), Action::Wait(start + SECOND * 25));
    }

    #[test]
    fn a_silent_link_is_pinged_once_and_then_dead() {
        let (start, mut schedule) = (Instant::now(), schedule(0, None));
        let at = |seconds| start + SECOND * seconds;
        let mut due = |seconds| next(&mut schedule, start, seconds, false);
        assert_eq!(due(1), Action::Wait(at(25)));
        assert_eq!(due(25), Action::Ping);
        assert_eq!(due(26), Action::Wait(at(50)));
        assert_eq!(due(50), Action::Wait(at(50) + GRACE));
        assert_eq!(due(51), Action::GiveUp);
    }

    #[test]
    fn a_link_that_speaks_within_its_grace_is_not_dead() {
        let (start, mut schedule) = (Instant::now(), schedule(0, None));
        assert_eq!(next(&mut schedule, start, 25, false), Action::Ping);
        assert_eq!(
            next(&mut schedule, start, 50, false),
            Action::Wait(start + SECOND * 50 + GRACE)
        );
        let heard = start + SECOND * 50;
        assert_eq!(
            next(&mut schedule, heard, 1, false),
            Action::Wait(heard + SECOND * 25)
        );
        assert_eq!(next(&mut schedule, heard, 25, false), Action::Ping);
        let wait = Action::Wait(heard + SECOND * 50 + GRACE);
        assert_eq!(next(&mut schedule, heard, 50, false), wait);
    }

    #[test]
    fn a_link_is_not_dead_before_a_ping_and_half_of_its_timeout_that_this_process_had() {
        let start = Instant::now();
        let at = |seconds| start + SECOND * seconds;
        let due = |seconds, pinged| next(&mut schedule(0, pinged), start, seconds, false);
        // Stopped before the ping was due, and after it was sent.
        assert_eq!(due(3600, None), Action::Ping);
        assert_eq!(due(3600, Some(at(30))), Action::Ping);
        assert_eq!(due(3601, Some(at(3600))), Action::Wait(at(3625)));
        let grace = Action::Wait(at(3630) + GRACE);
        assert_eq!(due(3630, Some(at(3600))), grace);
        // A pong of before is none for this ping.
        assert_eq!(due(31, Some(start - SECOND)), Action::Ping);
    }

    #[test]
    fn without_a_link_there_is_nothing_to_do() {
        let (now, mut schedule) = (Instant::now(), schedule(60, None));
        let action = schedule.next(Signs {
            now,
            has_link: false,
            heard: now - SECOND * 1000,
            idle: Some(now - SECOND * 1000),
        });
        assert_eq!(action, Action::Wait(now + NO_LINK));
    }

    #[test]
    fn quick_reads_in_a_row_are_a_flood_until_one_takes_longer() {
        let mut now = Instant::now();
        let mut flood = Flood::new(now);
        for _ in 0..STREAK {
            assert!(!flood.is_there());
            now += DENSE / 2;
            flood.read(now);
        }
        assert!(flood.is_there());
        flood.read(now + DENSE);
        assert!(!flood.is_there());
    }
}
