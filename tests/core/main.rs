//! What every program does, whatever its link: connections, sessions, handles, calls, events, tickets,
//! errors; and what holds of the crate and its documents.

mod abandoned;
mod arrows;
mod attach;
mod auth;
mod calls;
mod crate_shape;
mod docs;
mod early_events;
mod errors;
mod full_link;
mod http_messages;
mod keepalive;
mod late_reply;
mod lifetimes;
mod many_callers;
mod robustness;
mod secrets;
mod stopped;
mod strays;
mod tickets;
mod too_long;
