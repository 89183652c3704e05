//! Sending media to a room, and changing what is sent.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use super::{OwnStream, Publisher};
use crate::plugin::{Secret, constructors};
use crate::{Id, Jsep, Result};

constructors! {
    /// Creates a request to publish what the offer has.
    Publish();
    /// Creates a description of the stream `mid`.
    Description(mid as String, description as String);
    /// Creates a request that changes nothing yet.
    Configure();
    /// Creates a change of nothing yet; set `mid` first.
    ConfigureStream();
}

/// `publish`; see [`Publisher::publish`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "publish")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Publish {
    /// Descriptions of the streams. Default: none.
    pub descriptions: Option<Vec<Description>>,
    /// The audio codec to prefer, one of the room's. Default: the room's first.
    pub audiocodec: Option<String>,
    /// The video codec to prefer, one of the room's. Default: the room's first.
    pub videocodec: Option<String>,
    /// The largest video bitrate, in bits per second, sent by REMB; 0: no limit. Default: as the
    /// room has it. Janus raises 1 to 63,999 to 64,000.
    #[setters(into = false)]
    pub bitrate: Option<u32>,
    /// Asks the own side for a keyframe. Default: false.
    pub keyframe: Option<bool>,
    /// Whether the participant is recorded. Default: as the room has it. In rooms with
    /// `lock_record` it is ignored, without an error, unless `secret` is right.
    pub record: Option<bool>,
    /// The base name of the recordings, on the server. Default: made of room, participant and time.
    pub filename: Option<String>,
    /// The name to show. Default: it stays.
    pub display: Option<String>,
    /// The participant's metadata for others, an object. Default: it stays. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// The room's secret, to change the recording in rooms with `lock_record`.
    pub secret: Option<Secret>,
    /// The level above which the participant talks, 127 being silence. Default: as the room has it.
    #[setters(into = false)]
    pub audio_level_average: Option<u8>,
    /// Over how many packets the audio level is averaged. Default: as the room has it.
    #[setters(into = false)]
    pub audio_active_packets: Option<u32>,
    /// Whether audio is relayed. Deprecated: see
    /// [`ConfigureStream::send`](super::ConfigureStream::send).
    pub audio: Option<bool>,
    /// Whether video is relayed. Deprecated likewise.
    pub video: Option<bool>,
    /// Whether data channel messages are relayed. Deprecated likewise.
    pub data: Option<bool>,
    /// Checked for its type; nothing to set when publishing.
    pub update: Option<bool>,
    /// Checked for its type; nothing to set when publishing.
    pub restart: Option<bool>,
}

/// The description of one stream.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Description {
    /// The `mid` of the stream.
    pub mid: String,
    /// A text, for example `front door`.
    pub description: String,
}

/// The settings were applied, and the offer if there was one.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Configured {
    /// The id of the room.
    pub room: Id,
    /// `ok`
    pub configured: String,
    /// The audio codec that was agreed on, of the first audio stream; with an offer only.
    pub audio_codec: Option<String>,
    /// The video codec that was agreed on, of the first video stream; with an offer only.
    pub video_codec: Option<String>,
    /// The participant's own streams; with an offer only.
    pub streams: Option<Vec<OwnStream>>,
}

/// `configure` of a publisher; see [`Publisher::configure`]. What is not set stays as it is.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "configure")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Configure {
    /// Descriptions of the streams.
    pub descriptions: Option<Vec<Description>>,
    /// The audio codec to prefer; counts with a first offer.
    pub audiocodec: Option<String>,
    /// The video codec to prefer; counts with a first offer.
    pub videocodec: Option<String>,
    /// The largest video bitrate, in bits per second, sent by REMB; 0: no limit. Janus raises 1 to
    /// 63,999 to 64,000, and rooms with `bitrate_cap` lower it to theirs.
    #[setters(into = false)]
    pub bitrate: Option<u32>,
    /// Asks the own side for a keyframe of every video stream.
    pub keyframe: Option<bool>,
    /// Whether the participant is recorded. In rooms with `lock_record` it is ignored, without an
    /// error, unless `secret` is right.
    pub record: Option<bool>,
    /// The base name of the recordings, on the server. Ignored likewise.
    pub filename: Option<String>,
    /// The name to show. The others get
    /// [`Event::DisplayChanged`](crate::videoroom::Event::DisplayChanged).
    pub display: Option<String>,
    /// The participant's metadata for others, an object. They get
    /// [`Event::MetadataChanged`](crate::videoroom::Event::MetadataChanged). Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// The room's secret, to change the recording in rooms with `lock_record`.
    pub secret: Option<Secret>,
    /// The level above which the participant talks, 127 being silence.
    #[setters(into = false)]
    pub audio_level_average: Option<u8>,
    /// Over how many packets the audio level is averaged.
    #[setters(into = false)]
    pub audio_active_packets: Option<u32>,
    /// Whether audio is relayed. Deprecated: see [`ConfigureStream::send`].
    pub audio: Option<bool>,
    /// Whether video is relayed. Deprecated likewise.
    pub video: Option<bool>,
    /// Whether data channel messages are relayed. Deprecated likewise.
    pub data: Option<bool>,
    /// Checked for its type. Janus sees by itself whether an offer is a renegotiation.
    pub update: Option<bool>,
    /// Checked for its type. Janus sees by itself whether an offer restarts ICE.
    pub restart: Option<bool>,
    /// Changes of single streams.
    pub streams: Option<Vec<ConfigureStream>>,
    /// The `mid` of the stream that `send` and the delays are about, without `streams`.
    pub mid: Option<String>,
    /// Whether the media of that stream is relayed. Ignored without `mid`.
    pub send: Option<bool>,
    /// The smallest playout delay to ask for, in steps of 10 ms; below 0: none.
    #[setters(into = false)]
    pub min_delay: Option<i16>,
    /// The largest playout delay to ask for, in steps of 10 ms; below 0: none.
    #[setters(into = false)]
    pub max_delay: Option<i16>,
}

/// A change of one stream. What is not set stays as it is.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct ConfigureStream {
    /// The `mid` of the stream. Needed where there are several.
    #[setters(into)]
    pub mid: Option<String>,
    /// Whether its media is relayed.
    pub send: Option<bool>,
    /// The smallest playout delay to ask for, in steps of 10 ms; below 0: none.
    pub min_delay: Option<i16>,
    /// The largest playout delay to ask for, in steps of 10 ms; below 0: none.
    pub max_delay: Option<i16>,
    /// Asks the own side for a keyframe.
    pub keyframe: Option<bool>,
}

impl Publisher {
    /// Starts publishing.
    ///
    /// Sends `publish` with the offer and waits for the event that brings the answer. When the
    /// PeerConnection is up ([`Event::WebrtcUp`](crate::Event::WebrtcUp)) the others get
    /// [`Event::Publishers`](crate::videoroom::Event::Publishers) and can subscribe.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 432 when the room is full, 434 when the handle publishes already, 433
    /// after a kick, 437 for an offer that cannot be used, 431 for an answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, testing, videoroom::{Publisher, publisher::{Description, Publish}}};
    /// # let (_gateway, door) = testing::with_outcome::<Publisher>("publish", r#"{"configured":"ok"}"#, Some(Jsep::answer("v=0\r\n")))?;
    /// let publish = Publish::new()
    ///     .bitrate(512_000)
    ///     .descriptions(vec![Description::new("0", "front door")]);
    /// let (done, answer) = door.publish(&publish, &Jsep::offer(testing::AUDIO_SDP))?;
    /// assert_eq!((done.configured.as_str(), &*answer.kind.to_string()), ("ok", "answer"));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn publish(&self, publish: &Publish, offer: &Jsep) -> Result<(Configured, Jsep)> {
        self.handle.negotiate(publish, offer)
    }

    /// Changes settings of the participant.
    ///
    /// Sends `configure` and waits for the event that confirms it.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 433 after a kick, 428 for a stream that does not exist.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::videoroom::{Publisher, publisher::{Configure, ConfigureStream}};
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Publisher>("configure", r#"{"configured":"ok"}"#, None)?;
    /// let mute = ConfigureStream::new().mid("0").send(false);
    /// let done = door.configure(&Configure::new().streams(vec![mute]))?;
    /// assert_eq!(done.configured, "ok");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn configure(&self, configure: &Configure) -> Result<Configured> {
        self.handle.request(configure)
    }

    /// Changes the media, with a new offer; also begins to send some, as [`publish`](Self::publish).
    ///
    /// Sends `configure` with the offer and waits for the event that brings the answer.
    ///
    /// # Errors
    ///
    /// As for [`configure`](Self::configure) and [`publish`](Self::publish), but 434.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, testing, videoroom::{Publisher, publisher::Configure}};
    /// # let (_gateway, door) = testing::with_outcome::<Publisher>("configure", r#"{"configured":"ok"}"#, Some(Jsep::answer("v=0\r\n")))?;
    /// let audio_only = Configure::new().video(false);
    /// let (_, answer) = door.renegotiate(&audio_only, &Jsep::offer(testing::AUDIO_SDP))?;
    /// assert_eq!(answer.kind.to_string(), "answer");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn renegotiate(&self, configure: &Configure, offer: &Jsep) -> Result<(Configured, Jsep)> {
        self.handle.negotiate(configure, offer)
    }
}
