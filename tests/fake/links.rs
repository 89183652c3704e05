//! The fake gateway over Unix sockets and HTTP: the same raw requests get the same answers from it
//! as from real servers, and the crate's own client works with it.
#![cfg(target_os = "linux")]

mod http_client;
mod http_faults;
mod http_lost;
mod http_raw;
mod http_wire;
mod servers;
mod unix_client;
mod unix_faults;
mod unix_wire;

use std::time::Duration;

/// What a busy machine may need for one step.
const LIMIT: Duration = Duration::from_secs(10);

/// The client's own keepalives follow the real clock and stay out of the way: as rare as they may be
/// with a session timeout of 20 s.
const RARE: Duration = Duration::from_secs(19);
