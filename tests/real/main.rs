//! What takes real servers from beginning to end: plugins, examples, and the rules of
//! reattachment over every transport.

mod admin;
mod audio_room;
mod audiobridge;
mod desk;
mod doorbell;
mod feed;
mod janus_0;
mod matrix;
mod monitor;
mod mountpoints;
mod nosip;
mod process;
mod reattached;
mod recordplay;
mod room_monitor;
mod servers;
mod sip;
pub(crate) mod streaming;
mod textroom;
mod videocall;
mod videoroom;
mod voicemail;
