//! What a Record&Play handle says.

use serde::Deserialize;
use serde_json::{Result, Value, value::RawValue};

use super::{Paused, Preparing, Recording, Stopped};
use crate::{
    plugin::{
        self,
        events::{Failure, of},
        reply::result,
    },
    wire,
};

/// An event of the Record&Play plugin.
///
/// Answers to requests are given to the request's caller and come here only when it did not wait
/// for them, as with [`Handle::send`](crate::Handle::send), or no longer. They are from `Error` on.
///
/// # Example
///
/// ```
/// use janus_blocking::{RecordPlay, recordplay::Event};
/// # let said = r#"{"recordplay":"event","result":{"status":"done","id":7}}"#;
/// # let (_gateway, desk) = janus_blocking::testing::with_event::<RecordPlay>(said)?;
/// if let Some(Event::Done(ended)) = desk.events().recv()?.into_plugin() {
///     println!("recording {:?} is complete", ended.id);
/// }
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// `done`: the PeerConnection is gone, the recording complete or the playing at its end.
    ///
    /// It also comes without a recording: 1.1.2 sends one when an idle handle is hung up by the core's
    /// `hangup`.
    Done(Ended),
    /// `slow_link`: packets get lost. Of a recording's video the bitrate was lowered.
    SlowLink(SlowLink),

    /// A request was refused.
    Error(Failure),
    /// `recording`: answer to [`Record`](super::Record), with an answer.
    Recording(Recording),
    /// `preparing` or `restarting`: answer to [`Play`](super::Play), with an offer.
    Preparing(Preparing),
    /// `playing`: answer to [`Start`](super::Start).
    Playing,
    /// `paused`: answer to [`Pause`](super::Pause).
    Paused(Paused),
    /// `resumed`: answer to [`Resume`](super::Resume).
    Resumed(Paused),
    /// Answer to [`Pause`](super::Pause) and [`Resume`](super::Resume) of a handle that does
    /// nothing; it has no name.
    Idle,
    /// `stopped`: answer to [`Stop`](super::Stop).
    Stopped(Stopped),

    /// What this version of the crate does not know, as it came.
    Other(Value),
}

/// See [`Event::Done`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Ended {
    /// The recording that was made or played. Since Janus 1.3.1.
    pub id: Option<u64>,
    /// Whether it is left out of lists. Since Janus 1.3.1.
    pub is_private: Option<bool>,
}

/// See [`Event::SlowLink`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SlowLink {
    /// `audio` or `video`.
    pub media: String,
    /// The handle's limit of the video's bitrate, in bits per second; absent for audio.
    #[serde(rename = "current-bitrate")]
    pub current_bitrate: Option<u64>,
    /// As seen from the client: `true` if packets that it sends are lost. The core's
    /// [`SlowLink`](crate::event::SlowLink) has it the other way round.
    pub uplink: Option<bool>,
}

/// Reads `result.status`, then decodes what it names.
pub(super) fn decode(data: &RawValue) -> Result<Event> {
    /// `done` is the whole `result` in 1.1.2.
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Outer {
        recordplay: String,
        result: Option<Value>,
    }
    if wire::refusal(data).is_some() {
        return Ok(Event::Error(Failure::of(data)));
    }
    let outer: Outer = plugin::decode(data)?;
    let status = outer.result.as_ref();
    let status = status.map(|it| it["status"].as_str().or(it.as_str()).unwrap_or_default());
    let result = result(data);
    Ok(match status {
        Some("done") => of(result, Event::Done)?,
        Some("slow_link") => of(result, Event::SlowLink)?,
        Some("recording") => of(result, Event::Recording)?,
        Some("preparing" | "restarting") => of(result, Event::Preparing)?,
        Some("playing") => Event::Playing,
        Some("paused") => of(result, Event::Paused)?,
        Some("resumed") => of(result, Event::Resumed)?,
        Some("stopped") => of(result, Event::Stopped)?,
        None if outer.recordplay == "event" => Event::Idle,
        _ => Event::Other(serde_json::from_str(data.get())?),
    })
}
