//! Changing, destroying, finding, listing and recording rooms.

use std::time::Duration;

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::plugin::{Secret, constructors, duration};
use crate::videoroom::{Destroyed, Edited, VideoRoom};
use crate::{Id, Result};

constructors! {
    /// Creates a request that changes nothing of `room` yet.
    Edit(room as Id);
    /// Creates a request to destroy `room`.
    Destroy(room as Id);
    /// Creates a request that asks whether there is a room of that id.
    Exists(room as Id);
    /// Creates a request for the rooms that are not private.
    List();
    /// Creates a request to start or stop the recording of `room`.
    EnableRecording(room as Id; record: bool);
}

/// `edit`; see [`VideoRoom::edit`]. What is not set stays as it is.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "edit")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Edit {
    /// The id of the room.
    pub room: Id,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// What the list of rooms shows. An empty one is ignored.
    pub new_description: Option<String>,
    /// Whether lists leave the room out.
    pub new_is_private: Option<bool>,
    /// The new secret. An empty one is ignored: a secret cannot be removed.
    pub new_secret: Option<Secret>,
    /// The new pin. An empty one is ignored: a pin cannot be removed.
    pub new_pin: Option<Secret>,
    /// Whether subscribers must give the private id of a participant.
    pub new_require_pvtid: Option<bool>,
    /// The largest video bitrate of each publisher, in bits per second; 0: no limit. Janus raises 1
    /// to 63,999 to 64,000. Present publishers get it too, unless they have set their own.
    #[setters(into = false)]
    pub new_bitrate: Option<u32>,
    /// How often publishers are asked for a keyframe, rounded up to seconds; 0: never.
    #[serde(serialize_with = "duration::short_seconds")]
    pub new_fir_freq: Option<Duration>,
    /// How many may publish at the same time. Those that publish go on.
    #[setters(into = false)]
    pub new_publishers: Option<u32>,
    /// Whether recording is started and stopped only with the secret.
    pub new_lock_record: Option<bool>,
    /// The folder of the next recordings, on the server.
    pub new_rec_dir: Option<String>,
    /// Whether the change is written to the server's configuration file. Default: false.
    pub permanent: Option<bool>,
}

/// `destroy`; see [`VideoRoom::destroy`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "destroy")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Destroy {
    /// The id of the room.
    pub room: Id,
    /// Whether the room is removed from the server's configuration file too. Default: false.
    pub permanent: Option<bool>,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
}

/// `exists`; see [`VideoRoom::exists`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "exists")]
#[non_exhaustive]
pub struct Exists {
    /// The id of the room.
    pub room: Id,
}

/// `list`; see [`VideoRoom::list`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "list")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct List {
    /// The plugin's admin key: private rooms are listed too.
    pub admin_key: Option<Secret>,
}

/// The rooms of the server; see [`VideoRoom::list`](crate::videoroom::VideoRoom::list).
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Rooms {
    /// The rooms, in no order.
    pub list: Vec<Room>,
}

/// One room in the list. The settings are those of [`Create`](crate::videoroom::Create).
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
    #[serde(default, deserialize_with = "duration::from_seconds")]
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
    /// Whether everybody is notified of joins.
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
    /// Number of participants who joined as publishers, publishing or not, without subscribers.
    pub num_participants: Option<u64>,
    /// Whether audio levels are negotiated.
    #[serde(default)]
    pub audiolevel_ext: bool,
    /// Whether talk events are sent.
    #[serde(default)]
    pub audiolevel_event: bool,
    /// Over how many packets the audio level is averaged, if talk events are sent.
    pub audio_active_packets: Option<u64>,
    /// The level above which somebody counts as talking, 127 being silence, if talk events are
    /// sent.
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

/// `enable_recording`; see [`VideoRoom::enable_recording`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "enable_recording")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct EnableRecording {
    /// The id of the room.
    pub room: Id,
    /// Whether everybody is recorded.
    pub record: bool,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
}

/// Whether a room is recorded.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RecordingEnabled {
    /// Whether everybody is recorded.
    pub record: Option<bool>,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl VideoRoom {
    /// Changes a room.
    ///
    /// Sends `edit` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::Edit};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("edit", "{}")?;
    /// let edited = desk.edit(&Edit::new(1234).new_publishers(9u32))?;
    /// assert!(!edited.permanent, "until the server restarts");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn edit(&self, edit: &Edit) -> Result<Edited> {
        self.handle.request(edit)
    }

    /// Destroys a room and removes everybody from it.
    ///
    /// Sends `destroy` and waits for its answer. Everybody in the room gets
    /// [`Event::Destroyed`](crate::videoroom::Event::Destroyed), and their PeerConnections are closed.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::Destroy};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("destroy", r#"{"room":1234}"#)?;
    /// let destroyed = desk.destroy(&Destroy::new(1234))?;
    /// assert_eq!(destroyed.room, 1234.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn destroy(&self, destroy: &Destroy) -> Result<Destroyed> {
        self.handle.request(destroy)
    }

    /// Asks whether there is a room of that id.
    ///
    /// Sends `exists` and waits for its answer. Private rooms exist too.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 430 for an id of the wrong type.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::VideoRoom;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("exists", r#"{"exists":true}"#)?;
    /// assert!(desk.exists(1234)?);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn exists(&self, room: impl Into<Id>) -> Result<bool> {
        let exists = Exists::new(room);
        self.handle.request(&exists).map(|answer| answer.exists)
    }

    /// Lists the rooms.
    ///
    /// Sends `list` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::List};
    /// # let said = r#"{"list":[{"room":1234,"description":"lobby","num_participants":2}]}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("list", said)?;
    /// let rooms = desk.list(&List::new())?.list;
    /// assert_eq!(rooms[0].description, "lobby");
    /// assert_eq!(rooms[0].num_participants, Some(2));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn list(&self, list: &List) -> Result<Rooms> {
        self.handle.request(list)
    }

    /// Starts or stops recording everybody in a room, including those who join later.
    ///
    /// Sends `enable_recording` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::EnableRecording};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("enable_recording", r#"{"record":true}"#)?;
    /// assert_eq!(desk.enable_recording(&EnableRecording::new(1234, true))?.record, Some(true));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn enable_recording(&self, enable: &EnableRecording) -> Result<RecordingEnabled> {
        self.handle.request(enable)
    }
}
