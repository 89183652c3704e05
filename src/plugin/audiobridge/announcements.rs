//! Announcements: files that are played to a room.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{AudioBridge, room_requests::room_requests};
use crate::plugin::{Secret, constructors};
use crate::{Id, Result};

constructors! {
    /// Creates a request to play a file of the server to `room`.
    PlayFile(room as Id, filename as String);
    /// Creates a request that asks whether a file is playing in `room`.
    IsPlaying(room as Id, file_id as String);
    /// Creates a request to stop a file in `room`.
    StopFile(room as Id, file_id as String);
    /// Creates a request to stop all files in `room`.
    StopAllFiles(room as Id);
}

room_requests! {
    /// `listannouncements`; see [`AudioBridge::list_announcements`]. Since Janus 1.2.4.
    ListAnnouncements "listannouncements";
}

/// `play_file`; see [`AudioBridge::play_file`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "play_file")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct PlayFile {
    /// The id of the room.
    pub room: Id,
    /// The path of the file, on the server: Opus in Ogg.
    pub filename: String,
    /// The id of the announcement. Default: a random UUID.
    pub file_id: Option<String>,
    /// The group that hears it. Needed where the room has groups.
    pub group: Option<String>,
    /// `loop`: whether it begins again at its end, until it is stopped. Default: false.
    #[serde(rename = "loop")]
    pub repeat: Option<bool>,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// The plugin's admin key, on servers with `lock_play_file`.
    pub admin_key: Option<Secret>,
}

/// The file is going to be played.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FileStarted {
    /// The id of the room.
    pub room: Id,
    /// The id of the announcement.
    pub file_id: String,
}

/// `is_playing`; see [`AudioBridge::is_playing`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "is_playing")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct IsPlaying {
    /// The id of the room.
    pub room: Id,
    /// The id of the announcement.
    pub file_id: String,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// The plugin's admin key, on servers with `lock_play_file`.
    pub admin_key: Option<Secret>,
}

/// Whether a file is playing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FilePlaying {
    /// The id of the room.
    pub room: Id,
    /// The id of the announcement.
    pub file_id: String,
    /// Whether it is playing.
    pub playing: bool,
}

/// The announcements of a room.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Announcements {
    /// The id of the room.
    pub room: Id,
    /// The announcements, in no order.
    pub announcements: Vec<Announcement>,
}

/// One announcement.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Announcement {
    /// Its id.
    pub file_id: String,
    /// The path of the file, on the server.
    pub filename: Option<String>,
    /// Whether it is playing.
    #[serde(default)]
    pub playing: bool,
    /// `loop`: whether it begins again at its end.
    #[serde(default, rename = "loop")]
    pub repeat: bool,
}

/// `stop_file`; see [`AudioBridge::stop_file`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "stop_file")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct StopFile {
    /// The id of the room.
    pub room: Id,
    /// The id of the announcement.
    pub file_id: String,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// The plugin's admin key, on servers with `lock_play_file`.
    pub admin_key: Option<Secret>,
}

/// No announcement of that id is playing any more.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FileStopped {
    /// The id of the room.
    pub room: Id,
    /// The id of the announcement.
    pub file_id: String,
}

/// `stop_all_files`; see [`AudioBridge::stop_all_files`]. Since Janus 1.3.2.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "stop_all_files")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct StopAllFiles {
    /// The id of the room.
    pub room: Id,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// The plugin's admin key, on servers with `lock_play_file`.
    pub admin_key: Option<Secret>,
}

/// No announcement is playing any more.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FilesStopped {
    /// The id of the room.
    pub room: Id,
    /// The ids of those that were stopped; one that had not started yet is not among them.
    pub file_id_list: Vec<String>,
}

impl AudioBridge {
    /// Plays a file of the server to everybody in a room, or in one of its groups.
    ///
    /// Sends `play_file` and waits for its answer. Everybody gets
    /// [`Event::AnnouncementStarted`](super::Event::AnnouncementStarted) when it begins and
    /// [`Event::AnnouncementStopped`](super::Event::AnnouncementStopped) at its end.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 499 for a file that cannot be opened or is not Opus in Ogg, 490 when the id is in
    /// use, 483 without and 494 with a wrong group where the room has groups, 482 where Janus was built
    /// without libogg.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::PlayFile};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("play_file", r#"{"room":1234,"file_id":"gong"}"#)?;
    /// let gong = PlayFile::new(1234, "/srv/gong.opus").file_id("gong");
    /// assert_eq!(desk.play_file(&gong)?.file_id, "gong");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn play_file(&self, play: &PlayFile) -> Result<FileStarted> {
        self.handle.request(play)
    }
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl AudioBridge {
    /// Asks whether a file is playing.
    ///
    /// Sends `is_playing` and waits for its answer, which is no for an announcement that does not exist.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::IsPlaying};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("is_playing", r#"{"playing":true}"#)?;
    /// assert!(desk.is_playing(&IsPlaying::new(1234, "gong"))?.playing);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn is_playing(&self, ask: &IsPlaying) -> Result<FilePlaying> {
        self.handle.request(ask)
    }

    /// Lists the announcements of a room.
    ///
    /// Sends `listannouncements` and waits for its answer. Since Janus 1.2.4.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::ListAnnouncements};
    /// # let said = r#"{"announcements":[{"file_id":"gong","playing":true}]}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("listannouncements", said)?;
    /// let list = desk.list_announcements(&ListAnnouncements::new(1234))?;
    /// assert!(list.announcements[0].playing);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[doc(alias = "listannouncements")]
    pub fn list_announcements(&self, list: &ListAnnouncements) -> Result<Announcements> {
        self.handle.request(list)
    }

    /// Stops a file.
    ///
    /// Sends `stop_file` and waits for its answer, which is the same for an announcement that does not
    /// exist.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::StopFile};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("stop_file", r#"{"file_id":"gong"}"#)?;
    /// assert_eq!(desk.stop_file(&StopFile::new(1234, "gong"))?.file_id, "gong");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn stop_file(&self, stop: &StopFile) -> Result<FileStopped> {
        self.handle.request(stop)
    }

    /// Stops all files.
    ///
    /// Sends `stop_all_files` and waits for its answer. Since Janus 1.3.2.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::StopAllFiles};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("stop_all_files", r#"{"file_id_list":["gong"]}"#)?;
    /// assert_eq!(desk.stop_all_files(&StopAllFiles::new(1234))?.file_id_list, ["gong"]);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn stop_all_files(&self, stop: &StopAllFiles) -> Result<FilesStopped> {
        self.handle.request(stop)
    }
}
