//! Free loopback ports.
//!
//! They are taken from below the range in which the kernel picks ports for outgoing connections, so
//! that no connection of another test lands on one between our look and the server's `bind`.

use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

const FIRST: u32 = 10_000;
const COUNT: u32 = 5_500;
/// The ports between are never given out: SIPp takes those after its media port, unasked.
const STEP: u32 = 4;
/// For RTP: above the kernel's range would leave too few, and UDP clients rarely pick ports there.
const FIRST_RTP: u32 = 40_000;
const RTP_BLOCK: u32 = 200;
const RTP_BLOCKS: u32 = 100;

/// Returns a TCP port of 127.0.0.1 that nobody listens on and that no other caller here gets.
pub fn free_tcp_port() -> u16 {
    free_port(|port| TcpListener::bind(("127.0.0.1", port)).is_ok())
}

/// Returns a UDP port of 127.0.0.1 that nobody uses and that no other caller here gets.
pub fn free_udp_port() -> u16 {
    free_port(|port| UdpSocket::bind(("127.0.0.1", port)).is_ok())
}

/// Returns a range of UDP ports for media, as Janus's configuration writes it.
pub fn rtp_port_range() -> String {
    let first = FIRST_RTP + next() % RTP_BLOCKS * RTP_BLOCK;
    format!("{first}-{}", first + RTP_BLOCK - 1)
}

/// Whether somebody has bound this UDP port of 127.0.0.1.
pub fn udp_port_is_bound(port: u16) -> bool {
    let entry = format!(" 0100007F:{port:04X} ");
    fs::read_to_string("/proc/net/udp").is_ok_and(|table| table.contains(&entry))
}

fn free_port(is_free: impl Fn(u16) -> bool) -> u16 {
    (0..COUNT)
        .filter_map(|_| u16::try_from(FIRST + next() % COUNT * STEP).ok())
        .find(|port| is_free(*port))
        .expect("no free loopback port is left")
}

/// Counts up from a start that differs between test programs running at the same time.
fn next() -> u32 {
    static NEXT: OnceLock<AtomicU32> = OnceLock::new();
    let start = || {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let nanos = now.map_or(0, |now| now.subsec_nanos());
        AtomicU32::new(process::id().wrapping_mul(7_919) ^ (nanos >> 8))
    };
    NEXT.get_or_init(start).fetch_add(1, Ordering::Relaxed)
}
