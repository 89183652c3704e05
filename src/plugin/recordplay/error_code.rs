//! The codes of [`Error::Plugin`](crate::Error::Plugin) from the Record&Play plugin.
//!
//! ```
//! use janus_blocking::recordplay::error_code;
//!
//! assert_eq!(error_code::NOT_FOUND.value(), 416);
//! ```

use crate::ErrorCode;

/// 411: an empty message.
pub const NO_MESSAGE: ErrorCode = ErrorCode::new(411);
/// 412: the message is not an object.
pub const INVALID_JSON: ErrorCode = ErrorCode::new(412);
/// 413: the server's version has no such request.
pub const INVALID_REQUEST: ErrorCode = ErrorCode::new(413);
/// 414: a wrong type or value.
pub const INVALID_ELEMENT: ErrorCode = ErrorCode::new(414);
/// 415: a key is missing, or the SDP.
pub const MISSING_ELEMENT: ErrorCode = ErrorCode::new(415);
/// 416: no such recording, or one that has not ended yet.
pub const NOT_FOUND: ErrorCode = ErrorCode::new(416);
/// 417: the recording's files cannot be read.
pub const INVALID_RECORDING: ErrorCode = ErrorCode::new(417);
/// 418: the request does not fit what the handle is doing.
pub const INVALID_STATE: ErrorCode = ErrorCode::new(418);
/// 419: the SDP cannot be parsed.
pub const INVALID_SDP: ErrorCode = ErrorCode::new(419);
/// 420: a recording has that id already.
pub const RECORDING_EXISTS: ErrorCode = ErrorCode::new(420);
/// 440: a wrong admin key (since Janus 1.3.1).
pub const UNAUTHORIZED: ErrorCode = ErrorCode::new(440);
/// 499: unclassified.
pub const UNKNOWN_ERROR: ErrorCode = ErrorCode::new(499);
