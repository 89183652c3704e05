//! A link that breaks and is made anew, on real servers: what the program sees, what goes over the
//! wire, and how long it takes.
//!
//! What happens under load is in `reconnect_cuts.rs`.

#[path = "reconnect/addresses.rs"]
mod addresses;
#[path = "../examples/sip_doorbell/answer.rs"]
mod answer;
#[path = "reconnect/killed.rs"]
mod killed;
#[path = "reconnect/reclaimed.rs"]
mod reclaimed;
#[path = "reconnect/ringing.rs"]
mod ringing;
#[path = "reconnect/silent.rs"]
mod silent;
#[path = "reconnect/tokens.rs"]
mod tokens;
#[path = "reconnect/waiting.rs"]
mod waiting;
#[path = "reconnect/without_link.rs"]
mod without_link;
#[path = "reconnect/world.rs"]
mod world;
