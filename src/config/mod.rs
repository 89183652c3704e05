//! How a connection is made and how long its calls wait.

use std::{fmt, sync::Arc, time::Duration};

use derive_setters::Setters;

mod reconnect;

pub use reconnect::{Backoff, Reconnect};

use crate::{
    Error, Result,
    auth::{ActiveToken, Renew, Token, TokenProvider},
    transport::{self, Settings, Transport, WhichApi},
    wire::Credentials,
};

/// A third of the smallest session timeout that a server can have is three times as much. With much
/// less the connection's thread would do nothing else.
const SHORTEST: Duration = Duration::from_millis(100);

/// Stands for a time that follows from the server's.
const FOLLOWS: Duration = SHORTEST;

/// The settings of a [`Connection`](crate::Connection).
///
/// Public fields, and a chained setter for each. [`open`](Self::open) refuses invalid values with
/// an error: every duration must be longer than 0 and at most a year, every limit of the event
/// queues at least 1. `Debug` shows `***` for secrets, and for the queries of addresses.
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
    /// The server's address: `ws://host[:port][/path]`, the port being 8188 if absent; with the
    /// feature `tls`, `wss://host[:port][/path]`, the port being 8989 if absent; with the feature
    /// `http`, `http://host[:port][/path]` or `https://..`, with the ports 8088 and 8089 and the
    /// path `/janus`; with the feature `unix`, `unix:///path` (SOCK_SEQPACKET) or
    /// `unixdgram:///path` (SOCK_DGRAM). See [what differs](crate::transport). An IPv6 address needs
    /// brackets, and a link-local one its interface: `ws://[fe80::1%25eth0]:8188`.
    #[setters(skip)]
    pub url: String,
    /// How `wss://` and `https://` links check the server. Default: by the system's CAs.
    #[cfg(feature = "tls")]
    pub tls: crate::tls::Tls,
    /// How long opening may take in all: name lookup, TCP, handshakes and the first `info`. Default
    /// 5 s.
    pub connect_timeout: Duration,
    /// How long a request waits for its answer. Default 10 s. One call can have its own:
    /// [`Handle::with_timeout`](crate::Handle::with_timeout).
    pub request_timeout: Duration,
    /// How long closing or dropping a connection may block. Default 2 s.
    /// ([`Connection::abandon`](crate::Connection::abandon) may wait as long for attaches before that. Dropping a session or a
    /// handle never blocks, unless the `Connection` was dropped before and that ends its last
    /// session: then the link is closed.)
    pub close_timeout: Duration,
    /// How long a link may be silent before it is given up. The crate asks the server for a sign of
    /// life a sixth of this time before that (at least 1 s, at most 4 s; half of it for times below
    /// 2 s). An unanswered call or `keepalive` shows earlier that a link is dead: [how long it
    /// takes](crate::reconnection#how-long-it-takes).
    ///
    /// Default: a quarter longer than the default of [`keepalive`](Self::keepalive), at least 6 s and
    /// at most 30 s; that is 25 s with Janus's usual `session_timeout` of 60 s. So the keepalive asks
    /// an idle link, a new link is made before the sessions end, and proxies and routers that cut a
    /// link after 30 s of silence leave it alone. Over HTTP, where long polls keep the sessions alive,
    /// it is 36 s, because Janus answers those every 30 s. At least 100 ms.
    pub link_timeout: Option<Duration>,
    /// `apisecret`, sent with every request but `info` and `ping`. Default: none.
    #[setters(into)]
    pub api_secret: Option<String>,
    /// `token`, sent with the same requests: a stored one, or a signed one that lasts as long as
    /// the program. For tokens that expire see [`token_provider`](Self::token_provider). Default:
    /// none.
    #[setters(into)]
    pub token: Option<String>,
    /// The secret of the Admin API, for connections to that.
    #[setters(skip)]
    pub(crate) admin_secret: Option<String>,
    /// The source of tokens that expire; clones share it.
    #[setters(skip)]
    pub(crate) token_source: Option<TokenProvider>,
    /// How long a session may be without a request before the crate sends a `keepalive` for it. At
    /// least 100 ms. [`open`](Self::open) refuses a period that is not shorter than the server's
    /// `session-timeout`, because every idle session would end. If the server has a smaller
    /// `session-timeout` after a reconnect, the default is used.
    ///
    /// Default: a third of the smaller of the server's `session-timeout` and
    /// `reclaim-session-timeout`, as `info` reports them. A timeout of 0 does not count; over HTTP and
    /// `unixdgram://` only the former does. No keepalives are sent if both are 0, nor over HTTP if the
    /// former is 45 s or more, because long polls keep the session alive then.
    pub keepalive: Option<Duration>,
    /// How many events a handle's queue holds. When it is full, newer events are dropped, and
    /// [`Error::Lagged`] reports their number. Default 1024.
    pub event_queue: usize,
    /// How many bytes the events in a handle's queue may take up: their JSON, and 128 for each.
    /// Events that do not fit are dropped and reported in the same way. An empty queue takes one
    /// event that is larger, if [`all_event_queues_bytes`](Self::all_event_queues_bytes) has room
    /// for it. Default 4 MiB, that is 1024 events with an SDP of 3 KB.
    pub event_queue_bytes: usize,
    /// How many bytes the events in all queues of the connection may take up together, including
    /// the queues of claimed handles that are not reattached yet. Events that do not fit are
    /// dropped and reported in the same way. The queue of a handle in use may always hold 128 KiB,
    /// so that queues that nobody reads do not take the room of those that are read. Default 16
    /// MiB, the size of the largest message.
    pub all_event_queues_bytes: usize,
    /// What to do when the link breaks. Default: [`Reconnect::Always`], with the default
    /// [`Backoff`].
    #[setters(into)]
    pub reconnect: Reconnect,
    /// Whether [`open`](Self::open) returns a connection even when no server can be reached, for
    /// programs that may start before their network or their server. It still tries for
    /// [`connect_timeout`](Self::connect_timeout). Then it makes the link as after a loss: with the
    /// pauses of [`reconnect`](Self::reconnect), which must not be [`Reconnect::Never`].
    /// [`Connection::state`](crate::Connection::state) is `Reconnecting` until then, and calls wait
    /// for the link, each at most for its timeout. Invalid settings are refused all the same. Default
    /// `false`.
    pub start_offline: bool,
    /// More addresses of the server, or of servers that can replace it, tried in this order when
    /// the one before cannot be reached. A session exists on one server only: after a change to
    /// another server it is gone. While a connection is opened, all addresses share
    /// [`connect_timeout`](Self::connect_timeout); when it reconnects, each has all of it. Default:
    /// none.
    #[setters(skip)]
    pub fallback_urls: Vec<String>,
    /// Whether addresses with and without TLS may be mixed while [`api_secret`](Self::api_secret)
    /// or a token is set. If so, somebody who blocks the address with TLS, or answers there with a
    /// wrong certificate, makes this program send the secret unencrypted to the other one. Loopback
    /// addresses, `localhost` and Unix sockets may be mixed with any; addresses without any TLS
    /// among them are not refused either. Default: no; opening then returns [`Error::Config`].
    pub allow_plaintext_fallback: bool,
    /// A transport of your own, used instead of `url`: see [`Transport`]. Default: none.
    #[setters(skip)]
    pub transport: Option<Arc<dyn Transport>>,
}

impl Config {
    /// The defaults, for a server at that address.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            #[cfg(feature = "tls")]
            tls: crate::tls::Tls::new(),
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
            close_timeout: Duration::from_secs(2),
            link_timeout: None,
            api_secret: None,
            token: None,
            token_source: None,
            admin_secret: None,
            keepalive: None,
            event_queue: 1024,
            event_queue_bytes: 4 << 20,
            all_event_queues_bytes: 16 << 20,
            reconnect: Reconnect::default(),
            start_offline: false,
            fallback_urls: Vec::new(),
            allow_plaintext_fallback: false,
            transport: None,
        }
    }

    /// Adds one to [`fallback_urls`](Self::fallback_urls).
    #[must_use]
    pub fn fallback_url(mut self, url: impl Into<String>) -> Self {
        self.fallback_urls.push(url.into());
        self
    }

    /// Sets [`transport`](Self::transport).
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets a function that makes tokens, for tokens that expire.
    ///
    /// The function is called when the first request that needs a token is made, and again before
    /// the current token expires: when a tenth of its life is left, but at least 30 s before, and
    /// not before half of its life is over. The expiry is read from a signed token; any other token
    /// needs [`Token::expires_at`], and one that does not expire is never replaced. When Janus
    /// refuses a token (403), the function is called once more and the request is sent again with
    /// the new token; Janus has not carried it out.
    ///
    /// It runs on the thread of the call that needs the token, before the call's timeout begins.
    /// For a keepalive, for claims over a new link, and for ending dropped objects, it runs on the
    /// connection's own thread (`janus-reader`); no events are read meanwhile. Over HTTP it also runs
    /// on the threads that ask for events (`janus-poll`). Both have a stack of 512 KiB. Two
    /// threads never call it at the same time: the others continue with the old token, or wait for
    /// the new one if the old one has expired. Give the function a timeout of its own. It may make
    /// calls on the same connection: they use the old token, do not wait for a link, and are
    /// refused with [`Error::Config`] while there is none. A panic in it counts as a failure.
    /// Dropping a plugin or a session does not call it but uses the old token; if Janus refuses
    /// that, the connection's own thread gets a new token and tries once more. Closing a connection
    /// waits for the function, at most [`close_timeout`](Self::close_timeout), if it is running on
    /// the connection's thread. Clones of these settings share function and token.
    ///
    /// # Errors of the function
    ///
    /// While the old token is valid, a failure only writes a line to the log at `debug`, without
    /// the error's text. The next request calls the function again, but not within a second. Once
    /// there is no valid token, calls fail with [`Error::Token`], whose source is the function's
    /// own error, and nothing is sent. Keepalives go out with the old one even then.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use janus_blocking::{Config, EchoTest, auth::{Secret, SignedToken}};
    ///
    /// # let gateway = janus_blocking::testing::FakeGateway::builder().token_auth_secret("hush").start()?;
    /// let secret = Secret::from("hush");
    /// let grant = SignedToken::for_plugins(["janus.plugin.echotest"]).valid_for(Duration::from_secs(300));
    /// let janus = Config::new(gateway.url()).token_provider(move || grant.sign(&secret)).open()?;
    /// let echo: EchoTest = janus.create_session()?.attach()?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// The function can also ask a service of yours for the token:
    ///
    /// ```
    /// use std::{fs, time::{Duration, SystemTime}};
    /// use janus_blocking::{Config, auth::Token};
    ///
    /// let _config = Config::new("ws://127.0.0.1:8188").token_provider(|| {
    ///     let text = fs::read_to_string("/run/janus-token")?;
    ///     let until = SystemTime::now() + Duration::from_secs(600);
    ///     Ok::<_, std::io::Error>(Token::new(text.trim()).expires_at(until))
    /// });
    /// ```
    ///
    /// Janus docs: *Authenticating the Janus API*.
    #[must_use]
    pub fn token_provider<E>(
        mut self,
        function: impl Fn() -> Result<Token, E> + Send + Sync + 'static,
    ) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.token_source = Some(TokenProvider::new(function));
        self
    }

    /// The token of [`token_provider`](Self::token_provider) to send now, if there is one.
    pub(crate) fn present_token(&self, renew: Renew) -> Result<Option<ActiveToken>> {
        match &self.token_source {
            Some(source) => source.present(renew),
            None => Ok(None),
        }
    }

    /// Whether this thread is inside of the function of [`token_provider`](Self::token_provider).
    pub(crate) fn is_making_token(&self) -> bool {
        self.token_source
            .as_ref()
            .is_some_and(TokenProvider::is_asking)
    }

    /// Janus has refused a request with this token; whether another try is worth it.
    pub(crate) fn token_refused(&self, present: Option<&ActiveToken>) -> bool {
        match (&self.token_source, present) {
            (Some(source), Some(present)) => source.refused(present.number()),
            _ => false,
        }
    }

    /// The same of the token of that number, 0 if there was none yet.
    pub(crate) fn token_number_refused(&self, number: u64) -> bool {
        let source = self.token_source.as_ref();
        source.is_some_and(|source| source.refused(number))
    }

    /// What every request but `info` and `ping` carries, if the server wants it.
    pub(crate) fn credentials(&self) -> Credentials<'_> {
        Credentials {
            api_secret: self.api_secret.as_deref(),
            token: self.token.as_deref(),
            admin_secret: self.admin_secret.as_deref(),
        }
    }

    pub(crate) fn transport_settings(&self) -> Settings {
        Settings {
            api: match self.admin_secret {
                Some(_) => WhichApi::Admin,
                None => WhichApi::Janus,
            },
            #[cfg(feature = "http")]
            credentials: crate::auth::Credentials {
                api_secret: self.api_secret.clone(),
                token: self.token.clone(),
                provider: self.token_source.clone(),
            },
            #[cfg(feature = "http")]
            link_timeout: self.link_timeout,
            #[cfg(feature = "tls")]
            tls: self.tls.clone(),
        }
    }

    /// Returns the transport for an address, so that your own [`Transport`] can wrap it. It has the
    /// settings that [`Config::open`] would use: timeouts, certificates, secrets.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an invalid address, [`Error::Unsupported`] for one whose feature is
    /// not enabled.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::Config;
    ///
    /// let url = "ws://127.0.0.1:8188/janus";
    /// let transport = Config::new(url).transport_to(url)?;
    /// assert_eq!(transport.address(), "ws://127.0.0.1:8188");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn transport_to(&self, address: &str) -> Result<Arc<dyn Transport>> {
        transport::by_address("address", address, &self.transport_settings())
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.token.is_some() && self.token_source.is_some() {
            return Err(Error::config(
                "token",
                "`token_provider` is set too; let its function return this token first",
            ));
        }
        for (field, text) in [
            ("api_secret", &self.api_secret),
            ("token", &self.token),
            ("admin_secret", &self.admin_secret),
        ] {
            if text.as_ref().is_some_and(|text| text.contains('\0')) {
                let reason = "it holds the character NUL, which Janus cannot read";
                return Err(Error::config(field, reason));
            }
        }
        for (field, duration) in [
            ("connect_timeout", self.connect_timeout),
            ("request_timeout", self.request_timeout),
            ("close_timeout", self.close_timeout),
            ("link_timeout", self.link_timeout.unwrap_or(FOLLOWS)),
            ("keepalive", self.keepalive.unwrap_or(FOLLOWS)),
        ] {
            check_duration(field, duration)?;
        }
        for (field, period) in [
            ("link_timeout", self.link_timeout),
            ("keepalive", self.keepalive),
        ] {
            if period.is_some_and(|period| period < SHORTEST) {
                return Err(Error::config(
                    field,
                    format!("it is less than {SHORTEST:?}"),
                ));
            }
        }
        match &self.reconnect {
            Reconnect::Always(backoff) => backoff.check()?,
            Reconnect::Never if self.start_offline => {
                let reason = "`reconnect` is `Never`, so that no link would be made later";
                return Err(Error::config("start_offline", reason));
            }
            Reconnect::Never => {}
        }
        let nothing = "it is 0; it has to be more";
        for (field, limit, reason) in [
            (
                "event_queue",
                self.event_queue,
                "a queue holds at least 1 event",
            ),
            ("event_queue_bytes", self.event_queue_bytes, nothing),
            (
                "all_event_queues_bytes",
                self.all_event_queues_bytes,
                nothing,
            ),
        ] {
            if limit == 0 {
                return Err(Error::config(field, reason));
            }
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
        let shown = |url: &String| crate::redact::address(url).into_owned();
        let fallback_urls: Vec<_> = self.fallback_urls.iter().map(shown).collect();
        let mut f = f.debug_struct("Config");
        #[cfg(feature = "tls")]
        f.field("tls", &self.tls);
        f.field("url", &shown(&self.url))
            .field("connect_timeout", &self.connect_timeout)
            .field("request_timeout", &self.request_timeout)
            .field("close_timeout", &self.close_timeout)
            .field("link_timeout", &self.link_timeout)
            .field("api_secret", &hidden(&self.api_secret))
            .field("token", &hidden(&self.token))
            .field("token_provider", &self.token_source)
            .field("keepalive", &self.keepalive)
            .field("event_queue", &self.event_queue)
            .field("event_queue_bytes", &self.event_queue_bytes)
            .field("all_event_queues_bytes", &self.all_event_queues_bytes)
            .field("reconnect", &self.reconnect)
            .field("start_offline", &self.start_offline)
            .field("fallback_urls", &fallback_urls)
            .field("allow_plaintext_fallback", &self.allow_plaintext_fallback)
            .finish_non_exhaustive()
    }
}
