//! As little of a Janus as the benches need, and as quick as it can be: what a request costs is
//! then the client's cost and the kernel's, with no server to hide behind.
//!
//! It finds keys by searching the text, so requests have to be compact JSON.

use std::{
    collections::HashMap,
    io::{self, BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use tungstenite::{Message, WebSocket, handshake::derive_accept_key, protocol::Role};

/// The argument that makes a bench program the server.
pub const ARGUMENT: &str = "--serve-fake";

/// The length of one event's text.
pub const EVENT: usize = 300;

/// How much of a flood goes out in one write.
const CHUNK: usize = 64 << 10;

/// As long as those of a real Janus. Handles of EchoTest have odd ones, all others even ones.
static IDS: AtomicU64 = AtomicU64::new(4_000_000_000_000_000);

/// Turns the program into the server if it was started as such; ends with the one who started it.
pub fn serve_if_asked() -> bool {
    let asked = std::env::args().any(|argument| argument == ARGUMENT);
    if asked {
        let url = start().expect("a loopback port is free");
        println!("{url}");
        // Until whoever started it is gone.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
    }
    asked
}

/// Serves on a free port, in threads of this program.
pub fn start() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("ws://{}", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                // It ends with an error when the client goes: so be it.
                let _ = Client::accept(stream).and_then(Client::serve);
            });
        }
    });
    Ok(url)
}

struct Client {
    socket: WebSocket<TcpStream>,
    /// The handles of each session, in the order of their attaching.
    sessions: HashMap<u64, Vec<u64>>,
}

impl Client {
    fn accept(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        let mut key = String::new();
        // The client sends nothing behind its head before it has the answer.
        for line in BufReader::new(&stream).lines() {
            let line = line?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap_or_default();
            if name.eq_ignore_ascii_case("sec-websocket-key") {
                key = derive_accept_key(value.trim().as_bytes());
            }
        }
        let head = format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Protocol: janus-protocol\r\nSec-WebSocket-Accept: {key}\r\n\r\n"
        );
        (&stream).write_all(head.as_bytes())?;
        Ok(Self {
            socket: WebSocket::from_raw_socket(stream, Role::Server, None),
            sessions: HashMap::new(),
        })
    }

    fn serve(mut self) -> io::Result<()> {
        loop {
            if let Message::Text(text) = self.socket.read().map_err(io::Error::other)? {
                self.answer(&text)?;
            }
        }
    }

    fn answer(&mut self, text: &str) -> io::Result<()> {
        let transaction = value(text, r#""transaction":"#);
        let session = value(text, r#""session_id":"#);
        let number = || session.parse().unwrap_or_default();
        match value(text, r#""janus":"#) {
            "message" => self.message(text, transaction, session),
            "create" => {
                let id = IDS.fetch_add(2, Ordering::Relaxed);
                self.sessions.insert(id, Vec::new());
                self.send(format!(
                    r#"{{"janus":"success","transaction":"{transaction}","data":{{"id":{id}}}}}"#
                ))
            }
            "attach" => {
                let echo = value(text, r#""plugin":"#) == "janus.plugin.echotest";
                let id = IDS.fetch_add(2, Ordering::Relaxed) + u64::from(echo);
                self.sessions.entry(number()).or_default().push(id);
                self.send(format!(
                    r#"{{"janus":"success","session_id":{session},"transaction":"{transaction}","data":{{"id":{id}}}}}"#
                ))
            }
            "detach" => {
                let id = value(text, r#""handle_id":"#).parse().unwrap_or(0);
                if let Some(handles) = self.sessions.get_mut(&number()) {
                    let place = handles.iter().rposition(|handle| *handle == id);
                    place.map(|place| handles.remove(place));
                }
                self.success(transaction, session)
            }
            "destroy" => {
                self.sessions.remove(&number());
                self.success(transaction, session)
            }
            "keepalive" => self.send(format!(
                r#"{{"janus":"ack","session_id":{session},"transaction":"{transaction}"}}"#
            )),
            "claim" => self.success(transaction, session),
            "ping" => self.send(format!(
                r#"{{"janus":"pong","transaction":"{transaction}"}}"#
            )),
            _ => self.send(format!(
                r#"{{"janus":"server_info","transaction":"{transaction}","name":"Fake","version":1102,"version_string":"1.1.2","session-timeout":60,"reclaim-session-timeout":0,"candidates-timeout":45,"transports":{{}},"plugins":{{}}}}"#
            )),
        }
    }

    fn message(&mut self, text: &str, transaction: &str, session: &str) -> io::Result<()> {
        let handle = value(text, r#""handle_id":"#);
        let events = value(text, r#""events":"#);
        if !events.is_empty() {
            self.success(transaction, session)?;
            return self.flood(session, events.parse().unwrap_or(0));
        }
        if handle.ends_with(['1', '3', '5', '7', '9']) {
            self.send(format!(
                r#"{{"janus":"ack","session_id":{session},"transaction":"{transaction}"}}"#
            ))?;
            return self.send(format!(
                r#"{{"janus":"event","session_id":{session},"transaction":"{transaction}","sender":{handle},"plugindata":{{"plugin":"janus.plugin.echotest","data":{{"echotest":"event","result":"ok"}}}}}}"#
            ));
        }
        self.send(format!(
            r#"{{"janus":"success","session_id":{session},"transaction":"{transaction}","sender":{handle},"plugindata":{{"plugin":"janus.plugin.videoroom","data":{{"videoroom":"success","room":1234,"exists":true}}}}}}"#
        ))
    }

    /// Pushes events as fast as the socket takes them, to the session's handles in turn.
    fn flood(&mut self, session: &str, events: usize) -> io::Result<()> {
        let handles = session.parse().ok().and_then(|id| self.sessions.get(&id));
        let round: Vec<u8> = handles
            .into_iter()
            .flatten()
            .flat_map(|handle| event(session, *handle))
            .collect();
        if round.is_empty() {
            return Ok(());
        }
        let chunk = round.repeat(CHUNK.div_ceil(round.len()));
        let mut left = events * (EVENT + 4);
        while left > 0 {
            let length = left.min(chunk.len());
            self.socket.get_mut().write_all(&chunk[..length])?;
            left -= length;
        }
        Ok(())
    }

    fn success(&mut self, transaction: &str, session: &str) -> io::Result<()> {
        // `plugindata` too, as a flood's answer is one to a message.
        self.send(format!(
            r#"{{"janus":"success","session_id":{session},"transaction":"{transaction}","plugindata":{{"plugin":"","data":{{}}}}}}"#
        ))
    }

    fn send(&mut self, text: String) -> io::Result<()> {
        self.socket
            .send(Message::text(text))
            .map_err(io::Error::other)
    }
}

/// The frame of one event.
fn event(session: &str, handle: u64) -> Vec<u8> {
    let head = format!(
        r#"{{"janus":"event","session_id":{session},"sender":{handle},"plugindata":{{"plugin":"janus.plugin.echotest","data":{{"echotest":"event","result":"ok","text":""#
    );
    let tail = "\"}}}";
    let filler = "x".repeat(EVENT - head.len() - tail.len());
    let length = (EVENT as u16).to_be_bytes();
    let mut frame = vec![0x81, 126, length[0], length[1]];
    frame.extend_from_slice(format!("{head}{filler}{tail}").as_bytes());
    frame
}

/// The text or number behind a key; empty if the key is not there.
fn value<'a>(text: &'a str, key: &str) -> &'a str {
    let Some(place) = text.find(key) else {
        return "";
    };
    let rest = &text[place + key.len()..];
    match rest.strip_prefix('"') {
        Some(rest) => rest.split('"').next().unwrap_or(""),
        None => rest.split([',', '}']).next().unwrap_or(""),
    }
}
