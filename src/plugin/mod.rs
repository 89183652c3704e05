//! What a plugin is to this crate, and one module per typed plugin.
//!
//! [`Plugin`] and [`Request`] are all that the typed plugins use, so a program types a plugin of
//! its own in the same way, outside this crate.
#![doc = include_str!("../../docs/OWN_PLUGIN.md")]

use std::borrow::Cow;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{Events, Handle};

pub mod audiobridge;
mod duration;
pub mod echotest;
mod events;
pub mod nosip;
pub mod raw;
pub mod recordplay;
mod reply;
mod requests;
mod rooms;
mod rtp;
pub mod sip;
pub mod streaming;
pub mod textroom;
pub mod videocall;
pub mod videoroom;
pub mod voicemail;

pub use crate::{
    auth::Secret,
    client::Ack,
    id::Id,
    wire::{Refusal, Terminal},
};
pub use reply::{Done, decode};

use requests::{bare_requests, constructors, plugin_type, requests};

/// How a plugin object came to its handle.
///
/// # Example
///
/// ```
/// # use std::sync::atomic::{AtomicBool, Ordering};
/// use janus_blocking::{Handle, Plugin, plugin::Bound};
/// # use serde_json::{Value, value::RawValue};
///
/// struct Door {
///     handle: Handle,
///     /// Whether it may be in a call already.
///     old: AtomicBool,
/// }
///
/// impl Plugin for Door {
///     // ..
/// #     const PACKAGE: &'static str = "janus.plugin.echotest";
/// #     type Event = Value;
/// #     fn new(handle: Handle) -> Self { Self { handle, old: AtomicBool::new(false) } }
/// #     fn handle(&self) -> &Handle { &self.handle }
/// #     fn decode(data: &RawValue) -> serde_json::Result<Value> {
/// #         serde_json::from_str(data.get())
/// #     }
///     fn on_bound(&self, bound: Bound) {
///         self.old.store(bound == Bound::Reattached, Ordering::Relaxed);
///     }
/// }
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// # let session = janus.create_session()?;
/// let door: Door = session.attach()?;
/// assert!(!door.old.load(Ordering::Relaxed));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Bound {
    /// By an `attach` request: the handle is new.
    Attached,
    /// By a reattach: the handle lived before, and may be in the middle of something.
    Reattached,
}

/// A Janus plugin: its names, its events, and the type that wraps a handle.
///
/// [`Session::attach`](crate::Session::attach) and [`Session::reattach`](crate::Session::reattach)
/// work with every type that implements it.
///
/// # Example
///
/// ```
/// use janus_blocking::{Handle, Plugin, Request, serde_json::{self, Value, value::RawValue}};
/// # use janus_blocking::testing::Expect;
/// use serde::{Deserialize, Serialize};
///
/// struct TextRoom(Handle);
///
/// impl Plugin for TextRoom {
///     const PACKAGE: &'static str = "janus.plugin.textroom";
///     type Event = Value;
///
///     fn new(handle: Handle) -> Self {
///         Self(handle)
///     }
///
///     fn handle(&self) -> &Handle {
///         &self.0
///     }
///
///     fn decode(data: &RawValue) -> serde_json::Result<Value> {
///         janus_blocking::plugin::decode(data)
///     }
/// }
///
/// #[derive(Serialize)]
/// #[serde(tag = "request", rename = "exists")]
/// struct Exists {
///     room: u64,
/// }
///
/// #[derive(Deserialize)]
/// struct Existence {
///     exists: bool,
/// }
///
/// impl Request for Exists {
///     type Plugin = TextRoom;
///     type Reply = Existence;
///     const NAME: &'static str = "exists";
/// }
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// # let session = janus.create_session()?;
/// # let body = serde_json::json!({ "request": "exists", "room": 1234 });
/// # let answer = serde_json::json!({ "textroom": "success", "exists": true });
/// # gateway.expect(Expect::request(TextRoom::PACKAGE, body).exactly().answer(answer));
/// let textroom: TextRoom = session.attach()?;
/// assert!(textroom.handle().request(&Exists { room: 1234 })?.exists);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no plugin of Janus",
    label = "not a plugin",
    note = "name the plugin's type: `let echo: EchoTest = session.attach()?;`, or \
            `session.attach::<EchoTest>()?`"
)]
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

    /// Decodes `plugindata.data` of an event, on the thread that reads the event; [`decode`](decode())
    /// leaves out what does not fit.
    ///
    /// # Errors
    ///
    /// What cannot be decoded is given to the reader of the events as
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
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, Event};
    /// # let (gateway, echo) = janus_blocking::testing::attached::<EchoTest>()?;
    /// # gateway.handle(echo.handle().id()).webrtc_up();
    /// let event = echo.events().recv()?;
    /// assert_eq!(event, Event::WebrtcUp);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    fn events(&self) -> Events<Self> {
        self.handle().events()
    }

    /// The same plugin on the same handle, whose requests wait for `timeout`
    /// instead of [`Config::request_timeout`](crate::Config::request_timeout).
    ///
    /// Made by [`new`](Self::new), without [`on_bound`](Self::on_bound): a plugin that keeps
    /// something of its own beside the handle has to do more here.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, Plugin, echotest::Settings};
    /// use std::time::Duration;
    /// # let (gateway, echo) = janus_blocking::testing::attached::<EchoTest>()?;
    /// # let any = serde_json::json!({});
    /// # gateway.expect(janus_blocking::testing::Expect::request(EchoTest::PACKAGE, any).silence());
    /// let brief = echo.with_timeout(Duration::from_millis(5));
    /// // The server says nothing.
    /// let error = brief.configure(&Settings::new().audio(true)).unwrap_err();
    /// assert!(error.is_timeout());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[must_use]
    fn with_timeout(&self, timeout: std::time::Duration) -> Self {
        Self::new(self.handle().with_timeout(timeout))
    }
}

/// One request that a plugin understands: the `body` of a Janus `message`.
///
/// The type serialises to the whole body, its `request` key included.
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, Plugin, Request, plugin::Done};
/// use serde::Serialize;
/// # let (gateway, echo) = janus_blocking::testing::attached::<EchoTest>()?;
/// /// Only what this program needs of EchoTest.
/// #[derive(Serialize)]
/// struct Mute {
///     audio: bool,
/// }
///
/// impl Request for Mute {
///     type Plugin = EchoTest;
///     type Reply = Done;
///     const NAME: &'static str = "mute";
/// }
///
/// echo.handle().request(&Mute { audio: false })?;
/// # assert_eq!(gateway.requests()[3].body()["audio"], false);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no request to a plugin",
    label = "not a request",
    note = "use the plugin's own types, such as `sip::Register`; implement `Request` for a type of \
            your own, or send JSON with `Raw::request`"
)]
pub trait Request: Serialize {
    /// The plugin that understands it. The handle of a typed plugin of another package refuses it,
    /// before it is sent.
    type Plugin: Plugin;

    /// What its answer decodes to, from [`Plugin::reply`].
    type Reply: DeserializeOwned;

    /// The value of the `request` key, or a word for it where the plugin has no such key.
    const NAME: &'static str;

    /// How it ends.
    const TERMINAL: Terminal = Terminal::First;

    /// Whether it only reads, so that it may be repeated when a link broke under it.
    const IDEMPOTENT: bool = false;

    /// Decodes the answer's `plugindata.data`; by default the part that [`Plugin::reply`] names, by
    /// [`decode`].
    ///
    /// # Errors
    ///
    /// What cannot be decoded ends the request with [`Error::Decode`](crate::Error::Decode).
    fn reply(data: &RawValue) -> serde_json::Result<Self::Reply> {
        decode(<Self::Plugin as Plugin>::reply(data))
    }

    /// The name that errors show: [`NAME`](Self::NAME) unless the type holds different requests.
    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed(Self::NAME)
    }
}
