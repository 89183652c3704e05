//! The server as a whole: what it is, its settings, its network.

use std::{net::IpAddr, time::Duration};

use serde::{Deserialize, Deserializer};
use serde_json::json;

use super::{Admin, Request};
use crate::{Result, ServerInfo};

/// The settings of a server that can be changed while it runs; see [`Admin::status`].
///
/// What the server does not say is `None`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Status {
    /// Whether stored tokens are on, so that [`Admin::add_token`] works.
    pub token_auth: Option<bool>,
    /// How long a session lives without a request; zero: for ever.
    #[serde(deserialize_with = "seconds")]
    pub session_timeout: Option<Duration>,
    /// How long a session whose link is gone can be claimed; zero: not at all.
    #[serde(deserialize_with = "seconds")]
    pub reclaim_session_timeout: Option<Duration>,
    /// How long candidates are kept that come before their SDP.
    #[serde(deserialize_with = "seconds")]
    pub candidates_timeout: Option<Duration>,
    /// How much Janus logs: 0 nothing, 4 (its default) what happens, 7 everything.
    pub log_level: Option<u32>,
    /// Whether lines of the log begin with the time.
    pub log_timestamps: Option<bool>,
    /// Whether lines of the log have colours.
    pub log_colors: Option<bool>,
    /// The signal at which the log's file is opened anew; 0: none (since 1.2.2).
    pub log_rotate_sig: Option<i32>,
    /// Whether locks are logged.
    pub locking_debug: Option<bool>,
    /// Whether reference counts are logged.
    pub refcount_debug: Option<bool>,
    /// Whether libnice logs. Gone since Janus 1.3.2.
    pub libnice_debug: Option<bool>,
    /// The smallest window of its NACK queue, in milliseconds.
    pub min_nack_queue: Option<u32>,
    /// Whether NACKs are optimised.
    #[serde(rename = "nack-optimizations")]
    pub nack_optimizations: Option<bool>,
    /// After how many seconds without media a handle hears of it.
    pub no_media_timer: Option<u32>,
    /// How many lost packets a second are a slow link; 0: none are.
    pub slowlink_threshold: Option<u32>,
}

/// One of the event loops that all handles share; see [`Admin::loops_info`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LoopInfo {
    /// Its number, from 0: the `loop_index` of
    /// [`AttachOptions`](crate::connection::AttachOptions).
    pub id: u64,
    /// How many handles use it.
    pub handles: u64,
}

/// What a name means to the server; see [`Admin::resolve_address`].
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Resolved {
    /// The address.
    pub ip: IpAddr,
    /// How long that took.
    #[serde(default, deserialize_with = "micros")]
    pub elapsed: Option<Duration>,
}

/// What a STUN server says of the server; see [`Admin::test_stun`].
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct StunTest {
    /// The server's address as the STUN server sees it.
    pub public_ip: IpAddr,
    /// The port that it sees.
    pub public_port: u16,
    /// How long that took.
    #[serde(default, deserialize_with = "micros")]
    pub elapsed: Option<Duration>,
}

fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    Ok(Option::<u64>::deserialize(from)?.map(Duration::from_secs))
}

pub(super) fn micros<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    Ok(Option::<u64>::deserialize(from)?.map(Duration::from_micros))
}

/// The settings that are one value, confirmed under a key of their own.
macro_rules! settings {
    ($($(#[$doc:meta])* $method:ident($key:ident: $type:ty = $example:literal) -> $confirmed:literal;)+) => {
        impl Admin {
            $(
                $(#[$doc])*
                ///
                /// Sends the request of this name and returns the new value as Janus confirms it. It
                /// counts until Janus ends, or is changed again.
                ///
                /// # Errors
                ///
                /// [Those of every method](Admin#errors-of-every-method).
                ///
                /// # Example
                ///
                /// ```
                /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
                /// # let admin = gateway.admin()?;
                #[doc = concat!("let value = admin.", stringify!($method), "(", $example, ")?;")]
                #[doc = concat!("assert_eq!(value, ", $example, ");")]
                /// # Ok::<(), janus_blocking::Error>(())
                /// ```
                ///
                /// Janus docs: *Admin/Monitor API*.
                pub fn $method(&self, $key: $type) -> Result<$type> {
                    let request = Request::changing(stringify!($method));
                    self.set(&request, (stringify!($key), $key), $confirmed)
                }
            )+
        }
    };
}

settings! {
    /// Sets how much Janus logs, from 0 (nothing) to 7 (everything); 4 is its default. Another number
    /// is refused with 467.
    set_log_level(level: u32 = 5) -> "level";
    /// Sets whether lines of the log begin with the time.
    set_log_timestamps(timestamps: bool = true) -> "log_timestamps";
    /// Sets whether lines of the log have colours.
    set_log_colors(colors: bool = true) -> "log_colors";
    /// Sets whether every lock is logged; very much.
    set_locking_debug(debug: bool = true) -> "locking_debug";
    /// Sets whether every reference count is logged; very much.
    set_refcount_debug(debug: bool = true) -> "refcount_debug";
    /// Sets whether libnice logs. Gone since Janus 1.3.2, which refuses it with 457.
    set_libnice_debug(debug: bool = true) -> "libnice_debug";
    /// Sets the smallest window of the NACK queue, in milliseconds; Janus's default is 200.
    set_min_nack_queue(min_nack_queue: u32 = 300) -> "min_nack_queue";
    /// Sets whether a packet of a keyframe that is complete is not kept for NACKs.
    set_nack_optimizations(nack_optimizations: bool = true) -> "nack-optimizations";
    /// Sets after how many seconds without media a handle gets [`Event::Media`](crate::Event::Media);
    /// 0: never. Janus's default is 1.
    set_no_media_timer(no_media_timer: u32 = 3) -> "no_media_timer";
    /// Sets how many lost packets a second give a handle
    /// [`Event::SlowLink`](crate::Event::SlowLink); 0, Janus's default: none do.
    set_slowlink_threshold(slowlink_threshold: u32 = 4) -> "slowlink_threshold";
    /// Sets whether clients may create sessions. With `false`, `create` is refused with 472, and the
    /// sessions that exist go on: so a server is drained.
    accept_new_sessions(accept: bool = true) -> "accept";
}

impl Admin {
    /// Asks the server about itself.
    ///
    /// Sends `info`, which needs no secret, and waits for its answer: the same as for
    /// [`Connection::info`](crate::Connection::info).
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// # Example
    ///
    /// ```
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// # let admin = gateway.admin()?;
    /// println!("Janus {}", admin.info()?.version_string);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn info(&self) -> Result<ServerInfo> {
        self.connection.info()
    }

    /// Measures how long the server takes to answer.
    ///
    /// Sends `ping`, which needs no secret, and waits for its `pong`.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// # Example
    ///
    /// ```
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// # let admin = gateway.admin()?;
    /// assert!(admin.ping()? <= admin.config().request_timeout);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn ping(&self) -> Result<Duration> {
        self.connection.ping()
    }

    /// Asks for the settings that can be changed while Janus runs.
    ///
    /// Sends `get_status`.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// # Example
    ///
    /// ```
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// # let admin = gateway.admin()?;
    /// assert_eq!(admin.status()?.log_level, Some(4));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn status(&self) -> Result<Status> {
        self.key(&Request::reading("get_status"), "status")
    }

    /// Sets how long sessions live without a request, unless they have a timeout of their own.
    ///
    /// Sends `set_session_timeout`, with whole seconds, rounded up, and returns what Janus confirms.
    /// [`Duration::ZERO`]: for ever. [`Connection`](crate::Connection)s go by what `info` told
    /// them when their link was made, so a much shorter timeout may end their sessions.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// # let admin = gateway.admin()?;
    /// let minutes = Duration::from_secs(120);
    /// assert_eq!(admin.set_session_timeout(minutes)?, minutes);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn set_session_timeout(&self, timeout: Duration) -> Result<Duration> {
        let request = Request::changing("set_session_timeout");
        let timeout = ("timeout", whole_seconds(timeout));
        let confirmed = self.set(&request, timeout, "timeout")?;
        Ok(Duration::from_secs(
            u64::try_from(confirmed).unwrap_or_default(),
        ))
    }

    /// Asks for the server's event loops, and how many handles each has.
    ///
    /// Sends `loops_info`. There are none unless `event_loops` in janus.jcfg says so: then each
    /// handle has a loop of its own.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// # Example
    ///
    /// ```
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// # let admin = gateway.admin()?;
    /// for event_loop in admin.loops_info()? {
    ///     println!("loop {}: {} handles", event_loop.id, event_loop.handles);
    /// }
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn loops_info(&self) -> Result<Vec<LoopInfo>> {
        self.key(&Request::reading("loops_info"), "loops")
    }

    /// Asks what a host name means to the server.
    ///
    /// Sends `resolve_address`. Janus waits for its resolver, and answers no other request of the
    /// Admin API meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`](crate::Error::Janus) with 490 when the name cannot be resolved.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// let found = admin.resolve_address("stun.example.org")?;
    /// println!("{} after {:?}", found.ip, found.elapsed);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn resolve_address(&self, address: &str) -> Result<Resolved> {
        let request = Request::reading("resolve_address");
        self.asked(&request, &json!({ "address": address }))
    }

    /// Asks a STUN server for the address of the server.
    ///
    /// Sends `test_stun`. `localport` is the port that the server asks from; `None`: any.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`](crate::Error::Janus) with 490 when the STUN server does not answer, which
    /// Janus waits for; give the call a longer [timeout](Self::with_timeout) if need be.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// let seen = admin.test_stun("stun.example.org", 3478, None)?;
    /// println!("this Janus is {}:{}", seen.public_ip, seen.public_port);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn test_stun(&self, address: &str, port: u16, localport: Option<u16>) -> Result<StunTest> {
        let mut parameters = json!({ "address": address, "port": port });
        if let Some(localport) = localport {
            parameters["localport"] = localport.into();
        }
        self.asked(&Request::reading("test_stun"), &parameters)
    }
}

/// Rounded up: less than a second must not become 0, which is for ever. At most what Janus has room for.
pub(super) fn whole_seconds(duration: Duration) -> i64 {
    let seconds = duration.as_nanos().div_ceil(1_000_000_000);
    i32::try_from(seconds).unwrap_or(i32::MAX).into()
}
