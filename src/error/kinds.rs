//! The one error type of the crate.

use std::{io, time::Duration};

use super::{
    CloseReason, Endpoint, ErrorCode, Mismatch, RequestContext, Scope, TokenFault, Undecoded,
};
use crate::{HandleId, SessionId};

/// What every call of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, by what the caller should do about it.
///
/// The text says what was attempted, with its ids, and what to do. The cause, if there is one, is
/// the [`source`](std::error::Error::source) and is not repeated in the text. No text holds a
/// secret or a token.
///
/// If the exact variant does not matter, use a predicate: [`is_timeout`](Self::is_timeout),
/// [`is_session_gone`](Self::is_session_gone), [`code`](Self::code) ..
///
/// # Example
///
/// ```
/// use janus_blocking::{Error, ErrorCode};
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let session = janus.create_session()?;
/// let error = session.attach_raw("janus.plugin.nosuch").unwrap_err();
/// match error {
///     Error::Janus { code: ErrorCode::PLUGIN_NOT_FOUND, .. } => println!("{error}"),
///     Error::Timeout { .. } => println!("it may be attached all the same"),
///     other => return Err(other),
/// }
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting or an argument was refused before anything was sent.
    #[error("`{field}` cannot be used: {reason}")]
    #[non_exhaustive]
    Config {
        /// The field of [`Config`](crate::Config), or the argument.
        field: &'static str,
        /// What is wrong, and what would be right.
        reason: Box<str>,
    },

    /// The connection could not be established: address, TCP, HTTP, subprotocol, or not a Janus.
    #[error("cannot connect to {endpoint}: {problem}")]
    #[non_exhaustive]
    Connect {
        /// Where to.
        endpoint: Endpoint,
        /// At which step, and what to check.
        problem: Box<str>,
        /// The cause, where there is one.
        #[source]
        source: Option<io::Error>,
    },

    /// The link broke while this request was under way: *it may have been carried out*.
    #[error(
        "the connection to {endpoint} broke during a request, which may have been carried out; {}",
        if *reconnects {
            "it is being re-established, repeat the request only if that does no harm"
        } else {
            "open a new connection and claim the session"
        }
    )]
    #[non_exhaustive]
    Transport {
        /// Where the link went.
        endpoint: Endpoint,
        /// The connection is making a new link: session and handle stay usable, unless the server
        /// did not keep them.
        reconnects: bool,
        /// Why it broke.
        #[source]
        source: io::Error,
    },

    /// The connection, session or handle has ended. A call that begins after that sends nothing;
    /// one that was under way may have been carried out.
    #[error("{scope} is closed: {why}")]
    #[non_exhaustive]
    Closed {
        /// What has ended.
        scope: Scope,
        /// Why, and what to do.
        why: CloseReason,
        /// The cause, where a broken link was it.
        #[source]
        source: Option<io::Error>,
    },

    /// No answer in time: *the request may have been carried out*, if it was sent.
    #[error(
        "{request} was not {} within {} ms; {}",
        match (*sent, *acked) {
            (false, _) => "sent",
            (true, false) => "answered",
            (true, true) => "finished (Janus acknowledged it, the plugin sent no answer)",
        },
        .waited.as_millis(),
        match (*sent, *only_reads, *over_unix) {
            (false, ..) => {
                "there is no connection to the server at present, and a new one is being made; \
                 or the server reads nothing"
            }
            (true, false, _) => "it may have been carried out, repeat it only if that does no harm",
            (true, true, false) => "it only reads, so it may be repeated",
            (true, true, true) => {
                "it only reads, so it may be repeated; Janus drops answers of more than about \
                 208 kB over a Unix socket, so use another transport (ws://, http://) for those"
            }
        }
    )]
    #[non_exhaustive]
    Timeout {
        /// The request.
        request: Box<RequestContext>,
        /// How long the call waited.
        waited: Duration,
        /// Whether the request was sent. It is not if there was no link, or if the server did not
        /// read.
        sent: bool,
        /// Whether Janus had acknowledged it: then only the plugin's answer is missing.
        acked: bool,
        /// Whether it only reads: then it may be repeated.
        only_reads: bool,
        /// Whether it went over a Unix socket; Janus cannot write large answers there.
        over_unix: bool,
    },

    /// The Janus core refused the request.
    #[error("{request} was refused by Janus: {code} {reason}{}", code.advice(reason, *open, request.admin))]
    #[non_exhaustive]
    Janus {
        /// The request.
        request: Box<RequestContext>,
        /// Janus's code.
        code: ErrorCode,
        /// Janus's text.
        reason: Box<str>,
        /// Whether the server's `info` says that it needs neither secret nor token.
        open: bool,
    },

    /// The plugin refused the request.
    #[error("{request} was refused by the plugin: {}{reason}", code.prefix())]
    #[non_exhaustive]
    Plugin {
        /// The request, with the plugin's name.
        request: Box<RequestContext>,
        /// The plugin's code; 0 where it gives none.
        code: ErrorCode,
        /// The plugin's text.
        reason: Box<str>,
    },

    /// Janus gave a valid answer of the wrong kind.
    #[error("{request} expected {} and got {}; please report it", .answer.expected, .answer.got)]
    #[non_exhaustive]
    Unexpected {
        /// The request.
        request: Box<RequestContext>,
        /// What came instead.
        answer: Box<Mismatch>,
    },

    /// JSON from Janus lacks something that its type requires.
    #[error("{} does not fit its type; please report it: {}", .raw.what, .raw.text)]
    #[non_exhaustive]
    Decode {
        /// What was to be decoded, and the JSON.
        raw: Box<Undecoded>,
        /// Where it does not fit.
        #[source]
        source: serde_json::Error,
    },

    /// The event queue was full, and events are missing at this place.
    #[error("{lost} events were lost: read them faster, or raise `event_queue` and its bytes")]
    #[non_exhaustive]
    Lagged {
        /// How many.
        lost: u64,
    },

    /// The handle is already in use by this session object.
    #[error(
        "handle {handle} of session {session} is in use in this program: share the plugin object, \
         or detach or drop it before reattaching"
    )]
    #[non_exhaustive]
    HandleInUse {
        /// The session.
        session: SessionId,
        /// The handle.
        handle: HandleId,
    },

    /// There is no valid token; nothing was sent.
    #[error("{fault}")]
    #[non_exhaustive]
    Token {
        /// What is wrong with it, and what to do.
        fault: TokenFault,
        /// Why the function of [`Config::token_provider`](crate::Config::token_provider) failed.
        #[source]
        source: Option<io::Error>,
    },

    /// This build of the crate does not support it.
    #[error("{what} is not supported here: {how}")]
    #[non_exhaustive]
    Unsupported {
        /// What was asked for.
        what: Box<str>,
        /// How to enable it.
        how: &'static str,
    },

    /// Media: session descriptions, codecs, peers and their channels.
    #[cfg(feature = "webrtc")]
    #[error("{0}")]
    Media(Box<super::media::MediaError>),
}

impl Error {
    /// Whether a deadline passed. The request may have been carried out.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use janus_blocking::Config;
    ///
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// let janus = Config::new(gateway.url()).request_timeout(Duration::from_millis(5)).open()?;
    /// # gateway.inject(janus_blocking::testing::Fault::Drop);
    /// // The answer is lost on its way.
    /// assert!(janus.ping().unwrap_err().is_timeout());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn is_timeout(&self) -> bool {
        #[cfg(feature = "webrtc")]
        if let Self::Media(error) = self {
            return matches!(**error, super::media::MediaError::NotConnected { .. });
        }
        matches!(self, Self::Timeout { .. })
    }

    /// Whether the connection, session or handle has ended, or the link just broke.
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// janus.close();
    /// assert!(session.attach_raw("janus.plugin.echotest").unwrap_err().is_closed());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn is_closed(&self) -> bool {
        matches!(
            self,
            Self::Closed { .. }
                | Self::Transport {
                    reconnects: false,
                    ..
                }
        )
    }

    /// Whether the session no longer exists on the server: a new one is needed.
    ///
    /// True for Janus's 458, and for a session that has timed out or was destroyed.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::SessionId;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let error = janus.claim(SessionId::new(1)).unwrap_err();
    /// assert!(error.is_session_gone());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn is_session_gone(&self) -> bool {
        match self {
            Self::Janus { code, .. } => *code == ErrorCode::SESSION_NOT_FOUND,
            Self::Closed { why, .. } => {
                matches!(
                    why,
                    CloseReason::TimedOut | CloseReason::Gone | CloseReason::Destroyed
                )
            }
            _ => false,
        }
    }

    /// Whether the handle no longer exists on the server: attach a new one.
    ///
    /// True for Janus's 459, and for a handle that was detached.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::EchoTest;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let echo: EchoTest = session.attach()?;
    /// echo.handle().check()?;
    /// let again = echo.with_timeout(janus.config().request_timeout);
    /// echo.into_handle().detach()?;
    /// assert!(again.handle().check().unwrap_err().is_handle_gone());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn is_handle_gone(&self) -> bool {
        match self {
            Self::Janus { code, .. } => *code == ErrorCode::HANDLE_NOT_FOUND,
            Self::Closed { why, .. } => {
                matches!(why, CloseReason::Detached | CloseReason::DetachedByServer)
            }
            _ => false,
        }
    }

    /// The code that Janus or the plugin gave.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::ErrorCode;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let error = session.attach_raw("janus.plugin.nosuch").unwrap_err();
    /// assert_eq!(error.code(), Some(ErrorCode::PLUGIN_NOT_FOUND));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Janus { code, .. } | Self::Plugin { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// The request that failed, where the error is about one.
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let error = session.attach_raw("janus.plugin.nosuch").unwrap_err();
    /// let attempt = error.request().map(|attempt| &*attempt.name);
    /// assert_eq!(attempt, Some("attach"));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn request(&self) -> Option<&RequestContext> {
        match self {
            Self::Timeout { request, .. }
            | Self::Janus { request, .. }
            | Self::Plugin { request, .. }
            | Self::Unexpected { request, .. } => Some(request),
            _ => None,
        }
    }
}

/// Errors, as the crate makes them.
impl Error {
    pub(crate) fn config(field: &'static str, reason: impl Into<String>) -> Self {
        Self::Config {
            field,
            reason: reason.into().into(),
        }
    }

    /// Of an address that was given by another setting than `url`.
    pub(crate) fn of_address(self, field: &'static str) -> Self {
        match self {
            Self::Config {
                field: "url",
                reason,
            } => Self::Config { field, reason },
            other => other,
        }
    }

    pub(crate) fn closed(scope: impl Into<Scope>, why: CloseReason) -> Self {
        Self::Closed {
            scope: scope.into(),
            why,
            source: None,
        }
    }

    /// Whether nobody knows if the request was carried out, or it was not sent at all.
    pub(crate) fn is_unsettled(&self) -> bool {
        matches!(
            self,
            Self::Transport {
                reconnects: true,
                ..
            } | Self::Timeout { .. }
                | Self::Token { .. }
        )
    }

    pub(crate) fn decode(what: impl Into<String>, text: &str, source: serde_json::Error) -> Self {
        let text = crate::redact::excerpt(text);
        // It repeats words that do not fit, however long they are.
        let said = source.to_string();
        let source = match crate::redact::shown(&said) {
            cut if cut != said => serde::de::Error::custom(cut),
            _ => source,
        };
        Self::Decode {
            raw: Box::new(Undecoded {
                what: what.into(),
                text,
            }),
            source,
        }
    }

    pub(crate) fn unexpected(request: RequestContext, expected: &'static str, got: &str) -> Self {
        let got = crate::redact::excerpt(got);
        Self::Unexpected {
            request: Box::new(request),
            answer: Box::new(Mismatch { expected, got }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_is_at_most_40_bytes() {
        assert!(size_of::<Error>() <= 40, "{} bytes", size_of::<Error>());
    }
}
