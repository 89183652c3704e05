//! A Janus that knows what the scenarios need, and the links to it.

use std::{
    collections::{BTreeSet, VecDeque},
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use shuttle::rand::{Rng, thread_rng};

use crate::{
    Config, Connection,
    sync::{
        self, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    transport::{
        Connected, Link, Lookout, Received, Receiver, SendError, Transport, Unreachable, Wait,
    },
};

/// The server, and everything that it has seen.
#[derive(Default)]
pub(super) struct Server {
    state: Mutex<State>,
    changed: Condvar,
    /// How many links were made.
    pub(super) links: AtomicUsize,
}

#[derive(Default)]
struct State {
    /// The link that stands.
    wire: Option<Arc<Wire>>,
    sessions: BTreeSet<u64>,
    handles: BTreeSet<u64>,
    next: u64,
    /// Verbs and sessions.
    seen: Vec<(String, u64)>,
    /// The answer to a request with this verb is held back.
    holds: Option<&'static str>,
    /// Requests with this verb are lost on their way, until the link breaks.
    loses: Option<&'static str>,
    held: Vec<String>,
    refuses: bool,
}

/// One link: messages to the client.
#[derive(Default)]
struct Wire {
    state: Mutex<WireState>,
    came: Condvar,
}

#[derive(Default)]
struct WireState {
    texts: VecDeque<String>,
    broken: bool,
    /// Of its lookout.
    armed: bool,
    woken: bool,
}

pub(super) struct Dialer(pub(super) Arc<Server>);

struct Sending(Arc<Server>, Arc<Wire>);

struct Receiving(Arc<Wire>);

impl Server {
    pub(super) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Settings for it: what is not said waits for no time of a scenario.
    pub(super) fn config(self: &Arc<Self>) -> Config {
        let never = Duration::from_secs(3600);
        let config = Config::new("").transport(Dialer(self.clone()));
        config
            .request_timeout(never)
            .connect_timeout(never)
            .link_timeout(2 * never)
    }

    pub(super) fn open(self: &Arc<Self>) -> Connection {
        self.config().open().expect("it answers")
    }

    /// Breaks the link that stands.
    pub(super) fn cut(&self) {
        let mut state = self.state.lock();
        state.loses = None;
        let wire = state.wire.take();
        drop(state);
        if let Some(wire) = wire {
            wire.cut();
        }
    }

    /// Loses requests with this verb, as they are on their way when the link breaks.
    pub(super) fn lose(&self, verb: &'static str) {
        self.state.lock().loses = Some(verb);
    }

    /// Waits until so many sessions and handles are left.
    pub(super) fn wait_left(&self, sessions: usize, handles: usize) {
        let mut state = self.state.lock();
        while (state.sessions.len(), state.handles.len()) != (sessions, handles) {
            self.changed.wait(&mut state);
        }
    }

    /// Holds back answers to this verb.
    pub(super) fn hold(&self, verb: &'static str) {
        self.state.lock().holds = Some(verb);
    }

    /// Sends what was held back, and holds nothing back any more.
    pub(super) fn let_go(&self) {
        let mut state = self.state.lock();
        state.holds = None;
        for text in std::mem::take(&mut state.held) {
            state.send(text);
        }
    }

    /// Does nothing for so long.
    pub(super) fn rest(&self, time: Duration) {
        let mut state = self.state.lock();
        let until = sync::now() + time;
        while !self.changed.wait_until(&mut state, until).timed_out() {}
    }

    /// Makes no more links.
    pub(super) fn refuse_links(&self) {
        self.state.lock().refuses = true;
    }

    /// Waits until a request with that verb, of that session or of any, was seen so often.
    pub(super) fn wait_seen(&self, verb: &str, count: usize) {
        let mut state = self.state.lock();
        while state.seen(verb).len() < count {
            self.changed.wait(&mut state);
        }
    }

    /// The sessions of all requests with that verb.
    pub(super) fn seen(&self, verb: &str) -> Vec<u64> {
        self.state.lock().seen(verb)
    }

    fn request(&self, wire: &Arc<Wire>, text: &str) {
        let request: Value = serde_json::from_str(text).expect("JSON");
        let verb = request["janus"].as_str().expect("a verb").to_owned();
        let session = request["session_id"].as_u64().unwrap_or_default();
        let mut state = self.state.lock();
        if state.loses.is_some_and(|loses| loses == verb) {
            return;
        }
        let gone = session != 0 && !state.sessions.contains(&session);
        let mut answer = match &*verb {
            _ if gone => json!({"janus": "error", "error": {"code": 458, "reason": "no"}}),
            "info" => json!({"janus": "server_info", "name": "Model", "version": 1102,
                "version_string": "1.1.2", "session-timeout": 60, "reclaim-session-timeout": 0}),
            "create" => {
                state.next += 1;
                let id = state.next;
                state.sessions.insert(id);
                json!({"janus": "success", "data": {"id": id}})
            }
            "attach" => {
                state.next += 1;
                let id = state.next;
                state.handles.insert(id);
                json!({"janus": "success", "session_id": session, "data": {"id": id}})
            }
            "detach" => {
                let handle = request["handle_id"].as_u64().expect("a handle");
                state.handles.remove(&handle);
                json!({"janus": "success", "session_id": session})
            }
            "destroy" => {
                state.sessions.remove(&session);
                json!({"janus": "success", "session_id": session})
            }
            "ping" => json!({"janus": "pong"}),
            "keepalive" => json!({"janus": "ack", "session_id": session}),
            _ => json!({"janus": "success", "session_id": session}),
        };
        answer["transaction"] = request["transaction"].clone();
        let held = state.holds.is_some_and(|holds| holds == verb);
        state.seen.push((verb, session));
        if held {
            state.held.push(answer.to_string())
        } else {
            wire.send(answer.to_string())
        }
        drop(state);
        self.changed.notify_all();
    }
}

impl State {
    fn seen(&self, verb: &str) -> Vec<u64> {
        let seen = self.seen.iter().filter(|(seen, _)| seen == verb);
        seen.map(|(_, session)| *session).collect()
    }

    fn send(&self, text: String) {
        if let Some(wire) = &self.wire {
            wire.send(text);
        }
    }
}

impl Wire {
    fn send(&self, text: String) {
        self.state.lock().texts.push_back(text);
        self.came.notify_all();
    }

    fn cut(&self) {
        self.state.lock().broken = true;
        self.came.notify_all();
    }
}

impl Transport for Dialer {
    fn address(&self) -> String {
        "model:".to_owned()
    }

    fn connect(&self, _: Instant) -> Result<Connected, Unreachable> {
        let wire = Arc::<Wire>::default();
        let mut state = self.0.state.lock();
        if state.refuses {
            return Err(io::Error::from(io::ErrorKind::ConnectionRefused).into());
        }
        state.wire = Some(wire.clone());
        drop(state);
        self.0.links.fetch_add(1, Ordering::SeqCst);
        Ok(Connected {
            link: Box::new(Sending(self.0.clone(), wire.clone())),
            receiver: Box::new(Receiving(wire)),
        })
    }
}

impl Link for Sending {
    fn send(&self, text: &str, _: Instant) -> Result<(), SendError> {
        if self.1.state.lock().broken {
            return Err(SendError::NotSent(io::ErrorKind::NotConnected.into()));
        }
        self.0.request(&self.1, text);
        Ok(())
    }

    fn goodbye(&self) {
        self.1.cut();
    }

    fn shutdown(&self) {
        self.1.cut();
    }
}

impl Receiver for Receiving {
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        let mut state = self.0.state.lock();
        let mut over = false;
        while state.texts.is_empty() && !state.broken && !over {
            over = self
                .0
                .came
                .wait_until(&mut state, wait.deadline)
                .timed_out();
        }
        let text = state.texts.pop_front();
        let broken = state.broken;
        drop(state);
        match text {
            Some(text) => sink(Received::Text(&text)),
            None if broken => return Err(io::ErrorKind::UnexpectedEof.into()),
            None => {}
        }
        Ok(())
    }

    /// In half of the schedules.
    fn lookout(&self) -> Option<Arc<dyn Lookout>> {
        thread_rng().gen_ratio(1, 2).then(|| self.0.clone() as _)
    }
}

impl Lookout for Wire {
    fn wait(&self, deadline: Instant) -> bool {
        let mut state = self.state.lock();
        let input = |state: &WireState| state.broken || state.armed && !state.texts.is_empty();
        while !state.woken && !input(&state) {
            if self.came.wait_until(&mut state, deadline).timed_out() {
                break;
            }
        }
        state.woken = false;
        input(&state)
    }

    fn arm(&self, armed: bool) {
        self.state.lock().armed = armed;
        self.came.notify_all();
    }

    fn wake(&self) {
        self.state.lock().woken = true;
        self.came.notify_all();
    }
}
