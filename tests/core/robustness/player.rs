//! A server that plays the other side of a recorded conversation, damaged.

use std::net::TcpListener;

use common::scripted::{Out, Scripted};
use serde_json::{Value, json};

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
pub struct Player(Scripted);

struct State {
    lines: Vec<Line>,
    /// How far the conversation is.
    next: usize,
    changed: Vec<(usize, String)>,
    sent_messages: usize,
}

impl Player {
    pub fn start(listener: &TcpListener, lines: &[Line], damage: Vec<Damage>) -> Self {
        let (mut cut, mut changed) = (None, Vec::new());
        for damage in damage {
            match damage {
                Damage::CutAfter(bytes) => cut = Some(bytes),
                Damage::Changed(at, text) => changed.push((at, text)),
            }
        }
        let mut state = State {
            lines: lines.to_vec(),
            next: 0,
            changed,
            sent_messages: 0,
        };
        let server = Scripted::start_on(listener, move |request, out| state.answer(request, out));
        if let Some(bytes) = cut {
            server.cut_after(bytes);
        }
        Self(server)
    }

    pub fn url(&self) -> String {
        self.0.url()
    }

    /// How many bytes it has sent.
    pub fn sent_bytes(&self) -> usize {
        self.0.sent_bytes()
    }
}

impl State {
    /// What the server said to the request in the record, up to the client's next one.
    fn answer(&mut self, request: &Value, out: &mut Out) {
        let found = self.lines[self.next..].iter().position(|line| {
            let recorded = recorded(line);
            line.to_server && recorded["janus"] == request["janus"]
        });
        let Some(at) = found.map(|offset| self.next + offset) else {
            // The story took another way than the record.
            return out.answer(request, json!({"janus": "success"}));
        };
        self.next = at + 1;
        let old = recorded(&self.lines[at])["transaction"].clone();
        while let Some(line) = self.lines.get(self.next).filter(|line| !line.to_server) {
            let own = |text: &str| match (old.as_str(), request["transaction"].as_str()) {
                (Some(old), Some(new)) => text.replace(old, new),
                _ => text.to_owned(),
            };
            let number = self.sent_messages;
            let changed = self.changed.iter().find(|(at, _)| *at == number);
            out.text(own(changed.map_or(&line.text, |(_, text)| text)));
            self.sent_messages += 1;
            self.next += 1;
        }
    }
}

fn recorded(line: &Line) -> Value {
    serde_json::from_str(&line.text).unwrap_or_else(|_| json!({}))
}
