//! Everything that can wait for a server, waiting.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, never, select, unbounded};
use janus_blocking::{
    Config, Connection, EchoTest, Error, Events, Plugin, Raw, Session, echotest::Settings,
};
use serde_json::json;

use super::SOON;

/// Longer than any test.
const LONG: Duration = Duration::from_secs(60);

/// A connection with a session and handles.
pub(crate) struct World {
    pub(crate) janus: Arc<Connection>,
    pub(crate) session: Arc<Session>,
    pub(crate) echo: Arc<EchoTest>,
    raw: Arc<Raw>,
}

/// What a waiter got: its name, when, and the error.
pub(crate) type Ended = (&'static str, Instant, Error);

/// Threads that wait.
pub(crate) struct Waiters {
    threads: Vec<(&'static str, JoinHandle<Ended>)>,
    ended: Receiver<()>,
}

impl World {
    pub(crate) fn open(config: Config) -> Self {
        let janus = config.request_timeout(LONG).open().expect("Janus answers");
        let session = janus.create_session().expect("a session");
        let echo = session.attach().expect("a handle");
        let raw = session
            .attach_raw("janus.plugin.echotest")
            .expect("a handle");
        Self {
            janus: janus.into(),
            session: session.into(),
            echo: Arc::new(echo),
            raw: raw.into(),
        }
    }

    /// Closing an ended connection does not block.
    pub(crate) fn close(self) {
        let begun = Instant::now();
        let Self {
            janus,
            session,
            echo,
            raw,
        } = self;
        drop((session, echo, raw));
        Arc::into_inner(janus).expect("nobody else has it").close();
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    }
}

impl Waiters {
    /// Starts a thread for everything that waits, and returns when all of them do.
    pub(crate) fn start(world: &World) -> Self {
        let (done, ended) = unbounded();
        let mut threads = Vec::new();
        let mut start = |name, wait: Box<dyn FnOnce() -> Error + Send>| {
            let done = done.clone();
            let thread = thread::spawn(move || {
                let error = wait();
                let ended = (name, Instant::now(), error);
                // The receiver may be gone when a test has failed.
                let _ = done.send(());
                ended
            });
            threads.push((name, thread));
        };
        let settings = || Settings::new().audio(true);
        let (janus, session) = (&world.janus, &world.session);
        let its = Arc::clone(janus);
        start("ping", Box::new(move || its.ping().expect_err("no answer")));
        let its = Arc::clone(janus);
        start(
            "create",
            Box::new(move || its.create_session().expect_err("no answer")),
        );
        let its = Arc::clone(session);
        start(
            "attach",
            Box::new(move || its.attach::<EchoTest>().expect_err("no answer")),
        );
        for name in ["request", "request too"] {
            let echo = Arc::clone(&world.echo);
            start(
                name,
                Box::new(move || echo.configure(&settings()).expect_err("no answer")),
            );
        }
        let raw = Arc::clone(&world.raw);
        start(
            "send",
            Box::new(move || raw.send(json!({"audio": true})).expect_err("no ack")),
        );
        let raw = Arc::clone(&world.raw);
        start(
            "trickle",
            Box::new(move || raw.handle().trickle_done().expect_err("no ack")),
        );
        let events = || world.echo.events();
        let queue = events();
        start(
            "queue: recv",
            Box::new(move || queue.recv().expect_err("the end")),
        );
        let queue = events();
        let wait = move || queue.recv_timeout(LONG).expect_err("the end");
        start("queue: recv_timeout", Box::new(wait));
        let queue = events();
        start("queue: iter", Box::new(move || last(&queue)));
        let queue = world.raw.events();
        start("queue: receiver", Box::new(move || selected(&queue)));
        // All have sent their request, or wait for events, soon; nothing tells from outside.
        thread::sleep(Duration::from_millis(200));
        Self { threads, ended }
    }

    /// Waits until all have ended, or one has not in time.
    pub(crate) fn join(self) -> Vec<Ended> {
        for _ in &self.threads {
            let in_time = self.ended.recv_timeout(Duration::from_secs(10));
            in_time.unwrap_or_else(|_| panic!("still waiting: {:?}", self.waiting()));
        }
        let threads = self.threads.into_iter();
        threads
            .map(|(_, thread)| thread.join().expect("no panic"))
            .collect()
    }

    fn waiting(&self) -> Vec<&str> {
        let threads = self
            .threads
            .iter()
            .filter(|(_, thread)| !thread.is_finished());
        threads.map(|(name, _)| *name).collect()
    }
}

/// The last item of the iterator, behind which there is none.
fn last<P: Plugin>(events: &Events<P>) -> Error {
    let mut items = events.iter();
    let last = items.by_ref().find_map(Result::err).expect("the end");
    assert!(items.next().is_none());
    last
}

/// What comes out of `select!`.
fn selected(events: &Events<Raw>) -> Error {
    let nothing = never::<()>();
    select! {
        recv(events.receiver()) -> raw => events.decode(raw).expect_err("the end"),
        recv(nothing) -> _ => unreachable!("it never has anything"),
    }
}
