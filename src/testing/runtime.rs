//! A running gateway: its state behind one lock, its links, and what is due later.
//!
//! The lock is held for computing only: links take what is sent without waiting.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use super::{
    clock::Clock,
    gateway::{Gateway, LinkId, SessionEnd},
    http::PendingReply,
    injector::{Action, Channel, Ending, Frame, Injector},
};

/// The sending half of a link; none of it waits.
pub(super) trait LinkSink: Send {
    fn put(&self, channel: Channel, frame: Frame);
    fn end(&self, how: Ending);

    /// Whether Janus notices when the client goes. If not, what ends there are sockets, and the
    /// link stays.
    fn is_noticed(&self) -> bool {
        true
    }

    /// Whether nothing goes over the link any more now that it is to be silent.
    fn silence(&self) -> bool {
        true
    }

    /// A session of the link's has ended, or is another link's now: whether the link ends with it,
    /// without Janus taking the client for gone.
    fn ends_with_session(&self, _timed_out: bool) -> bool {
        false
    }

    /// Where events wait for long polls.
    fn pending_reply(&self) -> Option<&Arc<PendingReply>> {
        None
    }
}

/// Something that is to be done later, for taking it back.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimerKey((Duration, u64));

pub(super) struct Runtime {
    state: Mutex<State>,
    /// Something has happened: for the clock, and for tests that wait.
    changed: Condvar,
}

pub(super) struct State {
    pub(super) gateway: Gateway,
    pub(super) injector: Injector,
    clock: Clock,
    links: HashMap<LinkId, Box<dyn LinkSink>>,
    /// Links that are silent: open, and dead.
    silent: HashSet<LinkId>,
    next_link: LinkId,
    /// What is to be done later, by time and order.
    delayed: BTreeMap<(Duration, u64), Action>,
    actions: u64,
    /// New links are refused.
    pub(super) closed: bool,
    stopped: bool,
}

impl Runtime {
    pub(super) fn new(gateway: Gateway, injector: Injector, manual: bool) -> Arc<Self> {
        let state = State {
            gateway,
            injector,
            clock: Clock::new(manual),
            links: HashMap::new(),
            silent: HashSet::new(),
            next_link: 1,
            delayed: BTreeMap::new(),
            actions: 0,
            closed: false,
            stopped: false,
        };
        Arc::new(Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
        })
    }

    /// Does something with the state, and then sends what came of it.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut State, Duration) -> T) -> T {
        let mut state = self.state.lock();
        let now = state.clock.now();
        state.gateway.tick(now);
        let result = act(&mut state, now);
        state.send(now);
        drop(state);
        self.changed.notify_all();
        result
    }

    /// Waits until something holds; `None` when it does not in time.
    pub(super) fn wait<T>(
        &self,
        limit: Duration,
        mut check: impl FnMut(&mut State) -> Option<T>,
    ) -> Option<T> {
        let deadline = Instant::now() + limit;
        let mut state = self.state.lock();
        loop {
            if let Some(found) = check(&mut state) {
                return Some(found);
            }
            if self.changed.wait_until(&mut state, deadline).timed_out() {
                return check(&mut state);
            }
        }
    }

    /// A new link; `None` when it is refused.
    pub(super) fn open(&self, sink: Box<dyn LinkSink>) -> Option<LinkId> {
        self.with(|state, _| state.open(sink))
    }

    /// A message from a client; `false` when its link has ended.
    pub(super) fn receive(&self, link: LinkId, text: &str) -> bool {
        self.hear(link, |gateway, now| gateway.receive(link, text, now))
    }

    /// Something from a client, unless its link is silent; `false` when it has ended.
    pub(super) fn hear(&self, link: LinkId, take: impl FnOnce(&mut Gateway, Duration)) -> bool {
        self.with(|state, now| {
            let open = state.links.contains_key(&link);
            if open && !state.silent.contains(&link) {
                take(&mut state.gateway, now);
            }
            open
        })
    }

    /// The request of a link is over: so is the link, unless it has a session.
    pub(super) fn release(&self, link: LinkId, timer: TimerKey) {
        self.with(|state, _| {
            state.delayed.remove(&timer.0);
            if !state.gateway.owns(link) {
                state.links.remove(&link);
            }
        });
    }

    /// The client of a long poll has gone, which Janus sees only when the poll is over.
    pub(super) fn abandon(&self, link: LinkId, timer: TimerKey, poll: &Arc<PendingReply>) {
        self.with(|state, _| {
            state.links.remove(&link);
            if let Some(action) = state.delayed.get_mut(&timer.0) {
                *action = Action::Forget(poll.clone());
            }
        });
    }

    /// Whether new links are refused.
    pub(super) fn is_closed(&self) -> bool {
        self.state.lock().closed
    }

    /// Whether the client would hear from us.
    pub(super) fn is_heard(&self, link: LinkId) -> bool {
        let state = self.state.lock();
        state.links.contains_key(&link) && !state.silent.contains(&link)
    }

    /// The client has ended the link.
    pub(super) fn ended(&self, link: LinkId) {
        self.with(|state, now| {
            if let Some(sink) = state.links.remove(&link) {
                sink.end(Ending::Goodbye);
                // Nobody notices the end of a silent link.
                if !state.silent.remove(&link) {
                    state.gateway.link_gone(link, now);
                }
            }
        });
    }

    /// Moves a manual clock, passing everything that is due on the way.
    pub(super) fn advance(&self, time: Duration) {
        let mut state = self.state.lock();
        let target = state.clock.now() + time;
        while let Some(due) = state.next_due().filter(|due| *due <= target) {
            state.clock.set(due);
            state.gateway.tick(due);
            state.send(due);
        }
        state.clock.set(target);
        state.gateway.tick(target);
        state.send(target);
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn is_manual(&self) -> bool {
        self.state.lock().clock.is_manual()
    }

    /// Lets things happen when they are due, until the gateway is over.
    pub(super) fn run_clock(&self) {
        let mut state = self.state.lock();
        while !state.stopped {
            let now = state.clock.now();
            state.gateway.tick(now);
            state.send(now);
            match state.next_due().and_then(|due| state.clock.instant(due)) {
                Some(instant) => {
                    self.changed.wait_until(&mut state, instant);
                }
                None => self.changed.wait(&mut state),
            }
        }
    }

    /// Ends all links for good.
    pub(super) fn stop(&self) {
        let mut state = self.state.lock();
        state.stopped = true;
        state.end_all();
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.state.lock().stopped
    }
}

impl State {
    fn open(&mut self, sink: Box<dyn LinkSink>) -> Option<LinkId> {
        if self.stopped || self.closed {
            return None;
        }
        let link = self.next_link;
        self.next_link += 1;
        self.links.insert(link, sink);
        Some(link)
    }

    /// A new link for one request, which is answered by that frame at that time unless it is
    /// released before; `None` when it is refused.
    pub(super) fn open_until(
        &mut self,
        end: Duration,
        sink: Box<dyn LinkSink>,
        frame: Frame,
    ) -> Option<(LinkId, TimerKey)> {
        let link = self.open(sink)?;
        self.actions += 1;
        let key = (end, self.actions);
        let action = Action::Put(link, Channel::Answer, frame);
        self.delayed.insert(key, action);
        Some((link, TimerKey(key)))
    }

    fn next_due(&self) -> Option<Duration> {
        let delayed = self.delayed.keys().next().map(|(due, _)| *due);
        let gateway = self.gateway.next_due();
        delayed.into_iter().chain(gateway).min()
    }

    /// Sends what there is to send, as the faults let it.
    fn send(&mut self, now: Duration) {
        loop {
            let batch = self.gateway.take_sent();
            for (due, action) in self.injector.apply(batch, now) {
                self.actions += 1;
                self.delayed.insert((due, self.actions), action);
            }
            for end in self.gateway.take_session_ends() {
                self.actions += 1;
                let action = Action::SessionEnd(end);
                self.delayed.insert((now, self.actions), action);
            }
            let Some(entry) = self.delayed.first_entry() else {
                return;
            };
            if entry.key().0 > now {
                return;
            }
            // One at a time: the end of a link may make the gateway say something.
            let action = entry.remove();
            self.perform(action, now);
        }
    }

    pub(super) fn perform(&mut self, action: Action, now: Duration) {
        match action {
            Action::Put(link, channel, frame) => {
                let sink = self.links.get(&link);
                if let Some(sink) = sink.filter(|_| !self.silent.contains(&link)) {
                    sink.put(channel, frame);
                }
            }
            Action::End(link, how) => {
                let Some(sink) = self.links.get(&link) else {
                    return;
                };
                sink.end(how);
                if sink.is_noticed() {
                    self.links.remove(&link);
                    if !self.silent.remove(&link) {
                        self.gateway.link_gone(link, now);
                    }
                }
            }
            Action::Silence(link) => {
                if self.links.get(&link).is_some_and(|it| it.silence()) {
                    self.silent.insert(link);
                }
            }
            Action::SessionEnd(SessionEnd { link, timed_out }) => {
                let sink = self.links.get(&link);
                if sink.is_some_and(|it| it.ends_with_session(timed_out)) {
                    self.links.remove(&link);
                    self.silent.remove(&link);
                }
            }
            Action::Forget(poll) => poll.forget(),
            Action::Restart => self.restart(),
        }
    }

    /// The server starts anew.
    pub(super) fn restart(&mut self) {
        self.end_all();
        self.delayed.clear();
        self.gateway.restart();
        let _ = self.gateway.take_sent();
    }

    fn end_all(&mut self) {
        self.silent.clear();
        for (_, sink) in self.links.drain() {
            sink.end(Ending::Sudden);
        }
    }

    /// Where the events of that link wait for long polls.
    pub(super) fn pending_reply(&self, link: LinkId) -> Option<&Arc<PendingReply>> {
        self.links.get(&link)?.pending_reply()
    }

    pub(super) fn links(&self) -> Vec<LinkId> {
        let mut links: Vec<LinkId> = self.links.keys().copied().collect();
        links.sort_unstable();
        links
    }
}

/// Starts a thread; they all bear names.
pub(super) fn spawn(
    name: &str,
    body: impl FnOnce() + Send + 'static,
) -> std::io::Result<thread::JoinHandle<()>> {
    thread::Builder::new().name(name.into()).spawn(body)
}
