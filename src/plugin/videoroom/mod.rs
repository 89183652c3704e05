//! The VideoRoom plugin: rooms in which publishers send media and subscribers receive it.
//!
//! One Janus plugin, three types, as its handles come in three kinds with different requests:
//!
//! | type | what its handle is | requests |
//! |---|---|---|
//! | [`VideoRoom`] | anything: these requests work on every handle | [`create`](VideoRoom::create), [`edit`](VideoRoom::edit), [`destroy`](VideoRoom::destroy), [`exists`](VideoRoom::exists), [`list`](VideoRoom::list), [`allowed`](VideoRoom::allowed), [`kick`](VideoRoom::kick), [`moderate`](VideoRoom::moderate), [`list_participants`](VideoRoom::list_participants), [`enable_recording`](VideoRoom::enable_recording), [`rtp_forward`](VideoRoom::rtp_forward), [`stop_rtp_forward`](VideoRoom::stop_rtp_forward), [`list_forwarders`](VideoRoom::list_forwarders), [`add_remote_publisher`](VideoRoom::add_remote_publisher), [`update_remote_publisher`](VideoRoom::update_remote_publisher), [`remove_remote_publisher`](VideoRoom::remove_remote_publisher), [`publish_remotely`](VideoRoom::publish_remotely), [`unpublish_remotely`](VideoRoom::unpublish_remotely), [`list_remotes`](VideoRoom::list_remotes) |
//! | [`Publisher`] | a participant, who may send media | [`join`](Publisher::join), [`join_and_configure`](Publisher::join_and_configure), [`publish`](Publisher::publish), [`configure`](Publisher::configure), [`renegotiate`](Publisher::renegotiate), [`unpublish`](Publisher::unpublish), [`leave`](Publisher::leave) |
//! | [`Subscriber`] | a receiver of media | [`join`](Subscriber::join), [`start`](Subscriber::start), [`resume`](Subscriber::resume), [`pause`](Subscriber::pause), [`subscribe`](Subscriber::subscribe), [`unsubscribe`](Subscriber::unsubscribe), [`update`](Subscriber::update), [`configure`](Subscriber::configure), [`switch`](Subscriber::switch), [`leave`](Subscriber::leave) |
//!
//! The kind is chosen where the handle is attached, or reattached, and costs nothing on the wire:
//! `session.attach::<Publisher>()`. [`Publisher::room`] and [`Subscriber::room`] lead to the
//! requests about rooms. Whether a handle has joined, published or left is not part of its type, as
//! kicks, destroyed rooms and broken PeerConnections change it from outside, and a reattached
//! handle could not tell: those are error codes ([`error_code`]).
//!
//! What a kind cannot do does not compile:
//!
//! ```compile_fail,E0599
//! let pause = janus_blocking::videoroom::Publisher::pause;
//! ```
//!
//! ```compile_fail,E0599
//! let unpublish = janus_blocking::videoroom::Subscriber::unpublish;
//! ```
//!
//! Requests about rooms are answered at once (`success`); those of publishers and subscribers by
//! the first event with their transaction, so they need no event names.
//!
//! # Ids
//!
//! Rooms and participants have an [`Id`](crate::Id): a number, or a text on servers whose plugin is
//! configured with `string_ids`. A server never mixes both; the wrong one is refused with
//! [`error_code::INVALID_ELEMENT`].
//!
//! # What a message does not say
//!
//! Servers differ in what they leave out, and what does not fit its type counts as left out: `None`
//! where that says something else than the type's own zero, else an empty text or list, `false`, 0,
//! -1 for layers, and an id that [`is_absent`](crate::Id::is_absent). An entry of a list without the id
//! that it is about is left out of the list.
//!
//! Janus docs: *VideoRoom plugin documentation*.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{Done, plugin_type, requests};
use crate::wire::words;

pub mod error_code;
pub mod event;
mod participants;
mod private_id;
mod publish_remotely;
pub mod publisher;
mod remote_publishers;
mod rooms;
mod rtp_forward;
pub mod subscriber;

pub use super::{
    rooms::{AllowedAction, AllowedTokens, Created, Destroyed, Edited, Existence},
    rtp::{HostFamily, SrtpSuite},
};
pub use event::Event;
pub use participants::{Allowed, Kick, ListParticipants, Moderate, Participant, Participants};
pub use private_id::PrivateId;
pub use publish_remotely::{
    ListRemotes, PublishRemotely, Remote, Remotes, Remotized, UnpublishRemotely, Unremotized,
};
pub use publisher::Publisher;
pub use remote_publishers::{
    AddRemotePublisher, RemotePublisher, RemoteStream, RemoveRemotePublisher, UpdateRemotePublisher,
};
pub use rooms::create::{Create, DummyStream};
pub use rooms::manage::{
    Destroy, Edit, EnableRecording, Exists, List, RecordingEnabled, Room, Rooms,
};
pub use rtp_forward::{
    ForwardStopped, ForwardStream, Forwarder, Forwarders, Forwarding, ForwardingPublisher,
    LegacyRtpStream, ListForwarders, RtpForward, StopRtpForward,
};
pub use subscriber::Subscriber;

requests! { VideoRoom:
    Create                "create"                  -> Created;
    Edit                  "edit"                    -> Edited;
    Destroy               "destroy"                 -> Destroyed;
    Exists                "exists"                  -> Existence,       reads;
    List                  "list"                    -> Rooms,           reads;
    Allowed               "allowed"                 -> AllowedTokens;
    Kick                  "kick"                    -> Done;
    Moderate              "moderate"                -> Done;
    ListParticipants      "listparticipants"        -> Participants,    reads;
    EnableRecording       "enable_recording"        -> RecordingEnabled;
    RtpForward            "rtp_forward"             -> Forwarding;
    StopRtpForward        "stop_rtp_forward"        -> ForwardStopped;
    ListForwarders        "listforwarders"          -> Forwarders,      reads;
    AddRemotePublisher    "add_remote_publisher"    -> RemotePublisher;
    UpdateRemotePublisher "update_remote_publisher" -> Done;
    RemoveRemotePublisher "remove_remote_publisher" -> Done;
    PublishRemotely       "publish_remotely"        -> Remotized;
    UnpublishRemotely     "unpublish_remotely"      -> Unremotized;
    ListRemotes           "listremotes"             -> Remotes,         reads;
}

plugin_type! {
    /// A handle of the VideoRoom plugin, `janus.plugin.videoroom`, for requests about rooms.
    ///
    /// Comes from [`Session::attach`](crate::Session::attach) or
    /// [`Session::reattach`](crate::Session::reattach), or from a [`Publisher`] or [`Subscriber`]. All
    /// methods take `&self` and may be called from several threads at once; each blocks its own caller
    /// only, at most for the request timeout.
    ///
    /// # Errors of every method
    ///
    /// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`] when the plugin refuses:
    /// 426 when there is no such room, and where a secret or an admin key is needed, 429 without and
    /// 433 with a wrong one.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::{Create, Destroy}};
    /// # use {janus_blocking::testing::Expect, serde_json::json};
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # let session = janus.create_session()?;
    /// # for (request, done) in [("create", "created"), ("destroy", "destroyed")] {
    /// #     let answer = json!({ "videoroom": done, "room": 1234, "permanent": false });
    /// #     let expected = Expect::request("janus.plugin.videoroom", json!({ "request": request }));
    /// #     gateway.expect(expected.answer(answer));
    /// # }
    /// let desk: VideoRoom = session.attach()?;
    /// let room = desk.create(&Create::new().description("lobby"))?.room;
    /// assert!(!desk.destroy(&Destroy::new(room))?.permanent);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct VideoRoom "janus.plugin.videoroom", Event = event::decode;

    fn event_name(data: &RawValue) -> Cow<'_, str> {
        event::name(data)
    }
}

words! {
    /// What a stream carries. [`Other`](Self::Other) is empty where a message does not say it.
    pub enum MediaKind {
        /// `audio`
        Audio = "audio",
        /// `video`
        Video = "video",
        /// `data`: data channel messages.
        Data = "data",
    }
}

/// The layer while nothing was received, or where none is named.
const fn no_layer() -> i64 {
    -1
}
