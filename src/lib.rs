#![doc = include_str!("../docs/GUIDE.md")]
// Where the guide's links lead in a build without the feature.
#![cfg_attr(
    not(feature = "testing"),
    doc = "\n\n\
        [`testing`]: https://docs.rs/janus-blocking/latest/janus_blocking/testing/\n\
        [`FakeGateway`]: https://docs.rs/janus-blocking/latest/janus_blocking/testing/struct.FakeGateway.html"
)]
#![cfg_attr(feature = "testing", doc = "\n\n[`FakeGateway`]: testing::FakeGateway")]
// Not in Cargo.toml, as tests may unwrap and their shared modules are public.
#![warn(unreachable_pub, clippy::unwrap_used)]

pub mod auth;
mod client;
mod config;
mod engine;
mod error;
#[cfg(fuzzing)]
#[allow(missing_docs)]
#[doc(hidden)]
#[path = "../tests/fuzz/door.rs"]
pub mod fuzzing;
mod id;
mod jsep;
mod json;
mod logging;
pub mod plugin;
mod random;
mod redact;
mod router;
mod sync;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transport;
mod wire;

/// How links with TLS check the server (feature `tls`).
#[cfg(feature = "tls")]
pub mod tls {
    pub use crate::transport::tls::{Pem, Tls};
}

/// Leaving a session on the server, and going on with it elsewhere.
#[doc = include_str!("../docs/REATTACHMENT.md")]
pub mod reattachment {}

/// Links that break, and what a program sees of that.
#[doc = include_str!("../docs/RECONNECTING.md")]
pub mod reconnection {}

/// Questions about the design, and their answers.
#[doc = include_str!("../docs/DESIGN.md")]
pub mod design {}

/// The channels of [`Events::receiver`] and [`Connection::states`], in the version that they are of.
///
/// `select!` over a queue works with it as with a dependency of your own:
///
/// ```
/// use janus_blocking::crossbeam_channel::{never, select};
///
/// select! {
///     recv(never::<()>()) -> _ => unreachable!("nothing ever comes"),
///     default => println!("nothing is there"),
/// }
/// ```
pub use crossbeam_channel;

/// JSON, in the version of what the API takes and gives: [`Raw`], notes, metadata, `RawValue`.
///
/// ```
/// use janus_blocking::serde_json::{Value, json};
///
/// let note: Value = json!({ "caller": "sip:visitor@example.org" });
/// assert_eq!(note["caller"], "sip:visitor@example.org");
/// ```
pub use serde_json;

pub use client::{
    Ack, AttachOptions, Connection, Event, Events, Handle, HandleTicket, Iter, Media, Resumed,
    Session, SessionTicket, SlowLink,
};
pub use config::{Backoff, Config, Reconnect};
pub use engine::{ConnectionState, Module, ServerInfo, StateChanges};
pub use error::{
    CloseReason, Endpoint, Error, ErrorCode, Mismatch, RequestContext, Result, Scope, Undecoded,
};
pub use id::{HandleId, Id, SessionId};
pub use jsep::{Candidate, Jsep, JsepKind, RidOrder, Svc};
pub use plugin::{
    Bound, Plugin, Request,
    echotest::{self, EchoTest},
    raw::{self, Raw},
    sip::{self, Sip},
    videoroom::{self, VideoRoom},
};
pub use router::{RawEvent, UnmatchedMessages};
