//! Encoded frames and their time.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use super::Codec;

/// A time in media: so many ticks of such a clock. 64 bits: it does not wrap around.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use janus_blocking::webrtc::MediaTime;
///
/// // The 50th G.711 frame of 20 ms.
/// let time = MediaTime::new(50 * 160, 8000);
/// assert_eq!(time.as_duration(), Duration::from_secs(1));
/// assert_eq!(MediaTime::from(Duration::from_millis(20)).ticks_at(48_000), 960);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MediaTime {
    /// The ticks.
    pub ticks: u64,
    /// Ticks a second; 0 counts as 1.
    pub rate: u32,
}

impl MediaTime {
    /// So many ticks, at so many a second.
    pub fn new(ticks: u64, rate: u32) -> Self {
        Self { ticks, rate }
    }

    /// The same time on another clock, rounded down.
    pub fn ticks_at(self, rate: u32) -> u64 {
        let ticks = u128::from(self.ticks) * u128::from(rate) / u128::from(self.rate.max(1));
        u64::try_from(ticks).unwrap_or(u64::MAX)
    }

    /// As a duration since the time 0 of the stream.
    pub fn as_duration(self) -> Duration {
        Duration::from_nanos(self.ticks_at(1_000_000_000))
    }
}

impl From<Duration> for MediaTime {
    /// In microseconds.
    fn from(time: Duration) -> Self {
        let ticks = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        Self::new(ticks, 1_000_000)
    }
}

/// One encoded frame that was received: of audio a packet's, of video a picture's.
#[derive(Clone)]
#[non_exhaustive]
pub struct Frame {
    /// The encoded data.
    pub data: Arc<[u8]>,
    /// When it is to be played, on the clock of its codec. It begins anywhere.
    pub time: MediaTime,
    /// When its first packet was received.
    pub received: Instant,
    /// Its codec: the other side may use any that was negotiated.
    pub codec: Codec,
    /// Whether it is a video frame that needs no other. Always `false` for audio.
    pub keyframe: bool,
    /// Whether it follows the last one that was read, without a loss in between: on the network, or
    /// because nobody read in time.
    pub contiguous: bool,
    /// The layer, where the other side sends several of a track (Janus sends one only).
    pub rid: Option<String>,
    /// The level of audio in dBov, from 0 (loudest) to -127, where the other side says it.
    pub audio_level: Option<i8>,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("bytes", &self.data.len())
            .field("time", &self.time)
            .field("codec", &self.codec)
            .field("keyframe", &self.keyframe)
            .field("contiguous", &self.contiguous)
            .finish_non_exhaustive()
    }
}
