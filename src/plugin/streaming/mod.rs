//! The Streaming plugin: mountpoints, which take media from outside, and viewers, who receive it.
//!
//! One Janus plugin, two types:
//!
//! | type | what its handle is | requests |
//! |---|---|---|
//! | [`Streaming`] | anything: these requests work on every handle | [`create_rtp`](Streaming::create_rtp), [`create_file`](Streaming::create_file), [`create_rtsp`](Streaming::create_rtsp), [`edit`](Streaming::edit), [`destroy`](Streaming::destroy), [`list`](Streaming::list), [`info`](Streaming::info), [`enable`](Streaming::enable), [`disable`](Streaming::disable), [`kick_all`](Streaming::kick_all), [`recording`](Streaming::recording) |
//! | [`Viewer`] | a receiver of the media of one mountpoint | [`watch`](Viewer::watch), [`watch_with_offer`](Viewer::watch_with_offer), [`start`](Viewer::start), [`resume`](Viewer::resume), [`pause`](Viewer::pause), [`configure`](Viewer::configure), [`switch`](Viewer::switch), [`stop`](Viewer::stop) |
//!
//! The kind is chosen where the handle is attached or reattached, and costs nothing on the wire:
//! `session.attach::<Viewer>()`. [`Viewer::mountpoints`] leads to the requests about mountpoints.
//!
//! | mountpoint | its media |
//! |---|---|
//! | [`CreateRtp`] | RTP to UDP ports of the server, in any number of audio, video and data streams |
//! | [`CreateFile::live`] | an audio file on the server, played in a loop for all viewers together |
//! | [`CreateFile::on_demand`] | an audio file on the server, played from its beginning for each viewer |
//! | [`CreateRtsp`] | what an RTSP server, such as a camera, sends; needs a Janus built with libcurl |
//!
//! Requests about mountpoints are answered at once, those of viewers by the first event with their
//! transaction.
//!
//! # Ids
//!
//! Mountpoints have an [`Id`](crate::Id): a number, or a text on servers whose plugin is configured
//! with `string_ids`. The wrong one is refused with [`error_code::INVALID_ELEMENT`].
//!
//! # What a message does not say
//!
//! What a server leaves out, or what does not fit its type, is `None` where that differs from the
//! type's own zero, else an empty text or list, `false`, or an id that
//! [`is_absent`](crate::Id::is_absent).
//!
//! Janus docs: *Streaming plugin documentation*.

use super::{Done, plugin_type, requests};

pub mod error_code;
mod event;
mod mountpoints;
pub mod viewer;

pub use super::{rtp::SrtpSuite, videoroom::MediaKind};
pub use event::{Edited, Event, Failure, RtspSource, SimulcastLayer, SvcLayer};
pub use mountpoints::{
    create::{Created, CreatedMountpoint, CreatedPort},
    create_file::{CreateFile, FileKind},
    create_rtp::{CreateRtp, DataType, RtpStream},
    create_rtsp::CreateRtsp,
    list::{
        Info, InfoReply, List, ListedStream, Mountpoint, MountpointInfo, Mountpoints, StreamInfo,
    },
    manage::{Destroy, Destroyed, Disable, Edit, EditConfirmed, Enable, KickAll},
    recording::{LegacyRecording, RecordedStream, Recording, RecordingAction},
};
pub use viewer::Viewer;

requests! { Streaming:
    CreateRtp  "create"    -> Created;
    CreateFile "create"    -> Created;
    CreateRtsp "create"    -> Created;
    Edit       "edit"      -> EditConfirmed;
    Destroy    "destroy"   -> Destroyed;
    List       "list"      -> Mountpoints,    reads;
    Info       "info"      -> InfoReply,      reads;
    Enable     "enable"    -> Done;
    Disable    "disable"   -> Done;
    KickAll    "kick_all"  -> Done;
    Recording  "recording" -> Done;
}

plugin_type! {
    /// A handle of the Streaming plugin, `janus.plugin.streaming`, for requests about mountpoints.
    ///
    /// Comes from [`Session::attach`](crate::Session::attach) or
    /// [`Session::reattach`](crate::Session::reattach), or from a [`Viewer`]. All methods take `&self`
    /// and may be called from several threads at once; each blocks its own caller only, at most for
    /// the request timeout.
    ///
    /// # Errors of every method
    ///
    /// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`] when the plugin refuses:
    /// 455 when there is no such mountpoint, and where a secret or an admin key is needed, 453 without
    /// and 457 with a wrong one.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Streaming, streaming::{CreateRtp, RtpStream}};
    /// # let said = r#"{"streaming":"created","created":"mp-1","stream":{"id":1,"ports":[{"mid":"a","port":5004}]}}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<Streaming>("create", said)?;
    /// // let desk: Streaming = session.attach()?;
    /// let microphone = RtpStream::audio("a").codec("opus").pt(111);
    /// let created = desk.create_rtp(&CreateRtp::new(vec![microphone]))?;
    /// assert_eq!(created.stream.ports[0].port, Some(5004)); // RTP is expected there
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct Streaming "janus.plugin.streaming", Event = event::decode;
}
