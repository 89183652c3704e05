//! VideoRoom.

use serde_json::Value;

use super::{events, rooms::Room};
use crate::{
    Id,
    auth::Secret,
    videoroom::{PrivateId, subscriber::SubscriberStream},
    wire::shapes,
};

events! {
    /// What VideoRoom tells.
    VideoRoomEvent {
        /// A room was created.
        Created "created" Room,
        /// A room was edited.
        Edited "edited" Room,
        /// A room was destroyed.
        Destroyed "destroyed" Room,
        /// A participant has joined to publish.
        Joined "joined" PublisherJoined,
        /// A participant publishes.
        Published "published" Published,
        /// A participant publishes no more.
        Unpublished "unpublished" Participant,
        /// A participant leaves.
        Leaving "leaving" Participant,
        /// A participant was removed.
        Kicked "kicked" Participant,
        /// A publisher has changed its settings.
        Configured "configured" PublisherLimit,
        /// Somebody is about to subscribe.
        Subscribing "subscribing" Subscription,
        /// A subscription has begun.
        Subscribed "subscribed" Room,
        /// A subscription has changed.
        Updated "updated" Subscription,
        /// A part of a subscription has ended.
        Unsubscribed "unsubscribed" Unsubscribed,
        /// A subscription has other feeds.
        Switched "switched" Room,
        /// A forwarder was added.
        RtpForward "rtp_forward" ForwardedStream,
        /// A forwarder was removed.
        StopRtpForward "stop_rtp_forward" ForwardStopped,
        /// A participant was muted or unmuted.
        Moderated "moderated" Moderated,
        /// A participant talks.
        Talking "talking" Talking,
        /// A participant stopped talking.
        StoppedTalking "stopped-talking" Talking,
    }
}

shapes! {
    /// A participant of a VideoRoom.
    Participant {
        /// The room.
        room: Id,
        /// The participant.
        id: Id,
        /// Its name.
        display: Option<String>,
        /// Its metadata (since 1.3.0).
        metadata: Option<Value>,
    }

    /// A participant has joined to publish.
    PublisherJoined {
        /// The room.
        room: Id,
        /// The participant.
        id: Id,
        /// Its private id, by which its subscriptions are told to be its own.
        private_id: Option<PrivateId>,
        /// The token with which it has joined.
        token: Option<Secret>,
        /// Its name.
        display: Option<String>,
        /// Its metadata (since 1.3.0).
        metadata: Option<Value>,
        /// Over how many packets its volume is measured.
        audio_active_packets: Option<i64>,
        /// Which volume counts as talking.
        audio_level_average: Option<i64>,
    }

    /// A participant publishes.
    Published {
        /// The room.
        room: Id,
        /// The participant.
        id: Id,
        /// Its name.
        display: Option<String>,
        /// Its metadata (since 1.3.0).
        metadata: Option<Value>,
        /// Its media.
        streams: Vec<PublishedMedium>,
    }

    /// A medium of a publisher.
    PublishedMedium {
        /// `audio`, `video` or `data`.
        kind "type": String,
        /// Its place in the SDP.
        mindex: u64,
        /// Its `mid`.
        mid: String,
        /// Whether it is switched off.
        disabled: bool,
        /// Its description.
        description: Option<String>,
        /// Its codec.
        codec: Option<String>,
        /// Whether it is muted by a moderator.
        moderated: bool,
        /// Whether it is simulcast.
        simulcast: bool,
        /// Whether it is SVC.
        svc: bool,
    }

    /// The settings of a publisher.
    PublisherLimit {
        /// The room.
        room: Id,
        /// The participant.
        id: Id,
        /// The limit of its video, in bits per second; 0: none.
        bitrate: u64,
    }

    /// A subscription.
    Subscription {
        /// The room.
        room: Id,
        /// Its streams.
        streams: Vec<SubscriberStream>,
        /// The private id of the participant whose subscription it is.
        private_id: Option<PrivateId>,
    }

    /// A part of a subscription has ended.
    Unsubscribed {
        /// The room.
        room: Id,
        /// The publisher.
        feed: Option<Id>,
        /// Its medium.
        mid: Option<String>,
    }

    /// A forwarder was added.
    ForwardedStream {
        /// The room.
        room: Id,
        /// The publisher.
        publisher_id: Id,
        /// `audio`, `video` or `data`.
        media: String,
        /// The codec.
        codec: Option<String>,
        /// The stream of simulcast.
        video_substream: Option<u64>,
        /// The forwarder.
        stream_id: u64,
        /// Where to.
        host: String,
        /// The port.
        port: u16,
    }

    /// A forwarder was removed.
    ForwardStopped {
        /// The room.
        room: Id,
        /// The publisher.
        publisher_id: Id,
        /// The forwarder.
        stream_id: u64,
    }

    /// A participant was muted or unmuted by a moderator.
    Moderated {
        /// The room.
        room: Id,
        /// The participant.
        id: Id,
        /// Its medium.
        mid: String,
        /// `muted` or `unmuted`.
        moderation: String,
    }

    /// A participant talks, or stopped talking.
    Talking {
        /// The room.
        room: Id,
        /// The participant.
        id: Id,
        /// The place of its audio in the SDP.
        mindex: u64,
        /// The `mid` of its audio.
        mid: String,
        /// The volume, in dBov: 0 is the loudest, 127 is silence.
        audio_level "audio-level-dBov-avg": f64,
    }
}
