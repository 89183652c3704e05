//! What a scenario acts in: links to a server, and the record of what came back.

use std::time::Duration;

use serde_json::{Value, json};

use super::normalise::{Names, description};
use super::target::{Servers, Setup, Target};
use common::WsClient;

/// For whatever has to come.
pub const ANSWER: Duration = Duration::from_secs(20);
/// For whatever might come by itself.
pub const QUIET: Duration = Duration::from_millis(250);

/// One scenario.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    pub name: &'static str,
    pub setup: Setup,
    pub run: fn(&mut World),
}

impl Scenario {
    pub const fn new(name: &'static str, setup: Setup, run: fn(&mut World)) -> Self {
        Self { name, setup, run }
    }
}

/// A link of a scenario's, by order of opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link(usize);

/// A scenario at work.
#[derive(Debug)]
pub struct World {
    url: String,
    links: Vec<Option<WsClient>>,
    names: Names,
    pub timed_out: Vec<u64>,
    ending: Vec<u64>,
    requests: usize,
    record: Vec<String>,
}

impl World {
    /// Runs a scenario and gives what it has recorded.
    pub fn run(scenario: &Scenario, servers: &Servers, target: Target) -> Vec<String> {
        let mut world = Self {
            url: servers.url(target, scenario.setup),
            links: Vec::new(),
            names: Names::default(),
            timed_out: Vec::new(),
            ending: Vec::new(),
            requests: 0,
            record: Vec::new(),
        };
        (scenario.run)(&mut world);
        world.rest();
        world.record
    }

    /// The address of the server.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens another link.
    pub fn link(&mut self) -> Link {
        let client = WsClient::connect(&self.url).expect("the server accepts links");
        self.links.push(Some(client));
        Link(self.links.len() - 1)
    }

    /// Closes a link without goodbye.
    pub fn close(&mut self, link: Link) {
        self.note(&format!("{} is closed", letter(link)));
        self.links[link.0] = None;
    }

    /// Records something that is not a message.
    pub fn note(&mut self, text: &str) {
        let text = self.names.in_text(text).replace(&self.url, "<url>");
        self.record.push(text);
    }

    /// Gives the name of a session ('S') or handle ('H') that came some other way than by an
    /// answer here.
    pub fn name(&mut self, kind: char, id: u64) {
        self.names.add(kind, id);
    }

    /// Sends a request, with a transaction if it has none, and records all that comes before the
    /// answer of a ping that follows it; returns the answer.
    pub fn ask(&mut self, link: Link, request: Value) -> Value {
        let transaction = self.send(link, request);
        let messages = self.until_answered(link, &transaction);
        let answer = answer_in(&messages, &transaction);
        self.keep(link, &messages);
        answer
    }

    /// Like [`ask`](Self::ask), then waits for what comes by itself. The answer is recorded first:
    /// what another thread of Janus's says may come before or after it.
    pub fn ask_and_see(&mut self, link: Link, request: Value) -> Value {
        let transaction = self.send(link, request);
        let mut messages = self.until_answered(link, &transaction);
        while let Some(message) = self.receive(link, QUIET) {
            messages.push(message);
        }
        let answer = answer_in(&messages, &transaction);
        messages.retain(|message| *message != answer);
        messages.insert(0, answer.clone());
        self.keep(link, &messages);
        answer
    }

    /// Sends a message to a plugin that answers by an event, and records all that comes until it
    /// has. The ack is recorded before the event: Janus does either.
    pub fn tell(&mut self, link: Link, request: Value) -> Value {
        let transaction = self.send(link, request);
        let mut messages = Vec::new();
        loop {
            let message = self.receive(link, ANSWER).unwrap_or_else(|| {
                panic!("no event for {transaction}, only {messages:?}");
            });
            let of_ours = message["transaction"] == *transaction;
            let is = |word: &str| message["janus"] == word;
            let over = is("error") || is("success");
            if of_ours && is("ack") {
                messages.insert(0, message);
            } else {
                messages.push(message);
            }
            let has = |word: &str| {
                let mut ours = messages.iter();
                ours.any(|m| m["janus"] == word && m["transaction"] == *transaction)
            };
            if over || (has("ack") && has("event")) {
                break;
            }
        }
        let ack = messages.iter().position(|m| m["janus"] == "ack");
        let end = messages.iter().skip(ack.map_or(0, |at| at + 1));
        let answer = end.clone().find(|m| m["transaction"] == *transaction);
        let answer = answer.cloned().unwrap_or_default();
        messages.extend(self.until_pong(link));
        self.keep(link, &messages);
        answer
    }

    /// Sends a text as it is, and records all that comes before the answer of a ping behind it.
    pub fn raw(&mut self, link: Link, text: &str) {
        let shown: String = self.names.in_text(text).chars().take(300).collect();
        self.record.push(format!("{} > {shown}", letter(link)));
        self.client(link).send(text).expect("the link stands");
        let messages = self.until_pong(link);
        self.keep(link, &messages);
    }

    /// Sends a request and returns its answer, and records neither, nor anything that comes before.
    pub fn hush(&mut self, link: Link, mut request: Value) -> Value {
        request["transaction"] = "hush".into();
        let client = self.client(link);
        client.send(&request.to_string()).expect("the link stands");
        loop {
            match self.silently(link) {
                message if message["transaction"] == "hush" => return message,
                _ => {}
            }
        }
    }

    /// The same for a message that is answered by an event.
    pub fn hush_until_event(&mut self, link: Link, request: Value) {
        let mut waiting = vec!["ack", "event"];
        let answer = self.hush(link, request);
        waiting.retain(|word| answer["janus"] != *word);
        while !waiting.is_empty() {
            let message = self.silently(link);
            waiting.retain(|word| message["janus"] != *word);
        }
    }

    /// The same, until a message of that kind has come too, before the answer or behind it.
    pub fn hush_until(&mut self, link: Link, mut request: Value, kind: &str) {
        request["transaction"] = "hush".into();
        let client = self.client(link);
        client.send(&request.to_string()).expect("the link stands");
        let (mut answered, mut came) = (false, false);
        while !(answered && came) {
            let message = self.silently(link);
            answered |= message["transaction"] == "hush";
            came |= message["janus"] == kind;
        }
    }

    /// The next message, which is not recorded.
    pub fn silently(&mut self, link: Link) -> Value {
        self.receive(link, ANSWER).expect("a message")
    }

    /// Records what comes until nothing does.
    pub fn quiet(&mut self, link: Link) {
        let mut messages = Vec::new();
        while let Some(message) = self.receive(link, QUIET) {
            messages.push(message);
        }
        self.keep(link, &messages);
    }

    /// Waits for the next message, whatever it is, and records it.
    pub fn next(&mut self, link: Link, limit: Duration) -> Option<Value> {
        let message = self.receive(link, limit);
        match &message {
            Some(message) => self.keep(link, std::slice::from_ref(message)),
            None => self.note(&format!("{} hears nothing", letter(link))),
        }
        message
    }

    /// Sends a request and returns its transaction.
    pub fn send(&mut self, link: Link, mut request: Value) -> String {
        self.requests += 1;
        let transaction = format!("t{}", self.requests);
        if let Some(request) = request.as_object_mut() {
            let given = request.entry("transaction");
            given.or_insert_with(|| Value::from(transaction.as_str()));
        }
        let verb = request["janus"].as_str().unwrap_or_default();
        if verb.eq_ignore_ascii_case("detach") {
            self.ending.extend(request["handle_id"].as_u64());
        }
        let shown = self.names.apply(&request);
        self.record.push(format!("{} > {shown}", letter(link)));
        let client = self.client(link);
        client.send(&request.to_string()).expect("the link stands");
        request["transaction"]
            .as_str()
            .map_or(transaction, str::to_owned)
    }

    /// All until the answer, and until the pong behind it: messages to plugins are not carried out
    /// in order with the rest.
    pub fn until_answered(&mut self, link: Link, transaction: &str) -> Vec<Value> {
        let mut messages: Vec<Value> = Vec::new();
        while answer_in(&messages, transaction).is_null() {
            match self.receive(link, ANSWER) {
                Some(message) => messages.push(message),
                None => panic!("no answer to {transaction}, only {messages:?}"),
            }
        }
        messages.extend(self.until_pong(link));
        messages
    }

    fn until_pong(&mut self, link: Link) -> Vec<Value> {
        let ping = json!({"janus": "ping", "transaction": "fence"}).to_string();
        self.client(link).send(&ping).expect("the link stands");
        let mut messages = Vec::new();
        loop {
            match self.receive(link, ANSWER) {
                Some(message) if message["transaction"] == "fence" => return messages,
                Some(message) => messages.push(message),
                None => panic!("no pong, only {messages:?}"),
            }
        }
    }

    pub fn receive(&mut self, link: Link, limit: Duration) -> Option<Value> {
        let text = self.client(link).recv(limit).ok()?;
        let message = serde_json::from_str(&text);
        Some(message.unwrap_or_else(|error| panic!("{error} in {text}")))
    }

    pub fn keep(&mut self, link: Link, messages: &[Value]) {
        for message in messages {
            let session = message["session_id"].as_u64();
            if let Some(id) = message["data"]["id"].as_u64() {
                self.names
                    .add(if session.is_some() { 'H' } else { 'S' }, id);
            }
            let timed_out = session.is_some_and(|id| self.timed_out.contains(&id));
            let sender = message["sender"].as_u64();
            let ending = sender.is_some_and(|id| self.ending.contains(&id));
            // What plugins say of a handle that goes away comes by chance: 1.1.2's EchoTest is
            // done, or not.
            if (timed_out && sender.is_some()) || (ending && message["janus"] == "event") {
                continue;
            }
            let shown = if message["janus"] == "server_info" {
                // Its content has scenarios of its own.
                json!({"janus": "server_info", "transaction": message["transaction"]})
            } else {
                self.names.apply(message)
            };
            self.record.push(format!("{} < {shown}", letter(link)));
            let sdp = message["jsep"]["sdp"].as_str();
            self.describe(sdp.unwrap_or_default());
        }
    }

    /// Records what matters of a session description.
    pub fn describe(&mut self, sdp: &str) {
        let lines = description(sdp).into_iter();
        self.record.extend(lines.map(|line| format!("    {line}")));
    }

    pub fn client(&mut self, link: Link) -> &mut WsClient {
        let client = self.links[link.0].as_mut();
        client.expect("the scenario has not closed this link")
    }

    /// What came unasked and unnoticed belongs to the record too.
    fn rest(&mut self) {
        for link in 0..self.links.len() {
            if self.links[link].is_some() {
                self.quiet(Link(link));
            }
        }
    }
}

fn answer_in(messages: &[Value], transaction: &str) -> Value {
    let mut messages = messages.iter();
    // Errors about the envelope have no transaction.
    let answer = |m: &&Value| match m["transaction"].as_str() {
        Some(named) => named == transaction && m["janus"] != "event",
        None => m["janus"] == "error",
    };
    messages.find(answer).cloned().unwrap_or_default()
}

fn letter(link: Link) -> char {
    "ABCDEFGH".chars().nth(link.0).unwrap_or('?')
}
