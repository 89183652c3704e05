//! What a handle is doing: the answer to [`handle_info`](super::Admin::handle_info).
//!
//! All of these are decoded as tolerantly as events are: what Janus does not say, or says in another
//! way than before, is `None`, zero, `false` or empty. Times are microseconds of a clock of the server
//! that only runs forward: compare them with [`HandleInfo::current_time`].

mod media;
mod plugin;
mod sip;
mod webrtc;

pub use media::{
    Codecs, Direction, MediaIn, MediaInfo, MediaOut, MediaStats, Msid, Rids, Rtcp, RtcpStats,
    SimulcastIn, Ssrcs,
};
pub use plugin::{
    AudioBridgeInfo, Delays, EchoTestInfo, Layers, NoSipInfo, PlainRtp, PluginInfo,
    PublishedStream, RecordPlayInfo, Recording, StreamingInfo, SvcLayers, TextRoomInfo,
    VideoCallInfo, VideoRoomInfo, VoiceMailInfo, WatchedStream,
};
pub use sip::{CallStatus, PeerRecording, RegistrationStatus, SipAccount, SipInfo};
pub use webrtc::{BandwidthEstimation, Dtls, Ice, Traffic, TrafficBoth, Webrtc};

use std::fmt;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    HandleId, SessionId,
    wire::{lenient, shapes},
};

shapes! {
    /// What a handle is doing; see [`Admin::handle_info`](super::Admin::handle_info). With
    /// [`plugin_info`](super::Admin::plugin_info), what comes behind `plugin_specific` is missing.
    /// The client's token, which is a secret, is left out.
    HandleInfo {
        /// The session.
        session_id: Option<SessionId>,
        /// When the client was heard of last.
        session_last_activity: Option<u64>,
        /// After how many seconds without a request the session ends; 0: never.
        session_timeout: Option<i64>,
        /// The package of the transport by which the client is connected; `None` if there is no
        /// client, as after [`abandon`](crate::Session::abandon).
        session_transport: Option<String>,
        /// The handle.
        handle_id: Option<HandleId>,
        /// What [`AttachOptions::opaque_id`](crate::connection::AttachOptions) said.
        opaque_id: Option<String>,
        /// Whether the handle's loop runs.
        loop_running "loop-running": bool,
        /// When the handle was attached.
        created: Option<u64>,
        /// When Janus made this answer.
        current_time: Option<u64>,
        /// The package of its plugin: `janus.plugin.sip`.
        plugin: Option<String>,
        /// What its plugin says.
        #[serde(skip)]
        plugin_specific: PluginInfo,
        /// How far its PeerConnection is.
        flags: Option<Flags>,
        /// When the ICE agent was made.
        agent_created "agent-created": Option<u64>,
        /// When the ICE agent began.
        agent_started "agent-started": Option<u64>,
        /// `full` or `lite`.
        ice_mode "ice-mode": Option<String>,
        /// `controlling` or `controlled`.
        ice_role "ice-role": Option<String>,
        /// The session descriptions.
        sdps: Option<Sdps>,
        /// How many candidates of the client wait for its SDP.
        pending_trickles "pending-trickles": Option<u64>,
        /// How many packets wait to be sent.
        queued_packets "queued-packets": Option<u64>,
        /// Whether packets are written as text; see
        /// [`start_text2pcap`](super::Admin::start_text2pcap).
        dump_to_text2pcap "dump-to-text2pcap": bool,
        /// The file for that.
        text2pcap_file "text2pcap-file": Option<String>,
        /// Whether packets are written; see [`start_pcap`](super::Admin::start_pcap).
        dump_to_pcap "dump-to-pcap": bool,
        /// The file for that.
        pcap_file "pcap-file": Option<String>,
        /// The PeerConnection, once there is one.
        webrtc: Option<Webrtc>,
    }

    /// How far a PeerConnection is.
    Flags {
        /// An offer was sent or received.
        got_offer "got-offer": bool,
        /// An answer was sent or received.
        got_answer "got-answer": bool,
        /// Both were.
        negotiated: bool,
        /// An offer is being read.
        processing_offer "processing-offer": bool,
        /// ICE is about to begin.
        starting: bool,
        /// ICE begins anew.
        ice_restart "ice-restart": bool,
        /// Media can flow.
        ready: bool,
        /// The handle has ended.
        stopped: bool,
        /// The PeerConnection has ended.
        alert: bool,
        /// The client trickles candidates.
        trickle: bool,
        /// All of them are there.
        all_trickles "all-trickles": bool,
        /// Janus sends its candidates anew.
        resend_trickles "resend-trickles": bool,
        /// The candidates that came early were used.
        trickle_synced "trickle-synced": bool,
        /// There is a data channel.
        data_channels "data-channels": bool,
        /// There is audio.
        has_audio "has-audio": bool,
        /// There is video.
        has_video "has-video": bool,
        /// Data channels are described in the newer way.
        new_datachan_sdp "new-datachan-sdp": bool,
        /// Packets are sent again in streams of their own.
        rfc4588_rtx "rfc4588-rtx": bool,
        /// The PeerConnection is being removed.
        cleaning: bool,
        /// The media is encrypted from end to end.
        e2ee: bool,
    }
}

/// The session descriptions of a PeerConnection. They have keys: `Debug` gives lengths.
#[derive(Clone, PartialEq, Default, serde::Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Sdps {
    /// `UDP/TLS/RTP/SAVPF`.
    pub profile: Option<String>,
    /// What Janus has sent to the client.
    pub local: Option<String>,
    /// What the client has sent to Janus.
    pub remote: Option<String>,
}

impl fmt::Debug for Sdps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = |sdp: &Option<String>| sdp.as_ref().map(|sdp| format!("{} bytes", sdp.len()));
        f.debug_struct("Sdps")
            .field("profile", &self.profile)
            .field("local", &length(&self.local))
            .field("remote", &length(&self.remote))
            .finish()
    }
}

impl HandleInfo {
    /// From what is under `info`, with the plugin's part by the plugin's name.
    pub(super) fn decode(text: &str) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Specific {
            #[serde(default)]
            plugin_specific: Value,
        }
        let mut info: Self = lenient::from_str(text)?;
        let specific: Specific = lenient::from_str(text)?;
        let package = info.plugin.as_deref().unwrap_or_default();
        info.plugin_specific = PluginInfo::decode(package, specific.plugin_specific);
        Ok(info)
    }
}

/// What is under `info` in the answer.
#[derive(Deserialize)]
pub(super) struct Answered {
    pub(super) info: Box<RawValue>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_plugin_says_is_typed_by_its_name_and_nothing_is_required() {
        let info = HandleInfo::decode(
            r#"{"plugin":"janus.plugin.videoroom","created":"7","flags":{"got-offer":1,"new":{}},
            "sdps":7,"plugin_specific":{"type":"subscriber","room":"lobby","hangingup":1,
            "streams":[{"type":"audio","mindex":0,"mid":"0","ready":true},null]}}"#,
        );
        let info = info.expect("it is decoded");
        assert_eq!((info.created, info.sdps), (Some(7), None));
        assert!(info.flags.expect("flags").got_offer);
        let PluginInfo::VideoRoom(room) = info.plugin_specific else {
            panic!("{:?}", info.plugin_specific);
        };
        assert_eq!(room.room, Some("lobby".into()));
        assert!(room.hangingup && room.published.is_empty());
        assert_eq!(room.subscribed.len(), 1);
        for (text, expected) in [
            ("{}", Value::Null),
            (
                r#"{"plugin":"own","plugin_specific":{"a":1}}"#,
                serde_json::json!({"a": 1}),
            ),
            (
                r#"{"plugin":"janus.plugin.sip","plugin_specific":7}"#,
                7.into(),
            ),
        ] {
            let info = HandleInfo::decode(text).expect("it is decoded");
            assert_eq!(info.plugin_specific, PluginInfo::Other(expected), "{text}");
        }
        let file = HandleInfo::decode(
            r#"{"plugin":"janus.plugin.streaming",
            "plugin_specific":{"media":{"type":"live","filename":"/a"}}}"#,
        );
        match file.expect("it is decoded").plugin_specific {
            PluginInfo::Streaming(info) => assert_eq!(info.file.as_deref(), Some("/a")),
            other => panic!("{other:?}"),
        }
    }
}
