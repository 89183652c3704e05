//! The Admin API: what operators ask of a Janus and change in it.
//!
//! # Example
//!
//! ```no_run
//! use janus_blocking::{VideoRoom, admin::{Admin, info::PluginInfo}, videoroom::List};
//!
//! let admin = Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
//! for session in admin.list_sessions()? {
//!     for handle in admin.list_handles(session)? {
//!         let info = admin.handle_info(session, handle)?;
//!         if let PluginInfo::Sip(sip) = info.plugin_specific {
//!             println!("{handle}: {} is {}", sip.username.unwrap_or_default(), sip.call_status);
//!         }
//!     }
//! }
//! for room in admin.message_plugin(&List::new())?.list {
//!     println!("{} {}", room.room, room.description);
//! }
//! # Ok::<(), janus_blocking::Error>(())
//! ```
#![doc = include_str!("../../docs/ADMIN.md")]

mod call_state;
mod handles;
pub mod info;
mod modules;
mod server;
mod sessions;
mod tokens;

use std::{fmt, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

pub use call_state::CallState;
pub use handles::Dump;
pub use modules::{EventHandlerSettings, TransportConnections, TransportSettings};
pub use server::{LoopInfo, Resolved, Status, StunTest};
pub use tokens::StoredToken;

use crate::{
    Config, Connection, ConnectionState, Error, ErrorCode, HandleId, Result, SessionId,
    StateChanges,
    engine::Call,
    router::{Answer, Expects},
    wire::lenient,
    wire::{Outgoing, Verb},
};

/// A connection to the Admin API of a Janus server.
///
/// It works as a [`Connection`] does: one thread of its own, calls from any thread, and a new link
/// when one breaks. A request that only reads is repeated then; any other one ends with
/// [`Error::Transport`]. Dropping the last copy closes it, as [`close`](Self::close) does.
///
/// # Errors of every method
///
/// [`Error::Janus`] when Janus refuses: with 403 for a wrong secret, 457 for a request that this
/// version does not have, 458 when there is no such session, 459 when it has no such handle, 490
/// for what Janus has no other code for. [`Error::Timeout`] when no answer comes in time.
///
/// Janus docs: *Admin/Monitor API*.
pub struct Admin {
    connection: Connection,
}

/// A request as its envelope has it.
struct Request {
    name: &'static str,
    session: Option<SessionId>,
    handle: Option<HandleId>,
    /// It changes nothing, so that it may be repeated when a link broke under it.
    reads: bool,
}

impl Request {
    /// One that changes nothing.
    const fn reading(name: &'static str) -> Self {
        Self {
            reads: true,
            ..Self::changing(name)
        }
    }

    const fn changing(name: &'static str) -> Self {
        Self {
            name,
            session: None,
            handle: None,
            reads: false,
        }
    }

    fn of_session(self, session: SessionId) -> Self {
        Self {
            session: Some(session),
            ..self
        }
    }

    fn of_handle(self, session: SessionId, handle: HandleId) -> Self {
        Self {
            handle: Some(handle),
            ..self.of_session(session)
        }
    }
}

impl Config {
    /// Connects to the Admin API, as [`Admin::open`] does, with these settings.
    ///
    /// The secrets and tokens of the Janus API among them are not sent. With
    /// [`start_offline`](Self::start_offline), a wrong secret or API shows with the first request if no
    /// server can be reached now.
    ///
    /// # Errors
    ///
    /// As for [`Admin::open`]; [`Error::Config`] for an invalid setting.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use janus_blocking::{Config, testing::FakeGateway};
    ///
    /// let gateway = FakeGateway::start()?;
    /// let config = Config::new(gateway.admin_url()?).request_timeout(Duration::from_secs(3));
    /// let admin = config.open_admin(FakeGateway::ADMIN_SECRET)?;
    /// assert!(admin.list_sessions()?.is_empty());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn open_admin(mut self, secret: impl Into<String>) -> Result<Admin> {
        self.admin_secret = Some(secret.into());
        (self.api_secret, self.token, self.token_source) = (None, None, None);
        let connection = Connection::with_config(self)?;
        let admin = Admin { connection };
        let is_offline = matches!(admin.state(), ConnectionState::Reconnecting { .. });
        if is_offline && admin.config().start_offline {
            // There is no server to ask.
            return Ok(admin);
        }
        match admin.status() {
            Err(Error::Janus { code, .. }) if code == ErrorCode::INVALID_REQUEST_PATH => {
                Err(admin.is_janus_api())
            }
            status => status.map(|_| admin),
        }
    }
}

impl Admin {
    /// Connects to the Admin API at that address, with the default [`Config`].
    ///
    /// The address is like that of a [`Connection`], with the ports and the path of the Admin API:
    /// `ws://host` means port 7188, `wss://` 7989, `http://` 7088 and `https://` 7889 with the path
    /// `/admin`; a Unix socket is the one at `admin_path`. `secret` is `admin_secret` in janus.jcfg.
    ///
    /// Makes a link, sends `info` and `get_status`, and returns when both are answered: so the
    /// server is known to be a Janus, its API to be the Admin API, and the secret to be right.
    /// Janus's Admin API is off for every transport until it is switched on.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an invalid address, [`Error::Connect`] when no Admin API can be reached
    /// or the address is that of the Janus API, [`Error::Janus`] with 403 for a wrong secret.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{ErrorCode, admin::Admin, testing::FakeGateway};
    ///
    /// let gateway = FakeGateway::start()?;
    /// let admin = Admin::open(&gateway.admin_url()?, FakeGateway::ADMIN_SECRET)?;
    /// admin.ping()?;
    /// let error = Admin::open(&gateway.admin_url()?, "guess").unwrap_err();
    /// assert_eq!(error.code(), Some(ErrorCode::UNAUTHORIZED));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn open(url: &str, secret: impl Into<String>) -> Result<Self> {
        Config::new(url).open_admin(secret)
    }

    /// The same connection with another timeout for its calls: `timeout` instead of
    /// [`Config::request_timeout`].
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// # let admin = gateway.admin()?;
    /// let patient = admin.with_timeout(Duration::from_secs(60));
    /// patient.list_sessions()?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            connection: self.connection.with_timeout(timeout),
        }
    }

    /// Ends the connection: sends a close and waits until the server has closed the link, at most
    /// [`Config::close_timeout`].
    ///
    /// # Example
    ///
    /// ```
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// # let admin = gateway.admin()?;
    /// admin.close();
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn close(self) {
        self.connection.close();
    }

    /// Returns whether there is a link. Sends nothing.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::connection::ConnectionState;
    ///
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// # let admin = gateway.admin()?;
    /// assert_eq!(admin.state(), ConnectionState::Connected);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn state(&self) -> ConnectionState {
        self.connection.state()
    }

    /// Returns a channel that receives every change of [`state`](Self::state); see
    /// [`Connection::states`].
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{CloseReason, connection::ConnectionState};
    ///
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// # let admin = gateway.admin()?;
    /// let states = admin.states();
    /// admin.close();
    /// let last = states.iter().last();
    /// assert_eq!(last, Some(ConnectionState::Closed(CloseReason::ConnectionClosed)));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn states(&self) -> StateChanges {
        self.connection.states()
    }

    /// The settings that it was opened with.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// # let admin = gateway.admin()?;
    /// assert_eq!(admin.config().request_timeout, Duration::from_secs(10));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn config(&self) -> &Config {
        self.connection.config()
    }

    /// Sends a request and returns its whole answer.
    fn ask<B: Serialize>(&self, request: &Request, parameters: &B) -> Result<Box<str>> {
        let outgoing = Outgoing {
            repeats: request.reads,
            body: Some(parameters),
            ..Outgoing::new(Verb::Admin(request.name), request.session, request.handle)
        };
        let call = Call::new(outgoing, Expects::Admin, self.connection.timeout()?);
        match self.connection.engine().call(&call)? {
            Answer::Whole(text) => Ok(text),
            _ => Err(Error::unexpected(call.context(), "`success`", "")),
        }
    }

    /// Sends a request and decodes its answer.
    fn asked<T: DeserializeOwned>(
        &self,
        request: &Request,
        parameters: &impl Serialize,
    ) -> Result<T> {
        let text = self.ask(request, parameters)?;
        decode(request, &text)
    }

    /// Sends a request without parameters and returns one key of its answer.
    fn key<T: DeserializeOwned>(&self, request: &Request, key: &str) -> Result<T> {
        let answer: Value = self.asked(request, &json!({}))?;
        of_key(request, answer, key)
    }

    /// Sends a request whose answer says nothing.
    fn order(&self, request: &Request, parameters: &impl Serialize) -> Result<()> {
        self.ask(request, parameters).map(drop)
    }

    /// Changes a setting and returns its value as Janus confirms it.
    fn set<T: Serialize + DeserializeOwned>(
        &self,
        request: &Request,
        (key, value): (&str, T),
        confirmed: &str,
    ) -> Result<T> {
        let answer: Value = self.asked(request, &json!({ key: value }))?;
        of_key(request, answer, confirmed)
    }

    /// It answered as the other API does.
    fn is_janus_api(&self) -> Error {
        let problem = "this is the Janus API, not the Admin API; use the port, path or socket of \
                       the Admin API, as `admin_` settings in the transports' files name them \
                       (7188 for WebSockets, 7088 and /admin for HTTP), and switch it on there";
        Error::Connect {
            endpoint: self.connection.engine().endpoint(),
            problem: problem.into(),
            source: None,
        }
    }
}

fn decode<T: DeserializeOwned>(request: &Request, text: &str) -> Result<T> {
    let what = || format!("the answer to `{}`", request.name);
    lenient::from_str(text).map_err(|error| Error::decode(what(), text, error))
}

fn of_key<T: DeserializeOwned>(request: &Request, mut answer: Value, key: &str) -> Result<T> {
    // Not by index: what answers may be an array.
    let value = answer.get_mut(key).map(Value::take).unwrap_or_default();
    decode(request, &value.to_string())
}

#[cfg(test)]
mod tests;

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin")
            .field("connection", &self.connection)
            .finish()
    }
}
