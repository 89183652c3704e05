//! Recording what comes on a track, and WAV files.

use std::{
    fmt,
    fs::File,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    Codec, Frame, MediaTime, Recorded, Sink, Stop, Track,
    files::{FILLED, cannot},
    g711,
    play::not_g711,
    wav::Writer,
};
use crate::{Error, Result};

/// How often it looks whether it was stopped.
const PAUSE: Duration = Duration::from_millis(100);

/// How often the file is brought up to date.
const FLUSHED: Duration = Duration::from_secs(1);

/// Writes PCMU or PCMA into a WAV file; see [`Track::record`].
pub struct WavRecorder {
    path: PathBuf,
    file: Option<File>,
    writer: Option<Writer>,
    /// When the next frame begins, if nothing is missing before it.
    next: Option<u64>,
    recorded: Recorded,
}

impl WavRecorder {
    /// Makes the file, or empties the one that is there. The codec is that of the first frame.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if it cannot be made.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let file = File::create(&path).map_err(|error| cannot("wav", &path, &error))?;
        Ok(Self {
            path,
            file: Some(file),
            writer: None,
            next: None,
            recorded: Recorded::default(),
        })
    }

    fn write(&mut self, frame: &Frame) -> std::io::Result<()> {
        if let Some(file) = self.file.take() {
            self.writer = Some(Writer::new(file, frame.codec)?);
        }
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        let begins = frame.time.ticks_at(8000);
        let missing = self.next.and_then(|next| begins.checked_sub(next));
        let missing = missing
            .filter(|missing| duration(*missing) <= FILLED)
            .unwrap_or(0);
        if missing > 0 {
            let silence = if writer.codec == Codec::Pcma {
                0xd5
            } else {
                0xff
            };
            writer.write(&vec![silence; usize::try_from(missing).unwrap_or(0)])?;
        }
        let data = g711::transcode(frame.codec, writer.codec, frame.data.to_vec());
        let data = data.unwrap_or_default();
        writer.write(&data)?;
        let length = data.len() as u64;
        self.next = Some(begins.saturating_add(length));
        self.recorded.frames += 1;
        self.recorded.filled += duration(missing);
        self.recorded.length += duration(missing + length);
        Ok(())
    }
}

impl Sink for WavRecorder {
    fn frame(&mut self, frame: &Frame) -> Result<()> {
        if !matches!(frame.codec, Codec::Pcmu | Codec::Pcma) {
            return Err(not_g711(frame.codec));
        }
        let written = self.write(frame);
        written.map_err(|error| cannot("wav", &self.path, &error))
    }

    fn flush(&mut self) -> Result<()> {
        let finished = self.writer.as_mut().map_or(Ok(()), Writer::finish);
        finished.map_err(|error| cannot("wav", &self.path, &error))
    }

    fn finish(&mut self) -> Result<Recorded> {
        self.flush()?;
        Ok(self.recorded)
    }
}

fn duration(samples: u64) -> Duration {
    MediaTime::new(samples, 8000).as_duration()
}

impl Drop for WavRecorder {
    fn drop(&mut self) {
        // Whoever wanted to know has called it before.
        let _ = self.finish();
    }
}

impl Track {
    /// Records what comes into a file or another [`Sink`], until `stop` or the end of the call. It
    /// reads the track's frames: nobody else should.
    ///
    /// The file can be played while it grows: it is brought up to date about once a second. What does
    /// not come of audio is filled, up to 10 s a gap: in WAV files with silence. Of video a keyframe is
    /// asked for at the beginning and whenever frames are missing, until one comes.
    ///
    /// # Errors
    ///
    /// Those of the sink: [`Error::Config`] if the file cannot be written, or is not for the codec of
    /// what comes; [`MediaError::Closed`](super::MediaError::Closed) if the peer was lost (ICE, DTLS).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::Result;
    /// use janus_blocking::webrtc::{Peer, Stop, WavRecorder};
    ///
    /// fn listen(peer: &Peer) -> Result<()> {
    ///     let recorded = peer.audio()?.record(WavRecorder::create("call.wav")?, &Stop::new())?;
    ///     println!("{:?}", recorded.length);
    ///     Ok(())
    /// }
    /// ```
    pub fn record(&self, mut sink: impl Sink, stop: &Stop) -> Result<Recorded> {
        let written = self.pass_on(&mut sink, stop);
        // What has come is whole, whatever happened then.
        let finished = sink.finish();
        written.and(finished)
    }

    fn pass_on(&self, sink: &mut impl Sink, stop: &Stop) -> Result<()> {
        // Of video, whether a keyframe has come since the beginning and the last gap.
        let (mut flushed, mut whole) = (Instant::now(), self.is_audio());
        while !stop.is_stopped() {
            match self.recv_timeout(PAUSE) {
                Ok(Some(frame)) => {
                    whole = self.is_audio() || frame.keyframe || whole && frame.contiguous;
                    if !whole && !self.has_ended()? {
                        // The request may be lost, and so may the keyframe.
                        match self.request_keyframe() {
                            // What has come is recorded all the same.
                            Err(_) if self.has_ended()? => {}
                            asked => asked?,
                        }
                    }
                    sink.frame(&frame)?;
                }
                Ok(None) => {}
                Err(Error::Media(_)) if self.has_ended()? => return Ok(()),
                Err(error) => return Err(error),
            }
            if flushed.elapsed() >= FLUSHED {
                sink.flush()?;
                flushed = Instant::now();
            }
        }
        Ok(())
    }
}

impl fmt::Debug for WavRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WavRecorder")
            .field("path", &self.path)
            .field("recorded", &self.recorded)
            .finish_non_exhaustive()
    }
}
