//! Muting, suspending and denoising participants, and muting rooms.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{AudioBridge, room_requests::room_requests};
use crate::plugin::{Done, Secret, constructors};
use crate::{Id, Result};

room_requests! {
    /// `mute`; see [`AudioBridge::mute`].
    Mute "mute" id;
    /// `unmute`; see [`AudioBridge::unmute`].
    Unmute "unmute" id;
    /// `mute_room`; see [`AudioBridge::mute_room`].
    MuteRoom "mute_room";
    /// `unmute_room`; see [`AudioBridge::unmute_room`].
    UnmuteRoom "unmute_room";
    /// `denoise_enable`; see [`AudioBridge::denoise_enable`]. Since Janus 1.2.3.
    DenoiseEnable "denoise_enable" id;
    /// `denoise_disable`; see [`AudioBridge::denoise_disable`]. Since Janus 1.2.3.
    DenoiseDisable "denoise_disable" id;
}

constructors! {
    /// Creates a request to suspend the participant `id`.
    Suspend(room as Id, id as Id);
    /// Creates a request to resume the participant `id`.
    Resume(room as Id, id as Id);
}

/// It is as it was asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Changed {
    /// The id of the room; absent when muting or unmuting had nothing to change.
    pub room: Option<Id>,
}

/// `suspend`; see [`AudioBridge::suspend`]. Since Janus 1.2.1.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "suspend")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Suspend {
    /// The id of the room.
    pub room: Id,
    /// The id of the participant.
    pub id: Id,
    /// The room's secret, if it has one. A participant may suspend itself without it.
    pub secret: Option<Secret>,
    /// Whether the participant gets no events of the room either. Default: false.
    pub pause_events: Option<bool>,
    /// Whether the recording of the participant is stopped. Default: false.
    pub stop_record: Option<bool>,
}

/// `resume`; see [`AudioBridge::resume`]. Since Janus 1.2.1.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "resume")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Resume {
    /// The id of the room.
    pub room: Id,
    /// The id of the participant.
    pub id: Id,
    /// The room's secret, if it has one. A participant may resume itself without it.
    pub secret: Option<Secret>,
    /// Whether a recording of the participant is started. Default: false.
    pub record: Option<bool>,
    /// The base name of that recording, on the server; Janus adds `-audio.mjr`. Default: as before.
    pub filename: Option<String>,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl AudioBridge {
    /// Mutes a room: only its admins are heard.
    ///
    /// Sends `mute_room` and waits for its answer. Everybody gets
    /// [`Event::RoomMuted`](super::Event::RoomMuted), unless the room was muted before.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::MuteRoom};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("mute_room", r#"{"audiobridge":"success"}"#)?;
    /// let changed = desk.mute_room(&MuteRoom::new(1234).secret("hush"))?;
    /// assert_eq!(changed.room, None, "it was muted before");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn mute_room(&self, mute: &MuteRoom) -> Result<Changed> {
        self.handle.request(mute)
    }

    /// Unmutes a room.
    ///
    /// Sends `unmute_room` and waits for its answer. Everybody gets
    /// [`Event::RoomMuted`](super::Event::RoomMuted) with `false`, unless the room was not muted.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::UnmuteRoom};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("unmute_room", r#"{"room":1234}"#)?;
    /// assert_eq!(desk.unmute_room(&UnmuteRoom::new(1234))?.room, Some(1234.into()));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn unmute_room(&self, unmute: &UnmuteRoom) -> Result<Changed> {
        self.handle.request(unmute)
    }
}

impl AudioBridge {
    /// Mutes a participant for everybody.
    ///
    /// Sends `mute` and waits for its answer. Everybody, the participant too, gets
    /// [`Event::Participants`](super::Event::Participants), unless it was muted before.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 492 when there is no such participant.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::Mute};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("mute", r#"{"room":1234}"#)?;
    /// assert_eq!(desk.mute(&Mute::new(1234, 7))?.room, Some(1234.into()));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn mute(&self, mute: &Mute) -> Result<Changed> {
        self.handle.request(mute)
    }

    /// Unmutes a participant, as it may do itself.
    ///
    /// Sends `unmute` and waits for its answer. Everybody, the participant too, gets
    /// [`Event::Participants`](super::Event::Participants), unless it was not muted.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 492 when there is no such participant.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::Unmute};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("unmute", r#"{"room":1234}"#)?;
    /// desk.unmute(&Unmute::new(1234, 7).secret("hush"))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn unmute(&self, unmute: &Unmute) -> Result<Changed> {
        self.handle.request(unmute)
    }

    /// Suspends a participant: it stays in the room, but is not heard and gets no audio.
    ///
    /// Sends `suspend` and waits for its answer. Everybody, the participant too, gets
    /// [`Event::Suspended`](super::Event::Suspended), unless it was suspended before. Since Janus 1.2.1;
    /// not for `message_plugin` of the Admin API, which it crashes.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 492 when there is no such participant, 482 before Janus 1.2.1.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::audiobridge::{Participant, Suspend};
    /// # let (_gateway, me) = janus_blocking::testing::with_answer::<Participant>("suspend", "{}")?;
    /// // On hold: no audio, and no events of the room.
    /// me.room().suspend(&Suspend::new(1234, 7).pause_events(true))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn suspend(&self, suspend: &Suspend) -> Result<()> {
        self.handle.request(suspend).map(|Done| ())
    }

    /// Resumes a suspended participant.
    ///
    /// Sends `resume` and waits for its answer. Everybody gets
    /// [`Event::Resumed`](super::Event::Resumed), unless it was not suspended; the participant's has
    /// the list of who is there if its events were paused. Since Janus 1.2.1; not for the Admin API, as
    /// [`suspend`](Self::suspend).
    ///
    /// # Errors
    ///
    /// `Plugin` with code 492 when there is no such participant, 482 before Janus 1.2.1.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::Resume};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("resume", "{}")?;
    /// desk.resume(&Resume::new(1234, 7).secret("hush").record(true))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn resume(&self, resume: &Resume) -> Result<()> {
        self.handle.request(resume).map(|Done| ())
    }

    /// Suppresses noise in what a participant sends.
    ///
    /// Sends `denoise_enable` and waits for its answer. Since Janus 1.2.3.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 492 when there is no such participant, 482 where Janus was built without
    /// RNNoise, as Debian's is.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::DenoiseEnable};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("denoise_enable", r#"{"room":1234}"#)?;
    /// desk.denoise_enable(&DenoiseEnable::new(1234, 7))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn denoise_enable(&self, enable: &DenoiseEnable) -> Result<Changed> {
        self.handle.request(enable)
    }

    /// Leaves noise in what a participant sends.
    ///
    /// Sends `denoise_disable` and waits for its answer. Since Janus 1.2.3.
    ///
    /// # Errors
    ///
    /// As for [`denoise_enable`](Self::denoise_enable).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::DenoiseDisable};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("denoise_disable", r#"{"room":1234}"#)?;
    /// desk.denoise_disable(&DenoiseDisable::new(1234, 7))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn denoise_disable(&self, disable: &DenoiseDisable) -> Result<Changed> {
        self.handle.request(disable)
    }
}
