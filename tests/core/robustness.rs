//! Whatever comes from the other side: nothing panics, no call outlives its deadline, no answer
//! goes to the wrong caller, nothing grows without bound.
//!
//! What is broken here comes from the fixtures and from whole conversations, cut everywhere and
//! changed by `proptest` from a fixed seed. `fuzz` beside this file goes on where this ends.

mod bytes;
mod conversations;
mod crossing;
mod decoders;
mod messages;
mod mutate;
mod player;
mod server_info;
mod stories;

use std::time::{Duration, Instant};

/// How much later than its deadline a call may return on a busy machine.
const SLACK: Duration = Duration::from_secs(3);

/// What a call returns, which has to be in time.
#[track_caller]
fn in_time<T>(allowed: Duration, call: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = call();
    let took = begun.elapsed();
    assert!(took < allowed + SLACK, "{took:?} instead of {allowed:?}");
    result
}
