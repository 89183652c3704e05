//! The fake gateway: what it does, and that it does what a real Janus does.

mod admin;
mod conformance;
mod faults;
mod first_program;
mod foreign_clients;
mod gateway;
mod links;
mod reconnect;
mod script;
mod sip;
mod streaming;
mod time;
mod wire;
