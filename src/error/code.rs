//! Janus's error codes.

use std::fmt;

/// A code that the Janus core or a plugin gave for a refusal.
///
/// The constants are the codes of the core; those of a plugin are in its module, for example
/// [`sip::error_code`](crate::sip::error_code). Codes without a constant are passed on unchanged.
///
/// # Example
///
/// ```
/// use janus_blocking::ErrorCode;
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let session = janus.create_session()?;
/// let error = session.attach_raw("janus.plugin.nosuch").unwrap_err();
/// let code = error.code().unwrap_or(ErrorCode::UNKNOWN);
/// assert_eq!(code, ErrorCode::PLUGIN_NOT_FOUND);
/// assert_eq!(code.value(), 460);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
///
/// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ErrorCode(i32);

/// The Admin API answers `info` as the Janus API does, and nothing else.
const ADMIN_API: &str = "; this is Janus's Admin API: use the port or socket of the Janus API";

/// What the Admin API says to a wrong secret, and what the Janus API says to requests of the other.
const WRONG_ADMIN_SECRET: &str = "; the secret is not `admin_secret` in the server's janus.jcfg";
const JANUS_API: &str = "; this version of Janus does not have it, or this is the Janus API: use \
                         the port or socket of the Admin API";

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $advice:expr;)*) => {
        impl ErrorCode {
            $($(#[$doc])* pub const $name: Self = Self($code);)*

            /// What a caller can do about it, as the tail of a message. `reason` is Janus's text;
            /// `open`: the Janus API asks for neither secret nor token; `admin`: the request is one
            /// of the Admin API.
            pub(crate) fn advice(self, reason: &str, open: bool, admin: bool) -> &'static str {
                match self.0 {
                    403 if admin => WRONG_ADMIN_SECRET,
                    457 if admin => JANUS_API,
                    403 if open => ADMIN_API,
                    490 if reason.contains("setting ICE") => {
                        "; an earlier offer on this handle is in the way: call `Handle::hangup`, \
                         wait for the event `hangup`, then try again"
                    }
                    $($code => $advice,)*
                    _ => "",
                }
            }
        }
    };
}

codes! {
    /// 403: a missing or wrong `apisecret` or `token`.
    UNAUTHORIZED = 403, "; set `Config::api_secret` to `api_secret` in janus.jcfg, or \
                         `Config::token` to a token that this server accepts; if they are right, this may \
                         be the Admin API, which takes neither";
    /// 405: the token is valid but may not use this plugin.
    UNAUTHORIZED_PLUGIN = 405, "; allow the plugin for this token (Admin API `allow_token`), or \
                                sign one that names the plugin";
    /// 450: a problem of the transport.
    TRANSPORT_SPECIFIC = 450, "";
    /// 452: no verb in the message.
    MISSING_REQUEST = 452, "";
    /// 453: the core does not know the verb.
    UNKNOWN_REQUEST = 453, "";
    /// 454: the message could not be parsed.
    INVALID_JSON = 454, "";
    /// 455: not an object where one is needed.
    INVALID_JSON_OBJECT = 455, "";
    /// 456: a required key is absent.
    MISSING_MANDATORY_ELEMENT = 456, "";
    /// 457: the verb does not exist at this level.
    INVALID_REQUEST_PATH = 457, ADMIN_API;
    /// 458: no such session.
    SESSION_NOT_FOUND = 458, "; the session was destroyed or has timed out: create a new one";
    /// 459: no such handle in that session.
    HANDLE_NOT_FOUND = 459, "; the handle was detached, or never was in this session: \
                             attach a new one";
    /// 460: no plugin of that package name.
    PLUGIN_NOT_FOUND = 460, "; check the package name, and that the server loads that plugin \
                             (`info` lists them)";
    /// 461: the plugin failed to create the handle.
    PLUGIN_ATTACH = 461, "";
    /// 462: the message could not be handed to the plugin.
    PLUGIN_MESSAGE = 462, "";
    /// 463: detach or hangup failed.
    PLUGIN_DETACH = 463, "";
    /// 464: `jsep.type` is neither offer nor answer.
    JSEP_UNKNOWN_TYPE = 464, "";
    /// 465: the SDP could not be processed.
    JSEP_INVALID_SDP = 465, "";
    /// 466: a candidate for a PeerConnection that does not exist.
    TRICKLE_INVALID_STREAM = 466, "";
    /// 467: a key has the wrong JSON type or range.
    INVALID_ELEMENT_TYPE = 467, "";
    /// 468: the session id asked for is in use.
    SESSION_CONFLICT = 468, "";
    /// 469: an SDP answer without an offer before it.
    UNEXPECTED_ANSWER = 469, "";
    /// 470: unknown stored token (Admin API).
    TOKEN_NOT_FOUND = 470, "";
    /// 471: the PeerConnection is in an incompatible state.
    WEBRTC_STATE = 471, "; the previous PeerConnection of this handle is still being cleaned up: \
                         wait for the event `hangup`, then try again";
    /// 472: the server was told to accept no new sessions.
    NOT_ACCEPTING_SESSIONS = 472, "; the server is draining: use another one, or try later";
    /// 490: an unclassified failure.
    UNKNOWN = 490, "";
}

impl ErrorCode {
    /// Wraps the number.
    pub const fn new(code: i32) -> Self {
        Self(code)
    }

    /// The number.
    pub const fn value(self) -> i32 {
        self.0
    }

    /// For texts: the code and a blank; nothing where a plugin gives the code 0 with its text.
    pub(crate) fn prefix(self) -> String {
        match self.0 {
            0 => String::new(),
            code => format!("{code} "),
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
