//! What can go wrong with media.

use std::{fmt, time::Duration};

use super::CloseReason;

/// What went wrong with media; see [`Error::Media`](crate::Error::Media).
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, Error, Jsep, testing};
/// use janus_blocking::webrtc::{Codec, Direction, Media, MediaError};
///
/// # let (_gateway, echo) = testing::attached::<EchoTest>()?;
/// let media = Media::builder().address([127, 0, 0, 1]).start()?;
/// let peer = media.peer(&echo).audio(Direction::SendRecv, &[Codec::Opus]);
/// // This one has PCMA only.
/// let offer = Jsep::offer(testing::AUDIO_SDP);
/// let Err(Error::Media(error)) = peer.answer_to(&offer, |_| Ok(())) else { panic!("a codec") };
/// assert!(matches!(*error, MediaError::Sdp { .. } | MediaError::NoCommonCodec { .. }));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// The other side's description has none of the codecs that the peer was given. Nothing was
    /// sent.
    #[error(
        "no common codec: the description has {}, and the peer was given {}",
        List(.offered),
        List(.ours)
    )]
    #[non_exhaustive]
    NoCommonCodec {
        /// What the description has, in the words of SDP: `PCMA`, `VP8` ..
        offered: Vec<String>,
        /// What the peer was given.
        ours: Vec<String>,
    },

    /// A session description cannot be used.
    #[error("the session description cannot be used: {reason}{}", Line(*.line))]
    #[non_exhaustive]
    Sdp {
        /// The line, from 1, where it is known.
        line: Option<usize>,
        /// What is wrong with it. Its text is not shown.
        reason: Box<str>,
    },

    /// The peer did not connect in time.
    #[error("no connection within {} ms: {reached}", .waited.as_millis())]
    #[non_exhaustive]
    NotConnected {
        /// How long the call waited.
        waited: Duration,
        /// How far it came.
        reached: Reached,
    },

    /// Nobody took the call, for this reason. For the closure of
    /// [`PeerBuilder::offer_by`](crate::webrtc::PeerBuilder::offer_by) to return; this crate never does.
    #[error("the call was not answered: {0}")]
    NotAnswered(Box<str>),

    /// The peer is closed.
    #[error("the peer is closed: {0}")]
    Closed(PeerClosed),

    /// The peer has no track of that kind: it was not asked for, or the other side refused it.
    #[error("the peer has no {kind} track: it was not asked for, or the other side refused it")]
    #[non_exhaustive]
    NoTrack {
        /// `audio` or `video`.
        kind: &'static str,
    },

    /// Another negotiation of the peer is under way: try again when it is over.
    #[error("another negotiation of the peer is under way; try again when it is over")]
    Negotiating,

    /// The data channel is not open (yet), or was closed.
    #[error("the data channel is not open")]
    ChannelNotOpen,

    /// So much waits to be sent on the data channel that this message had no room. Try later.
    #[error("the data channel is full: the other side reads more slowly than this program writes")]
    ChannelFull,
}

/// How far a peer came that did not connect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Reached {
    /// No STUN answer: no packet came from the other side's candidates.
    Nothing,
    /// ICE works, and the DTLS handshake did not end.
    Ice,
}

/// Why a peer is closed.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum PeerClosed {
    /// By this program.
    ByUs,
    /// By Janus: by its `hangup`, with its reason, or by the end of DTLS, without one. The end of a
    /// call, of publishing or of a playback is that.
    ByJanus(Option<Box<str>>),
    /// The DTLS handshake failed, or the certificate is not the one of the description.
    Dtls(Box<str>),
    /// Nothing came from the other side for so long that the peer was given up.
    Ice,
    /// The handle or its session has ended.
    HandleGone(CloseReason),
    /// A fault in the WebRTC stack; please report it.
    Failed(Box<str>),
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => {
                "no STUN answer from the other side; check that its candidates can be reached over \
                 UDP from the address of this peer"
            }
            Self::Ice => "ICE connected, and the DTLS handshake did not end",
        })
    }
}

impl fmt::Display for PeerClosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByUs => f.write_str("this program closed it"),
            Self::ByJanus(None) => f.write_str("Janus closed it"),
            Self::ByJanus(Some(reason)) => write!(f, "Janus closed it: {reason}"),
            Self::Dtls(reason) => write!(f, "DTLS failed: {reason}"),
            Self::Ice => f.write_str("nothing came from the other side any more"),
            Self::HandleGone(why) => write!(f, "its handle has ended: {why}"),
            Self::Failed(reason) => {
                write!(f, "the WebRTC stack failed, please report it: {reason}")
            }
        }
    }
}

/// Names, with commas.
struct List<'a>(&'a [String]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        f.write_str(&self.0.join(", "))
    }
}

struct Line(Option<usize>);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |line| write!(f, " (line {line})"))
    }
}

impl MediaError {
    pub(crate) fn sdp(line: Option<usize>, reason: impl Into<String>) -> Self {
        Self::Sdp {
            line,
            reason: reason.into().into(),
        }
    }
}

impl From<MediaError> for crate::Error {
    fn from(error: MediaError) -> Self {
        Self::Media(Box::new(error))
    }
}
