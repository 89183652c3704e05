//! Bytes as they come from a socket: WebSocket frames, however they are cut.
#![no_main]

use libfuzzer_sys::fuzz_target;

// It needs nothing of its crate, so that it can be taken as it is.
#[allow(dead_code)]
#[path = "../../../src/transport/websocket/frames.rs"]
mod frames;

/// What comes out, and whether it ended with an error, when the bytes come in such pieces.
fn seen(bytes: &[u8], piece: usize) -> (Vec<String>, bool) {
    let mut frames = frames::Frames::new(&[]);
    let mut seen = Vec::new();
    for mut part in bytes.chunks(piece) {
        while !part.is_empty() {
            let room = frames.room();
            let length = room.len().min(part.len());
            room[..length].copy_from_slice(&part[..length]);
            frames.filled(length);
            part = &part[length..];
            loop {
                match frames.next() {
                    Ok(Some(frame)) => seen.push(format!("{frame:?}")),
                    Ok(None) => break,
                    Err(_) => return (seen, true),
                }
            }
        }
    }
    (seen, false)
}

fuzz_target!(|bytes: &[u8]| {
    let Some((piece, bytes)) = bytes.split_first() else {
        return;
    };
    let whole = seen(bytes, bytes.len().max(1));
    assert_eq!(whole, seen(bytes, usize::from(*piece) + 1));
});
