//! A server that plays the other side of a recorded conversation, damaged.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use serde_json::{Value, json};
use tungstenite::handshake::server::{ErrorResponse, Request, Response};

use common::{frames::Decoder, scripted::answered};

/// The first byte of a text message in one frame.
pub const TEXT: u8 = 0x81;

/// One message of a record.
#[derive(Clone, Debug)]
pub struct Line {
    pub to_server: bool,
    pub text: String,
}

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum Damage {
    /// After so many bytes from the server, over all links, they end.
    CutAfter(usize),
    /// The message with this number from the server has another text.
    Changed(usize, String),
}

/// A server; dropping it ends its threads.
pub struct Player {
    port: u16,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    ending: AtomicBool,
    state: Mutex<State>,
}

struct State {
    lines: Vec<Line>,
    /// How far the conversation is.
    next: usize,
    damage: Vec<Damage>,
    sent_bytes: usize,
    sent_messages: usize,
    links: Vec<TcpStream>,
}

impl Player {
    pub fn start(lines: &[Line], damage: Vec<Damage>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let state = State {
            lines: lines.to_vec(),
            next: 0,
            damage,
            sent_bytes: 0,
            sent_messages: 0,
            links: Vec::new(),
        };
        let shared = Arc::new(Shared {
            ending: AtomicBool::new(false),
            state: Mutex::new(state),
        });
        let serving = Arc::clone(&shared);
        let accepting = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.ending.load(Ordering::SeqCst) {
                    return;
                }
                // One link after the other: no conversation has two at once.
                serving.serve(stream);
            }
        });
        Self {
            port,
            shared,
            accepting: Some(accepting),
        }
    }

    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.port)
    }

    /// How many bytes it has sent.
    pub fn sent_bytes(&self) -> usize {
        self.state().sent_bytes
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.shared.state.lock().expect("no panic in there")
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.shared.ending.store(true, Ordering::SeqCst);
        for link in self.state().links.drain(..) {
            let _ = link.shutdown(Shutdown::Both);
        }
        let woken = TcpStream::connect(("127.0.0.1", self.port));
        if let (Ok(_), Some(accepting)) = (woken, self.accepting.take()) {
            let _ = accepting.join();
        }
    }
}

impl Shared {
    fn serve(&self, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        if let Ok(link) = stream.try_clone() {
            self.state
                .lock()
                .expect("no panic in there")
                .links
                .push(link);
        }
        let accepted = tungstenite::accept_hdr(stream, accept_janus);
        let Ok(mut stream) = accepted.map(tungstenite::WebSocket::into_inner) else {
            return;
        };
        let mut decoder = Decoder::new();
        decoder.push(b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n");
        let mut bytes = vec![0; 8192];
        while let Ok(count @ 1..) = stream.read(&mut bytes) {
            decoder.push(&bytes[..count]);
            while let Some(chunk) = decoder.next_chunk() {
                let Some(frame) = chunk.frame else { continue };
                let mut out = Vec::new();
                let text = frame.text();
                if let Some(request) = text.and_then(|text| serde_json::from_str(&text).ok()) {
                    let mut state = self.state.lock().expect("no panic in there");
                    state.answer(&request, &mut out);
                }
                let closing = frame.opcode == 8;
                if closing {
                    put(&mut out, 0x88, &frame.payload);
                }
                let (bytes, cut) = self.state.lock().expect("no panic in there").count(out);
                let _ = stream.write_all(&bytes);
                if cut || closing {
                    let _ = stream.shutdown(Shutdown::Both);
                    return;
                }
            }
        }
    }
}

impl State {
    /// What the server said to the request in the record, up to the client's next one.
    fn answer(&mut self, request: &Value, out: &mut Vec<u8>) {
        let found = self.lines[self.next..].iter().position(|line| {
            let recorded = recorded(line);
            line.to_server && recorded["janus"] == request["janus"]
        });
        let Some(at) = found.map(|offset| self.next + offset) else {
            // The story took another way than the record.
            let done = answered(request, json!({"janus": "success"}));
            return put(out, TEXT, done.to_string().as_bytes());
        };
        self.next = at + 1;
        let old = recorded(&self.lines[at])["transaction"].clone();
        while let Some(line) = self.lines.get(self.next).filter(|line| !line.to_server) {
            let own = |text: &str| match (old.as_str(), request["transaction"].as_str()) {
                (Some(old), Some(new)) => text.replace(old, new),
                _ => text.to_owned(),
            };
            let number = self.sent_messages;
            let changed = self.damage.iter().find_map(|damage| match damage {
                Damage::Changed(at, text) if *at == number => Some(own(text)),
                _ => None,
            });
            let text = changed.unwrap_or_else(|| own(&line.text));
            put(out, TEXT, text.as_bytes());
            self.sent_messages += 1;
            self.next += 1;
        }
    }

    /// The bytes that go out, and whether it ends behind them.
    fn count(&mut self, mut bytes: Vec<u8>) -> (Vec<u8>, bool) {
        let cut = self.damage.iter().find_map(|damage| match damage {
            Damage::CutAfter(bytes) => Some(*bytes),
            Damage::Changed(..) => None,
        });
        let left = cut.map_or(usize::MAX, |cut| cut.saturating_sub(self.sent_bytes));
        let ends = bytes.len() >= left;
        bytes.truncate(left);
        self.sent_bytes += bytes.len();
        (bytes, ends)
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

fn recorded(line: &Line) -> Value {
    serde_json::from_str(&line.text).unwrap_or_else(|_| json!({}))
}

#[allow(clippy::result_large_err)] // The signature is tungstenite's.
pub fn accept_janus(_: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let protocol = "janus-protocol".parse().expect("a header's value");
    response
        .headers_mut()
        .insert("Sec-WebSocket-Protocol", protocol);
    Ok(response)
}
