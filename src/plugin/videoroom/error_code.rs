//! The codes of VideoRoom's errors.

use crate::ErrorCode;

/// An empty message.
pub const NO_MESSAGE: ErrorCode = ErrorCode::new(421);
/// A body that is not an object.
pub const INVALID_JSON: ErrorCode = ErrorCode::new(422);
/// A request that this version does not know, or that is not for this kind of handle.
pub const INVALID_REQUEST: ErrorCode = ErrorCode::new(423);
/// The handle is neither publisher nor subscriber yet.
pub const JOIN_FIRST: ErrorCode = ErrorCode::new(424);
/// The handle has joined already, perhaps a room that it has left since.
pub const ALREADY_JOINED: ErrorCode = ErrorCode::new(425);
/// No such room, or it has been left or destroyed.
pub const NO_SUCH_ROOM: ErrorCode = ErrorCode::new(426);
/// The id of the room is taken.
pub const ROOM_EXISTS: ErrorCode = ErrorCode::new(427);
/// No such publisher or participant, one that does not publish yet, or no such stream of it.
pub const NO_SUCH_FEED: ErrorCode = ErrorCode::new(428);
/// A required key is absent.
pub const MISSING_ELEMENT: ErrorCode = ErrorCode::new(429);
/// A wrong type or value; also a text id on a server without `string_ids`, and the reverse.
pub const INVALID_ELEMENT: ErrorCode = ErrorCode::new(430);
/// An offer where an answer is expected, or the reverse.
pub const INVALID_SDP_TYPE: ErrorCode = ErrorCode::new(431);
/// The room has as many publishers as it may have.
pub const PUBLISHERS_FULL: ErrorCode = ErrorCode::new(432);
/// A wrong secret, pin, token, admin key or private id; or the participant was kicked.
pub const UNAUTHORIZED: ErrorCode = ErrorCode::new(433);
/// The handle publishes already.
pub const ALREADY_PUBLISHED: ErrorCode = ErrorCode::new(434);
/// The handle does not publish.
pub const NOT_PUBLISHED: ErrorCode = ErrorCode::new(435);
/// The id of the participant, or the name of the remotization, is taken.
pub const ID_EXISTS: ErrorCode = ErrorCode::new(436);
/// An SDP that cannot be parsed, or without a codec that can be used.
pub const INVALID_SDP: ErrorCode = ErrorCode::new(437);
/// A feed that cannot be used so, for example one that is encrypted end to end beside one that is
/// not. Since Janus 1.2.2.
pub const INVALID_FEED: ErrorCode = ErrorCode::new(438);
/// Anything else.
pub const UNKNOWN_ERROR: ErrorCode = ErrorCode::new(499);
