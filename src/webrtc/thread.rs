//! `janus-media`: the one thread of a `Media`. It receives for all peers and looks at their timers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

use parking_lot::Mutex;
use str0m::config::{CryptoProvider, DtlsCert};

use super::{
    MediaError, PeerClosed,
    routes::Routes,
    socket::{Socket, Waker, wait},
    stack::Stack,
    timers::Timers,
};
use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The largest datagram that WebRTC has.
const DATAGRAM: usize = 2000;

/// How many datagrams of one socket are taken before others have their turn.
const BATCH: usize = 64;

/// What a `Media`, its thread and its peers share.
///
/// Lock order: a peer's stack, then one of these. None is held while waiting.
pub(super) struct Shared {
    pub(super) provider: Arc<CryptoProvider>,
    /// Made once, as that takes longer than a handshake.
    pub(super) certificate: DtlsCert,
    pub(super) routes: Routes<Stack>,
    pub(super) timers: Timers,
    pub(super) limits: Limits,
    sockets: Mutex<Arc<Vec<Arc<Socket>>>>,
    /// A peer has let go of sockets.
    let_go: AtomicBool,
    /// Peers whose handle has something for them.
    signalled: Mutex<Vec<u64>>,
    waker: Waker,
    next: AtomicU64,
    /// The thread has panicked.
    failed: AtomicBool,
}

/// How many bytes of what a peer has received may wait to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Frames, of all its tracks.
    pub(super) frames: usize,
    /// Messages, of all its data channels.
    pub(super) data: usize,
}

impl Shared {
    pub(super) fn new(
        provider: Arc<CryptoProvider>,
        certificate: DtlsCert,
        limits: Limits,
        waker: Waker,
    ) -> Arc<Self> {
        Arc::new(Self {
            provider,
            certificate,
            routes: Routes::new(),
            timers: Timers::default(),
            limits,
            sockets: Mutex::default(),
            let_go: AtomicBool::new(false),
            signalled: Mutex::default(),
            waker,
            next: AtomicU64::new(0),
            failed: AtomicBool::new(false),
        })
    }

    /// An error if nobody receives any more.
    pub(super) fn check(&self) -> Result<(), MediaError> {
        if self.failed.load(Ordering::SeqCst) {
            return Err(MediaError::Closed(Self::failure()));
        }
        Ok(())
    }

    fn failure() -> PeerClosed {
        PeerClosed::Failed("the thread `janus-media` panicked".into())
    }

    /// A number for a new peer.
    pub(super) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// The socket of that address, made with `bind` if there is none yet.
    pub(super) fn socket<E>(
        &self,
        ip: std::net::IpAddr,
        bind: impl FnOnce() -> Result<Socket, E>,
    ) -> Result<Arc<Socket>, E> {
        let mut sockets = self.sockets.lock();
        if let Some(socket) = sockets.iter().find(|socket| socket.address.ip() == ip) {
            return Ok(socket.clone());
        }
        let socket = Arc::new(bind()?);
        let mut all = sockets.to_vec();
        all.push(socket.clone());
        *sockets = Arc::new(all);
        drop(sockets);
        self.waker.wake();
        Ok(socket)
    }

    /// A peer uses a socket no more, perhaps.
    pub(super) fn let_go(&self) {
        self.let_go.store(true, Ordering::SeqCst);
        self.waker.wake();
    }

    /// Closes what no peer uses, where this machine has the address no more. Another peer there would
    /// use it again.
    fn close_unused(&self) {
        if !self.let_go.swap(false, Ordering::SeqCst) {
            return;
        }
        let mut sockets = self.sockets.lock();
        let mut used = sockets.to_vec();
        // The other two are here.
        used.retain(|socket| Arc::strong_count(socket) > 2 || socket.has_address());
        *sockets = Arc::new(used);
    }

    /// A peer wants to be looked at then.
    pub(super) fn enter_timer(&self, deadline: Instant, peer: u64) {
        if self.timers.enter(deadline, peer) {
            self.waker.wake();
        }
    }

    /// A peer's handle has something for it.
    pub(super) fn signal(&self, peer: u64) {
        self.signalled.lock().push(peer);
        self.waker.wake();
    }

    pub(super) fn wake(&self) {
        self.waker.wake();
    }
}

/// The thread, until no `Media` and no peer is left. If it panics all peers end with it.
pub(super) fn run(shared: &Arc<Shared>) {
    watch(shared, serve);
}

fn watch(shared: &Arc<Shared>, work: impl FnOnce(&Arc<Shared>)) {
    if catch_unwind(AssertUnwindSafe(|| work(shared))).is_err() {
        // First: who enters a peer looks at it after that.
        shared.failed.store(true, Ordering::SeqCst);
        for peer in shared.routes.all() {
            peer.end(Shared::failure(), true);
        }
    }
}

fn serve(shared: &Arc<Shared>) {
    let mut buffer = [0; DATAGRAM];
    while !shared.routes.is_over() {
        let signalled = std::mem::take(&mut *shared.signalled.lock());
        for peer in signalled {
            if let Some(peer) = shared.routes.get(peer) {
                peer.take_signals();
            }
        }
        let now = Instant::now();
        while let Some((deadline, peer)) = shared.timers.pop(now) {
            if let Some(peer) = shared.routes.get(peer) {
                peer.look(deadline);
            }
        }
        shared.close_unused();
        let sockets = shared.sockets.lock().clone();
        let until = shared.timers.sleep();
        let ready = wait(&shared.waker, &sockets, until);
        shared.timers.awake();
        for socket in ready {
            for _ in 0..BATCH {
                let Some((length, from)) = socket.receive(&mut buffer) else {
                    break;
                };
                let datagram = &buffer[..length];
                let to = socket.address;
                let Some((peer, others)) = shared.routes.find(datagram, from) else {
                    continue;
                };
                if others.is_empty() {
                    peer.receive(datagram, from, to);
                    continue;
                }
                let mut peers = std::iter::once(peer).chain(others);
                if let Some(peer) = peers.find(|peer| peer.accepts(datagram, from, to)) {
                    peer.receive(datagram, from, to);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use str0m::RtcConfig;

    use super::{
        super::{channel::Channels, inbox::inbox, stack::Stack},
        *,
    };

    #[test]
    fn peers_end_with_a_thread_that_panics_and_none_is_made_after_that() {
        let provider = Arc::new(str0m::crypto::from_feature_flags());
        let certificate = provider.dtls_provider.generate_certificate();
        let waker = Waker::new().expect("a pair of sockets");
        let certificate = certificate.expect("a certificate");
        let limits = Limits { frames: 1, data: 1 };
        let shared = Shared::new(provider.clone(), certificate, limits, waker);
        let config = RtcConfig::new().set_crypto_provider(provider);
        let rtc = Box::new(config.build(Instant::now()));
        let (outlet, _events) = inbox(1);
        let stack = Stack::new(&shared, Vec::new(), rtc, Channels::default(), outlet);
        shared
            .routes
            .enter(stack.number, "one".to_owned(), stack.clone());
        assert_eq!((shared.check(), stack.status.closed()), (Ok(()), None));
        watch(&shared, |_| panic!("to see what follows"));
        let failure = Shared::failure();
        assert_eq!(stack.status.closed(), Some(failure.clone()));
        assert!(stack.with(|_, _| ()).is_err(), "nothing is sent any more");
        assert_eq!(shared.check(), Err(MediaError::Closed(failure)));
    }
}
