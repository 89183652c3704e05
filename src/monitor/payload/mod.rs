//! What plugins tell: 91 payloads.
//!
//! An enum for each plugin. What this crate does not know is [`PluginData::Other`].

mod audiobridge;
mod rooms;
mod rtp;
mod sip;
mod small;
mod videoroom;

use std::fmt;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::event::of;
use crate::{
    AudioBridge, EchoTest, NoSip, Plugin, RecordPlay, Sip, Streaming, TextRoom, VideoCall,
    VideoRoom, VoiceMail, redact::masked, wire::lenient,
};

pub use audiobridge::{AudioBridgeEvent, AudioBridgeParticipant, RoomFile, RoomRecording};
pub use rooms::{Room, RoomMember};
pub use rtp::{Forwarded, Negotiated, StoppedForward};
pub use sip::{
    CallId, Declined, Dialing, HungUp, IncomingCall, Missed, Proceeding, RegisteredAccount,
    RegistrationFailed, SipEvent, SipMessage,
};
pub use small::{
    CallSettings, EchoTestSettings, HangupReason, MountpointCreated, MountpointRef, NoSipEvent,
    RecordPlayEvent, RecordingMedia, RecordingRef, StreamingEvent, Substream, TextRoomEvent,
    TextRoomMember, VideoCallEvent, VideoCallUser, VoiceMailEvent,
};
pub use videoroom::{
    ForwardStopped, ForwardedStream, Moderated, Participant, Published, PublishedMedium,
    PublisherJoined, PublisherLimit, Subscription, Talking, Unsubscribed, VideoRoomEvent,
};

/// The events of a plugin, each by its word, and what it holds.
macro_rules! events {
    ($(#[$doc:meta])* $name:ident { $($(#[$event_doc:meta])* $event:ident $word:literal $($type:ty)?,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$event_doc])* $event $(($type))?,)+
        }

        impl $name {
            /// `None` for a word that is not known.
            pub(super) fn decode(word: &str, text: &str) -> Option<Self> {
                match word {
                    $($word => $crate::monitor::payload::events!(@ text, $event $(, $type)?),)+
                    _ => None,
                }
            }

            /// Janus's word for it.
            pub fn name(&self) -> &'static str {
                match self {
                    $($crate::monitor::payload::events!(? $event $(, $type)?) => $word,)+
                }
            }
        }
    };
    (@ $text:ident, $event:ident, $type:ty) => { $crate::monitor::event::of($text, Self::$event) };
    (@ $text:ident, $event:ident) => {{
        let _ = $text;
        Some(Self::$event)
    }};
    (? $event:ident, $type:ty) => { Self::$event(_) };
    (? $event:ident) => { Self::$event };
}

pub(crate) use events;

/// A plugin tells something. Events that belong to no handle have no session and no handle.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct PluginEvent {
    /// The plugin's package.
    pub plugin: String,
    /// What it tells.
    pub data: PluginData,
}

/// What a plugin tells.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum PluginData {
    /// AudioBridge.
    AudioBridge(AudioBridgeEvent),
    /// EchoTest.
    EchoTest(EchoTestSettings),
    /// NoSIP.
    NoSip(NoSipEvent),
    /// Record&Play.
    RecordPlay(RecordPlayEvent),
    /// SIP.
    Sip(SipEvent),
    /// Streaming.
    Streaming(StreamingEvent),
    /// TextRoom.
    TextRoom(TextRoomEvent),
    /// VideoCall.
    VideoCall(VideoCallEvent),
    /// VideoRoom.
    VideoRoom(VideoRoomEvent),
    /// VoiceMail.
    VoiceMail(VoiceMailEvent),
    /// Another plugin, or something that this crate does not know.
    Other(Untyped),
}

/// JSON without a type here. `Debug` masks secrets.
#[derive(Clone, PartialEq, Default, Deserialize)]
#[serde(transparent)]
pub struct Untyped(pub Value);

impl fmt::Debug for Untyped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked(&self.0.to_string()))
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Envelope {
    plugin: String,
    data: Option<Box<RawValue>>,
}

/// Where the word may be that says what happened.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Words {
    event: Option<String>,
    status: Option<String>,
    videoroom: Option<String>,
    audiobridge: Option<String>,
    textroom: Option<String>,
}

impl PluginEvent {
    pub(super) fn decode(text: &str) -> Option<Self> {
        let Envelope { plugin, data } = lenient::from_str(text).ok()?;
        let text = data.as_ref().map_or("null", |data| data.get());
        let data = PluginData::decode(&plugin, text);
        let data = data.unwrap_or_else(|| {
            let untyped = serde_json::from_str(text).unwrap_or_default();
            PluginData::Other(Untyped(untyped))
        });
        Some(Self { plugin, data })
    }
}

impl PluginData {
    fn decode(plugin: &str, text: &str) -> Option<Self> {
        let words: Words = lenient::from_str(text).ok()?;
        let own = words.videoroom.or(words.audiobridge).or(words.textroom);
        let word = words.event.or(words.status).or(own).unwrap_or_default();
        match plugin {
            AudioBridge::PACKAGE => AudioBridgeEvent::decode(&word, text).map(Self::AudioBridge),
            EchoTest::PACKAGE if word.is_empty() => of(text, Self::EchoTest),
            NoSip::PACKAGE => NoSipEvent::decode(&word, text).map(Self::NoSip),
            RecordPlay::PACKAGE => RecordPlayEvent::decode(&word, text).map(Self::RecordPlay),
            Sip::PACKAGE => SipEvent::decode(&word, text).map(Self::Sip),
            Streaming::PACKAGE => StreamingEvent::decode(&word, text).map(Self::Streaming),
            TextRoom::PACKAGE => TextRoomEvent::decode(&word, text).map(Self::TextRoom),
            VideoCall::PACKAGE => VideoCallEvent::decode(&word, text).map(Self::VideoCall),
            VideoRoom::PACKAGE => VideoRoomEvent::decode(&word, text).map(Self::VideoRoom),
            VoiceMail::PACKAGE => VoiceMailEvent::decode(&word, text).map(Self::VoiceMail),
            _ => None,
        }
    }

    /// The word by which the plugin names it: `joined`, `incomingcall`; `settings` of EchoTest, which has
    /// none, and `other` for [`Other`](Self::Other).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::monitor::{Event, Kind};
    ///
    /// let event = Event::parse(
    ///     r#"{"type":64,"event":{"plugin":"janus.plugin.videocall","data":{"event":"calling"}}}"#,
    /// )?;
    /// let Kind::Plugin(plugin) = &event.kind else {
    ///     panic!("{event:?}");
    /// };
    /// assert_eq!(plugin.data.name(), "calling");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn name(&self) -> &'static str {
        match self {
            Self::AudioBridge(event) => event.name(),
            Self::EchoTest(_) => "settings",
            Self::NoSip(event) => event.name(),
            Self::RecordPlay(event) => event.name(),
            Self::Sip(event) => event.name(),
            Self::Streaming(event) => event.name(),
            Self::TextRoom(event) => event.name(),
            Self::VideoCall(event) => event.name(),
            Self::VideoRoom(event) => event.name(),
            Self::VoiceMail(event) => event.name(),
            Self::Other(_) => "other",
        }
    }
}
