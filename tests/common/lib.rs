//! Servers for the tests: real ones (Janus, Kamailio, SIPp), scripted ones, and a proxy that reads the
//! wire. It knows nothing of the crate that is tested.
//!
//! Everything listens on free loopback ports, works in a folder of its own and ends when its value
//! is dropped, so that tests can run side by side. What can go wrong here panics, and the panic
//! shows the end of the server's log.

pub mod admin;
pub mod certificates;
pub mod exchanged;
pub mod frames;
pub mod guard;
pub mod http_messages;
pub mod http_server;
pub mod installation;
pub mod janus;
pub mod janus_builder;
pub mod janus_config;
pub mod janus_ready;
pub mod kamailio;
pub mod logger;
pub mod network;
pub mod ogg;
pub mod ports;
pub mod process;
pub mod program;
pub mod random;
pub mod rtp;
pub mod rtp_capture;
pub mod rtsp;
pub mod scripted;
pub mod sdp;
pub mod sip_messages;
pub mod sipp;
pub mod temp_dir;
pub mod voice;
pub mod wait;
pub mod wire_checks;
pub mod wire_proxy;
pub mod wire_pump;
pub mod wire_record;
pub mod ws_client;

pub use certificates::{Authority, Issued};
pub use frames::Frame;
pub use janus::{Janus, JanusLog};
pub use janus_builder::{JanusBuilder, Version};
pub use kamailio::Kamailio;
pub use ports::{free_tcp_port, free_udp_port};
pub use rtp_capture::{RtpCapture, RtpPacket};
pub use sip_messages::SipMessage;
pub use sipp::{Outcome, Sipp, SippBuilder};
pub use temp_dir::TempDir;
pub use wait::{wait_for, wait_until};
pub use wire_proxy::WireProxy;
pub use wire_record::{Action, Direction, End, Mark, Message, Part};
pub use ws_client::WsClient;
