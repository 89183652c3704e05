//! A peer, as the program holds it.

use std::{fmt, sync::Arc, time::Duration};

use super::{
    DataChannel, Media, MediaError, PeerClosed, PeerEvent, PeerEvents, Track, inbox::Inbox,
    socket::Socket, stack::Stack, status::Waited, terms::Terms,
};
use crate::Result;

/// The program's end of a PeerConnection; made by [`Media::peer`](super::Media::peer).
///
/// It can be used from any thread. Dropping it closes it, so that Janus ends the call. Once its
/// session was abandoned or claimed elsewhere, or its connection is gone, the drop says nothing: the
/// call is left to who claims the session. It does not keep its handle alive.
///
/// One that never connected cannot tell Janus of its end. Janus then has the PeerConnection until it
/// gives up by itself; [`Handle::hangup`](crate::Handle::hangup) ends it at once.
pub struct Peer {
    pub(super) stack: Arc<Stack>,
    pub(super) events: Inbox<PeerEvent>,
    pub(super) terms: Terms,
    media: Media,
    /// Of the connection to Janus.
    endpoint: String,
}

/// How a peer is.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum PeerState {
    /// ICE and DTLS are not done yet.
    Connecting,
    /// Media flows.
    Connected,
    /// It was connected, and nothing comes any more.
    Interrupted,
    /// It is closed.
    Closed(PeerClosed),
}

impl Peer {
    pub(super) fn new(
        stack: Arc<Stack>,
        events: Inbox<PeerEvent>,
        terms: Terms,
        media: Media,
        endpoint: String,
    ) -> Self {
        Self {
            stack,
            events,
            terms,
            media,
            endpoint,
        }
    }

    pub(super) fn frame_queue(&self) -> usize {
        self.media.settings().frame_queue
    }

    /// The sockets of the local addresses that it would be made with now.
    pub(super) fn sockets(&self) -> Result<Vec<Arc<Socket>>> {
        self.media.sockets(&self.endpoint)
    }

    /// Waits until ICE and DTLS are done, at most for `timeout`.
    ///
    /// # Errors
    ///
    /// [`MediaError::NotConnected`], which says how far it came; [`MediaError::Closed`] if it was
    /// closed meanwhile. After a timeout it goes on trying.
    pub fn wait_connected(&self, timeout: Duration) -> Result<()> {
        match self.stack.status.wait_connected(timeout) {
            Waited::Connected => Ok(()),
            Waited::Closed(why) => Err(MediaError::Closed(why).into()),
            Waited::Not(reached) => Err(MediaError::NotConnected {
                waited: timeout,
                reached,
            }
            .into()),
        }
    }

    /// How it is now.
    pub fn state(&self) -> PeerState {
        self.stack.status.state()
    }

    /// Its tracks, in the order in which they came; those that the other side refused are missing.
    pub fn tracks(&self) -> Vec<Track> {
        self.stack.core.lock().tracks.of(&self.stack)
    }

    /// The first audio track.
    ///
    /// # Errors
    ///
    /// [`MediaError::NoTrack`] if there is none.
    pub fn audio(&self) -> Result<Track> {
        self.first("audio", true)
    }

    /// The first video track.
    ///
    /// # Errors
    ///
    /// [`MediaError::NoTrack`] if there is none.
    pub fn video(&self) -> Result<Track> {
        self.first("video", false)
    }

    fn first(&self, kind: &'static str, is_audio: bool) -> Result<Track> {
        let mut tracks = self.tracks().into_iter();
        let track = tracks.find(|track| track.is_audio() == is_audio);
        track.ok_or(MediaError::NoTrack { kind }.into())
    }

    /// The data channel of that label: one that was asked for, or that the other side has opened. It
    /// is there after the end of the peer, too.
    /// [`Renegotiation::data`](super::Renegotiation::data) adds another.
    pub fn data_channel(&self, label: &str) -> Option<DataChannel> {
        // After the end, too: what it has received can be read.
        let channel = self.stack.core.lock().channels.labelled(label);
        Some(channel?.of(self.stack.clone()))
    }

    /// Its events. All readers share one queue.
    pub fn events(&self) -> PeerEvents {
        PeerEvents {
            stack: self.stack.clone(),
            events: self.events.clone(),
        }
    }

    /// Closes it, and tells the other side so: Janus ends the call. Does not wait. What is in the
    /// queues can still be read. Before it is connected it cannot tell: after a
    /// [`wait_connected`](Self::wait_connected) that failed, end the call by
    /// [`Handle::hangup`](crate::Handle::hangup).
    pub fn close(&self) {
        self.stack.end_by_us(true);
    }

    /// Closes it without a word to the other side, so that whoever has the handle next can go on
    /// with the call. See `docs/MEDIA.md` for what Janus lets the next one do.
    pub fn leave(&self) {
        self.stack.end_by_us(false);
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer")
            .field("state", &self.state())
            .field("tracks", &self.tracks())
            .finish_non_exhaustive()
    }
}
