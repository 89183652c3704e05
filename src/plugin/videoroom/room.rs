//! What the list of rooms says.

use std::time::Duration;

use serde::Deserialize;

use super::units;
use crate::Id;

/// The rooms of the server; see [`VideoRoom::list`](super::VideoRoom::list).
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Rooms {
    /// The rooms, in no order.
    pub list: Vec<Room>,
}

/// One room in the list. The settings are those of [`Create`](super::Create).
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Room {
    /// The id of the room.
    pub room: Id,
    /// Its description; empty where it has none, or one that is not UTF-8, which Janus leaves out.
    #[serde(default)]
    pub description: String,
    /// Whether joining needs a pin.
    #[serde(default)]
    pub pin_required: bool,
    /// Whether lists without the admin key leave it out.
    #[serde(default)]
    pub is_private: bool,
    /// How many may publish at the same time.
    pub max_publishers: Option<u64>,
    /// The largest video bitrate of each publisher, in bits per second; 0: no limit.
    pub bitrate: Option<u64>,
    /// Whether publishers cannot raise their bitrate above it.
    #[serde(default)]
    pub bitrate_cap: bool,
    /// How often publishers are asked for a keyframe; 0: never.
    #[serde(default, deserialize_with = "units::from_seconds")]
    pub fir_freq: Option<Duration>,
    /// Whether subscribers must give the private id of a participant.
    #[serde(default)]
    pub require_pvtid: bool,
    /// Whether all media must be encrypted end to end.
    #[serde(default)]
    pub require_e2ee: bool,
    /// Whether it has a publisher without media.
    #[serde(default)]
    pub dummy_publisher: bool,
    /// Whether everybody hears of those that join.
    #[serde(default)]
    pub notify_joining: bool,
    /// The audio codecs, separated by commas, the preferred one first.
    #[serde(default)]
    pub audiocodec: String,
    /// The video codecs, separated by commas, the preferred one first.
    #[serde(default)]
    pub videocodec: String,
    /// Whether Opus has forward error correction.
    #[serde(default)]
    pub opus_fec: bool,
    /// Whether Opus has discontinuous transmission.
    #[serde(default)]
    pub opus_dtx: bool,
    /// Whether SVC is used for VP9. Gone since Janus 1.1.4.
    #[serde(default)]
    pub video_svc: bool,
    /// Whether all publishers are recorded.
    #[serde(default)]
    pub record: bool,
    /// The folder of the recordings, on the server.
    pub rec_dir: Option<String>,
    /// Whether recording is started and stopped only with the secret.
    #[serde(default)]
    pub lock_record: bool,
    /// How many have joined to publish, whether they do or not; subscribers do not count.
    pub num_participants: Option<u64>,
    /// Whether audio levels are negotiated.
    #[serde(default)]
    pub audiolevel_ext: bool,
    /// Whether it is told who talks.
    #[serde(default)]
    pub audiolevel_event: bool,
    /// Over how many packets the audio level is averaged, if it is told who talks.
    pub audio_active_packets: Option<u64>,
    /// The level above which somebody talks, 127 being silence, if it is told who talks.
    pub audio_level_average: Option<u64>,
    /// Whether the orientation of videos is negotiated.
    #[serde(default)]
    pub videoorient_ext: bool,
    /// Whether playout delays are negotiated.
    #[serde(default)]
    pub playoutdelay_ext: bool,
    /// Whether transport-wide congestion control is negotiated.
    #[serde(default)]
    pub transport_wide_cc_ext: bool,
}
