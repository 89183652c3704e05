//! Changing to another room, leaving, and closing the PeerConnection.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{Participant, PlainRtp};
use crate::audiobridge::{Attendee, Codec};
use crate::plugin::{Done, Secret, bare_requests, constructors};
use crate::{Id, Result};

constructors! {
    /// Creates a request to change to `room`.
    ChangeRoom(room as Id);
}

bare_requests! {
    /// `leave`; see [`Participant::leave`].
    Leave = "leave";
    /// `hangup`; see [`Participant::hangup`].
    Hangup = "hangup";
}

/// `changeroom`; see [`Participant::change_room`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "changeroom")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct ChangeRoom {
    /// The id of the other room.
    pub room: Id,
    /// The id of the participant there. Default: a random one.
    pub id: Option<Id>,
    /// The name to show. Default: none.
    pub display: Option<String>,
    /// A token of the room's list; rooms with one need it.
    pub token: Option<Secret>,
    /// The group to be in. Needed where the room has groups.
    pub group: Option<String>,
    /// Whether the participant is muted at first. Default: false.
    pub muted: Option<bool>,
    /// Whether the participant is suspended. Default and false: as before. Since Janus 1.2.1.
    pub suspended: Option<bool>,
    /// Whether it gets no events either, with `suspended`. Default and false: as before. Since Janus
    /// 1.2.1.
    pub pause_events: Option<bool>,
    /// Checked for its type and not used: the codec stays.
    pub codec: Option<Codec>,
    /// The bitrate of the mix, in bits per second, 500 to 512,000. Default, and for other values: as the
    /// room has it.
    #[setters(into = false)]
    pub bitrate: Option<u32>,
    /// Opus's complexity for the mix, 1 to 10. Default: as before.
    #[setters(into = false)]
    pub quality: Option<u8>,
    /// The packet loss that Opus makes the mix ready for, in percent, 0 to 20. Default: as before.
    #[setters(into = false)]
    pub expected_loss: Option<u8>,
    /// How loud the participant is in the mix, in percent. Default: 100.
    #[setters(into = false)]
    pub volume: Option<u32>,
    /// The place in the mix, from 0, left, to 100, right. Default: 50, but 64 in Janus 1.1.2.
    #[setters(into = false)]
    pub spatial_position: Option<u8>,
    /// Checked for its type and not used.
    #[setters(into = false)]
    pub audio_level_average: Option<u8>,
    /// Checked for its type and not used.
    #[setters(into = false)]
    pub audio_active_packets: Option<u32>,
    /// Whether noise is suppressed. Default: as the room has it. Since Janus 1.2.3.
    pub denoise: Option<bool>,
    /// Checked for its type and not used: see [`Configure::record`](super::Configure::record).
    pub record: Option<bool>,
    /// Checked for its type and not used.
    pub filename: Option<String>,
    /// Checked for its type and not used: the PeerConnection stays.
    pub generate_offer: Option<bool>,
    /// Checked for its type and not used: who has plain RTP keeps its addresses.
    pub rtp: Option<PlainRtp>,
    /// The room's secret, which makes the participant an admin there.
    pub secret: Option<Secret>,
    /// Checked for its type and not used. Gone since Janus 1.2.0.
    #[setters(into = false)]
    pub prebuffer: Option<u32>,
    /// The room's pin, if it has one.
    pub pin: Option<Secret>,
}

/// The participant is in the other room.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RoomChanged {
    /// The id of the other room.
    pub room: Id,
    /// The id of the participant there.
    pub id: Id,
    /// The others in it, but those whose events are paused.
    pub participants: Vec<Attendee>,
}

/// The participant has left.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Left {
    /// The id of the room, if it is still there.
    pub room: Option<Id>,
    /// The id that the participant had.
    pub id: Id,
}

impl Participant {
    /// Goes to another room of the server, with the same PeerConnection.
    ///
    /// Sends `changeroom` and waits for the event `roomchanged`. Those in the old room get
    /// [`Event::Leaving`](crate::audiobridge::Event::Leaving), those in the new one
    /// [`Event::Joining`](crate::audiobridge::Event::Joining).
    ///
    /// # Errors
    ///
    /// As for [`join`](Self::join), but 491 when it is the same room. The participant stays where it was.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::audiobridge::{Participant, participant::ChangeRoom};
    /// # let said = r#"{"audiobridge":"roomchanged","room":5678,"id":7,"participants":[{"id":8}]}"#;
    /// # let (_gateway, me) = janus_blocking::testing::with_outcome::<Participant>("changeroom", said, None)?;
    /// let changed = me.change_room(&ChangeRoom::new(5678).display("front door"))?;
    /// assert_eq!(changed.participants[0].id, 8.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[doc(alias = "changeroom")]
    pub fn change_room(&self, change: &ChangeRoom) -> Result<RoomChanged> {
        self.handle.request(change)
    }
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl Participant {
    /// Leaves the room. The PeerConnection stays up, and the handle may join again.
    ///
    /// Sends `leave` and waits for the event `left`. The others get
    /// [`Event::Leaving`](crate::audiobridge::Event::Leaving).
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::audiobridge::Participant;
    /// # let (_gateway, me) = janus_blocking::testing::with_outcome::<Participant>("leave", r#"{"audiobridge":"left","room":1234,"id":7}"#, None)?;
    /// assert_eq!(me.leave()?.id, 7.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn leave(&self) -> Result<Left> {
        self.handle.request(&Leave::new())
    }

    /// Closes the PeerConnection, and with that leaves the room; the handle may join again.
    ///
    /// Sends `hangup` and waits for the event `hangingup`. [`Event::Hangup`](crate::Event::Hangup)
    /// follows. Without a PeerConnection Janus confirms it all the same, and since 1.2.2 nothing happens:
    /// a plain RTP participant has to [`leave`](Self::leave). Another request than
    /// [`Handle::hangup`](crate::Handle::hangup), with the same effect.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::audiobridge::Participant;
    /// # let (_gateway, me) = janus_blocking::testing::with_outcome::<Participant>("hangup", r#"{"audiobridge":"hangingup"}"#, None)?;
    /// me.hangup()?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn hangup(&self) -> Result<()> {
        self.handle.request(&Hangup::new()).map(|Done| ())
    }
}
