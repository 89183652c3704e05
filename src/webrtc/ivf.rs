//! VP8 and VP9 in IVF files: played and recorded.

use std::{
    fmt,
    fs::File,
    io::{self, BufReader, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Codec, Frame, MediaTime, Recorded, Sink, Source,
    files::{bad, cannot, is_not_for},
    ogg::{read_up_to, word},
    picture::size,
};
use crate::Result;

const HEAD: usize = 32;
/// Of a frame: its length and its time.
const FRAME_HEAD: usize = 12;
/// Where the number of frames is in the head.
const FRAMES: u64 = 24;

/// A larger frame is no frame.
const LARGEST: usize = 16 << 20;

/// So long a frame is shown at most.
const LONGEST: Duration = Duration::from_secs(10);

/// Of the last frame, if it is the only one.
const USUAL: Duration = Duration::from_millis(40);

/// An IVF file of VP8 or VP9, for a track of that codec.
///
/// Each frame is shown until the time of the next one, 10 s at most.
///
/// A receiver that comes late, or misses a packet, sees nothing before the next keyframe, and a file
/// cannot make one: have one every two seconds or so.
///
/// # Example
///
/// ```
/// use janus_blocking::Result;
/// use janus_blocking::webrtc::{Ivf, Peer, Stop};
///
/// fn show(peer: &Peer) -> Result<()> {
///     peer.video()?.play(Ivf::open("clip.ivf")?, &Stop::new())?;
///     Ok(())
/// }
/// ```
pub struct Ivf {
    from: BufReader<File>,
    path: PathBuf,
    codec: Codec,
    /// Units of time a second: so many in so many seconds.
    scale: (u32, u32),
    /// Read already, to know when it ends.
    next: Option<(u64, Vec<u8>)>,
    length: Duration,
}

impl Ivf {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// [`Error::Config`](crate::Error::Config) if it cannot be read, or is not such a file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let opened = File::open(&path).and_then(|file| Self::read(file, &path));
        opened.map_err(|error| cannot("ivf", &path, &error))
    }

    fn read(file: File, path: &Path) -> io::Result<Self> {
        let mut from = BufReader::new(file);
        let head = read_up_to(&mut from, HEAD)?;
        if head.len() < HEAD || !head.starts_with(b"DKIF") {
            return Err(bad("it is no IVF file"));
        }
        let codec = match &head[8..12] {
            b"VP80" => Codec::Vp8,
            b"VP90" => Codec::Vp9,
            _ => return Err(bad("its codec is neither VP8 nor VP9")),
        };
        let length = usize::from(u16::from_le_bytes([head[6], head[7]]));
        // What a longer head has more is of no use here.
        read_up_to(&mut from, length.saturating_sub(HEAD))?;
        let scale = (word(&head, 16), word(&head, 20));
        if scale.0 == 0 || scale.1 == 0 {
            return Err(bad("its clock does not run"));
        }
        let mut ivf = Self {
            from,
            path: path.to_owned(),
            codec,
            scale,
            next: None,
            length: USUAL,
        };
        ivf.next = ivf.frame()?;
        Ok(ivf)
    }

    /// The codec of what is in it.
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// The next frame that has something in it, with its time; `None` at the end, also of a file that
    /// was cut off.
    fn frame(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        loop {
            let head = read_up_to(&mut self.from, FRAME_HEAD)?;
            let Some(time) = head.get(4..FRAME_HEAD).and_then(|it| it.try_into().ok()) else {
                return Ok(None);
            };
            let length = word(&head, 0) as usize;
            if length > LARGEST {
                return Err(bad("a frame of it is larger than 16 MiB"));
            }
            let data = read_up_to(&mut self.from, length)?;
            if data.len() < length {
                return Ok(None);
            }
            if !data.is_empty() {
                return Ok(Some((u64::from_le_bytes(time), data)));
            }
        }
    }

    fn take(&mut self) -> io::Result<Option<(Vec<u8>, Duration)>> {
        let Some((time, data)) = self.next.take() else {
            return Ok(None);
        };
        self.next = self.frame()?;
        let after = self.next.as_ref().map(|(after, _)| *after);
        // The last one is shown as long as the one before.
        if let Some(units) = after.and_then(|after| after.checked_sub(time)) {
            let micros = u128::from(units) * 1_000_000 * u128::from(self.scale.1);
            let micros = u64::try_from(micros / u128::from(self.scale.0)).unwrap_or(u64::MAX);
            self.length = Duration::from_micros(micros).min(LONGEST);
        }
        Ok(Some((data, self.length)))
    }
}

impl Source for Ivf {
    fn next_frame(&mut self, codec: Codec) -> Result<Option<(Vec<u8>, Duration)>> {
        if codec != self.codec {
            return Err(is_not_for(codec, &format!("a file of {}", self.codec)));
        }
        self.take()
            .map_err(|error| cannot("ivf", &self.path, &error))
    }
}

/// Writes VP8 or VP9 into an IVF file; see [`Track::record`](super::Track::record).
///
/// It begins with the first keyframe, whose size is that of the file. After that all frames are
/// written that come whole, each with its time, in units of 1/90,000 s.
///
/// # Example
///
/// ```
/// use janus_blocking::Result;
/// use janus_blocking::webrtc::{IvfRecorder, Peer, Stop};
///
/// fn watch(peer: &Peer) -> Result<()> {
///     let recorded = peer.video()?.record(IvfRecorder::create("call.ivf")?, &Stop::new())?;
///     println!("{} frames", recorded.frames);
///     Ok(())
/// }
/// ```
pub struct IvfRecorder {
    path: PathBuf,
    to: BufWriter<File>,
    /// The codec and the time of the first frame.
    first: Option<(Codec, u64)>,
    recorded: Recorded,
}

impl IvfRecorder {
    /// Makes the file, or empties the one that is there. The codec is that of the first keyframe.
    ///
    /// # Errors
    ///
    /// [`Error::Config`](crate::Error::Config) if it cannot be made.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let file = File::create(&path).map_err(|error| cannot("ivf", &path, &error))?;
        Ok(Self {
            path,
            to: BufWriter::new(file),
            first: None,
            recorded: Recorded::default(),
        })
    }

    fn write(&mut self, frame: &Frame) -> io::Result<()> {
        let time = frame.time.ticks_at(frame.codec.clock_rate());
        let (codec, begin) = match self.first {
            Some(first) => first,
            None if !frame.keyframe => return Ok(()),
            None => self.begin(frame, time)?,
        };
        if codec != frame.codec {
            return Err(bad("the codec has changed"));
        }
        let length = u32::try_from(frame.data.len());
        let length = length.map_err(|_| bad("a frame is too large"))?;
        let time = time.saturating_sub(begin);
        self.to.write_all(&length.to_le_bytes())?;
        self.to.write_all(&time.to_le_bytes())?;
        self.to.write_all(&frame.data)?;
        self.recorded.frames += 1;
        self.recorded.length = MediaTime::new(time, codec.clock_rate()).as_duration();
        Ok(())
    }

    fn begin(&mut self, frame: &Frame, time: u64) -> io::Result<(Codec, u64)> {
        let (width, height) = size(frame.codec, &frame.data).unwrap_or_default();
        let mut head = b"DKIF\0\0".to_vec();
        head.extend((HEAD as u16).to_le_bytes());
        head.extend(if frame.codec == Codec::Vp8 {
            b"VP80"
        } else {
            b"VP90"
        });
        head.extend(width.to_le_bytes());
        head.extend(height.to_le_bytes());
        head.extend(frame.codec.clock_rate().to_le_bytes());
        head.extend(1_u32.to_le_bytes());
        // The number of frames comes later.
        head.resize(HEAD, 0);
        self.to.write_all(&head)?;
        Ok(*self.first.insert((frame.codec, time)))
    }

    /// Brings the number of frames up to date.
    fn count(&mut self) -> io::Result<()> {
        if self.first.is_some() {
            let frames = u32::try_from(self.recorded.frames).unwrap_or(u32::MAX);
            self.to.seek(SeekFrom::Start(FRAMES))?;
            self.to.write_all(&frames.to_le_bytes())?;
            self.to.seek(SeekFrom::End(0))?;
        }
        self.to.flush()
    }
}

impl Sink for IvfRecorder {
    fn frame(&mut self, frame: &Frame) -> Result<()> {
        if !matches!(frame.codec, Codec::Vp8 | Codec::Vp9) {
            return Err(is_not_for(frame.codec, "VP8 and VP9"));
        }
        self.write(frame)
            .map_err(|error| cannot("ivf", &self.path, &error))
    }

    fn flush(&mut self) -> Result<()> {
        self.count()
            .map_err(|error| cannot("ivf", &self.path, &error))
    }

    fn finish(&mut self) -> Result<Recorded> {
        self.flush()?;
        Ok(self.recorded)
    }
}

impl Drop for IvfRecorder {
    fn drop(&mut self) {
        // Whoever wanted to know has called it before.
        let _ = self.count();
    }
}

impl fmt::Debug for Ivf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ivf")
            .field("path", &self.path)
            .field("codec", &self.codec)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for IvfRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IvfRecorder")
            .field("path", &self.path)
            .field("recorded", &self.recorded)
            .finish_non_exhaustive()
    }
}
