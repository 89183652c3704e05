//! What a link that was given up finds out late is not about the present one.

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Instant,
};

use crossbeam_channel::{Receiver, Sender, bounded};
use janus_blocking::{
    Config, EchoTest, Error, SessionId,
    connection::{Backoff, ConnectionState},
    echotest::Settings,
    testing::FakeGateway,
    transport::{Connected, Link, Lost, Received, SendError, Transport, Unreachable, Wait},
};

use super::{LONG, SOON};

/// Makes a first link that breaks as it is told, while its receiver still holds news.
struct Lingering {
    inside: Arc<dyn Transport>,
    /// What the first link is told, and nobody else.
    orders: Mutex<Option<Orders>>,
    breaks: Arc<AtomicBool>,
}

struct Orders {
    /// The session that is lost. Whoever waits for an answer takes it, and says so.
    session: Receiver<SessionId>,
    reads: Sender<()>,
    go_on: Receiver<()>,
}

struct BreakingLink(Box<dyn Link>, Arc<AtomicBool>);

struct LateReceiver(Box<dyn janus_blocking::transport::Receiver>, Option<Orders>);

impl Transport for Lingering {
    fn address(&self) -> String {
        self.inside.address()
    }

    fn connect(&self, deadline: Instant) -> Result<Connected, Unreachable> {
        let Connected { link, receiver } = self.inside.connect(deadline)?;
        let orders = self.orders.lock().expect("no panic").take();
        let breaks = self.breaks.clone();
        Ok(Connected {
            link: match orders {
                Some(_) => Box::new(BreakingLink(link, breaks)),
                None => link,
            },
            receiver: Box::new(LateReceiver(receiver, orders)),
        })
    }
}

impl Link for BreakingLink {
    fn send(&self, text: &str, deadline: Instant) -> Result<(), SendError> {
        if self.1.load(Ordering::SeqCst) && text.contains("audio") {
            return Err(SendError::Broken(io::ErrorKind::BrokenPipe.into()));
        }
        self.0.send(text, deadline)
    }

    fn goodbye(&self) {
        self.0.goodbye();
    }

    fn shutdown(&self) {
        self.0.shutdown();
    }
}

impl janus_blocking::transport::Receiver for LateReceiver {
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        // The connection's own thread makes the next link.
        let is_callers = thread::current().name() != Some("janus-reader");
        let orders = self.1.as_ref().filter(|_| is_callers);
        let Some((orders, session)) = orders.and_then(|it| Some((it, it.session.try_recv().ok()?)))
        else {
            return self.0.receive(wait, sink);
        };
        let _ = orders.reads.send(());
        let _ = orders.go_on.recv_timeout(LONG);
        sink(Received::SessionLost {
            session,
            lost: Lost::Gone,
            asked: Instant::now(),
        });
        Err(io::ErrorKind::ConnectionAborted.into())
    }
}

#[test]
fn what_a_link_that_was_given_up_says_of_a_session_does_not_end_it() {
    let gateway = FakeGateway::builder().reclaim_timeout(LONG).start();
    let gateway = gateway.expect("a free port");
    let (lost, session_lost) = bounded(1);
    let (reads, is_reading) = bounded(1);
    let (goes_on, go_on) = bounded(1);
    let config = Config::new(gateway.url())
        .request_timeout(LONG)
        .reconnect(Backoff::new().first(SOON).longest(SOON * 20));
    let breaks = Arc::<AtomicBool>::default();
    let transport = Lingering {
        inside: config.transport_to(&gateway.url()).expect("a WebSocket"),
        orders: Mutex::new(Some(Orders {
            session: session_lost,
            reads,
            go_on,
        })),
        breaks: breaks.clone(),
    };
    let janus = config.transport(transport).open().expect("a link");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let states = janus.states();

    lost.send(session.id()).expect("the link is there");
    thread::scope(|scope| {
        // One of these reads for itself, off the old link.
        scope.spawn(|| {
            while !breaks.load(Ordering::SeqCst) {
                janus.ping().expect("repeated over the new link");
            }
        });
        is_reading.recv_timeout(LONG).expect("a caller reads");
        breaks.store(true, Ordering::SeqCst);
        let broken = echo.configure(&Settings::new().audio(true));
        let error = broken.expect_err("its link broke");
        assert!(matches!(error, Error::Transport { .. }), "{error}");
        while states.recv_timeout(LONG).expect("a new link") != ConnectionState::Connected {}
        goes_on.send(()).expect("the receiver waits");
    });
    session.check().expect("it was claimed over the new link");
    let usable = echo.configure(&Settings::new().audio(true));
    usable.expect("its handle is there");
}
