//! One event, as its envelope and its kind say.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{
    core::{CoreUpdate, HandleEvent, SessionCreated, Shutdown, TransportEvent},
    media::{MediaState, MediaStats, SlowLink},
    payload::{PluginEvent, Untyped},
    webrtc::{CandidateEvent, DtlsState, IceState, JsepEvent, PeerConnection, SelectedPair},
};
use crate::{
    Error, HandleId, RawEvent, Result, ServerInfo, SessionId,
    router::Payload,
    wire::{lenient, shapes},
};

/// What an event handler of Janus has sent.
///
/// No event is lost for what it says: a key that is missing or does not fit is `None`, zero, `false` or
/// empty, and what this crate does not know is [`Kind::Other`]. [`raw`](Self::raw) is the text as it came.
/// It may hold passwords, tokens and keys of media; `Debug` shows none of them.
///
/// # Example
///
/// ```
/// use janus_blocking::monitor::{Event, Kind};
///
/// let event = Event::parse(
///     r#"{"emitter":"one","type":2,"timestamp":1700000000000000,"session_id":1,"handle_id":2,
///     "event":{"name":"attached","plugin":"janus.plugin.sip"}}"#,
/// )?;
/// let Kind::HandleAttached(handle) = &event.kind else {
///     panic!("{event:?}");
/// };
/// assert_eq!(handle.plugin, "janus.plugin.sip");
/// assert_eq!(event.kind.name(), "handle_attached");
/// # Ok::<(), janus_blocking::Error>(())
/// ```
///
/// Janus docs: *Event handlers*.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// `server_name` of the Janus that sent it.
    pub emitter: Option<String>,
    /// When it happened, in microseconds since 1970.
    pub timestamp: u64,
    /// The session that it is about.
    pub session_id: Option<SessionId>,
    /// The handle that it is about.
    pub handle_id: Option<HandleId>,
    /// What [`AttachOptions::opaque_id`](crate::connection::AttachOptions) said of the handle.
    pub opaque_id: Option<String>,
    /// What happened.
    pub kind: Kind,
    raw: Box<str>,
}

/// What happened: the 21 kinds of Janus 1.x.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// A client has created a session.
    SessionCreated(SessionCreated),
    /// A session was destroyed. With 1.3.2 and later also one whose link has ended.
    SessionDestroyed,
    /// A session has timed out.
    SessionTimeout,
    /// A handle was attached.
    HandleAttached(HandleEvent),
    /// A handle was detached.
    HandleDetached(HandleEvent),
    /// `custom_event` of the Admin API.
    External(External),
    /// A session description was received or sent.
    Jsep(JsepEvent),
    /// ICE has changed its state.
    IceState(IceState),
    /// Janus has found a candidate of its own.
    LocalCandidate(CandidateEvent),
    /// The client has sent a candidate.
    RemoteCandidate(CandidateEvent),
    /// ICE has chosen a pair of candidates.
    SelectedPair(Box<SelectedPair>),
    /// DTLS has changed its state.
    DtlsState(DtlsState),
    /// A PeerConnection is up, or has ended.
    PeerConnection(PeerConnection),
    /// Media of a client begin or stop to come.
    MediaState(MediaState),
    /// Packets were lost.
    SlowLink(SlowLink),
    /// How much has flowed: one entry, or with `combine_media_stats` one for each medium.
    MediaStats(Vec<MediaStats>),
    /// A plugin tells something.
    Plugin(PluginEvent),
    /// A transport tells something.
    Transport(TransportEvent),
    /// Janus has started.
    CoreStarted(Box<ServerInfo>),
    /// How much there is, every 15 s (since 1.2.0).
    CoreUpdate(CoreUpdate),
    /// Janus ends.
    CoreShutdown(Shutdown),
    /// Of another kind, or not as that kind should be: see [`Event::raw`].
    #[non_exhaustive]
    Other {
        /// `type`; 0 if there is none.
        code: u64,
        /// `subtype`; 0 if there is none.
        subtype: u64,
    },
}

shapes! {
    /// `custom_event` of the Admin API.
    External {
        /// What the sender calls it.
        schema: String,
        /// What the sender has put in.
        data: Untyped,
    }
}

impl Kind {
    /// The kind in one word, such as `session_created` or `media_stats`; `other` for
    /// [`Other`](Self::Other).
    ///
    /// # Example
    ///
    /// ```
    /// assert_eq!(janus_blocking::monitor::Kind::SessionTimeout.name(), "session_timeout");
    /// ```
    pub fn name(&self) -> &'static str {
        match self {
            Self::SessionCreated(_) => "session_created",
            Self::SessionDestroyed => "session_destroyed",
            Self::SessionTimeout => "session_timeout",
            Self::HandleAttached(_) => "handle_attached",
            Self::HandleDetached(_) => "handle_detached",
            Self::External(_) => "external",
            Self::Jsep(_) => "jsep",
            Self::IceState(_) => "ice_state",
            Self::LocalCandidate(_) => "local_candidate",
            Self::RemoteCandidate(_) => "remote_candidate",
            Self::SelectedPair(_) => "selected_pair",
            Self::DtlsState(_) => "dtls_state",
            Self::PeerConnection(_) => "peerconnection",
            Self::MediaState(_) => "media_state",
            Self::SlowLink(_) => "slow_link",
            Self::MediaStats(_) => "media_stats",
            Self::Plugin(_) => "plugin",
            Self::Transport(_) => "transport",
            Self::CoreStarted(_) => "core_started",
            Self::CoreUpdate(_) => "core_update",
            Self::CoreShutdown(_) => "core_shutdown",
            Self::Other { .. } => "other",
        }
    }

    /// `None` for what is not as that kind should be.
    fn decode(code: u64, subtype: u64, text: &str) -> Option<Self> {
        match (code, subtype) {
            (1, _) => match &*word(text).name {
                "created" => of(text, Self::SessionCreated),
                "destroyed" => Some(Self::SessionDestroyed),
                "timeout" => Some(Self::SessionTimeout),
                _ => None,
            },
            (2, _) => match &*word(text).name {
                "attached" => of(text, Self::HandleAttached),
                "detached" => of(text, Self::HandleDetached),
                _ => None,
            },
            (4, _) => of(text, Self::External),
            (8, _) => of(text, Self::Jsep),
            (16, 1) => of(text, Self::IceState),
            (16, 2) => of(text, Self::LocalCandidate),
            (16, 3) => of(text, Self::RemoteCandidate),
            (16, 4) => of(text, |pair| Self::SelectedPair(Box::new(pair))),
            (16, 5) => of(text, Self::DtlsState),
            (16, 6) => of(text, Self::PeerConnection),
            (32, 1) => of(text, Self::MediaState),
            (32, 2) => of(text, Self::SlowLink),
            (32, 3) if text.starts_with('[') => of(text, Self::MediaStats),
            (32, 3) => of(text, |stats| Self::MediaStats(vec![stats])),
            (64, _) => PluginEvent::decode(text).map(Self::Plugin),
            (128, _) => of(text, Self::Transport),
            (256, 1) => match &*word(text).status {
                "started" => {
                    #[derive(Deserialize)]
                    struct Started {
                        info: ServerInfo,
                    }
                    of(text, |it: Started| Self::CoreStarted(Box::new(it.info)))
                }
                "update" => {
                    #[derive(Deserialize)]
                    struct Update {
                        info: CoreUpdate,
                    }
                    of(text, |it: Update| Self::CoreUpdate(it.info))
                }
                _ => None,
            },
            (256, 2) => of(text, Self::CoreShutdown),
            _ => None,
        }
    }
}

/// What tells kinds of the same `type` apart.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Word {
    name: String,
    status: String,
}

fn word(text: &str) -> Word {
    lenient::from_str(text).unwrap_or_default()
}

pub(super) fn of<T: DeserializeOwned, K>(text: &str, kind: impl FnOnce(T) -> K) -> Option<K> {
    lenient::from_str(text).ok().map(kind)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Envelope {
    emitter: Option<String>,
    #[serde(rename = "type")]
    code: u64,
    subtype: u64,
    timestamp: u64,
    session_id: Option<SessionId>,
    handle_id: Option<HandleId>,
    opaque_id: Option<String>,
    event: Option<Box<RawValue>>,
}

impl Event {
    /// Reads one event: a JSON object, as the event handlers send it.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] if it is not JSON.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::monitor::{Event, Kind};
    ///
    /// let event = Event::parse(r#"{ "type": 512, "new": true }"#)?;
    /// assert!(matches!(event.kind, Kind::Other { code: 512, .. }));
    /// assert!(Event::parse("{").is_err());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        if let Err(error) = serde_json::from_str::<&RawValue>(text) {
            return Err(Error::decode(
                "an event of an event handler",
                "(not shown)",
                error,
            ));
        }
        Ok(Self::of(text.into()))
    }

    /// Decodes what [`Receiver::receiver`](super::Receiver::receiver) delivers.
    ///
    /// # Errors
    ///
    /// [`Error::Lagged`] where events were dropped, because the queue was full.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use janus_blocking::{crossbeam_channel::select, monitor::{Event, Receiver}};
    ///
    /// let receiver = Receiver::listen("127.0.0.1:0")?;
    /// select! {
    ///     recv(receiver.receiver()) -> raw => println!("{:?}", raw.map(Event::decode)),
    ///     default(Duration::from_millis(1)) => println!("nothing yet"),
    /// }
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn decode(raw: RawEvent) -> Result<Self> {
        let RawEvent { payload, charge } = raw;
        // It waits no longer: the next one has its room.
        drop(charge);
        match payload {
            Payload::Monitor(text) => Ok(Self::of(text)),
            Payload::Lagged(lost) => Err(Error::Lagged { lost: lost.take() }),
            _ => Err(Error::config(
                "raw",
                "it is an event of a handle: give it to `Events::decode`",
            )),
        }
    }

    /// Of valid JSON.
    fn of(raw: Box<str>) -> Self {
        let envelope: Envelope = lenient::from_str(&raw).unwrap_or_default();
        let Envelope { code, subtype, .. } = envelope;
        let event = envelope.event.as_ref().map_or("null", |event| event.get());
        let kind = Kind::decode(code, subtype, event);
        Self {
            emitter: envelope.emitter,
            timestamp: envelope.timestamp,
            session_id: envelope.session_id,
            handle_id: envelope.handle_id,
            opaque_id: envelope.opaque_id,
            kind: kind.unwrap_or(Kind::Other { code, subtype }),
            raw,
        }
    }

    /// The event as it came: a JSON text, secrets included.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::monitor::Event;
    ///
    /// let event = Event::parse(r#"{ "type": 1 }"#)?;
    /// assert_eq!(event.raw(), r#"{ "type": 1 }"#);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// When it happened, by the clock of the server; `None` if that cannot be a time.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use janus_blocking::monitor::Event;
    ///
    /// let event = Event::parse(r#"{ "timestamp": 1500000 }"#)?;
    /// assert_eq!(event.time(), Some(UNIX_EPOCH + Duration::from_millis(1500)));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn time(&self) -> Option<SystemTime> {
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_micros(self.timestamp))
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("emitter", &self.emitter)
            .field("timestamp", &self.timestamp)
            .field("session_id", &self.session_id)
            .field("handle_id", &self.handle_id)
            .field("opaque_id", &self.opaque_id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
