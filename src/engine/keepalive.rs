//! The times that keep a connection and its sessions alive: the program's, or those that follow from the
//! server's.

use std::{
    ops::RangeInclusive,
    time::{Duration, Instant},
};

use crate::{Config, Error, Result, ServerInfo, transport::Properties};

/// The times that keep a connection and its sessions alive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keepalive {
    /// How long a session may be without a request; `None` if Janus never ends it.
    pub(super) period: Option<Duration>,
    /// How long the link may be silent.
    pub(super) silence: Duration,
    /// How long the answer to a ping or a keepalive may take.
    pub(super) proof: Duration,
}

/// A link that keeps its sessions alive does so for timeouts from this on. (A long poll counts when
/// it begins, which is every 30 s.)
const LINK_KEEPS: Duration = Duration::from_secs(45);

/// Such a link is silent for 30 s when nothing happens; later the poll is late.
const POLLED: Duration = Duration::from_secs(36);

/// How long a link may be silent if the program does not say: a quarter more than the usual period of
/// keepalives, within these. Beyond 30 s, many proxies and routers cut a silent link.
const LINK_SILENCE: RangeInclusive<Duration> = Duration::from_secs(6)..=Duration::from_secs(30);

/// The longest that a living link needs for a sign of life, and the shortest that one may be given.
const PROOF: RangeInclusive<Duration> = Duration::from_secs(1)..=LONGEST_PROOF;
pub(super) const LONGEST_PROOF: Duration = Duration::from_secs(4);

impl Keepalive {
    /// A third of the smaller timeout: two keepalives may be lost or late before Janus ends a
    /// session. The clock of `reclaim-session-timeout` runs from the last request as well; it never
    /// runs where Janus does not notice that a link goes away.
    ///
    /// A link may be silent for a quarter more: so an idle one is asked by a keepalive, which it needs
    /// anyway, and then by a ping; and half of the time is left to make the next one.
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
            let default = smaller.map_or(longest, |timeout| timeout / 3 + timeout / 12);
            let default = default.clamp(shortest, longest);
            if polled { POLLED } else { default }
        });
        Self {
            period: asked.or(smaller.filter(|_| !polled).map(|timeout| timeout / 3)),
            silence,
            proof: (silence / 6)
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

    /// When a session that had a request now needs the next one.
    pub(crate) fn after(&self, now: Instant) -> Option<Instant> {
        self.period.map(|period| now + period)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    pub(in super::super) fn keepalive(
        session: u32,
        reclaim: u32,
        own: Option<Duration>,
    ) -> Keepalive {
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
    fn a_link_may_be_silent_for_a_quarter_longer_than_a_session() {
        for (session, reclaim, silence, proof) in [
            (60, 0, 25, 4),
            (60, 6, 6, 1),
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
        assert_eq!(
            silence(&Config::new(""), 24),
            (SECOND * 10, SECOND * 10 / 6)
        );
        let config = Config::new("").link_timeout(own);
        assert_eq!(silence(&config, 60), (own, own / 6));
        let config = Config::new("").link_timeout(short);
        assert_eq!(silence(&config, 60), (short, short / 2));
    }
}
