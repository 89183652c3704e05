//! What an [`Error`](crate::Error) is about: the request, the server, what has ended, an answer that did not fit.
//!
//! # What to do
//!
//! | variant | means | what to do |
//! |---|---|---|
//! | [`Config`](crate::Error::Config) | a setting or argument was refused; nothing was sent | fix it |
//! | [`Connect`](crate::Error::Connect) | the connection could not be established | the text says what to check; try again later |
//! | [`Transport`](crate::Error::Transport) | the link broke during this request, which *may have been carried out* | repeat it only if that does no harm; see [when a link breaks](crate#when-a-link-breaks) |
//! | [`Closed`](crate::Error::Closed) | the connection, session or handle ended, before the call or while it waited | see [`CloseReason`] |
//! | [`Timeout`](crate::Error::Timeout) | no answer in time; if the request was sent, it *may have been carried out* | repeat it only if that does no harm |
//! | [`Janus`](crate::Error::Janus) | the core refused | look at the code |
//! | [`Plugin`](crate::Error::Plugin) | the plugin refused | look at the code, for example [`sip::error_code`](crate::sip::error_code) |
//! | [`Unexpected`](crate::Error::Unexpected) | an answer of the wrong kind | report it |
//! | [`Decode`](crate::Error::Decode) | JSON without something that its type requires | report it; later events still arrive |
//! | [`Lagged`](crate::Error::Lagged) | events are missing at this place | read faster, or raise [`Config::event_queue`](crate::Config::event_queue) and the limits in bytes beside it |
//! | [`Token`](crate::Error::Token) | there is no valid token, or [`auth::verify`](crate::auth::verify) rejected it; nothing was sent | the text says what to do; the source is your function's error |
//! | [`HandleInUse`](crate::Error::HandleInUse) | this session object has the handle already | share the plugin, or drop it first |
//! | [`Unsupported`](crate::Error::Unsupported) | this build or version cannot do it | the text says what to do |

pub(crate) mod close_reason;
pub(crate) mod code;
pub(crate) mod context;
pub(crate) mod kinds;
#[cfg(feature = "webrtc")]
pub(crate) mod media;

pub(crate) use close_reason::CloseReason;
pub use close_reason::Scope;
pub(crate) use code::ErrorCode;
pub(crate) use context::TokenFault;
pub use context::{Endpoint, Mismatch, RequestContext, Undecoded};
