//! Which event ends a plugin's request.

use std::{
    borrow::Cow,
    panic::{self, AssertUnwindSafe},
};

use serde_json::value::RawValue;

/// How a request to a plugin ends, once Janus has answered `ack`.
///
/// An answer of `success` (a synchronous plugin) or of `error` ends every request, and so does an
/// event with the request's transaction that reports a [`Refusal`](crate::plugin::Refusal). Any
/// other answer with that transaction ends it with [`Error::Unexpected`](crate::Error::Unexpected).
///
/// # Example
///
/// ```
/// use janus_blocking::{Request, plugin::Terminal, sip};
///
/// assert_eq!(sip::SendRinging::TERMINAL, Terminal::First);
/// assert_eq!(sip::Hold::TERMINAL, Terminal::Named(&["holding"]));
/// let outcomes = &["registered", "registration_failed"];
/// assert_eq!(sip::Register::TERMINAL, Terminal::Unmarked(outcomes));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Terminal {
    /// The first event with the request's transaction. This is the usual case.
    First,
    /// The event of one of these names, with the request's transaction. Other
    /// events with that transaction go to the handle's queue.
    Named(&'static [&'static str]),
    /// The event of one of these names on the same handle, whether it carries
    /// the request's transaction or not.
    Unmarked(&'static [&'static str]),
}

/// How a plugin's request ends: by its [`Terminal`], and by what its plugin says of an event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Completion {
    terminal: Terminal,
    event_name: fn(&RawValue) -> Cow<'_, str>,
    is_refusal: fn(&RawValue) -> bool,
}

impl Completion {
    pub(crate) fn new(
        terminal: Terminal,
        event_name: fn(&RawValue) -> Cow<'_, str>,
        is_refusal: fn(&RawValue) -> bool,
    ) -> Self {
        Self {
            terminal,
            event_name,
            is_refusal,
        }
    }

    /// Asks the plugin. Its code runs on the thread that reads, which must survive a panic.
    fn ask<T>(question: impl FnOnce() -> T) -> Option<T> {
        panic::catch_unwind(AssertUnwindSafe(question)).ok()
    }

    fn is_named(&self, names: &[&str], data: &RawValue) -> bool {
        Self::ask(|| names.contains(&&*(self.event_name)(data))).unwrap_or(false)
    }

    /// Whether the first event with the request's transaction ends it, whatever its plugin says.
    pub(crate) fn is_first(&self) -> bool {
        self.terminal == Terminal::First
    }

    /// Whether this event with the request's transaction ends it.
    pub(crate) fn by_own(&self, data: &RawValue) -> bool {
        match self.terminal {
            Terminal::First => true,
            Terminal::Named(names) | Terminal::Unmarked(names) => {
                // A plugin that panics ends its request here, and panics again in its caller.
                self.is_named(names, data) || Self::ask(|| (self.is_refusal)(data)).unwrap_or(true)
            }
        }
    }

    /// Whether this event without its transaction ends it.
    pub(crate) fn by_unmarked(&self, data: &RawValue) -> bool {
        match self.terminal {
            Terminal::Unmarked(names) => self.is_named(names, data),
            _ => false,
        }
    }

    /// Whether an event without its transaction may end it.
    pub(crate) fn is_unmarked(&self) -> bool {
        matches!(self.terminal, Terminal::Unmarked(_))
    }
}
