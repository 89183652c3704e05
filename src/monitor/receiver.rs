//! The queue of events, as its readers see it, and its server.

use std::{
    fmt, io,
    net::{SocketAddr, TcpListener},
    os::unix::net::UnixStream,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::RecvTimeoutError;

use super::{
    Event, Settings,
    server::{Counts, Shared, accept},
};
use crate::{Error, RawEvent, Result, router};

/// Receives what the event handlers of one or more Janus send: `sampleevh` by HTTP, `wsevh` by
/// WebSocket, both on the same port.
///
/// A slow reader delays no server: senders are answered at once, the queue is bounded
/// ([`Settings::event_queue`]), and where events were dropped a reader gets [`Error::Lagged`]. Several
/// readers share the queue: each event goes to one of them. Dropping it closes the port and all
/// connections and waits for their threads.
///
/// # Example
///
/// ```
/// use std::{io::{Read, Write}, net::TcpStream};
/// use janus_blocking::monitor::{Kind, Receiver};
///
/// let receiver = Receiver::listen("127.0.0.1:0")?;
/// // What `sampleevh` sends.
/// # let post = || -> std::io::Result<()> {
/// let body = r#"[{ "type": 1, "session_id": 7, "event": { "name": "destroyed" } }]"#;
/// let mut janus = TcpStream::connect(receiver.address())?;
/// write!(janus, "POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
/// # Ok(())
/// # };
/// # post().expect("it listens");
/// let event = receiver.recv()?;
/// assert_eq!((event.kind, event.session_id), (Kind::SessionDestroyed, Some(7.into())));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
pub struct Receiver {
    queue: crossbeam_channel::Receiver<RawEvent>,
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Dropping it wakes the thread, which ends then.
    alive: Option<UnixStream>,
    thread: Option<JoinHandle<()>>,
}

impl Receiver {
    /// Listens at an address such as `0.0.0.0:8095`, with the defaults of [`Settings`].
    ///
    /// # Errors
    ///
    /// As for [`Settings::listen`].
    pub fn listen(address: impl Into<String>) -> Result<Self> {
        Settings::new(address).listen()
    }

    pub(super) fn start(listener: TcpListener, settings: Settings) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (producer, queue) = router::lone(router::Limits {
            events: settings.event_queue,
            bytes: settings.event_queue_bytes,
            all_bytes: settings.event_queue_bytes,
        });
        let shared = Arc::new(Shared::new(settings, producer));
        let (alive, ended) = UnixStream::pair()?;
        let thread = {
            let shared = shared.clone();
            let run = move || accept(&listener, &ended, &shared);
            thread::Builder::new()
                .name("janus-monitor".to_owned())
                .spawn(run)?
        };
        Ok(Self {
            queue,
            address,
            shared,
            alive: Some(alive),
            thread: Some(thread),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for the next event, without a time limit.
    ///
    /// # Errors
    ///
    /// [`Error::Lagged`] where events were dropped, because the queue was full.
    pub fn recv(&self) -> Result<Event> {
        match self.queue.recv() {
            Ok(raw) => Event::decode(raw),
            Err(_) => Err(ended()),
        }
    }

    /// Waits for the next event, at most for `timeout`; `None` if none came.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use janus_blocking::monitor::Receiver;
    ///
    /// let receiver = Receiver::listen("127.0.0.1:0")?;
    /// assert_eq!(receiver.recv_timeout(Duration::from_millis(2))?, None);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Option<Event>> {
        match self.queue.recv_timeout(timeout) {
            Ok(raw) => Event::decode(raw).map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(ended()),
        }
    }

    /// Iterates over the events, waiting for each. It does not end as long as the receiver lives.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self)
    }

    /// Returns the channel itself, for `crossbeam_channel::select!`. Pass what it delivers to
    /// [`Event::decode`]. It ends when the receiver is dropped.
    pub fn receiver(&self) -> &crossbeam_channel::Receiver<RawEvent> {
        &self.queue
    }

    /// What has come, and what became of it.
    ///
    /// # Example
    ///
    /// ```
    /// let receiver = janus_blocking::monitor::Receiver::listen("127.0.0.1:0")?;
    /// assert_eq!(receiver.counts().dropped, 0);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn counts(&self) -> Counts {
        self.shared.counts()
    }
}

/// It cannot be while there is a receiver, whose server ends with it.
fn ended() -> Error {
    Error::config("receiver", "its server has ended")
}

/// The events of a [`Receiver`], as [`Receiver::iter`] gives them.
#[derive(Debug)]
pub struct Iter<'a>(&'a Receiver);

impl Iterator for Iter<'_> {
    type Item = Result<Event>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.queue.recv().ok().map(Event::decode)
    }
}

impl<'a> IntoIterator for &'a Receiver {
    type Item = Result<Event>;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("address", &self.address)
            .field("settings", &self.shared.settings)
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.alive = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
