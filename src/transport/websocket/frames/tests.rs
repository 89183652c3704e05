//! Frames from bytes, however these are cut.

use super::*;

/// An unmasked frame, as a server sends it.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        length @ 0..=125 => bytes.push(length as u8),
        length => {
            bytes.push(126);
            bytes.extend((length as u16).to_be_bytes());
        }
    }
    bytes.extend(payload);
    bytes
}

fn all(bytes: &[u8], step: usize) -> io::Result<Vec<String>> {
    let mut frames = Frames::new(&[]);
    let mut seen = Vec::new();
    for part in bytes.chunks(step) {
        let mut part = part;
        while !part.is_empty() {
            let room = frames.room();
            let length = room.len().min(part.len());
            room[..length].copy_from_slice(&part[..length]);
            frames.filled(length);
            part = &part[length..];
            while let Some(frame) = frames.next()? {
                seen.push(format!("{frame:?}"));
            }
        }
    }
    Ok(seen)
}

#[test]
fn messages_come_out_whole_however_the_bytes_are_cut() {
    let long = "x".repeat(20_000);
    let bytes = [
        frame(0x81, b"one"),
        frame(0x01, b"tw"),
        frame(0x89, b"ping"),
        frame(0x00, b""),
        frame(0x80, b"o"),
        frame(0x82, &[0, 1]),
        frame(0x81, &[0xff]),
        frame(0x81, long.as_bytes()),
        frame(0x8a, b""),
        frame(0x88, b""),
    ]
    .concat();
    let expected = all(&bytes, bytes.len()).expect("a valid stream");
    assert_eq!(expected.len(), 8);
    assert_eq!(expected[0], r#"Text("one")"#);
    assert_eq!(expected[2], r#"Text("two")"#);
    for step in [1, 2, 3, 7, 1000, 8191, 8192] {
        assert_eq!(
            all(&bytes, step).expect("a valid stream"),
            expected,
            "step {step}"
        );
    }
}

#[test]
fn a_peer_that_breaks_the_protocol_is_an_error() {
    for bytes in [
        vec![0x81, 0x81, 0, 0, 0, 0, b'x'],              // masked
        vec![0xc1, 0x01, b'x'],                          // an extension
        vec![0x80, 0x01, b'x'],                          // a continuation of nothing
        [frame(0x01, b"a"), frame(0x81, b"b")].concat(), // a message inside another
        vec![0x09, 0x00],                                // a ping in fragments
        vec![0x81, 127, 0x7f, 0, 0, 0, 0, 0, 0, 0],      // no length
        vec![0x83, 0x00],                                // a reserved kind
    ] {
        assert!(all(&bytes, bytes.len()).is_err(), "{bytes:?}");
    }
}

#[test]
fn the_memory_of_a_large_message_is_given_back() {
    let mut frames = Frames::new(&[]);
    let large = "x".repeat(60_000);
    let mut bytes = frame(0x01, large.as_bytes());
    for _ in 0..100 {
        bytes.extend(frame(0x00, large.as_bytes()));
    }
    bytes.extend(frame(0x80, b""));
    bytes.extend(frame(0x81, large.as_bytes()));
    // Part of the next one is there already.
    bytes.extend(&frame(0x81, b"next")[..3]);
    let mut seen = 0;
    for mut part in bytes.chunks(50_000) {
        while !part.is_empty() {
            let room = frames.room();
            let length = room.len().min(part.len());
            room[..length].copy_from_slice(&part[..length]);
            frames.filled(length);
            part = &part[length..];
            while let Some(frame) = frames.next().expect("valid") {
                seen += usize::from(matches!(frame, Frame::Text(_)));
            }
        }
    }
    assert_eq!(seen, 2);
    frames.room();
    assert_eq!((frames.buffer.len(), frames.whole.capacity()), (BUFFER, 0));
    frames.room()[..3].copy_from_slice(b"ext");
    frames.filled(3);
    assert_eq!(frames.next().expect("valid"), Some(Frame::Text("next")));
}

/// A frame with a long header.
fn large(first: u8, begins: &str, length: usize) -> Vec<u8> {
    let mut bytes = vec![first, 127];
    bytes.extend((length as u64).to_be_bytes());
    bytes.extend(begins.as_bytes());
    bytes.resize(10 + length, b'x');
    bytes
}

#[test]
fn of_a_message_that_is_too_long_the_beginning_is_told_and_the_next_one_comes_whole() {
    let most = MAX_MESSAGE as usize;
    let one = large(0x81, "{\"transaction\":\"t\"", most + 1);
    let several = [
        frame(0x01, b"{\"transaction"),
        large(0x00, "\":\"t\"", most),
        frame(0x89, b""),
        large(0x00, "", 1000),
        frame(0x80, b""),
    ]
    .concat();
    for bytes in [one, several] {
        let bytes = [bytes, frame(0x81, b"next")].concat();
        for step in [100, 8192, bytes.len()] {
            let mut seen = all(&bytes, step).expect("valid");
            seen.retain(|seen| !seen.starts_with("Ping"));
            assert_eq!(seen.len(), 2, "{step}");
            assert!(seen[0].starts_with(r#"TooLong("{\"transaction\":\"t\"xxx"#));
            assert!(seen[0].len() < 2 * BEGINNING);
            assert_eq!(seen[1], r#"Text("next")"#);
        }
    }
    let fits = large(0x81, "", most);
    assert_eq!(all(&fits, fits.len()).expect("valid").len(), 1);
}
