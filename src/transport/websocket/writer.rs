//! Frames on their way into the stream.
//!
//! Whoever finds nobody else writing writes for all: those who come meanwhile leave their frames and
//! go, and what has gathered goes out in one piece. So no caller waits for another one's system call.

use std::{
    hash::{BuildHasher, RandomState},
    io, mem,
    time::Instant,
};

use crate::sync::{Mutex, MutexGuard};
use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Control, OpCode},
};

use crate::transport::stream::Stream;

/// How many bytes may wait for room in the socket before a message is refused entry.
const MAX_UNSENT: usize = 1 << 20;

/// A buffer that has become larger than this is not kept.
const MAX_KEPT: usize = 64 << 10;

/// The writing half. Its lock is never held while waiting, nor while the system writes.
pub(super) struct Writer {
    pub(super) stream: Stream,
    unsent: Mutex<Unsent>,
    masks: RandomState,
}

#[derive(Default)]
struct Unsent {
    bytes: Vec<u8>,
    /// How many bytes have ever been put in, and have ever gone out.
    put: u64,
    gone: u64,
    /// Somebody writes, and will look at `bytes` again.
    writing: bool,
    /// The stream has failed: nothing more is given to it.
    failed: bool,
    /// The stream has taken no more; who wants to be sure has to wait for room.
    full: bool,
    /// The buffer that was written last, to be used again.
    spare: Vec<u8>,
}

impl Writer {
    pub(super) fn new(stream: Stream) -> Self {
        Self {
            stream,
            unsent: Mutex::default(),
            masks: RandomState::new(),
        }
    }

    /// Sends one frame whole. Waits for room until the deadline, without the lock.
    pub(super) fn send(&self, opcode: OpCode, payload: &[u8], deadline: Instant) -> io::Result<()> {
        let (mut start, mut end) = (u64::MAX, None);
        loop {
            let mut unsent = self.unsent.lock();
            if unsent.failed && end.is_none() {
                return Err(io::ErrorKind::NotConnected.into());
            }
            if end.is_none() {
                start = unsent.put;
                end = self.put(&mut unsent, opcode, payload);
            }
            match self.write(&mut unsent) {
                Ok(()) => {}
                // Not a byte of it went out.
                Err(error) if unsent.gone <= start => {
                    return Err(io::Error::new(io::ErrorKind::NotConnected, error));
                }
                Err(error) => return Err(error),
            }
            // With room, whoever writes takes along what is left. Without, all of it is waited for, as
            // others may have left their frames to this thread.
            if end.is_some() && !unsent.full {
                return Ok(());
            }
            let gone = end.is_some_and(|end| unsent.gone >= end);
            drop(unsent);
            match self.stream.wait_for_room(deadline) {
                Err(error) if error.kind() == io::ErrorKind::TimedOut && gone => return Ok(()),
                waited => waited?,
            }
        }
    }

    /// Sends a control frame if the stream has room for it now; if not, it goes with the next message.
    pub(super) fn send_control(&self, control: Control, payload: &[u8]) -> io::Result<()> {
        let mut unsent = self.unsent.lock();
        match self.put(&mut unsent, OpCode::Control(control), payload) {
            Some(_) => self.write(&mut unsent),
            None => Ok(()),
        }
    }

    /// Puts a frame in, if there is room for it; returns where it ends.
    fn put(&self, unsent: &mut Unsent, opcode: OpCode, payload: &[u8]) -> Option<u64> {
        if unsent.bytes.len() + payload.len() > MAX_UNSENT && !unsent.bytes.is_empty() {
            return None;
        }
        // Unpredictable, as RFC 6455 wants it: a keyed hash of the position.
        let [a, b, c, d, ..] = self.masks.hash_one(unsent.put).to_ne_bytes();
        let mask = [a, b, c, d];
        let header = FrameHeader {
            opcode,
            mask: Some(mask),
            ..FrameHeader::default()
        };
        let before = unsent.bytes.len();
        header
            .format(payload.len() as u64, &mut unsent.bytes)
            .expect("writing into a Vec cannot fail");
        let start = unsent.bytes.len();
        unsent.bytes.extend_from_slice(payload);
        for (index, byte) in unsent.bytes[start..].iter_mut().enumerate() {
            *byte ^= mask[index % 4];
        }
        unsent.put += (unsent.bytes.len() - before) as u64;
        Some(unsent.put)
    }

    /// Moves what there is room for into the stream, unless somebody does already. The lock is free
    /// meanwhile.
    fn write(&self, unsent: &mut MutexGuard<'_, Unsent>) -> io::Result<()> {
        if unsent.writing {
            return Ok(());
        }
        unsent.writing = true;
        let result = loop {
            let spare = mem::take(&mut unsent.spare);
            let mut bytes = mem::replace(&mut unsent.bytes, spare);
            let (sent, result) = MutexGuard::unlocked(unsent, || self.try_send(&bytes));
            unsent.gone += sent as u64;
            if sent < bytes.len() {
                // What came meanwhile goes behind what is left.
                bytes.drain(..sent);
                bytes.append(&mut unsent.bytes);
                unsent.bytes = bytes;
            } else if bytes.capacity() <= MAX_KEPT {
                bytes.clear();
                unsent.spare = bytes;
            }
            match result {
                Ok(all) => {
                    unsent.full = !all;
                    if !all || unsent.bytes.is_empty() {
                        break Ok(());
                    }
                }
                Err(error) => {
                    // What was not sent must never be, as it may be sent over another link.
                    unsent.failed = true;
                    unsent.bytes = Vec::new();
                    break Err(error);
                }
            }
        };
        unsent.writing = false;
        result
    }

    /// How many bytes the stream took, and whether they are all on their way.
    fn try_send(&self, bytes: &[u8]) -> (usize, io::Result<bool>) {
        let mut sent = 0;
        while sent < bytes.len() {
            match self.stream.try_send(&bytes[sent..]) {
                Ok(length) => sent += length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return (sent, Ok(false));
                }
                Err(error) => return (sent, Err(error)),
            }
        }
        (sent, self.stream.try_flush())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Cursor, Read},
        net::{TcpListener, TcpStream},
        thread,
        time::Duration,
    };

    use tungstenite::protocol::frame::coding::Data;

    use super::*;
    use crate::transport::socket::Socket;

    const LONG: Duration = Duration::from_secs(20);

    fn pair() -> (Writer, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let deadline = Instant::now() + LONG;
        let socket = Socket::connect("127.0.0.1", port, deadline).expect("it listens");
        let (peer, _) = listener.accept().expect("it has connected");
        (Writer::new(Stream::Plain(socket)), peer)
    }

    fn text(writer: &Writer, payload: &[u8], timeout: Duration) -> io::Result<()> {
        writer.send(OpCode::Data(Data::Text), payload, Instant::now() + timeout)
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
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
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

    #[test]
    fn after_the_end_of_the_link_nothing_of_a_message_is_sent() {
        let (writer, peer) = pair();
        drop(peer);
        let begun = Instant::now();
        loop {
            match text(&writer, b"hello", LONG) {
                Ok(()) => assert!(begun.elapsed() < LONG, "the end is not noticed"),
                Err(error) => break assert_eq!(error.kind(), io::ErrorKind::NotConnected),
            }
        }
    }
}
