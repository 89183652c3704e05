//! The one thread of a connection: it reads when nobody calls, keeps sessions alive, and ends with the link.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    Reconnect,
    engine::{
        Engine,
        keepalive::{Due, Keepalive},
        read_turn::Next,
        reconnect::reconnect,
        retry::RetrySchedule,
    },
    error::CloseReason,
    logging::debug,
    router::Unwatched,
    sync::{self, Condvar, Mutex, thread},
    transport::Wait,
};

/// Enough for parsing JSON of any depth that serde_json accepts and for making a link, with TLS. It
/// is address space: memory is used only as far as the thread goes.
const STACK: usize = 512 << 10;

/// How long a link that seems dead may still prove that it is not.
const GRACE: Duration = Duration::from_millis(100);

/// Reads that follow each other this fast, this often, are a flood of events.
const DENSE: Duration = Duration::from_micros(200);
const STREAK: u32 = 8;

/// How long to sleep without a link, which ends by being told of it.
const NO_LINK: Duration = Duration::from_secs(3600);

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

fn run(engine: &Arc<Engine>, mut keepalive: Keepalive) {
    let (mut pinged, mut doubted) = (None, false);
    let mut retry = match engine.config.reconnect {
        Reconnect::Always(backoff) => Some(RetrySchedule::new(backoff, sync::now())),
        Reconnect::Never => None,
    };
    loop {
        let now = sync::now();
        engine.will_look(None);
        engine.empty_outbox();
        let epoch = engine.current_link.latest();
        let due = if engine.current_link.open().is_none() {
            Due::Nothing(Some(now + NO_LINK))
        } else {
            let idle = engine.router().idle_since();
            keepalive.due(now, idle, engine.heard(), pinged)
        };
        // Something comes, and the silence that would ask for a ping begins anew.
        let mut quiet = keepalive.quiet_until(engine.heard(), pinged);
        let sessions = match due {
            Due::Nothing(next) => {
                doubted = false;
                next.unwrap_or(now + NO_LINK)
            }
            Due::Keepalive(period) => {
                let sessions = engine.router().idle_for(period, now);
                for id in sessions {
                    engine.send_unwatched(Unwatched::Keepalive(id));
                }
                // The answers will be there soon, and nobody else reads.
                engine.turn.request_reader();
                continue;
            }
            Due::Ping => {
                pinged = Some(now);
                match epoch.link.ping() {
                    Ok(true) => engine.turn.request_reader(),
                    Ok(false) => engine.send_unwatched(Unwatched::Ping),
                    Err(error) => {
                        if let Some(cause) = error.cause() {
                            engine.lost(&epoch, CloseReason::LinkBroken, cause);
                        }
                    }
                }
                continue;
            }
            // This process may have been stopped for a while: what came has to be read first.
            Due::Dead if !doubted => {
                doubted = true;
                quiet = now + GRACE;
                quiet
            }
            Due::Dead => {
                let silent = io::Error::new(io::ErrorKind::TimedOut, "the server is silent");
                engine.lost(&epoch, CloseReason::LinkSilent, silent);
                continue;
            }
        };
        let timers = sessions.min(quiet);
        engine.will_look(Some(timers));
        match engine.turn.next(timers) {
            Next::Over => return,
            Next::Lost => {
                let Some(retry) = &mut retry else {
                    return;
                };
                match reconnect(engine, retry) {
                    Some(new) => keepalive = new,
                    None => return,
                }
                (pinged, doubted) = (None, false);
            }
            Next::Timers => {}
            Next::Read(mut turn) => {
                let (mut streak, mut last) = (0, sync::now());
                while !turn.is_wanted()
                    && !turn.epoch.is_broken()
                    && !engine.turn.is_poked()
                    && last < timers
                {
                    engine.read(
                        &mut turn,
                        Wait {
                            deadline: timers,
                            idle: true,
                        },
                    );
                    let before = std::mem::replace(&mut last, sync::now());
                    // So much comes that who waits for events should read them himself.
                    streak = if last - before < DENSE { streak + 1 } else { 0 };
                    if streak >= STREAK && turn.is_asked() {
                        break;
                    }
                }
            }
        }
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

/// Tells everybody when the thread panics.
struct PanicReporter<'a>(&'a Engine);

impl Drop for PanicReporter<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let panicked = io::Error::other("the connection's thread panicked");
            self.0.fail(CloseReason::ThreadPanicked, Some(panicked));
        }
    }
}
