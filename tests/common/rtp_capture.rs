//! RTP on the wire: what passes the loopback interface, as the kernel sees it, not as one of the
//! programs counts it. It needs root, and a network namespace without other calls.

use std::{
    net::UdpSocket,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use rustix::net::{AddressFamily, SocketType, eth, socket, sockopt};

/// More than what passes while this process is not scheduled.
const BUFFER: usize = 8 << 20;
const UDP: u8 = 17;

/// A running capture.
pub struct RtpCapture {
    over: Arc<AtomicBool>,
    thread: JoinHandle<Vec<RtpPacket>>,
}

/// A packet that passed.
#[derive(Clone, Copy, Debug)]
pub struct RtpPacket {
    /// UDP ports.
    pub from: u16,
    pub to: u16,
    pub payload_type: u8,
    pub sequence: u16,
}

impl RtpCapture {
    /// Of all UDP ports, over IPv4.
    pub fn start() -> Self {
        // Bound to one protocol, it sees packets that arrive: on loopback each of them once.
        let packets = socket(AddressFamily::PACKET, SocketType::DGRAM, Some(eth::IP));
        let packets = packets.expect("this is root");
        sockopt::set_socket_recv_buffer_size_force(&packets, BUFFER).expect("this is root");
        // A socket of datagrams like others, as far as it is used here.
        let packets = UdpSocket::from(packets);
        let limit = Some(Duration::from_millis(20));
        packets.set_read_timeout(limit).expect("a socket");
        let over = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&over);
        let thread = thread::spawn(move || {
            let (mut buffer, mut passed) = ([0; 2_000], Vec::new());
            loop {
                match packets.recv(&mut buffer) {
                    Ok(length) => passed.extend(rtp(&buffer[..length])),
                    Err(_) if stop.load(Ordering::Relaxed) => return passed,
                    Err(_) => {}
                }
            }
        });
        Self { over, thread }
    }

    /// What has passed, in order.
    pub fn stop(self) -> Vec<RtpPacket> {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().expect("it does not panic")
    }
}

/// RTP in UDP in IPv4; `None` for anything else, RTCP too.
fn rtp(packet: &[u8]) -> Option<RtpPacket> {
    let header = usize::from(packet.first()? & 0x0f) * 4;
    if packet.get(9) != Some(&UDP) {
        return None;
    }
    let number = |bytes: &[u8]| Some(u16::from_be_bytes(bytes.try_into().ok()?));
    let (udp, rtp) = packet.get(header..)?.split_at_checked(8)?;
    let payload_type = rtp.get(1)? & 0x7f;
    let is_rtp = rtp[0] >> 6 == 2 && !(64..96).contains(&payload_type);
    is_rtp.then_some(RtpPacket {
        from: number(&udp[..2])?,
        to: number(&udp[2..4])?,
        payload_type,
        sequence: number(rtp.get(2..4)?)?,
    })
}
