//! H.264 in files of Annex B, the bare stream with start codes: played and recorded.

use std::{
    collections::VecDeque,
    fmt,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Codec, Frame, MediaTime, Recorded, Sink, Source,
    files::{bad, cannot, is_not_for},
};
use crate::{Error, Result};

/// A larger picture is no picture.
const LARGEST: usize = 16 << 20;

/// How much is read at once.
const PIECE: u64 = 64 << 10;

/// A file of H.264 in the form of Annex B (`.h264`, `.264`), for a track of H.264.
///
/// Such a file has no times: every picture is shown as long as the others. It should have its
/// parameter sets before every keyframe, for receivers that come late.
///
/// # Example
///
/// ```
/// use janus_blocking::Result;
/// use janus_blocking::webrtc::{AnnexB, Peer, Stop};
///
/// fn show(peer: &Peer) -> Result<()> {
///     peer.video()?.play(AnnexB::open("clip.h264", 25)?, &Stop::new())?;
///     Ok(())
/// }
/// ```
pub struct AnnexB {
    pictures: Pictures<BufReader<File>>,
    path: PathBuf,
    length: Duration,
}

impl AnnexB {
    /// Opens a file, of so many pictures a second.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if it cannot be read, is not such a file, or `rate` is not 1 to 1000.
    pub fn open(path: impl AsRef<Path>, rate: u32) -> Result<Self> {
        let path = path.as_ref().to_owned();
        if !(1..=1000).contains(&rate) {
            return Err(Error::config(
                "rate",
                format!("{rate}; it has to be 1 to 1000"),
            ));
        }
        let opened = File::open(&path).and_then(|file| {
            let mut pictures = Pictures::new(BufReader::new(file));
            pictures.begin()?;
            Ok(pictures)
        });
        Ok(Self {
            pictures: opened.map_err(|error| cannot("h264", &path, &error))?,
            path,
            length: MediaTime::new(1, rate).as_duration(),
        })
    }
}

impl Source for AnnexB {
    fn next_frame(&mut self, codec: Codec) -> Result<Option<(Vec<u8>, Duration)>> {
        if codec != Codec::H264 {
            return Err(is_not_for(codec, "H.264"));
        }
        let next = self.pictures.next();
        let picture = next.map_err(|error| cannot("h264", &self.path, &error))?;
        Ok(picture.map(|picture| (picture, self.length)))
    }
}

/// The pictures of a stream, each with what belongs to it.
struct Pictures<R> {
    from: R,
    /// What was read.
    read: Vec<u8>,
    /// Up to here it is taken: behind a start code.
    taken: usize,
    /// Up to here there is no start code in what is not taken.
    searched: usize,
    over: bool,
    units: VecDeque<Vec<u8>>,
}

impl<R: Read> Pictures<R> {
    fn new(from: R) -> Self {
        Self {
            from,
            read: Vec::new(),
            taken: 0,
            searched: 0,
            over: false,
            units: VecDeque::new(),
        }
    }

    /// Goes to the first unit.
    fn begin(&mut self) -> io::Result<()> {
        let mut head = Vec::new();
        (&mut self.from).take(4).read_to_end(&mut head)?;
        match head[..] {
            [0, 0, 0, 1] => {}
            [0, 0, 1, first] => self.read.push(first),
            _ => return Err(bad("it does not begin with a start code")),
        }
        Ok(())
    }

    /// All units of the next picture, with start codes.
    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let (mut picture, mut has_slice) = (Vec::new(), false);
        loop {
            if self.units.is_empty() {
                match self.unit()? {
                    Some(unit) => self.units.push_back(unit),
                    None => return Ok(Some(picture).filter(|picture| !picture.is_empty())),
                }
            }
            let begins = self.units.front().is_some_and(|unit| begins_picture(unit));
            if has_slice && begins {
                return Ok(Some(picture));
            }
            let unit = self.units.pop_front().unwrap_or_default();
            has_slice |= is_slice(&unit);
            picture.extend([0, 0, 0, 1]);
            picture.extend(unit);
            if picture.len() > LARGEST {
                return Err(bad("a picture of it is larger than 16 MiB"));
            }
        }
    }

    /// The next unit that has something in it, without its start code.
    fn unit(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let code = find(&self.read, self.searched);
            if code.is_none() && !self.over {
                // Once a piece: for each unit it would be all of it again and again.
                self.read.drain(..std::mem::take(&mut self.taken));
                self.searched = self.read.len().saturating_sub(2);
                let piece = (&mut self.from).take(PIECE).read_to_end(&mut self.read)?;
                self.over = piece == 0;
                if self.read.len() > LARGEST {
                    return Err(bad("a unit of it is larger than 16 MiB"));
                }
                continue;
            }
            let (end, after) = code.map_or((self.read.len(), self.read.len()), |at| (at, at + 3));
            let mut unit = self.read[self.taken..end].to_vec();
            (self.taken, self.searched) = (after, after);
            // Zeros before the next start code are none of the unit's.
            while unit.last() == Some(&0) {
                unit.pop();
            }
            if !unit.is_empty() {
                return Ok(Some(unit));
            }
            if code.is_none() {
                return Ok(None);
            }
        }
    }
}

/// The next start code, from there on.
fn find(data: &[u8], from: usize) -> Option<usize> {
    let rest = data.get(from..)?;
    let found = rest.windows(3).position(|it| it == [0, 0, 1]);
    found.map(|at| from + at)
}

fn kind(unit: &[u8]) -> u8 {
    unit.first().map_or(0, |first| first & 0x1f)
}

fn is_slice(unit: &[u8]) -> bool {
    (1..=5).contains(&kind(unit))
}

/// Whether it belongs to another picture than a slice before it (H.264, 7.4.1.2.3).
fn begins_picture(unit: &[u8]) -> bool {
    match kind(unit) {
        // The first slice of a picture begins with its macroblock 0, of which the code is one bit.
        1 | 2 | 5 => unit.get(1).is_some_and(|byte| byte & 0x80 != 0),
        6..=9 | 14..=18 => true,
        _ => false,
    }
}

/// Writes H.264 into a file of Annex B; see [`Track::record`](super::Track::record).
///
/// It begins with the first keyframe. After that all pictures are written that come whole. Their times
/// are not in such a file: whoever plays it has to know how many there are a second.
///
/// # Example
///
/// ```
/// use janus_blocking::Result;
/// use janus_blocking::webrtc::{AnnexBRecorder, Peer, Stop};
///
/// fn watch(peer: &Peer) -> Result<()> {
///     let recorded = peer.video()?.record(AnnexBRecorder::create("call.h264")?, &Stop::new())?;
///     println!("{} pictures in {:?}", recorded.frames, recorded.length);
///     Ok(())
/// }
/// ```
pub struct AnnexBRecorder {
    path: PathBuf,
    to: BufWriter<File>,
    /// The time of the first picture.
    first: Option<u64>,
    recorded: Recorded,
}

impl AnnexBRecorder {
    /// Makes the file, or empties the one that is there.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if it cannot be made.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let file = File::create(&path).map_err(|error| cannot("h264", &path, &error))?;
        Ok(Self {
            path,
            to: BufWriter::new(file),
            first: None,
            recorded: Recorded::default(),
        })
    }
}

impl Sink for AnnexBRecorder {
    fn frame(&mut self, frame: &Frame) -> Result<()> {
        if frame.codec != Codec::H264 {
            return Err(is_not_for(frame.codec, "H.264"));
        }
        if self.first.is_none() && !frame.keyframe {
            return Ok(());
        }
        let rate = Codec::H264.clock_rate();
        let time = frame.time.ticks_at(rate);
        let begin = *self.first.get_or_insert(time);
        let written = self.to.write_all(&frame.data);
        written.map_err(|error| cannot("h264", &self.path, &error))?;
        self.recorded.frames += 1;
        self.recorded.length = MediaTime::new(time.saturating_sub(begin), rate).as_duration();
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        let flushed = self.to.flush();
        flushed.map_err(|error| cannot("h264", &self.path, &error))
    }

    fn finish(&mut self) -> Result<Recorded> {
        self.flush()?;
        Ok(self.recorded)
    }
}

impl fmt::Debug for AnnexB {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnnexB")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AnnexBRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnnexBRecorder")
            .field("path", &self.path)
            .field("recorded", &self.recorded)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictures(file: &[u8]) -> io::Result<Vec<Vec<u8>>> {
        let mut pictures = Pictures::new(file);
        pictures.begin()?;
        let mut all = Vec::new();
        while let Some(picture) = pictures.next()? {
            all.push(picture);
        }
        Ok(all)
    }

    /// Parameter sets, a keyframe of two slices, two pictures, and a keyframe with a delimiter.
    fn stream() -> Vec<Vec<u8>> {
        let units: [&[&[u8]]; 4] = [
            &[
                &[0x67, 1, 2],
                &[0x68, 3],
                &[0x65, 0x88, 4],
                &[0x65, 0x40, 5],
            ],
            &[&[0x41, 0x9a, 0, 0, 3, 6]],
            &[&[0x41, 0x9a, 7]],
            &[&[0x09, 0xf0], &[0x67, 1, 2], &[0x68, 3], &[0x65, 0x88, 8]],
        ];
        let with_codes = |units: &[&[u8]]| {
            let units = units.iter();
            units
                .flat_map(|unit| [&[0, 0, 0, 1], *unit].concat())
                .collect()
        };
        units.into_iter().map(with_codes).collect()
    }

    #[test]
    fn a_stream_comes_apart_into_its_pictures() {
        let file = stream().concat();
        assert_eq!(pictures(&file).expect("a stream"), stream());
        // With short start codes and zeros between the units.
        let short = &file[1..];
        assert_eq!(pictures(short).expect("a stream"), stream());
        let mut zeros = stream().join(&[0, 0, 0][..]);
        zeros.extend([0; 5]);
        assert_eq!(pictures(&zeros).expect("a stream"), stream());
        // Over the edges of what is read at once.
        let mut large = stream();
        large[1].extend(vec![9; 100_000]);
        assert_eq!(pictures(&large.concat()).expect("a stream"), large);
    }

    /// The processor time that this thread has used, in nanoseconds.
    fn used() -> u64 {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
        let first = told.split(' ').next().expect("a number");
        first.parse().expect("a number")
    }

    #[test]
    fn small_units_cost_little_more_than_large_ones() {
        let cost = |length: usize| {
            let unit = [&[0, 0, 1][..], &vec![9; length]].concat();
            let file = unit.repeat((1 << 20) / unit.len());
            let times = (0..3).map(|_| {
                let begin = used();
                let mut pictures = Pictures::new(&*file);
                while pictures.unit().expect("memory").is_some() {}
                used() - begin
            });
            times.min().expect("three")
        };
        let (small, large) = (cost(1), cost(4000));
        assert!(small < 6 * large, "{small} ns, {large} ns");
    }

    #[test]
    fn no_beginning_of_a_stream_and_no_other_file_panics() {
        let file = stream().concat();
        for end in 0..file.len() {
            let _ = pictures(&file[..end]);
        }
        for other in [&b""[..], b"RIFF", b"\0\0\0\0\0\0\x01", &[0; 9]] {
            assert!(pictures(other).is_err(), "{other:?}");
        }
        let endless = [&[0, 0, 1, 0x65][..], &vec![0x55; LARGEST + 10]].concat();
        let error = pictures(&endless).expect_err("it is too large");
        assert!(error.to_string().contains("16 MiB"), "{error}");
    }
}
