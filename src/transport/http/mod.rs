//! The link over HTTP: a request is a POST on the caller's thread, events come by one long poll per session.
//!
//! ureq speaks the protocol, over the crate's own streams. It logs the heads of requests and, at `trace`,
//! what is answered; so secrets of requests are put in below it.

mod answer;
mod api;
mod carrier;
mod connection;
mod events;
mod late_answer;
mod poll;
mod pool;
mod request;

use std::{
    collections::HashMap,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::{Sender, bounded};
use parking_lot::Mutex;

use super::{
    Connected, Link, Properties, Received, Settings, Transport, Unreachable, address::Url,
    stream::Connector,
};
use crate::{
    Error, Result, SessionId,
    auth::Credentials,
    logging::{self, debug},
};
use answer::{Asked, is_unfit};
use api::JanusApi;
use events::{HttpReceiver, Item, is_of_request, refusal};
use late_answer::LateAnswers;
use poll::Poll;
use pool::{Failure, Pool};
use request::Target;

/// How many answers of long polls wait to be received before their polls wait.
const MAX_WAITING: usize = 8;

/// Makes links to one server.
pub(super) struct Http {
    url: Url,
    target: Target,
    connector: Arc<Connector>,
    credentials: Credentials,
    link_timeout: Duration,
}

impl Http {
    pub(super) fn new(url: Url, settings: &Settings) -> Result<Self> {
        let target = Target::new(&url)
            .map_err(|_| Error::config("url", "its host or path is not one of HTTP"))?;
        Ok(Self {
            target,
            connector: Arc::new(Connector::new(&url, settings)?),
            url,
            credentials: settings.credentials.clone(),
            link_timeout: settings.link_timeout,
        })
    }
}

impl Transport for Http {
    fn address(&self) -> String {
        self.url.shown()
    }

    fn connect(&self, deadline: Instant) -> Result<Connected, Unreachable> {
        logging::warn_of_bytes();
        let server = JanusApi {
            target: self.target.clone(),
            pool: Pool::new(self.connector.clone()),
            late: LateAnswers::default(),
            credentials: self.credentials.clone(),
            link_timeout: self.link_timeout,
        };
        server.greet(&self.url, deadline)?;
        let (give, items) = bounded(MAX_WAITING);
        let (wake, woken) = bounded(1);
        let (running, over) = bounded(0);
        let link = HttpLink {
            server: Arc::new(server),
            items: give,
            wake,
            state: Mutex::new(Some(Running {
                polls: HashMap::new(),
                _running: running,
            })),
        };
        Ok(Connected {
            link: Box::new(link),
            receiver: Box::new(HttpReceiver { items, woken, over }),
        })
    }
}

struct HttpLink {
    server: Arc<JanusApi>,
    items: Sender<Item>,
    wake: Sender<()>,
    /// `None` when the link has ended.
    state: Mutex<Option<Running>>,
}

struct Running {
    polls: HashMap<SessionId, Polls>,
    /// Closed when the link ends, which the receiver sees.
    _running: Sender<()>,
}

/// What asks for one session's events.
struct Polls {
    current: Poll,
    /// The one before a claim over this same link. On the queue that was replaced it is of no use;
    /// on the new one, if it came to Janus behind the claim, it gets the next event.
    _retired: Option<Poll>,
}

impl Link for HttpLink {
    fn send(
        &self,
        text: &str,
        deadline: Instant,
        answers: &mut dyn FnMut(Received<'_>),
    ) -> io::Result<()> {
        let asked = Asked::of(text);
        let request = self.server.target.post(text);
        let pool = &self.server.pool;
        match pool.exchange(&request, asked.session(), deadline) {
            Ok(response) if response.status == 200 => asked.answered(&response.body, answers),
            Ok(response) if is_of_request(response.status) => {
                asked.unanswered(&refusal(response.status).to_string(), answers);
            }
            Ok(response) => return Err(refusal(response.status)),
            Err(Failure { error, .. }) if is_unfit(&error) => {
                asked.unanswered(&error.to_string(), answers);
            }
            Err(Failure { error, unanswered }) => {
                if let Some(connection) = unanswered.filter(|_| asked.makes()) {
                    late_answer::read(&self.server, &self.items, *connection);
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// There is nothing to be said: the connections end, and Janus keeps the sessions.
    fn goodbye(&self) {
        self.shutdown();
    }

    fn shutdown(&self) {
        // The polls end, and the receiver.
        drop(self.state.lock().take());
        self.server.pool.shutdown();
    }

    fn wake(&self) {
        // When it is full, it is woken already.
        let _ = self.wake.try_send(());
    }

    fn properties(&self) -> Properties {
        Properties {
            reports_going_away: false,
            answers_in_send: true,
            // They do, but a poll that broke off may take events with it for 30 s: a claim ends that.
            sessions_outlive_links: false,
            keeps_sessions_alive: true,
        }
    }

    fn session_began(&self, session: SessionId) {
        let before = match &mut *self.state.lock() {
            None => return,
            Some(running) => running.polls.remove(&session),
        };
        // Not ended: Janus would hold it, and give an event to nobody.
        let retired = before.map(|polls| polls.current.retire());
        let poll = Poll::start(self.server.clone(), session, self.items.clone());
        match poll {
            Ok(poll) => {
                if let Some(running) = &mut *self.state.lock() {
                    let polls = Polls {
                        current: poll,
                        _retired: retired,
                    };
                    running.polls.insert(session, polls);
                }
            }
            Err(error) => {
                debug!("the system refused a thread for session {session}: {error}");
                self.shutdown();
            }
        }
    }

    fn session_ended(&self, session: SessionId) {
        let poll = self
            .state
            .lock()
            .as_mut()
            .and_then(|running| running.polls.remove(&session));
        drop(poll);
        // Their callers have heard of the end, and need not wait for the server.
        self.server.pool.end_session(session);
    }
}
