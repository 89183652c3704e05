//! Codecs and directions, in this crate's own types.

use std::fmt;

use str0m::format::Codec as Format;

/// A codec that a track can have. Encoding and decoding is the program's; for G.711 there is
/// [`g711`](super::g711).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Codec {
    /// Opus: audio, clock of 48 kHz.
    Opus,
    /// PCMU, G.711 µ-law: audio, 8 kHz, a byte a sample.
    Pcmu,
    /// PCMA, G.711 A-law: audio, 8 kHz, a byte a sample.
    Pcma,
    /// VP8: video, clock of 90 kHz.
    Vp8,
    /// H.264: video, clock of 90 kHz. Frames are in Annex B form, with start codes.
    H264,
    /// VP9: video, clock of 90 kHz.
    Vp9,
}

impl Codec {
    /// Whether it is one for audio.
    pub fn is_audio(self) -> bool {
        matches!(self, Self::Opus | Self::Pcmu | Self::Pcma)
    }

    /// Ticks a second of its [`MediaTime`](super::MediaTime).
    pub fn clock_rate(self) -> u32 {
        match self {
            Self::Opus => 48_000,
            Self::Pcmu | Self::Pcma => 8_000,
            Self::Vp8 | Self::H264 | Self::Vp9 => 90_000,
        }
    }

    /// Its name in SDP: `opus`, `PCMU`, `PCMA`, `VP8`, `H264`, `VP9`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Opus => "opus",
            Self::Pcmu => "PCMU",
            Self::Pcma => "PCMA",
            Self::Vp8 => "VP8",
            Self::H264 => "H264",
            Self::Vp9 => "VP9",
        }
    }

    pub(super) fn of(format: Format) -> Option<Self> {
        Some(match format {
            Format::Opus => Self::Opus,
            Format::PCMU => Self::Pcmu,
            Format::PCMA => Self::Pcma,
            Format::Vp8 => Self::Vp8,
            Format::H264 => Self::H264,
            Format::Vp9 => Self::Vp9,
            _ => return None,
        })
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which way media flows, as seen from this program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    /// Both ways.
    SendRecv,
    /// To Janus only.
    SendOnly,
    /// From Janus only.
    RecvOnly,
    /// Neither.
    Inactive,
}

impl Direction {
    /// Whether this program sends.
    pub fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// Whether this program receives.
    pub fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    pub(super) fn of(sends: bool, receives: bool) -> Self {
        match (sends, receives) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// The word in SDP.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    pub(super) fn native(self) -> str0m::media::Direction {
        match self {
            Self::SendRecv => str0m::media::Direction::SendRecv,
            Self::SendOnly => str0m::media::Direction::SendOnly,
            Self::RecvOnly => str0m::media::Direction::RecvOnly,
            Self::Inactive => str0m::media::Direction::Inactive,
        }
    }
}
