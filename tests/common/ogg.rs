//! Opus packets as a file.

/// Samples of a packet of 20 ms, at the 48 kHz that positions in such files are told in.
const SAMPLES: u64 = 960;

/// Puts packets of 20 ms each into the Ogg container (RFC 7845), each on a page of its own.
pub fn opus_file(packets: &[Vec<u8>]) -> Vec<u8> {
    // Version 1, one channel, nothing to skip, recorded at 48 kHz, as loud as it is.
    let head = b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0";
    let tags = b"OpusTags\x04\0\0\0test\0\0\0\0";
    // The first page and the last one say that they are.
    let mut file = page(2, 0, 0, head);
    file.extend(page(0, 0, 1, tags));
    for (number, packet) in (1..).zip(packets) {
        let last = number == packets.len() as u32;
        let position = SAMPLES * u64::from(number);
        file.extend(page(if last { 4 } else { 0 }, position, number + 1, packet));
    }
    file
}

fn page(kind: u8, position: u64, number: u32, packet: &[u8]) -> Vec<u8> {
    let mut page = b"OggS\0".to_vec();
    page.push(kind);
    page.extend(position.to_le_bytes());
    let serial = 1_u32;
    page.extend(serial.to_le_bytes());
    page.extend(number.to_le_bytes());
    let checksum_at = page.len();
    page.extend([0; 4]);
    let lengths = packet.chunks(255).map(|part| part.len() as u8);
    let mut lengths: Vec<u8> = lengths.collect();
    if packet.len() % 255 == 0 {
        lengths.push(0);
    }
    page.push(u8::try_from(lengths.len()).expect("a short packet"));
    page.extend(lengths);
    page.extend(packet);
    let checksum = checksum(&page).to_le_bytes();
    page[checksum_at..checksum_at + 4].copy_from_slice(&checksum);
    page
}

/// Ogg's CRC-32: not reflected, unlike the usual one.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum: u32, _| {
            let carry = if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 };
            (sum << 1) ^ carry
        })
    })
}
