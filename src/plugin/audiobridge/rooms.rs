//! Creating, changing, destroying, finding and listing rooms.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{AudioBridge, Created, Destroyed, Edited};
use crate::plugin::{Secret, constructors};
use crate::{Id, Result};

constructors! {
    /// Creates a request for a room with the plugin's defaults, and an id that it picks.
    Create();
    /// Creates a request that changes nothing of `room` yet.
    Edit(room as Id);
    /// Creates a request to destroy `room`.
    Destroy(room as Id);
    /// Creates a request that asks whether there is a room of that id.
    Exists(room as Id);
    /// Creates a request for the rooms that are not private.
    List();
}

/// `create`; see [`AudioBridge::create`].
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
    /// What changing, destroying and moderating the room need. Default: nothing.
    pub secret: Option<Secret>,
    /// What joining the room needs. Default: nothing.
    pub pin: Option<Secret>,
    /// Whether lists leave the room out. Default: false.
    pub is_private: Option<bool>,
    /// The tokens that may join. Default: no token is needed. An empty list is not the default: it
    /// closes the room until tokens are [`allowed`](AudioBridge::allowed).
    #[setters(into = false)]
    pub allowed: Option<Vec<Secret>>,
    /// The sampling rate of the mix, in Hz: 8000, 12000, 16000, 24000 or 48000. Default: 16000.
    #[setters(into = false)]
    pub sampling_rate: Option<u32>,
    /// The old name of `sampling_rate`.
    #[setters(into = false)]
    pub sampling: Option<u32>,
    /// Whether participants have places between left and right, in a stereo mix. Default: false.
    pub spatial_audio: Option<bool>,
    /// Whether the mix is recorded, to a WAV file. Default: false.
    pub record: Option<bool>,
    /// That file, on the server. Default: made of room and time.
    pub record_file: Option<String>,
    /// The folder of that file, on the server. Default: the server's working folder.
    pub record_dir: Option<String>,
    /// Whether each participant is recorded to an `.mjr` file of its own. Default: false.
    pub mjrs: Option<bool>,
    /// The folder of those files, on the server. Default: the server's working folder.
    pub mjrs_dir: Option<String>,
    /// Whether participants may use plain RTP ([`Join::rtp`](super::participant::Join::rtp)).
    /// Default: false.
    pub allow_rtp_participants: Option<bool>,
    /// Whether the room is written to the server's configuration file. Default: false.
    pub permanent: Option<bool>,
    /// Whether audio levels are negotiated. Default: true.
    pub audiolevel_ext: Option<bool>,
    /// Whether [`Event::Talking`](super::Event::Talking) and its end are sent. Default: false.
    pub audiolevel_event: Option<bool>,
    /// Over how many packets the audio level is averaged, with `audiolevel_event`. Default: 100, which
    /// is 2 seconds.
    #[setters(into = false)]
    pub audio_active_packets: Option<u32>,
    /// The level above which somebody counts as talking, with `audiolevel_event`: 127 is silence, 0 the
    /// loudest. Default: 25.
    #[setters(into = false)]
    pub audio_level_average: Option<u8>,
    /// The packet loss that participants' Opus is made ready for, in percent, 0 to 20. Default: 0; more
    /// than 20 counts as 0.
    #[setters(into = false)]
    pub default_expectedloss: Option<u8>,
    /// The bitrate of participants' mixes, in bits per second, 500 to 512,000. Default, and for other
    /// values: automatic.
    #[setters(into = false)]
    pub default_bitrate: Option<u32>,
    /// Whether noise is suppressed. Default: false. Needs a Janus that is built with RNNoise. Since
    /// Janus 1.2.3.
    pub denoise: Option<bool>,
    /// Groups of participants, which can be forwarded and announced to apart; at most five. Joining
    /// needs one of them then. Default: none.
    #[setters(into = false)]
    pub groups: Option<Vec<String>>,
    /// How many packets are buffered before they are mixed, at most 50. Default: 6. Gone since Janus
    /// 1.2.0.
    #[setters(into = false)]
    pub default_prebuffering: Option<u32>,
    /// The plugin's admin key, on servers that have one.
    pub admin_key: Option<Secret>,
}

/// `edit`; see [`AudioBridge::edit`]. What is not set stays as it is.
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
    /// The new secret. An empty one is ignored: a secret cannot be removed.
    pub new_secret: Option<Secret>,
    /// The new pin. An empty one removes the pin: everybody may join then.
    pub new_pin: Option<Secret>,
    /// Whether lists leave the room out.
    pub new_is_private: Option<bool>,
    /// The folder of the next recordings of the mix, on the server.
    pub new_record_dir: Option<String>,
    /// The folder of the next recordings of participants, on the server.
    pub new_mjrs_dir: Option<String>,
    /// Whether the change is written to the server's configuration file. Default: false.
    pub permanent: Option<bool>,
}

/// `destroy`; see [`AudioBridge::destroy`].
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

/// `exists`; see [`AudioBridge::exists`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "exists")]
#[non_exhaustive]
pub struct Exists {
    /// The id of the room.
    pub room: Id,
}

/// `list`; see [`AudioBridge::list`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "list")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct List {
    /// The plugin's admin key: private rooms are listed too.
    pub admin_key: Option<Secret>,
}

/// The rooms of the server.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Rooms {
    /// The rooms, in no order.
    pub list: Vec<Room>,
}

/// One room in the list.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Room {
    /// The id of the room.
    pub room: Id,
    /// Its description; empty where it has none, or one that is not UTF-8, which Janus leaves out.
    #[serde(default)]
    pub description: String,
    /// The sampling rate of the mix, in Hz.
    pub sampling_rate: Option<u64>,
    /// Whether participants have places between left and right.
    #[serde(default)]
    pub spatial_audio: bool,
    /// Whether joining needs a pin.
    #[serde(default)]
    pub pin_required: bool,
    /// Whether the mix is recorded.
    #[serde(default)]
    pub record: bool,
    /// Whether the room is muted ([`AudioBridge::mute_room`]).
    #[serde(default)]
    pub muted: bool,
    /// Number of participants.
    pub num_participants: Option<u64>,
}

impl AudioBridge {
    /// Creates a room.
    ///
    /// Sends `create` and waits for its answer. For all settings see [`Create`].
    ///
    /// # Errors
    ///
    /// `Plugin` with code 486 when the id is taken, 484 for an id of the wrong type, 489 also without an
    /// admin key where the server has one, 499 for another sampling rate, and for a permanent room on a
    /// server without a configuration file.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::Create};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("create", r#"{"room":1234}"#)?;
    /// let create = Create::new().room(1234).pin("4711").allow_rtp_participants(true);
    /// assert_eq!(desk.create(&create)?.room, 1234.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn create(&self, create: &Create) -> Result<Created> {
        self.handle.request(create)
    }
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl AudioBridge {
    /// Changes settings of a room.
    ///
    /// Sends `edit` and waits for its answer. Who is in the room stays there.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::Edit};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("edit", r#"{"room":1234}"#)?;
    /// // The room is open to everybody from now on.
    /// desk.edit(&Edit::new(1234).secret("hush").new_pin(""))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn edit(&self, edit: &Edit) -> Result<Edited> {
        self.handle.request(edit)
    }

    /// Destroys a room.
    ///
    /// Sends `destroy` and waits for its answer. Everybody in the room gets
    /// [`Event::Destroyed`](super::Event::Destroyed), this handle too if it is there, before the call
    /// returns; and all PeerConnections are closed.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::Destroy};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("destroy", r#"{"room":1234,"permanent":true}"#)?;
    /// assert!(desk.destroy(&Destroy::new(1234).permanent(true))?.permanent);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn destroy(&self, destroy: &Destroy) -> Result<Destroyed> {
        self.handle.request(destroy)
    }

    /// Asks whether there is a room of that id, private ones included.
    ///
    /// Sends `exists` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::AudioBridge;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("exists", r#"{"exists":true}"#)?;
    /// assert!(desk.exists(1234)?);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn exists(&self, room: impl Into<Id>) -> Result<bool> {
        Ok(self.handle.request(&Exists::new(room))?.exists)
    }

    /// Lists the rooms of the server.
    ///
    /// Sends `list` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::List};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("list", r#"{"list":[{"room":1234,"num_participants":2}]}"#)?;
    /// let rooms = desk.list(&List::new())?.list;
    /// assert_eq!(rooms[0].num_participants, Some(2));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn list(&self, list: &List) -> Result<Rooms> {
        self.handle.request(list)
    }
}
