//! Recording what comes on a track.

use std::{
    fmt,
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Codec, Frame, MediaTime, Stop, Track, g711,
    play::{cannot, not_g711},
    wav::Writer,
};
use crate::{Error, Result};

/// What is missing is filled with silence, up to that long.
const FILLED: u64 = 10 * 8000;

/// How often it looks whether it was stopped, and brings the file up to date.
const PAUSE: Duration = Duration::from_millis(100);

/// Writes PCMU or PCMA into a WAV file; see [`Track::record`].
pub struct WavRecorder {
    path: PathBuf,
    file: Option<File>,
    writer: Option<Writer>,
    /// When the next frame begins, if nothing is missing before it.
    next: Option<u64>,
    recorded: Recorded,
}

/// What was recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Recorded {
    /// The frames that came.
    pub frames: u64,
    /// The length of what was written.
    pub length: Duration,
    /// How much of that is silence in place of what did not come.
    pub filled: Duration,
}

impl WavRecorder {
    /// Makes the file, or empties the one that is there. The codec is that of the first frame.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if it cannot be made.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let file = File::create(&path).map_err(|error| cannot(&path, &error))?;
        Ok(Self {
            path,
            file: Some(file),
            writer: None,
            next: None,
            recorded: Recorded::default(),
        })
    }

    fn frame(&mut self, frame: &Frame) -> Result<()> {
        if !matches!(frame.codec, Codec::Pcmu | Codec::Pcma) {
            return Err(not_g711(frame.codec));
        }
        let written = self.write(frame);
        written.map_err(|error| cannot(&self.path, &error))
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
        let missing = missing.filter(|missing| *missing <= FILLED).unwrap_or(0);
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
        let duration = |samples| MediaTime::new(samples, 8000).as_duration();
        self.recorded.frames += 1;
        self.recorded.filled += duration(missing);
        self.recorded.length += duration(missing + length);
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        let finished = self.writer.as_mut().map_or(Ok(()), Writer::finish);
        finished.map_err(|error| cannot(&self.path, &error))
    }
}

impl Drop for WavRecorder {
    fn drop(&mut self) {
        // Whoever wanted to know has called it before.
        let _ = self.finish();
    }
}

impl Track {
    /// Records what comes, until `stop` or the end of the call. It reads the track's frames:
    /// nobody else should.
    ///
    /// The file can be played while it grows. What does not come is filled with silence, up to 10 s
    /// a gap.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if the file cannot be written, or what comes is not G.711;
    /// [`MediaError::Closed`](super::MediaError::Closed) if the peer was lost (ICE, DTLS).
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
    pub fn record(&self, mut recorder: WavRecorder, stop: &Stop) -> Result<Recorded> {
        let mut since_finish = 0;
        while !stop.is_stopped() {
            match self.recv_timeout(PAUSE) {
                Ok(Some(frame)) => {
                    recorder.frame(&frame)?;
                    since_finish += 1;
                    // Once a second.
                    if since_finish == 50 {
                        since_finish = 0;
                        recorder.finish()?;
                    }
                }
                Ok(None) => {}
                Err(Error::Media(_)) if self.has_ended()? => break,
                Err(error) => return Err(error),
            }
        }
        recorder.finish()?;
        Ok(recorder.recorded)
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
