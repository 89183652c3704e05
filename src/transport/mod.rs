//! Links to Janus: the kinds that the crate has, and how to add your own.
//!
//! A [`Transport`] makes links to one server: over MQTT or RabbitMQ, through a tunnel, or without
//! any server in a test. Pass it to [`Config::transport`](crate::Config::transport), and everything
//! else works as over a WebSocket: keepalives, events, claiming and reconnecting.
//!
//! # Example
//!
//! A broker that carries messages to and from Janus over channels:
//!
//! ```
//! use std::{io, time::Instant};
//! use janus_blocking::{
//!     Config,
//!     crossbeam_channel::{self, Receiver, RecvTimeoutError, Sender, unbounded},
//!     transport::{self, Connected, Link, Received, SendError, Transport, Unreachable, Wait},
//! };
//!
//! struct Broker {
//!     to_janus: Sender<String>,
//!     from_janus: Receiver<String>,
//! }
//!
//! struct Sending {
//!     to_janus: Sender<String>,
//!     // Closed to wake whoever receives.
//!     stop: Sender<()>,
//! }
//!
//! struct Receiving {
//!     from_janus: Receiver<String>,
//!     stopped: Receiver<()>,
//! }
//!
//! impl Transport for Broker {
//!     fn address(&self) -> String {
//!         "broker:janus".to_owned()
//!     }
//!
//!     fn connect(&self, _deadline: Instant) -> Result<Connected, Unreachable> {
//!         let (stop, stopped) = crossbeam_channel::bounded(1);
//!         let to_janus = self.to_janus.clone();
//!         let from_janus = self.from_janus.clone();
//!         Ok(Connected {
//!             link: Box::new(Sending { to_janus, stop }),
//!             receiver: Box::new(Receiving { from_janus, stopped }),
//!         })
//!     }
//! }
//!
//! impl Link for Sending {
//!     fn send(&self, text: &str, _deadline: Instant) -> Result<(), SendError> {
//!         let sent = self.to_janus.send(text.to_owned());
//!         sent.map_err(|_| SendError::NotSent(io::ErrorKind::BrokenPipe.into()))
//!     }
//!
//!     fn goodbye(&self) {
//!         self.shutdown();
//!     }
//!
//!     fn shutdown(&self) {
//!         let _ = self.stop.try_send(());
//!     }
//! }
//!
//! impl transport::Receiver for Receiving {
//!     fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
//!         let (mut text, mut over) = (None, false);
//!         crossbeam_channel::select! {
//!             recv(self.from_janus) -> message => text = message.ok(),
//!             recv(self.stopped) -> _ => over = true,
//!             default(wait.deadline.saturating_duration_since(Instant::now())) => return Ok(()),
//!         }
//!         match text {
//!             Some(text) => sink(Received::Text(&text)),
//!             None if over => return Err(io::ErrorKind::ConnectionAborted.into()),
//!             None => return Err(io::ErrorKind::UnexpectedEof.into()),
//!         }
//!         Ok(())
//!     }
//! }
//!
//! # let (to_janus, requests) = unbounded::<String>();
//! # let (answers, from_janus) = unbounded::<String>();
//! # // A Janus that knows `info` and `ping`.
//! # std::thread::spawn(move || for text in requests {
//! #     let _ = answers.send(text.replace("info", "server_info").replace("ping", "pong"));
//! # });
//! let broker = Broker { to_janus, from_janus };
//! let janus = Config::new("").transport(broker).open()?;
//! janus.ping()?;
//! # Ok::<(), janus_blocking::Error>(())
//! ```
//!
//! [`Config::transport_to`](crate::Config::transport_to) returns one of the crate's own transports,
//! so that yours can wrap it, to count or to delay messages.
#![doc = include_str!("../../docs/TRANSPORTS.md")]

mod address;
mod deadline;
mod dial;
#[cfg(feature = "http")]
mod http;
mod lookout;
mod request_line;
mod send_error;
mod socket;
mod status;
mod stream;
#[cfg(feature = "tls")]
pub(crate) mod tls;
#[cfg(all(feature = "unix", target_os = "linux"))]
mod unix;
mod unreachable;
#[cfg(feature = "monitor")]
pub(crate) mod websocket;
#[cfg(not(feature = "monitor"))]
mod websocket;
mod which_api;
mod writer;

use std::{fmt, io, sync::Arc, time::Instant};

pub use {lookout::Lookout, send_error::SendError, unreachable::Unreachable};

use crate::{Result, SessionId};
pub(crate) use which_api::WhichApi;

/// A way to reach one server: makes a [`Link`] and its [`Receiver`], again after one has broken.
pub trait Transport: Send + Sync {
    /// The server's address as errors and logs show it, without secrets.
    fn address(&self) -> String;

    /// Makes a new link, at most until the deadline.
    ///
    /// # Errors
    ///
    /// [`Unreachable`], which says what to check; `?` converts an [`io::Error`] to it.
    fn connect(&self, deadline: Instant) -> Result<Connected, Unreachable>;
}

/// The sending half of a link, shared by all threads.
pub trait Link: Send + Sync {
    /// Sends one complete message. Waits for room until the deadline, without holding a lock. The
    /// answer comes through the [`Receiver`].
    ///
    /// # Errors
    ///
    /// [`SendError`] says whether the link broke, and whether the message may have gone out.
    fn send(&self, text: &str, deadline: Instant) -> Result<(), SendError>;

    /// Sends one message whose answer the calling thread waits for.
    ///
    /// By default this is [`send`](Self::send). A link on which each request has a response of its
    /// own, as over HTTP, waits for that response until the deadline and passes it to `answers`, so
    /// that it need not come through the receiver. A link that wraps another has to forward this
    /// and all other methods that have a default: the one inside may need them.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send); [`SendError::TimedOut`] also when the response did not come in
    /// time.
    fn exchange(
        &self,
        text: &str,
        deadline: Instant,
        answers: &mut dyn FnMut(Received<'_>),
    ) -> Result<(), SendError> {
        let _ = answers;
        self.send(text, deadline)
    }

    /// Sends one message that ends something on the server, without waiting. What there is no room
    /// for goes out later, after earlier messages. The default sends it if there is room now, and
    /// otherwise leaves it to the connection's thread, which waits for room.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    fn post(&self, text: &str) -> Result<(), SendError> {
        self.send(text, Instant::now())
    }

    /// Sends a ping of this kind of link, without waiting for the answer. `false` if it has none:
    /// then the crate sends Janus's own `ping`.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    fn ping(&self) -> Result<bool, SendError> {
        Ok(false)
    }

    /// Makes [`Receiver::receive`] return before its deadline, so that the thread in it finds that the
    /// link is in doubt. By default does nothing: then it finds that when its deadline has passed.
    fn wake(&self) {}

    /// Starts an orderly close after everything that was posted, without waiting. The server then
    /// closes the link, and the receiver returns `ConnectionAborted` or `UnexpectedEof`.
    fn goodbye(&self);

    /// Ends the link at once and wakes all threads that read or send. May be called more than once.
    fn shutdown(&self);

    /// How links of this kind differ from a WebSocket.
    fn properties(&self) -> Properties {
        Properties::default()
    }

    /// A session was created or claimed over this link; called before its first handle is attached.
    /// A link that answers in [`exchange`](Self::exchange) also does what [`wake`](Self::wake) does,
    /// so that the thread in `receive` checks when the session's first `keepalive` is due.
    fn session_began(&self, session: SessionId) {
        let _ = session;
    }

    /// A session has ended, or no longer belongs to this program. Must not wait.
    fn session_ended(&self, session: SessionId) {
        let _ = session;
    }
}

/// The receiving half of a link, owned by one thread at a time: the one that reads.
pub trait Receiver: Send {
    /// Waits for input until the deadline and passes every complete message to `sink`.
    ///
    /// An `Ok` without any message is normal: the deadline passed, or part of a message came. If
    /// the deadline has passed before the call, it passes on what is already there: the process may
    /// have been stopped until then.
    ///
    /// # Errors
    ///
    /// `ConnectionAborted` when the server closed the link in order; any other error means that it
    /// broke.
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()>;

    /// A way to wait for input without this receiver, if there is one. Asked for once.
    ///
    /// With it the connection's thread waits there, and a caller receives its answer itself. Without
    /// it, that thread waits in [`receive`](Self::receive), and hands the first answer after a quiet
    /// time to its caller. What `receive` has taken in when it returns must be passed on by then, or
    /// be of no use without more input: a receiver that wraps another and keeps messages back has none.
    fn lookout(&self) -> Option<Arc<dyn Lookout>> {
        None
    }
}

/// How a kind of link behaves. The default is that of a WebSocket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Properties {
    /// Janus notices when the link goes away, and keeps its sessions for `reclaim_session_timeout`
    /// only. Default `true`.
    pub reports_going_away: bool,
    /// The open link itself keeps sessions alive if their timeout is at least 45 s, so that they
    /// need no `keepalive`. Default `false`.
    pub keeps_sessions_alive: bool,
}

impl Default for Properties {
    fn default() -> Self {
        Self {
            reports_going_away: true,
            keeps_sessions_alive: false,
        }
    }
}

/// How long to wait for input.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Wait {
    /// When to return even if nothing came.
    pub deadline: Instant,
    /// No caller waits for an answer: do not wake up before the deadline without input.
    pub idle: bool,
}

/// What a receiver passes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Received<'a> {
    /// A text message: one or more JSON objects.
    Text(&'a str),
    /// Something else than a message from Janus, with a word for what it was.
    Garbage(&'static str),
    /// The beginning of a message that is too long for this link. A request that it answers ends
    /// with [`Error::Unexpected`](crate::Error::Unexpected), and is not repeated if the link ends.
    TooLong(&'a str),
    /// A sign of life without content, such as a pong.
    Nothing,
    /// The request with this transaction gets no answer: something else came, or nothing usable
    /// did. Ignored if it has its answer or its `ack` already. Only for links that override
    /// [`Link::exchange`].
    NoAnswer {
        /// The request's transaction.
        transaction: &'a str,
        /// What came, for the text of an error.
        got: &'a str,
    },
    /// This link found out that a session has ended or belongs to another client.
    SessionLost {
        /// The session.
        session: SessionId,
        /// How it was lost.
        lost: Lost,
        /// When the link asked for it. A session that was created or claimed since is not lost.
        asked: Instant,
    },
    /// Whether the server accepts the secret or token of the link's own requests, such as a long
    /// poll: `false` when it refuses them, with a new token too.
    Authorized(bool),
}

/// How a session was lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Lost {
    /// The session no longer exists on the server.
    Gone,
    /// The session exists, but was claimed over another link.
    ClaimedAway,
}

/// Both halves of a new link.
pub struct Connected {
    /// The sending half.
    pub link: Box<dyn Link>,
    /// The receiving half.
    pub receiver: Box<dyn Receiver>,
}

impl fmt::Debug for Connected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connected")
            .field("properties", &self.link.properties())
            .finish_non_exhaustive()
    }
}

/// What the crate's own transports are told of the settings of a connection.
pub(crate) struct Settings {
    pub(crate) api: WhichApi,
    #[cfg(feature = "http")]
    pub(crate) credentials: crate::auth::Credentials,
    #[cfg(feature = "http")]
    pub(crate) link_timeout: Option<std::time::Duration>,
    #[cfg(feature = "tls")]
    pub(crate) tls: tls::Tls,
}

/// The transport of an address; an error names the setting that the address is of.
pub(crate) fn by_address(
    field: &'static str,
    address: &str,
    settings: &Settings,
) -> Result<Arc<dyn Transport>> {
    address::Address::parse(address, settings.api)
        .and_then(|address| address.transport(settings))
        .map_err(|error| error.of_address(field))
}

/// Whether what goes to an address is encrypted; `None` where it stays on this machine.
pub(crate) fn encrypts(address: &str) -> Option<bool> {
    match address::Address::parse(address, WhichApi::Janus) {
        Ok(address::Address::WebSocket(url) | address::Address::Http(url)) => {
            (url.tls || !url.is_local()).then_some(url.tls)
        }
        _ => None,
    }
}
