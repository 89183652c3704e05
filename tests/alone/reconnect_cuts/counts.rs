//! What was called and how it ended.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use janus_blocking::{Error, HandleId, Result, SessionId};

/// How much longer than its timeout a call may take on a busy machine.
const SLACK: Duration = Duration::from_secs(2);

/// How many links a request may break: then it is not repeated.
const LINKS: u64 = 3;

/// What a call that may not be repeated has come to.
pub enum Fate<T> {
    Done(T),
    /// It was under way when the link broke: the error says so.
    Maybe,
    /// It was not sent.
    Unsent,
}

pub struct Counts {
    timeout: Duration,
    /// How many cuts there were.
    cuts: Arc<AtomicU64>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
pub struct Inner {
    calls: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    wrong: Vec<String>,
    recoveries: BTreeMap<&'static str, Vec<Duration>>,
    /// The rooms by their names, and whether each must be there, must not, or may be.
    pub rooms: BTreeMap<String, Option<bool>>,
    /// Handles that were detached or dropped, whatever came of it.
    pub detached: BTreeSet<HandleId>,
    /// Sessions that were destroyed or dropped, whatever came of it.
    pub destroyed: BTreeSet<SessionId>,
    /// How many events were sent for, and came.
    pub events: u64,
    pub reconnected: BTreeMap<SessionId, u64>,
}

impl Counts {
    pub fn new(timeout: Duration, cuts: &Arc<AtomicU64>) -> Self {
        Self {
            timeout,
            cuts: cuts.clone(),
            inner: Mutex::default(),
        }
    }

    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A call that the connection repeats: a broken link is none of its errors, unless three broke.
    pub fn repeated<T>(&self, name: &'static str, call: impl FnOnce() -> Result<T>) -> Option<T> {
        let before = self.cuts.load(Ordering::SeqCst);
        match self.timed(name, call) {
            Ok(value) => Some(value),
            Err(Error::Transport {
                reconnects: true, ..
            // The first of them may be counted already and not be carried out yet.
            }) if self.cuts.load(Ordering::SeqCst) >= before + LINKS - 1 => None,
            Err(error) => {
                self.wrong(name, &format!("{error:?}"));
                None
            }
        }
    }

    /// A call that it never repeats.
    pub fn once<T>(&self, name: &'static str, call: impl FnOnce() -> Result<T>) -> Fate<T> {
        match self.timed(name, call) {
            Ok(value) => Fate::Done(value),
            Err(Error::Transport {
                reconnects: true, ..
            }) => Fate::Maybe,
            Err(Error::Timeout { sent: false, .. }) => Fate::Unsent,
            Err(error) => {
                self.wrong(name, &format!("{error:?}"));
                Fate::Maybe
            }
        }
    }

    fn timed<T>(&self, name: &'static str, call: impl FnOnce() -> Result<T>) -> Result<T> {
        let begun = Instant::now();
        let result = call();
        let took = begun.elapsed();
        if took > self.timeout + SLACK {
            self.wrong(name, &format!("took {took:?}"));
        }
        let outcome = match &result {
            Ok(_) => "ok",
            Err(Error::Transport { .. }) => "link broke",
            Err(Error::Timeout { sent: false, .. }) => "not sent",
            Err(_) => "wrong",
        };
        let mut inner = self.lock();
        *inner
            .calls
            .entry(name)
            .or_default()
            .entry(outcome)
            .or_default() += 1;
        drop(inner);
        result
    }

    pub fn wrong(&self, name: &str, what: &str) {
        self.lock().wrong.push(format!("{name}: {what}"));
    }

    /// Makes the first call after a cut.
    pub fn recovered<T>(&self, kind: &'static str, call: impl FnOnce() -> Result<T>, cut: Instant) {
        if self.repeated("the first call after a cut", call).is_some() {
            let took = cut.elapsed();
            self.lock().recoveries.entry(kind).or_default().push(took);
        }
    }

    /// How many calls of that name ended so.
    pub fn count(&self, name: &str, outcome: &str) -> u64 {
        let inner = self.lock();
        let outcomes = inner.calls.get(name);
        outcomes
            .and_then(|it| it.get(outcome))
            .copied()
            .unwrap_or(0)
    }

    /// How many calls of that name there were.
    pub fn calls(&self, name: &str) -> u64 {
        let inner = self.lock();
        inner.calls.get(name).map_or(0, |it| it.values().sum())
    }

    /// No call hung, and none failed but for the reasons that it may.
    #[track_caller]
    pub fn assert_well(&self) {
        let inner = self.lock();
        assert!(inner.wrong.is_empty(), "{:#?}", inner.wrong);
        for (name, outcomes) in &inner.calls {
            assert!(
                outcomes.get("ok").is_some_and(|it| *it > 5),
                "{name}: {outcomes:?}"
            );
        }
    }
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(at).copied().unwrap_or_default()
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.lock();
        writeln!(f, "{} events", inner.events)?;
        for (name, outcomes) in &inner.calls {
            writeln!(f, "  {name}: {outcomes:?}")?;
        }
        let mut all: Vec<Duration> = inner.recoveries.values().flatten().copied().collect();
        let kinds = inner.recoveries.iter();
        let mut kinds: Vec<_> = kinds.map(|(name, times)| (*name, times.clone())).collect();
        all.sort();
        kinds.push(("all", all));
        writeln!(
            f,
            "  from the cut to the first answer of a session's handle:"
        )?;
        for (name, mut times) in kinds {
            times.sort();
            let [half, most, max] = [50, 99, 100].map(|percent| percentile(&times, percent));
            let count = times.len();
            writeln!(
                f,
                "    {name}: {count}, p50 {half:.1?}, p99 {most:.1?}, max {max:.1?}"
            )?;
        }
        Ok(())
    }
}
