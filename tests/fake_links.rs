//! The fake gateway over Unix sockets and HTTP: the same raw requests get the same answers from it
//! as from real servers, and the crate's own client works with it.
#![cfg(target_os = "linux")]

#[path = "fake_links/http_client.rs"]
mod http_client;
#[path = "fake_links/http_faults.rs"]
mod http_faults;
#[path = "fake_links/http_raw.rs"]
mod http_raw;
#[path = "fake_links/http_wire.rs"]
mod http_wire;
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

/// The client's own keepalives follow the real clock and stay out of the way: as rare as they may be
/// with a session timeout of 20 s.
const RARE: Duration = Duration::from_secs(19);
