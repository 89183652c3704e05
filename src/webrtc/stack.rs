//! One peer's WebRTC stack: everything that goes in or out passes here, on whatever thread.

mod candidates;
mod event;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use str0m::{
    Candidate as IceCandidate, Input, Output, Rtc, RtcError,
    media::Mid,
    net::{Protocol, Receive, Transmit},
};

use super::{
    PeerClosed, PeerEvent, channel::Channels, inbox::Outlet, line::Tracks, said::Said,
    signals::Signal, socket::Socket, stats::Measured, status::Status, thread::Shared,
};
use crate::logging::{Later, debug};

/// Once nothing has come for so long the peer is given up. Before that ICE may recover.
const GIVE_UP: Duration = Duration::from_secs(30);

/// How many places of the other side are kept in mind.
const DESTINATIONS: usize = 32;

/// How often the stack may want to go on at once, before it has to wait for a millisecond.
const TURNS: usize = 64;

/// What an event takes up: only their number is bounded.
const EVENT: usize = size_of::<PeerEvent>();

pub(super) struct Stack {
    pub(super) number: u64,
    pub(super) shared: Arc<Shared>,
    pub(super) status: Status,
    pub(super) core: Mutex<Core>,
    pub(super) signals: Mutex<VecDeque<Signal>>,
    /// Janus is not told of its end: the call is somebody else's.
    pub(super) silent: AtomicBool,
    /// Janus has the PeerConnection, as far as is known: for tickets.
    pub(super) on_server: Arc<AtomicBool>,
    /// Descriptions are being exchanged anew.
    pub(super) negotiates: AtomicBool,
    /// Itself, for the objects that it gives out.
    this: Weak<Self>,
}

/// What only one thread at a time works on.
pub(super) struct Core {
    /// `None` once it is closed.
    rtc: Option<Box<Rtc>>,
    sockets: Vec<Arc<Socket>>,
    /// The descriptions have been exchanged.
    pub(super) negotiated: bool,
    /// It answers an offer: Janus had the PeerConnection first.
    pub(super) answers: bool,
    /// The candidates that Janus has told of: what comes before the first negotiation has to wait, and
    /// an ICE restart forgets what came before it.
    pub(super) trickled: VecDeque<IceCandidate>,
    pub(super) tracks: Tracks,
    /// Lines of an offer whose answer was not sent.
    pub(super) unanswered: Vec<Mid>,
    pub(super) channels: Channels,
    pub(super) said: Said,
    pub(super) stats: Measured,
    events: Option<Outlet<PeerEvent>>,
    /// The deadline that is entered in the timers.
    entered: Option<Instant>,
    destinations: VecDeque<SocketAddr>,
    /// The program's logger may do anything, with this peer too: it runs once the lock is released.
    log: Later,
}

impl Stack {
    pub(super) fn new(
        shared: &Arc<Shared>,
        sockets: Vec<Arc<Socket>>,
        rtc: Box<Rtc>,
        channels: Channels,
        events: Outlet<PeerEvent>,
    ) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            number: shared.number(),
            shared: shared.clone(),
            status: Status::default(),
            core: Mutex::new(Core {
                rtc: Some(rtc),
                sockets,
                negotiated: false,
                answers: false,
                trickled: VecDeque::new(),
                tracks: Tracks::default(),
                unanswered: Vec::new(),
                channels,
                said: Said::default(),
                stats: Measured::default(),
                events: Some(events),
                entered: None,
                destinations: VecDeque::new(),
                log: Later::default(),
            }),
            signals: Mutex::default(),
            silent: AtomicBool::new(false),
            on_server: Arc::new(AtomicBool::new(true)),
            negotiates: AtomicBool::new(false),
            this: this.clone(),
        })
    }

    pub(super) fn this(&self) -> Arc<Self> {
        self.this
            .upgrade()
            .expect("it is used by somebody who holds it")
    }

    /// Does something with the stack, and everything that follows from it.
    pub(super) fn with<R>(
        &self,
        act: impl FnOnce(&mut Rtc, &mut Core) -> R,
    ) -> Result<R, PeerClosed> {
        self.locked(|core| self.act(core, act))
    }

    /// Works under the lock, and logs what there is to log after it.
    fn locked<R>(&self, work: impl FnOnce(&mut Core) -> R) -> R {
        let mut core = self.core.lock();
        let result = work(&mut core);
        let log = std::mem::take(&mut core.log);
        drop(core);
        log.write();
        result
    }

    fn act<R>(
        &self,
        core: &mut Core,
        act: impl FnOnce(&mut Rtc, &mut Core) -> R,
    ) -> Result<R, PeerClosed> {
        let Some(mut rtc) = core.rtc.take() else {
            return Err(self.status.closed().unwrap_or(PeerClosed::ByUs));
        };
        let now = Instant::now();
        // The stack panics where it finds a fault of its own. That must not take other peers along.
        let done = catch_unwind(AssertUnwindSafe(|| {
            let result = act(&mut rtc, core);
            let ended = self.drive(&mut rtc, core, now);
            (rtc, result, ended)
        }));
        match done {
            Ok((rtc, result, ended)) => {
                core.rtc = Some(rtc);
                if let Some(why) = ended {
                    self.finish(core, why);
                }
                Ok(result)
            }
            Err(_) => {
                let why = PeerClosed::Failed("it panicked".into());
                self.finish(core, why.clone());
                Err(why)
            }
        }
    }

    /// Takes out all that the stack has to give, and enters when it wants to be looked at next.
    fn drive(&self, rtc: &mut Rtc, core: &mut Core, now: Instant) -> Option<PeerClosed> {
        let mut ended = None;
        let mut deadline = now;
        for _ in 0..TURNS {
            let mut refused = 0;
            deadline = loop {
                match rtc.poll_output() {
                    Ok(Output::Timeout(deadline)) => break deadline,
                    Ok(Output::Transmit(transmit)) => self.transmit(core, &transmit),
                    Ok(Output::Event(event)) => ended = self.event(core, event, now).or(ended),
                    // A frame of the program's that is none of its codec.
                    Err(error @ RtcError::Packet(..)) if refused < TURNS => {
                        core.log
                            .debug(format_args!("a frame was not sent: {error}"));
                        refused += 1;
                    }
                    Err(error) => return Some(self.end_by(&error)),
                }
            };
            if ended.is_some() {
                return ended;
            }
            if !rtc.is_alive() {
                return Some(PeerClosed::ByJanus(None));
            }
            if deadline > now {
                break;
            }
            if let Err(error) = rtc.handle_input(Input::Timeout(now)) {
                return Some(self.end_by(&error));
            }
        }
        core.tracks.take_due(now, |track, rid| {
            let track = track.of(self.this());
            if let Some(events) = &core.events {
                events.push(PeerEvent::KeyframeWanted { track, rid }, EVENT);
            }
        });
        let give_up = core.negotiated.then(|| self.status.interrupted_since());
        let give_up = give_up.flatten().map(|since| since + GIVE_UP);
        if give_up.is_some_and(|at| at <= now) {
            return Some(PeerClosed::Ice);
        }
        let others = [give_up, core.tracks.due()];
        let soonest = others.into_iter().flatten().fold(deadline, Instant::min);
        self.enter(core, soonest.max(now + Duration::from_millis(1)));
        None
    }

    /// Enters a deadline if it is nearer than the one before.
    fn enter(&self, core: &mut Core, deadline: Instant) {
        // It has nothing to do before.
        if core.negotiated && core.entered.is_none_or(|entered| deadline < entered) {
            core.entered = Some(deadline);
            self.shared.enter_timer(deadline, self.number);
        }
    }

    fn transmit(&self, core: &mut Core, transmit: &Transmit) {
        let Core {
            sockets,
            destinations,
            log,
            ..
        } = core;
        let mut sockets = sockets.iter();
        let Some(socket) = sockets.find(|socket| socket.address == transmit.source) else {
            return;
        };
        let to = transmit.destination;
        if !destinations.contains(&to) {
            if destinations.len() == DESTINATIONS {
                destinations.pop_front();
            }
            destinations.push_back(to);
            self.shared.routes.sends_to(self.number, to);
        }
        // Not a bug here: the network may be down, and ICE finds that out.
        if let Err(error) = socket.send(&transmit.contents, to) {
            let bytes = transmit.contents.len();
            log.debug(format_args!(
                "a datagram of {bytes} bytes was not sent: {error}"
            ));
        }
    }

    /// Whether a datagram is for this peer, by what was agreed with that place.
    pub(super) fn accepts(&self, datagram: &[u8], from: SocketAddr, to: SocketAddr) -> bool {
        let Ok(receive) = Receive::new(Protocol::Udp, from, to, datagram) else {
            return false;
        };
        let input = Input::Receive(Instant::now(), receive);
        let core = self.core.lock();
        core.rtc.as_ref().is_some_and(|rtc| rtc.accepts(&input))
    }

    /// A datagram for this peer.
    pub(super) fn receive(&self, datagram: &[u8], from: SocketAddr, to: SocketAddr) {
        // A farewell to whoever was at this address before, or forged: it would block the handshake.
        if is_sealed(datagram) && !self.status.is_connected() {
            return;
        }
        let Ok(receive) = Receive::new(Protocol::Udp, from, to, datagram) else {
            return;
        };
        let received =
            self.with(|rtc, _| rtc.handle_input(Input::Receive(Instant::now(), receive)));
        match received {
            // The handshake has failed. Later nothing that comes can end it but its own end.
            Ok(Err(error @ RtcError::Dtls(_))) if !self.status.is_connected() => {
                self.end(self.end_by(&error), false);
            }
            Ok(Err(error)) => debug!("a datagram of {} bytes: {error}", datagram.len()),
            _ => {}
        }
    }

    /// Why it ends by this error.
    fn end_by(&self, error: &RtcError) -> PeerClosed {
        end_by(error, self.status.is_connected())
    }

    /// Its time has come.
    pub(super) fn look(&self, entered: Instant) {
        let mut core = self.core.lock();
        if core.entered != Some(entered) {
            // Another one was entered in its place.
            return;
        }
        core.entered = None;
        drop(core);
        let looked = self.with(|rtc, _| rtc.handle_input(Input::Timeout(Instant::now())));
        if let Ok(Err(error)) = looked {
            self.end(self.end_by(&error), false);
        }
    }

    /// The descriptions have been exchanged: candidates are tried from now on.
    pub(super) fn begin(&self) -> Result<(), PeerClosed> {
        let begun = self.with(|rtc, core| {
            core.negotiated = true;
            core.tell_candidates(rtc);
            rtc.handle_input(Input::Timeout(Instant::now()))
        })?;
        begun.map_err(|error| self.end_by(&error))
    }

    /// Ends it, and tells the other side by DTLS if it is to know.
    pub(super) fn end(&self, why: PeerClosed, tell: bool) {
        self.locked(|core| self.end_core(core, why, tell));
    }

    fn end_core(&self, core: &mut Core, why: PeerClosed, tell: bool) {
        let Some(mut rtc) = core.rtc.take() else {
            return;
        };
        if tell {
            // Only who has keys is heard.
            if self.status.is_connected() {
                self.on_server.store(false, Ordering::Release);
            }
            // What the stack makes of it does not matter any more.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                let _ = rtc.close();
                for _ in 0..TURNS {
                    match rtc.poll_output() {
                        Ok(Output::Transmit(transmit)) => self.transmit(core, &transmit),
                        Ok(Output::Event(_)) => {}
                        _ => break,
                    }
                }
            }));
        }
        self.finish(core, why);
    }

    /// Ends it as the program wants it: the call is left alone if it is somebody else's.
    pub(super) fn end_by_us(&self, tell: bool) {
        let tell = tell && !self.silent.load(Ordering::Acquire);
        self.end(PeerClosed::ByUs, tell);
    }

    fn finish(&self, core: &mut Core, why: PeerClosed) {
        core.log.debug(format_args!("a peer has ended: {why}"));
        // Where the other side was lost, Janus may still have it.
        if matches!(why, PeerClosed::ByJanus(_) | PeerClosed::HandleGone(_)) {
            self.on_server.store(false, Ordering::Release);
        }
        core.rtc = None;
        core.sockets.clear();
        // Noted first: who reads the end of a queue finds out why.
        self.status.close(why.clone());
        core.tell(PeerEvent::Closed(why));
        core.events = None;
        core.tracks.end();
        core.channels.end();
        self.shared.routes.remove(self.number);
        self.shared.let_go();
    }
}

impl Core {
    pub(super) fn tell(&self, event: PeerEvent) {
        if let Some(events) = &self.events {
            events.push(event, EVENT);
        }
    }
}

impl std::fmt::Debug for Stack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stack")
            .field("state", &self.status.state())
            .finish_non_exhaustive()
    }
}

/// Whether it is an alert or data of DTLS that only the keys of a handshake that is done can open.
fn is_sealed(datagram: &[u8]) -> bool {
    matches!(datagram, [21 | 23, 0xfe, _, epoch @ ..] if epoch.len() >= 2 && epoch[..2] != [0, 0])
}

/// What an error of the stack says of the end.
fn end_by(error: &RtcError, is_connected: bool) -> PeerClosed {
    let text = error.to_string().into();
    match error {
        // After the handshake it takes no more data once the other side has ended it.
        RtcError::Dtls(_) if is_connected => PeerClosed::ByJanus(None),
        RtcError::Dtls(_) | RtcError::RemoteSdp(_) => PeerClosed::Dtls(text),
        _ => PeerClosed::Failed(text),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use str0m::error::DtlsError;

    use super::*;

    #[test]
    fn the_end_of_dtls_is_a_failure_only_before_it_is_connected() {
        let error = RtcError::Dtls(DtlsError::Io(io::Error::other("connection closed")));
        assert_eq!(end_by(&error, true), PeerClosed::ByJanus(None));
        let PeerClosed::Dtls(reason) = end_by(&error, false) else {
            panic!("it has failed")
        };
        assert!(reason.contains("connection closed"), "{reason}");
    }
}
