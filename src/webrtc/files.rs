//! What the formats of files have in common.

use std::{io, path::Path, time::Duration};

use super::{Codec, Frame};
use crate::{Error, Result};

/// What is missing in a recording of audio is filled, up to that long.
pub(super) const FILLED: Duration = Duration::from_secs(10);

/// Where [`Track::record`](super::Track::record) puts the frames that come.
///
/// [`WavRecorder`](super::WavRecorder), [`OggOpusRecorder`](super::OggOpusRecorder),
/// [`IvfRecorder`](super::IvfRecorder) and [`AnnexBRecorder`](super::AnnexBRecorder) are such.
pub trait Sink {
    /// Takes the next frame.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from taking it; [`Track::record`](super::Track::record) ends with it.
    fn frame(&mut self, frame: &Frame) -> Result<()>;

    /// Brings what was written up to date, so that it can be used while it grows. Called about once a
    /// second.
    ///
    /// # Errors
    ///
    /// As for [`frame`](Self::frame).
    fn flush(&mut self) -> Result<()> {
        Ok(())
    }

    /// There are no more frames, or one of the calls before has failed. Says what was recorded.
    ///
    /// # Errors
    ///
    /// As for [`frame`](Self::frame).
    fn finish(&mut self) -> Result<Recorded>;
}

impl<S: Sink + ?Sized> Sink for Box<S> {
    fn frame(&mut self, frame: &Frame) -> Result<()> {
        (**self).frame(frame)
    }

    fn flush(&mut self) -> Result<()> {
        (**self).flush()
    }

    fn finish(&mut self) -> Result<Recorded> {
        (**self).finish()
    }
}

/// What was recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Recorded {
    /// The frames that were written.
    pub frames: u64,
    /// The length of what was written; of video, up to the beginning of the last frame.
    pub length: Duration,
    /// How much of that is silence in place of what did not come.
    pub filled: Duration,
}

/// It is not what it should be.
pub(super) fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// `field` says what kind of file it is.
pub(super) fn cannot(field: &'static str, path: &Path, error: &io::Error) -> Error {
    Error::config(field, format!("{}: {error}", path.display()))
}

/// A file, or a recording, is for other codecs.
pub(super) fn is_not_for(codec: Codec, what: &str) -> Error {
    let reason = format!("the track has {codec}, and this is for {what}");
    Error::config("codec", reason)
}
