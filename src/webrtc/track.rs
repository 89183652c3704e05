//! Audio and video of a peer.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::Receiver;
use str0m::media::Frequency;

use super::{
    Codec, Direction, Frame, MediaError, MediaTime, g711,
    inbox::is_ordinary,
    line::{Line, add},
    stack::Stack,
};
use crate::{Error, Result};

/// The longest frame of audio: what goes into one packet, which the stack would cut in pieces else.
const AUDIO: usize = 1100;

/// A larger picture is no picture.
const LARGEST: usize = 16 << 20;

/// A level of audio at which nobody talks.
const SILENCE: i8 = -127;

/// Audio or video of a [`Peer`](super::Peer): frames out, frames in.
///
/// A cheap copy of a reference: it can be used from any thread, and does not keep the peer open.
/// Frames that nobody reads are dropped, the oldest first
/// ([`MediaBuilder::frame_queue`](super::MediaBuilder::frame_queue),
/// [`frame_queue_bytes`](super::MediaBuilder::frame_queue_bytes)); copies share the queue.
#[derive(Clone)]
pub struct Track {
    stack: Arc<Stack>,
    line: Arc<Line>,
}

/// What a track has sent and received since it began; see [`Track::counts`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct TrackCounts {
    /// Frames that were sent.
    pub sent: u64,
    /// Their bytes, without headers.
    pub sent_bytes: u64,
    /// Frames that were received whole.
    pub received: u64,
    /// Their bytes, without headers.
    pub received_bytes: u64,
    /// Frames that were received and dropped, because nobody read them in time.
    pub dropped: u64,
}

impl Track {
    pub(super) fn new(stack: Arc<Stack>, line: Arc<Line>) -> Self {
        Self { stack, line }
    }

    /// Sends an encoded frame, on this thread: of audio what goes into one packet, of video a whole
    /// picture.
    ///
    /// `time` is when it is to be played, on any clock: from frame to frame it advances by the
    /// frame's length. The codec is [`codec`](Self::codec). Does not wait: a packet that the system
    /// has no room for is lost, as on the network. A frame that is written before the peer is
    /// connected is dropped, as is one that the other side does not want at the moment (it holds the
    /// call). To pace frames see [`play`](Self::play).
    ///
    /// # Errors
    ///
    /// [`MediaError::Closed`] once the peer is closed; [`Error::Config`] for an empty frame, for one of
    /// audio with more than 1,100 bytes or of video with more than 16 MiB, and if the track does not
    /// send.
    pub fn write(&self, time: impl Into<MediaTime>, data: &[u8]) -> Result<()> {
        self.send(None, time.into(), data)
    }

    /// Sends an encoded picture of one layer of a track that has [`layers`](Self::layers).
    ///
    /// Pictures of the same moment have the same `time` in all layers. A receiver that gets another
    /// layer needs a keyframe of it: [`PeerEvent::KeyframeWanted`](super::PeerEvent::KeyframeWanted)
    /// names the layer. Otherwise as [`write`](Self::write).
    ///
    /// # Errors
    ///
    /// As for [`write`](Self::write); [`Error::Config`] too if the track has no such layer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Result, webrtc::{MediaTime, Track}};
    ///
    /// /// One picture, encoded in the sizes of all layers, the best one first.
    /// fn send(camera: &Track, time: MediaTime, pictures: &[Vec<u8>]) -> Result<()> {
    ///     for (layer, picture) in camera.layers().iter().zip(pictures) {
    ///         camera.write_layer(layer, time, picture)?;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn write_layer(&self, rid: &str, time: impl Into<MediaTime>, data: &[u8]) -> Result<()> {
        self.send(Some(rid), time.into(), data)
    }

    fn send(&self, rid: Option<&str>, time: MediaTime, data: &[u8]) -> Result<()> {
        let agreed = self.line.agreed();
        let rid = agreed.layer(rid)?;
        let (codec, pt) = match agreed.codec {
            Some(codec) if agreed.direction.sends() => codec,
            // Only the other side does not want it now.
            Some(_) if agreed.wanted.sends() => return self.check_open(),
            _ => {
                let reason = format!("the track is {}", agreed.direction.word());
                return Err(Error::config("write", reason));
            }
        };
        if data.is_empty() {
            return Err(Error::config("data", "the frame is empty"));
        }
        if self.line.is_audio && data.len() > AUDIO {
            let reason = format!(
                "{} bytes; a frame of audio has to fit into a packet, {AUDIO} bytes",
                data.len()
            );
            return Err(Error::config("data", reason));
        }
        if data.len() > LARGEST {
            let reason = format!("{} bytes; a picture has 16 MiB at most", data.len());
            return Err(Error::config("data", reason));
        }
        if !self.stack.status.is_connected() {
            return self.check_open();
        }
        let rate = codec.clock_rate();
        self.line.wrote(Instant::now(), time);
        let time = str0m::media::MediaTime::new(
            time.ticks_at(rate),
            Frequency::new(rate).unwrap_or(Frequency::MICROS),
        );
        let level = *self.line.level.lock();
        let level = level.or_else(|| g711::level(codec, data));
        let written = self.stack.with(|rtc, _| {
            let mut writer = rtc.writer(self.line.mid)?;
            if let Some(level) = level {
                writer = writer.audio_level(level, level > SILENCE);
            }
            if let Some(rid) = rid {
                writer = writer.rid(rid);
            }
            Some(writer.write(pt, Instant::now(), time, data))
        });
        match written.map_err(MediaError::Closed)? {
            Some(Ok(())) => {
                add(&self.line.counts.sent, 1);
                add(&self.line.counts.sent_bytes, data.len());
                Ok(())
            }
            Some(Err(error)) => Err(Error::config("data", error.to_string())),
            // It is being closed.
            None => Ok(()),
        }
    }

    /// Says how loud the audio is that is written from now on, also by [`play`](Self::play): in dBov,
    /// from 0 (loudest) to -127 (silence). It goes along with each frame, where the other side wants it
    /// (RFC 6464), and comes there as [`Frame::audio_level`]. AudioBridge and VideoRoom tell by it who
    /// talks (`talking`, in rooms with `audiolevel_event`).
    ///
    /// `None`, as at first: what is PCMU or PCMA is measured, and of Opus, which only its decoder can
    /// measure, nothing is said.
    pub fn set_audio_level(&self, dbov: impl Into<Option<i8>>) {
        *self.line.level.lock() = dbov.into().map(|level| level.clamp(SILENCE, 0));
    }

    fn check_open(&self) -> Result<()> {
        match self.stack.status.closed() {
            Some(why) => Err(MediaError::Closed(why).into()),
            None => Ok(()),
        }
    }

    /// Asks the other side for a keyframe, by PLI. At most two a second are sent: more are left out.
    /// The request may be lost, and so may the keyframe: ask until one comes ([`Frame::keyframe`]).
    ///
    /// # Errors
    ///
    /// [`MediaError::Closed`] once the peer is closed.
    pub fn request_keyframe(&self) -> Result<()> {
        if self.line.is_audio || !self.line.limiter.lock().request(Instant::now()) {
            return Ok(());
        }
        let mid = self.line.mid;
        let asked = self.stack.with(|rtc, core| {
            let mut direct = rtc.direct_api();
            let from = direct.stream_tx_by_mid(mid, None).map(|it| it.ssrc());
            let of = direct.stream_rx_by_mid(mid, None).map(|it| it.ssrc());
            // While nothing has come there is nobody to ask.
            if let Some(of) = of {
                // The stack would name any of its streams as the sender, and Janus goes by that: it
                // drops what comes from one that it does not know. A line that only receives has none
                // of its own, and Janus finds it by its own stream there.
                direct.send_pli_feedback(from.unwrap_or(of), of);
                core.stats.asked(mid);
            }
        });
        asked.map_err(|why| MediaError::Closed(why).into())
    }

    /// Waits for the next frame, without a time limit.
    ///
    /// # Errors
    ///
    /// [`MediaError::Closed`] when the peer is closed and all frames have been read.
    pub fn recv(&self) -> Result<Frame> {
        loop {
            if let Some(frame) = self.next(None)? {
                return Ok(frame);
            }
        }
    }

    /// Waits for the next frame, at most for `timeout`; `None` if none came.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Option<Frame>> {
        self.next(Instant::now().checked_add(timeout))
    }

    /// Returns the next frame, or `None` if there is none now. Does not wait.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    pub fn try_recv(&self) -> Result<Option<Frame>> {
        self.next(Some(Instant::now()))
    }

    fn next(&self, until: Option<Instant>) -> Result<Option<Frame>> {
        let next = self.line.frames.recv_marked(until, &self.stack.status)?;
        Ok(next.map(|(mut frame, is_behind_lost)| {
            frame.contiguous &= !is_behind_lost;
            frame
        }))
    }

    /// Iterates over the frames, waiting for each. It ends with the call; only where the peer was
    /// lost (ICE, DTLS) the last item is the [`MediaError::Closed`] that says so.
    pub fn iter(&self) -> impl Iterator<Item = Result<Frame>> + '_ {
        let mut over = false;
        std::iter::from_fn(move || {
            if over {
                return None;
            }
            let next = self.recv();
            over = next.is_err();
            let why = self.stack.status.closed();
            let is_end = over && why.as_ref().is_none_or(is_ordinary);
            (!is_end).then_some(next)
        })
    }

    /// Receives something while frames wait, for `crossbeam_channel::select!`: get them with
    /// [`try_recv`](Self::try_recv). It is disconnected when the peer is closed.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Result, crossbeam_channel::{Receiver, select}, webrtc::Track};
    ///
    /// fn count(audio: &Track, video: &Track, stop: &Receiver<()>) -> Result<[usize; 2]> {
    ///     let mut frames = [0, 0];
    ///     loop {
    ///         select! {
    ///             recv(audio.ready()) -> _ => frames[0] += usize::from(audio.try_recv()?.is_some()),
    ///             recv(video.ready()) -> _ => frames[1] += usize::from(video.try_recv()?.is_some()),
    ///             recv(stop) -> _ => return Ok(frames),
    ///         }
    ///     }
    /// }
    /// ```
    pub fn ready(&self) -> &Receiver<()> {
        &self.line.frames.ready
    }

    /// The codec that is sent: the first of the peer's that the other side has too. What is received
    /// says its own: [`Frame::codec`]. `None` if the track does not send.
    pub fn codec(&self) -> Option<Codec> {
        let agreed = self.line.agreed();
        let codec = agreed.codec.filter(|_| agreed.direction.sends());
        codec.map(|(codec, _)| codec)
    }

    /// The layers in which it is sent, the best one first, as negotiated
    /// ([`PeerBuilder::simulcast`](super::PeerBuilder::simulcast)); empty where there is only one.
    pub fn layers(&self) -> Vec<String> {
        let agreed = self.line.agreed();
        agreed.layers().map(|rid| rid.to_string()).collect()
    }

    /// Which way it flows, as negotiated last.
    pub fn direction(&self) -> Direction {
        self.line.agreed().direction
    }

    /// Whether it is audio; video otherwise.
    pub fn is_audio(&self) -> bool {
        self.line.is_audio
    }

    /// The `mid` of its media line.
    pub fn mid(&self) -> &str {
        &self.line.name
    }

    /// What was sent and received so far.
    pub fn counts(&self) -> TrackCounts {
        self.line.counts()
    }

    pub(super) fn stack(&self) -> &Stack {
        &self.stack
    }

    pub(super) fn line(&self) -> &Arc<Line> {
        &self.line
    }
}

impl fmt::Debug for Track {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Track")
            .field("mid", &self.line.name)
            .field("is_audio", &self.line.is_audio)
            .field("codec", &self.codec())
            .field("direction", &self.direction())
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}
