//! What the plugins with rooms have in common.

use crate::{Id, wire::shapes};

shapes! {
    /// A room.
    Room {
        /// The room. A number in some events of VideoRoom even with `string_ids`: the hash of its id.
        room: Id,
    }

    /// A participant of a room.
    RoomMember {
        /// The room.
        room: Id,
        /// The participant.
        id: Id,
    }
}
