//! The media lines of a peer, as its stack has them.

use std::{sync::Arc, time::Instant};

use parking_lot::Mutex;
use str0m::{
    Rtc,
    format::{CodecExtra, CodecSpec},
    media::{MediaData, Mid, Pt, Rid, Rids},
};

use super::{
    Codec, Direction, Frame, MediaTime, Track, TrackCounts,
    dtmf::Keys,
    inbox::{Inbox, Outlet, inbox, make_room},
    keyframes::Limiter,
    sdp::{Description, Section},
    stack::Stack,
    terms::LAYERS,
};
use crate::{
    Error, Result,
    sync::atomic::{AtomicU64, Ordering},
};

/// What belongs to one media line.
pub(super) struct Line {
    pub(super) mid: Mid,
    pub(super) name: String,
    pub(super) is_audio: bool,
    agreed: Mutex<Agreed>,
    pub(super) frames: Inbox<Frame>,
    pub(super) counts: Counts,
    /// How loud it is, as the program says.
    pub(super) level: Mutex<Option<i8>>,
    /// When it was written to last, and with which time.
    written: Mutex<Option<(Instant, MediaTime)>>,
    /// For requests of the program's.
    pub(super) limiter: Mutex<Limiter>,
    /// Held by who presses keys.
    pub(super) presses: Mutex<()>,
}

/// What was negotiated for a media line, last.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Agreed {
    pub(super) direction: Direction,
    /// What this side wants it to be, if the other side lets it.
    pub(super) wanted: Direction,
    /// What is sent, with its payload type: the first that the other side has too.
    pub(super) codec: Option<(Codec, Pt)>,
    /// Keys of a telephone can be sent.
    pub(super) dtmf: bool,
    /// In which layers, if there are several.
    layers: [Option<Rid>; LAYERS],
}

impl Agreed {
    /// `None` if there is no such line, or it was refused. `said` is what the other side said last.
    pub(super) fn read(
        rtc: &mut Rtc,
        mid: Mid,
        wanted: Direction,
        said: &Description<'_>,
    ) -> Option<Self> {
        let media = rtc.media(mid).filter(|media| !media.disabled())?;
        let direction = media.direction();
        let mut layers = [None; LAYERS];
        if let Rids::Specific(rids) = media.rids_tx() {
            layers
                .iter_mut()
                .zip(rids)
                .for_each(|(layer, rid)| *layer = Some(*rid));
        }
        // The stack keeps to what was said first.
        let said = said.section(&mid.to_string());
        let goes_on = |name: &str, pt: Pt| {
            // Who only sends may use other numbers.
            let number = direction.is_sending().then(|| pt.to_string());
            said.is_none_or(|said| said.has_format(name, number.as_deref()))
        };
        let writer = rtc.writer(mid)?;
        let specs = || writer.payload_params().map(|it| (it.spec(), it.pt()));
        let codecs = specs().filter_map(|(spec, pt)| Some((Codec::of(spec.codec)?, pt)));
        let codec = { codecs }.find(|(codec, pt)| goes_on(codec.name(), *pt));
        let rate = codec.map(|(codec, _)| codec.clock_rate());
        let is_tele = |(spec, pt): (CodecSpec, Pt)| {
            spec.codec.is_tele()
                && Some(spec.clock_rate.get()) == rate
                && goes_on("telephone-event", pt)
        };
        Some(Self {
            // Without a codec nothing can be sent.
            direction: Direction::of(
                direction.is_sending() && codec.is_some(),
                direction.is_receiving(),
            ),
            wanted,
            codec,
            dtmf: specs().any(is_tele),
            layers,
        })
    }
}

impl Agreed {
    pub(super) fn layers(&self) -> impl Iterator<Item = Rid> {
        self.layers.into_iter().flatten()
    }

    /// The layer of that name; without one, if there are none.
    pub(super) fn layer(&self, name: Option<&str>) -> Result<Option<Rid>> {
        let found = self.layers().find(|rid| name == Some(&**rid));
        match name {
            Some(_) if found.is_some() => Ok(found),
            None if self.layers().next().is_none() => Ok(None),
            _ => {
                let names: Vec<_> = self.layers().map(|rid| rid.to_string()).collect();
                let reason = match &*names.join(", ") {
                    "" => "the track has no layers: use `write`".to_owned(),
                    names => format!("the track has the layers {names}: name one of them"),
                };
                Err(Error::config("layer", reason))
            }
        }
    }
}

#[derive(Default)]
pub(super) struct Counts {
    pub(super) sent: AtomicU64,
    pub(super) sent_bytes: AtomicU64,
    received: AtomicU64,
    received_bytes: AtomicU64,
}

/// The tracks of a peer, as its stack has them.
#[derive(Default)]
pub(super) struct Tracks(Vec<Entry>);

struct Entry {
    line: Arc<Line>,
    frames: Option<Outlet<Frame>>,
    /// For requests of the other side's, for each layer.
    limiters: Vec<(Option<Rid>, Limiter)>,
    keys: Keys,
}

impl Line {
    /// Of a line that was negotiated; `None` if it was refused.
    pub(super) fn negotiated(
        rtc: &mut Rtc,
        mid: Mid,
        queue: usize,
        wanted: Direction,
        said: &Description<'_>,
    ) -> Option<(Arc<Self>, Outlet<Frame>)> {
        let is_audio = rtc.media(mid)?.kind().is_audio();
        let agreed = Agreed::read(rtc, mid, wanted, said)?;
        let (outlet, frames) = inbox(queue);
        let line = Self {
            mid,
            name: mid.to_string(),
            is_audio,
            agreed: Mutex::new(agreed),
            frames,
            counts: Counts::default(),
            level: Mutex::default(),
            written: Mutex::default(),
            limiter: Mutex::default(),
            presses: Mutex::default(),
        };
        Some((Arc::new(line), outlet))
    }

    pub(super) fn of(self: &Arc<Self>, stack: Arc<Stack>) -> Track {
        Track::new(stack, self.clone())
    }

    pub(super) fn counts(&self) -> TrackCounts {
        let value = |count: &AtomicU64| count.load(Ordering::Relaxed);
        TrackCounts {
            sent: value(&self.counts.sent),
            sent_bytes: value(&self.counts.sent_bytes),
            received: value(&self.counts.received),
            received_bytes: value(&self.counts.received_bytes),
            dropped: self.frames.dropped(),
        }
    }

    pub(super) fn wrote(&self, now: Instant, time: MediaTime) {
        *self.written.lock() = Some((now, time));
    }

    /// The time of the stream, in ticks: it goes on from what was written last.
    pub(super) fn time_at(&self, now: Instant, rate: u32) -> u64 {
        let mut written = self.written.lock();
        let (at, time) = *written.get_or_insert((now, MediaTime::new(0, rate)));
        let since = MediaTime::from(now.saturating_duration_since(at));
        time.ticks_at(rate).saturating_add(since.ticks_at(rate))
    }

    pub(super) fn agreed(&self) -> Agreed {
        *self.agreed.lock()
    }

    pub(super) fn agree(&self, agreed: Agreed) {
        *self.agreed.lock() = agreed;
    }

    /// Notes what was negotiated anew; whether a program can see a difference.
    pub(super) fn renegotiated(
        &self,
        rtc: &mut Rtc,
        wanted: Direction,
        said: &Description<'_>,
    ) -> bool {
        let before = self.agreed();
        let now = Agreed::read(rtc, self.mid, wanted, said).unwrap_or(Agreed {
            direction: Direction::Inactive,
            wanted,
            codec: None,
            dtmf: false,
            layers: [None; LAYERS],
        });
        self.agree(now);
        (before.direction, before.codec) != (now.direction, now.codec)
    }
}

impl Tracks {
    pub(super) fn add(&mut self, line: Arc<Line>, frames: Outlet<Frame>) {
        self.0.push(Entry {
            line,
            frames: Some(frames),
            limiters: Vec::new(),
            keys: Keys::default(),
        });
    }

    /// Whether there is one of audio, or of video.
    pub(super) fn has(&self, audio: bool) -> bool {
        self.0.iter().any(|entry| entry.line.is_audio == audio)
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &Arc<Line>> + Clone {
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

    /// Ticks a second of the codec that was negotiated.
    pub(super) fn clock_rate(&self, mid: Mid) -> Option<u32> {
        let line = self.lines().find(|line| line.mid == mid)?;
        line.agreed().codec.map(|(codec, _)| codec.clock_rate())
    }

    fn find(&mut self, mid: Mid) -> Option<&mut Entry> {
        self.0.iter_mut().find(|entry| entry.line.mid == mid)
    }

    /// A frame came, or part of a key: the key if it is a new one. All frames that wait may take up
    /// that many bytes.
    pub(super) fn received(&mut self, data: MediaData, limit: usize) -> Option<(Arc<Line>, char)> {
        let CodecExtra::Tele(report) = data.codec_extra else {
            self.frame(data, limit);
            return None;
        };
        let entry = self.find(data.mid)?;
        let packet = **data.seq_range.end();
        let key = entry.keys.take(report, data.time.numer(), packet)?;
        Some((entry.line.clone(), key))
    }

    fn frame(&mut self, data: MediaData, limit: usize) {
        let Some(codec) = Codec::of(data.params.spec().codec) else {
            return;
        };
        let entry = self.0.iter().find(|entry| entry.line.mid == data.mid);
        let Some((entry, frames)) = entry.and_then(|it| Some((it, it.frames.as_ref()?))) else {
            return;
        };
        let counts = &entry.line.counts;
        add(&counts.received, 1);
        add(&counts.received_bytes, data.data.len());
        let frame = Frame {
            keyframe: data.is_keyframe(),
            contiguous: data.contiguous,
            time: MediaTime::new(data.time.numer(), data.time.denom()),
            received: data.network_time,
            codec,
            rid: data.rid.map(|rid| rid.to_string()),
            audio_level: data.ext_vals.audio_level,
            data: data.data,
        };
        let bytes = size_of::<Frame>() + frame.data.len();
        make_room(self.lines().map(|line| &line.frames), limit, bytes);
        frames.push(frame, bytes);
    }

    /// The track whose keyframe the other side wants, unless that was told just before.
    pub(super) fn keyframe_wanted(
        &mut self,
        mid: Mid,
        rid: Option<Rid>,
        now: Instant,
    ) -> Option<Arc<Line>> {
        let entry = self.find(mid)?;
        let known = entry.limiters.iter().position(|(it, _)| *it == rid);
        let at = known.unwrap_or_else(|| {
            entry.limiters.push((rid, Limiter::default()));
            entry.limiters.len() - 1
        });
        let passes = entry.limiters[at].1.request(now);
        passes.then(|| entry.line.clone())
    }

    /// When such a request that was held back goes on.
    pub(super) fn due(&self) -> Option<Instant> {
        let limiters = self.0.iter().flat_map(|entry| &entry.limiters);
        limiters.filter_map(|(_, limiter)| limiter.due()).min()
    }

    pub(super) fn take_due(
        &mut self,
        now: Instant,
        mut tell: impl FnMut(Arc<Line>, Option<String>),
    ) {
        for entry in &mut self.0 {
            for (rid, limiter) in &mut entry.limiters {
                if limiter.take_due(now) {
                    tell(entry.line.clone(), rid.map(|rid| rid.to_string()));
                }
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

/// Whether the stack knows a codec that this line of an offer has: it keeps to those of the first
/// description, and to their numbers for what it sends.
pub(super) fn goes_on(rtc: &mut Rtc, mid: Mid, offered: &Section<'_>, sends: bool) -> bool {
    let Some(writer) = rtc.writer(mid) else {
        return false;
    };
    let mut specs = writer.payload_params().map(|it| (it.spec(), it.pt()));
    specs.any(|(spec, pt)| {
        let number = sends.then(|| pt.to_string());
        let codec = Codec::of(spec.codec);
        codec.is_some_and(|codec| offered.has_format(codec.name(), number.as_deref()))
    })
}

pub(super) fn add(count: &AtomicU64, more: impl TryInto<u64>) {
    count.fetch_add(more.try_into().unwrap_or(0), Ordering::Relaxed);
}
