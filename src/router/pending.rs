//! Requests that wait for their answer, and answers that nobody waits for.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    panic::{self, AssertUnwindSafe},
    sync::Arc,
};

use serde_json::value::RawValue;

use super::{Life, Queue};
use crate::{
    Error, HandleId, SessionId,
    error::Scope,
    line::Reading,
    plugin::{Plugin, Request, Terminal},
    turn,
    wire::Outgoing,
};

/// Where a caller waits.
pub(crate) type Slot = turn::Slot<Answer, Reading>;

/// How many requests are remembered whose answer nobody waits for. They are
/// entered at most once per timeout, keepalive or drop, and leave with their
/// answer, so that this many are open only if a server has stopped answering.
const LATE: usize = 1024;

/// What a caller gets.
#[derive(Debug)]
pub(crate) enum Answer {
    Success,
    Created(SessionId, Arc<Life>),
    Claimed(Arc<Life>),
    Attached(HandleId, Queue),
    Ack {
        hint: Option<String>,
    },
    /// A plugin's data, of a `success` or of the event that ends the request.
    Plugin {
        data: Box<RawValue>,
        jsep: Option<Box<RawValue>>,
    },
    /// The whole message, where that is the answer.
    Whole(Box<str>),
    /// `"janus":"error"`.
    Refused {
        code: i64,
        reason: String,
    },
    /// A valid answer of another kind.
    Mismatch(Box<str>),
    /// It ended before an answer came.
    Ended(Error),
    /// The link broke, and it does no harm to send it again.
    Again,
}

/// What a request waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expects {
    /// `success` or `ack`.
    Core,
    /// `server_info` or `pong`.
    Whole,
    /// The id of a new session.
    Create,
    /// A session that is taken over.
    Claim,
    /// The id of a new handle.
    Attach,
    /// The `ack` of a message; its event goes to the queue.
    Ack,
    /// The plugin's answer.
    Plugin(Ends),
}

/// Which event ends a plugin request; made from its type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    terminal: Terminal,
    event_name: fn(&RawValue) -> Cow<'_, str>,
    is_refusal: fn(&RawValue) -> bool,
}

impl Ends {
    pub(crate) fn of<R: Request>() -> Self {
        Self {
            terminal: R::TERMINAL,
            event_name: <R::Plugin as Plugin>::event_name,
            is_refusal: |data| <R::Plugin as Plugin>::refusal(data).is_some(),
        }
    }

    /// Asks the plugin. Its code runs on whichever thread reads, which must survive it.
    fn ask<T>(question: impl FnOnce() -> T) -> Option<T> {
        panic::catch_unwind(AssertUnwindSafe(question)).ok()
    }

    fn is_named(&self, names: &[&str], data: &RawValue) -> bool {
        Self::ask(|| names.contains(&&*(self.event_name)(data))).unwrap_or(false)
    }

    /// Whether this event with the request's transaction ends it.
    pub(super) fn by_own(&self, data: &RawValue) -> bool {
        match self.terminal {
            Terminal::First => true,
            Terminal::Named(names) | Terminal::Unmarked(names) => {
                // A plugin that panics ends its request here, and panics again in its caller.
                self.is_named(names, data) || Self::ask(|| (self.is_refusal)(data)).unwrap_or(true)
            }
        }
    }

    /// Whether this event without its transaction ends it.
    pub(super) fn by_unmarked(&self, data: &RawValue) -> bool {
        match self.terminal {
            Terminal::Unmarked(names) => self.is_named(names, data),
            _ => false,
        }
    }
}

impl Expects {
    /// For the text of errors.
    pub(crate) fn description(&self) -> &'static str {
        match self {
            Self::Core => "`success`",
            Self::Whole => "`server_info` or `pong`",
            Self::Create => "`success` with the id of a session",
            Self::Claim => "`success`",
            Self::Attach => "`success` with the id of a handle",
            Self::Ack => "`ack`",
            Self::Plugin(_) => "`success` or an event",
        }
    }

    /// Whether it goes to a plugin, whose events carry its transaction.
    pub(super) fn is_message(&self) -> bool {
        matches!(self, Self::Ack | Self::Plugin(_))
    }

    pub(super) fn is_unmarked(&self) -> bool {
        matches!(
            self,
            Self::Plugin(Ends {
                terminal: Terminal::Unmarked(_),
                ..
            })
        )
    }
}

/// One request that waits.
pub(crate) struct Waiting {
    pub(crate) slot: Arc<Slot>,
    pub(crate) expects: Expects,
    pub(crate) session: Option<SessionId>,
    pub(crate) handle: Option<HandleId>,
    /// Janus has acknowledged it.
    pub(crate) acked: bool,
    /// It does no harm to send it twice.
    pub(crate) repeats: bool,
}

impl Waiting {
    pub(super) fn scope(&self) -> Scope {
        match (self.handle, self.session) {
            (Some(handle), _) => handle.into(),
            (None, Some(session)) => session.into(),
            (None, None) => Scope::Connection,
        }
    }

    /// What is to be done with its answer when it comes too late.
    pub(super) fn late(&self) -> Late {
        match (self.expects, self.session) {
            (Expects::Create, _) => Late::Create,
            (Expects::Attach, Some(session)) => Late::Attach(session),
            _ => Late::TimedOut,
        }
    }
}

/// A request whose answer nobody waits for, and what its answer means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Late {
    /// A `create` that timed out: its session is an orphan.
    Create,
    /// An `attach` that timed out: its handle is an orphan.
    Attach(SessionId),
    /// Anything else that timed out.
    TimedOut,
    /// Its event came before its `ack`, which is still to come.
    AckDue,
    /// The `detach` of a handle that nobody uses.
    Detach(SessionId, HandleId),
    /// The `destroy` of a session that nobody uses.
    Destroy(SessionId),
    /// A `ping`.
    Ping,
    /// A keepalive: 458 ends the session.
    Keepalive(SessionId),
}

impl Late {
    /// The request itself, for those that are sent without waiting.
    pub(crate) fn request(self) -> Option<Outgoing<'static>> {
        match self {
            Self::Detach(session, handle) => Some(Outgoing::handle("detach", session, handle)),
            Self::Destroy(session) => Some(Outgoing::session("destroy", session)),
            Self::Ping => Some(Outgoing::server("ping")),
            Self::Keepalive(session) => Some(Outgoing::session("keepalive", session)),
            Self::Create | Self::Attach(_) | Self::TimedOut | Self::AckDue => None,
        }
    }
}

#[derive(Default)]
pub(super) struct Pending {
    pub(super) waiting: HashMap<u64, Waiting>,
    pub(super) late: LateAnswers,
}

impl Pending {
    /// Makes the handles that are being attached to a session orphans.
    pub(super) fn orphan(&mut self, session: SessionId) {
        for (number, waiting) in &self.waiting {
            if waiting.session == Some(session) && matches!(waiting.expects, Expects::Attach) {
                self.late.insert(*number, Late::Attach(session));
            }
        }
    }

    /// Answers all that match with an error.
    pub(super) fn end(&mut self, matches: impl Fn(&Waiting) -> bool, error: impl Fn() -> Error) {
        self.waiting.retain(|_, waiting| {
            let ends = matches(waiting);
            if ends {
                waiting.slot.answer(Answer::Ended(error()));
            }
            !ends
        });
    }
}

/// Bounded: the oldest goes when it is full.
#[derive(Default)]
pub(super) struct LateAnswers(BTreeMap<u64, Late>);

impl LateAnswers {
    pub(super) fn insert(&mut self, number: u64, late: Late) {
        self.0.insert(number, late);
        if self.0.len() > LATE {
            self.0.pop_first();
        }
    }

    /// Forgets all; returns what must be sent again if it was lost with the link.
    pub(super) fn drain_unfinished(&mut self) -> Vec<Late> {
        let all = std::mem::take(&mut self.0).into_values();
        all.filter(|late| matches!(late, Late::Detach(..) | Late::Destroy(_)))
            .collect()
    }

    pub(super) fn take(&mut self, number: u64) -> Option<Late> {
        self.0.remove(&number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_answers_are_bounded() {
        let mut late = LateAnswers::default();
        for number in 0..10_000 {
            late.insert(number, Late::TimedOut);
        }
        assert_eq!(late.0.len(), LATE);
        assert_eq!(late.take(0), None);
        assert_eq!(late.take(9_999), Some(Late::TimedOut));
        assert_eq!(late.take(9_999), None);
    }
}
