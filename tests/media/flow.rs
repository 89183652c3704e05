//! Frames with numbers, so that each one can be missed.

use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

use janus_blocking::webrtc::{Codec, Frame, MediaTime, Track};

use super::pair::WAIT;

/// From one audio frame to the next.
pub(crate) const STEP: Duration = Duration::from_millis(20);

/// A frame of that number in the form of the codec: no sound, and no picture.
pub(crate) fn numbered(codec: Codec, number: u32) -> Vec<u8> {
    let head: &[u8] = match codec {
        // One frame of 20 ms.
        Codec::Opus => &[0xfc],
        // A keyframe of 640 by 480.
        Codec::Vp8 => &[0x10, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1],
        _ => &[],
    };
    let mut frame = [head, &number.to_be_bytes()].concat();
    frame.resize(160, 0x55);
    frame
}

/// The number of such a frame.
pub(crate) fn number(frame: &Frame) -> u32 {
    let at = match frame.codec {
        Codec::Opus => 1,
        Codec::Vp8 => 10,
        _ => 0,
    };
    let bytes = frame.data[at..at + 4].try_into().expect("four bytes");
    u32::from_be_bytes(bytes)
}

/// Writes the frame of that number.
pub(crate) fn write(track: &Track, number: u32) {
    let codec = track.codec().expect("it sends");
    let time = MediaTime::from(STEP * number);
    let written = track.write(time, &numbered(codec, number));
    written.expect("the peer is open");
}

/// Writes until something comes out at the other end: the first frames may be sent before Janus is
/// ready for them. Returns the next number.
#[track_caller]
pub(crate) fn until_it_flows(from: &Track, to: &Track, mut next: u32) -> u32 {
    let deadline = Instant::now() + WAIT;
    while Instant::now() < deadline {
        write(from, next);
        next += 1;
        if to.recv_timeout(STEP).expect("it is open").is_some() {
            return next;
        }
    }
    panic!("nothing comes: {:?}", to.counts())
}

/// Writes so many frames, 20 ms apart, with `halfway` in the middle; which of them did not come out at
/// the other end of each pair. Frames come in order: none of them comes any more once a later one has.
pub(crate) fn lost(
    pairs: &[(&Track, &Track)],
    first: u32,
    frames: u32,
    halfway: impl FnOnce(),
) -> Vec<BTreeSet<u32>> {
    let numbers = first..first + frames;
    let mut missing: Vec<BTreeSet<u32>> = pairs.iter().map(|_| numbers.clone().collect()).collect();
    let end = numbers.end;
    // Whether later ones have come on all.
    let mut last = vec![0; pairs.len()];
    let mut take = || {
        for (((_, to), missing), last) in pairs.iter().zip(&mut missing).zip(&mut last) {
            while let Some(frame) = to.try_recv().expect("it is open") {
                *last = number(&frame);
                missing.remove(last);
            }
        }
        last.iter().all(|last| *last >= end)
    };
    let (begin, mut halfway) = (Instant::now(), Some(halfway));
    for at in first.. {
        if at == first + frames / 2 {
            halfway.take().into_iter().for_each(|halfway| halfway());
        }
        for (from, _) in pairs {
            write(from, at);
        }
        let due = begin + STEP * (at - first + 1);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if take() {
            break;
        }
        assert!(
            Instant::now() < begin + STEP * frames + WAIT,
            "no more comes"
        );
    }
    missing
}
