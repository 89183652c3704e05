//! Media: two peers of this crate against each other, over loopback, and peers of real servers.

mod codecs;
mod cut;
mod data;
mod dtmf;
mod echo;
mod echo_changes;
mod ends;
mod files;
mod flow;
mod hostile;
mod ipv6;
mod keyframes;
mod negotiation;
mod pair;
mod plugins;
mod proxy;
mod renegotiation;
mod restart;
mod room;
mod simulcast;
mod sip_call;
mod sound;
mod stats;
mod stats_echo;
mod takeover;
mod watch;
