//! The requests that a test expects, and their answers.

use std::{collections::HashSet, fmt};

use serde_json::{Value, json};

use super::{
    diff,
    gateway::{Gateway, Request},
};
use crate::Jsep;

/// A request to a plugin that a test expects, and its answer.
///
/// The default answer is an empty success: `"data": {}`.
///
/// ```
/// use janus_blocking::{Error, serde_json::json, testing::{Expect, FakeGateway}};
///
/// let gateway = FakeGateway::start()?;
/// let create = json!({"request": "create", "room": 1234});
/// gateway.expect(
///     Expect::request("janus.plugin.videoroom", create.clone())
///         .refuse(427, "Room 1234 already exists"),
/// );
///
/// let janus = gateway.connect()?;
/// let session = janus.create_session()?;
/// let videoroom = session.attach_raw("janus.plugin.videoroom")?;
/// let error = videoroom.request(create).unwrap_err();
/// assert!(matches!(error, Error::Plugin { .. }));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Expect {
    plugin: String,
    body: Value,
    exactly: bool,
    with_jsep: Option<bool>,
    times: usize,
    reply: Reply,
}

impl Expect {
    /// Expects a `message` to that plugin whose body has these keys with these values.
    ///
    /// Nested objects are compared in the same way; everything else has to be equal. An empty object
    /// fits every request.
    pub fn request(plugin: impl Into<String>, body: Value) -> Self {
        Self {
            plugin: plugin.into(),
            body,
            exactly: false,
            with_jsep: None,
            times: 1,
            reply: Reply::default(),
        }
    }

    /// Refuses bodies that have other keys as well.
    #[must_use]
    pub fn exactly(mut self) -> Self {
        self.exactly = true;
        self
    }

    /// Requires a `jsep` with the request, or none.
    #[must_use]
    pub fn with_jsep(mut self, with: bool) -> Self {
        self.with_jsep = Some(with);
        self
    }

    /// Expects it that many times, each with the same answer. Default 1.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// Answers `success` with that data, as synchronous plugins do.
    #[must_use]
    pub fn answer(mut self, data: Value) -> Self {
        self.reply.first = First::Success(data);
        self
    }

    /// Answers `ack`, as asynchronous plugins do. Add an [`event`](Self::event) for what follows;
    /// without one nothing does.
    #[must_use]
    pub fn ack(mut self) -> Self {
        self.reply.first = First::Ack;
        self
    }

    /// Answers `ack`, then an event with the transaction of the request.
    ///
    /// Call it again for further events.
    #[must_use]
    pub fn event(mut self, data: Value) -> Self {
        self = self.acked();
        self.reply.then.push(Then::Event {
            data,
            marked: true,
            jsep: None,
        });
        self
    }

    /// Answers `ack`, then an event that does not carry the transaction of the request.
    #[must_use]
    pub fn unmarked_event(mut self, data: Value) -> Self {
        self = self.acked();
        self.reply.then.push(Then::Event {
            data,
            marked: false,
            jsep: None,
        });
        self
    }

    /// Adds a session description to the last event.
    #[must_use]
    pub fn jsep(mut self, sent: &Jsep) -> Self {
        if let Some(Then::Event { jsep, .. }) = self.reply.then.last_mut() {
            *jsep = serde_json::to_string(sent).ok();
        }
        self
    }

    /// Answers with an error of the core.
    #[must_use]
    pub fn fail(mut self, code: i64, reason: impl Into<String>) -> Self {
        self.reply.first = First::Error(code, reason.into());
        self
    }

    /// Answers with a refusal of the plugin: `error_code` and `error` in its data.
    ///
    /// For asynchronous plugins use [`event`](Self::event) with these two keys.
    #[must_use]
    pub fn refuse(self, code: i64, reason: &str) -> Self {
        let tag = self
            .plugin
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_owned();
        self.answer(json!({tag: "event", "error_code": code, "error": reason}))
    }

    /// Sends no answer.
    #[must_use]
    pub fn silence(mut self) -> Self {
        self.reply.first = First::Nothing;
        self
    }

    /// Leaves the answer to the built-in EchoTest, SIP, AudioBridge, Streaming or TextRoom.
    #[must_use]
    pub fn pass(mut self) -> Self {
        self.reply.first = First::Pass;
        self
    }

    fn acked(mut self) -> Self {
        if matches!(self.reply.first, First::Success(_)) {
            self.reply.first = First::Ack;
        }
        self
    }

    fn fits(&self, plugin: &str, body: &Value, jsep: Option<&Value>) -> bool {
        self.plugin == plugin
            && if self.exactly {
                self.body == *body
            } else {
                diff::contains(body, &self.body)
            }
            && self.with_jsep.is_none_or(|with| with == jsep.is_some())
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exactly = if self.exactly { "exactly " } else { "" };
        write!(f, "{} {exactly}{}", self.plugin, self.body)?;
        match self.with_jsep {
            Some(true) => f.write_str(" with a jsep")?,
            Some(false) => f.write_str(" without a jsep")?,
            None => {}
        }
        if self.times > 1 {
            write!(f, " ({} times)", self.times)?;
        }
        Ok(())
    }
}

/// What is answered to a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    first: First,
    then: Vec<Then>,
}

#[derive(Clone, Debug)]
enum First {
    Success(Value),
    Ack,
    Error(i64, String),
    Nothing,
    Pass,
}

impl Default for First {
    fn default() -> Self {
        Self::Success(json!({}))
    }
}

#[derive(Clone, Debug)]
enum Then {
    Event {
        data: Value,
        marked: bool,
        jsep: Option<String>,
    },
}

impl Reply {
    /// Sends it.
    pub(super) fn play(&self, gateway: &mut Gateway, request: &Request<'_>) {
        match &self.first {
            First::Success(data) => gateway.synchronous(request, data),
            First::Ack => gateway.ack(request, None),
            First::Error(code, reason) => gateway.refused(request, *code, reason),
            First::Nothing | First::Pass => {}
        }
        let (session, handle) = (request.session, request.handle);
        for Then::Event { data, marked, jsep } in &self.then {
            let transaction = marked.then_some(request.transaction);
            let data = data.to_string();
            gateway.scripted_event(session, handle, transaction, &data, jsep.as_deref());
        }
    }
}

/// What becomes of a request.
#[derive(Debug)]
pub(super) enum Verdict {
    Scripted(Reply),
    BuiltIn,
    /// The text is the reason of the error that is answered.
    Unexpected(String),
}

/// What is expected, and what was not.
#[derive(Debug)]
pub(super) struct Script {
    strict: bool,
    expected: Vec<Expect>,
    /// Plugins that a test has expected requests to.
    scripted: HashSet<String>,
    /// What happened that was not expected, for the panic at the end.
    failures: Vec<String>,
}

/// More failures of one test are only counted.
const MAX_FAILURES: usize = 20;

impl Script {
    pub(super) fn new(strict: bool) -> Self {
        Self {
            strict,
            expected: Vec::new(),
            scripted: HashSet::new(),
            failures: Vec::new(),
        }
    }

    pub(super) fn expect(&mut self, expect: Expect) {
        self.scripted.insert(expect.plugin.clone());
        if expect.times > 0 {
            self.expected.push(expect);
        }
    }

    /// Decides about a request to a plugin.
    pub(super) fn judge(
        &mut self,
        plugin: &str,
        body: &Value,
        jsep: Option<&Value>,
        built_in: bool,
    ) -> Verdict {
        let found = self
            .expected
            .iter()
            .position(|expect| expect.fits(plugin, body, jsep));
        if let Some(index) = found {
            let expect = &mut self.expected[index];
            expect.times -= 1;
            let reply = expect.reply.clone();
            if expect.times == 0 {
                self.expected.remove(index);
            }
            return match (&reply.first, built_in) {
                (First::Pass, true) => Verdict::BuiltIn,
                _ => Verdict::Scripted(reply),
            };
        }
        let in_force = self.strict && self.scripted.contains(plugin);
        if built_in && !in_force {
            return Verdict::BuiltIn;
        }
        let near = self.expected.iter().find(|expect| expect.plugin == plugin);
        let failure = match near {
            Some(expect) => format!(
                "an unexpected request to {plugin}; expected next was\n{}",
                diff::lines(&expect.body, body)
            ),
            None => format!("an unexpected request to {plugin}: {body}; none is expected"),
        };
        if self.failures.len() < MAX_FAILURES {
            self.failures.push(failure);
        }
        let reason = format!("the fake gateway did not expect this request to {plugin}");
        Verdict::Unexpected(reason)
    }

    /// Everything that is wrong, and forgets it; `None` when nothing is.
    pub(super) fn verdict(&mut self) -> Option<String> {
        let mut failures = std::mem::take(&mut self.failures);
        let unmet = std::mem::take(&mut self.expected);
        failures.extend(
            unmet
                .iter()
                .map(|expect| format!("no request came: {expect}")),
        );
        if !self.strict || failures.is_empty() {
            return None;
        }
        let list: String = failures
            .iter()
            .map(|failure| format!("\n* {}", failure.replace('\n', "\n  ")))
            .collect();
        Some(format!(
            "the fake gateway saw what the test did not expect:{list}"
        ))
    }

    /// What is still expected.
    pub(super) fn unmet(&self) -> usize {
        self.expected.iter().map(|expect| expect.times).sum()
    }
}
