//! A TCP proxy before Janus that reads along and can disturb: WebSockets and HTTP by their messages, TLS
//! by its records.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::janus::Janus;
use super::wait::wait_for;
use super::wire_pump::{Both, Filter, Gate, Pump};
use super::wire_record::{Direction, End, Mark, Message, Record};

/// A proxy; dropping it closes its links and joins its threads.
pub struct WireProxy {
    port: u16,
    shared: Arc<Shared>,
    record: Arc<Record>,
    gate: Arc<Gate>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    upstream: AtomicU16,
    refusing: AtomicBool,
    ending: AtomicBool,
    accepted: AtomicUsize,
    open: AtomicUsize,
    /// The links, for ending them from outside.
    links: Mutex<Vec<Weak<Both>>>,
}

impl WireProxy {
    /// Starts a proxy before this Janus's WebSocket port.
    pub fn start(janus: &Janus) -> Self {
        Self::to_port(janus.port())
    }

    /// Starts a proxy before any loopback port.
    pub fn to_port(upstream: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let port = listener.local_addr().expect("the listener is bound").port();
        let shared = Arc::new(Shared {
            upstream: upstream.into(),
            ..Shared::default()
        });
        let (record, gate) = (Arc::new(Record::default()), Arc::new(Gate::default()));
        let (s, r, g) = (Arc::clone(&shared), Arc::clone(&record), Arc::clone(&gate));
        let accepting = Some(thread::spawn(move || accept(&listener, &s, &r, &g)));
        Self {
            port,
            shared,
            record,
            gate,
            accepting,
        }
    }

    /// The address to connect to: `ws://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.port)
    }

    /// The port to connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The text messages from the client, in order, across all links.
    pub fn sent(&self) -> Vec<String> {
        self.record.texts(Direction::ToServer, None)
    }

    /// The text messages from Janus, in order, across all links.
    pub fn received(&self) -> Vec<String> {
        self.record.texts(Direction::ToClient, None)
    }

    /// Everything in both directions, control frames included, with times.
    pub fn messages(&self) -> Vec<Message> {
        self.record.messages(None)
    }

    /// The present end of the record.
    pub fn mark(&self) -> Mark {
        self.record.mark()
    }

    /// The text messages from the client since `mark`.
    pub fn sent_since(&self, mark: Mark) -> Vec<String> {
        self.record.texts(Direction::ToServer, Some(mark))
    }

    /// The text messages from Janus since `mark`.
    pub fn received_since(&self, mark: Mark) -> Vec<String> {
        self.record.texts(Direction::ToClient, Some(mark))
    }

    /// Waits until the client has sent a text that `wanted` likes, and returns the first such.
    #[track_caller]
    pub fn wait_sent(&self, limit: Duration, wanted: impl Fn(&str) -> bool) -> String {
        self.wait_text(Direction::ToServer, limit, wanted)
    }

    /// Waits until Janus has sent a text that `wanted` likes, and returns the first such.
    #[track_caller]
    pub fn wait_received(&self, limit: Duration, wanted: impl Fn(&str) -> bool) -> String {
        self.wait_text(Direction::ToClient, limit, wanted)
    }

    /// How many bytes the client has sent, handshakes and frame headers included.
    pub fn sent_bytes(&self) -> usize {
        self.record.raw_len(Direction::ToServer)
    }

    /// The very bytes that went one way.
    pub fn raw(&self, direction: Direction) -> Vec<u8> {
        self.record.raw(direction)
    }

    /// How many connections clients have made, refused ones included.
    pub fn connections(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// How many links are open now.
    pub fn open_links(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// Closes all links at once, on both sides, without goodbye; new ones are accepted.
    pub fn cut(&self) {
        self.shared.end_links(End::Fin);
    }

    /// The same by TCP's reset.
    pub fn reset(&self) {
        self.shared.end_links(End::Reset);
    }

    /// Closes new connections at once (`true`), or serves them again (`false`).
    pub fn refuse(&self, refuse: bool) {
        self.shared.refusing.store(refuse, Ordering::SeqCst);
    }

    /// Leads new connections to another port.
    pub fn redirect(&self, port: u16) {
        self.shared.upstream.store(port, Ordering::SeqCst);
    }

    /// Stops forwarding both ways; links stay open, and fill up.
    pub fn stall(&self) {
        self.gate.change(|rules| rules.stalled = [true; 2]);
    }

    /// Stops forwarding both ways on the links that are open now; new ones work.
    pub fn freeze(&self) {
        let links = self.connections();
        self.gate.change(|rules| rules.frozen = links);
    }

    /// Forwards again what `stall` and `freeze` stopped.
    pub fn resume(&self) {
        self.gate.change(|rules| {
            rules.stalled = [false; 2];
            rules.frozen = 0;
        });
    }

    /// Keeps back all texts from Janus until `release`.
    pub fn hold_replies(&self) {
        self.gate.change(|rules| rules.holding_replies = true);
    }

    /// Sends on, in order, what was held.
    pub fn release(&self) {
        self.gate.release();
    }

    /// How many texts are held at present.
    pub fn held(&self) -> usize {
        self.gate.held()
    }

    /// Asks `filter` about each text from now on: a WebSocket's message, the body of an HTTP message, or
    /// the first line of a request without one; about a TLS record with an empty text. It must not use
    /// the proxy.
    pub fn filter(
        &self,
        filter: impl FnMut(Direction, &str) -> super::wire_record::Action + Send + 'static,
    ) {
        let filter: Filter = Box::new(filter);
        self.gate.change(|rules| rules.filter = Some(filter));
    }

    /// Lets all texts pass again.
    pub fn no_filter(&self) {
        self.gate.change(|rules| rules.filter = None);
    }

    #[track_caller]
    fn wait_text(&self, way: Direction, limit: Duration, wanted: impl Fn(&str) -> bool) -> String {
        let found = wait_for(limit, || {
            self.record
                .texts(way, None)
                .into_iter()
                .find(|text| wanted(text))
        });
        found.unwrap_or_else(|| {
            let seen = self.record.texts(way, None).join("\n");
            panic!("no such text {way:?} within {limit:?}; there were:\n{seen}")
        })
    }
}

impl Drop for WireProxy {
    fn drop(&mut self) {
        self.shared.ending.store(true, Ordering::SeqCst);
        self.gate.change(|rules| rules.ending = true);
        self.cut();
        // Wakes the thread that waits in `accept`.
        let woken = TcpStream::connect(("127.0.0.1", self.port));
        if let (Ok(_), Some(accepting)) = (woken, self.accepting.take()) {
            let _ = accepting.join();
        }
    }
}

impl Shared {
    fn links(&self) -> MutexGuard<'_, Vec<Weak<Both>>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end_links(&self, end: End) {
        for link in self.links().drain(..) {
            if let Some(link) = link.upgrade() {
                link.end(end);
            }
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>, record: &Arc<Record>, gate: &Arc<Gate>) {
    let mut pumps: Vec<JoinHandle<()>> = Vec::new();
    for client in listener.incoming().flatten() {
        if shared.ending.load(Ordering::SeqCst) {
            break;
        }
        let link = shared.accepted.fetch_add(1, Ordering::SeqCst);
        if shared.refusing.load(Ordering::SeqCst) {
            continue;
        }
        // Where Janus is gone the client's connection is closed: the nearest to "refused".
        let Ok((both, pair)) = pair(client, shared) else {
            continue;
        };
        shared.open.fetch_add(1, Ordering::SeqCst);
        let (shared, record, gate) = (Arc::clone(shared), Arc::clone(record), Arc::clone(gate));
        pumps.push(thread::spawn(move || {
            let [up, down] = pair.map(|(direction, source, sink)| {
                let sink = Arc::new(Mutex::new(sink));
                let (gate, record) = (Arc::clone(&gate), Arc::clone(&record));
                let both = Arc::clone(&both);
                Pump {
                    direction,
                    link,
                    source,
                    sink,
                    both,
                    gate,
                    record,
                }
            });
            drop(both);
            let down = thread::spawn(move || down.run());
            up.run();
            let _ = down.join();
            shared.open.fetch_sub(1, Ordering::SeqCst);
        }));
    }
    // A link that was accepted while `drop` cut the others.
    shared.end_links(End::Fin);
    for pump in pumps {
        let _ = pump.join();
    }
}

type Way = (Direction, TcpStream, TcpStream);

fn pair(client: TcpStream, shared: &Shared) -> io::Result<(Arc<Both>, [Way; 2])> {
    let server = TcpStream::connect(("127.0.0.1", shared.upstream.load(Ordering::SeqCst)))?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let both = Both::new(&client, &server)?;
    let mut links = shared.links();
    links.retain(|link| link.strong_count() > 0);
    links.push(Arc::downgrade(&both));
    drop(links);
    let up = (
        Direction::ToServer,
        client.try_clone()?,
        server.try_clone()?,
    );
    Ok((both, [up, (Direction::ToClient, server, client)]))
}
