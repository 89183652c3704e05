//! The one thread of a connection: it reads when nobody calls, keeps sessions alive, and makes new links.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    Reconnect,
    auth::Renew,
    engine::{
        Engine, LinkEpoch, LinkReader,
        keepalive::Keepalive,
        read_turn::{Next, TurnGuard},
        reconnect::reconnect,
        retry::RetrySchedule,
        schedule::{Action, Flood, Schedule, Signs},
    },
    error::CloseReason,
    logging::debug,
    router::{Answer, Unwatched},
    sync::{self, Condvar, Mutex, atomic::Ordering, thread},
    transport::Wait,
};

/// Enough for parsing JSON of any depth that serde_json accepts and for making a link, with TLS. It
/// is address space: memory is used only as far as the thread goes.
const STACK: usize = 512 << 10;

/// The running thread.
#[derive(Debug)]
pub(crate) struct ConnectionThread {
    thread: Mutex<Option<thread::JoinHandle<()>>>,
    ended: Arc<Ended>,
}

/// Whether the thread has ended.
#[derive(Debug, Default)]
struct Ended(Mutex<bool>, Condvar);

impl ConnectionThread {
    pub(crate) fn start(engine: Arc<Engine>, keepalive: Keepalive) -> io::Result<Self> {
        let ended = Arc::<Ended>::default();
        let ends = Ends(ended.clone());
        let body = move || {
            let _ends = ends;
            let _last = PanicReporter(&engine);
            run(&engine, keepalive);
        };
        let thread = thread::Builder::new()
            .name("janus-reader".into())
            .stack_size(STACK);
        Ok(Self {
            thread: Mutex::new(Some(thread.spawn(body)?)),
            ended,
        })
    }

    /// Waits until the thread has ended by itself; `false` if it has not by that time.
    pub(crate) fn wait(&self, deadline: Instant) -> bool {
        let Ended(ended, changed) = &*self.ended;
        let mut ended = ended.lock();
        while !*ended && !changed.wait_until(&mut ended, deadline).timed_out() {}
        *ended
    }

    /// Waits until the thread has ended, when the connection has. One that is just making a new
    /// link ends later, by itself.
    pub(crate) fn join(&self, deadline: Instant) {
        // Only once: what was closed is dropped too.
        let Some(thread) = self.thread.lock().take() else {
            return;
        };
        if self.wait(deadline) && thread.join().is_err() {
            debug!("the connection's thread panicked");
        }
    }
}

fn run(engine: &Arc<Engine>, keepalive: Keepalive) {
    let mut schedule = Schedule::new(keepalive, sync::suspended());
    let mut retry = match engine.config.reconnect {
        Reconnect::Always(backoff) => Some(RetrySchedule::new(backoff, sync::now())),
        Reconnect::Never => None,
    };
    loop {
        engine.will_look(None);
        engine.empty_outbox();
        let signs = engine.signs();
        match schedule.next(signs) {
            Action::Keepalive(age) => engine.keep_alive(age),
            Action::Ping => engine.ping(),
            Action::GiveUp => engine.give_up(&engine.current_link.latest()),
            Action::Wait(until) => {
                engine.will_look(Some(until));
                match engine.turn.next(until) {
                    Next::Over => return,
                    Next::Lost => match retry.as_mut().and_then(|retry| reconnect(engine, retry)) {
                        Some(keepalive) => schedule = Schedule::new(keepalive, sync::suspended()),
                        None => return,
                    },
                    Next::Timers => {}
                    Next::Read(turn) => read(engine, turn, until, |heard| {
                        schedule.until(Signs { heard, ..signs })
                    }),
                }
            }
        }
    }
}

/// Reads until somebody else wants to, or there is something else to do: at that time, or later if
/// something is heard.
fn read(
    engine: &Engine,
    mut turn: TurnGuard<'_, Answer, LinkReader>,
    mut deadline: Instant,
    until: impl Fn(Instant) -> Instant,
) {
    let mut heard = engine.heard();
    let mut now = sync::now();
    let mut flood = Flood::new(now);
    while !turn.has_new_caller()
        && !turn.epoch.is_broken()
        && !engine.turn.are_timers_woken()
        && now < deadline
        && (!flood.is_there() || !turn.has_new_event_reader())
    {
        // With a lookout it takes what is there, and waits for more without the turn.
        let looks_out = turn.has_lookout();
        let wait = Wait {
            deadline: if looks_out { now } else { deadline },
            idle: true,
        };
        let any = engine.read(&mut turn, wait);
        // Not to wake up for what was answered.
        if std::mem::replace(&mut heard, engine.heard()) < engine.heard() {
            deadline = until(heard);
        }
        if looks_out && !any {
            if !turn.look_out(deadline) {
                return;
            }
            now = sync::now();
            continue;
        }
        now = sync::now();
        flood.read(now);
    }
}

impl Engine {
    fn signs(&self) -> Signs {
        Signs {
            now: sync::now(),
            suspended: sync::suspended(),
            has_link: self.current_link.open().is_some(),
            heard: self.heard(),
            doubted: self.instant(&self.doubted),
            idle: self.router().idle_since(),
        }
    }

    /// Sends a `keepalive` for each session that has had no request for longer than that.
    fn keep_alive(&self, age: Duration) {
        let sessions = self.router().idle_for(age, sync::now());
        for id in sessions {
            self.send_at_once(Unwatched::Keepalive(id), Renew::OrNot);
        }
        // The answers will be there soon, and nobody else reads.
        self.turn.request_reader();
    }

    /// Asks the server for a sign of life, in the way that this kind of link has.
    fn ping(&self) {
        let epoch = self.current_link.latest();
        match epoch.link.ping() {
            Ok(true) => self.turn.request_reader(),
            Ok(false) => self.send_unwatched(Unwatched::Ping),
            Err(error) => {
                if let Some(cause) = error.cause() {
                    self.lost(&epoch, CloseReason::LinkBroken, cause);
                }
            }
        }
    }

    /// There is reason to believe that the link is dead: it is asked for a sign of life at once.
    pub(crate) fn doubt(&self) {
        let now = self.nanos(sync::now());
        self.doubted.store(now, Ordering::Relaxed);
        self.turn.wake_timers();
        self.current_link.latest().link.wake();
    }

    /// Ends the pause before the next attempt to make a link.
    pub(crate) fn reconnect_now(&self) {
        self.turn.end_pause();
    }

    /// The link is dead.
    pub(super) fn give_up(&self, epoch: &Arc<LinkEpoch>) {
        let silent = io::Error::new(io::ErrorKind::TimedOut, "the server is silent");
        self.lost(epoch, CloseReason::LinkSilent, silent);
    }
}

/// Says that the thread has ended, by a panic too.
struct Ends(Arc<Ended>);

impl Drop for Ends {
    fn drop(&mut self) {
        *self.0.0.lock() = true;
        self.0.1.notify_all();
    }
}

/// Ends the connection if the thread panics.
struct PanicReporter<'a>(&'a Engine);

impl Drop for PanicReporter<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let panicked = io::Error::other("the connection's thread panicked");
            self.0.fail(CloseReason::ThreadPanicked, Some(panicked));
        }
    }
}
