//! Opus in Ogg files (RFC 7845): played and recorded.

use std::{
    fmt,
    fs::File,
    io::{self, BufReader, BufWriter},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Codec, Frame, MediaTime, Recorded, Sink, Source,
    files::{FILLED, bad, cannot, is_not_for},
    ogg::{Reader, Writer},
};
use crate::{Error, Result, random};

/// Positions and lengths are told in samples of 48 kHz, whatever was recorded.
const RATE: u32 = 48_000;

/// What encoders are late by, as a rule, and players skip: 6.5 ms.
const DELAY: u16 = 312;

/// The longest packet: 120 ms.
const LONGEST: u64 = 5760;

/// An Ogg Opus file of one or two channels, for a track of Opus.
///
/// Its packets are sent as they are: nothing is decoded. They may be of any length that Opus has, 2.5
/// to 120 ms, as long as each fits into 1,100 bytes; most receivers want 20 ms. Of a file with several streams the first is played, of a
/// chained one the first link.
///
/// # Example
///
/// ```
/// use janus_blocking::Result;
/// use janus_blocking::webrtc::{OggOpus, Peer, Stop};
///
/// fn greet(peer: &Peer) -> Result<()> {
///     peer.audio()?.play(OggOpus::open("welcome.ogg")?, &Stop::new())?;
///     Ok(())
/// }
/// ```
pub struct OggOpus {
    packets: Reader<BufReader<File>>,
    path: PathBuf,
}

impl OggOpus {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if it cannot be read, or is not such a file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let opened = File::open(&path).and_then(|file| {
            let mut packets = Reader::new(BufReader::new(file));
            check_head(&packets.next()?.unwrap_or_default())?;
            let tags = packets.next_cut()?.unwrap_or_default();
            if !tags.starts_with(b"OpusTags") {
                return Err(bad("it has no tags after its head"));
            }
            Ok(packets)
        });
        match opened {
            Ok(packets) => Ok(Self { packets, path }),
            Err(error) => Err(cannot("ogg", &path, &error)),
        }
    }

    fn next(&mut self) -> io::Result<Option<(Vec<u8>, Duration)>> {
        while let Some(packet) = self.packets.next()? {
            if packet.is_empty() {
                continue;
            }
            let samples = samples(&packet).ok_or_else(|| bad("a packet of it is no Opus"))?;
            let length = MediaTime::new(samples, RATE).as_duration();
            return Ok(Some((packet, length)));
        }
        Ok(None)
    }
}

impl Source for OggOpus {
    fn next_frame(&mut self, codec: Codec) -> Result<Option<(Vec<u8>, Duration)>> {
        if codec != Codec::Opus {
            return Err(is_not_for(codec, "Opus"));
        }
        self.next()
            .map_err(|error| cannot("ogg", &self.path, &error))
    }
}

/// Refuses what is not Opus of one stream, which is all that RTP has.
fn check_head(head: &[u8]) -> io::Result<()> {
    if !head.starts_with(b"OpusHead") || head.len() < 19 {
        return Err(bad("its first stream is not Opus"));
    }
    if head[8] >> 4 != 0 {
        return Err(bad("it is of another version of Ogg Opus"));
    }
    let (channels, family) = (head[9], head[18]);
    if family > 1 || !(1..=2).contains(&channels) {
        let text = format!(
            "it has {channels} channels of family {family}; it has to have one or two of family 0 or 1"
        );
        return Err(bad(&text));
    }
    Ok(())
}

/// How many samples a packet has, by its first bytes; `None` for none, and for more than there can be.
fn samples(packet: &[u8]) -> Option<u64> {
    let first = *packet.first()?;
    let frames = match first & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u64::from(packet.get(1)? & 0x3f),
    };
    let samples = frames * frame_samples(first);
    (1..=LONGEST).contains(&samples).then_some(samples)
}

/// Of one frame.
fn frame_samples(first: u8) -> u64 {
    match first >> 3 {
        // SILK: 10, 20, 40 and 60 ms.
        kind @ 0..=11 => [480, 960, 1920, 2880][usize::from(kind % 4)],
        // Both: 10 and 20 ms.
        kind @ 12..=15 => [480, 960][usize::from(kind % 2)],
        // CELT: 2.5, 5, 10 and 20 ms.
        kind => 120 << (kind % 4),
    }
}

/// Writes Opus into an Ogg file; see [`Track::record`](super::Track::record).
///
/// Packets are written as they come: nothing is decoded. In place of those that do not come, empty
/// ones are written, for which players make up something or are silent, up to 10 s a gap.
///
/// # Example
///
/// ```
/// use janus_blocking::Result;
/// use janus_blocking::webrtc::{OggOpusRecorder, Peer, Stop};
///
/// fn listen(peer: &Peer) -> Result<()> {
///     let recorded = peer.audio()?.record(OggOpusRecorder::create("call.ogg")?, &Stop::new())?;
///     println!("{:?}", recorded.length);
///     Ok(())
/// }
/// ```
pub struct OggOpusRecorder {
    path: PathBuf,
    pages: Writer<BufWriter<File>>,
    /// When the next frame begins, if nothing is missing before it.
    next: Option<u64>,
    position: u64,
    recorded: Recorded,
    finished: bool,
}

impl OggOpusRecorder {
    /// Makes the file, or empties the one that is there.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if it cannot be made.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let file = File::create(&path).map_err(|error| cannot("ogg", &path, &error))?;
        Ok(Self {
            path,
            pages: Writer::new(BufWriter::new(file), random::number() as u32),
            next: None,
            position: 0,
            recorded: Recorded::default(),
            finished: false,
        })
    }

    fn write(&mut self, frame: &Frame) -> io::Result<()> {
        let Some(samples) = samples(&frame.data) else {
            // Somebody sent it. There is no place for it.
            return Ok(());
        };
        if self.recorded.frames == 0 {
            self.begin(&frame.data)?;
        }
        let begins = frame.time.ticks_at(RATE);
        let missing = self.next.and_then(|next| begins.checked_sub(next));
        self.fill(missing.unwrap_or(0), frame.data[0])?;
        self.position += samples;
        self.pages.packet(&frame.data, self.position)?;
        self.next = Some(begins.saturating_add(samples));
        self.recorded.frames += 1;
        self.recorded.length = MediaTime::new(self.position, RATE).as_duration();
        Ok(())
    }

    /// The head, with as many channels as the first packet has.
    fn begin(&mut self, packet: &[u8]) -> io::Result<()> {
        let channels = 1 + (packet[0] >> 2 & 1);
        let mut head = b"OpusHead\x01".to_vec();
        head.push(channels);
        head.extend(DELAY.to_le_bytes());
        head.extend(RATE.to_le_bytes());
        // As loud as it is, and no table of channels.
        head.extend([0, 0, 0]);
        // Both on pages of their own.
        self.pages.packet(&head, 0)?;
        self.pages.page()?;
        let vendor = b"janus-blocking";
        let mut tags = b"OpusTags".to_vec();
        tags.extend((vendor.len() as u32).to_le_bytes());
        tags.extend(vendor);
        tags.extend(0_u32.to_le_bytes());
        self.pages.packet(&tags, 0)?;
        self.pages.page()
    }

    /// Packets without a frame in them, of the kind of the one that follows.
    fn fill(&mut self, missing: u64, kind: u8) -> io::Result<()> {
        let (empty, length) = ([kind & 0xfc], frame_samples(kind));
        let missing = MediaTime::new(missing, RATE);
        if missing.as_duration() > FILLED {
            return Ok(());
        }
        for _ in 0..missing.ticks / length {
            self.position += length;
            self.pages.packet(&empty, self.position)?;
            self.recorded.filled += MediaTime::new(length, RATE).as_duration();
        }
        Ok(())
    }

    fn done(&mut self, work: impl FnOnce(&mut Self) -> io::Result<()>) -> Result<()> {
        work(self).map_err(|error| cannot("ogg", &self.path, &error))
    }
}

impl Sink for OggOpusRecorder {
    fn frame(&mut self, frame: &Frame) -> Result<()> {
        if frame.codec != Codec::Opus {
            return Err(is_not_for(frame.codec, "Opus"));
        }
        if self.finished {
            return Err(Error::config("ogg", "the recording is finished"));
        }
        self.done(|it| it.write(frame))
    }

    fn flush(&mut self) -> Result<()> {
        self.done(|it| it.pages.flush())
    }

    fn finish(&mut self) -> Result<Recorded> {
        self.finished = true;
        self.done(|it| it.pages.finish())?;
        Ok(self.recorded)
    }
}

impl Drop for OggOpusRecorder {
    fn drop(&mut self) {
        if !self.finished {
            // Whoever wanted to know has called it before.
            let _ = self.finish();
        }
    }
}

impl fmt::Debug for OggOpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OggOpus")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OggOpusRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OggOpusRecorder")
            .field("path", &self.path)
            .field("recorded", &self.recorded)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Instant};

    use super::*;

    fn frame(samples: u64, data: &[u8]) -> Frame {
        Frame {
            data: data.into(),
            time: MediaTime::new(samples, RATE),
            received: Instant::now(),
            codec: Codec::Opus,
            keyframe: false,
            contiguous: true,
            rid: None,
            audio_level: None,
        }
    }

    #[test]
    fn packets_tell_how_long_they_play() {
        for (packet, expected) in [
            (&[0xfc, 1, 2][..], Some(960)),
            // SILK of 60 ms, twice; a hybrid of 10 ms; CELT of 2.5 ms, three times.
            (&[3 << 3 | 1, 0], Some(5760)),
            (&[12 << 3], Some(480)),
            (&[16 << 3 | 3, 3], Some(360)),
            (&[16 << 3 | 3, 48], Some(5760)),
            // More than 120 ms, none, and cut off.
            (&[16 << 3 | 3, 49], None),
            (&[0xff, 0], None),
            (&[0xff], None),
            (&[], None),
        ] {
            assert_eq!(samples(packet), expected, "{packet:?}");
        }
    }

    #[test]
    fn what_does_not_come_is_filled_unless_it_is_too_long() {
        let path = std::env::temp_dir().join(format!(
            "janus-blocking-{}-{:?}.ogg",
            std::process::id(),
            std::thread::current().id()
        ));
        let mut recorder = OggOpusRecorder::create(&path).expect("a file");
        let packet = [0xfc, 7, 7];
        let later = 960 * 1000;
        // Two do not come; then one comes twice, one is no Opus, and the clock jumps.
        for (time, data) in [
            (0, &packet[..]),
            (960 * 3, &packet),
            (960 * 3, &packet),
            (960 * 4, &[0xff]),
            (later, &packet),
        ] {
            recorder.frame(&frame(time, data)).expect("room");
        }
        let recorded = recorder.finish().expect("room");
        let length = Duration::from_millis(20);
        assert_eq!((recorded.frames, recorded.length), (4, 6 * length));
        assert_eq!(recorded.filled, 2 * length);
        assert!(recorder.frame(&frame(0, &packet)).is_err());
        drop(recorder);
        let mut source = OggOpus::open(&path).expect("Ogg Opus");
        let mut all = Vec::new();
        while let Some((data, played)) = source.next_frame(Codec::Opus).expect("Opus") {
            assert_eq!(played, length);
            all.push(data.len());
        }
        assert_eq!(all, [3, 1, 1, 3, 3, 3]);
        fs::remove_file(&path).expect("it is there");
    }
}
