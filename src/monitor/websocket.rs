//! WebSocket, as `wsevh` speaks it.

use std::{
    io::{self, BufReader, Read, Write},
    time::Instant,
};

use super::server::{Fault, Shared, Timed};
use crate::transport::websocket::{Frame, Frames};

/// The first byte of a whole frame of its kind.
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;
const CLOSE: u8 = 0x88;

/// Serves a WebSocket to its end. An error means that it ended within a message.
pub(super) fn serve(from: &mut BufReader<Timed<'_>>, shared: &Shared) -> io::Result<()> {
    let settings = &shared.settings;
    let mut frames = Frames::of_client(from.buffer(), settings.max_message);
    let from = from.get_mut();
    // Since when a part of a message is there, and whether a ping has no answer.
    let (mut part, mut pinged) = (None, false);
    loop {
        while let Some(frame) = frames.next()? {
            match frame {
                Frame::Text(text) => {
                    shared.take(text.as_bytes());
                }
                Frame::TooLong(_) => shared.note(Fault::TooLarge),
                Frame::Garbage(_) => shared.note(Fault::Malformed),
                Frame::Ping(payload) => send(from, PONG, payload)?,
                Frame::Pong => {}
                // What it says is said back; that nobody may hear it is no fault.
                Frame::Close(payload) => {
                    let _ = send(from, CLOSE, payload);
                    return Ok(());
                }
            }
            // What follows is of the next message, which has a time of its own.
            if frames.is_between() {
                part = None;
            }
        }
        if frames.is_empty() {
            part = None;
        } else {
            part.get_or_insert_with(Instant::now);
        }
        match part {
            Some(since) => from.deadline = since + settings.message_timeout,
            None => from.wait(settings.idle_timeout),
        }
        match from.read(frames.room()) {
            Ok(0) if part.is_none() => return Ok(()),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(length) => {
                frames.filled(length);
                pinged = false;
            }
            Err(error) if part.is_some() => return Err(error),
            Err(error) if error.kind() == io::ErrorKind::TimedOut && !pinged => {
                send(from, PING, b"")?;
                pinged = true;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Nobody is there any more.
            Err(_) => return Ok(()),
        }
    }
}

/// A control frame, of at most 125 bytes.
fn send(to: &Timed<'_>, first: u8, payload: &[u8]) -> io::Result<()> {
    let mut frame = vec![first, payload.len() as u8];
    frame.extend_from_slice(payload);
    let mut stream = to.stream;
    stream.write_all(&frame)
}
