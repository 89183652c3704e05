//! What Janus's event handlers send: types, and a receiver (feature `monitor`).
//!
//! # Example
//!
//! ```no_run
//! use janus_blocking::monitor::{Kind, Settings};
//!
//! let receiver = Settings::new("0.0.0.0:8095").basic_auth("janus", "hush").listen()?;
//! for event in &receiver {
//!     match event {
//!         Ok(event) => match &event.kind {
//!             Kind::Plugin(plugin) => println!("{}: {:?}", plugin.plugin, plugin.data),
//!             kind => println!("{:?} {kind:?}", event.session_id),
//!         },
//!         // The queue was full.
//!         Err(error) => println!("{error}"),
//!     }
//! }
//! # Ok::<(), janus_blocking::Error>(())
//! ```
#![doc = include_str!("../../docs/MONITOR.md")]

mod batch;
pub mod core;
mod event;
mod http;
mod live;
pub mod media;
pub mod payload;
mod receiver;
mod server;
mod settings;
pub mod webrtc;
mod websocket;

pub use event::{Event, External, Kind};
pub use live::{Live, LiveHandle, LiveMedia, LiveServer, LiveSession};
pub use receiver::{Iter, Receiver};
pub use server::Counts;
pub use settings::Settings;
