//! The token in use, and where new ones come from: one call of the program's function at a time.

#[cfg(test)]
mod tests;

use std::{
    error::Error as StdError,
    fmt, io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use super::{Token, TokenFault};
use crate::{
    Error, Result,
    logging::debug,
    sync::{
        self, Condvar, Mutex, MutexGuard,
        thread::{self, ThreadId},
    },
};

/// How long the function is left alone after it has returned, while there is a token to go on with.
const PAUSE: Duration = Duration::from_secs(1);

/// Why the program's function failed.
type Cause = Box<dyn StdError + Send + Sync>;

/// Who needs the token, and so what may be done for it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Renew {
    /// A caller: it may call the function, or wait this long for another thread that does.
    OrWait(Duration),
    /// A keepalive: it may call the function, and goes out with what there is otherwise.
    OrNot,
    /// What is sent when something is dropped, which must not wait: it takes what there is.
    Never,
}

/// The function of [`Config::token_provider`](crate::Config::token_provider), and the token in use. Clones
/// share both.
#[derive(Clone)]
pub(crate) struct TokenProvider(Arc<Inner>);

struct Inner {
    function: Box<dyn Fn() -> Result<Token, Cause> + Send + Sync>,
    /// Never held while the function runs.
    state: Mutex<State>,
    /// The function has returned.
    returned: Condvar,
}

#[derive(Default)]
struct State {
    present: Option<ActiveToken>,
    /// The thread that has called the function.
    asking: Option<ThreadId>,
    /// How often the function has failed, when it did last, and what it said then.
    failures: u64,
    failed: Option<Instant>,
    failure: String,
    /// When the token in use was made.
    made: Option<Instant>,
}

impl TokenProvider {
    pub(crate) fn new<E: Into<Cause>>(
        function: impl Fn() -> Result<Token, E> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            function: Box::new(move || function().map_err(Into::into)),
            state: Mutex::default(),
            returned: Condvar::new(),
        }))
    }

    /// Whether this thread is inside of the program's function.
    pub(crate) fn is_asking(&self) -> bool {
        self.0.state.lock().asking == Some(thread::current().id())
    }

    /// The token to send, a new one if need be; `None` if there is none and none may be made.
    pub(crate) fn present(&self, renew: Renew) -> Result<Option<ActiveToken>> {
        self.present_at(renew, SystemTime::now)
    }

    fn present_at(
        &self,
        renew: Renew,
        clock: impl Fn() -> SystemTime,
    ) -> Result<Option<ActiveToken>> {
        let mut state = self.0.state.lock();
        let failures = state.failures;
        let begun = sync::now();
        loop {
            let need = state.need(clock());
            let busy = state.asking.is_some();
            let paused = state.failed.is_some_and(|at| sync::now() - at < PAUSE);
            // A clock that goes wrong does not call the function for each request.
            let fresh = state.is_fresh();
            // The function may make calls itself.
            let own = state.asking == Some(thread::current().id());
            match (need, renew) {
                (Need::None, _) | (_, Renew::Never) => return Ok(state.present.clone()),
                _ if own || fresh => return Ok(state.present.clone()),
                (Need::Soon, _) if busy || paused => return Ok(state.present.clone()),
                (Need::Now, Renew::OrNot) if busy => return Ok(state.present.clone()),
                (Need::Now, Renew::OrWait(time)) if busy => {
                    let timeout = self.0.returned.wait_until(&mut state, begun + time);
                    if timeout.timed_out() && state.asking.is_some() {
                        return Err(fault(TokenFault::RenewalTooSlow, None));
                    }
                    if state.failures > failures && state.need(clock()) == Need::Now {
                        let cause = io::Error::other(state.failure.clone());
                        return Err(fault(TokenFault::NotRenewed, Some(cause)));
                    }
                }
                _ => return self.ask(state, need, renew, &clock),
            }
        }
    }

    /// Calls the function, without the lock.
    fn ask(
        &self,
        mut state: MutexGuard<'_, State>,
        need: Need,
        renew: Renew,
        clock: impl Fn() -> SystemTime,
    ) -> Result<Option<ActiveToken>> {
        state.asking = Some(thread::current().id());
        let result = MutexGuard::unlocked(&mut state, || {
            // On the connection's thread a panic would end the connection.
            catch_unwind(AssertUnwindSafe(|| (self.0.function)()))
                .unwrap_or_else(|_| Err("the function panicked".into()))
                .map_err(|cause| (cause.to_string(), cause))
        });
        state.asking = None;
        self.0.returned.notify_all();
        match result {
            Ok(token) => {
                let number = state.present.as_ref().map_or(1, |old| old.number() + 1);
                debug!("token {number} is in use now");
                state.present = Some(ActiveToken::new(token, number, clock()));
                state.made = Some(sync::now());
                state.failed = None;
                Ok(state.present.clone())
            }
            Err((text, cause)) => {
                state.failures += 1;
                state.failed = Some(sync::now());
                state.failure = text;
                // Not what it says: that may be anything, and errors are the program's to log.
                debug!("there is no new token, as the function of `Config::token_provider` failed");
                match (need, renew) {
                    (Need::Now, Renew::OrWait(_)) => {
                        let cause = io::Error::other(cause);
                        Err(fault(TokenFault::NotRenewed, Some(cause)))
                    }
                    _ => Ok(state.present.clone()),
                }
            }
        }
    }

    /// Janus has refused the token of that number; whether a request with the next one is worth a try.
    pub(crate) fn refused(&self, number: u64) -> bool {
        let mut state = self.0.state.lock();
        let fresh = state.is_fresh();
        match &mut state.present {
            Some(present) if present.number() == number => {
                present.refused = !fresh;
                !fresh
            }
            // Another thread was faster.
            _ => true,
        }
    }
}

impl State {
    /// Whether the token in use was made just now.
    fn is_fresh(&self) -> bool {
        self.made.is_some_and(|at| sync::now() - at < PAUSE)
    }

    fn need(&self, now: SystemTime) -> Need {
        self.present
            .as_ref()
            .map_or(Need::Now, |present| present.need(now))
    }
}

fn fault(fault: TokenFault, source: Option<io::Error>) -> Error {
    Error::Token { fault, source }
}

impl fmt::Debug for TokenProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

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

/// The API secret and the token, for links that send requests of their own.
#[cfg(feature = "http")]
#[derive(Clone, Default)]
pub(crate) struct Credentials {
    pub(crate) api_secret: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) provider: Option<TokenProvider>,
}

#[cfg(feature = "http")]
impl Credentials {
    /// Those of now, and the token that is in them if it can be replaced.
    pub(crate) fn now(&self) -> (Self, Option<ActiveToken>) {
        // As for keepalives: what there is goes out where no new one can be had.
        let provided = self.provider.as_ref().map(|it| it.present(Renew::OrNot));
        let active = provided.and_then(Result::unwrap_or_default);
        let mut now = self.clone();
        if let Some(active) = &active {
            now.token = Some(active.text().to_owned());
        }
        (now, active)
    }

    /// Janus has refused a request with that token.
    pub(crate) fn refused(&self, active: Option<&ActiveToken>) {
        if let (Some(provider), Some(active)) = (&self.provider, active) {
            provider.refused(active.number());
        }
    }
}
