//! The one thread of a connection: it reads when nobody calls, keeps sessions alive, and ends with the link.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, bounded};

use crate::{
    error::CloseReason,
    keepalive::{Due, Keepalive},
    logging::debug,
    router::Late,
    shared::Shared,
    transport::Wait,
    turn::Next,
    wire::Outgoing,
};

/// Enough for parsing JSON of any depth that serde_json accepts, and small enough for small boards.
const STACK: usize = 256 << 10;

/// How long a link that seems dead may still prove that it is not.
const GRACE: Duration = Duration::from_millis(100);

/// The running thread.
#[derive(Debug)]
pub(crate) struct Reader {
    thread: Option<thread::JoinHandle<()>>,
    /// Closed when the thread ends.
    ended: Receiver<()>,
}

impl Reader {
    pub(crate) fn start(shared: Arc<Shared>, keepalive: Keepalive) -> io::Result<Self> {
        let keepalive = *shared.keepalive.get_or_init(|| keepalive);
        let (running, ended) = bounded(0);
        let body = move || {
            let _running: crossbeam_channel::Sender<()> = running;
            let _last = LastWords(&shared);
            run(&shared, keepalive);
        };
        let thread = thread::Builder::new()
            .name("janus-reader".into())
            .stack_size(STACK);
        Ok(Self {
            thread: Some(thread.spawn(body)?),
            ended,
        })
    }

    /// Waits until the thread has ended by itself; `false` if it has not in this time.
    pub(crate) fn wait(&self, timeout: Duration) -> bool {
        self.ended.recv_timeout(timeout) != Err(crossbeam_channel::RecvTimeoutError::Timeout)
    }

    /// Waits until the thread has ended; only when the link has.
    pub(crate) fn join(&mut self) {
        if self
            .thread
            .take()
            .is_some_and(|thread| thread.join().is_err())
        {
            debug!("the connection's thread panicked");
        }
    }
}

fn run(shared: &Shared, keepalive: Keepalive) {
    let (mut pinged, mut doubted) = (None, false);
    loop {
        let now = Instant::now();
        shared.will_look(None);
        shared.empty_outbox();
        if shared.properties.answers_in_send && shared.closing.load(Ordering::Acquire) {
            shared.link.goodbye();
        }
        let due = {
            let router = shared.router.lock();
            keepalive.due(now, router.sessions(), shared.heard(), pinged)
        };
        let timers = match due {
            Due::Nothing(next) => {
                doubted = false;
                next
            }
            Due::Keepalive(sessions) => {
                for id in sessions {
                    let outgoing = Outgoing::session("keepalive", id);
                    shared.send_unwatched(&outgoing, Late::Keepalive(id));
                }
                continue;
            }
            Due::Ping => {
                pinged = Some(now);
                match shared.link.ping() {
                    Ok(true) => {}
                    Ok(false) => shared.send_unwatched(&Outgoing::server("ping"), Late::Dropped),
                    Err(error) => shared.fail(CloseReason::LinkBroken, Some(error)),
                }
                continue;
            }
            // This process may have been stopped for a while: what came has to be read first.
            Due::Dead if !doubted => {
                doubted = true;
                now + GRACE
            }
            Due::Dead => {
                let silent = io::Error::new(io::ErrorKind::TimedOut, "the server is silent");
                shared.fail(CloseReason::LinkSilent, Some(silent));
                return;
            }
        };
        shared.will_look(Some(timers));
        match shared.turn.next(timers) {
            Next::Over => return,
            Next::Timers => {}
            Next::Read(mut turn) => {
                while !turn.is_wanted()
                    && Instant::now() < timers
                    && !shared.router.lock().is_over()
                {
                    shared.read(
                        &mut turn,
                        Wait {
                            deadline: timers,
                            idle: true,
                        },
                    );
                }
            }
        }
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
