//! How events are received.

use std::{
    fmt,
    net::{TcpListener, ToSocketAddrs},
    time::Duration,
};

use derive_setters::Setters;

use super::Receiver;
use crate::{Error, Result, error::Endpoint};

/// The longest time that a setting may be.
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The settings of a [`Receiver`].
///
/// Public fields, and a chained setter for each. [`listen`](Self::listen) refuses invalid values with an
/// error. `Debug` shows `***` for the password and the path.
///
/// # Example
///
/// ```
/// use janus_blocking::monitor::Settings;
///
/// let settings = Settings::new("127.0.0.1:0").basic_auth("janus", "hush").max_connections(4);
/// assert!(!format!("{settings:?}").contains("hush"));
/// let receiver = settings.listen()?;
/// println!("backend = \"http://{}\"", receiver.address());
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Settings {
    /// Where to listen: `address:port`; port 0 is a free one.
    #[setters(skip)]
    pub address: String,
    /// User and password that each request must have: `backend_user` and `backend_pwd` of `sampleevh`.
    /// `wsevh` has none, so it is refused where this is set. Default: none.
    #[setters(skip)]
    pub basic_auth: Option<(String, String)>,
    /// The only path that is taken, for example `/events`: a request for another one is answered by 404. A path
    /// that nobody can guess is the password of `wsevh`. Default: any.
    #[setters(into)]
    pub path: Option<String>,
    /// How many events the queue holds. When it is full, newer ones are dropped, and
    /// [`Error::Lagged`] reports their number. Default 65,536.
    pub event_queue: usize,
    /// How many bytes the events in the queue may take up: their JSON, and 128 for each. Events that do
    /// not fit are dropped and reported in the same way. Default 16 MiB.
    pub event_queue_bytes: usize,
    /// The largest message, that is up to 100 events: an HTTP body, after it was decompressed, or a WebSocket message.
    /// A larger one is dropped and counted. At least 1 KiB; default 4 MiB.
    pub max_message: usize,
    /// How many connections there may be; each Janus has one for each handler, and each takes a thread. Another one is closed
    /// at once. Default 32.
    pub max_connections: usize,
    /// How long a message may take from its first byte to its last, and an answer until it is sent. Default 10 s, which
    /// is how long `sampleevh` waits for an answer.
    pub message_timeout: Duration,
    /// After how long without a message an HTTP connection is closed; `sampleevh` makes a new one when it needs one. A WebSocket
    /// gets a ping after this time, and is closed if nothing comes for as long again. Default 60 s.
    pub idle_timeout: Duration,
}

impl Settings {
    /// The defaults, for that address.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            basic_auth: None,
            path: None,
            event_queue: 65_536,
            event_queue_bytes: 16 << 20,
            max_message: 4 << 20,
            max_connections: 32,
            message_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
        }
    }

    /// Sets [`basic_auth`](Self::basic_auth).
    #[must_use]
    pub fn basic_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.basic_auth = Some((user.into(), password.into()));
        self
    }

    /// Listens, and starts the thread that takes connections.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if a setting cannot be used, [`Error::Connect`] if that address cannot be listened at.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::monitor::Settings;
    ///
    /// assert!(Settings::new("127.0.0.1:0").event_queue(0).listen().is_err());
    /// let receiver = Settings::new("127.0.0.1:0").listen()?;
    /// assert_ne!(receiver.address().port(), 0);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn listen(self) -> Result<Receiver> {
        self.check()?;
        let failed = |problem: &str, source| Error::Connect {
            endpoint: Endpoint::new(&self.address),
            problem: problem.into(),
            source: Some(source),
        };
        let addresses = self.address.to_socket_addrs();
        let addresses: Vec<_> = addresses
            .map_err(|error| failed("it is not `address:port`", error))?
            .collect();
        let listener = TcpListener::bind(&*addresses)
            .map_err(|error| failed("nothing can listen there", error))?;
        let unusable = failed("no thread could be started", std::io::Error::other("")).to_string();
        Receiver::start(listener, self)
            .map_err(|source| Error::config("address", format!("{unusable}: {source}")))
    }

    fn check(&self) -> Result<()> {
        for (field, count, least) in [
            ("event_queue", self.event_queue, 1),
            ("event_queue_bytes", self.event_queue_bytes, 1),
            ("max_message", self.max_message, 1 << 10),
            ("max_connections", self.max_connections, 1),
        ] {
            if count < least {
                return Err(Error::config(field, format!("it must be at least {least}")));
            }
        }
        for (field, time) in [
            ("message_timeout", self.message_timeout),
            ("idle_timeout", self.idle_timeout),
        ] {
            if time.is_zero() || time > YEAR {
                return Err(Error::config(
                    field,
                    "it must be longer than 0 and at most a year",
                ));
            }
        }
        match &self.path {
            Some(path) if !path.starts_with('/') => {
                Err(Error::config("path", "it must begin with `/`"))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("address", &self.address)
            .field("basic_auth", &self.basic_auth.as_ref().map(|_| "***"))
            .field("path", &self.path.as_ref().map(|_| "***"))
            .field("event_queue", &self.event_queue)
            .field("event_queue_bytes", &self.event_queue_bytes)
            .field("max_message", &self.max_message)
            .field("max_connections", &self.max_connections)
            .field("message_timeout", &self.message_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .finish()
    }
}
