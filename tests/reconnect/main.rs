//! A link that breaks and is made anew, on real servers: what the program sees, what goes over the
//! wire, and how long it takes.
//!
//! What happens under load is in `tests/alone/reconnect_cuts.rs`.

mod addresses;
#[path = "../../examples/sip_doorbell/answer.rs"]
mod answer;
mod dropped;
mod killed;
mod network;
mod reclaimed;
mod ringing;
mod server_killed;
mod silent;
mod tokens;
mod waiting;
mod without_link;
mod world;
