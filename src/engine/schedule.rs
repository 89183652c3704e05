//! What the connection's thread does next, and who reads when. Pure: time is passed in.
//!
//! Callers read for themselves while they wait for an answer. Otherwise:
//!
//! - The connection's thread begins to read once no caller has read for a [`LEASE`].
//! - A thread that waits for events reads them off the link as long as they come: after [`SILENCE`]
//!   it leaves that to the connection's thread, and sleeps.
//! - When so much comes that it is a [`Flood`], the connection's thread lets those read who have asked.

use std::{
    ops::RangeInclusive,
    time::{Duration, Instant},
};

use crate::{Config, Error, Result, ServerInfo, transport::Properties};

/// The times that keep a connection and its sessions alive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keepalive {
    /// How long a session may be without a request; `None` if Janus never ends it.
    period: Option<Duration>,
    /// How long the link may be silent.
    silence: Duration,
    /// How long the answer to a ping or a keepalive may take.
    proof: Duration,
}

/// A link that keeps its sessions alive does so for timeouts from this on. (A long poll counts when
/// it begins, which is every 30 s.)
const LINK_KEEPS: Duration = Duration::from_secs(45);

/// Such a link is silent for 30 s when nothing happens; later the poll is late.
const POLLED: Duration = Duration::from_secs(36);

/// How long a link may be silent if the program does not say: a third of what the server allows its
/// sessions, within these. Beyond 30 s, many proxies and routers cut a silent link.
const LINK_SILENCE: RangeInclusive<Duration> = Duration::from_secs(5)..=Duration::from_secs(30);

/// The longest that a living link needs for a sign of life, and the shortest that one may be given.
const PROOF: RangeInclusive<Duration> = Duration::from_secs(1)..=LONGEST_PROOF;
pub(super) const LONGEST_PROOF: Duration = Duration::from_secs(4);

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
    /// The ping was not answered in time, and the link is given its [`GRACE`].
    overdue: bool,
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
            overdue: false,
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
            (self.woken, self.pinged, self.overdue) = (Some(now), None, false);
            if self.session(signs.idle).is_some() {
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
                if std::mem::replace(&mut self.overdue, true) {
                    Action::GiveUp
                } else {
                    Action::Wait(now + GRACE)
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
                self.overdue = false;
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

impl Keepalive {
    /// A quarter of the smaller timeout: three keepalives may be lost or late before Janus ends a
    /// session. The clock of `reclaim-session-timeout` runs from the last request as well; it never
    /// runs where Janus does not notice that a link goes away.
    ///
    /// A link may be silent for a third of it: so what follows the last keepalive shows whether it is
    /// dead, and leaves time to make the next one before the sessions end.
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
        let polled =
            link.keeps_sessions_alive && smaller.is_none_or(|timeout| timeout >= LINK_KEEPS);
        let asked = config
            .keepalive
            .filter(|_| Self::check(config, info, link).is_ok());
        let silence = config.link_timeout.unwrap_or_else(|| {
            let (shortest, longest) = (*LINK_SILENCE.start(), *LINK_SILENCE.end());
            let third = smaller.map_or(longest, |timeout| timeout / 3);
            let default = third.clamp(shortest, longest);
            if polled { POLLED } else { default }
        });
        Self {
            period: asked.or(smaller.filter(|_| !polled).map(|timeout| timeout / 4)),
            silence,
            proof: (silence / 5)
                .clamp(*PROOF.start(), *PROOF.end())
                .min(silence / 2),
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

    /// How long the link may be silent.
    pub(super) fn silence(&self) -> Duration {
        self.silence
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
    fn the_period_is_a_quarter_of_the_smaller_timeout() {
        assert_eq!(keepalive(60, 0, None).period, Some(SECOND * 15));
        assert_eq!(keepalive(60, 8, None).period, Some(SECOND * 2));
        assert_eq!(keepalive(0, 12, None).period, Some(SECOND * 3));
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
        assert_eq!(period(40), Some(SECOND * 10));
    }

    #[test]
    fn a_link_may_be_silent_for_a_third_of_the_smaller_timeout() {
        for (session, reclaim, silence, proof) in [
            (60, 0, 20, 4),
            (60, 30, 10, 2),
            (60, 6, 5, 1),
            (0, 0, 30, 4),
            (3600, 0, 30, 4),
        ] {
            let found = keepalive(session, reclaim, None);
            let expected = (SECOND * silence, SECOND * proof);
            assert_eq!(
                (found.silence, found.proof),
                expected,
                "{session}, {reclaim}"
            );
        }
        let polled = Properties {
            keeps_sessions_alive: true,
            ..Properties::default()
        };
        let silence = |config: &Config, session| {
            let info = ServerInfo::with_timeouts(SECOND * session, Duration::ZERO);
            let found = Keepalive::new(config, &info, polled);
            (found.silence, found.proof)
        };
        let (own, short) = (SECOND * 7, SECOND / 2);
        assert_eq!(silence(&Config::new(""), 60), (POLLED, SECOND * 4));
        assert_eq!(silence(&Config::new(""), 30), (SECOND * 10, SECOND * 2));
        let config = Config::new("").link_timeout(own);
        assert_eq!(silence(&config, 60), (own, own / 5));
        let config = Config::new("").link_timeout(short);
        assert_eq!(silence(&config, 60), (short, short / 2));
    }

    /// What to do so many seconds after the start, when something was heard last.
    fn next(schedule: &mut Schedule, start: Instant, seconds: u32, idle: bool) -> Action {
        schedule.next(signs(start, seconds, idle))
    }

    fn signs(start: Instant, seconds: u32, idle: bool) -> Signs {
        Signs {
            now: start + SECOND * seconds,
            has_link: true,
            heard: start,
            suspended: Duration::ZERO,
            doubted: start,
            idle: idle.then_some(start),
        }
    }

    fn schedule(session: u32, pinged: Option<Instant>) -> Schedule {
        Schedule {
            pinged,
            ..Schedule::new(keepalive(session, 0, None), Duration::ZERO)
        }
    }

    #[test]
    fn the_session_that_is_idle_longest_says_when_keepalives_are_due() {
        let (start, mut schedule) = (Instant::now(), schedule(60, None));
        let mut due = |seconds, idle| next(&mut schedule, start, seconds, idle);
        assert_eq!(due(10, true), Action::Wait(start + SECOND * 15));
        assert_eq!(due(10, false), Action::Wait(start + SECOND * 16));
        assert_eq!(due(15, true), Action::Keepalive(SECOND * 45 / 4));
    }

    #[test]
    fn a_silent_link_is_pinged_once_and_then_dead() {
        let (start, mut schedule) = (Instant::now(), schedule(0, None));
        let at = |seconds| start + SECOND * seconds;
        let mut due = |seconds| next(&mut schedule, start, seconds, false);
        assert_eq!(due(1), Action::Wait(at(26)));
        assert_eq!(due(26), Action::Ping);
        assert_eq!(due(27), Action::Wait(at(30)));
        assert_eq!(due(30), Action::Wait(at(30) + GRACE));
        assert_eq!(due(31), Action::GiveUp);
    }

    #[test]
    fn an_idle_link_is_judged_within_a_third_of_the_session_timeout() {
        for timeout in [18, 30, 60, 90] {
            let (start, mut schedule) = (Instant::now(), schedule(timeout, None));
            let mut at = signs(start, 0, true);
            let mut steps = Vec::new();
            loop {
                match schedule.next(at) {
                    Action::Wait(until) => at.now = until,
                    Action::Keepalive(_) => {
                        at.idle = Some(at.now);
                        steps.push("keepalive");
                    }
                    Action::Ping => steps.push("ping"),
                    Action::GiveUp => break,
                }
                assert!(steps.len() < 4, "{steps:?}");
            }
            assert_eq!(steps, ["keepalive", "ping"], "{timeout}");
            let took = at.now - start;
            assert!(took <= SECOND * timeout / 3 + GRACE, "{took:?}");
        }
    }

    #[test]
    fn a_keepalive_that_is_not_answered_is_followed_by_a_ping() {
        let start = Instant::now();
        let mut schedule = Schedule::new(keepalive(60, 0, Some(SECOND * 5)), Duration::ZERO);
        assert_eq!(
            next(&mut schedule, start, 5, true),
            Action::Keepalive(SECOND * 15 / 4)
        );
        let idle = |seconds| Signs {
            idle: Some(start + SECOND * 5),
            ..signs(start, seconds, true)
        };
        assert_eq!(schedule.next(idle(6)), Action::Wait(start + SECOND * 9));
        assert_eq!(schedule.next(idle(9)), Action::Ping);
        // The next keepalive is sent all the same.
        assert_eq!(schedule.next(idle(9)), Action::Wait(start + SECOND * 10));
        assert_eq!(schedule.next(idle(10)), Action::Keepalive(SECOND * 15 / 4));
        assert_eq!(
            schedule.next(idle(13)),
            Action::Wait(start + SECOND * 13 + GRACE)
        );
        assert_eq!(schedule.next(idle(14)), Action::GiveUp);
    }

    #[test]
    fn a_link_in_doubt_is_pinged_at_once_and_dead_without_an_answer() {
        let (start, mut schedule) = (Instant::now(), schedule(60, None));
        let doubted = |seconds| Signs {
            doubted: start + SECOND * 3,
            ..signs(start, seconds, true)
        };
        assert_eq!(schedule.next(doubted(3)), Action::Ping);
        assert_eq!(schedule.next(doubted(3)), Action::Wait(start + SECOND * 7));
        assert_eq!(
            schedule.next(doubted(7)),
            Action::Wait(start + SECOND * 7 + GRACE)
        );
        assert_eq!(schedule.next(doubted(8)), Action::GiveUp);
        // One that was answered is none.
        let heard = Signs {
            heard: start + SECOND * 4,
            ..doubted(8)
        };
        assert_eq!(schedule.next(heard), Action::Wait(start + SECOND * 15));
    }

    #[test]
    fn a_machine_that_was_suspended_keeps_its_sessions_and_asks_its_link_at_once() {
        let start = Instant::now();
        let woken = |seconds, idle, suspended| Signs {
            suspended: SECOND * suspended,
            ..signs(start, seconds, idle)
        };
        let mut schedule = schedule(60, None);
        assert_eq!(
            schedule.next(woken(3, true, 0)),
            Action::Wait(start + SECOND * 15)
        );
        assert_eq!(
            schedule.next(woken(3, true, 90)),
            Action::Keepalive(Duration::ZERO)
        );
        assert_eq!(schedule.next(woken(3, true, 90)), Action::Ping);
        // A ping of before says nothing.
        assert_eq!(schedule.next(woken(4, false, 180)), Action::Ping);
        let dead = start + SECOND * 8;
        assert_eq!(schedule.next(woken(4, false, 180)), Action::Wait(dead));
        assert_eq!(
            schedule.next(woken(8, false, 180)),
            Action::Wait(dead + GRACE)
        );
        assert_eq!(schedule.next(woken(9, false, 180)), Action::GiveUp);
        // The next link was made after that.
        let mut next = Schedule::new(schedule.keepalive, SECOND * 180);
        assert_eq!(
            next.next(woken(9, false, 180)),
            Action::Wait(start + SECOND * 16)
        );
    }

    #[test]
    fn a_link_that_speaks_within_its_grace_is_not_dead() {
        let (start, mut schedule) = (Instant::now(), schedule(0, None));
        assert_eq!(next(&mut schedule, start, 26, false), Action::Ping);
        let grace = Action::Wait(start + SECOND * 30 + GRACE);
        assert_eq!(next(&mut schedule, start, 30, false), grace);
        let heard = start + SECOND * 30;
        let quiet = Action::Wait(heard + SECOND * 26);
        assert_eq!(next(&mut schedule, heard, 1, false), quiet);
        assert_eq!(next(&mut schedule, heard, 26, false), Action::Ping);
        let grace = Action::Wait(heard + SECOND * 30 + GRACE);
        assert_eq!(next(&mut schedule, heard, 30, false), grace);
    }

    #[test]
    fn a_link_is_not_dead_before_a_ping_and_the_time_for_its_answer_that_this_process_had() {
        let start = Instant::now();
        let at = |seconds| start + SECOND * seconds;
        let due = |seconds, pinged| next(&mut schedule(0, pinged), start, seconds, false);
        // Stopped before the ping was due, and after it was sent.
        assert_eq!(due(3600, None), Action::Ping);
        assert_eq!(due(3600, Some(at(30))), Action::Ping);
        assert_eq!(due(3601, Some(at(3600))), Action::Wait(at(3604)));
        let grace = Action::Wait(at(3605) + GRACE);
        assert_eq!(due(3605, Some(at(3600))), Action::Wait(at(3605) + GRACE));
        assert_eq!(due(3605, Some(at(3601))), grace);
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
            suspended: Duration::ZERO,
            doubted: now,
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
