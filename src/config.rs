//! How a connection is made and how long its calls wait.

use std::{fmt, sync::Arc, time::Duration};

use derive_setters::Setters;

use crate::{Connection, Error, Result, transport::Transport};

/// The settings of a [`Connection`].
///
/// Public fields, and a chained setter for each. Bad values are refused by
/// [`open`](Self::open), never by a panic. `Debug` shows `***` for secrets.
///
/// ```
/// use std::time::Duration;
/// use janus_blocking::Config;
///
/// let config = Config::new("ws://127.0.0.1:8188")
///     .api_secret("s3cret")
///     .request_timeout(Duration::from_secs(3));
/// assert!(!format!("{config:?}").contains("s3cret"));
/// ```
#[derive(Clone, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Config {
    /// The server's address: `ws://host[:port][/path]`; the port is 8188 if absent.
    #[setters(skip)]
    pub url: String,
    /// How long opening may take: TCP, handshake and the first `info` together. Default 5 s. (To
    /// look a name up takes what the system's resolver takes.)
    pub connect_timeout: Duration,
    /// How long a request waits for its answer. Default 10 s. One call can have its own:
    /// [`Handle::with_timeout`](crate::Handle::with_timeout).
    pub request_timeout: Duration,
    /// How long closing or dropping a connection may block. Default 2 s. (Dropping a session or a
    /// handle never does.)
    pub close_timeout: Duration,
    /// Nothing received for this long means that the link is dead. Default 60 s; the server is
    /// asked for a sign of life at half of it.
    pub link_timeout: Duration,
    /// `apisecret`, sent with every request but `info` and `ping`. Default: none.
    #[setters(into)]
    pub api_secret: Option<String>,
    /// `token`, sent likewise. Default: none.
    #[setters(into)]
    pub token: Option<String>,
    /// How long a session may be without a request before a `keepalive` is sent for it. Default: a
    /// third of the smaller of the server's `session-timeout` and `reclaim-session-timeout` (when
    /// that is not 0), as `info` tells them.
    pub keepalive: Option<Duration>,
    /// How many events a handle's queue holds. When it is full, newer ones are counted and
    /// reported as [`Error::Lagged`]. Default 1024.
    pub event_queue: usize,
    /// Links of another kind than those that `url` can name: see [`Transport`]. Then `url` does not
    /// count. Default: none.
    #[setters(skip)]
    pub transport: Option<Arc<dyn Transport>>,
}

impl Config {
    /// The defaults, for a server at that address.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
            close_timeout: Duration::from_secs(2),
            link_timeout: Duration::from_secs(60),
            api_secret: None,
            token: None,
            keepalive: None,
            event_queue: 1024,
            transport: None,
        }
    }

    /// Sets [`transport`](Self::transport).
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Connects, as [`Connection::open`] does, with these settings.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a setting that cannot be, [`Error::Connect`] when there is no Janus
    /// to be reached.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use janus_blocking::Config;
    /// # use janus_blocking::testing::FakeGateway;
    ///
    /// # let gateway = FakeGateway::start()?;
    /// # let url = gateway.url();
    /// let janus = Config::new(url).request_timeout(Duration::from_secs(3)).open()?;
    /// assert_eq!(janus.config().request_timeout, Duration::from_secs(3));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn open(self) -> Result<Connection> {
        Connection::with_config(self)
    }

    pub(crate) fn check(&self) -> Result<()> {
        for (field, duration) in [
            ("connect_timeout", self.connect_timeout),
            ("request_timeout", self.request_timeout),
            ("close_timeout", self.close_timeout),
            ("link_timeout", self.link_timeout),
            (
                "keepalive",
                self.keepalive.unwrap_or(Duration::from_secs(1)),
            ),
        ] {
            check_duration(field, duration)?;
        }
        if self.event_queue == 0 {
            return Err(Error::config(
                "event_queue",
                "a queue holds at least 1 event",
            ));
        }
        Ok(())
    }
}

/// A duration that a deadline can be computed from.
pub(crate) fn check_duration(field: &'static str, duration: Duration) -> Result<()> {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    match duration {
        Duration::ZERO => Err(Error::config(field, "it is 0; it has to be longer")),
        duration if duration > YEAR => Err(Error::config(field, "it is longer than a year")),
        _ => Ok(()),
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |secret: &Option<String>| secret.as_ref().map(|_| "***");
        // With a password in it, it is refused only when it is opened.
        let url = match self.url.contains('@') {
            true => "***",
            false => &self.url,
        };
        f.debug_struct("Config")
            .field("url", &url)
            .field("connect_timeout", &self.connect_timeout)
            .field("request_timeout", &self.request_timeout)
            .field("close_timeout", &self.close_timeout)
            .field("link_timeout", &self.link_timeout)
            .field("api_secret", &hidden(&self.api_secret))
            .field("token", &hidden(&self.token))
            .field("keepalive", &self.keepalive)
            .field("event_queue", &self.event_queue)
            .finish_non_exhaustive()
    }
}
