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
mod posted;
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
    Connected, Link, Properties, Received, SendError, Settings, Transport, Unreachable,
    address::Url, lookout::Bell, stream::Connector,
};
use crate::{
    Error, Result, SessionId,
    auth::Credentials,
    logging::{self, debug},
};
use answer::{Answer, Asked, is_unfit};
use api::JanusApi;
use events::{HttpReceiver, Items, MAX_WAITING, is_of_request, refusal};
use late_answer::LateAnswers;
use poll::Poll;
use pool::{Failure, Pool};
use posted::Posted;
use request::Target;

/// Makes links to one server.
pub(super) struct Http {
    url: Url,
    target: Target,
    connector: Arc<Connector>,
    credentials: Credentials,
    link_timeout: Option<Duration>,
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
        let bell = Bell::new();
        let (wake, woken) = bounded(1);
        let (running, over) = bounded(0);
        let link = Shared {
            server: Arc::new(server),
            items: Items {
                items: give,
                bell: bell.clone(),
            },
            wake,
            posted: Mutex::default(),
            state: Mutex::new(Some(Running {
                polls: HashMap::new(),
                _running: running,
            })),
        };
        Ok(Connected {
            link: Box::new(HttpLink(Arc::new(link))),
            receiver: Box::new(HttpReceiver {
                items,
                bell,
                woken,
                over,
            }),
        })
    }
}

struct HttpLink(Arc<Shared>);

/// What the link and the thread that sends what was [posted] share.
struct Shared {
    server: Arc<JanusApi>,
    items: Items,
    /// Makes the receiver return.
    wake: Sender<()>,
    posted: Mutex<Posted>,
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

impl Shared {
    /// Sends a request and waits for its response.
    fn ask(&self, asked: &Asked<'_>, text: &str, deadline: Instant) -> Result<Answer, SendError> {
        let request = self.server.target.post(text);
        let pool = &self.server.pool;
        match pool.exchange(&request, asked.session(), deadline) {
            Ok(response) if response.status == 200 => Ok(Answer::Body(response.body)),
            Ok(response) if is_of_request(response.status) => {
                Ok(Answer::None(refusal(response.status).to_string()))
            }
            Ok(response) => Err(refusal(response.status).into()),
            Err(Failure { error, .. }) if is_unfit(&error) => Ok(Answer::None(error.to_string())),
            Err(failure) => {
                if let Some(connection) = failure.unanswered.filter(|_| asked.makes()) {
                    late_answer::read(&self.server, &self.items, *connection);
                }
                Err(match failure.error {
                    // Its caller's time was too short for a new connection, or the path is dead: which
                    // of them, a sign of life tells.
                    error if failure.not_sent && error.kind() == io::ErrorKind::TimedOut => {
                        SendError::NoRoom
                    }
                    error if failure.not_sent => SendError::NotSent(error),
                    error if error.kind() == io::ErrorKind::TimedOut => SendError::TimedOut,
                    error => SendError::Broken(error),
                })
            }
        }
    }

    fn shutdown(&self) {
        // The polls end, and the receiver.
        drop(self.state.lock().take());
        self.items.bell.ring();
        self.server.pool.shutdown();
    }
}

impl Link for HttpLink {
    fn send(&self, text: &str, _deadline: Instant) -> Result<(), SendError> {
        posted::post(&self.0, text);
        Ok(())
    }

    fn exchange(
        &self,
        text: &str,
        deadline: Instant,
        answers: &mut dyn FnMut(Received<'_>),
    ) -> Result<(), SendError> {
        let asked = Asked::of(text);
        let answer = self.0.ask(&asked, text, deadline)?;
        asked.deliver(&answer, answers);
        Ok(())
    }

    fn post(&self, text: &str) -> Result<(), SendError> {
        posted::post(&self.0, text);
        Ok(())
    }

    fn wake(&self) {
        // Full means woken already.
        let _ = self.0.wake.try_send(());
        self.0.items.bell.ring();
    }

    /// There is nothing to be said: the connections end, and Janus keeps the sessions.
    fn goodbye(&self) {
        posted::leave(&self.0);
    }

    fn shutdown(&self) {
        self.0.shutdown();
    }

    fn properties(&self) -> Properties {
        Properties {
            reports_going_away: false,
            // They do, but a poll that broke off may take events with it for 30 s: a claim ends that.
            keeps_sessions_alive: true,
        }
    }

    fn session_began(&self, session: SessionId) {
        // Its first keepalive may be due before the receiver would return.
        self.wake();
        let before = match &mut *self.0.state.lock() {
            None => return,
            Some(running) => running.polls.remove(&session),
        };
        // Not ended: Janus would hold it, and give an event to nobody.
        let retired = before.map(|polls| polls.current.retire());
        let poll = Poll::start(self.0.server.clone(), session, self.0.items.clone());
        match poll {
            Ok(poll) => {
                if let Some(running) = &mut *self.0.state.lock() {
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
            .0
            .state
            .lock()
            .as_mut()
            .and_then(|running| running.polls.remove(&session));
        drop(poll);
        // Their callers have heard of the end, and need not wait for the server.
        self.0.server.pool.end_session(session);
    }
}
