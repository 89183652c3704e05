//! The codes of AudioBridge's errors.

use crate::ErrorCode;

/// An empty message.
pub const NO_MESSAGE: ErrorCode = ErrorCode::new(480);
/// A body that is not an object.
pub const INVALID_JSON: ErrorCode = ErrorCode::new(481);
/// A request that this version or build does not know: without RNNoise the requests about noise
/// suppression, without libogg those about files.
pub const INVALID_REQUEST: ErrorCode = ErrorCode::new(482);
/// A required key is absent.
pub const MISSING_ELEMENT: ErrorCode = ErrorCode::new(483);
/// A wrong type or value; also a text id on a server without `string_ids`, and the reverse.
pub const INVALID_ELEMENT: ErrorCode = ErrorCode::new(484);
/// No such room.
pub const NO_SUCH_ROOM: ErrorCode = ErrorCode::new(485);
/// The id of the room is taken.
pub const ROOM_EXISTS: ErrorCode = ErrorCode::new(486);
/// The handle is in no room.
pub const NOT_JOINED: ErrorCode = ErrorCode::new(487);
/// The Opus encoder or decoder could not be set up.
pub const LIBOPUS_ERROR: ErrorCode = ErrorCode::new(488);
/// A wrong secret, pin, admin key or token, or a plain RTP participant in a room without them.
pub const UNAUTHORIZED: ErrorCode = ErrorCode::new(489);
/// The id of the participant, or of the file, is taken.
pub const ID_EXISTS: ErrorCode = ErrorCode::new(490);
/// The handle is in a room already, or in that room.
pub const ALREADY_JOINED: ErrorCode = ErrorCode::new(491);
/// No such participant.
pub const NO_SUCH_USER: ErrorCode = ErrorCode::new(492);
/// An SDP that cannot be used, or that is against the roles of the first negotiation.
pub const INVALID_SDP: ErrorCode = ErrorCode::new(493);
/// The room has no such group.
pub const NO_SUCH_GROUP: ErrorCode = ErrorCode::new(494);
/// Anything else: a sampling rate that Opus does not have, a file that cannot be opened, a
/// permanent room without a configuration file.
pub const UNKNOWN_ERROR: ErrorCode = ErrorCode::new(499);
