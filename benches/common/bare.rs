//! The baseline: what a program without the crate would write. One thread, one tungstenite socket:
//! write, then read until the transaction answers, everything parsed as `serde_json::Value`.

use std::{collections::HashMap, net::TcpStream, time::Duration};

use serde_json::{Value, json};
use tungstenite::{
    ClientRequestBuilder, Message, WebSocket,
    protocol::{Role, WebSocketConfig},
};

use super::{Op, ROOM, Subject, timed};

/// A server that has stopped ends the bench instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub struct Bare {
    socket: WebSocket<TcpStream>,
    next: u64,
    pub session: u64,
    echo: u64,
    room: u64,
}

impl Bare {
    /// Connects, and makes a session with a handle of each kind.
    pub fn connect(url: &str) -> Self {
        Self::with_config(url, None)
    }

    /// The same with a read buffer of 8 instead of 128 KiB: tungstenite clears what is free of it
    /// before each read, which is most of what the usual loop computes.
    pub fn connect_lean(url: &str) -> Self {
        let config = WebSocketConfig::default().read_buffer_size(8 << 10);
        Self::with_config(url, Some(config))
    }

    fn with_config(url: &str, config: Option<WebSocketConfig>) -> Self {
        let host = url.trim_start_matches("ws://").trim_end_matches('/');
        let stream = TcpStream::connect(host).expect("the server listens");
        stream.set_nodelay(true).expect("a TCP socket");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a valid timeout");
        let request = ClientRequestBuilder::new(url.parse().expect("a valid address"))
            .with_sub_protocol("janus-protocol");
        let (socket, _) = tungstenite::client::client_with_config(request, stream, config)
            .expect("the server is a Janus");
        let mut bare = Self {
            socket,
            next: 0,
            session: 0,
            echo: 0,
            room: 0,
        };
        bare.session = bare.create();
        bare.echo = bare.attach("janus.plugin.echotest");
        bare.room = bare.attach("janus.plugin.videoroom");
        bare
    }

    /// One half to write with and one to read with, for two threads.
    pub fn into_halves(self) -> (WebSocket<TcpStream>, WebSocket<TcpStream>) {
        let stream = self.socket.get_ref().try_clone().expect("a socket");
        stream.set_read_timeout(None).expect("a TCP socket");
        let writer = WebSocket::from_raw_socket(stream, Role::Client, None);
        (writer, self.socket)
    }

    pub fn create(&mut self) -> u64 {
        let transaction = self.transaction();
        let request = json!({ "janus": "create", "transaction": transaction });
        id(&self.call(&request, &transaction, false))
    }

    pub fn destroy(&mut self, session: u64) {
        let transaction = self.transaction();
        let request =
            json!({ "janus": "destroy", "transaction": transaction, "session_id": session });
        self.call(&request, &transaction, false);
    }

    pub fn attach(&mut self, plugin: &str) -> u64 {
        let transaction = self.transaction();
        let request = json!({
            "janus": "attach",
            "transaction": transaction,
            "session_id": self.session,
            "plugin": plugin,
        });
        id(&self.call(&request, &transaction, false))
    }

    pub fn detach(&mut self, handle: u64) {
        let transaction = self.transaction();
        let request = json!({
            "janus": "detach",
            "transaction": transaction,
            "session_id": self.session,
            "handle_id": handle,
        });
        self.call(&request, &transaction, false);
    }

    /// What a verified reattach sends.
    pub fn keepalive(&mut self) {
        let transaction = self.transaction();
        let request = json!({
            "janus": "keepalive",
            "transaction": transaction,
            "session_id": self.session,
            "handle_id": self.echo,
        });
        self.call(&request, &transaction, false);
    }

    pub fn sync(&mut self) -> bool {
        let body = json!({ "request": "exists", "room": ROOM });
        let answer = self.message(self.room, &body, false);
        answer["plugindata"]["data"]["exists"]
            .as_bool()
            .expect("the answer to `exists`")
    }

    pub fn asynchronous(&mut self) {
        let answer = self.message(self.echo, &json!({ "audio": true }), true);
        assert_eq!(answer["plugindata"]["data"]["result"], "ok");
    }

    pub fn message(&mut self, handle: u64, body: &Value, asynchronous: bool) -> Value {
        let transaction = self.transaction();
        let request = json!({
            "janus": "message",
            "transaction": transaction,
            "session_id": self.session,
            "handle_id": handle,
            "body": body,
        });
        self.call(&request, &transaction, asynchronous)
    }

    /// `sync` with the request written by `format!`; the answer is a `Value` all the same.
    pub fn lean_sync(&mut self) -> bool {
        let transaction = self.transaction();
        let (session, room) = (self.session, self.room);
        let text = format!(
            r#"{{"janus":"message","transaction":"{transaction}","session_id":{session},"handle_id":{room},"body":{{"request":"exists","room":{ROOM}}}}}"#
        );
        let answer = self.exchange(text, &transaction, false);
        answer["plugindata"]["data"]["exists"]
            .as_bool()
            .expect("the answer to `exists`")
    }

    /// Begins another session, for floods.
    pub fn new_session(&mut self) {
        self.session = self.create();
    }

    /// Reads until this many events have come for the handles that are counted.
    pub fn count_events(&mut self, counters: &mut HashMap<u64, usize>, events: usize) {
        let mut left = events;
        while left > 0 {
            let message = self.read();
            let sender = message["sender"].as_u64().unwrap_or_default();
            let counter = counters.get_mut(&sender);
            if let Some(counter) = counter.filter(|_| message["janus"] == "event") {
                *counter += 1;
                left -= 1;
            }
        }
    }

    /// Sends without waiting for anything.
    pub fn send(&mut self, handle: u64, body: &Value) {
        let transaction = self.transaction();
        let request = json!({
            "janus": "message",
            "transaction": transaction,
            "session_id": self.session,
            "handle_id": handle,
            "body": body,
        });
        self.write(request.to_string());
    }

    pub fn read(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.socket.read().expect("the link stands") {
                return serde_json::from_str(&text).expect("Janus sends JSON");
            }
        }
    }

    fn transaction(&mut self) -> String {
        self.next += 1;
        self.next.to_string()
    }

    fn call(&mut self, request: &Value, transaction: &str, asynchronous: bool) -> Value {
        self.exchange(request.to_string(), transaction, asynchronous)
    }

    fn write(&mut self, text: String) {
        self.socket
            .send(Message::text(text))
            .expect("the link stands");
    }

    fn exchange(&mut self, text: String, transaction: &str, asynchronous: bool) -> Value {
        self.write(text);
        loop {
            let answer = self.read();
            if answer["transaction"] != transaction {
                continue;
            }
            match answer["janus"].as_str() {
                Some("ack") if asynchronous => {}
                Some("error") => panic!("Janus refuses: {answer}"),
                _ => return answer,
            }
        }
    }
}

fn id(answer: &Value) -> u64 {
    answer["data"]["id"].as_u64().expect("an id")
}

impl Subject for Bare {
    fn time(&mut self, op: Op) -> Duration {
        match op {
            Op::Sync => timed(|| self.sync()).0,
            Op::Async | Op::Event => timed(|| self.asynchronous()).0,
            Op::Attach | Op::AttachWithNone => {
                let (took, handle) = timed(|| self.attach("janus.plugin.echotest"));
                self.detach(handle);
                took
            }
            Op::Create => {
                let (took, session) = timed(|| self.create());
                self.destroy(session);
                took
            }
        }
    }
}
