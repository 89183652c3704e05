//! WAV files of one channel at 8 kHz.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::Path,
};

use super::{Codec, files::bad};

/// What is in the `fmt ` chunk.
const PCM: u16 = 1;
const ALAW: u16 = 6;
const ULAW: u16 = 7;

/// Where the lengths are in what is written here.
const RIFF_LENGTH: u64 = 4;
const DATA_LENGTH: u64 = 54;
const HEADER: u32 = 58;

/// Bytes of G.711 or samples of 16 bits, from a file.
pub(super) struct Reader {
    from: Box<dyn Read + Send>,
    format: u16,
    left: u64,
}

/// What came out of a file.
pub(super) enum Piece {
    G711(Codec, Vec<u8>),
    Samples(Vec<i16>),
}

impl Reader {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Self::new(BufReader::new(File::open(path)?))
    }

    pub(super) fn new(mut from: impl Read + Send + 'static) -> io::Result<Self> {
        let mut head = [0; 12];
        from.read_exact(&mut head)?;
        if &head[..4] != b"RIFF" || &head[8..] != b"WAVE" {
            return Err(bad("it is no WAV file"));
        }
        let mut format = None;
        loop {
            let mut chunk = [0; 8];
            from.read_exact(&mut chunk)?;
            let length = u64::from(u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]));
            match (&chunk[..4], format) {
                (b"fmt ", _) => format = Some(read_format(&mut from, length)?),
                (b"data", Some(format)) => {
                    let left = length;
                    let from = Box::new(from);
                    return Ok(Self { from, format, left });
                }
                (b"data", None) => return Err(bad("its data come before their format")),
                _ => skip(&mut from, length.next_multiple_of(2))?,
            }
        }
    }

    /// So many samples, or what is left of them; `None` at the end.
    pub(super) fn next(&mut self, samples: usize) -> io::Result<Option<Piece>> {
        let width = if self.format == PCM { 2 } else { 1 };
        let wanted = (samples * width) as u64;
        let wanted = wanted.min(self.left);
        let mut data = Vec::new();
        // A file that was cut off ends where it ends.
        (&mut self.from).take(wanted).read_to_end(&mut data)?;
        self.left -= wanted;
        // Half a sample is none.
        if data.len() < width {
            return Ok(None);
        }
        Ok(Some(match self.format {
            ALAW => Piece::G711(Codec::Pcma, data),
            ULAW => Piece::G711(Codec::Pcmu, data),
            _ => {
                let pairs = data.chunks_exact(2);
                Piece::Samples(pairs.map(|it| i16::from_le_bytes([it[0], it[1]])).collect())
            }
        }))
    }
}

fn read_format(from: &mut impl Read, length: u64) -> io::Result<u16> {
    let mut format = [0; 16];
    if length < 16 {
        return Err(bad("its format is cut off"));
    }
    from.read_exact(&mut format)?;
    skip(from, (length - 16).next_multiple_of(2))?;
    let word = |at: usize| u16::from_le_bytes([format[at], format[at + 1]]);
    let rate = u32::from_le_bytes([format[4], format[5], format[6], format[7]]);
    let (kind, channels, bits) = (word(0), word(2), word(14));
    let known = matches!((kind, bits), (PCM, 16) | (ALAW | ULAW, 8));
    if known && channels == 1 && rate == 8000 {
        return Ok(kind);
    }
    let text = format!(
        "format {kind}, {channels} channels, {rate} Hz, {bits} bits; it has to be A-law, µ-law or \
         PCM of 16 bits, one channel, 8000 Hz"
    );
    Err(bad(&text))
}

fn skip(from: &mut impl Read, bytes: u64) -> io::Result<()> {
    io::copy(&mut from.take(bytes), &mut io::sink()).map(drop)
}

/// Writes G.711 into a file. The lengths in it are right at any time that [`finish`](Self::finish)
/// was called.
pub(super) struct Writer {
    to: BufWriter<File>,
    pub(super) codec: Codec,
    written: u32,
}

impl Writer {
    /// `codec` is one of G.711.
    pub(super) fn new(to: File, codec: Codec) -> io::Result<Self> {
        let format = if codec == Codec::Pcma { ALAW } else { ULAW };
        let mut header = Vec::from(*b"RIFF");
        header.extend((HEADER - 8).to_le_bytes());
        header.extend(b"WAVEfmt ");
        header.extend(18u32.to_le_bytes());
        header.extend(format.to_le_bytes());
        header.extend(1u16.to_le_bytes());
        // A byte a sample.
        header.extend(8000u32.to_le_bytes());
        header.extend(8000u32.to_le_bytes());
        header.extend(1u16.to_le_bytes());
        header.extend(8u16.to_le_bytes());
        header.extend(0u16.to_le_bytes());
        // Such formats must tell their number of samples.
        header.extend(b"fact");
        header.extend(4u32.to_le_bytes());
        header.extend(0u32.to_le_bytes());
        header.extend(b"data");
        header.extend(0u32.to_le_bytes());
        let mut to = BufWriter::new(to);
        to.write_all(&header)?;
        Ok(Self {
            to,
            codec,
            written: 0,
        })
    }

    pub(super) fn write(&mut self, data: &[u8]) -> io::Result<()> {
        let length = u32::try_from(data.len()).ok();
        let written = length.and_then(|length| self.written.checked_add(length));
        // The format has no larger ones.
        self.written = written
            .filter(|written| *written < u32::MAX - HEADER)
            .ok_or_else(|| bad("a WAV file cannot be longer"))?;
        self.to.write_all(data)
    }

    /// Brings the lengths up to date.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if self.written % 2 == 1 {
            self.to.write_all(&[0])?;
        }
        let padded = self.written.next_multiple_of(2);
        for (at, value) in [
            (RIFF_LENGTH, HEADER - 8 + padded),
            (DATA_LENGTH - 8, self.written),
            (DATA_LENGTH, self.written),
        ] {
            self.to.seek(SeekFrom::Start(at))?;
            self.to.write_all(&value.to_le_bytes())?;
        }
        let end = u64::from(HEADER) + u64::from(self.written);
        self.to.seek(SeekFrom::Start(end))?;
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(file: &[u8]) -> io::Result<Vec<u8>> {
        let mut reader = Reader::new(io::Cursor::new(file.to_vec()))?;
        let mut all = Vec::new();
        while let Some(piece) = reader.next(160)? {
            match piece {
                Piece::G711(_, data) => all.extend(data),
                Piece::Samples(samples) => {
                    all.extend(samples.iter().flat_map(|it| it.to_le_bytes()))
                }
            }
        }
        Ok(all)
    }

    fn written(codec: Codec, data: &[u8]) -> Vec<u8> {
        let path = std::env::temp_dir().join(format!(
            "janus-blocking-{}-{:?}.wav",
            std::process::id(),
            std::thread::current().id()
        ));
        let mut writer =
            Writer::new(File::create(&path).expect("a file"), codec).expect("a header");
        for piece in data.chunks(100) {
            writer.write(piece).expect("room");
            writer.finish().expect("room");
        }
        let file = std::fs::read(&path).expect("it is there");
        std::fs::remove_file(&path).expect("it is there");
        file
    }

    #[test]
    fn what_was_written_is_read_again() {
        let data: Vec<u8> = (0..1001u32).map(|it| it as u8).collect();
        for codec in [Codec::Pcmu, Codec::Pcma] {
            let file = written(codec, &data);
            assert_eq!(file.len(), 58 + 1002, "padded");
            assert_eq!(whole(&file).expect("a WAV file"), data);
        }
    }

    /// A recording of 16 bits that was cut off in the middle of a sample.
    #[test]
    fn half_a_sample_is_the_end() {
        let mut file = written(Codec::Pcma, &[1, 2]);
        file.truncate(58);
        file[20..22].copy_from_slice(&PCM.to_le_bytes());
        file[34..36].copy_from_slice(&16u16.to_le_bytes());
        for bytes in [0u32, 1, 319, 320, 321, 641] {
            for said in [bytes, 5000] {
                let at = file.len() - 4;
                file[at..].copy_from_slice(&said.to_le_bytes());
                let mut file = file.clone();
                file.resize(file.len() + bytes as usize, 7);
                let mut reader = Reader::new(io::Cursor::new(file)).expect("a WAV file");
                let mut samples = 0;
                while let Some(piece) = reader.next(160).expect("it can be read") {
                    let Piece::Samples(piece) = piece else {
                        panic!("they are samples")
                    };
                    assert!(!piece.is_empty(), "{bytes} {said}");
                    samples += piece.len();
                }
                assert_eq!(samples, bytes as usize / 2);
            }
        }
    }

    #[test]
    fn no_beginning_and_no_other_format_panics() {
        let file = written(Codec::Pcma, &[0x55; 400]);
        for end in 0..file.len() {
            let _ = whole(&file[..end]);
        }
        for (at, value) in [(20, 3), (22, 2), (24, 0x44), (34, 24)] {
            let mut other = file.clone();
            other[at] = value;
            assert!(whole(&other).is_err(), "{at}");
        }
    }
}
