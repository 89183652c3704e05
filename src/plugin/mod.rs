//! What a plugin is to this crate, and one module per typed plugin.
//!
//! [`Plugin`] and [`Request`] are all that the typed plugins use, so a program
//! types a plugin of its own in the same way, outside this crate; see the
//! example on [`Plugin`].

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::value::RawValue;

use crate::{Events, Handle};

pub mod echotest;
pub mod raw;
mod secret;
pub mod sip;
pub mod videoroom;

pub use secret::Secret;

/// How a plugin object came to its handle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Bound {
    /// By an `attach` request: the handle is new.
    Attached,
    /// By a reattach: the handle lived before, and may be in the middle of something.
    Reattached,
}

/// How a request to a plugin ends, once Janus has answered `ack`.
///
/// An answer of `success` (a synchronous plugin) or of `error` ends every
/// request, and so does an event with the request's transaction that reports a
/// [`Refusal`].
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

/// A refusal found in a plugin's data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The plugin's code; 0 where it gives none.
    pub code: i64,
    /// The plugin's text.
    pub reason: String,
}

/// A Janus plugin: its names, its events, and the type that wraps a handle.
///
/// [`Session::attach`](crate::Session::attach) and
/// [`Session::reattach`](crate::Session::reattach) work with every type that
/// implements it.
pub trait Plugin: Sized + Send + Sync + 'static {
    /// The package name, for example `janus.plugin.echotest`.
    const PACKAGE: &'static str;

    /// What the plugin's own events decode to.
    type Event: Send + 'static;

    /// Wraps a handle. Called by attach, reattach and [`with_timeout`](Self::with_timeout); sends
    /// nothing.
    fn new(handle: Handle) -> Self;

    /// The handle inside.
    fn handle(&self) -> &Handle;

    /// Decodes `plugindata.data` of an event, on the thread that reads the event.
    ///
    /// # Errors
    ///
    /// What does not fit is given to the reader of the events as
    /// [`Error::Decode`](crate::Error::Decode).
    fn decode(data: &RawValue) -> serde_json::Result<Self::Event>;

    /// The name of an event, which [`Terminal::Named`] and [`Terminal::Unmarked`] refer to.
    ///
    /// Empty by default: plugins whose requests all end with
    /// [`Terminal::First`] need no names. Called on whichever thread reads, so it should be quick;
    /// the same goes for [`refusal`](Self::refusal).
    fn event_name(_data: &RawValue) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    /// The part of `plugindata.data` that a request's reply decodes from: all of it by default.
    fn reply(data: &RawValue) -> &RawValue {
        data
    }

    /// Whether this answer to a request is a refusal.
    ///
    /// By default: an `error_code` key, or an `error` key that holds a text.
    fn refusal(data: &RawValue) -> Option<Refusal> {
        crate::wire::refusal(data)
    }

    /// Runs when the plugin has been bound to its handle, before `attach` or
    /// `reattach` returns it, on the caller's thread.
    fn on_bound(&self, bound: Bound) {
        let _ = bound;
    }

    /// The events of this plugin's handle.
    fn events(&self) -> Events<Self> {
        self.handle().events()
    }

    /// The same plugin on the same handle, whose requests wait for `timeout`
    /// instead of [`Config::request_timeout`](crate::Config::request_timeout).
    ///
    /// Made by [`new`](Self::new), without [`on_bound`](Self::on_bound): a plugin that keeps
    /// something of its own beside the handle has to do more here.
    fn with_timeout(&self, timeout: std::time::Duration) -> Self {
        Self::new(self.handle().with_timeout(timeout))
    }
}

/// One request that a plugin understands: the `body` of a Janus `message`.
///
/// The type serialises to the whole body, its `request` key included.
pub trait Request: Serialize {
    /// The plugin that understands it.
    type Plugin: Plugin;

    /// What its answer decodes to, from [`Plugin::reply`].
    type Reply: DeserializeOwned;

    /// The value of the `request` key, or a word for it where the plugin has no such key.
    const NAME: &'static str;

    /// How it ends.
    const TERMINAL: Terminal = Terminal::First;

    /// Whether it only reads, so that it may be repeated when a link broke under it.
    const IDEMPOTENT: bool = false;

    /// Decodes the answer's `plugindata.data`; by default the part that [`Plugin::reply`] names.
    ///
    /// # Errors
    ///
    /// What does not fit ends the request with [`Error::Decode`](crate::Error::Decode).
    fn reply(data: &RawValue) -> serde_json::Result<Self::Reply> {
        serde_json::from_str(<Self::Plugin as Plugin>::reply(data).get())
    }

    /// The name that errors show: [`NAME`](Self::NAME) unless the type holds different requests.
    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed(Self::NAME)
    }
}

/// The reply of a request whose answer says nothing but that it was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Done;

impl<'de> Deserialize<'de> for Done {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}
