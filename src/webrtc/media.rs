//! `Media`: the thread and the sockets that peers share.

use std::{fmt, net::IpAddr, ops::RangeInclusive, sync::Arc, thread, time::Duration};

use super::{
    PeerBuilder,
    socket::{Socket, Waker, address_for},
    thread::{Limits, Shared, run},
};
use crate::{Error, Handle, Result, config::check_duration};

/// Address space for a handshake with all its arithmetic, in a build without optimization too.
const STACK: usize = 2 << 20;

/// Makes [peers](super::Peer), any number of them, for the handles of any connections.
///
/// It has one thread, `janus-media`, and one UDP socket per local address. Clones share both. The
/// thread ends with the last clone and the last peer.
///
/// # Example
///
/// ```
/// use janus_blocking::webrtc::{Codec, Direction, Media};
///
/// # let (_gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
/// let media = Media::builder().address([127, 0, 0, 1]).start()?;
/// let peer = media.peer(&echo).audio(Direction::SendRecv, &[Codec::Opus]).data("chat");
/// // `peer.offer_by(|offer| echo.offer(&Settings::new(), offer))?` makes the call.
/// # drop(peer);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone)]
pub struct Media {
    owner: Arc<Owner>,
}

struct Owner {
    shared: Arc<Shared>,
    settings: MediaBuilder,
}

/// Settings of a [`Media`].
#[derive(Clone, Debug)]
#[must_use = "nothing starts before `start`"]
pub struct MediaBuilder {
    addresses: Vec<IpAddr>,
    ports: Option<RangeInclusive<u16>>,
    pub(super) frame_queue: usize,
    pub(super) event_queue: usize,
    waiting: Limits,
    pub(super) patience_audio: Duration,
    pub(super) patience_video: Duration,
    pub(super) stats_every: Duration,
}

impl Media {
    /// Starts one with the default settings.
    ///
    /// # Errors
    ///
    /// As for [`MediaBuilder::start`].
    pub fn start() -> Result<Self> {
        Self::builder().start()
    }

    /// Settings, for [`MediaBuilder::start`].
    pub fn builder() -> MediaBuilder {
        MediaBuilder {
            addresses: Vec::new(),
            ports: None,
            frame_queue: 256,
            event_queue: 256,
            waiting: Limits {
                frames: 4 << 20,
                data: 4 << 20,
            },
            patience_audio: Duration::from_millis(200),
            patience_video: Duration::from_millis(500),
            stats_every: Duration::from_secs(1),
        }
    }

    /// A peer for that plugin or [`Handle`], to be made by [`PeerBuilder::offer_by`] or
    /// [`PeerBuilder::answer_to`]. A handle has one peer at a time.
    pub fn peer<'a>(&'a self, handle: &'a (impl AsRef<Handle> + ?Sized)) -> PeerBuilder<'a> {
        PeerBuilder::new(self, handle.as_ref())
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.owner.shared
    }

    pub(super) fn settings(&self) -> &MediaBuilder {
        &self.owner.settings
    }

    /// The sockets for a peer of a Janus at that endpoint.
    pub(super) fn sockets(&self, endpoint: &str) -> Result<Vec<Arc<Socket>>> {
        let MediaBuilder {
            addresses, ports, ..
        } = &self.owner.settings;
        let socket = |ip| {
            self.owner
                .shared
                .socket(ip, || Socket::bind(ip, ports.as_ref()))
        };
        if addresses.is_empty() {
            return Ok(vec![socket(address_for(endpoint)?)?]);
        }
        addresses.iter().copied().map(socket).collect()
    }
}

impl MediaBuilder {
    /// A local address for media; several calls add several. Default: the address of the route to
    /// the connection's server, or if that is on this machine the one of the way out.
    pub fn address(mut self, address: impl Into<IpAddr>) -> Self {
        let address = address.into();
        if !self.addresses.contains(&address) {
            self.addresses.push(address);
        }
        self
    }

    /// The UDP ports to choose from. Default: what the system gives. A `Media` needs one port for
    /// each address, however many peers it has.
    pub fn port_range(mut self, ports: RangeInclusive<u16>) -> Self {
        self.ports = Some(ports);
        self
    }

    /// How many received frames of a track wait to be read, 1 at least: the oldest are dropped when
    /// there are more. Default: 256, 5 s of audio.
    pub fn frame_queue(mut self, frames: usize) -> Self {
        self.frame_queue = frames;
        self
    }

    /// How many bytes the received frames of a peer may take up while they wait to be read, those of
    /// all its tracks together, or one frame that is larger. When there are more, the track with the
    /// most loses its oldest. Default: 4 MiB, 16 s of video of 2 Mbit/s.
    pub fn frame_queue_bytes(mut self, bytes: usize) -> Self {
        self.waiting.frames = bytes;
        self
    }

    /// How many bytes the received messages of a peer may take up while they wait to be read, those of
    /// all its data channels together, or one message that is larger. When there are more, or more
    /// than 1,024 of a channel, the channel with the most loses its oldest, and its reader gets an
    /// [`Error::Lagged`] there. Default: 4 MiB.
    pub fn data_queue_bytes(mut self, bytes: usize) -> Self {
        self.waiting.data = bytes;
        self
    }

    /// How many events of a peer wait to be read, 1 at least: the oldest are dropped when there are
    /// more. Default: 256.
    pub fn event_queue(mut self, events: usize) -> Self {
        self.event_queue = events;
        self
    }

    /// For how long frames behind a lost or late packet are held back, 256 of them at most: more
    /// repairs more, less delays less. Default: 200 ms for audio, 500 ms for video.
    pub fn reorder(mut self, audio: Duration, video: Duration) -> Self {
        (self.patience_audio, self.patience_video) = (audio, video);
        self
    }

    /// How often [`Peer::stats`](super::Peer::stats) are measured, from 10 ms to a year. Each time wakes
    /// the thread for each peer. Default: 1 s.
    pub fn stats_every(mut self, interval: Duration) -> Self {
        self.stats_every = interval;
        self
    }

    /// Starts it: the thread, and the certificate of its peers. Sockets come with the first peer.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an address that media cannot have, an empty queue, or an interval that is too short or
    /// longer than a year;
    /// [`Error::Unsupported`] if the system gives no thread.
    pub fn start(self) -> Result<Media> {
        for (field, places) in [
            ("frame_queue", self.frame_queue),
            ("frame_queue_bytes", self.waiting.frames),
            ("data_queue_bytes", self.waiting.data),
            ("event_queue", self.event_queue),
        ] {
            if places == 0 {
                return Err(Error::config(field, "it must have one place at least"));
            }
        }
        check_duration("stats_every", self.stats_every)?;
        if self.stats_every < Duration::from_millis(10) {
            return Err(Error::config("stats_every", "it must be 10 ms at least"));
        }
        for address in &self.addresses {
            if address.is_unspecified() || address.is_multicast() {
                let reason = format!("{address} is no address of one interface");
                return Err(Error::config("address", reason));
            }
        }
        if self.ports.as_ref().is_some_and(RangeInclusive::is_empty) {
            return Err(Error::config("port_range", "it has no port"));
        }
        let none = |what: &str| Error::Unsupported {
            what: what.into(),
            how: "see what the system says of it",
        };
        let provider = Arc::new(str0m::crypto::from_feature_flags());
        let certificate = provider.dtls_provider.generate_certificate();
        let certificate = certificate.ok_or_else(|| none("a certificate for DTLS"))?;
        let waker = Waker::new().map_err(|error| none(&format!("a pair of sockets ({error})")))?;
        let shared = Shared::new(provider, certificate, self.waiting, waker);
        let of_thread = shared.clone();
        thread::Builder::new()
            .name("janus-media".into())
            .stack_size(STACK)
            .spawn(move || run(&of_thread))
            .map_err(|error| none(&format!("another thread ({error})")))?;
        Ok(Media {
            owner: Arc::new(Owner {
                shared,
                settings: self,
            }),
        })
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.shared.routes.close();
        self.shared.wake();
    }
}

impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Media")
            .field("settings", &self.owner.settings)
            .field("peers", &self.owner.shared.routes.all().len())
            .finish()
    }
}
