#![doc = include_str!("../docs/GUIDE.md")]
// Where the guide's links lead in a build without the feature.
#![cfg_attr(
    not(feature = "testing"),
    doc = "\n\n\
        [`testing`]: https://docs.rs/janus-blocking/latest/janus_blocking/testing/\n\
        [`FakeGateway`]: https://docs.rs/janus-blocking/latest/janus_blocking/testing/struct.FakeGateway.html"
)]
#![cfg_attr(feature = "testing", doc = "\n\n[`FakeGateway`]: testing::FakeGateway")]
#![cfg_attr(docsrs, feature(doc_cfg))]
// Not in Cargo.toml, as tests may unwrap and their shared modules are public.
#![warn(unreachable_pub, clippy::unwrap_used)]

pub mod admin;
pub mod auth;
mod client;
mod config;
mod engine;
pub mod error;
#[cfg(fuzzing)]
#[allow(missing_docs)]
#[doc(hidden)]
#[path = "../tests/fuzz/door.rs"]
pub mod fuzzing;
mod id;
mod logging;
#[cfg(feature = "monitor")]
pub mod monitor;
pub mod plugin;
mod random;
mod redact;
mod router;
mod sync;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transport;
pub mod webrtc;
mod wire;

/// How a [`Connection`] attaches, reconnects and resumes, and what it reports.
pub mod connection {
    pub use crate::{
        client::{AttachOptions, Resumed},
        config::{Backoff, Reconnect},
        engine::{ConnectionState, Module, ServerInfo, StateChanges},
        router::UnmatchedMessages,
    };
}

/// Parts of an [`Event`], and events that are not decoded yet.
pub mod event {
    pub use crate::{
        client::{Iter, Media, SlowLink},
        router::RawEvent,
    };
}

/// How links with TLS check the server (feature `tls`).
#[doc = include_str!("../docs/TLS.md")]
#[cfg(feature = "tls")]
pub mod tls {
    pub use crate::transport::tls::{Pem, Tls};
}

/// Leaving a session on the server, and continuing it elsewhere.
#[doc = include_str!("../docs/REATTACHMENT.md")]
pub mod reattachment {}

/// Links that break, and what your program sees of it.
#[doc = include_str!("../docs/RECONNECTING.md")]
pub mod reconnection {}

/// Questions about the design, and their answers.
#[doc = include_str!("../docs/DESIGN.md")]
pub mod design {}

/// The crate of the channels that [`Events::receiver`] and [`Connection::states`] return, in the
/// version that this crate uses.
///
/// With it, `select!` over a queue needs no dependency of your own:
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

/// The crate of the JSON types that the API takes and returns (for [`Raw`], notes, metadata), in the
/// version that this crate uses.
///
/// ```
/// use janus_blocking::serde_json::{Value, json};
///
/// let note: Value = json!({ "caller": "sip:visitor@example.org" });
/// assert_eq!(note["caller"], "sip:visitor@example.org");
/// ```
pub use serde_json;

pub use client::{Connection, Event, Events, Handle, HandleTicket, Session, SessionTicket};
pub use config::Config;
pub use error::{
    close_reason::CloseReason,
    code::ErrorCode,
    kinds::{Error, Result},
};
pub use id::{HandleId, SessionId};
pub use plugin::{
    Plugin, Request,
    audiobridge::{self, AudioBridge},
    echotest::{self, EchoTest},
    nosip::{self, NoSip},
    raw::{self, Raw},
    recordplay::{self, RecordPlay},
    sip::{self, Sip},
    streaming::{self, Streaming},
    textroom::{self, TextRoom},
    videocall::{self, VideoCall},
    videoroom::{self, VideoRoom},
    voicemail::{self, VoiceMail},
};
pub use wire::{Candidate, Jsep};

// Short names for the crate itself, and for the links of its documents.
#[allow(unused_imports)]
pub(crate) use {
    client::{Ack, AttachOptions},
    config::{Backoff, Reconnect},
    engine::{ConnectionState, ServerInfo, StateChanges},
    id::Id,
    plugin::Bound,
    router::{RawEvent, UnmatchedMessages},
    wire::JsepKind,
};
