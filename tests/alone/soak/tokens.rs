//! Requests whose answers tell for whom they are.
//!
//! Every caller has four tokens of its own and uses one after the other, so that neither another
//! caller's answer nor a late one to a request before can be taken for the right one.

use janus_blocking::{
    Raw, Result,
    testing::{Expect, FakeGateway},
};
use serde_json::{Value, json};

/// Answers at once.
pub const SYNC: &str = "janus.plugin.videoroom";
/// Answers by an event behind the ack.
pub const ASYNC: &str = "janus.plugin.audiobridge";

/// How many threads of a worker call at the same time.
pub const BURST: u64 = 3;
const EACH: u64 = 4;

/// Lets the gateway answer every token with itself, on both plugins.
pub fn expect_all(gateway: &FakeGateway, workers: u64) {
    for number in 0..workers * BURST * EACH {
        let token = json!({ "token": text(number) });
        let always = |plugin| Expect::request(plugin, token.clone()).times(usize::MAX / 2);
        gateway.expect(always(SYNC).answer(token.clone()));
        gateway.expect(always(ASYNC).event(token.clone()));
    }
}

fn text(number: u64) -> String {
    format!("token-{number}-")
}

/// The tokens of one caller.
pub struct Tokens {
    first: u64,
    used: u64,
}

impl Tokens {
    pub fn new(worker: u64, thread: u64) -> Self {
        Self {
            first: (worker * BURST + thread) * EACH,
            used: 0,
        }
    }

    pub fn next(&mut self) -> String {
        self.used += 1;
        text(self.first + self.used % EACH)
    }
}

/// Sends a token; whether the same one came back, or what else did.
pub fn ask(raw: &Raw, token: &str) -> Result<std::result::Result<(), Value>> {
    let answer = raw.request(json!({ "token": token }))?;
    Ok(if answer["token"] == token {
        Ok(())
    } else {
        Err(answer)
    })
}
