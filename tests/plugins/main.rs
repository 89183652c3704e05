//! The types of the plugins and of the core's messages, against the facts about Janus and against
//! messages of fixtures.

mod audiobridge_wire;
mod coverage;
mod echotest_wire;
mod keys;
mod scaffold;
mod sip_wire;
mod streaming_wire;
mod videoroom_wire;
mod wire;
