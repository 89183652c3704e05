//! What sound goes through: a peer, a plugin, and those who hear the peer.
//!
//! The EchoTest sends frames back as they are. An AudioBridge decodes them, and encodes their sum. But
//! of G.711 at 8 kHz, where nobody else says anything, what comes out is what went in.

use std::{sync::Arc, thread, time::Duration};

use crossbeam_channel::Sender;
use janus_blocking::{
    AudioBridge, EchoTest, Error, Handle, Session,
    audiobridge::{self, Create, Destroy, Participant, participant::Join},
    echotest::Settings,
    plugin::Id,
    webrtc::{Codec, Direction, Media, MediaTime, Peer, Track},
};

use super::{hangs_if, patience};
use crate::failure::{Failure, Outcome};

/// A peer that sends.
pub(super) struct Line {
    audio: Track,
    /// Of Opus at 32 kbit/s as a call has them, and of G.711.
    length: usize,
    /// How many it has sent.
    frames: u64,
    hearers: usize,
    /// The handles and peers of all: they end with it.
    ends: Vec<(Handle, Peer)>,
    room: Option<(AudioBridge, Id)>,
}

/// Which frame of which sender: what is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) sender: u16,
    pub(super) frame: u32,
}

impl Line {
    /// To the EchoTest.
    pub(super) fn echo(session: &Session, media: &Media, limit: Duration) -> Outcome<Self> {
        let echo: EchoTest = session.attach()?;
        let peer = media.peer(&echo);
        let peer = peer.audio(Direction::SendRecv, &[Codec::Opus]);
        let peer = peer.offer_by(|offer| echo.offer(&Settings::new().audio(true), offer))?;
        peer.wait_connected(limit)?;
        Ok(Self {
            audio: peer.audio()?,
            length: 80,
            frames: 0,
            hearers: 1,
            ends: vec![(echo.into_handle(), peer)],
            room: None,
        })
    }

    /// Through a room of its own, with so many in it.
    pub(super) fn bridge(
        session: &Session,
        media: &Media,
        limit: Duration,
        participants: usize,
    ) -> Outcome<Self> {
        let rooms: AudioBridge = session.attach()?;
        let room = rooms.create(&Create::new().sampling_rate(8000))?.room;
        let ends = (0..participants).map(|_| guest(session, media, limit, &room));
        let made = ends.collect::<Result<Vec<_>, _>>();
        let made = made.and_then(|ends| Ok((ends[0].1.audio()?, ends)));
        let room = (rooms, room);
        match made {
            Ok((audio, ends)) => Ok(Self {
                audio,
                length: 160,
                frames: 0,
                hearers: participants - 1,
                ends,
                room: Some(room),
            }),
            Err(error) => {
                close(&room);
                Err(error.into())
            }
        }
    }

    /// Tells the senders of the frames that come, by their numbers.
    pub(super) fn hear(&self, senders: &Arc<[Sender<u32>]>) -> Outcome<()> {
        let hearers = &self.ends[self.ends.len() - self.hearers..];
        for (_, peer) in hearers {
            let (track, senders) = (peer.audio()?, senders.clone());
            let thread = thread::Builder::new().name("load-hearer".to_owned());
            // It ends with its peer.
            let spawned = thread.spawn(move || {
                let frames = track.iter().flatten();
                for number in frames.filter_map(|it| Number::of(&it.data)) {
                    if let Some(sender) = senders.get(usize::from(number.sender)) {
                        // One that is done does not care.
                        let _ = sender.send(number.frame);
                    }
                }
            });
            spawned.map_err(|_| Failure::Missing("thread"))?;
        }
        Ok(())
    }

    /// Sends a frame. Says how many hear it.
    pub(super) fn send(&mut self, number: Number) -> Outcome<usize> {
        // Of 20 ms each, whenever it is sent.
        let time = MediaTime::new(self.frames * 20, 1000);
        self.frames += 1;
        self.audio.write(time, &number.frame(self.length))?;
        Ok(self.hearers)
    }

    /// Takes its room away. Says how many rooms may be left.
    pub(super) fn end(self) -> u64 {
        drop(self.ends);
        self.room.map_or(0, |room| close(&room))
    }
}

fn guest(
    session: &Session,
    media: &Media,
    limit: Duration,
    room: &Id,
) -> Result<(Handle, Peer), Error> {
    let participant: Participant = session.attach()?;
    let join = Join::new(room).codec(audiobridge::Codec::Pcmu);
    let peer = media.peer(&participant);
    let peer = peer.audio(Direction::SendRecv, &[Codec::Pcmu]);
    let peer = peer.offer_by(|offer| Ok(participant.join_with_offer(&join, offer)?.1))?;
    peer.wait_connected(limit)?;
    Ok((participant.into_handle(), peer))
}

fn close((rooms, room): &(AudioBridge, Id)) -> u64 {
    match rooms.with_timeout(patience()).destroy(&Destroy::new(room)) {
        Ok(_) => 0,
        // A server that was started anew does not have it.
        Err(error) => {
            hangs_if(&error);
            let is_gone = error.code() == Some(audiobridge::error_code::NO_SUCH_ROOM);
            u64::from(!is_gone && !error.is_closed())
        }
    }
}

impl Number {
    /// Four bits of it are in a byte, so far from others that no decoder takes it for another one.
    fn frame(self, length: usize) -> Vec<u8> {
        let number = u64::from(self.sender) << 32 | u64::from(self.frame);
        // Of Opus: CELT, 20 ms, one frame. Of G.711, nearly nothing.
        let mut frame = vec![0xfc; length];
        for (at, byte) in frame[1..13].iter_mut().enumerate() {
            *byte = 0x84 | ((number >> (4 * at)) as u8 & 0xf) << 3;
        }
        frame
    }

    fn of(frame: &[u8]) -> Option<Self> {
        let bytes = frame.get(1..13)?.iter().rev();
        let number = bytes.fold(0, |sum, byte| sum << 4 | u64::from(byte >> 3 & 0xf));
        Some(Self {
            sender: (number >> 32) as u16,
            frame: number as u32,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_survives_in_a_frame_of_either_codec() {
        for (sender, frame) in [(0, 0), (7, 12_345_678), (9_999, u32::MAX)] {
            let number = Number { sender, frame };
            for length in [80, 160] {
                assert_eq!(Number::of(&number.frame(length)), Some(number));
            }
            // Through an AudioBridge it is decoded and encoded.
            let law = janus_blocking::webrtc::Codec::Pcmu;
            let samples = janus_blocking::webrtc::g711::decode(law, &number.frame(160));
            let again = janus_blocking::webrtc::g711::encode(law, &samples.expect("G.711"));
            assert_eq!(Number::of(&again.expect("G.711")), Some(number));
        }
        assert_eq!(Number::of(&[0xff; 3]), None);
    }
}
