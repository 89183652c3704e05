//! Creating rooms.

use std::time::Duration;

use derive_setters::Setters;
use serde::Serialize;
use serde_with::skip_serializing_none;

use crate::plugin::{Secret, constructors, duration};
use crate::videoroom::{Created, VideoRoom};
use crate::{Id, Result};

constructors! {
    /// Creates a request for a room with the plugin's defaults, and an id that it picks.
    Create();
    /// Creates a stream of that codec.
    DummyStream(codec as String);
}

/// `create`; see [`VideoRoom::create`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "create")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Create {
    /// The id of the room. Default and 0: a random one.
    pub room: Option<Id>,
    /// What the list of rooms shows. Default: `Room` and the id.
    pub description: Option<String>,
    /// Whether lists leave the room out. Default: false.
    pub is_private: Option<bool>,
    /// The tokens that may join; with an empty list nobody may. Default: no token is needed.
    #[setters(into = false)]
    pub allowed: Option<Vec<Secret>>,
    /// What changing, destroying and moderating the room need. Default: nothing.
    pub secret: Option<Secret>,
    /// What joining the room needs. Default: nothing.
    pub pin: Option<Secret>,
    /// Whether subscribers must give the [`private_id`](crate::videoroom::publisher::Joined::private_id) of a
    /// participant. Default: false.
    pub require_pvtid: Option<bool>,
    /// Whether joining needs a signed token
    /// ([`SignedToken::for_room`](crate::auth::SignedToken::for_room)). Default: false; counts only
    /// on servers that use signed tokens.
    pub signed_tokens: Option<bool>,
    /// The largest video bitrate of each publisher, in bits per second, sent by REMB. Default and
    /// 0: no limit. Janus raises 1 to 63,999 to 64,000.
    #[setters(into = false)]
    pub bitrate: Option<u32>,
    /// Whether publishers cannot raise their bitrate above it. Default: false.
    pub bitrate_cap: Option<bool>,
    /// How often publishers are asked for a keyframe, rounded up to seconds. Default and 0: never.
    #[serde(serialize_with = "duration::short_seconds")]
    pub fir_freq: Option<Duration>,
    /// How many may publish at the same time. Default: 3.
    #[setters(into = false)]
    pub publishers: Option<u32>,
    /// The audio codecs that may be used, separated by commas, the preferred one first: `opus`,
    /// `multiopus`, `g722`, `pcmu`, `pcma`, `l16-48`, `l16`, `isac32`, `isac16`. At most five.
    /// Default: `opus`.
    pub audiocodec: Option<String>,
    /// The video codecs that may be used, separated by commas, the preferred one first: `vp8`,
    /// `vp9`, `h264`, `av1`, `h265`. At most five. Default: `vp8`.
    pub videocodec: Option<String>,
    /// The VP9 profile to prefer, for example `2`. Default: any.
    pub vp9_profile: Option<String>,
    /// The H.264 profile to prefer, for example `42e01f`. Default: any.
    pub h264_profile: Option<String>,
    /// Whether Opus is negotiated with forward error correction. Default: true.
    pub opus_fec: Option<bool>,
    /// Whether Opus is negotiated with discontinuous transmission. Default: false.
    pub opus_dtx: Option<bool>,
    /// Whether audio levels are negotiated. Default: true.
    pub audiolevel_ext: Option<bool>,
    /// Whether [`Event::Talking`](crate::videoroom::Event::Talking) and its end are sent. Default: false.
    pub audiolevel_event: Option<bool>,
    /// Over how many packets the audio level is averaged. Default and 0: 100, which is 2 seconds.
    #[setters(into = false)]
    pub audio_active_packets: Option<u32>,
    /// The level above which somebody counts as talking: 127 is silence, 0 the loudest. Default and
    /// 0: 25.
    #[setters(into = false)]
    pub audio_level_average: Option<u8>,
    /// Whether the orientation of videos is negotiated. Default: true.
    pub videoorient_ext: Option<bool>,
    /// Whether playout delays are negotiated. Default: true.
    pub playoutdelay_ext: Option<bool>,
    /// Whether transport-wide congestion control is negotiated. Default: true.
    pub transport_wide_cc_ext: Option<bool>,
    /// Whether all publishers are recorded. Default: false.
    pub record: Option<bool>,
    /// The folder of the recordings, on the server. Default: the server's working folder.
    pub rec_dir: Option<String>,
    /// Whether recording is started and stopped only with the secret. Default: false.
    pub lock_record: Option<bool>,
    /// Whether the room is written to the server's configuration file. Default: false.
    pub permanent: Option<bool>,
    /// Whether [`Event::Joining`](crate::videoroom::Event::Joining) is sent, and
    /// [`attendees`](crate::videoroom::publisher::Joined::attendees) are listed. Default: false.
    pub notify_joining: Option<bool>,
    /// Whether all media must be encrypted end to end. Default: false.
    pub require_e2ee: Option<bool>,
    /// Whether the room gets a publisher without media, as a placeholder. Default: false.
    pub dummy_publisher: Option<bool>,
    /// The streams of that publisher. Default: one of each codec of the room.
    pub dummy_streams: Option<Vec<DummyStream>>,
    /// Whether that publisher passes for encrypted end to end. Default: false. Since Janus 1.3.2.
    pub dummy_e2ee: Option<bool>,
    /// How many threads help to relay the media. Default: 0. Since Janus 1.2.3.
    #[setters(into = false)]
    pub threads: Option<u32>,
    /// Whether SVC is used for VP9. Default: false. Gone since Janus 1.1.4, which detects it.
    pub video_svc: Option<bool>,
    /// The plugin's admin key, on servers that have one.
    pub admin_key: Option<Secret>,
}

/// One stream of a [`Create::dummy_publisher`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct DummyStream {
    /// The codec, one of the room's.
    pub codec: String,
    /// Its format parameters, for example `profile-level-id=42e01f`. Default: none.
    pub fmtp: Option<String>,
}

impl VideoRoom {
    /// Creates a room.
    ///
    /// Sends `create` and waits for its answer. For all settings see [`Create`].
    ///
    /// # Errors
    ///
    /// `Plugin` with code 427 when the id is taken, 430 for an unknown codec or an id of the wrong
    /// type, 433 also without an admin key where the server has one.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::Create};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("create", r#"{"room":1234}"#)?;
    /// let created = desk.create(&Create::new().room(1234).publishers(6u32))?;
    /// assert_eq!(created.room, 1234.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn create(&self, create: &Create) -> Result<Created> {
        self.handle.request(create)
    }
}
