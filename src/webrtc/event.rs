//! What happens to a peer.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::Receiver;

use super::{DataChannel, PeerClosed, Track, inbox::Inbox, stack::Stack};
use crate::Result;

/// Something that happened to a [`Peer`](super::Peer).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PeerEvent {
    /// ICE and DTLS are done: media flows.
    Connected,
    /// Nothing comes from the other side any more. It may come back; after 30 s the peer is closed.
    Interrupted,
    /// It came back.
    Resumed,
    /// The other side needs a keyframe of this track, or of one of its layers. At most two a second
    /// are told of each.
    #[non_exhaustive]
    KeyframeWanted {
        /// The track.
        track: Track,
        /// The layer, where the track has several.
        rid: Option<String>,
    },
    /// The other side has pressed a key, told once when it is pressed. The peer needs
    /// [`PeerBuilder::dtmf`](super::PeerBuilder::dtmf).
    #[non_exhaustive]
    Dtmf {
        /// The track.
        track: Track,
        /// `0` to `9`, `*`, `#` or `A` to `D`.
        key: char,
    },
    /// A track was added, by [`Peer::renegotiate`](super::Peer::renegotiate) or by an offer of the
    /// other side's.
    Track(Track),
    /// The direction or the codec of this track has changed by a negotiation.
    Changed(Track),
    /// The other side has opened a data channel.
    DataChannel(DataChannel),
    /// The peer is closed. The last event.
    Closed(PeerClosed),
}

/// The events of a peer, in the order in which they came; see [`Peer::events`](super::Peer::events).
///
/// All readers share one queue. The oldest are dropped when nobody reads them
/// ([`MediaBuilder::event_queue`](super::MediaBuilder::event_queue)).
#[derive(Clone)]
pub struct PeerEvents {
    pub(super) stack: Arc<Stack>,
    pub(super) events: Inbox<PeerEvent>,
}

impl PeerEvents {
    /// Waits for the next event, without a time limit.
    ///
    /// # Errors
    ///
    /// [`Error::Lagged`](crate::Error::Lagged) where events were lost because nobody read them: it
    /// goes on after that. [`MediaError::Closed`](super::MediaError::Closed) after the last one.
    pub fn recv(&self) -> Result<PeerEvent> {
        self.events.recv(&self.stack.status)
    }

    /// Waits for the next event, at most for `timeout`; `None` if none came.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Option<PeerEvent>> {
        let until = Instant::now().checked_add(timeout);
        self.events.recv_until(until, &self.stack.status)
    }

    /// Returns the next event, or `None` if there is none now. Does not wait.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    pub fn try_recv(&self) -> Result<Option<PeerEvent>> {
        self.events
            .recv_until(Some(Instant::now()), &self.stack.status)
    }

    /// Receives something while events wait, for `crossbeam_channel::select!`: get them with
    /// [`try_recv`](Self::try_recv). It is disconnected when the peer is closed.
    pub fn ready(&self) -> &Receiver<()> {
        &self.events.ready
    }
}

impl fmt::Debug for PeerEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PeerEvents")
            .field("waiting", &self.events.len())
            .finish_non_exhaustive()
    }
}
