//! The fake gateway over Unix sockets: the same raw packets get the same answers from it as from
//! real servers, and the crate's own client works with it.
#![cfg(target_os = "linux")]

mod common;
#[path = "fake_links/servers.rs"]
mod servers;
#[path = "fake_links/unix_client.rs"]
mod unix_client;
#[path = "fake_links/unix_faults.rs"]
mod unix_faults;
#[path = "fake_links/unix_wire.rs"]
mod unix_wire;

use std::time::Duration;

/// What a busy machine may need for one step.
const LIMIT: Duration = Duration::from_secs(10);

/// The client's own keepalives follow the real clock and stay out of the way.
const NEVER: Duration = Duration::from_secs(3600);
