//! The servers of one version, and how they are reached.

use std::{
    fmt, fs,
    io::{Read, Seek, SeekFrom, Write},
    net::TcpStream,
    sync::Mutex,
    thread,
    time::Duration,
};

use common::{Authority, Janus, JanusBuilder, Version, WsClient, wait_until};
use janus_blocking::{
    Config, Connection, EchoTest, HandleId, Plugin, Session, SessionId,
    tls::{Pem, Tls},
};
use serde_json::{Value, json};

use super::LIMIT;

/// The ways to reach a Janus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Ws,
    Wss,
    Http,
    Https,
    Unix,
    UnixDatagrams,
}

impl Transport {
    pub(crate) const ALL: [Self; 6] = [
        Self::Ws,
        Self::Wss,
        Self::Http,
        Self::Https,
        Self::Unix,
        Self::UnixDatagrams,
    ];

    /// Whether a request is answered by what it opens, and events are asked for.
    pub(crate) fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ws => "ws",
            Self::Wss => "wss",
            Self::Http => "http",
            Self::Https => "https",
            Self::Unix => "unix",
            Self::UnixDatagrams => "unixdgram",
        })
    }
}

/// Two servers, as a Janus has one Unix socket: all transports but `unixdgram`, and that one.
pub(crate) struct Servers {
    packets: Server,
    datagrams: Server,
}

/// A server, and how many requests its log has shown so far.
pub(crate) struct Server {
    pub(crate) janus: Janus,
    ca: Authority,
    read: Mutex<Progress>,
}

/// What has been read of the log.
#[derive(Default)]
struct Progress {
    bytes: u64,
    requests: usize,
    marks: usize,
}

/// The session of a request that marks a place in the log: there is none, which Janus logs.
const MARK: u64 = 4_711_000_000_004_711;

/// Long enough for keepalives to be rare, and so that no session dies on a busy machine.
const RECLAIM: u32 = 40;

impl Servers {
    pub(crate) fn start(version: Version) -> Self {
        let settings = |server: JanusBuilder| server.reclaim_timeout(RECLAIM);
        Self {
            packets: Server::start(version, false, settings),
            datagrams: Server::start(version, true, settings),
        }
    }

    /// The server that is reached in this way.
    pub(crate) fn server(&self, transport: Transport) -> &Server {
        match transport {
            Transport::UnixDatagrams => &self.datagrams,
            _ => &self.packets,
        }
    }

    pub(crate) fn config(&self, transport: Transport) -> Config {
        self.server(transport).config(transport)
    }

    pub(crate) fn open(&self, transport: Transport) -> Connection {
        self.config(transport).open().expect("Janus answers")
    }
}

impl Server {
    /// Starts a server with all transports but for the type of its Unix socket.
    pub(crate) fn start(
        version: Version,
        datagrams: bool,
        settings: impl Fn(JanusBuilder) -> JanusBuilder,
    ) -> Self {
        let builder = settings(Janus::builder().version(version));
        // Below it, the log does not tell of requests.
        let builder = builder.setting("general", "debug_level = 7");
        let ca = Authority::new("matrix CA");
        let builder = builder.http().tls(&ca.issue(&["localhost", "127.0.0.1"]));
        let builder = if datagrams {
            builder.unix_datagram()
        } else {
            builder.unix()
        };
        Self {
            janus: builder.start(),
            ca,
            read: Mutex::default(),
        }
    }

    pub(crate) fn config(&self, transport: Transport) -> Config {
        let janus = &self.janus;
        match transport {
            Transport::Ws => Config::new(janus.url()),
            Transport::Wss => self.trusting(janus.wss_url()),
            Transport::Http => Config::new(janus.http_url()),
            Transport::Https => self.trusting(janus.https_url()),
            Transport::Unix | Transport::UnixDatagrams => Config::new(janus.unix_url()),
        }
    }

    fn trusting(&self, url: String) -> Config {
        let ca = Pem::text(self.ca.pem());
        Config::new(url).tls(Tls::new().ca(ca).system_roots(false))
    }

    /// How many requests of clients Janus has received, by its own log.
    fn requests(&self) -> usize {
        // HTTP has requests of its own, long polls, which it passes on.
        const REQUEST: [&str; 3] = [
            "Got a Janus API request from janus.transport.websockets",
            "Got a Janus API request from janus.transport.pfunix",
            "Got a HTTP POST request on",
        ];
        let mut read = self.read.lock().expect("nobody panics here");
        let mut file = fs::File::open(self.janus.log_path()).expect("there is a log");
        file.seek(SeekFrom::Start(read.bytes)).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("it is read");
        // The last line may be half there.
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let text = String::from_utf8_lossy(&bytes[..whole]);
        let mark = format!("Couldn't find any session {MARK}");
        for line in text.lines() {
            read.requests += usize::from(REQUEST.iter().any(|word| line.contains(word)));
            read.marks += usize::from(line.contains(&mark));
        }
        read.bytes += whole as u64;
        read.requests
    }

    /// Returns when the log has all that Janus has received before.
    fn read_all(&self) {
        let marks = || {
            self.requests();
            self.read.lock().expect("nobody panics here").marks
        };
        let before = marks();
        let mut client = WsClient::connect(&self.janus.url()).expect("Janus answers");
        let mark = json!({ "janus": "keepalive", "session_id": MARK, "transaction": "mark" });
        client.send(&mark.to_string()).expect("Janus answers");
        wait_until(LIMIT, "the mark is logged", || marks() > before);
    }

    /// The same when nothing has been added for 0.2 s: of connections that have ended, a busy server may
    /// log requests much later.
    fn settled_requests(&self) -> usize {
        let (mut count, mut same) = (self.requests(), 0);
        wait_until(LIMIT, "the log is quiet", || {
            thread::sleep(Duration::from_millis(10));
            let now = self.requests();
            same = if now == count { same + 1 } else { 0 };
            count = now;
            same >= 20
        });
        count
    }

    /// What a job returns, and how many requests Janus received while it ran. The `ping` behind it
    /// makes sure that all have come, and the mark that all are in the log.
    #[track_caller]
    pub(crate) fn count<T>(&self, connection: &Connection, job: impl FnOnce() -> T) -> (T, usize) {
        let before = self.settled_requests();
        let result = job();
        connection.ping().expect("Janus answers");
        self.read_all();
        (result, self.requests() - before - 2)
    }

    /// Asserts that a job sends nothing at all.
    #[track_caller]
    pub(crate) fn nothing_sent<T>(&self, connection: &Connection, job: impl FnOnce() -> T) -> T {
        let (result, sent) = self.count(connection, job);
        assert_eq!(sent, 0, "requests were sent");
        result
    }

    pub(crate) fn admin(&self, mut request: Value) -> Value {
        let url = self.janus.admin_url();
        let client = WsClient::connect_as(&url, "janus-admin-protocol");
        let mut client = client.expect("the Admin API");
        request["transaction"] = json!("admin");
        request["admin_secret"] = json!(self.janus.admin_secret());
        client.send(&request.to_string()).expect("sent");
        serde_json::from_str(&client.recv(LIMIT).expect("an answer")).expect("JSON")
    }

    pub(crate) fn sessions(&self) -> Vec<u64> {
        let answer = self.admin(json!({ "janus": "list_sessions" }));
        serde_json::from_value(answer["sessions"].clone()).expect("a list of ids")
    }

    pub(crate) fn handles(&self, session: SessionId) -> Vec<u64> {
        let answer = self.admin(json!({ "janus": "list_handles", "session_id": session }));
        serde_json::from_value(answer["handles"].clone()).unwrap_or_default()
    }

    /// Asks for a session's events over HTTP, as an owner that was not told of a claim does, until
    /// it gets one; `make` makes one that it or the owner gets.
    pub(crate) fn steal_an_event(&self, session: SessionId, mut make: impl FnMut()) {
        let url = self.janus.http_url();
        let (host, path) = url
            .trim_start_matches("http://")
            .split_once('/')
            .expect("a path");
        let stolen = || {
            let mut stream = TcpStream::connect(host).expect("Janus answers");
            let head = format!("Host: {host}\r\nConnection: close\r\n\r\n");
            let poll = format!("GET /{path}/{session} HTTP/1.1\r\n{head}");
            stream.write_all(poll.as_bytes()).expect("sent");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("an answer");
            answer.contains("error_code")
        };
        thread::scope(|scope| {
            // It may be woken in vain.
            let thief = scope.spawn(|| (0..1000).any(|_| stolen()));
            wait_until(LIMIT, "it gets an event", || {
                make();
                thief.is_finished()
            });
            assert!(thief.join().expect("its polls are answered"));
        });
    }

    /// Stops it for a while.
    pub(crate) fn paused(&self) -> Paused<'_> {
        Paused::new(&self.janus)
    }

    /// Somebody else, who knows the numbers.
    pub(crate) fn outsider(&self, session: SessionId) -> Outsider {
        Outsider {
            client: WsClient::connect(&self.janus.url()).expect("Janus answers"),
            session,
            sent: 0,
        }
    }
}

/// A server that does nothing while this lives.
pub(crate) struct Paused<'a>(&'a Janus);

impl<'a> Paused<'a> {
    fn new(janus: &'a Janus) -> Self {
        janus.pause();
        let paused = Self(janus);
        // Its threads stop one by one.
        let tasks = format!("/proc/{}/task", janus.pid());
        wait_until(LIMIT, "all threads have stopped", || {
            let tasks = fs::read_dir(&tasks).expect("it runs").flatten();
            tasks
                .filter_map(|task| fs::read_to_string(task.path().join("stat")).ok())
                .all(|stat| stat.contains(") T "))
        });
        paused
    }
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        self.0.resume();
    }
}

/// A client beside the one that owns the session: its requests make events, which go to the owner.
pub(crate) struct Outsider {
    client: WsClient,
    session: SessionId,
    sent: usize,
}

/// Keys that EchoTest refuses with an event that names the key, when they have the wrong type.
const KEYS: [&str; 5] = ["audio", "video", "bitrate", "record", "filename"];

impl Outsider {
    /// Sends a request, and returns at its answer.
    fn ask(&mut self, mut request: Value) {
        self.sent += 1;
        let transaction = format!("outside {}", self.sent);
        request["transaction"] = json!(transaction);
        request["session_id"] = json!(self.session);
        self.client.send(&request.to_string()).expect("sent");
        let answered = |text: &str| text.contains(&transaction);
        self.client.recv_where(LIMIT, answered).expect("an answer");
    }

    /// Makes an event that is like no other of the last few; returns what its text has to name.
    pub(crate) fn provoke(&mut self, handle: HandleId, number: usize) -> String {
        let key = KEYS[(number * number + number / 3) % KEYS.len()];
        let body = json!({ key: { "of the": "wrong type" } });
        self.ask(json!({ "janus": "message", "handle_id": handle, "body": body }));
        format!("({key} ")
    }

    pub(crate) fn destroy(mut self) {
        self.ask(json!({ "janus": "destroy" }));
    }
}

/// A session with a handle.
pub(crate) fn attached(connection: &Connection) -> (Session, EchoTest) {
    let session = connection.create_session().expect("a session");
    let echo = session.attach().expect("a handle");
    (session, echo)
}

/// Reattaches the one handle of a claimed session.
pub(crate) fn reattached<P: Plugin>(session: &Session, handle: HandleId) -> P {
    session.reattach(handle).expect("nothing is sent")
}
