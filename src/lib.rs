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
mod config;
mod connection;
mod error;
mod event;
mod events;
#[cfg(fuzzing)]
#[allow(missing_docs)]
#[doc(hidden)]
pub mod fuzzing;
mod handle;
mod id;
mod info;
mod jsep;
mod keepalive;
mod line;
mod logging;
#[cfg(all(test, model))]
mod model;
pub mod plugin;
mod reader;
mod reconnect;
mod router;
mod secret;
mod session;
mod shared;
mod state;
mod sync;
#[cfg(feature = "testing")]
pub mod testing;
mod ticket;
pub mod transport;
mod turn;
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

pub use config::Config;
pub use connection::{Connection, Resumed};
pub use error::{
    Attempt, CloseReason, Endpoint, Error, ErrorCode, Mismatch, Result, Scope, Undecoded,
};
pub use event::{Event, Media, SlowLink};
pub use events::{Events, Iter};
pub use handle::{Ack, Handle};
pub use id::{HandleId, Id, SessionId};
pub use info::{Module, ServerInfo};
pub use jsep::{Candidate, Jsep, JsepKind, RidOrder, Svc};
pub use plugin::{
    Bound, Plugin, Request,
    echotest::{self, EchoTest},
    raw::{self, Raw},
    sip::{self, Sip},
    videoroom::{self, VideoRoom},
};
pub use reconnect::{Backoff, Reconnect};
pub use router::{RawEvent, Strays};
pub use session::{AttachOptions, Session};
pub use state::{ConnectionState, StateChanges};
pub use ticket::{HandleTicket, SessionTicket};
