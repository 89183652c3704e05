//! RTP packets, made by hand, for remote publishers and mountpoints.

use std::net::UdpSocket;

/// Where remote publishers are told apart: the SSRC of stream and substream.
fn ssrc(mindex: u32, substream: u32) -> u32 {
    1000 + 10 * mindex + substream
}

/// Sends media to a remote publisher.
pub struct Source {
    socket: UdpSocket,
    sequence: u16,
}

impl Source {
    /// To that UDP port of this machine.
    pub fn to(port: u16) -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).expect("a port");
        socket.connect(("127.0.0.1", port)).expect("an address");
        Self {
            socket,
            sequence: 0,
        }
    }

    fn send(&mut self, ssrc: u32, extension: &[u8], payload: &[u8]) {
        self.sequence = self.sequence.wrapping_add(1);
        let sequence = self.sequence;
        // Version 2, with an extension; marker, payload type 111.
        let mut packet = vec![if extension.is_empty() { 0x80 } else { 0x90 }, 0x80 | 111];
        packet.extend(sequence.to_be_bytes());
        packet.extend((u32::from(sequence) * 960).to_be_bytes());
        packet.extend(ssrc.to_be_bytes());
        if !extension.is_empty() {
            // One-byte headers (RFC 8285), padded to a word.
            packet.extend([0xbe, 0xde, 0, extension.len().div_ceil(4) as u8]);
            packet.extend(extension);
            packet.resize(packet.len().div_ceil(4) * 4, 0);
        }
        packet.extend(payload);
        // Nobody may listen yet.
        let _ = self.socket.send(&packet);
    }

    /// Audio of that level (0 is loud, 127 silent), in extension 1.
    pub fn audio(&mut self, mindex: u32, level: u8) {
        self.send(ssrc(mindex, 0), &[0x10, level], &[0; 20]);
    }

    /// A VP8 key frame of all three substreams, in the temporal layer.
    pub fn vp8(&mut self, mindex: u32, temporal: u8) {
        for substream in 0..3 {
            self.vp8_substream(mindex, substream, temporal);
        }
    }

    /// The same of one substream.
    pub fn vp8_substream(&mut self, mindex: u32, substream: u32, temporal: u8) {
        // Descriptor: extended, start of the frame, with a temporal layer; then the frame.
        let descriptor = [0x90, 0x20, temporal << 6 | 0x20];
        let frame = [
            0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00, 0, 0, 0, 0, 0, 0,
        ];
        self.send(
            ssrc(mindex, substream),
            &[],
            &[&descriptor[..], &frame].concat(),
        );
    }

    /// A VP9 key frame of two spatial layers, in the temporal layer.
    pub fn vp9(&mut self, mindex: u32, temporal: u8) {
        for spatial in 0..2 {
            // Layered, begins and ends a frame; the first one brings the structure of the layers.
            let first = spatial == 0;
            let head = 0x20 | 0x08 | 0x04 | if first { 0x02 } else { 0x00 };
            // Temporal layer, may be switched up to, spatial layer; TL0PICIDX.
            let mut payload = vec![head, temporal << 5 | 0x10 | spatial << 1, 1];
            if first {
                // Two spatial layers with their sizes.
                payload.extend([0x30, 0x01, 0x40, 0x00, 0xf0, 0x02, 0x80, 0x01, 0xe0]);
            }
            payload.extend([0x82, 0x49, 0x83, 0x42, 0, 0, 0, 0]);
            self.send(ssrc(mindex, 0), &[], &payload);
        }
    }
}
