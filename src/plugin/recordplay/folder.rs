//! `list`, `update`: the recordings that there are.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{RecordPlay, Secret};
use crate::Result;
use crate::plugin::{Done, constructors};

constructors! {
    /// Creates a request for the recordings that everybody may see.
    List();
    /// Creates a request without an admin key.
    Update();
}

/// `list`; see [`RecordPlay::list`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "list")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct List {
    /// The plugin's admin key, with which private recordings are listed too. Default: none. Since
    /// Janus 1.3.1.
    pub admin_key: Option<Secret>,
}

/// `update`; see [`RecordPlay::update`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "update")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Update {
    /// The plugin's admin key, needed where the server has one. Since Janus 1.3.1.
    pub admin_key: Option<Secret>,
}

/// The recordings, in no order.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Recordings {
    /// Those that are complete.
    pub list: Vec<Listed>,
}

/// One recording of a list.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Listed {
    /// Its id, for [`Play`](super::Play).
    pub id: u64,
    /// The name that it was given.
    #[serde(default)]
    pub name: String,
    /// When it began, `2026-01-31 12:00:00` in the server's own time zone.
    #[serde(default)]
    pub date: String,
    /// Whether only the admin key lists it. Since Janus 1.3.1.
    pub is_private: Option<bool>,
    /// Whether it has audio.
    #[serde(default)]
    pub audio: bool,
    /// The codec of the audio.
    pub audio_codec: Option<String>,
    /// Whether the audio has redundancy (RED).
    pub audio_red: Option<bool>,
    /// Whether it has video.
    #[serde(default)]
    pub video: bool,
    /// The codec of the video.
    pub video_codec: Option<String>,
    /// Whether it has messages of a data channel.
    #[serde(default)]
    pub data: bool,
}

impl RecordPlay {
    /// Lists the recordings.
    ///
    /// Sends `list` and waits for its answer. It only reads. A recording is listed once its
    /// [`Event::Done`](super::Event::Done) has come. 1.4.1 takes those of releases without
    /// `is_private` for private.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 440 for a wrong admin key; without one configured, any is fine.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{RecordPlay, recordplay::List};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<RecordPlay>("list", r#"{"list":[]}"#)?;
    /// let all = desk.list(&List::new().admin_key("let-me"))?;
    /// assert!(all.list.is_empty());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn list(&self, list: &List) -> Result<Recordings> {
        self.handle.request(list)
    }

    /// Looks into the folder again, for recordings that other programs have put there.
    ///
    /// Sends `update` and waits for its answer.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 415 without the admin key where one is configured, 440 for a wrong one.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{RecordPlay, recordplay::Update};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<RecordPlay>("update", "{}")?;
    /// desk.update(&Update::new())?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn update(&self, update: &Update) -> Result<()> {
        self.handle.request(update).map(|Done| ())
    }
}
