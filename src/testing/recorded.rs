//! The requests that the gateway received.

use std::{collections::VecDeque, time::Duration};

use serde_json::Value;

use super::gateway::{LinkId, RequestParts};
use crate::{HandleId, SessionId};

/// A request that the fake gateway received; see [`FakeGateway::requests`](super::FakeGateway::requests).
///
/// ```
/// use janus_blocking::testing::FakeGateway;
///
/// let gateway = FakeGateway::start()?;
/// gateway.connect()?.create_session()?.destroy()?;
/// let verbs: Vec<String> = gateway.requests().into_iter().map(|request| request.verb).collect();
/// assert_eq!(verbs, ["info", "create", "destroy"]);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Recorded {
    /// When it came, since the start of the gateway.
    pub at: Duration,
    /// The link that it came on: 1 is the first that was opened.
    pub link: u64,
    /// `janus`, in lower case.
    pub verb: String,
    /// The session that it named.
    pub session: Option<SessionId>,
    /// The handle that it named.
    pub handle: Option<HandleId>,
    /// The package name of that handle's plugin, for example `janus.plugin.sip`.
    pub plugin: Option<String>,
    /// The whole request.
    pub message: Value,
}

impl Recorded {
    /// The body of a `message`; `Null` for other requests.
    pub fn body(&self) -> &Value {
        &self.message["body"]
    }

    /// The session description of a `message`; `Null` if there was none.
    pub fn jsep(&self) -> &Value {
        &self.message["jsep"]
    }
}

/// The last requests.
#[derive(Debug)]
pub(super) struct Record {
    limit: usize,
    requests: VecDeque<Recorded>,
    /// How many there were, forgotten ones included.
    pub(super) count: u64,
}

impl Record {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            requests: VecDeque::new(),
            count: 0,
        }
    }

    pub(super) fn add(&mut self, at: Duration, link: LinkId, parts: RequestParts<'_>) {
        self.count += 1;
        if self.limit == 0 {
            return;
        }
        if self.requests.len() == self.limit {
            self.requests.pop_front();
        }
        self.requests.push_back(Recorded {
            at,
            link,
            verb: parts.verb.to_owned(),
            session: (parts.session > 0).then(|| SessionId::new(parts.session)),
            handle: (parts.handle > 0).then(|| HandleId::new(parts.handle)),
            plugin: parts.plugin,
            message: parts.message.clone(),
        });
    }

    /// Those after the first `seen`, as far as they are kept.
    pub(super) fn since(&self, seen: u64) -> Vec<Recorded> {
        let new = usize::try_from(self.count - seen).unwrap_or(usize::MAX);
        let known = self.requests.len().saturating_sub(new);
        self.requests.range(known..).cloned().collect()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Recorded> {
        self.requests.iter()
    }
}
