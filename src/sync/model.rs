//! The same under a model checker: it decides after each step which thread goes on, and whether
//! time passes.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    env,
    ops::{Deref, DerefMut},
    sync::Arc,
    time::{Duration, Instant},
};

pub(crate) use shuttle::{sync::atomic, thread};

use shuttle::{
    Config, FailurePersistence, Runner,
    scheduler::{PctScheduler, RandomScheduler, Schedule, Scheduler, Task, TaskId},
};

/// A wait that ends later than this is one that time does not end: where it should have been ended by
/// another thread, the checker finds a deadlock.
const HORIZON: Duration = Duration::from_secs(600);

/// The clock's thread is the first one that is started.
const CLOCK: usize = 1;

/// When time passes. It passes up to the end of the wait that ends next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Time {
    /// At any moment, so that deadlines race with everything else.
    Races,
    /// When every thread waits, so that what happens takes no time.
    Waits,
}

/// Tries `schedules` schedules of the scenario's threads at random, and as many with few changes
/// between threads that have priorities. `MODEL_SCHEDULES` makes it more, `MODEL_SEED` others.
pub(crate) fn check(time: Time, schedules: usize, scenario: impl Fn() + Send + Sync + 'static) {
    let number = |name| {
        env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let schedules = number("MODEL_SCHEDULES").map_or(schedules, |number| number as usize);
    let seed = number("MODEL_SEED").unwrap_or(1);
    let scenario = Arc::new(scenario);
    let run = |scheduler: Box<dyn Scheduler + Send>| {
        let mut config = Config::new();
        config.stack_size = 256 << 10;
        config.failure_persistence = FailurePersistence::None;
        config.silence_warnings = true;
        let scenario = scenario.clone();
        Runner::new(Turns(scheduler, time), config).run(move || {
            let clock = Clock::start(time);
            scenario();
            clock.stop();
        });
    };
    run(Box::new(RandomScheduler::new_from_seed(seed, schedules)));
    run(Box::new(PctScheduler::new_from_seed(seed, 3, schedules)));
}

/// Lets time pass only when nobody else can go on, where that is wanted.
struct Turns(Box<dyn Scheduler + Send>, Time);

impl Scheduler for Turns {
    fn new_execution(&mut self) -> Option<Schedule> {
        self.0.new_execution()
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        current: Option<TaskId>,
        yields: bool,
    ) -> Option<TaskId> {
        let is_clock = |task: &&Task| task.id() == CLOCK.into();
        let others: Vec<_> = runnable
            .iter()
            .copied()
            .filter(|task| !is_clock(task))
            .collect();
        if self.1 == Time::Waits && !others.is_empty() {
            return self.0.next_task(&others, current, yields);
        }
        self.0.next_task(runnable, current, yields)
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }
}

thread_local! {
    // All threads of a scenario are one thread to the system.
    static STATE: RefCell<State> = RefCell::new(State::new());
}

/// The time of one schedule, and who waits for it.
struct State {
    start: Instant,
    now: Instant,
    suspended: Duration,
    waits: BTreeMap<(Instant, u64), Arc<shuttle::sync::Condvar>>,
    count: u64,
    over: bool,
    clock: Option<thread::Thread>,
}

impl State {
    fn new() -> Self {
        let start = Instant::now();
        Self {
            start,
            now: start,
            suspended: Duration::ZERO,
            waits: BTreeMap::new(),
            count: 0,
            over: false,
            clock: None,
        }
    }

    fn with<T>(with: impl FnOnce(&mut Self) -> T) -> T {
        STATE.with(|state| with(&mut state.borrow_mut()))
    }
}

/// What time it is.
pub(crate) fn now() -> Instant {
    State::with(|state| state.now)
}

/// How long the machine has been suspended in all.
pub(crate) fn suspended() -> Duration {
    State::with(|state| state.suspended)
}

/// Suspends the machine: for so long no thread runs, and the clock stands still.
pub(crate) fn suspend(time: Duration) {
    State::with(|state| state.suspended += time);
}

struct Clock(thread::JoinHandle<()>);

impl Clock {
    fn start(time: Time) -> Self {
        State::with(|state| *state = State::new());
        let thread = thread::spawn(move || run_clock(time));
        State::with(|state| state.clock = Some(thread.thread().clone()));
        Self(thread)
    }

    fn stop(self) {
        State::with(|state| state.over = true);
        self.0.thread().unpark();
        self.0.join().expect("the clock does not panic");
    }
}

fn run_clock(time: Time) {
    use shuttle::rand::{Rng, thread_rng};
    while !State::with(|state| state.over) {
        let next = State::with(|state| {
            let (at, _) = *state.waits.first_key_value()?.0;
            (at <= state.start + HORIZON).then_some(at)
        });
        let Some(next) = next else {
            thread::park();
            continue;
        };
        if time == Time::Waits || thread_rng().gen_ratio(1, 4) {
            // Who has not come to wait yet is woken again.
            let due: Vec<_> = State::with(|state| {
                state.now = state.now.max(next);
                let due = state.waits.range(..=(state.now, u64::MAX));
                due.map(|(_, waits)| waits.clone()).collect()
            });
            due.iter().for_each(|waits| waits.notify_all());
        }
        thread::yield_now();
    }
}

/// As parking_lot's.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(shuttle::sync::Mutex<T>);

/// As parking_lot's.
#[derive(Debug)]
pub(crate) struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    /// `None` only inside of `unlocked` and of waits.
    inside: Option<shuttle::sync::MutexGuard<'a, T>>,
}

const LOCKED: &str = "it is locked";

impl<T> Mutex<T> {
    pub(crate) fn new(inside: T) -> Self {
        Self(shuttle::sync::Mutex::new(inside))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard {
            mutex: self,
            inside: Some(self.locked()),
        }
    }

    fn locked(&self) -> shuttle::sync::MutexGuard<'_, T> {
        self.0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl<T> MutexGuard<'_, T> {
    pub(crate) fn unlocked<U>(guard: &mut Self, run: impl FnOnce() -> U) -> U {
        guard.inside = None;
        let result = run();
        guard.inside = Some(guard.mutex.locked());
        result
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inside.as_ref().expect(LOCKED)
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inside.as_mut().expect(LOCKED)
    }
}

/// As parking_lot's.
#[derive(Debug, Default)]
pub(crate) struct Condvar(Arc<shuttle::sync::Condvar>);

/// Whether a wait ended with its time.
pub(crate) struct TimedOut(bool);

impl TimedOut {
    pub(crate) fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
        let inside = guard.inside.take().expect(LOCKED);
        let inside = self.0.wait(inside);
        guard.inside = Some(inside.unwrap_or_else(|poisoned| poisoned.into_inner()));
    }

    pub(crate) fn wait_until<T>(&self, guard: &mut MutexGuard<'_, T>, until: Instant) -> TimedOut {
        if now() >= until {
            return TimedOut(true);
        }
        let (key, clock) = State::with(|state| {
            state.count += 1;
            let key = (until, state.count);
            state.waits.insert(key, self.0.clone());
            (key, state.clock.clone())
        });
        clock.expect("`check` has started it").unpark();
        self.wait(guard);
        State::with(|state| state.waits.remove(&key));
        TimedOut(now() >= until)
    }

    pub(crate) fn notify_one(&self) {
        self.0.notify_one();
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }
}
