//! The codes of TextRoom's errors.

use crate::ErrorCode;

/// An empty message.
pub const NO_MESSAGE: ErrorCode = ErrorCode::new(411);
/// A body that is not an object.
pub const INVALID_JSON: ErrorCode = ErrorCode::new(412);
/// A required key is absent.
pub const MISSING_ELEMENT: ErrorCode = ErrorCode::new(413);
/// A wrong type or value; also a text id on a server without `string_ids`, and the reverse.
pub const INVALID_ELEMENT: ErrorCode = ErrorCode::new(414);
/// A request that this version does not know.
pub const INVALID_REQUEST: ErrorCode = ErrorCode::new(415);
/// `setup` for a second time, or `restart` before the first.
pub const ALREADY_SETUP: ErrorCode = ErrorCode::new(416);
/// No such room.
pub const NO_SUCH_ROOM: ErrorCode = ErrorCode::new(417);
/// The id of the room is taken.
pub const ROOM_EXISTS: ErrorCode = ErrorCode::new(418);
/// A wrong secret, pin, token or admin key.
pub const UNAUTHORIZED: ErrorCode = ErrorCode::new(419);
/// The username is taken in that room.
pub const USERNAME_EXISTS: ErrorCode = ErrorCode::new(420);
/// The handle is in that room already.
pub const ALREADY_IN_ROOM: ErrorCode = ErrorCode::new(421);
/// The handle is not in that room.
pub const NOT_IN_ROOM: ErrorCode = ErrorCode::new(422);
/// No such participant.
pub const NO_SUCH_USER: ErrorCode = ErrorCode::new(423);
/// Anything else.
pub const UNKNOWN_ERROR: ErrorCode = ErrorCode::new(499);
