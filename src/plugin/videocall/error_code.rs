//! The codes of VideoCall's errors.

use crate::ErrorCode;

/// An empty message.
pub const NO_MESSAGE: ErrorCode = ErrorCode::new(470);
/// A body that is not an object.
pub const INVALID_JSON: ErrorCode = ErrorCode::new(471);
/// A request that this version does not know.
pub const INVALID_REQUEST: ErrorCode = ErrorCode::new(472);
/// The handle has no username yet.
pub const REGISTER_FIRST: ErrorCode = ErrorCode::new(473);
/// A wrong type or value.
pub const INVALID_ELEMENT: ErrorCode = ErrorCode::new(474);
/// A required key is absent.
pub const MISSING_ELEMENT: ErrorCode = ErrorCode::new(475);
/// The username is in use.
pub const USERNAME_TAKEN: ErrorCode = ErrorCode::new(476);
/// The handle has a username already.
pub const ALREADY_REGISTERED: ErrorCode = ErrorCode::new(477);
/// Nobody has registered that username.
pub const NO_SUCH_USERNAME: ErrorCode = ErrorCode::new(478);
/// The handle calls itself.
pub const USE_ECHO_TEST: ErrorCode = ErrorCode::new(479);
/// The handle is in a call already, which ends by that.
pub const ALREADY_IN_CALL: ErrorCode = ErrorCode::new(480);
/// There is no call to accept.
pub const NO_CALL: ErrorCode = ErrorCode::new(481);
/// The session description is absent.
pub const MISSING_SDP: ErrorCode = ErrorCode::new(482);
/// An SDP that cannot be parsed.
pub const INVALID_SDP: ErrorCode = ErrorCode::new(483);
/// Anything else.
pub const UNKNOWN_ERROR: ErrorCode = ErrorCode::new(499);
