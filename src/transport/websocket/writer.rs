//! Frames, as they go into the stream.

use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Control, Data, OpCode},
};

use crate::transport::{
    SendError,
    stream::{Stream, StreamWriter},
    writer::Writer,
};

/// The writing half of a WebSocket.
pub(super) struct FrameWriter {
    pub(super) writer: Arc<Writer<dyn StreamWriter>>,
    masks: RandomState,
}

impl FrameWriter {
    pub(super) fn new(stream: Stream) -> Self {
        Self {
            writer: Writer::new(stream),
            masks: RandomState::new(),
        }
    }

    /// A text, as [`Writer`] takes it.
    pub(super) fn text(&self, text: &[u8]) -> impl Fn(u64, &mut Vec<u8>) {
        self.frame(TEXT, text)
    }

    /// Leaves the frame that ends the link, behind all that waits.
    pub(super) fn close(&self) -> Result<(), SendError> {
        self.writer
            .post(self.frame(OpCode::Control(Control::Close), &CLOSE_NORMAL))
    }

    /// Leaves a control frame, if not much waits already.
    pub(super) fn control(&self, control: Control, payload: &[u8]) -> Result<(), SendError> {
        self.writer
            .offer(self.frame(OpCode::Control(control), payload))
    }

    /// Puts a frame at that place of the stream.
    fn frame(&self, opcode: OpCode, payload: &[u8]) -> impl Fn(u64, &mut Vec<u8>) {
        move |place, bytes| {
            // Unpredictable, as RFC 6455 wants it: a keyed hash of the position.
            let [a, b, c, d, ..] = self.masks.hash_one(place).to_ne_bytes();
            let mask = [a, b, c, d];
            let header = FrameHeader {
                opcode,
                mask: Some(mask),
                ..FrameHeader::default()
            };
            header
                .format(payload.len() as u64, bytes)
                .expect("writing into a Vec cannot fail");
            let start = bytes.len();
            bytes.extend_from_slice(payload);
            for (index, byte) in bytes[start..].iter_mut().enumerate() {
                *byte ^= mask[index % 4];
            }
        }
    }
}

/// The code of an orderly end (RFC 6455, section 7.4.1).
const CLOSE_NORMAL: [u8; 2] = 1000_u16.to_be_bytes();
const TEXT: OpCode = OpCode::Data(Data::Text);

#[cfg(test)]
mod tests {
    use std::{
        io::{Cursor, Read},
        net::{TcpListener, TcpStream},
        thread,
        time::{Duration, Instant},
    };

    use super::*;
    use crate::transport::socket::Socket;

    const LONG: Duration = Duration::from_secs(20);

    fn pair() -> (FrameWriter, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
        let socket = Socket::new(stream).expect("it is connected");
        let (peer, _) = listener.accept().expect("it has connected");
        (FrameWriter::new(Arc::new(socket)), peer)
    }

    fn text(writer: &FrameWriter, payload: &[u8], timeout: Duration) -> Result<(), SendError> {
        let deadline = Instant::now() + timeout;
        writer.writer.send(writer.text(payload), deadline)
    }

    /// The payloads of all frames, unmasked.
    fn payloads(bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut cursor = Cursor::new(bytes);
        let mut found = Vec::new();
        while let Some((header, length)) = FrameHeader::parse(&mut cursor).expect("valid") {
            let from = cursor.position() as usize;
            let mask = header.mask.expect("a client masks");
            let payload = bytes[from..from + length as usize].iter().enumerate();
            found.push(payload.map(|(at, byte)| byte ^ mask[at % 4]).collect());
            cursor.set_position(from as u64 + length);
        }
        found
    }

    #[test]
    fn frames_of_many_threads_arrive_whole_though_the_peer_is_slow() {
        let (writer, mut peer) = pair();
        thread::scope(|scope| {
            for number in 0..8_u8 {
                let writer = &writer;
                scope.spawn(move || {
                    for length in [10, 200_000, 1, 60_000] {
                        text(writer, &vec![b'a' + number; length], LONG).expect("in time");
                    }
                });
            }
            thread::sleep(Duration::from_millis(100));
            let mut bytes = Vec::new();
            let mut buffer = vec![0; 50_000];
            while payloads_length(&bytes) < 8 * 4 {
                let length = peer.read(&mut buffer).expect("open");
                assert!(length > 0);
                bytes.extend_from_slice(&buffer[..length]);
            }
            let found = payloads(&bytes);
            for number in 0..8_u8 {
                let own = found.iter().filter(|payload| payload[0] == b'a' + number);
                let lengths: Vec<_> = own
                    .inspect(|payload| assert!(payload.iter().all(|byte| *byte == b'a' + number)))
                    .map(Vec::len)
                    .collect();
                assert_eq!(lengths, [10, 200_000, 1, 60_000]);
            }
        });
    }

    /// How many frames are there whole.
    fn payloads_length(bytes: &[u8]) -> usize {
        let mut cursor = Cursor::new(bytes);
        let mut count = 0;
        while let Ok(Some((_, length))) = FrameHeader::parse(&mut cursor) {
            let end = cursor.position() + length;
            if end > bytes.len() as u64 {
                break;
            }
            count += 1;
            cursor.set_position(end);
        }
        count
    }

    #[test]
    fn without_room_it_waits_until_the_deadline_and_the_frame_goes_out_later() {
        let (writer, mut peer) = pair();
        let large = vec![b'x'; 900_000];
        let error = loop {
            if let Err(error) = text(&writer, &large, Duration::from_millis(50)) {
                break error;
            }
        };
        assert!(matches!(error, SendError::TimedOut), "{error}");
        thread::scope(|scope| {
            scope.spawn(|| text(&writer, b"last", LONG).expect("there is room again"));
            let mut bytes = Vec::new();
            let mut buffer = vec![0; 100_000];
            while !payloads_end_with(&bytes, b"last") {
                let length = peer.read(&mut buffer).expect("open");
                assert!(length > 0);
                bytes.extend_from_slice(&buffer[..length]);
            }
            let lengths: Vec<_> = payloads(&bytes).iter().map(Vec::len).collect();
            assert_eq!(lengths.last(), Some(&4));
            assert!(
                lengths[..lengths.len() - 1]
                    .iter()
                    .all(|length| *length == large.len())
            );
        });
    }

    fn payloads_end_with(bytes: &[u8], last: &[u8]) -> bool {
        // Behind a header of 2 bytes and a mask of 4.
        let tail = bytes.len().checked_sub(last.len() + 6);
        tail.is_some_and(|tail| {
            let whole = payloads_length(bytes);
            whole > 0
                && payloads_length(&bytes[..tail]) == whole - 1
                && bytes[tail + 1] & 0x7f == last.len() as u8
        })
    }

    /// How many bytes no system keeps for a peer that reads nothing.
    const MUCH: usize = 20_000_000;

    #[test]
    fn what_is_left_of_a_frame_goes_out_though_nobody_sends_any_more() {
        let (writer, mut peer) = pair();
        let much = vec![b'x'; MUCH];
        let error = text(&writer, &much, Duration::from_millis(50)).expect_err("nobody reads");
        assert!(matches!(error, SendError::TimedOut), "{error}");
        let mut bytes = vec![0; MUCH];
        peer.set_read_timeout(Some(LONG)).expect("set");
        peer.read_exact(&mut bytes).expect("it goes out");
    }

    #[test]
    fn what_finds_no_room_in_time_is_not_sent_and_what_must_be_sent_is() {
        let (writer, mut peer) = pair();
        let much = vec![b'x'; MUCH];
        text(&writer, &much, Duration::ZERO).expect_err("nobody reads");
        for _ in 0..100 {
            let error = text(&writer, b"in vain", Duration::ZERO).expect_err("it is full");
            assert!(matches!(error, SendError::NoRoom), "{error}");
        }
        for _ in 0..100_000 {
            writer
                .writer
                .post(writer.text(b"in the end"))
                .expect("it waits there");
            writer
                .control(Control::Pong, &[0; 100])
                .expect("it is dropped");
        }
        writer.close().expect("it waits there");
        peer.set_read_timeout(Some(LONG)).expect("set");
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 1 << 20];
        let all = 10 + 4 + MUCH + 100_000 * (2 + 4 + 10) + 2 + 4 + 2;
        while bytes.len() < all {
            let length = peer.read(&mut buffer).expect("it goes out");
            assert!(length > 0);
            bytes.extend_from_slice(&buffer[..length]);
        }
        assert_eq!(bytes.len(), all);
        let payloads = payloads(&bytes);
        assert_eq!((payloads.len(), payloads[0].len()), (100_002, MUCH));
        assert_eq!(payloads[100_001], CLOSE_NORMAL);
        assert!(
            payloads[1..100_001]
                .iter()
                .all(|payload| payload == b"in the end")
        );
        // What it took is given back.
        text(&writer, b"small", LONG).expect("there is room");
        assert!(writer.writer.kept() <= 2 * (64 << 10));
    }

    #[test]
    fn after_the_end_of_the_link_nothing_of_a_message_is_sent() {
        let (writer, peer) = pair();
        drop(peer);
        let begun = Instant::now();
        loop {
            match text(&writer, b"hello", LONG) {
                Ok(()) => assert!(begun.elapsed() < LONG, "the end is not noticed"),
                Err(SendError::NotSent(_)) => break,
                Err(error) => panic!("{error}"),
            }
        }
    }
}
