//! Joining a room.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::Participant;
use crate::audiobridge::{Attendee, Codec};
use crate::plugin::{Secret, constructors};
use crate::{Error, Id, Jsep, Result};

constructors! {
    /// Creates a request to join `room`.
    Join(room as Id);
}

/// `join`; see [`Participant::join`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "join")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Join {
    /// The id of the room.
    pub room: Id,
    /// The id of the participant. Default: a random one.
    pub id: Option<Id>,
    /// The name to show. Default: none.
    pub display: Option<String>,
    /// A token of the room's list; rooms with one need it.
    pub token: Option<Secret>,
    /// The group to be in. Needed where the room has groups.
    pub group: Option<String>,
    /// Whether the participant is muted at first. Default: false.
    pub muted: Option<bool>,
    /// Whether the participant is suspended at first. Default: false. Since Janus 1.2.1.
    pub suspended: Option<bool>,
    /// Whether it gets no events either, with `suspended`. Default: false. Since Janus 1.2.1.
    pub pause_events: Option<bool>,
    /// The codec. Default: [`Codec::Opus`].
    pub codec: Option<Codec>,
    /// The bitrate of the mix, in bits per second, 500 to 512,000. Default, and for other values: as the
    /// room has it.
    #[setters(into = false)]
    pub bitrate: Option<u32>,
    /// Opus's complexity for the mix, 1 to 10: more sounds better and costs more processor time.
    /// Default: 4.
    #[setters(into = false)]
    pub quality: Option<u8>,
    /// The packet loss that Opus makes the mix ready for, in percent, 0 to 20; counts with forward error
    /// correction. Default: as the room has it.
    #[setters(into = false)]
    pub expected_loss: Option<u8>,
    /// How loud the participant is in the mix, in percent. Default: 100.
    #[setters(into = false)]
    pub volume: Option<u32>,
    /// The place in the mix, from 0, left, to 100, right; more counts as 100. Default: 50. Counts only in
    /// rooms with [`spatial_audio`](crate::audiobridge::Create::spatial_audio).
    #[setters(into = false)]
    pub spatial_position: Option<u8>,
    /// The level above which the participant talks, 127 being silence. Default: as the room has it.
    #[setters(into = false)]
    pub audio_level_average: Option<u8>,
    /// Over how many packets the audio level is averaged. Default: as the room has it.
    #[setters(into = false)]
    pub audio_active_packets: Option<u32>,
    /// Whether noise is suppressed. Default: as the room has it. Needs a Janus that is built with RNNoise.
    /// Since Janus 1.2.3.
    pub denoise: Option<bool>,
    /// Whether the participant is recorded, to an `.mjr` file. Default: as the room has it.
    pub record: Option<bool>,
    /// The base name of the recording, on the server; Janus adds `-audio.mjr`. Default: made of room,
    /// participant and time.
    pub filename: Option<String>,
    /// Whether Janus makes the offer; [`join_for_offer`](Participant::join_for_offer) sets it. With `rtp`:
    /// Janus tells its address first, and gets the participant's by
    /// [`Configure::rtp`](super::Configure::rtp).
    pub generate_offer: Option<bool>,
    /// Plain RTP instead of a PeerConnection, in rooms that
    /// [allow it](crate::audiobridge::Create::allow_rtp_participants).
    pub rtp: Option<PlainRtp>,
    /// The room's secret, which makes the participant an admin: it is heard in a muted room. In a room
    /// without a secret any text does it.
    pub secret: Option<Secret>,
    /// How many packets are buffered before they are mixed, at most 50. Default: as the room has it. Gone
    /// since Janus 1.2.0.
    #[setters(into = false)]
    pub prebuffer: Option<u32>,
    /// The room's pin, if it has one.
    pub pin: Option<Secret>,
}

/// Where and how a participant gets plain RTP.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Setters)]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct PlainRtp {
    /// The address that the mix is sent to. Default: the mix is not sent.
    pub ip: Option<String>,
    /// The UDP port that the mix is sent to. Default: the mix is not sent.
    #[setters(into = false)]
    pub port: Option<u16>,
    /// The payload type of Opus, in both directions. Default: 100.
    #[setters(into = false)]
    pub payload_type: Option<u8>,
    /// The id of the RTP extension that has the audio level. Default: there is none. Up to 1.4.1 Janus
    /// does not read it: [`Event::Talking`](crate::audiobridge::Event::Talking) comes for those with a
    /// PeerConnection only.
    #[setters(into = false)]
    pub audiolevel_ext: Option<u8>,
    /// Whether the mix has Opus's forward error correction. Default: false.
    pub fec: Option<bool>,
}

impl PlainRtp {
    /// Creates the address that the mix is sent to. By [`default`](Self::default) there is none: the
    /// participant is heard and hears nothing.
    pub fn new(ip: impl Into<String>, port: u16) -> Self {
        Self::default().ip(ip).port(port)
    }
}

/// The participant joined the room.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Joined {
    /// The id of the room.
    pub room: Id,
    /// The id of the participant.
    pub id: Id,
    /// The others, but those whose events are paused.
    pub participants: Vec<Attendee>,
    /// Where to send plain RTP, if the request asked for it.
    pub rtp: Option<RtpAddress>,
}

/// Where Janus waits for the RTP of a participant.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RtpAddress {
    /// The address of the server.
    pub ip: String,
    /// The UDP port of the server.
    pub port: u16,
    /// The payload type.
    pub payload_type: Option<u8>,
}

impl Participant {
    /// Joins a room: by plain RTP, or without media yet.
    ///
    /// Sends `join` and waits for the event `joined`. The others get
    /// [`Event::Joining`](crate::audiobridge::Event::Joining).
    ///
    /// Janus 1.4.1 was seen to crash when a participant whose Opus audio had just ended, by a kick or
    /// [`hangup`](Self::hangup), joined again on the same handle, once in some 40 times. A handle of its
    /// own for each stay avoids it.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 485 when there is no such room, 483 without and 489 with a wrong pin, 489
    /// without a valid token and for plain RTP where the room does not allow it, 490 when the id is taken,
    /// 491 when the handle is in a room, 483 without and 494 with a wrong group, 484 for a quality or
    /// an expected loss out of range.
    /// [`Error::Config`] for `generate_offer` without `rtp`: the offer would be lost.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::audiobridge::{Participant, participant::Join};
    /// # let said = r#"{"audiobridge":"joined","room":1234,"id":7,"participants":[]}"#;
    /// # let (_gateway, me) = janus_blocking::testing::with_outcome::<Participant>("join", said, None)?;
    /// let joined = me.join(&Join::new(1234).pin("4711").display("front door").muted(true))?;
    /// assert_eq!(joined.id, 7.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn join(&self, join: &Join) -> Result<Joined> {
        if join.generate_offer == Some(true) && join.rtp.is_none() {
            return Err(Error::config(
                "generate_offer",
                "`join_for_offer` returns the offer",
            ));
        }
        self.handle.request(join)
    }

    /// Joins a room with an offer for the PeerConnection.
    ///
    /// Sends `join` with the offer and waits for `joined`, which brings the answer.
    ///
    /// # Errors
    ///
    /// As for [`join`](Self::join), and 493 for an offer that cannot be used, 484 for one that is
    /// encrypted end to end. After these two the participant **has joined** all the same, and the others
    /// have heard of it: [`leave`](Self::leave), and begin again on a new handle. An offer right after the
    /// [`hangup`](Self::hangup) of a refused one has crashed Janus 1.4.1.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, testing, audiobridge::{Participant, participant::Join}};
    /// # let said = r#"{"audiobridge":"joined","room":1234,"id":7}"#;
    /// # let (_gateway, me) = testing::with_outcome::<Participant>("join", said, Some(Jsep::answer("v=0\r\n")))?;
    /// let (joined, answer) = me.join_with_offer(&Join::new(1234), &Jsep::offer(testing::AUDIO_SDP))?;
    /// assert_eq!((joined.id, &*answer.kind.to_string()), (7.into(), "answer"));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn join_with_offer(&self, join: &Join, offer: &Jsep) -> Result<(Joined, Jsep)> {
        self.handle.negotiate(join, offer)
    }

    /// Joins a room, and lets Janus make the offer for the PeerConnection.
    ///
    /// Sends `join` with `generate_offer` and waits for `joined`, which brings the offer;
    /// [`answer`](Self::answer) answers it.
    ///
    /// # Errors
    ///
    /// As for [`join`](Self::join); [`Error::Config`] for `rtp`, which has no offer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, testing, audiobridge::{Participant, participant::Join}};
    /// # let said = r#"{"audiobridge":"joined","room":1234,"id":7}"#;
    /// # let (_gateway, me) = testing::with_outcome::<Participant>("join", said, Some(Jsep::offer("v=0\r\n")))?;
    /// let (joined, offer) = me.join_for_offer(&Join::new(1234))?;
    /// assert_eq!((joined.id, &*offer.kind.to_string()), (7.into(), "offer"));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn join_for_offer(&self, join: &Join) -> Result<(Joined, Jsep)> {
        if join.rtp.is_some() {
            return Err(Error::config("rtp", "plain RTP has no offer: use `join`"));
        }
        let join = join.clone().generate_offer(true);
        let (joined, offer) = self.handle.exchange(&join, None)?;
        Ok((joined, self.handle.described(&join, offer, "an offer")?))
    }
}
