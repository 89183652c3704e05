//! The AudioBridge plugin: rooms whose audio Janus mixes, so that everybody gets one stream.
//!
//! One Janus plugin, two types:
//!
//! | type | what its handle is | requests |
//! |---|---|---|
//! | [`AudioBridge`] | anything: these requests work on every handle | [`create`](AudioBridge::create), [`edit`](AudioBridge::edit), [`destroy`](AudioBridge::destroy), [`exists`](AudioBridge::exists), [`list`](AudioBridge::list), [`allowed`](AudioBridge::allowed), [`list_participants`](AudioBridge::list_participants), [`kick`](AudioBridge::kick), [`kick_all`](AudioBridge::kick_all), [`mute`](AudioBridge::mute), [`unmute`](AudioBridge::unmute), [`mute_room`](AudioBridge::mute_room), [`unmute_room`](AudioBridge::unmute_room), [`suspend`](AudioBridge::suspend), [`resume`](AudioBridge::resume), [`denoise_enable`](AudioBridge::denoise_enable), [`denoise_disable`](AudioBridge::denoise_disable), [`enable_recording`](AudioBridge::enable_recording), [`enable_mjrs`](AudioBridge::enable_mjrs), [`rtp_forward`](AudioBridge::rtp_forward), [`stop_rtp_forward`](AudioBridge::stop_rtp_forward), [`list_forwarders`](AudioBridge::list_forwarders), [`play_file`](AudioBridge::play_file), [`is_playing`](AudioBridge::is_playing), [`list_announcements`](AudioBridge::list_announcements), [`stop_file`](AudioBridge::stop_file), [`stop_all_files`](AudioBridge::stop_all_files) |
//! | [`Participant`] | somebody in a room, who sends audio and gets the mix | [`join`](Participant::join), [`configure`](Participant::configure), [`change_room`](Participant::change_room), [`leave`](Participant::leave), [`hangup`](Participant::hangup), [`reset_decoder`](Participant::reset_decoder) |
//!
//! `session.attach::<Participant>()` chooses the type, and costs nothing on the wire;
//! [`Participant::room`] leads to the requests about rooms. Whether a handle is in a room is not part
//! of its type, as kicks and destroyed rooms change it from outside: those are error codes
//! ([`error_code`]).
//!
//! # What for
//!
//! | task | by |
//! |---|---|
//! | a phone call, or any program that speaks RTP, as a participant | [`Create::allow_rtp_participants`], [`Join::rtp`](participant::Join::rtp), [`Joined::rtp`](participant::Joined::rtp); if its address is known only later: [`Join::generate_offer`](participant::Join::generate_offer), then [`Configure::rtp`](participant::Configure::rtp) |
//! | the mix for a recorder, a stream, a loudspeaker | [`rtp_forward`](AudioBridge::rtp_forward) |
//! | a gong, music on hold | [`play_file`](AudioBridge::play_file) |
//! | announcements and mixes for some only | [`Create::groups`], and `group` in [`PlayFile`], [`RtpForward`] and [`Join`](participant::Join) |
//! | recordings: one of the mix; one of each participant | [`enable_recording`](AudioBridge::enable_recording); [`enable_mjrs`](AudioBridge::enable_mjrs) |
//! | silence for a lecture: for one; for all but admins | [`mute`](AudioBridge::mute); [`mute_room`](AudioBridge::mute_room) with [`Join::secret`](participant::Join::secret) |
//! | who talks | [`Create::audiolevel_event`] and [`Event::Talking`] |
//! | voices from left to right | [`Create::spatial_audio`] and [`Configure::spatial_position`](participant::Configure::spatial_position) |
//! | a participant on hold | [`suspend`](AudioBridge::suspend) and [`resume`](AudioBridge::resume) |
//!
//! # Media
//!
//! A participant has a PeerConnection, or sends and gets plain RTP:
//!
//! | who makes the offer | calls |
//! |---|---|
//! | the program | [`join_with_offer`](Participant::join_with_offer), or [`join`](Participant::join) and then [`configure_with_offer`](Participant::configure_with_offer) |
//! | Janus | [`join_for_offer`](Participant::join_for_offer) or [`configure_for_offer`](Participant::configure_for_offer), then [`answer`](Participant::answer) |
//! | nobody: plain RTP | [`join`](Participant::join) with [`rtp`](participant::Join::rtp); the reply has the address to send to |
//!
//! Whoever made the first offer makes all later ones of that PeerConnection. Where Janus did, it refuses
//! the program's with [`error_code::INVALID_SDP`].
//!
//! # Ids
//!
//! Rooms and participants have an [`Id`](crate::Id): a number, or a text on servers whose plugin is
//! configured with `string_ids`. A server never mixes both; the wrong one is refused with
//! [`error_code::INVALID_ELEMENT`]. Files have texts, and forwarders numbers, on every server.
//!
//! # What a message does not say
//!
//! Servers differ in what they leave out, and what does not fit its type counts as left out: `None`
//! where that says something else than the type's own zero, else an empty text or list, `false`, 0, and
//! an id that [`is_absent`](crate::Id::is_absent). An entry of a list without the id that it is about is
//! left out of the list.
//!
//! Janus docs: *AudioBridge plugin documentation*.

use super::{Done, plugin_type, requests};
use crate::wire::words;

mod announcements;
pub mod error_code;
pub mod event;
mod moderation;
pub mod participant;
mod participants;
mod recording;
mod room_requests;
mod rooms;
mod rtp_forward;

pub use super::{
    rooms::{AllowedAction, AllowedTokens, Created, Destroyed, Edited, Existence},
    rtp::{HostFamily, SrtpSuite},
};
pub use announcements::{
    Announcement, Announcements, FilePlaying, FileStarted, FileStopped, FilesStopped, IsPlaying,
    ListAnnouncements, PlayFile, StopAllFiles, StopFile,
};
pub use event::Event;
pub use moderation::{
    Changed, DenoiseDisable, DenoiseEnable, Mute, MuteRoom, Resume, Suspend, Unmute, UnmuteRoom,
};
pub use participant::Participant;
pub use participants::{Allowed, Attendee, Kick, KickAll, ListParticipants, Participants};
pub use recording::{EnableMjrs, EnableRecording, MjrsEnabled, RecordingEnabled};
pub use rooms::{Create, Destroy, Edit, Exists, List, Room, Rooms};
pub use rtp_forward::{
    ForwardStopped, Forwarder, Forwarders, Forwarding, ListForwarders, RtpForward, StopRtpForward,
};

requests! { AudioBridge:
    Create            "create"            -> Created;
    Edit              "edit"              -> Edited;
    Destroy           "destroy"           -> Destroyed;
    EnableRecording   "enable_recording"  -> RecordingEnabled;
    EnableMjrs        "enable_mjrs"       -> MjrsEnabled;
    List              "list"              -> Rooms,         reads;
    Exists            "exists"            -> Existence,     reads;
    Allowed           "allowed"           -> AllowedTokens;
    Mute              "mute"              -> Changed;
    Unmute            "unmute"            -> Changed;
    MuteRoom          "mute_room"         -> Changed;
    UnmuteRoom        "unmute_room"       -> Changed;
    DenoiseEnable     "denoise_enable"    -> Changed;
    DenoiseDisable    "denoise_disable"   -> Changed;
    Kick              "kick"              -> Done;
    KickAll           "kick_all"          -> Done;
    ListParticipants  "listparticipants"  -> Participants,  reads;
    RtpForward        "rtp_forward"       -> Forwarding;
    StopRtpForward    "stop_rtp_forward"  -> ForwardStopped;
    ListForwarders    "listforwarders"    -> Forwarders,    reads;
    PlayFile          "play_file"         -> FileStarted;
    IsPlaying         "is_playing"        -> FilePlaying,   reads;
    ListAnnouncements "listannouncements" -> Announcements, reads;
    StopFile          "stop_file"         -> FileStopped;
    StopAllFiles      "stop_all_files"    -> FilesStopped;
    Suspend           "suspend"           -> Done;
    Resume            "resume"            -> Done;
}

plugin_type! {
    /// A handle of the AudioBridge plugin, `janus.plugin.audiobridge`, for requests about rooms.
    ///
    /// Comes from [`Session::attach`](crate::Session::attach) or
    /// [`Session::reattach`](crate::Session::reattach), or from a [`Participant`]. All methods take `&self`
    /// and may be called from several threads at once; each blocks its own caller only, at most for the
    /// request timeout.
    ///
    /// # Errors of every method
    ///
    /// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`] when the plugin refuses:
    /// 485 when there is no such room, and where a secret or an admin key is needed, 483 without and
    /// 489 with a wrong one.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::{Create, Destroy}};
    /// # use {janus_blocking::testing::Expect, serde_json::json};
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # let session = janus.create_session()?;
    /// # for (request, done) in [("create", "created"), ("destroy", "destroyed")] {
    /// #     let answer = json!({ "audiobridge": done, "room": 1234, "permanent": false });
    /// #     let expected = Expect::request("janus.plugin.audiobridge", json!({ "request": request }));
    /// #     gateway.expect(expected.answer(answer));
    /// # }
    /// let desk: AudioBridge = session.attach()?;
    /// let room = desk.create(&Create::new().description("intercom").sampling_rate(48_000))?.room;
    /// assert!(!desk.destroy(&Destroy::new(room))?.permanent);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct AudioBridge "janus.plugin.audiobridge", Event = event::decode;
}

words! {
    /// How audio is encoded. [`Other`](Self::Other) is empty where a message does not say it.
    pub enum Codec {
        /// `opus`, at the room's sampling rate.
        Opus = "opus",
        /// `pcma`: G.711, A-law.
        Pcma = "pcma",
        /// `pcmu`: G.711, µ-law.
        Pcmu = "pcmu",
    }
}
