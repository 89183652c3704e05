//! Waiting for input without receiving it.

use std::{os::fd::AsFd, sync::Arc, time::Instant};

/// Lets the connection's thread wait for input while callers receive: see [`Receiver::lookout`].
///
/// One thread waits; others call the other two methods meanwhile, under locks of the crate: these must
/// not wait, panic, or use the connection. At first it is not armed.
///
/// [`Receiver::lookout`]: super::Receiver::lookout
pub trait Lookout: Send + Sync {
    /// Waits until there is something to receive while it is armed, until somebody wakes it, or until
    /// the deadline; it may end sooner. `true` if there may be something to receive.
    ///
    /// It is armed again with input that was there before: then it returns at once.
    fn wait(&self, deadline: Instant) -> bool;

    /// Whether input ends the wait from now on. Called often, also while a thread waits. (An error of the link may end the wait in any case.)
    fn arm(&self, armed: bool);

    /// Ends the wait that is under way, or else the next one.
    fn wake(&self);
}

/// On that socket; `None` where the system has none or refuses, as it can be done without.
pub(super) fn on<S: AsFd + Send + Sync + 'static>(socket: &Arc<S>) -> Option<Arc<dyn Lookout>> {
    #[cfg(target_os = "linux")]
    if let Ok(lookout) = epoll::EpollLookout::new(socket.clone()) {
        return Some(Arc::new(lookout));
    }
    let _ = socket;
    None
}

/// What a lookout waits for where that is not a socket: it rings from the first [`ring`](Self::ring) on
/// until it is silenced. Without one, where the system has none, nothing can be waited for in this way.
#[cfg(feature = "http")]
#[derive(Clone)]
pub(super) struct Bell {
    #[cfg(target_os = "linux")]
    event: Option<Arc<std::os::fd::OwnedFd>>,
}

#[cfg(feature = "http")]
impl Bell {
    pub(super) fn new() -> Self {
        Self {
            #[cfg(target_os = "linux")]
            event: epoll::new_event().ok().map(Arc::new),
        }
    }

    pub(super) fn ring(&self) {
        #[cfg(target_os = "linux")]
        if let Some(event) = &self.event {
            epoll::ring(event);
        }
    }

    pub(super) fn silence(&self) {
        #[cfg(target_os = "linux")]
        if let Some(event) = &self.event {
            // It fails when it does not ring.
            let _ = rustix::io::read(event, &mut [0; 8]);
        }
    }

    pub(super) fn lookout(&self) -> Option<Arc<dyn Lookout>> {
        #[cfg(target_os = "linux")]
        return on(self.event.as_ref()?);
        #[cfg(not(target_os = "linux"))]
        None
    }
}

#[cfg(target_os = "linux")]
mod epoll {
    use std::{
        os::fd::{AsFd, OwnedFd},
        time::Duration,
    };

    use rustix::{
        event::{
            EventfdFlags, Timespec,
            epoll::{self, CreateFlags, Event, EventData, EventFlags},
            eventfd,
        },
        io,
        time::{
            Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create,
            timerfd_settime,
        },
    };

    use super::*;
    use crate::transport::deadline::remaining;

    /// It may end sooner than asked.
    const LONGEST: Duration = Duration::from_secs(24 * 3600);

    const SOCKET: EventData = EventData::new_u64(0);
    const BELL: EventData = EventData::new_u64(1);

    /// By `epoll`, which takes note of what it waits for being changed by another thread.
    pub(super) struct EpollLookout<S> {
        epoll: OwnedFd,
        socket: Arc<S>,
        bell: OwnedFd,
        /// Ends the wait when the machine has been suspended: see [`resumed`].
        _resumed: Option<OwnedFd>,
    }

    impl<S: AsFd + Send + Sync + 'static> EpollLookout<S> {
        pub(super) fn new(socket: Arc<S>) -> io::Result<Self> {
            let epoll = epoll::create(CreateFlags::CLOEXEC)?;
            let bell = new_event()?;
            epoll::add(&epoll, &*socket, SOCKET, EventFlags::empty())?;
            // Told once for each time that it is rung, so that it need not be read.
            let rings = EventFlags::IN | EventFlags::ET;
            epoll::add(&epoll, &bell, BELL, rings)?;
            // Without it a suspend shows when the wait ends for another reason.
            let resumed = resumed().ok();
            if let Some(resumed) = &resumed {
                epoll::add(&epoll, resumed, BELL, rings)?;
            }
            Ok(Self {
                epoll,
                socket,
                bell,
                _resumed: resumed,
            })
        }
    }

    pub(super) fn new_event() -> io::Result<OwnedFd> {
        eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
    }

    pub(super) fn ring(event: &OwnedFd) {
        // It fails only when it was rung 2^64 times.
        let _ = io::write(event, &1_u64.to_ne_bytes());
    }

    /// What rings when the machine has been suspended, for whose time the timeout of a wait stands still:
    /// a timer that is cancelled when the clock of the world jumps. (It does so too when somebody sets it.)
    fn resumed() -> io::Result<OwnedFd> {
        let timer = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::CLOEXEC)?;
        let [never, no] = [i64::MAX, 0].map(|tv_sec| Timespec { tv_sec, tv_nsec: 0 });
        let jumps = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        let time = Itimerspec {
            it_interval: no,
            it_value: never,
        };
        timerfd_settime(&timer, jumps, &time)?;
        Ok(timer)
    }

    impl<S: AsFd + Send + Sync> Lookout for EpollLookout<S> {
        fn wait(&self, deadline: Instant) -> bool {
            // Longer ones need a system call that older kernels lack.
            let left = remaining(deadline).unwrap_or_default().min(LONGEST);
            let timeout = Timespec::try_from(left).ok();
            let mut events = [Event {
                flags: EventFlags::empty(),
                data: BELL,
            }; 2];
            match epoll::wait(&self.epoll, &mut events, timeout.as_ref()) {
                Ok(count) => events[..count]
                    .iter()
                    .any(|event| event.data.u64() == SOCKET.u64()),
                // A signal: there is nothing to lose by a look.
                Err(_) => true,
            }
        }

        fn arm(&self, armed: bool) {
            let flags = if armed {
                EventFlags::IN
            } else {
                EventFlags::empty()
            };
            // It fails only for what was never added.
            let _ = epoll::modify(&self.epoll, &*self.socket, SOCKET, flags);
        }

        fn wake(&self) {
            ring(&self.bell);
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{io::Write, os::unix::net::UnixStream, thread, time::Duration};

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    fn lookout() -> (Arc<dyn Lookout>, UnixStream) {
        let (socket, peer) = UnixStream::pair().expect("two sockets");
        (on(&Arc::new(socket)).expect("it is Linux"), peer)
    }

    #[test]
    fn input_ends_the_wait_only_while_it_is_armed() {
        let (lookout, mut peer) = lookout();
        let soon = || Instant::now() + Duration::from_millis(20);
        peer.write_all(b"x").expect("it is there");
        assert!(!lookout.wait(soon()));
        lookout.arm(true);
        assert!(lookout.wait(Instant::now() + LONG));
        assert!(lookout.wait(Instant::now() + LONG), "it was not read");
        lookout.arm(false);
        assert!(!lookout.wait(soon()));
    }

    #[test]
    fn it_is_armed_and_woken_while_another_thread_waits() {
        let (lookout, mut peer) = lookout();
        thread::scope(|scope| {
            let wait = || lookout.wait(Instant::now() + LONG);
            let waits = scope.spawn(wait);
            peer.write_all(b"x").expect("it is there");
            lookout.arm(true);
            assert!(waits.join().expect("no panic"));
            lookout.arm(false);
            let waits = scope.spawn(wait);
            lookout.wake();
            assert!(!waits.join().expect("no panic"));
            // Once for each time that it is woken, which may be before the wait.
            lookout.wake();
            assert!(!wait());
            assert!(!lookout.wait(Instant::now() + Duration::from_millis(20)));
        });
    }

    #[test]
    fn the_end_of_the_link_ends_the_wait() {
        let (socket, _peer) = UnixStream::pair().expect("two sockets");
        let socket = Arc::new(socket);
        let lookout = on(&socket).expect("it is Linux");
        socket.shutdown(std::net::Shutdown::Both).expect("a socket");
        assert!(lookout.wait(Instant::now() + LONG));
    }
}
