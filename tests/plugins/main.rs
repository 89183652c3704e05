//! The types of the plugins and of the core's messages, against the facts about Janus and against
//! messages of fixtures.

mod audiobridge_wire;
mod coverage;
mod echotest_wire;
mod keys;
mod nosip_wire;
mod recordplay_wire;
mod scaffold;
mod sip_wire;
mod streaming_wire;
mod textroom_wire;
mod videocall_wire;
mod videoroom_wire;
mod voicemail_wire;
mod wire;
mod wire_values;
