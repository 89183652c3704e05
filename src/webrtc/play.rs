//! Playing a source into a track, at its pace.

use std::{
    f32::consts::TAU,
    fmt,
    path::Path,
    time::{Duration, Instant},
};

use super::{
    Codec, MediaError, MediaTime, PeerState, Stop, Track,
    files::{cannot, is_not_for},
    g711,
    inbox::is_ordinary,
    wav::{Piece, Reader},
};
use crate::{Error, Result};

/// Samples in a frame of 20 ms.
const SAMPLES: usize = 160;

/// If it is more behind than that, time that was lost is not caught up with.
const BEHIND: Duration = Duration::from_millis(200);

/// A frame plays for that long at most: a longer time is no time.
const LONGEST: Duration = Duration::from_secs(3600);

/// Where frames to play come from: [`WavG711`], [`Tone`], [`OggOpus`](super::OggOpus),
/// [`Ivf`](super::Ivf), [`AnnexB`](super::AnnexB). A closure that returns frames is one, too.
pub trait Source {
    /// The next frame in the codec of the track, and how long it plays; `None` at the end.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from giving one; [`Track::play`] ends with it.
    fn next_frame(&mut self, codec: Codec) -> Result<Option<(Vec<u8>, Duration)>>;
}

impl<F: FnMut(Codec) -> Result<Option<(Vec<u8>, Duration)>>> Source for F {
    fn next_frame(&mut self, codec: Codec) -> Result<Option<(Vec<u8>, Duration)>> {
        self(codec)
    }
}

/// What [`Track::play`] did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Played {
    /// The frames that were sent.
    pub frames: u64,
    /// Whether the source was played to its end. Otherwise it was stopped, or the call has ended.
    pub finished: bool,
}

impl Track {
    /// Plays a source, each frame at its time, until its end, `stop`, or the end of the call.
    ///
    /// It begins when the peer is connected. After a hold-up it goes on with the next frame.
    ///
    /// # Errors
    ///
    /// Those of the source; [`Error::Config`] if the track does not send;
    /// [`MediaError::Closed`] if the peer was lost (ICE, DTLS).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::Result;
    /// use janus_blocking::webrtc::{Peer, Stop, WavG711};
    ///
    /// fn greet(peer: &Peer) -> Result<()> {
    ///     let played = peer.audio()?.play(WavG711::open("welcome.wav")?, &Stop::new())?;
    ///     println!("{} frames", played.frames);
    ///     Ok(())
    /// }
    /// ```
    pub fn play(&self, mut source: impl Source, stop: &Stop) -> Result<Played> {
        let Some(codec) = self.codec() else {
            let reason = format!("the track is {}", self.direction().word());
            return Err(Error::config("play", reason));
        };
        let mut played = Played {
            frames: 0,
            finished: false,
        };
        let status = &self.stack().status;
        while !status.is_connected() {
            let soon = Instant::now() + Duration::from_millis(10);
            if self.has_ended()? || stop.sleep_until(soon) {
                return Ok(played);
            }
        }
        let mut next = Instant::now();
        let rate = codec.clock_rate();
        // The time of the stream goes on where the last one left it.
        let begin = self.line().time_at(next, rate);
        let mut time = Duration::ZERO;
        while !stop.sleep_until(next) {
            // It may be another one after a negotiation.
            let agreed = self.line().agreed().codec;
            let codec = agreed.map_or(codec, |(codec, _)| codec);
            let Some((frame, length)) = source.next_frame(codec)? else {
                played.finished = true;
                return Ok(played);
            };
            if self.has_ended()? {
                return Ok(played);
            }
            let ticks = begin.saturating_add(MediaTime::from(time).ticks_at(rate));
            match self.write(MediaTime::new(ticks, rate), &frame) {
                Ok(()) => played.frames += 1,
                Err(_) if self.has_ended()? => return Ok(played),
                Err(error) => return Err(error),
            }
            let length = length.min(LONGEST);
            time = time.saturating_add(length);
            next += length;
            let now = Instant::now();
            if now > next + BEHIND {
                next = now;
            }
        }
        Ok(played)
    }

    /// Whether the call has ended; an error if the peer was lost.
    pub(super) fn has_ended(&self) -> Result<bool> {
        match self.stack().status.state() {
            PeerState::Closed(why) if is_ordinary(&why) => Ok(true),
            PeerState::Closed(why) => Err(MediaError::Closed(why).into()),
            _ => Ok(false),
        }
    }
}

/// A WAV file with A-law, µ-law or 16-bit samples, of one channel at 8 kHz, for a track of PCMU or
/// PCMA.
pub struct WavG711(Reader);

impl WavG711 {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if it cannot be read, or is not such a file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let opened = Reader::open(path);
        opened
            .map(Self)
            .map_err(|error| cannot("wav", path, &error))
    }
}

impl Source for WavG711 {
    fn next_frame(&mut self, codec: Codec) -> Result<Option<(Vec<u8>, Duration)>> {
        let piece = self
            .0
            .next(SAMPLES)
            .map_err(|error| Error::config("wav", format!("it cannot be read on: {error}")))?;
        let data = match piece {
            None => return Ok(None),
            Some(Piece::G711(from, data)) => g711::transcode(from, codec, data),
            Some(Piece::Samples(samples)) => g711::encode(codec, &samples),
        };
        frame(data, codec)
    }
}

impl fmt::Debug for WavG711 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WavG711")
    }
}

/// A tone, for a track of PCMU or PCMA. It has no end unless [`length`](Self::length) gives it one.
#[derive(Clone, Debug)]
pub struct Tone {
    hertz: f32,
    phase: f32,
    left: Option<Duration>,
}

impl Tone {
    /// Of so many hertz, below 4000.
    pub fn new(hertz: f32) -> Self {
        Self {
            hertz,
            phase: 0.0,
            left: None,
        }
    }

    /// Ends after that time.
    #[must_use]
    pub fn length(mut self, length: Duration) -> Self {
        self.left = Some(length);
        self
    }
}

impl Source for Tone {
    fn next_frame(&mut self, codec: Codec) -> Result<Option<(Vec<u8>, Duration)>> {
        if self.left == Some(Duration::ZERO) {
            return Ok(None);
        }
        let samples: Vec<i16> = (0..SAMPLES)
            .map(|_| {
                self.phase = (self.phase + self.hertz / 8000.0).fract();
                // A quarter of the largest amplitude: -12 dB.
                ((self.phase * TAU).sin() * 8192.0) as i16
            })
            .collect();
        let made = frame(g711::encode(codec, &samples), codec)?;
        if let (Some(left), Some((_, length))) = (&mut self.left, &made) {
            *left = left.saturating_sub(*length);
        }
        Ok(made)
    }
}

/// A frame of G.711, a byte a sample.
fn frame(data: Option<Vec<u8>>, codec: Codec) -> Result<Option<(Vec<u8>, Duration)>> {
    let data = data.ok_or_else(|| not_g711(codec))?;
    let length = MediaTime::new(data.len() as u64, 8000).as_duration();
    Ok(Some((data, length)))
}

pub(super) fn not_g711(codec: Codec) -> Error {
    is_not_for(codec, "PCMU and PCMA")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_has_its_length_and_its_frequency() {
        let mut tone = Tone::new(1000.0).length(Duration::from_secs(1));
        let mut all = Vec::new();
        while let Some((frame, length)) = tone.next_frame(Codec::Pcma).expect("G.711") {
            assert_eq!(length, Duration::from_millis(20));
            all.extend(g711::decode(Codec::Pcma, &frame).expect("G.711"));
        }
        assert_eq!(all.len(), 8000);
        let rising = all.windows(2).filter(|it| it[0] < 0 && it[1] >= 0).count();
        assert!((999..=1001).contains(&rising), "{rising}");
        assert!(tone.next_frame(Codec::Opus).expect("the end").is_none());
        assert!(Tone::new(440.0).next_frame(Codec::Opus).is_err());
    }
}
