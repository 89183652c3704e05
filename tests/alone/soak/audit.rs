//! What was called, how it ended, and what must not have happened.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use janus_blocking::{CloseReason, Error, Result};

/// How much longer than its deadline a call may take on a busy machine.
pub const SLACK: Duration = Duration::from_secs(2);

/// After that long beyond its deadline a call will not come back by itself.
const STUCK: Duration = Duration::from_secs(60);

/// The calls of one worker, or of all.
#[derive(Default)]
pub struct Audit {
    calls: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    /// Answers that were somebody else's.
    pub crossed: Vec<String>,
    /// Calls that took longer than their deadline and [`SLACK`].
    pub hangs: Vec<String>,
    /// Errors that no fault explains.
    pub wrong: Vec<String>,
    /// What an orderly end has left on the server.
    pub leaked: Vec<String>,
    /// The longest time beyond a deadline, and of which call.
    pub overrun: (Duration, &'static str),
}

impl Audit {
    /// Enters a call that was allowed to take so long.
    pub fn enter<T>(
        &mut self,
        name: &'static str,
        result: &Result<T>,
        took: Duration,
        allowed: Duration,
    ) {
        let outcome = match result {
            Ok(_) => "ok",
            Err(error) => self.outcome(name, error),
        };
        let outcomes = self.calls.entry(name).or_default();
        *outcomes.entry(outcome).or_default() += 1;
        let overrun = took.saturating_sub(allowed);
        self.overrun = self.overrun.max((overrun, name));
        if overrun > SLACK {
            self.hangs.push(format!("{name}: {took:?} of {allowed:?}"));
        }
    }

    fn outcome(&mut self, name: &str, error: &Error) -> &'static str {
        match error {
            Error::Timeout { .. } => "timeout",
            Error::Transport { .. } => "link broke",
            Error::Connect { .. } => "not connected",
            Error::Closed { why, .. } if *why != CloseReason::ThreadPanicked => "closed",
            Error::Janus { code, .. } => match code.value() {
                // No such session, handle, plugin: after a restart, or asked for.
                458..=460 => "refused",
                472 => "refused: no new sessions",
                _ => self.wrong(name, error),
            },
            Error::Lagged { .. } => "lagged",
            _ => self.wrong(name, error),
        }
    }

    fn wrong(&mut self, name: &str, error: &Error) -> &'static str {
        self.wrong.push(format!("{name}: {error:?}"));
        "wrong"
    }

    pub fn add(&mut self, other: Self) {
        for (name, outcomes) in other.calls {
            let own = self.calls.entry(name).or_default();
            for (outcome, count) in outcomes {
                *own.entry(outcome).or_default() += count;
            }
        }
        self.crossed.extend(other.crossed);
        self.hangs.extend(other.hangs);
        self.wrong.extend(other.wrong);
        self.leaked.extend(other.leaked);
        self.overrun = self.overrun.max(other.overrun);
    }

    pub fn refused_sessions(&self) -> u64 {
        let of = |outcomes: &BTreeMap<_, u64>| {
            let count = outcomes.get("refused: no new sessions");
            count.copied().unwrap_or(0)
        };
        self.calls.values().map(of).sum()
    }
}

impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.calls.values().flat_map(BTreeMap::values).sum::<u64>();
        write!(f, "{all} calls")?;
        for (name, outcomes) in &self.calls {
            write!(f, "\n  {name:14}")?;
            for (outcome, count) in outcomes {
                write!(f, " {outcome} {count},")?;
            }
        }
        Ok(())
    }
}

/// The calls under way, for finding one that never comes back: the test itself would hang then.
pub struct Watch(Vec<Mutex<Option<(&'static str, Instant)>>>);

impl Watch {
    pub fn new(workers: u64) -> Self {
        Self((0..workers).map(|_| Mutex::default()).collect())
    }

    pub fn begin(&self, worker: u64, name: &'static str, deadline: Instant) {
        *self.of(worker) = Some((name, deadline));
    }

    pub fn end(&self, worker: u64) {
        *self.of(worker) = None;
    }

    fn of(&self, worker: u64) -> std::sync::MutexGuard<'_, Option<(&'static str, Instant)>> {
        let index = usize::try_from(worker).expect("a few workers");
        self.0[index].lock().expect("nobody panics in there")
    }

    /// Ends the process when a call hangs for good.
    pub fn guard(&self, over: &AtomicBool) {
        while !over.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(200));
            for call in &self.0 {
                let call = *call.lock().expect("nobody panics in there");
                if let Some((name, deadline)) = call {
                    if Instant::now() > deadline + STUCK {
                        eprintln!("soak: `{name}` hangs since {:?}", deadline.elapsed());
                        std::process::exit(101);
                    }
                }
            }
        }
    }
}
