//! The codes of Streaming's errors.

use crate::ErrorCode;

/// An empty message.
pub const NO_MESSAGE: ErrorCode = ErrorCode::new(450);
/// A body that is not an object.
pub const INVALID_JSON: ErrorCode = ErrorCode::new(451);
/// A request that this version does not know, or that does not fit the mountpoint.
pub const INVALID_REQUEST: ErrorCode = ErrorCode::new(452);
/// A required key is absent.
pub const MISSING_ELEMENT: ErrorCode = ErrorCode::new(453);
/// A wrong type or value; also a text id on a server without `string_ids`, and the reverse.
pub const INVALID_ELEMENT: ErrorCode = ErrorCode::new(454);
/// No such mountpoint, or the handle watches none.
pub const NO_SUCH_MOUNTPOINT: ErrorCode = ErrorCode::new(455);
/// The mountpoint could not be created: its id is taken, or its source cannot be used.
pub const CANT_CREATE: ErrorCode = ErrorCode::new(456);
/// A wrong secret, pin or admin key.
pub const UNAUTHORIZED: ErrorCode = ErrorCode::new(457);
/// The viewer cannot be switched between these mountpoints.
pub const CANT_SWITCH: ErrorCode = ErrorCode::new(458);
/// The recording's file cannot be written.
pub const CANT_RECORD: ErrorCode = ErrorCode::new(459);
/// The handle watches a mountpoint already.
pub const INVALID_STATE: ErrorCode = ErrorCode::new(460);
/// The viewer's offer cannot be used. Since Janus 1.1.4.
pub const INVALID_SDP: ErrorCode = ErrorCode::new(461);
/// Anything else.
pub const UNKNOWN_ERROR: ErrorCode = ErrorCode::new(470);
