//! Steps that many scenarios take.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::world::{ANSWER, Link, QUIET, World};

const LOOK_AGAIN: Duration = Duration::from_millis(50);

impl World {
    /// Ends a handle, with these keys added to the request.
    pub fn detach(&mut self, link: Link, session: u64, handle: u64, added: &[(&str, &str)]) {
        let mut request = json!({"janus": "detach", "session_id": session, "handle_id": handle});
        for (key, value) in added {
            request[*key] = (*value).into();
        }
        let transaction = self.send(link, request);
        let mut messages = self.until_answered(link, &transaction);
        let is = |messages: &[Value], what: &str| messages.iter().any(|it| it["janus"] == what);
        // Told each time that it is done, and sometimes late.
        if is(&messages, "success") && !is(&messages, "detached") {
            messages.extend(self.receive(link, ANSWER));
        }
        while let Some(message) = self.receive(link, QUIET) {
            messages.push(message);
        }
        messages.sort_by_key(|message| message["janus"] == "detached");
        self.keep(link, &messages);
    }

    /// Whether the session is there, found out without touching it: its id cannot be taken.
    pub fn exists(&mut self, link: Link, session: u64) -> bool {
        let request = json!({"janus": "create", "id": session, "transaction": "taken"});
        let client = self.client(link);
        client.send(&request.to_string()).expect("the link stands");
        let taken = self.silently(link)["error"]["code"] == 468;
        if !taken {
            let request = json!({"janus": "destroy", "session_id": session, "transaction": "free"});
            let client = self.client(link);
            client.send(&request.to_string()).expect("the link stands");
            self.silently(link);
        }
        taken
    }

    /// Waits until a session is gone; how long that took, or nothing when it stays.
    pub fn wait_gone(&mut self, link: Link, session: u64, limit: Duration) -> Option<Duration> {
        let begin = Instant::now();
        while begin.elapsed() < limit {
            if !self.exists(link, session) {
                return Some(begin.elapsed());
            }
            thread::sleep(LOOK_AGAIN);
        }
        None
    }

    /// Waits until a session times out, and records that. Whether its handles say `detached` and its
    /// plugins something of their own, and when, is a race in Janus itself.
    pub fn time_out(&mut self, link: Link, limit: Duration) {
        let message = loop {
            match self.receive(link, limit) {
                Some(message) if message["sender"].is_u64() => {}
                message => break message,
            }
        };
        let message = message.unwrap_or_else(|| panic!("no timeout within {limit:?}"));
        self.timed_out.extend(message["session_id"].as_u64());
        self.keep(link, &[message]);
    }

    /// Creates a session.
    pub fn create(&mut self, link: Link) -> u64 {
        id_in(&self.ask(link, json!({"janus": "create"})))
    }

    /// Attaches a handle.
    pub fn attach(&mut self, link: Link, session: u64, plugin: &str) -> u64 {
        let request = json!({"janus": "attach", "session_id": session, "plugin": plugin});
        id_in(&self.ask(link, request))
    }

    /// A link with a session and a handle.
    pub fn attached(&mut self, plugin: &str) -> (Link, u64, u64) {
        let link = self.link();
        let session = self.create(link);
        let handle = self.attach(link, session, plugin);
        (link, session, handle)
    }
}

/// The id in the answer to `create` or `attach`.
pub fn id_in(answer: &Value) -> u64 {
    let id = answer["data"]["id"].as_u64();
    id.unwrap_or_else(|| panic!("no id in {answer}"))
}
