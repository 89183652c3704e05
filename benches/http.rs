//! Is a call over HTTP as fast as a bare `ureq` loop? Prints p50 of both and their ratio, with both programs on
//! cores of their own, on one core, and where the kernel puts them.
//!
//! `cargo bench --bench http`. It starts a Janus 1.1.2 of its own; `JANUS_1_4_1` in the environment
//! adds a 1.4.1.

#[path = "common/cpu.rs"]
#[allow(dead_code)]
mod cpu;
#[path = "common/pin.rs"]
mod pin;
#[path = "common/stats.rs"]
#[allow(dead_code)]
mod stats;

use std::{
    thread,
    time::{Duration, Instant},
};

use ::common::{Janus, Version};
use janus_blocking::{Connection, EchoTest, Plugin, Raw, Session};
use pin::Mode;
use serde_json::{Value, json};
use stats::Size;

/// Debian's Janus has it.
const ROOM: u64 = 1234;

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("only `cargo bench` measures, as it needs a Janus");
        return;
    }
    println!(
        "| Janus | cores | exchange | bare ureq, µs | this crate, µs | ratio of p50 (lowest to highest round) |"
    );
    println!("|---|---|---|---|---|---|");
    for version in Version::ALL {
        if version == Version::V1_4_1 && std::env::var_os("JANUS_1_4_1").is_none() {
            continue;
        }
        for mode in Mode::ALL {
            for polls in [false, true] {
                compare(version, mode, polls);
            }
        }
    }
}

/// `polls`: whether the bare loop takes its session's events too, as a program has to that wants them.
fn compare(version: Version, mode: Mode, polls: bool) {
    let server = Janus::builder().version(version).http().start();
    if !pin::pin(mode, Some(server.pid())) {
        return;
    }
    let (mut bare, ours) = (Bare::connect(&server, polls), Ours::connect(&server));
    let size = Size {
        rounds: 5,
        ops: 1000,
    };
    let against = if polls { ", ureq polling too" } else { "" };
    let compared = stats::compare(size, || bare.attach(), || ours.attach());
    show(version, mode, &format!("`attach`{against}"), &compared);
    let compared = stats::compare(size, || bare.exists(), || ours.exists());
    show(
        version,
        mode,
        &format!("request answered by `success`{against}"),
        &compared,
    );
}

fn show(version: Version, mode: Mode, what: &str, compared: &stats::Compared) {
    let (bare, ours, ratios) = (compared.bare, compared.ours, compared.ratios);
    println!(
        "| {version} | {} | {what} | {bare:.0} | {ours:.0} | {:.2} ({:.2} to {:.2}) |",
        mode.name(),
        ratios.median,
        ratios.low,
        ratios.high
    );
}

/// What a program without the crate would write.
struct Bare {
    agent: ureq::Agent,
    url: String,
    session: Value,
    room: Value,
    next: u64,
}

impl Bare {
    fn connect(server: &Janus, polls: bool) -> Self {
        let mut bare = Self {
            agent: ureq::Agent::new_with_defaults(),
            url: server.http_url(),
            session: Value::Null,
            room: Value::Null,
            next: 0,
        };
        bare.session = bare.exchange(json!({ "janus": "create" }))["data"]["id"].clone();
        let room = json!({ "janus": "attach", "plugin": "janus.plugin.videoroom" });
        bare.room = bare.exchange(room)["data"]["id"].clone();
        if polls {
            bare.poll();
        }
        bare
    }

    /// Takes the session's events, until the server ends.
    fn poll(&self) {
        let poll = format!("{}/{}?maxev=100", self.url, self.session);
        let agent = self.agent.clone();
        thread::spawn(move || {
            while let Ok(mut events) = agent.get(&poll).call() {
                let text = events.body_mut().read_to_string().unwrap_or_default();
                let _: Result<Value, _> = serde_json::from_str(&text);
            }
        });
    }

    fn exchange(&mut self, mut message: Value) -> Value {
        self.next += 1;
        let transaction = self.next.to_string();
        message["transaction"] = transaction.clone().into();
        if !self.session.is_null() {
            message["session_id"] = self.session.clone();
        }
        let sent = self.agent.post(&self.url).send(&message.to_string());
        let text = sent.expect("an answer").body_mut().read_to_string();
        let answer: Value = serde_json::from_str(&text.expect("text")).expect("JSON");
        assert_eq!(answer["transaction"], transaction, "{answer}");
        answer
    }

    fn attach(&mut self) -> Duration {
        let message = json!({ "janus": "attach", "plugin": EchoTest::PACKAGE });
        let begun = Instant::now();
        let answer = self.exchange(message);
        let took = begun.elapsed();
        self.exchange(json!({ "janus": "detach", "handle_id": answer["data"]["id"] }));
        took
    }

    fn exists(&mut self) -> Duration {
        let body = json!({ "request": "exists", "room": ROOM });
        let message = json!({ "janus": "message", "handle_id": self.room, "body": body });
        let begun = Instant::now();
        let answer = self.exchange(message);
        assert_eq!(answer["janus"], "success");
        begun.elapsed()
    }
}

struct Ours {
    room: Raw,
    session: Session,
    _connection: Connection,
}

impl Ours {
    fn connect(server: &Janus) -> Self {
        let connection = Connection::open(&server.http_url()).expect("a link");
        let session = connection.create_session().expect("a session");
        let room = session.attach_raw("janus.plugin.videoroom");
        Self {
            room: room.expect("a handle"),
            session,
            _connection: connection,
        }
    }

    fn attach(&self) -> Duration {
        let begun = Instant::now();
        let echo: EchoTest = self.session.attach().expect("a handle");
        let took = begun.elapsed();
        echo.into_handle().detach().expect("detached");
        took
    }

    fn exists(&self) -> Duration {
        let body = json!({ "request": "exists", "room": ROOM });
        let begun = Instant::now();
        self.room.request(body).expect("an answer");
        begun.elapsed()
    }
}
