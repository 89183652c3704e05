//! The writer under the model checker. What sticks shows as a deadlock: the peer waits for it for ever.

use std::time::Duration;

use super::*;
use crate::sync::{
    Condvar,
    model::{Time, check},
};

const SECOND: Duration = Duration::from_secs(1);

/// Longer than any scenario: only another thread can end such a wait.
const NEVER: Duration = Duration::from_secs(3600);

/// The length of each message; all its bytes are the same.
const LENGTH: usize = 3;

/// A socket with little room.
#[derive(Default)]
struct Pipe {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    bytes: Vec<u8>,
    /// How many bytes the peer has made room for.
    room: usize,
    broken: bool,
}

impl Outlet for Pipe {
    fn take(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.state.lock();
        if state.broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let taken = bytes.len().min(state.room);
        if taken == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        state.room -= taken;
        state.bytes.extend_from_slice(&bytes[..taken]);
        self.changed.notify_all();
        Ok(taken)
    }

    fn wait_for_room(&self, deadline: Instant) -> io::Result<()> {
        let mut state = self.state.lock();
        while state.room == 0 && !state.broken {
            if self.changed.wait_until(&mut state, deadline).timed_out() {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
        Ok(())
    }

    fn shutdown(&self) {
        self.state.lock().broken = true;
        self.changed.notify_all();
    }
}

impl Pipe {
    /// Makes room, little by little, until so many bytes have come; returns them all.
    fn read(&self, length: usize) -> Vec<u8> {
        let mut state = self.state.lock();
        while state.bytes.len() < length {
            if state.room == 0 {
                state.room = 2;
                self.changed.notify_all();
            }
            self.changed.wait(&mut state);
        }
        state.bytes.clone()
    }
}

fn message(byte: u8) -> impl Fn(u64, &mut Vec<u8>) {
    move |_, bytes| bytes.extend([byte; LENGTH])
}

/// Sends by a deadline; the byte, if it comes to the peer some time.
fn send(writer: &Arc<Writer<Pipe>>, byte: u8, timeout: Duration) -> Option<u8> {
    match writer.send(message(byte), sync::now() + timeout) {
        Ok(()) => Some(byte),
        Err(SendError::TimedOut) => Some(byte),
        Err(SendError::NoRoom) => None,
        Err(other) => panic!("{other}"),
    }
}

fn scenario(room: usize, timeouts: [Duration; 2]) {
    let pipe = Arc::<Pipe>::default();
    pipe.state.lock().room = room;
    let writer = Writer::new(pipe.clone());
    let mut threads: Vec<_> = (b'a'..)
        .zip(timeouts)
        .map(|(byte, timeout)| {
            let writer = writer.clone();
            thread::spawn(move || send(&writer, byte, timeout))
        })
        .collect();
    let posts = writer.clone();
    threads.push(thread::spawn(move || {
        posts.post(message(b'p')).expect("it stands");
        Some(b'p')
    }));
    // All are told before anything is read, so that whoever has to go has gone.
    let sent = threads.into_iter().map(|thread| thread.join());
    let mut sent: Vec<_> = sent.filter_map(|sent| sent.expect("no panic")).collect();
    let bytes = pipe.read(sent.len() * LENGTH);
    let mut came: Vec<_> = bytes.chunks(LENGTH).map(|bytes| bytes[0]).collect();
    assert!(
        bytes
            .chunks(LENGTH)
            .all(|bytes| bytes == [bytes[0]; LENGTH])
    );
    (sent.sort_unstable(), came.sort_unstable());
    assert_eq!(came, sent);
    // Ends the thread that may just have come to wait for room.
    pipe.shutdown();
}

#[test]
fn nothing_sticks_when_a_deadline_passes_and_what_was_not_sent_never_comes() {
    check(Time::Races, 2000, || scenario(0, [SECOND, SECOND]));
    check(Time::Races, 2000, || scenario(4, [SECOND, SECOND]));
}

#[test]
fn whoever_waits_longer_takes_along_what_others_leave() {
    check(Time::Races, 2000, || {
        let pipe = Arc::<Pipe>::default();
        let writer = Writer::new(pipe.clone());
        let threads = [(b'a', SECOND), (b'b', NEVER)].map(|(byte, timeout)| {
            let writer = writer.clone();
            thread::spawn(move || send(&writer, byte, timeout))
        });
        // The second one is sent in any case, behind the first or before it.
        if pipe.read(LENGTH)[0] == b'a' {
            pipe.read(2 * LENGTH);
        }
        let [first, second] = threads.map(|thread| thread.join().expect("no panic"));
        assert_eq!(second, Some(b'b'));
        pipe.read(if first.is_some() { 2 } else { 1 } * LENGTH);
        pipe.shutdown();
    });
}

#[test]
fn the_end_of_the_link_is_told_to_all_who_wait_for_room() {
    check(Time::Races, 2000, || {
        let pipe = Arc::<Pipe>::default();
        pipe.state.lock().room = 1;
        let writer = Writer::new(pipe.clone());
        let threads = [b'a', b'b'].map(|byte| {
            let writer = writer.clone();
            thread::spawn(move || writer.send(message(byte), sync::now() + NEVER))
        });
        pipe.shutdown();
        for thread in threads {
            // Who has left its message to the other one hears of it from the reader.
            if let Err(error) = thread.join().expect("no panic") {
                assert!(error.cause().is_some(), "{error}");
            }
        }
        writer.post(message(b'p')).expect_err("it has ended");
    });
}

#[test]
fn what_was_left_to_a_thread_that_writes_goes_out_before_the_end() {
    check(Time::Races, 2000, || {
        let pipe = Arc::<Pipe>::default();
        pipe.state.lock().room = 2 * LENGTH;
        let writer = Writer::new(pipe.clone());
        let other = writer.clone();
        let other = thread::spawn(move || {
            // Whether it is before the end.
            let _ = other.send(message(b'a'), sync::now() + NEVER);
        });
        writer.post(message(b'g')).expect("it stands");
        writer.shutdown();
        other.join().expect("no panic");
        let state = pipe.state.lock();
        assert!(state.broken);
        assert!(state.bytes.contains(&b'g'), "{:?}", state.bytes);
    });
}
