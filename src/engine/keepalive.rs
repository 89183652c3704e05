//! When a session needs a request, and when a link needs a sign of life. Pure: time is passed in.

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

/// What is to be done now.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Due {
    /// Nothing before this time for a session; what the silence of the link asks for comes apart,
    /// by [`Keepalive::quiet_until`].
    Nothing(Option<Instant>),
    /// The link is dead.
    Dead,
    /// Ask the server for a sign of life.
    Ping,
    /// Send a `keepalive` for the sessions that have had no request for so long.
    Keepalive(Duration),
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

    /// When the silence of the link asks for something, if it goes on.
    pub(crate) fn quiet_until(&self, heard: Instant, pinged: Option<Instant>) -> Instant {
        pinged.map_or(heard, |pinged| pinged.max(heard)) + self.silence / 2
    }

    /// What is due, given the time of the oldest last request of a session, the last thing received,
    /// and the last ping.
    pub(crate) fn due(
        &self,
        now: Instant,
        idle: Option<Instant>,
        heard: Instant,
        pinged: Option<Instant>,
    ) -> Due {
        let quiet = self.quiet_until(heard, pinged);
        let asked = pinged.is_some_and(|pinged| pinged >= heard);
        // Looked at much later, this process was stopped or suspended for a while, and so was what
        // stood between it and the server: the link is asked once more.
        let late = quiet + (self.silence / 4).max(LATE);
        let next = idle.zip(self.period).map(|(idle, period)| idle + period);
        match (self.period, next) {
            _ if asked && now >= quiet && now < late => Due::Dead,
            // Their answers are signs of life too.
            (Some(period), Some(next)) if next <= now => Due::Keepalive(period),
            _ if now >= quiet => Due::Ping,
            _ => Due::Nothing(next),
        }
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

    #[test]
    fn the_session_that_is_idle_longest_says_when_keepalives_are_due() {
        let keepalive = keepalive(60, 0, None);
        let start = Instant::now();
        let due = |seconds| {
            let now = start + SECOND * seconds;
            keepalive.due(now, Some(start), now, None)
        };
        assert_eq!(due(15), Due::Nothing(Some(start + SECOND * 20)));
        assert_eq!(due(20), Due::Keepalive(SECOND * 20));
        assert_eq!(keepalive.due(start, None, start, None), Due::Nothing(None));
    }

    #[test]
    fn a_silent_link_is_pinged_once_and_then_dead() {
        let keepalive = keepalive(0, 0, None);
        let start = Instant::now();
        let due = |seconds, pinged| keepalive.due(start + SECOND * seconds, None, start, pinged);
        assert_eq!(due(1, None), Due::Nothing(None));
        assert_eq!(keepalive.quiet_until(start, None), start + SECOND * 25);
        assert_eq!(due(25, None), Due::Ping);
        let pinged = Some(start + SECOND * 25);
        assert_eq!(due(26, pinged), Due::Nothing(None));
        assert_eq!(keepalive.quiet_until(start, pinged), start + SECOND * 50);
        assert_eq!(due(50, pinged), Due::Dead);
    }

    #[test]
    fn a_link_is_not_dead_before_a_ping_and_half_of_its_timeout_that_this_process_had() {
        let keepalive = keepalive(0, 0, None);
        let start = Instant::now();
        let at = |seconds| start + SECOND * seconds;
        let due = |seconds, pinged| keepalive.due(at(seconds), None, start, pinged);
        // Stopped before the ping was due, and after it was sent.
        assert_eq!(due(3600, None), Due::Ping);
        assert_eq!(due(3600, Some(at(30))), Due::Ping);
        assert_eq!(due(3601, Some(at(3600))), Due::Nothing(None));
        assert_eq!(due(3630, Some(at(3600))), Due::Dead);
        // A pong of before is none for this ping.
        assert_eq!(due(31, Some(start - SECOND)), Due::Ping);
    }
}
