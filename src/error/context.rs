//! What an error is about: the request, the server, the answer, the token.

use std::{borrow::Cow, fmt, sync::Arc};

use crate::{HandleId, SessionId};

/// The request that an error is about.
///
/// # Example
///
/// ```
/// use janus_blocking::SessionId;
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let error = janus.claim(SessionId::new(1)).unwrap_err();
/// let attempt = error.request().expect("it is about one");
/// assert_eq!(attempt.to_string(), "`claim` on session 1");
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RequestContext {
    /// The plugin's request (`register`), or Janus's verb (`claim`) if it is not a plugin request.
    pub name: Cow<'static, str>,
    /// The plugin's package name, for requests to a plugin.
    pub plugin: Option<Cow<'static, str>>,
    /// The session that it named.
    pub session: Option<SessionId>,
    /// The handle that it named.
    pub handle: Option<HandleId>,
    /// It is one of the Admin API.
    pub(crate) admin: bool,
}

impl RequestContext {
    pub(crate) fn core(name: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            plugin: None,
            session: None,
            handle: None,
            admin: false,
        }
    }

    pub(crate) fn on_session(name: &'static str, session: SessionId) -> Self {
        Self {
            session: Some(session),
            ..Self::core(name)
        }
    }

    pub(crate) fn on_handle(name: &'static str, session: SessionId, handle: HandleId) -> Self {
        Self {
            handle: Some(handle),
            ..Self::on_session(name, session)
        }
    }
}

impl fmt::Display for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.name)?;
        if let Some(plugin) = &self.plugin {
            write!(f, " of {plugin}")?;
        }
        match (self.handle, self.session) {
            (Some(handle), Some(session)) => write!(f, " on handle {handle} of session {session}"),
            (None, Some(session)) => write!(f, " on session {session}"),
            _ => Ok(()),
        }
    }
}

/// The address of a server, as errors show it.
///
/// # Example
///
/// ```
/// use janus_blocking::{Connection, Error};
///
/// // Nobody listens on port 1.
/// let Err(Error::Connect { endpoint, .. }) = Connection::open("ws://127.0.0.1:1") else {
///     panic!("there is a Janus");
/// };
/// assert_eq!(endpoint.as_str(), "ws://127.0.0.1:1");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Endpoint(Arc<String>);

impl Endpoint {
    pub(crate) fn new(address: impl Into<String>) -> Self {
        Self(Arc::new(address.into()))
    }

    /// The address as text, for example `ws://127.0.0.1:8188`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

/// The answer that was expected, and the one that came; see
/// [`Error::Unexpected`](crate::Error::Unexpected).
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, Error, Jsep, echotest::Settings, testing::AUDIO_SDP};
///
/// # let (gateway, echo) = janus_blocking::testing::attached::<EchoTest>()?;
/// # let ok = serde_json::json!({ "echotest": "event", "result": "ok" });
/// # let offer = serde_json::json!({});
/// # gateway.expect(janus_blocking::testing::Expect::request("janus.plugin.echotest", offer).event(ok));
/// // A server that takes the offer and sends no answer.
/// let offered = echo.offer(&Settings::new(), &Jsep::offer(AUDIO_SDP));
/// let Err(Error::Unexpected { answer, .. }) = offered else { panic!("an answer came") };
/// assert_eq!(answer.expected, "an answer to the offer");
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Mismatch {
    /// The kind of answer that the request has.
    pub expected: &'static str,
    /// What came, cut to 200 bytes, secrets masked.
    pub got: String,
}

/// JSON that could not be decoded; see [`Error::Decode`](crate::Error::Decode).
///
/// # Example
///
/// ```
/// use janus_blocking::{Error, videoroom::Publisher};
///
/// # let said = r#"{"joining":{},"videoroom":"event"}"#;
/// # let (_gateway, door) = janus_blocking::testing::with_event::<Publisher>(said)?;
/// // Nobody knows who has joined.
/// let Err(Error::Decode { raw, .. }) = door.events().recv() else { panic!("it fits") };
/// assert_eq!(raw.what, "an event of janus.plugin.videoroom");
/// assert_eq!(raw.text, r#"{"joining":{},"videoroom":"event"}"#);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Undecoded {
    /// What it should have been, for example an event of `janus.plugin.sip`.
    pub what: String,
    /// The JSON, cut to 200 bytes, secrets masked.
    pub text: String,
}

/// What is wrong with a token; see [`Error::Token`](crate::Error::Token). Its text says what to do.
///
/// # Example
///
/// ```
/// use std::time::SystemTime;
/// use janus_blocking::{Error, auth::{self, Secret, TokenFault}};
///
/// let secret = Secret::from("hush");
/// let error = auth::verify("some stored token", &secret, SystemTime::now()).unwrap_err();
/// assert!(matches!(error, Error::Token { fault: TokenFault::Malformed, .. }));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum TokenFault {
    /// It is not a signed token.
    Malformed,
    /// It was signed with another secret, or changed afterwards.
    WrongSignature,
    /// It has expired.
    Expired,
    /// There is no valid token, and the function of
    /// [`Config::token_provider`](crate::Config::token_provider) failed. Nothing was sent.
    NotRenewed,
    /// The function of [`Config::token_provider`](crate::Config::token_provider), which this thread or
    /// another has called, did not return within the timeout of this call. Nothing was sent.
    RenewalTooSlow,
}

impl fmt::Display for TokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => {
                "the token is not a signed one, `<expiry>,<realm>[,<descriptor>..]:<signature>`; \
                 only Janus can check stored tokens"
            }
            Self::WrongSignature => {
                "the token was signed with another secret, or changed; \
                 sign with the `token_auth_secret` of the server's janus.jcfg"
            }
            Self::Expired => {
                "the token has expired; sign a new one, and compare the clocks of the machines"
            }
            Self::NotRenewed => {
                "there is no valid token, and the function of `Config::token_provider` failed; \
                 nothing was sent, try again when it can give one"
            }
            Self::RenewalTooSlow => {
                "the function of `Config::token_provider` gave no token within the timeout of the call; \
                 nothing was sent, give it a shorter timeout of its own"
            }
        })
    }
}
