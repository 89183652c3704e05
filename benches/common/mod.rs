//! What the benches share: the servers, the bare loop that everything is compared with, and
//! the crate's side of the same work.

// Each bench compiles this module for itself and uses only a part of it.
#![allow(dead_code, unused_imports)]

pub mod bare;
pub mod cpu;
pub mod demux;
pub mod fake;
pub mod flood;
pub mod ours;
pub mod pin;
pub mod samples;
pub mod server;
pub mod stats;

pub use bare::Bare;
pub use demux::Demux;
pub use ours::Ours;
pub use server::Server;

use std::time::{Duration, Instant};

use criterion::Criterion;

/// The room that requests ask about: Debian's Janus has it, and so has the fake.
pub const ROOM: u64 = 1234;

/// One kind of exchange, which the bare loop and the crate do alike.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    /// VideoRoom's `exists`, answered by `success`.
    Sync,
    /// EchoTest's settings, answered by `ack` and then by an event.
    Async,
    /// The same, but the event is taken out of the handle's queue; for the bare loop the same.
    Event,
    Attach,
    /// `attach_with(existing_handle: None)`; for the bare loop the same as `Attach`.
    AttachWithNone,
    Create,
}

/// Who does it.
pub trait Subject {
    /// Does one exchange and returns how long it took, without the cleaning up behind it.
    fn time(&mut self, op: Op) -> Duration;
}

/// Runs and times.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Instant::now();
    let result = work();
    (begun.elapsed(), result)
}

/// Whether `cargo bench` started the program; `cargo test --benches` only wants to see it run.
pub fn is_measuring() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// A number from the environment, or its default.
pub fn setting(name: &str, default: usize) -> usize {
    let value = std::env::var(name).ok();
    value.map_or(default, |value| {
        value
            .parse()
            .unwrap_or_else(|_| panic!("{name} has to be a number, not `{value}`"))
    })
}

/// Settings that all criterion benches have, so that they end in reasonable time.
pub fn criterion() -> Criterion {
    Criterion::default()
        .without_plots()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args()
}

/// Runs a bench against the fake, and against a real Janus if `JANUS_URL` names one, with server
/// and client on a core each.
pub fn bench_servers(bench: impl Fn(&mut Criterion, &Server)) {
    if fake::serve_if_asked() {
        return;
    }
    let mut criterion = criterion();
    for server in Server::fake_and_named() {
        pin::pin(pin::Mode::Split, server.pid);
        bench(&mut criterion, &server);
    }
    criterion.final_summary();
}
