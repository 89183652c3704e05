//! The codes of [`Error::Plugin`](crate::Error::Plugin) from the NoSIP plugin.
//!
//! ```
//! use janus_blocking::nosip::error_code;
//!
//! assert_eq!(error_code::TOO_STRICT.value(), 450);
//! ```

use crate::ErrorCode;

/// 440: an empty message.
pub const NO_MESSAGE: ErrorCode = ErrorCode::new(440);
/// 441: the message is not an object.
pub const INVALID_JSON: ErrorCode = ErrorCode::new(441);
/// 442: the server's version has no such request.
pub const INVALID_REQUEST: ErrorCode = ErrorCode::new(442);
/// 443: a key is missing.
pub const MISSING_ELEMENT: ErrorCode = ErrorCode::new(443);
/// 444: a wrong type or value.
pub const INVALID_ELEMENT: ErrorCode = ErrorCode::new(444);
/// 445: not possible in this state of the call.
pub const WRONG_STATE: ErrorCode = ErrorCode::new(445);
/// 446: the SDP is missing, cannot be parsed, or has a data channel.
pub const MISSING_SDP: ErrorCode = ErrorCode::new(446);
/// 447: the SDP has neither audio nor video, or no address.
pub const INVALID_SDP: ErrorCode = ErrorCode::new(447);
/// 448: no ports for RTP could be bound.
pub const IO_ERROR: ErrorCode = ErrorCode::new(448);
/// 449: nothing was selected to be recorded.
pub const RECORDING_ERROR: ErrorCode = ErrorCode::new(449);
/// 450: SRTP is mandatory here and the peer does not offer it.
pub const TOO_STRICT: ErrorCode = ErrorCode::new(450);
/// 451: no such forwarder (since Janus 1.4.0).
pub const NO_SUCH_STREAM: ErrorCode = ErrorCode::new(451);
/// 499: unclassified.
pub const UNKNOWN_ERROR: ErrorCode = ErrorCode::new(499);
