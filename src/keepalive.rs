//! When a session needs a request, and when a link needs a sign of life. Pure: time is passed in.

use std::time::{Duration, Instant};

use crate::{Config, Error, Result, ServerInfo, SessionId, transport::Properties};

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
    /// Send a `keepalive` for these sessions.
    Keepalive(Vec<SessionId>),
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
        let ping = pinged.map_or(heard, |pinged| pinged.max(heard)) + self.silence / 2;
        ping.min(heard + self.silence)
    }

    /// What is due, given each session's last request, the last thing received, and the last ping.
    pub(crate) fn due(
        &self,
        now: Instant,
        sessions: impl Iterator<Item = (SessionId, Instant)>,
        heard: Instant,
        pinged: Option<Instant>,
    ) -> Due {
        if now >= heard + self.silence {
            return Due::Dead;
        }
        let mut next: Option<Instant> = None;
        let mut due = Vec::new();
        if let Some(period) = self.period {
            for (id, last_request) in sessions {
                match last_request + period {
                    at if at <= now => due.push(id),
                    at => next = Some(next.map_or(at, |next| next.min(at))),
                }
            }
        }
        match () {
            // Their answers are signs of life too.
            () if !due.is_empty() => Due::Keepalive(due),
            () if now >= self.quiet_until(heard, pinged) => Due::Ping,
            () => Due::Nothing(next),
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
    fn only_sessions_without_requests_get_a_keepalive() {
        let keepalive = keepalive(60, 0, None);
        let start = Instant::now();
        let sessions = [
            (SessionId::new(1), start),
            (SessionId::new(2), start + SECOND * 15),
        ];
        let due = |seconds| {
            let now = start + SECOND * seconds;
            keepalive.due(now, sessions.into_iter(), now, None)
        };
        assert_eq!(due(15), Due::Nothing(Some(start + SECOND * 20)));
        assert_eq!(due(20), Due::Keepalive(vec![SessionId::new(1)]));
        assert_eq!(
            due(36),
            Due::Keepalive(vec![SessionId::new(1), SessionId::new(2)])
        );
    }

    #[test]
    fn a_silent_link_is_pinged_once_and_then_dead() {
        let keepalive = keepalive(0, 0, None);
        let start = Instant::now();
        let due = |seconds, pinged| {
            keepalive.due(start + SECOND * seconds, std::iter::empty(), start, pinged)
        };
        assert_eq!(due(1, None), Due::Nothing(None));
        assert_eq!(keepalive.quiet_until(start, None), start + SECOND * 25);
        assert_eq!(due(25, None), Due::Ping);
        let pinged = Some(start + SECOND * 25);
        assert_eq!(due(26, pinged), Due::Nothing(None));
        assert_eq!(keepalive.quiet_until(start, pinged), start + SECOND * 50);
        assert_eq!(due(50, pinged), Due::Dead);
    }
}
