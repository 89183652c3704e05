//! The one thread of a connection: it reads when nobody calls, keeps sessions alive, and ends with the link.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    Reconnect,
    error::CloseReason,
    keepalive::{Due, Keepalive},
    logging::debug,
    reconnect::{Patience, reconnect},
    router::Late,
    shared::Shared,
    sync::{self, Condvar, Mutex, atomic::Ordering, thread},
    transport::Wait,
    turn::Next,
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
pub(crate) struct Reader {
    thread: Mutex<Option<thread::JoinHandle<()>>>,
    ended: Arc<Ended>,
}

/// Whether the thread has ended.
#[derive(Debug, Default)]
struct Ended(Mutex<bool>, Condvar);

impl Reader {
    pub(crate) fn start(shared: Arc<Shared>, keepalive: Keepalive) -> io::Result<Self> {
        let ended = Arc::<Ended>::default();
        let ends = Ends(ended.clone());
        let body = move || {
            let _ends = ends;
            let _last = LastWords(&shared);
            run(&shared, keepalive);
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

fn run(shared: &Arc<Shared>, mut keepalive: Keepalive) {
    let (mut pinged, mut doubted, mut parted) = (None, false, false);
    let mut patience = match shared.config.reconnect {
        Reconnect::Always(backoff) => Some(Patience::new(backoff, sync::now())),
        Reconnect::Never => None,
    };
    loop {
        let now = sync::now();
        shared.will_look(None);
        shared.empty_outbox();
        let line = shared.lines.latest();
        if !parted && line.properties.answers_in_send && shared.closing.load(Ordering::Acquire) {
            parted = true;
            line.link.goodbye();
        }
        let due = if shared.lines.open().is_none() {
            Due::Nothing(Some(now + NO_LINK))
        } else {
            let idle = shared.router.lock().idle_since();
            keepalive.due(now, idle, shared.heard(), pinged)
        };
        // Something comes, and the silence that would ask for a ping begins anew.
        let mut quiet = keepalive.quiet_until(shared.heard(), pinged);
        let sessions = match due {
            Due::Nothing(next) => {
                doubted = false;
                next.unwrap_or(now + NO_LINK)
            }
            Due::Keepalive(period) => {
                let sessions = shared.router.lock().idle_for(period, now);
                for id in sessions {
                    shared.send_unwatched(Late::Keepalive(id));
                }
                // The answers will be there soon, and nobody else reads.
                shared.turn.want();
                continue;
            }
            Due::Ping => {
                pinged = Some(now);
                match line.link.ping() {
                    Ok(true) => shared.turn.want(),
                    Ok(false) => shared.send_unwatched(Late::Ping),
                    Err(error) => shared.lost(&line, CloseReason::LinkBroken, error),
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
                shared.lost(&line, CloseReason::LinkSilent, silent);
                continue;
            }
        };
        let timers = sessions.min(quiet);
        shared.will_look(Some(timers));
        match shared.turn.next(timers) {
            Next::Over => return,
            Next::Lost => {
                let Some(patience) = &mut patience else {
                    return;
                };
                match reconnect(shared, patience) {
                    Some(new) => keepalive = new,
                    None => return,
                }
                (pinged, doubted) = (None, false);
            }
            Next::Timers => {}
            Next::Read(mut turn) => {
                let (mut streak, mut last) = (0, sync::now());
                while !turn.is_wanted()
                    && !turn.line.is_broken()
                    && !shared.has_errand(&turn.line, parted)
                    && last < timers
                {
                    shared.read(
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
struct LastWords<'a>(&'a Shared);

impl Drop for LastWords<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let panicked = io::Error::other("the connection's thread panicked");
            self.0.fail(CloseReason::ThreadPanicked, Some(panicked));
        }
    }
}
