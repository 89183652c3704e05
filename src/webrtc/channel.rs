//! Data channels.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::Receiver;
use parking_lot::{Condvar, Mutex};
use str0m::channel::{ChannelData, ChannelId};

use super::{
    MediaError,
    inbox::{Inbox, Outlet, inbox, make_room},
    stack::Stack,
};
use crate::{Error, Result};

/// How many messages of a channel may wait to be read.
const MESSAGES: usize = 1024;

/// How many channels there may be before the other side can open no more.
const CHANNELS: usize = 256;

/// The largest message that is sent: what every WebRTC stack takes (RFC 8841).
const LARGEST: usize = 64 << 10;

/// A data channel of a [`Peer`](super::Peer): reliable and in order.
///
/// A cheap copy of a reference: it can be used from any thread, and does not keep the peer open.
/// Copies share the queue of messages.
#[derive(Clone)]
pub struct DataChannel {
    stack: Arc<Stack>,
    channel: Arc<Channel>,
}

/// A message that was received on a data channel.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// Its bytes.
    pub data: Vec<u8>,
    /// Whether it was sent as text.
    pub is_text: bool,
}

impl Message {
    /// Its text, if it was sent as one and is UTF-8.
    pub fn text(&self) -> Option<&str> {
        let text = std::str::from_utf8(&self.data).ok();
        text.filter(|_| self.is_text)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("bytes", &self.data.len())
            .field("is_text", &self.is_text)
            .finish()
    }
}

/// What belongs to one channel.
pub(super) struct Channel {
    id: ChannelId,
    label: String,
    state: Mutex<State>,
    changed: Condvar,
    messages: Inbox<Message>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Opening,
    Open,
    Closed,
}

/// The channels of a peer, as its stack has them.
#[derive(Default)]
pub(super) struct Channels(Vec<(Arc<Channel>, Option<Outlet<Message>>)>);

impl Channel {
    fn set(&self, state: State) {
        *self.state.lock() = state;
        self.changed.notify_all();
    }

    pub(super) fn of(self: Arc<Self>, stack: Arc<Stack>) -> DataChannel {
        DataChannel {
            stack,
            channel: self,
        }
    }
}

impl Channels {
    /// Enters one that opens once the peer is connected.
    pub(super) fn add(&mut self, id: ChannelId, label: String, state: bool) -> Arc<Channel> {
        self.forget_ended();
        let (outlet, messages) = inbox(MESSAGES);
        let state = if state { State::Open } else { State::Opening };
        let channel = Arc::new(Channel {
            id,
            label,
            state: Mutex::new(state),
            changed: Condvar::new(),
            messages,
        });
        self.0.push((channel.clone(), Some(outlet)));
        channel
    }

    fn find(&mut self, id: ChannelId) -> Option<&mut (Arc<Channel>, Option<Outlet<Message>>)> {
        self.0.iter_mut().find(|(channel, _)| channel.id == id)
    }

    /// One is open; returns it if the other side has opened it.
    pub(super) fn opened(&mut self, id: ChannelId, label: String) -> Option<Arc<Channel>> {
        if let Some((channel, _)) = self.find(id) {
            channel.set(State::Open);
            return None;
        }
        self.forget_ended();
        (self.0.len() < CHANNELS).then(|| self.add(id, label, true))
    }

    /// A message came. All that wait may take up that many bytes.
    pub(super) fn received(&mut self, data: ChannelData, limit: usize) {
        let queues = self.0.iter().map(|(channel, _)| &channel.messages);
        let bytes = size_of::<Message>() + data.data.len();
        make_room(queues, limit, bytes);
        if let Some((_, Some(outlet))) = self.find(data.id) {
            let message = Message {
                data: data.data,
                is_text: !data.binary,
            };
            outlet.push(message, bytes);
        }
    }

    /// Those that have ended stay while somebody can read what they brought.
    fn forget_ended(&mut self) {
        self.0.retain(|(channel, outlet)| {
            outlet.is_some() || channel.messages.bytes() > 0 && Arc::strong_count(channel) > 1
        });
    }

    pub(super) fn closed(&mut self, id: ChannelId) {
        if let Some((channel, outlet)) = self.find(id) {
            channel.set(State::Closed);
            *outlet = None;
        }
    }

    /// Those of these labels that are not open do not come about.
    pub(super) fn withdraw(&mut self, labels: &[String]) {
        for (channel, outlet) in &mut self.0 {
            let opens = *channel.state.lock() == State::Opening;
            if opens && labels.contains(&channel.label) {
                channel.set(State::Closed);
                *outlet = None;
            }
        }
    }

    /// Whether a channel has that label, and is not closed.
    pub(super) fn has(&self, label: &str) -> bool {
        let mut channels = self.0.iter();
        channels.any(|(channel, outlet)| channel.label == label && outlet.is_some())
    }

    pub(super) fn labelled(&self, label: &str) -> Option<Arc<Channel>> {
        let channels = self.0.iter().filter(|(it, _)| it.label == label);
        // One that has ended may have had it before.
        let (channel, _) = channels.min_by_key(|(_, outlet)| outlet.is_none())?;
        Some(channel.clone())
    }

    /// All queues end.
    pub(super) fn end(&mut self) {
        for (channel, outlet) in &mut self.0 {
            channel.set(State::Closed);
            *outlet = None;
        }
    }
}

impl DataChannel {
    /// The label of the channel on which Janus says what has no channel of its own: all of TextRoom,
    /// and the data of Streaming's mountpoints. Give it to [`data`](super::PeerBuilder::data). A peer
    /// without it gets it from Janus, as
    /// [`PeerEvent::DataChannel`](super::PeerEvent::DataChannel), with the first message.
    pub const JANUS: &'static str = "JanusDataChannel";

    /// Its label. What somebody else sent comes in a VideoCall and from EchoTest on a channel of the
    /// label that it was written to, and in a VideoRoom on one whose label is the id of the publisher,
    /// which Janus opens with the first message.
    pub fn label(&self) -> &str {
        &self.channel.label
    }

    /// Waits until it can be written to, at most for `timeout`.
    ///
    /// # Errors
    ///
    /// [`MediaError::ChannelNotOpen`] if it is not open by then, or was closed;
    /// [`MediaError::Closed`] when the peer is closed.
    pub fn wait_open(&self, timeout: Duration) -> Result<()> {
        let deadline = Instant::now().checked_add(timeout);
        let mut state = self.channel.state.lock();
        while *state == State::Opening {
            let late = match deadline {
                Some(deadline) => {
                    let waited = self.channel.changed.wait_until(&mut state, deadline);
                    waited.timed_out()
                }
                None => {
                    self.channel.changed.wait(&mut state);
                    false
                }
            };
            if late && *state == State::Opening {
                return Err(MediaError::ChannelNotOpen.into());
            }
        }
        if *state == State::Open {
            return Ok(());
        }
        Err(super::inbox::closed(&self.stack.status))
    }

    /// Sends a text message. Does not wait.
    ///
    /// # Errors
    ///
    /// [`MediaError::ChannelNotOpen`] before it is open and after its end,
    /// [`MediaError::ChannelFull`] if the other side does not keep up: try again later;
    /// [`MediaError::Closed`] once the peer is closed; [`Error::Config`] for an empty message and for
    /// one of more than 64 KiB.
    pub fn send_text(&self, text: &str) -> Result<()> {
        self.send_as(text.as_bytes(), false)
    }

    /// Sends a binary message. Does not wait.
    ///
    /// # Errors
    ///
    /// As for [`send_text`](Self::send_text).
    pub fn send(&self, data: &[u8]) -> Result<()> {
        self.send_as(data, true)
    }

    fn send_as(&self, data: &[u8], binary: bool) -> Result<()> {
        // The stack sends nothing for an empty one.
        if data.is_empty() || data.len() > LARGEST {
            let reason = format!("{} bytes; it has to be 1 to {LARGEST}", data.len());
            return Err(Error::config("data", reason));
        }
        let sent = self.stack.with(|rtc, _| {
            let mut channel = rtc.channel(self.channel.id)?;
            Some(channel.write(binary, data))
        });
        match sent.map_err(MediaError::Closed)? {
            Some(Ok(true)) => Ok(()),
            Some(Ok(false)) => Err(MediaError::ChannelFull.into()),
            Some(Err(error)) => Err(Error::config("data", error.to_string())),
            None => Err(MediaError::ChannelNotOpen.into()),
        }
    }

    /// Waits for the next message, without a time limit.
    ///
    /// # Errors
    ///
    /// [`Error::Lagged`] where messages were lost because nobody read them: it goes on after that.
    /// [`MediaError::Closed`] when the peer is closed, [`MediaError::ChannelNotOpen`] when the
    /// channel is, and all messages have been read.
    pub fn recv(&self) -> Result<Message> {
        self.channel.messages.recv(&self.stack.status)
    }

    /// Waits for the next message, at most for `timeout`; `None` if none came.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Option<Message>> {
        let until = Instant::now().checked_add(timeout);
        self.channel.messages.recv_until(until, &self.stack.status)
    }

    /// Returns the next message, or `None` if there is none now. Does not wait.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    pub fn try_recv(&self) -> Result<Option<Message>> {
        self.recv_timeout(Duration::ZERO)
    }

    /// Receives something while messages wait, for `crossbeam_channel::select!`: get them with
    /// [`try_recv`](Self::try_recv). It is disconnected when the channel or the peer is closed.
    pub fn ready(&self) -> &Receiver<()> {
        &self.channel.messages.ready
    }
}

impl fmt::Debug for DataChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataChannel")
            .field("label", &self.channel.label)
            .field("state", &*self.channel.state.lock())
            .finish_non_exhaustive()
    }
}
