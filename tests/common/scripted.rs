//! A WebSocket server that does as it is told, for what no real Janus does on request.
//!
//! A script gets each request and says which bytes go back, all in one write; a test can write in
//! between with [`Scripted::push`].

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::handshake::server::{ErrorResponse, Request, Response};

use super::frames::{Decoder, Frame};
use super::wait_for;

/// The session that [`Out::usual`] creates.
pub const SESSION: u64 = 11;
/// The handle that [`Out::usual`] attaches.
pub const HANDLE: u64 = 22;

/// The first byte of a text message in one frame.
pub const TEXT: u8 = 0x81;

/// A running server; dropping it closes its link and joins its thread.
pub struct Scripted {
    port: u16,
    shared: Arc<Shared>,
    serving: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    /// The writing side of the link that stands.
    link: Mutex<Option<TcpStream>>,
    seen: Mutex<Vec<Frame>>,
    /// How much was sent behind handshakes, over all links.
    sent: AtomicUsize,
    /// How much may be: then the link ends.
    most: OnceLock<usize>,
    ending: AtomicBool,
}

/// What goes to the client, in one write.
#[derive(Default)]
pub struct Out {
    bytes: Vec<u8>,
}

impl Scripted {
    /// Starts a server that answers every request as a Janus would.
    pub fn usual() -> Self {
        Self::start(|request, out| out.usual(request))
    }

    /// Starts a server that does with each request what the script says.
    pub fn start(script: impl FnMut(&Value, &mut Out) + Send + 'static) -> Self {
        Self::start_on(&listener(), script)
    }

    /// The same at a port that others have used, one after the other: each new port stays in use for a
    /// minute, and thousands of them are all there are.
    pub fn start_on(
        listener: &TcpListener,
        mut script: impl FnMut(&Value, &mut Out) + Send + 'static,
    ) -> Self {
        let listener = listener.try_clone().expect("a file more");
        let port = listener.local_addr().expect("the listener is bound").port();
        let shared = Arc::new(Shared::default());
        let serving = Arc::clone(&shared);
        let serving = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.ending.load(Ordering::SeqCst) {
                    break;
                }
                // A client that goes away in the handshake is not this server's failure.
                let _ = serve(stream, &serving, &mut script);
            }
        });
        Self {
            port,
            shared,
            serving: Some(serving),
        }
    }

    /// The address to connect to.
    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.port)
    }

    /// Writes to the client now, all in one write.
    pub fn push(&self, write: impl FnOnce(&mut Out)) {
        let mut out = Out::default();
        write(&mut out);
        self.shared.write(&out);
    }

    /// From now on the link shows signs of life, also while the script takes its time, which on a slow
    /// machine may be more than a silent link has.
    pub fn stay_alive(&self) {
        let shared = Arc::clone(&self.shared);
        thread::spawn(move || {
            while !shared.ending.load(Ordering::SeqCst) {
                let mut out = Out::default();
                // A pong that nobody has asked for.
                out.frame(0x8a, b"");
                shared.write(&out);
                thread::sleep(Duration::from_millis(200));
            }
        });
    }

    /// Ends the link without goodbye.
    pub fn cut(&self) {
        if let Some(link) = lock(&self.shared.link).take() {
            let _ = link.shutdown(Shutdown::Both);
        }
    }

    /// Ends a link when so many bytes were sent behind handshakes, over all links; each later one ends
    /// with its first answer.
    pub fn cut_after(&self, bytes: usize) {
        let set = self.shared.most.set(bytes);
        set.expect("it is said once");
    }

    /// How many bytes it has sent behind handshakes.
    pub fn sent_bytes(&self) -> usize {
        self.shared.sent.load(Ordering::SeqCst)
    }

    /// Everything that the client has sent, control frames included.
    pub fn frames(&self) -> Vec<Frame> {
        lock(&self.shared.seen).clone()
    }

    /// The requests that the client has sent.
    pub fn requests(&self) -> Vec<Value> {
        self.frames().iter().filter_map(parsed).collect()
    }

    /// Waits for a request with this verb, and returns the last such.
    #[track_caller]
    pub fn wait_request(&self, verb: &str) -> Value {
        let found = wait_for(Duration::from_secs(5), || {
            self.requests()
                .into_iter()
                .rfind(|request| request["janus"] == verb)
        });
        found.unwrap_or_else(|| panic!("no `{verb}` came, only {:?}", self.requests()))
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.shared.ending.store(true, Ordering::SeqCst);
        self.cut();
        // Wakes the thread that waits in `accept`.
        let woken = TcpStream::connect(("127.0.0.1", self.port));
        if let (Ok(_), Some(serving)) = (woken, self.serving.take()) {
            let _ = serving.join();
        }
    }
}

impl Shared {
    fn write(&self, out: &Out) {
        if let Some(link) = &mut *lock(&self.link) {
            let sent = self.sent.load(Ordering::SeqCst);
            let left = self.most.get().map(|most| most.saturating_sub(sent));
            let end = left.filter(|left| *left <= out.bytes.len());
            let bytes = &out.bytes[..end.unwrap_or(out.bytes.len())];
            self.sent.fetch_add(bytes.len(), Ordering::SeqCst);
            // The client may have gone.
            let _ = link.write_all(bytes);
            if end.is_some() {
                let _ = link.shutdown(Shutdown::Both);
            }
        }
    }
}

impl Out {
    /// A text message.
    pub fn text(&mut self, text: impl AsRef<str>) {
        self.frame(TEXT, text.as_ref().as_bytes());
    }

    /// A text message of JSON.
    pub fn json(&mut self, value: &Value) {
        self.text(value.to_string());
    }

    /// A frame with this first byte: 0x80 ends a message, the rest is the kind.
    pub fn frame(&mut self, first: u8, payload: &[u8]) {
        put(&mut self.bytes, first, payload);
    }

    /// An answer: this, with the request's transaction.
    pub fn answer(&mut self, request: &Value, answer: Value) {
        self.json(&answered(request, answer));
    }

    /// An event of the handle [`HANDLE`], with this data.
    pub fn event(&mut self, data: Value) {
        self.json(&event(HANDLE, data));
    }

    /// What a Janus would answer.
    pub fn usual(&mut self, request: &Value) {
        let verb = request["janus"].as_str().unwrap_or_default();
        match verb {
            "info" => self.answer(request, info()),
            "ping" => self.answer(request, json!({"janus": "pong"})),
            "keepalive" | "trickle" => self.answer(request, json!({"janus": "ack"})),
            "create" => self.answer(request, success(SESSION)),
            "attach" => self.answer(request, success(HANDLE)),
            "message" => {
                self.answer(request, json!({"janus": "ack", "session_id": SESSION}));
                let ok = event(HANDLE, json!({"echotest": "event", "result": "ok"}));
                self.answer(request, ok);
            }
            _ => self.answer(request, json!({"janus": "success"})),
        }
    }
}

/// A frame with this first byte, as a server sends it.
pub fn put(bytes: &mut Vec<u8>, first: u8, payload: &[u8]) {
    bytes.push(first);
    match payload.len() {
        short @ 0..=125 => bytes.push(short as u8),
        middle @ 126..=65_535 => {
            bytes.push(126);
            bytes.extend((middle as u16).to_be_bytes());
        }
        long => {
            bytes.push(127);
            bytes.extend((long as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(payload);
}

/// This, with the request's transaction.
pub fn answered(request: &Value, mut answer: Value) -> Value {
    answer["transaction"] = request["transaction"].clone();
    answer
}

/// The answer to `create` or `attach`, without a transaction.
pub fn success(id: u64) -> Value {
    json!({"janus": "success", "data": {"id": id}})
}

/// An event of a handle of [`SESSION`].
pub fn event(handle: u64, data: Value) -> Value {
    json!({"janus": "event", "session_id": SESSION, "sender": handle,
        "plugindata": {"plugin": "janus.plugin.echotest", "data": data}})
}

/// A port of loopback that nobody uses.
pub fn listener() -> TcpListener {
    TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port")
}

/// Starts a TCP server that does this with each connection, and returns its address for such URLs. It
/// ends with the program.
pub fn tcp(scheme: &str, serve: impl FnMut(TcpStream) + Send + 'static) -> String {
    let listener = listener();
    let port = listener.local_addr().expect("the listener is bound").port();
    thread::spawn(move || listener.incoming().flatten().for_each(serve));
    format!("{scheme}://127.0.0.1:{port}")
}

/// The answer to `info`, without a transaction.
pub fn info() -> Value {
    json!({"janus": "server_info", "name": "Scripted", "version": 1102, "version_string": "1.1.2",
        "session-timeout": 60, "reclaim-session-timeout": 0})
}

fn parsed(frame: &Frame) -> Option<Value> {
    serde_json::from_str(&frame.text()?).ok()
}

fn serve(
    stream: TcpStream,
    shared: &Shared,
    script: &mut impl FnMut(&Value, &mut Out),
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let accepted = tungstenite::accept_hdr(stream, accept_janus);
    let Ok(mut stream) = accepted.map(tungstenite::WebSocket::into_inner) else {
        return Ok(());
    };
    *lock(&shared.link) = Some(stream.try_clone()?);
    let mut decoder = Decoder::new();
    decoder.push(b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n");
    let mut bytes = vec![0; 65_536];
    while let Ok(count @ 1..) = stream.read(&mut bytes) {
        decoder.push(&bytes[..count]);
        while let Some(chunk) = decoder.next_chunk() {
            let Some(frame) = chunk.frame else { continue };
            lock(&shared.seen).push(frame.clone());
            let mut out = Out::default();
            if let Some(request) = parsed(&frame) {
                script(&request, &mut out);
            }
            if frame.opcode == 8 {
                out.frame(0x88, &frame.payload);
            }
            shared.write(&out);
            if frame.opcode == 8 {
                *lock(&shared.link) = None;
                return stream.shutdown(Shutdown::Both);
            }
        }
    }
    *lock(&shared.link) = None;
    Ok(())
}

/// Accepts the handshake as a Janus does.
#[allow(clippy::result_large_err)] // The signature is tungstenite's.
pub fn accept_janus(_: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let protocol = "janus-protocol".parse().expect("a header's value");
    response
        .headers_mut()
        .insert("Sec-WebSocket-Protocol", protocol);
    Ok(response)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
