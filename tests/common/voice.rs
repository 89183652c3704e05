//! Somebody who talks and listens over plain RTP: tones in G.711, made and found by hand.

use std::{
    f64::consts::TAU,
    net::UdpSocket,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Samples per second, and in a packet of 20 ms.
const RATE: usize = 8_000;
const SAMPLES: usize = 160;
const FRAME: Duration = Duration::from_millis(20);

/// A socket for RTP, on loopback.
pub struct Voice {
    socket: UdpSocket,
}

/// A tone that is being sent; dropping it ends it.
pub struct Tone {
    over: Arc<AtomicBool>,
    sending: Option<JoinHandle<()>>,
}

/// What came in one packet.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Its payload type.
    pub payload_type: u8,
    /// Which of the source's packets it is.
    pub ssrc: u32,
    pub payload: Vec<u8>,
}

impl Voice {
    pub fn new() -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).expect("a port");
        let limit = Some(Duration::from_millis(50));
        socket.set_read_timeout(limit).expect("a socket");
        Self { socket }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.socket.local_addr().expect("it is bound").port()
    }

    /// Sends a tone of so many Hertz to that port, in µ-law: a packet every 20 ms. Tones that are
    /// multiples of 50 Hz do not disturb each other when they are looked for.
    pub fn say(&self, port: u16, hertz: u32) -> Tone {
        let socket = self.socket.try_clone().expect("a socket");
        let over = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&over);
        let sending = thread::spawn(move || send(&socket, port, hertz, &stop));
        Tone {
            over,
            sending: Some(sending),
        }
    }

    /// The next packet; `None` if there is none soon.
    pub fn hear(&self) -> Option<Heard> {
        let mut packet = [0; 1_500];
        let length = self.socket.recv(&mut packet).ok()?;
        let packet = packet.get(..length)?;
        let ssrc = packet.get(8..12)?.try_into().expect("four bytes");
        Some(Heard {
            payload_type: packet.get(1)? & 0x7f,
            ssrc: u32::from_be_bytes(ssrc),
            payload: packet.get(12..)?.to_vec(),
        })
    }

    /// Throws away what has come so far.
    pub fn forget(&self) {
        self.socket.set_nonblocking(true).expect("a socket");
        while self.hear().is_some() {}
        self.socket.set_nonblocking(false).expect("a socket");
    }
}

impl Default for Voice {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Tone {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(sending) = self.sending.take() {
            let _ = sending.join();
        }
    }
}

impl Heard {
    /// How loud a tone is in a packet of µ-law: 0 to 32,767.
    pub fn loudness(&self, hertz: u32) -> f64 {
        let (mut real, mut imaginary) = (0.0, 0.0);
        for (at, byte) in self.payload.iter().enumerate() {
            let angle = TAU * f64::from(hertz) * at as f64 / RATE as f64;
            let sample = f64::from(from_mu_law(*byte));
            real += sample * angle.cos();
            imaginary += sample * angle.sin();
        }
        2.0 * f64::hypot(real, imaginary) / self.payload.len().max(1) as f64
    }
}

fn send(socket: &UdpSocket, port: u16, hertz: u32, over: &AtomicBool) {
    let begun = Instant::now();
    for number in 0_u32.. {
        if over.load(Ordering::Relaxed) {
            return;
        }
        // Version 2, payload type 0: PCMU.
        let mut packet = vec![0x80, 0];
        packet.extend((number as u16).to_be_bytes());
        packet.extend((number.wrapping_mul(SAMPLES as u32)).to_be_bytes());
        packet.extend(hertz.to_be_bytes());
        packet.extend((0..SAMPLES).map(|at| {
            let angle = TAU * f64::from(hertz) * at as f64 / RATE as f64;
            to_mu_law((8_000.0 * angle.sin()) as i16)
        }));
        // Nobody may listen yet.
        let _ = socket.send_to(&packet, ("127.0.0.1", port));
        let due = FRAME * (number + 1);
        thread::sleep(due.saturating_sub(begun.elapsed()));
    }
}

/// G.711.
fn to_mu_law(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let size = i32::from(sample).abs().min(32_635) + 132;
    let exponent = 24_u32.saturating_sub(size.leading_zeros());
    let mantissa = (size >> (exponent + 3)) & 0x0f;
    !(sign | ((exponent as u8) << 4) | mantissa as u8)
}

fn from_mu_law(byte: u8) -> i16 {
    let byte = !byte;
    let exponent = (byte >> 4) & 0x07;
    let size = (((i16::from(byte & 0x0f) << 3) + 132) << exponent) - 132;
    if byte & 0x80 == 0 { size } else { -size }
}
