//! The size of pictures, from keyframes of VP8 and VP9.

use super::Codec;

/// Width and height; `None` if it is no keyframe of that codec.
pub(super) fn size(codec: Codec, frame: &[u8]) -> Option<(u16, u16)> {
    match codec {
        Codec::Vp8 => vp8(frame),
        Codec::Vp9 => vp9(frame),
        _ => None,
    }
}

/// RFC 6386, 9.1: the frame's tag, a start code, and 14 bits each, with the scale above them.
fn vp8(frame: &[u8]) -> Option<(u16, u16)> {
    let is_key = frame.first()? & 1 == 0;
    if !is_key || frame.get(3..6)? != [0x9d, 0x01, 0x2a] {
        return None;
    }
    let size =
        |at: usize| Some(u16::from_le_bytes([*frame.get(at)?, *frame.get(at + 1)?]) & 0x3fff);
    Some((size(6)?, size(8)?))
}

/// The uncompressed header of the VP9 bitstream.
fn vp9(frame: &[u8]) -> Option<(u16, u16)> {
    let mut bits = Bits { data: frame, at: 0 };
    if bits.take(2)? != 2 {
        return None;
    }
    let profile = bits.take(1)? | bits.take(1)? << 1;
    if profile == 3 {
        bits.take(1)?;
    }
    // It only says which frame to show, or needs another one.
    if bits.take(1)? == 1 || bits.take(1)? == 1 {
        return None;
    }
    // Shown, and resilient to errors.
    bits.take(2)?;
    if bits.take(24)? != 0x49_8342 {
        return None;
    }
    if profile >= 2 {
        bits.take(1)?;
    }
    let is_rgb = bits.take(3)? == 7;
    if !is_rgb {
        bits.take(1)?;
    }
    match (is_rgb, profile & 1) {
        (false, 1) => drop(bits.take(3)?),
        (true, 1) => drop(bits.take(1)?),
        _ => {}
    }
    // One less than they are.
    let mut size = || u16::try_from(bits.take(16)? + 1).ok();
    Some((size()?, size()?))
}

/// The highest bit of a byte comes first.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.data.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyframes_tell_their_size_and_no_beginning_of_one_panics() {
        // As encoders write them: 640x480, and 320x240.
        let vp8 = [0x10, 2, 0, 0x9d, 1, 0x2a, 0x80, 0x02, 0xe0, 0x01, 0];
        let vp9 = [0x82, 0x49, 0x83, 0x42, 0x00, 0x13, 0xf0, 0x0e, 0xf0, 0, 0];
        assert_eq!(size(Codec::Vp8, &vp8), Some((640, 480)));
        assert_eq!(size(Codec::Vp9, &vp9), Some((320, 240)));
        assert_eq!(size(Codec::H264, &vp8), None);
        for (codec, frame) in [(Codec::Vp8, vp8), (Codec::Vp9, vp9)] {
            for end in 0..frame.len() {
                let _ = size(codec, &frame[..end]);
            }
            // No keyframe.
            let mut other = frame;
            other[0] ^= if codec == Codec::Vp8 { 1 } else { 4 };
            assert_eq!(size(codec, &other), None);
        }
    }
}
