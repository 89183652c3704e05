//! The token in use, and when the next one is needed. Pure: time is passed in.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::Token;

/// A new token is asked for at least this long before the old one expires: longer than the period of
/// the keepalives of a server with Janus's default timeouts, so that an idle connection always has a
/// valid one.
const MARGIN: Duration = Duration::from_secs(30);

/// A token in use.
#[derive(Clone, Debug)]
pub(crate) struct ActiveToken {
    token: Arc<Token>,
    /// Which one it is, counted from 1.
    number: u64,
    /// When the next one is to be asked for; `None` if this one does not expire.
    renew: Option<SystemTime>,
    /// Janus has refused it.
    pub(super) refused: bool,
}

/// How urgent a new token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Need {
    /// Not at all.
    None,
    /// The old one is valid for a while yet.
    Soon,
    /// There is no valid one.
    Now,
}

impl ActiveToken {
    pub(super) fn new(token: Token, number: u64, now: SystemTime) -> Self {
        let renew = token.expires().map(|expires| {
            let life = expires.duration_since(now).unwrap_or_default();
            expires - margin(life)
        });
        Self {
            token: Arc::new(token),
            number,
            renew,
            refused: false,
        }
    }

    pub(crate) fn text(&self) -> &str {
        self.token.expose()
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn need(&self, now: SystemTime) -> Need {
        match () {
            () if self.refused => Need::Now,
            () if self.token.expires().is_some_and(|expires| now >= expires) => Need::Now,
            () if self.renew.is_some_and(|renew| now >= renew) => Need::Soon,
            () => Need::None,
        }
    }
}

/// A tenth of its life; at least [`MARGIN`], but never more than half of its life.
fn margin(life: Duration) -> Duration {
    (life / 10).max(MARGIN).min(life / 2)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn the_margin_is_a_tenth_but_not_too_small_and_not_too_large() {
        let seconds = Duration::from_secs;
        for (life, expected) in [(3600, 360), (300, 30), (90, 30), (60, 30), (20, 10), (0, 0)] {
            assert_eq!(margin(seconds(life)), seconds(expected), "of {life} s");
        }
    }

    #[test]
    fn a_token_is_renewed_before_it_expires_and_when_it_was_refused() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let token = Token::new("stored").expires_at(at(1_600));
        let mut present = ActiveToken::new(token, 1, at(1_000));
        for (time, need) in [
            (1_000, Need::None),
            (1_539, Need::None),
            (1_540, Need::Soon),
            (1_599, Need::Soon),
            (1_600, Need::Now),
        ] {
            assert_eq!(present.need(at(time)), need, "at {time}");
        }
        present.refused = true;
        assert_eq!(present.need(at(1_000)), Need::Now);
        let lasting = ActiveToken::new(Token::new("stored"), 1, at(1_000));
        assert_eq!(lasting.need(at(1 << 40)), Need::None);
        // One that came too late, or a clock that goes wrong.
        let old = ActiveToken::new(Token::new("stored").expires_at(at(500)), 1, at(1_000));
        assert_eq!(old.need(at(1_000)), Need::Now);
    }
}
