//! G.711: PCMU and PCMA to samples and back.
//!
//! ```
//! use janus_blocking::webrtc::{Codec, g711};
//!
//! let bytes = g711::encode(Codec::Pcma, &[0, 1000, -1000]).expect("it is G.711");
//! assert_eq!(bytes.len(), 3);
//! assert_eq!(g711::decode(Codec::Pcma, &bytes).expect("it is G.711")[1], 1008);
//! assert_eq!(g711::decode(Codec::Opus, &bytes), None);
//! ```

use super::Codec;

/// Samples of 16 bits from PCMU or PCMA, at 8 kHz; `None` for other codecs.
pub fn decode(codec: Codec, data: &[u8]) -> Option<Vec<i16>> {
    let decode = match codec {
        Codec::Pcmu => of_ulaw,
        Codec::Pcma => of_alaw,
        _ => return None,
    };
    Some(data.iter().map(|byte| decode(*byte)).collect())
}

/// PCMU or PCMA from samples of 16 bits, at 8 kHz; `None` for other codecs.
pub fn encode(codec: Codec, samples: &[i16]) -> Option<Vec<u8>> {
    let encode = match codec {
        Codec::Pcmu => ulaw,
        Codec::Pcma => alaw,
        _ => return None,
    };
    Some(samples.iter().map(|sample| encode(*sample)).collect())
}

/// From one of them to the other; `None` for other codecs.
pub(super) fn transcode(from: Codec, to: Codec, data: Vec<u8>) -> Option<Vec<u8>> {
    if from == to {
        return Some(data);
    }
    encode(to, &decode(from, &data)?)
}

/// How loud it is, in dBov from 0 to -127 (RFC 6465, A.1); `None` for other codecs.
pub(super) fn level(codec: Codec, data: &[u8]) -> Option<i8> {
    let samples = decode(codec, data)?;
    let squares = samples.iter().map(|it| f64::from(*it).powi(2));
    let mean = squares.sum::<f64>() / samples.len().max(1) as f64;
    // Silence is of no level at all.
    Some((10.0 * mean.log10() - FULL).clamp(-127.0, 0.0).round() as i8)
}

/// The level of the loudest sample, in dB.
const FULL: f64 = 90.3;

/// What is added to the magnitude, so that every segment begins at a power of two.
const BIAS: i32 = 0x84;

fn of_ulaw(byte: u8) -> i16 {
    let byte = !byte;
    let segment = u32::from((byte >> 4) & 7);
    let magnitude = (((i32::from(byte & 15) << 3) + BIAS) << segment) - BIAS;
    signed(magnitude, byte & 0x80 != 0)
}

fn ulaw(sample: i16) -> u8 {
    let magnitude = i32::from(sample).abs().min(32_635) + BIAS;
    // The segment is where the highest bit is; the bias sets bit 7 at least.
    let segment = magnitude.ilog2() - 7;
    let step = (magnitude >> (segment + 3)) & 15;
    let sign = if sample < 0 { 0x80 } else { 0 };
    !(sign | (low(segment) << 4) | step as u8)
}

fn of_alaw(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let segment = u32::from((byte >> 4) & 7);
    let step = i32::from(byte & 15) << 4;
    let magnitude = match segment {
        0 => step + 8,
        _ => (step + 0x108) << (segment - 1),
    };
    signed(magnitude, byte & 0x80 == 0)
}

fn alaw(sample: i16) -> u8 {
    // Symmetric around the middle between 0 and -1.
    let magnitude = if sample < 0 {
        -(i32::from(sample) + 1)
    } else {
        i32::from(sample)
    };
    let segment = magnitude.max(1).ilog2().saturating_sub(7);
    let step = (magnitude >> (segment.max(1) + 3)) & 15;
    let sign = if sample < 0 { 0 } else { 0x80 };
    (sign | (low(segment) << 4) | step as u8) ^ 0x55
}

fn signed(magnitude: i32, is_negative: bool) -> i16 {
    let value = if is_negative { -magnitude } else { magnitude };
    i16::try_from(value).unwrap_or(i16::MAX)
}

/// A number of three bits.
fn low(segment: u32) -> u8 {
    u8::try_from(segment & 7).unwrap_or(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_of_the_standard() {
        for (sample, pcmu, pcma) in [
            (0, 0xff, 0xd5),
            (-1, 0x7f, 0x55),
            (1000, 0xce, 0xfa),
            (-1000, 0x4e, 0x7a),
            (32_767, 0x80, 0xaa),
            (-32_768, 0x00, 0x2a),
        ] {
            assert_eq!(ulaw(sample), pcmu, "PCMU of {sample}: {:#x}", ulaw(sample));
            assert_eq!(alaw(sample), pcma, "PCMA of {sample}: {:#x}", alaw(sample));
        }
    }

    #[test]
    fn the_level_is_that_of_the_samples() {
        let square = |amplitude: i16| [amplitude, -amplitude].repeat(80);
        for (amplitude, expected) in [(32_124, 0), (16_000, -6), (1000, -30), (8, -72)] {
            let data = encode(Codec::Pcma, &square(amplitude)).expect("G.711");
            assert_eq!(level(Codec::Pcma, &data), Some(expected), "{amplitude}");
        }
        assert_eq!(level(Codec::Pcmu, &[0xff; 160]), Some(-127), "silence");
        assert_eq!(level(Codec::Opus, &[0xfc; 160]), None);
    }

    #[test]
    fn every_byte_comes_back_and_every_sample_nearly() {
        for byte in 0..=255 {
            // PCMU has two zeros.
            assert!(ulaw(of_ulaw(byte)) == byte || of_ulaw(byte) == 0, "{byte}");
            assert_eq!(alaw(of_alaw(byte)), byte);
        }
        for sample in i16::MIN..=i16::MAX {
            let allowed = i32::from(sample).abs() / 32 + 16;
            for back in [of_ulaw(ulaw(sample)), of_alaw(alaw(sample))] {
                let off = (i32::from(back) - i32::from(sample)).abs();
                assert!(
                    off <= allowed.max(650 * i32::from(sample.unsigned_abs() > 32_000)),
                    "{sample}: {back}"
                );
            }
        }
    }
}
