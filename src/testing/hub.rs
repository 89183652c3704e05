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
    gateway::{Gateway, LinkId, Over},
    http::Desk,
    injector::{Ending, Frame, Injector, Lane, Step},
};

/// The sending half of a link; none of it waits.
pub(super) trait Outlet: Send {
    fn put(&self, lane: Lane, frame: Frame);
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
    fn desk(&self) -> Option<&Arc<Desk>> {
        None
    }
}

/// Something that is to be sent later.
#[derive(Clone, Copy, Debug)]
pub(super) struct Later((Duration, u64));

pub(super) struct Hub {
    state: Mutex<State>,
    /// Something has happened: for the clock, and for tests that wait.
    changed: Condvar,
}

pub(super) struct State {
    pub(super) gateway: Gateway,
    pub(super) injector: Injector,
    clock: Clock,
    links: HashMap<LinkId, Box<dyn Outlet>>,
    /// Links that are silent: open, and dead.
    silent: HashSet<LinkId>,
    next_link: LinkId,
    /// What is to be done later, by time and order.
    delayed: BTreeMap<(Duration, u64), Step>,
    steps: u64,
    /// New links are refused.
    pub(super) closed: bool,
    over: bool,
}

impl Hub {
    pub(super) fn new(gateway: Gateway, injector: Injector, manual: bool) -> Arc<Self> {
        let state = State {
            gateway,
            injector,
            clock: Clock::new(manual),
            links: HashMap::new(),
            silent: HashSet::new(),
            next_link: 1,
            delayed: BTreeMap::new(),
            steps: 0,
            closed: false,
            over: false,
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
    pub(super) fn open(&self, outlet: Box<dyn Outlet>) -> Option<LinkId> {
        self.with(|state, _| state.open(outlet))
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
    pub(super) fn release(&self, link: LinkId, later: Later) {
        self.with(|state, _| {
            state.delayed.remove(&later.0);
            if !state.gateway.owns(link) {
                state.links.remove(&link);
            }
        });
    }

    /// The client of a long poll has gone, which Janus sees only when the poll is over.
    pub(super) fn abandon(&self, link: LinkId, later: Later, poll: &Arc<Desk>) {
        self.with(|state, _| {
            state.links.remove(&link);
            if let Some(step) = state.delayed.get_mut(&later.0) {
                *step = Step::Forget(poll.clone());
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
            if let Some(outlet) = state.links.remove(&link) {
                outlet.end(Ending::Goodbye);
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
        while !state.over {
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
        state.over = true;
        state.end_all();
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn is_over(&self) -> bool {
        self.state.lock().over
    }
}

impl State {
    fn open(&mut self, outlet: Box<dyn Outlet>) -> Option<LinkId> {
        if self.over || self.closed {
            return None;
        }
        let link = self.next_link;
        self.next_link += 1;
        self.links.insert(link, outlet);
        Some(link)
    }

    /// A new link for one request, which is answered by that frame at that time unless it is
    /// released before; `None` when it is refused.
    pub(super) fn open_until(
        &mut self,
        end: Duration,
        outlet: Box<dyn Outlet>,
        frame: Frame,
    ) -> Option<(LinkId, Later)> {
        let link = self.open(outlet)?;
        self.steps += 1;
        let key = (end, self.steps);
        let step = Step::Put(link, Lane::Answer, frame);
        self.delayed.insert(key, step);
        Some((link, Later(key)))
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
            for (due, step) in self.injector.apply(batch, now) {
                self.steps += 1;
                self.delayed.insert((due, self.steps), step);
            }
            for over in self.gateway.take_over() {
                self.steps += 1;
                let step = Step::SessionOver(over);
                self.delayed.insert((now, self.steps), step);
            }
            let Some(entry) = self.delayed.first_entry() else {
                return;
            };
            if entry.key().0 > now {
                return;
            }
            // One at a time: the end of a link may make the gateway say something.
            let step = entry.remove();
            self.perform(step, now);
        }
    }

    pub(super) fn perform(&mut self, step: Step, now: Duration) {
        match step {
            Step::Put(link, lane, frame) => {
                let outlet = self.links.get(&link);
                if let Some(outlet) = outlet.filter(|_| !self.silent.contains(&link)) {
                    outlet.put(lane, frame);
                }
            }
            Step::End(link, how) => {
                let Some(outlet) = self.links.get(&link) else {
                    return;
                };
                outlet.end(how);
                if outlet.is_noticed() {
                    self.links.remove(&link);
                    if !self.silent.remove(&link) {
                        self.gateway.link_gone(link, now);
                    }
                }
            }
            Step::Silence(link) => {
                if self.links.get(&link).is_some_and(|it| it.silence()) {
                    self.silent.insert(link);
                }
            }
            Step::SessionOver(Over { link, timed_out }) => {
                let outlet = self.links.get(&link);
                if outlet.is_some_and(|it| it.ends_with_session(timed_out)) {
                    self.links.remove(&link);
                    self.silent.remove(&link);
                }
            }
            Step::Forget(poll) => poll.forget(),
            Step::Restart => self.restart(),
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
        for (_, outlet) in self.links.drain() {
            outlet.end(Ending::Sudden);
        }
    }

    /// Where the events of that link wait for long polls.
    pub(super) fn desk(&self, link: LinkId) -> Option<&Arc<Desk>> {
        self.links.get(&link)?.desk()
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
