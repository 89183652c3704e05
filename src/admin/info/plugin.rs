//! What plugins say of a handle.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{PeerRecording, SipInfo};
use crate::{
    AudioBridge, EchoTest, Id, NoSip, Plugin, RecordPlay, Sip, Streaming, TextRoom, VideoCall,
    VideoRoom, VoiceMail,
    videoroom::{PrivateId, subscriber},
    wire::{lenient, shapes},
};

/// What a handle's plugin says of it: `plugin_specific`.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum PluginInfo {
    /// Of AudioBridge.
    AudioBridge(Box<AudioBridgeInfo>),
    /// Of EchoTest.
    EchoTest(Box<EchoTestInfo>),
    /// Of NoSIP.
    NoSip(Box<NoSipInfo>),
    /// Of Record&Play.
    RecordPlay(Box<RecordPlayInfo>),
    /// Of SIP.
    Sip(Box<SipInfo>),
    /// Of Streaming.
    Streaming(Box<StreamingInfo>),
    /// Of TextRoom.
    TextRoom(Box<TextRoomInfo>),
    /// Of VideoCall.
    VideoCall(Box<VideoCallInfo>),
    /// Of VideoRoom.
    VideoRoom(Box<VideoRoomInfo>),
    /// Of VoiceMail.
    VoiceMail(Box<VoiceMailInfo>),
    /// Of another plugin, as it came; `null` if the plugin said nothing.
    Other(Value),
}

impl Default for PluginInfo {
    fn default() -> Self {
        Self::Other(Value::Null)
    }
}

fn boxed<T: DeserializeOwned>(value: &Value) -> Option<Box<T>> {
    lenient::from_str(&value.to_string()).ok().map(Box::new)
}

fn list<T: DeserializeOwned>(value: &Value) -> Vec<T> {
    lenient::from_str(&value.to_string()).unwrap_or_default()
}

impl PluginInfo {
    pub(super) fn decode(package: &str, value: Value) -> Self {
        let known = match package {
            AudioBridge::PACKAGE => boxed(&value).map(Self::AudioBridge),
            EchoTest::PACKAGE => boxed(&value).map(Self::EchoTest),
            NoSip::PACKAGE => boxed(&value).map(Self::NoSip),
            RecordPlay::PACKAGE => boxed(&value).map(Self::RecordPlay),
            Sip::PACKAGE => boxed(&value).map(Self::Sip),
            Streaming::PACKAGE => boxed(&value).map(|mut info: Box<StreamingInfo>| {
                let file = &value["media"]["filename"];
                info.file = file.as_str().map(ToOwned::to_owned);
                Self::Streaming(info)
            }),
            TextRoom::PACKAGE => boxed(&value).map(Self::TextRoom),
            VideoCall::PACKAGE => boxed(&value).map(Self::VideoCall),
            VideoRoom::PACKAGE => boxed(&value).map(|mut info: Box<VideoRoomInfo>| {
                match &*info.kind {
                    "subscriber" => info.subscribed = list(&value["streams"]),
                    _ => info.published = list(&value["streams"]),
                }
                Self::VideoRoom(info)
            }),
            VoiceMail::PACKAGE => boxed(&value).map(Self::VoiceMail),
            _ => None,
        };
        known.unwrap_or(Self::Other(value))
    }
}

shapes! {
    /// An EchoTest handle.
    EchoTestInfo {
        /// Whether audio is returned.
        audio_active: bool,
        /// Whether video is returned.
        video_active: bool,
        /// The codec of audio.
        audio_codec: Option<String>,
        /// Whether audio is redundant.
        audio_red: bool,
        /// The codec of video.
        video_codec: Option<String>,
        /// The limit of the client's video, in bits per second; 0: none.
        bitrate: u64,
        /// The limit that the client asks for, in bits per second.
        peer_bitrate "peer-bitrate": u64,
        /// Whether the client sends simulcast.
        simulcast: bool,
        /// The stream of simulcast that is returned.
        substream: Option<i64>,
        /// The one that was asked for.
        substream_target "substream-target": Option<i64>,
        /// The temporal layer that is returned.
        temporal_layer "temporal-layer": Option<i64>,
        /// The one that was asked for.
        temporal_layer_target "temporal-layer-target": Option<i64>,
        /// After how many microseconds without a stream a lower one is taken.
        fallback: Option<u64>,
        /// Whether the client sends SVC (since 1.1.3).
        svc: bool,
        /// The spatial layer that is returned (since 1.1.3).
        spatial_layer "spatial-layer": Option<i64>,
        /// The one that was asked for (since 1.1.3).
        spatial_layer_target "spatial-layer-target": Option<i64>,
        /// The files of its recording.
        recording: Option<Recording>,
        /// Whether the media is encrypted from end to end.
        e2ee: bool,
        /// How often the link was slow.
        slowlink_count: u64,
        /// Whether the PeerConnection is being ended.
        hangingup: bool,
        /// Whether the handle has ended.
        destroyed: bool,
    }

    /// A VideoRoom handle.
    VideoRoomInfo {
        /// `publisher`, `subscriber`, or `none` before it has joined.
        kind "type": String,
        /// The room.
        room: Option<Id>,
        /// The participant.
        id: Option<Id>,
        /// Its private id.
        private_id: Option<PrivateId>,
        /// Its name.
        display: Option<String>,
        /// Its metadata (since 1.2.2).
        metadata: Option<Value>,
        /// The limit of a publisher's video, in bits per second; 0: none.
        bitrate: Option<u64>,
        /// Whether the media is encrypted from end to end.
        e2ee: bool,
        /// The streams of a publisher.
        #[serde(skip)]
        published: Vec<PublishedStream>,
        /// The streams of a subscriber.
        #[serde(skip)]
        subscribed: Vec<subscriber::SubscriberStream>,
        /// Whether a subscriber has answered the offer.
        answered: Option<bool>,
        /// Whether another offer is to come after the answer.
        pending_offer: Option<bool>,
        /// Whether an ICE restart is to come after the answer.
        pending_restart: Option<bool>,
        /// Whether a subscriber is paused.
        paused: Option<bool>,
        /// Whether the PeerConnection is being ended.
        hangingup: bool,
        /// Whether the handle has ended.
        destroyed: bool,
    }

    /// A stream that a VideoRoom handle publishes.
    PublishedStream {
        /// `audio`, `video` or `data`.
        kind "type": String,
        /// Its place in the SDP.
        mindex: u64,
        /// Its `mid`.
        mid: String,
        /// What the publisher says of it.
        description: Option<String>,
        /// Its codec.
        codec: Option<String>,
        /// The profile of H.264.
        h264_profile "h264-profile": Option<String>,
        /// The profile of VP9.
        vp9_profile "vp9-profile": Option<String>,
        /// How long it may be delayed.
        playout_delay "playout-delay": Option<Delays>,
        /// Whether it is simulcast.
        simulcast: bool,
        /// Whether it is SVC. Gone since Janus 1.1.3.
        vp9_svc "vp9-svc": bool,
        /// Whether it is SVC (since 1.1.3).
        svc: bool,
        /// The file of its recording.
        recording: Option<String>,
        /// The last audio level, from 0 (loud) to 127.
        audio_level "audio-level-dBov": Option<u64>,
        /// Whether the participant is talking.
        talking: Option<bool>,
        /// How many subscribe to it.
        subscribers: i64,
    }

    /// How long frames may be delayed, in units of 10 ms.
    Delays {
        /// At least.
        min_delay "min-delay": i64,
        /// At most.
        max_delay "max-delay": i64,
    }

    /// An AudioBridge handle.
    AudioBridgeInfo {
        /// `inroom` or `idle`.
        state: String,
        /// The room.
        room: Option<Id>,
        /// The participant.
        id: Option<Id>,
        /// Its group.
        group: Option<String>,
        /// Its name.
        display: Option<String>,
        /// Whether it has joined with the room's secret.
        admin: bool,
        /// Whether it is muted.
        muted: bool,
        /// Whether its audio is mixed.
        active: bool,
        /// Whether its audio is still being collected. Gone since Janus 1.2.0.
        pre_buffering "pre-buffering": Option<bool>,
        /// How many packets are collected first. Gone since Janus 1.2.0.
        prebuffer_count "prebuffer-count": Option<u64>,
        /// How many packets wait in its jitter buffer (since 1.2.0).
        buffer_in "buffer-in": Option<u64>,
        /// How many packets wait to be mixed.
        queue_in "queue-in": Option<u64>,
        /// How many packets wait to be sent.
        queue_out "queue-out": Option<u64>,
        /// When a packet was dropped last. Gone since Janus 1.2.0.
        last_drop "last-drop": Option<u64>,
        /// Where it is heard: 0 left, 50 in the middle, 100 right.
        spatial_position: Option<u64>,
        /// Whether noise is taken away (since 1.3.1).
        denoise: Option<bool>,
        /// The file of its recording.
        audio_recording "audio-recording": Option<String>,
        /// The last audio level, from 0 (loud) to 127.
        audio_level "audio-level-dBov": Option<u64>,
        /// Whether the participant is talking.
        talking: Option<bool>,
        /// Whether Opus has forward error correction.
        fec: Option<bool>,
        /// The loss that Opus is prepared for, in percent.
        expected_loss "expected-loss": Option<u64>,
        /// The bitrate of Opus, in bits per second.
        opus_bitrate "opus-bitrate": Option<i64>,
        /// Of a participant by RTP instead of WebRTC: the addresses.
        plain_rtp "plain-rtp": Option<PlainRtp>,
        /// Whether it is suspended (since 1.2.3).
        suspended: Option<bool>,
        /// Whether Janus makes the offers.
        plugin_offer "plugin-offer": Option<bool>,
        /// Whether media flows.
        started: bool,
        /// Whether the PeerConnection is being ended.
        hangingup: bool,
        /// Whether the handle has ended.
        destroyed: bool,
    }

    /// The addresses of a participant by RTP.
    PlainRtp {
        /// Janus's address.
        local_ip "local-ip": Option<String>,
        /// Janus's port.
        local_port "local-port": Option<u16>,
        /// The participant's address.
        remote_ip "remote-ip": Option<String>,
        /// The participant's port.
        remote_port "remote-port": Option<u16>,
        /// Janus's SSRC.
        local_ssrc "local-ssrc": Option<u32>,
        /// The participant's SSRC.
        remote_ssrc "remote-ssrc": Option<u32>,
    }

    /// A Streaming handle.
    StreamingInfo {
        /// `watching` or `idle`.
        state: String,
        /// The mountpoint.
        mountpoint_id: Option<Id>,
        /// Its name.
        mountpoint_name: Option<String>,
        /// How many watch it.
        mountpoint_viewers: Option<i64>,
        /// The streams that are watched.
        media: Vec<WatchedStream>,
        /// The file that is watched, of a mountpoint with a file.
        #[serde(skip)]
        file: Option<String>,
        /// Whether the media is encrypted from end to end.
        e2ee: bool,
        /// Whether the PeerConnection is being ended.
        hangingup: bool,
        /// Whether media flows.
        started: bool,
        /// Whether data can be sent.
        dataready: bool,
        /// Whether it is paused.
        paused: bool,
        /// Whether it is being stopped.
        stopping: bool,
        /// Whether the handle has ended.
        destroyed: bool,
    }

    /// A stream that a Streaming handle watches.
    WatchedStream {
        /// `audio`, `video` or `data`.
        kind "type": String,
        /// Its place in the SDP.
        mindex: u64,
        /// Its `mid`.
        mid: String,
        /// The layers of simulcast.
        simulcast: Option<Layers>,
        /// The layers of SVC.
        svc: Option<SvcLayers>,
        /// How long it may be delayed.
        playout_delay "playout-delay": Option<Delays>,
        /// The id of the header extension with the capture time (since 1.2.1).
        abs_capture_time_src_ext_id "abs-capture-time-src-ext-id": Option<u64>,
    }

    /// The layers of simulcast.
    Layers {
        /// The stream that is sent.
        substream: i64,
        /// The one that was asked for.
        substream_target "substream-target": i64,
        /// The temporal layer that is sent.
        temporal_layer "temporal-layer": i64,
        /// The one that was asked for.
        temporal_layer_target "temporal-layer-target": i64,
        /// After how many microseconds without a stream a lower one is taken.
        fallback: Option<u64>,
    }

    /// The layers of SVC.
    SvcLayers {
        /// The spatial layer that is sent.
        spatial_layer "spatial-layer": i64,
        /// The one that was asked for.
        spatial_layer_target "target-spatial-layer": i64,
        /// The temporal layer that is sent.
        temporal_layer "temporal-layer": i64,
        /// The one that was asked for.
        temporal_layer_target "target-temporal-layer": i64,
    }

    /// A VideoCall handle.
    VideoCallInfo {
        /// `incall` or `idle`.
        state: String,
        /// Its name.
        username: Option<String>,
        /// The name of the other side.
        peer: Option<String>,
        /// Whether audio is passed on.
        audio_active: Option<bool>,
        /// Whether video is passed on.
        video_active: Option<bool>,
        /// The codec of audio.
        audio_codec: Option<String>,
        /// Whether audio is redundant.
        audio_red: Option<bool>,
        /// The codec of video.
        video_codec: Option<String>,
        /// The limit of the client's video, in bits per second; 0: none.
        bitrate: Option<u64>,
        /// The limit that the client asks for, in bits per second.
        peer_bitrate "peer-bitrate": Option<u64>,
        /// How often the link was slow.
        slowlink_count: Option<u64>,
        /// Whether the client sends simulcast.
        simulcast: Option<bool>,
        /// Whether the other side does.
        simulcast_peer "simulcast-peer": Option<bool>,
        /// The stream of simulcast that is sent.
        substream: Option<i64>,
        /// The one that was asked for.
        substream_target "substream-target": Option<i64>,
        /// The temporal layer that is sent.
        temporal_layer "temporal-layer": Option<i64>,
        /// The one that was asked for.
        temporal_layer_target "temporal-layer-target": Option<i64>,
        /// After how many microseconds without a stream a lower one is taken.
        fallback: Option<u64>,
        /// The files of its recording.
        recording: Option<Recording>,
        /// Whether the media is encrypted from end to end.
        e2ee: Option<bool>,
        /// Whether there is a call.
        incall: bool,
        /// Whether the PeerConnection is being ended.
        hangingup: bool,
        /// Whether the handle has ended.
        destroyed: bool,
    }

    /// A TextRoom handle.
    TextRoomInfo {
        /// Whether the handle has ended.
        destroyed: bool,
    }

    /// A NoSIP handle.
    NoSipInfo {
        /// Its id in the plugin (since 1.2.0).
        unique_id: Option<String>,
        /// `yes` if only SRTP is taken.
        srtp_required "srtp-required": Option<String>,
        /// `yes` if Janus sends encrypted media to the other side.
        sdes_local "sdes-local": Option<String>,
        /// `yes` if the other side sends encrypted media.
        sdes_remote "sdes-remote": Option<String>,
        /// The files of its recording.
        recording: Option<PeerRecording>,
        /// Whether the PeerConnection is being ended.
        hangingup: bool,
        /// Whether the handle has ended.
        destroyed: bool,
    }

    /// A Record&Play handle.
    RecordPlayInfo {
        /// `recorder`, `player` or `none`.
        kind "type": String,
        /// The recording.
        recording_id: Option<u64>,
        /// Its name.
        recording_name: Option<String>,
        /// Whether the media is encrypted from end to end.
        e2ee: bool,
        /// Whether the PeerConnection is being ended.
        hangingup: bool,
        /// Whether the handle has ended.
        destroyed: bool,
    }

    /// A VoiceMail handle; the plugin is gone since Janus 1.2.0.
    VoiceMailInfo {
        /// `recording` or `idle`.
        state: String,
        /// The recording.
        id: Option<u64>,
        /// When it began.
        start_time: Option<u64>,
        /// Its file.
        filename: Option<String>,
        /// Whether the PeerConnection is being ended.
        hangingup: bool,
        /// Whether the handle has ended.
        destroyed: bool,
    }

    /// The files of a recording, on the server.
    Recording {
        /// Audio.
        audio: Option<String>,
        /// Video.
        video: Option<String>,
        /// Data.
        data: Option<String>,
    }
}
