//! EchoTest, NoSIP, Record&Play, Streaming, TextRoom, VideoCall and VoiceMail.

use serde_json::Value;

use super::{
    events,
    rooms::Room,
    rtp::{Forwarded, Negotiated, StoppedForward},
};
use crate::{Id, wire::shapes};

events! {
    /// What NoSIP tells.
    NoSipEvent {
        /// A plain session description was made.
        Generated "generated" Negotiated,
        /// A plain session description was taken.
        Processed "processed" Negotiated,
        /// A forwarder was added (since 1.4.0).
        RtpForward "rtp_forward" Forwarded,
        /// A forwarder was removed (since 1.4.0).
        StopRtpForward "stop_rtp_forward" StoppedForward,
    }
}

events! {
    /// What Record&Play tells.
    RecordPlayEvent {
        /// A recording begins.
        Recording "recording" RecordingMedia,
        /// A recording is about to be played.
        Playout "playout" RecordingMedia,
        /// A recording is played.
        Playing "playing" RecordingRef,
        /// Recording or playing has ended.
        Stopped "stopped" RecordingRef,
        /// Playing pauses.
        Paused "paused" RecordingRef,
        /// Playing goes on.
        Resumed "resumed" RecordingRef,
    }
}

events! {
    /// What Streaming tells.
    StreamingEvent {
        /// A mountpoint was created.
        Created "created" MountpointCreated,
        /// A mountpoint was edited.
        Edited "edited" MountpointRef,
        /// All viewers were removed.
        KickedAll "kicked_all" MountpointRef,
        /// A mountpoint was destroyed.
        Destroyed "destroyed" MountpointRef,
        /// A viewer gets media (not with 1.1.2).
        Started "started" MountpointRef,
        /// A viewer has sent its answer, or goes on.
        Starting "starting" MountpointRef,
        /// A viewer pauses.
        Pausing "pausing" MountpointRef,
        /// A viewer stops.
        Stopping "stopping" MountpointRef,
        /// A viewer goes to another mountpoint.
        Switching "switching" MountpointRef,
        /// The link to the RTSP server is broken (since 1.3.3).
        RtspDisconnected "rtsp-disconnected" MountpointRef,
        /// It is made again (since 1.3.3).
        RtspReconnected "rtsp-reconnected" MountpointRef,
    }
}

events! {
    /// What TextRoom tells.
    TextRoomEvent {
        /// A room was created.
        Created "created" Room,
        /// A room was edited.
        Edited "edited" Room,
        /// A room was destroyed.
        Destroyed "destroyed" Room,
        /// A participant has joined.
        Join "join" TextRoomMember,
        /// A participant has left.
        Leave "leave" TextRoomMember,
        /// A participant was removed.
        Kicked "kicked" TextRoomMember,
    }
}

events! {
    /// What VideoCall tells.
    VideoCallEvent {
        /// A user has registered.
        Registered "registered" VideoCallUser,
        /// The client calls.
        Calling "calling",
        /// The client has taken a call.
        Accepted "accepted",
        /// The client has changed its settings.
        Configured "configured" CallSettings,
        /// A call has ended.
        Hangup "hangup" HangupReason,
    }
}

events! {
    /// What VoiceMail tells (before 1.1.3).
    VoiceMailEvent {
        /// A recording begins.
        Starting "starting",
        /// A recording is complete.
        Done "done",
    }
}

shapes! {
    /// The settings of an EchoTest.
    EchoTestSettings {
        /// Whether audio is returned.
        audio_active: bool,
        /// Whether video is returned.
        video_active: bool,
        /// The limit of the client's video, in bits per second; 0: none.
        bitrate: u64,
        /// Which stream of simulcast is returned.
        simulcast: Option<Substream>,
        /// The files of the recording.
        recording: Option<Value>,
    }

    /// The streams of simulcast.
    Substream {
        /// The stream.
        substream: Option<i64>,
        /// Its temporal layer.
        temporal_layer "temporal-layer": Option<i64>,
    }

    /// A recording.
    RecordingRef {
        /// The recording.
        id: Option<u64>,
    }

    /// A recording and its media.
    RecordingMedia {
        /// The recording.
        id: u64,
        /// Whether it is not listed (since 1.3.1).
        is_private: Option<bool>,
        /// Whether it has audio.
        audio: bool,
        /// Whether it has video.
        video: bool,
        /// Whether it has data.
        data: bool,
    }

    /// A mountpoint.
    MountpointRef {
        /// The mountpoint.
        id: Option<Id>,
    }

    /// A mountpoint was created.
    MountpointCreated {
        /// The mountpoint.
        id: Option<Id>,
        /// `live` or `on demand`.
        kind "type": String,
    }

    /// A participant of a TextRoom.
    TextRoomMember {
        /// The room.
        room: Id,
        /// The participant.
        username: String,
        /// Its name.
        display: Option<String>,
    }

    /// A user of VideoCall.
    VideoCallUser {
        /// The user.
        username: String,
    }

    /// The settings of a call.
    CallSettings {
        /// Whether audio is sent.
        audio_active: bool,
        /// Whether video is sent.
        video_active: bool,
        /// The limit of the client's video, in bits per second; 0: none.
        bitrate: u64,
        /// The files of the recording.
        recording: Option<Value>,
    }

    /// Why a call has ended.
    HangupReason {
        /// The plugin's text.
        reason: Option<String>,
    }
}
