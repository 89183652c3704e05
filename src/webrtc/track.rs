//! Audio and video of a peer.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crossbeam_channel::Receiver;
use parking_lot::Mutex;
use str0m::{
    Rtc,
    media::{Frequency, KeyframeRequestKind, MediaData, Mid, Pt},
};

use super::{
    Codec, Direction, Frame, MediaError, MediaTime,
    inbox::{Inbox, Outlet, closed, inbox, is_ordinary},
    keyframes::Limiter,
    stack::Stack,
};
use crate::{Error, Result};

/// Audio or video of a [`Peer`](super::Peer): frames out, frames in.
///
/// A cheap copy of a reference: it can be used from any thread, and does not keep the peer open.
/// Frames that nobody reads are dropped, the oldest first
/// ([`MediaBuilder::frame_queue`](super::MediaBuilder::frame_queue)); copies share the queue.
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

/// What belongs to one media line.
pub(super) struct Line {
    pub(super) mid: Mid,
    pub(super) name: String,
    pub(super) is_audio: bool,
    agreed: Mutex<Agreed>,
    frames: Inbox<Frame>,
    counts: Counts,
    /// For requests of the program's.
    limiter: Mutex<Limiter>,
}

/// What was negotiated for a media line, last.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Agreed {
    pub(super) direction: Direction,
    /// What this side wants it to be, if the other side lets it.
    pub(super) wanted: Direction,
    /// What is sent, with its payload type: the first that was negotiated.
    codec: Option<(Codec, Pt)>,
}

impl Agreed {
    /// `None` if there is no such line, or it was refused.
    fn read(rtc: &mut Rtc, mid: Mid, wanted: Direction) -> Option<Self> {
        let media = rtc.media(mid).filter(|media| !media.disabled())?;
        let direction = media.direction();
        let writer = rtc.writer(mid)?;
        let mut codecs = writer.payload_params();
        Some(Self {
            direction: Direction::of(direction.is_sending(), direction.is_receiving()),
            wanted,
            codec: codecs.find_map(|it| Some((Codec::of(it.spec().codec)?, it.pt()))),
        })
    }
}

#[derive(Default)]
struct Counts {
    sent: AtomicU64,
    sent_bytes: AtomicU64,
    received: AtomicU64,
    received_bytes: AtomicU64,
    dropped: AtomicU64,
}

/// The tracks of a peer, as its stack has them.
#[derive(Default)]
pub(super) struct Tracks(Vec<Entry>);

struct Entry {
    line: Arc<Line>,
    frames: Option<Outlet<Frame>>,
    /// For requests of the other side's.
    limiter: Limiter,
    /// One was dropped here before the next.
    gap: bool,
}

impl Line {
    /// Of a line that was negotiated; `None` if it was refused.
    pub(super) fn negotiated(
        rtc: &mut Rtc,
        mid: Mid,
        queue: usize,
        wanted: Direction,
    ) -> Option<(Arc<Self>, Outlet<Frame>)> {
        let is_audio = rtc.media(mid)?.kind().is_audio();
        let agreed = Agreed::read(rtc, mid, wanted)?;
        let (outlet, frames) = inbox(queue);
        let line = Self {
            mid,
            name: mid.to_string(),
            is_audio,
            agreed: Mutex::new(agreed),
            frames,
            counts: Counts::default(),
            limiter: Mutex::default(),
        };
        Some((Arc::new(line), outlet))
    }

    pub(super) fn of(self: &Arc<Self>, stack: Arc<Stack>) -> Track {
        Track {
            stack,
            line: self.clone(),
        }
    }

    pub(super) fn agreed(&self) -> Agreed {
        *self.agreed.lock()
    }

    /// Notes what was negotiated anew; whether a program can see a difference.
    pub(super) fn renegotiated(&self, rtc: &mut Rtc, wanted: Direction) -> bool {
        let before = self.agreed();
        let now = Agreed::read(rtc, self.mid, wanted).unwrap_or(Agreed {
            direction: Direction::Inactive,
            wanted,
            codec: None,
        });
        *self.agreed.lock() = now;
        (before.direction, before.codec) != (now.direction, now.codec)
    }
}

impl Tracks {
    pub(super) fn add(&mut self, line: Arc<Line>, frames: Outlet<Frame>) {
        self.0.push(Entry {
            line,
            frames: Some(frames),
            limiter: Limiter::default(),
            gap: false,
        });
    }

    /// Whether there is one of audio, or of video.
    pub(super) fn has(&self, audio: bool) -> bool {
        self.0.iter().any(|entry| entry.line.is_audio == audio)
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &Arc<Line>> {
        self.0.iter().map(|entry| &entry.line)
    }

    /// Forgets lines that came to nothing.
    pub(super) fn remove(&mut self, lines: &[Arc<Line>]) {
        let gone = |entry: &Entry| lines.iter().any(|line| Arc::ptr_eq(line, &entry.line));
        self.0.retain(|entry| !gone(entry));
    }

    /// As the program gets them.
    pub(super) fn of(&self, stack: &Arc<Stack>) -> Vec<Track> {
        self.lines().map(|line| line.of(stack.clone())).collect()
    }

    fn find(&mut self, mid: Mid) -> Option<&mut Entry> {
        self.0.iter_mut().find(|entry| entry.line.mid == mid)
    }

    pub(super) fn received(&mut self, data: MediaData) {
        let Some(codec) = Codec::of(data.params.spec().codec) else {
            return;
        };
        let Some(entry) = self.find(data.mid) else {
            return;
        };
        let Some(frames) = &entry.frames else {
            return;
        };
        let counts = &entry.line.counts;
        add(&counts.received, 1);
        add(&counts.received_bytes, data.data.len());
        let frame = Frame {
            keyframe: data.is_keyframe(),
            contiguous: data.contiguous && !entry.gap,
            time: MediaTime::new(data.time.numer(), data.time.denom()),
            received: data.network_time,
            codec,
            audio_level: data.ext_vals.audio_level,
            data: data.data,
        };
        // The oldest was dropped: what is read next does not follow what was read last.
        entry.gap = !frames.push(frame);
        if entry.gap {
            add(&counts.dropped, 1);
        }
    }

    /// The track whose keyframe the other side wants, unless that was told just before.
    pub(super) fn keyframe_wanted(&mut self, mid: Mid, now: Instant) -> Option<Arc<Line>> {
        let entry = self.find(mid)?;
        entry.limiter.request(now).then(|| entry.line.clone())
    }

    /// When such a request that was held back goes on.
    pub(super) fn due(&self) -> Option<Instant> {
        self.0.iter().filter_map(|entry| entry.limiter.due()).min()
    }

    pub(super) fn take_due(&mut self, now: Instant, mut tell: impl FnMut(Arc<Line>)) {
        for entry in &mut self.0 {
            if entry.limiter.take_due(now) {
                tell(entry.line.clone());
            }
        }
    }

    /// Their queues end.
    pub(super) fn end(&mut self) {
        for entry in &mut self.0 {
            entry.frames = None;
        }
    }
}

impl Track {
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
    /// [`MediaError::Closed`] once the peer is closed; [`Error::Config`] for an empty frame, and
    /// if the track does not send.
    pub fn write(&self, time: impl Into<MediaTime>, data: &[u8]) -> Result<()> {
        let agreed = self.line.agreed();
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
        if !self.stack.status.is_connected() {
            return self.check_open();
        }
        let rate = codec.clock_rate();
        let time = str0m::media::MediaTime::new(
            time.into().ticks_at(rate),
            Frequency::new(rate).unwrap_or(Frequency::MICROS),
        );
        let written = self.stack.with(|rtc, _| {
            let writer = rtc.writer(self.line.mid)?;
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

    fn check_open(&self) -> Result<()> {
        match self.stack.status.closed() {
            Some(why) => Err(MediaError::Closed(why).into()),
            None => Ok(()),
        }
    }

    /// Asks the other side for a keyframe, by PLI. At most two a second are sent: more are left out.
    ///
    /// # Errors
    ///
    /// [`MediaError::Closed`] once the peer is closed.
    pub fn request_keyframe(&self) -> Result<()> {
        if self.line.is_audio || !self.line.limiter.lock().request(Instant::now()) {
            return Ok(());
        }
        let mid = self.line.mid;
        let asked = self.stack.with(|rtc, _| {
            let mut direct = rtc.direct_api();
            let from = direct
                .stream_tx_by_mid(mid, None)
                .map(|stream| stream.ssrc());
            let of = direct
                .stream_rx_by_mid(mid, None)
                .map(|stream| stream.ssrc());
            match (from, of) {
                // The stack would name any of its streams as the sender, and Janus goes by that.
                (Some(from), Some(of)) => direct.send_pli_feedback(from, of),
                // Fails while nothing has come, and then there is nobody to ask.
                _ => drop(
                    rtc.writer(mid)
                        .map(|mut writer| writer.request_keyframe(None, KeyframeRequestKind::Pli)),
                ),
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
        self.line.frames.recv(&self.stack.status)
    }

    /// Waits for the next frame, at most for `timeout`; `None` if none came.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Option<Frame>> {
        self.line.frames.recv_timeout(timeout, &self.stack.status)
    }

    /// Returns the next frame, or `None` if there is none now. Does not wait.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    pub fn try_recv(&self) -> Result<Option<Frame>> {
        self.line.frames.try_recv(&self.stack.status)
    }

    /// Iterates over the frames, waiting for each. It ends with the call; only where the peer was
    /// lost (ICE, DTLS) the last item is the [`MediaError::Closed`] that says so.
    pub fn iter(&self) -> impl Iterator<Item = Result<Frame>> + '_ {
        let mut over = false;
        std::iter::from_fn(move || {
            if over {
                return None;
            }
            match self.line.frames.receiver.recv() {
                Ok(frame) => Some(Ok(frame)),
                Err(_) => {
                    over = true;
                    let why = self.stack.status.closed();
                    let ordinary = why.as_ref().is_none_or(is_ordinary);
                    (!ordinary).then(|| Err(closed(&self.stack.status)))
                }
            }
        })
    }

    /// The channel of the frames itself, for `crossbeam_channel::select!`. It is disconnected when
    /// the peer is closed.
    pub fn receiver(&self) -> &Receiver<Frame> {
        &self.line.frames.receiver
    }

    /// The codec that is sent: the first of the peer's that the other side has too. What is received
    /// says its own: [`Frame::codec`]. `None` if the track does not send.
    pub fn codec(&self) -> Option<Codec> {
        let agreed = self.line.agreed();
        let codec = agreed.codec.filter(|_| agreed.direction.sends());
        codec.map(|(codec, _)| codec)
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
        let counts = &self.line.counts;
        let value = |count: &AtomicU64| count.load(Ordering::Relaxed);
        TrackCounts {
            sent: value(&counts.sent),
            sent_bytes: value(&counts.sent_bytes),
            received: value(&counts.received),
            received_bytes: value(&counts.received_bytes),
            dropped: value(&counts.dropped),
        }
    }

    pub(super) fn stack(&self) -> &Stack {
        &self.stack
    }

    pub(super) fn line(&self) -> &Arc<Line> {
        &self.line
    }
}

fn add(count: &AtomicU64, more: impl TryInto<u64>) {
    count.fetch_add(more.try_into().unwrap_or(0), Ordering::Relaxed);
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
