//! The codes of [`Error::Plugin`](crate::Error::Plugin) from the SIP plugin.
//!
//! Two more kinds occur there: 0 from requests that need a call, outside of one, and, from
//! [`register`](super::Sip::register), the SIP code of the registrar (`403`, `404` ..) or, from 900
//! on, of the SIP stack. A few SIP codes are equal to codes below in number, such as 440; the
//! reason tells them apart: it begins with `registration failed:`.
//!
//! ```
//! use janus_blocking::sip::error_code;
//!
//! assert_eq!(error_code::WRONG_STATE.value(), 447);
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
/// 444: a wrong type, value, or combination.
pub const INVALID_ELEMENT: ErrorCode = ErrorCode::new(444);
/// 445: this handle is registering or registered already.
pub const ALREADY_REGISTERED: ErrorCode = ErrorCode::new(445);
/// 446: not a SIP URI.
pub const INVALID_ADDRESS: ErrorCode = ErrorCode::new(446);
/// 447: not possible in this state of the account or the call.
pub const WRONG_STATE: ErrorCode = ErrorCode::new(447);
/// 448: the SDP is missing or cannot be used.
pub const MISSING_SDP: ErrorCode = ErrorCode::new(448);
/// 449: the SIP stack failed.
pub const LIBSOFIA_ERROR: ErrorCode = ErrorCode::new(449);
/// 450: no ports for RTP could be bound.
pub const IO_ERROR: ErrorCode = ErrorCode::new(450);
/// 451: nothing was selected to be recorded.
pub const RECORDING_ERROR: ErrorCode = ErrorCode::new(451);
/// 452: SRTP is mandatory here and the caller does not offer it.
pub const TOO_STRICT: ErrorCode = ErrorCode::new(452);
/// 453: helper and master do not fit.
pub const HELPER_ERROR: ErrorCode = ErrorCode::new(453);
/// 454: the call to be replaced is unknown.
pub const NO_SUCH_CALLID: ErrorCode = ErrorCode::new(454);
/// 455: no such forwarder (since Janus 1.4.0).
pub const NO_SUCH_STREAM: ErrorCode = ErrorCode::new(455);
/// 499: unclassified.
pub const UNKNOWN_ERROR: ErrorCode = ErrorCode::new(499);
