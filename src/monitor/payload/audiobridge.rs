//! AudioBridge.

use super::{
    events,
    rooms::{Room, RoomMember},
};
use crate::{Id, wire::shapes};

events! {
    /// What AudioBridge tells.
    AudioBridgeEvent {
        /// A room was created.
        Created "created" Room,
        /// A room was edited.
        Edited "edited" Room,
        /// A room was destroyed.
        Destroyed "destroyed" Room,
        /// A participant has joined.
        Joined "joined" AudioBridgeParticipant,
        /// A participant has changed its settings.
        Configured "configured" AudioBridgeParticipant,
        /// A participant has left.
        Left "left" AudioBridgeParticipant,
        /// A participant was muted.
        Mute "mute" RoomMember,
        /// A participant was unmuted.
        Unmute "unmute" RoomMember,
        /// A room was muted.
        MuteRoom "mute_room" Room,
        /// A room was unmuted.
        UnmuteRoom "unmute_room" Room,
        /// A participant was removed.
        Kicked "kicked" RoomMember,
        /// All participants were removed: one event for each.
        KickedAll "kicked_all" RoomMember,
        /// A participant was suspended (since 1.2.1).
        Suspended "suspended" RoomMember,
        /// A participant was resumed (since 1.2.1).
        Resumed "resumed" RoomMember,
        /// A file is played to a room.
        AnnouncementStarted "announcement-started" RoomFile,
        /// A file was played to a room.
        AnnouncementStopped "announcement-stopped" RoomFile,
        /// A recording is complete.
        RecordingDone "recordingdone" RoomRecording,
        /// A participant talks.
        Talking "talking" RoomMember,
        /// A participant stopped talking.
        StoppedTalking "stopped-talking" RoomMember,
    }
}

shapes! {
    /// A participant of an AudioBridge room.
    AudioBridgeParticipant {
        /// The room.
        room: Id,
        /// The participant.
        id: Id,
        /// Its name.
        display: Option<String>,
        /// Whether its media flow.
        setup: Option<bool>,
        /// Whether it is muted.
        muted: Option<bool>,
        /// The bitrate of its Opus, in bits per second.
        bitrate: Option<i64>,
        /// The complexity of its Opus, from 1 to 10.
        quality: Option<i64>,
        /// Where it is heard, from 0 (left) to 100.
        spatial_position: Option<i64>,
        /// Whether it is suspended (since 1.2.1).
        suspended: Option<bool>,
    }

    /// A file that is played to a room.
    RoomFile {
        /// The room.
        room: Id,
        /// The announcement.
        file_id: String,
    }

    /// A recording of a room.
    RoomRecording {
        /// The room.
        room: Id,
        /// Its file.
        record_file: String,
    }
}
