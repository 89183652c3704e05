//! `media`: a frame of sound to the EchoTest, and back.
//!
//! Each frame has its number in it, which the EchoTest does not change. So an operation is over when
//! that very frame is back, and one that is not back in time was lost.

use std::time::{Duration, Instant};

use janus_blocking::{
    EchoTest, Session,
    echotest::Settings,
    webrtc::{Codec, Direction, Media, Peer, Track},
};

use super::{Lasting, Left, Place, Seat, Seats};
use crate::{
    failure::{Failure, Outcome},
    parts::Parts,
};

/// A frame that takes longer is lost: nobody would play it.
const LATEST: Duration = Duration::from_secs(1);

/// Of Opus at 32 kbit/s, as a call has them.
const FRAME: usize = 80;

/// Behind the byte that says what Opus is in it.
const NUMBER: std::ops::Range<usize> = 1..9;

struct Speaker {
    lasting: Lasting<Line>,
    media: Media,
    timeout: Duration,
    begin: Instant,
    number: u64,
}

/// A peer with its handle.
struct Line {
    _echo: EchoTest,
    _peer: Peer,
    audio: Track,
}

pub(super) fn seats(place: &Place<'_>) -> Outcome<Seats> {
    let mut media = Media::builder();
    if let Some(address) = place.work.address {
        media = media.address(address);
    }
    let media = media.start()?;
    let mut seats: Seats = Vec::new();
    for number in 0..place.work.peers.unwrap_or(1) {
        let connection = place.connection(number);
        let mut speaker = Speaker {
            timeout: connection.config().request_timeout,
            lasting: Lasting::new(connection),
            media: media.clone(),
            begin: Instant::now(),
            number: 0,
        };
        speaker.line()?;
        seats.push(Box::new(speaker));
    }
    Ok(seats)
}

impl Line {
    fn new(session: &Session, media: &Media, timeout: Duration) -> Outcome<Self> {
        let echo: EchoTest = session.attach()?;
        let peer = media.peer(echo.handle());
        let peer = peer.audio(Direction::SendRecv, &[Codec::Opus]);
        let peer = peer.offer_by(|offer| echo.offer(&Settings::new().audio(true), offer))?;
        peer.wait_connected(timeout)?;
        let audio = peer.audio()?;
        Ok(Self {
            _echo: echo,
            _peer: peer,
            audio,
        })
    }
}

impl Speaker {
    fn line(&mut self) -> Outcome<&Line> {
        let (media, timeout) = (&self.media, self.timeout);
        let made = self
            .lasting
            .kept(|session| Line::new(session, media, timeout));
        made.map(|(_, line)| &*line)
    }

    fn echo(&mut self) -> Outcome<()> {
        self.number += 1;
        let (number, time) = (self.number.to_be_bytes(), self.begin.elapsed());
        let audio = &self.line()?.audio;
        // Opus: CELT, 20 ms, one frame.
        let mut frame = [0xfc; FRAME];
        frame[NUMBER].copy_from_slice(&number);
        audio.write(time, &frame)?;
        let deadline = Instant::now() + LATEST;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let back = audio.recv_timeout(left)?;
            let back = back.ok_or(Failure::Missing("frame back"))?;
            // Others are late ones.
            if back.data.get(NUMBER) == Some(&number[..]) {
                return Ok(());
            }
        }
    }
}

impl Seat for Speaker {
    fn act(&mut self, _: &mut Parts) -> Outcome<()> {
        let outcome = self.echo();
        // A peer that is closed stays so.
        if matches!(outcome, Err(Failure::Janus(_))) {
            self.lasting.kept = None;
        }
        outcome
    }

    fn end(self: Box<Self>) -> Left {
        self.lasting.end()
    }
}
