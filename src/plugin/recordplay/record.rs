//! `configure`, `record`: making a recording.

use std::time::Duration;

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::RecordPlay;
use crate::plugin::{constructors, duration};
use crate::{Jsep, Result};

constructors! {
    /// Creates settings that change nothing yet.
    Configure();
    /// Creates a request for a recording of that name, which must not be empty.
    Record(name as String);
}

/// `configure`; see [`RecordPlay::configure`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "configure")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Configure {
    /// The bitrate that the sender of video is held to, in bits per second. Default: 1,048,576.
    #[serde(rename = "video-bitrate-max")]
    pub video_bitrate_max: Option<u32>,
    /// How often the sender of video is asked for a keyframe. Default: 15 s.
    #[serde(
        rename = "video-keyframe-interval",
        serialize_with = "duration::millis"
    )]
    pub video_keyframe_interval: Option<Duration>,
}

/// The handle's settings, those included that were not changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Settings {
    /// As in [`Configure::video_bitrate_max`].
    pub video_bitrate_max: Option<u64>,
    /// As in [`Configure::video_keyframe_interval`].
    pub video_keyframe_interval: Option<Duration>,
}

/// `record`; see [`RecordPlay::record`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "record")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Record {
    /// A name for people, not empty.
    pub name: String,
    /// The recording's id. Default and 0: a random one.
    #[setters(into = false)]
    pub id: Option<u64>,
    /// Whether only the admin key lists it; who knows the id may play it. Default: the plugin's
    /// setting. Since Janus 1.3.1.
    pub is_private: Option<bool>,
    /// The beginning of the files' names, in the plugin's folder. Default: `rec-ID`.
    pub filename: Option<String>,
    /// The audio codec to record. Default: the best that is offered.
    pub audiocodec: Option<String>,
    /// The video codec to record. Default: the best that is offered.
    pub videocodec: Option<String>,
    /// The profile of VP9 or H.264 to record, if it is offered. Default: any.
    pub videoprofile: Option<String>,
    /// Whether to record Opus with redundancy (RED), if it is offered. Default: false.
    pub opusred: Option<bool>,
    /// Whether the data channel has texts, not bytes. Default: true.
    pub textdata: Option<bool>,
    /// Whether the offer changes the PeerConnection of the recording that is being made, with an
    /// ICE restart for example. Default: false.
    pub update: Option<bool>,
}

/// A recording is being made.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Recording {
    /// Its id.
    pub id: u64,
    /// Whether only the admin key lists it. Since Janus 1.3.1.
    pub is_private: Option<bool>,
}

impl RecordPlay {
    /// Changes how video is recorded by this handle.
    ///
    /// Sends `configure` and waits for its answer.
    ///
    /// # Errors
    ///
    /// None of its own.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{RecordPlay, recordplay::Configure};
    /// # let said = r#"{"settings":{"video-keyframe-interval":15000,"video-bitrate-max":256000}}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<RecordPlay>("configure", said)?;
    /// let settings = desk.configure(&Configure::new().video_bitrate_max(256_000))?;
    /// assert_eq!(settings.video_keyframe_interval.map(|it| it.as_secs()), Some(15));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn configure(&self, configure: &Configure) -> Result<Settings> {
        self.handle.request(configure)
    }

    /// Begins a recording of what this handle's PeerConnection sends.
    ///
    /// Sends `record` with the offer and returns the recording with the answer. It ends by
    /// [`stop`](Self::stop), or with the PeerConnection; [`Event::Done`](super::Event::Done) says
    /// that it is complete.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 414 for an empty name, 418 for an update without a recording, 419 for an
    /// SDP that cannot be parsed, 420 when the id is taken.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, RecordPlay, recordplay::Record, testing};
    /// # let (said, jsep) = (r#"{"result":{"status":"recording","id":7}}"#, Jsep::answer("v=0\r\n"));
    /// # let (_gateway, desk) = testing::with_outcome::<RecordPlay>("record", said, Some(jsep))?;
    /// let record = Record::new("front door").id(7);
    /// let (recording, answer) = desk.record(&record, &Jsep::offer(testing::AUDIO_SDP))?;
    /// assert_eq!((recording.id, &*answer.sdp), (7, "v=0\r\n"));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn record(&self, record: &Record, offer: &Jsep) -> Result<(Recording, Jsep)> {
        self.handle.negotiate(record, offer)
    }
}

/// The keys, which are in `settings`.
impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Outer {
            settings: Inner,
        }
        #[derive(Default, Deserialize)]
        #[serde(default, rename_all = "kebab-case")]
        struct Inner {
            video_bitrate_max: Option<u64>,
            #[serde(deserialize_with = "duration::from_millis")]
            video_keyframe_interval: Option<Duration>,
        }
        let Outer { settings } = Outer::deserialize(from)?;
        Ok(Self {
            video_bitrate_max: settings.video_bitrate_max,
            video_keyframe_interval: settings.video_keyframe_interval,
        })
    }
}
