//! What VideoCall says.

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Result, Value, value::RawValue};

use super::{Registered, Users, result};
use crate::plugin;

pub use crate::plugin::events::Failure;

/// An event of the VideoCall plugin.
///
/// Some bring a session description, which is beside the event: see each. Answers to requests are given
/// to the request's caller and come here only when it did not wait for them, as with
/// [`Handle::send`](crate::Handle::send), or no longer: `Accepted` and `Hangup` too, and those from `Error`
/// on.
///
/// # Example
///
/// ```
/// use janus_blocking::{VideoCall, videocall::Event};
/// # let said = r#"{"videocall":"event","result":{"event":"incomingcall","username":"desk"}}"#;
/// # let (_gateway, phone) = janus_blocking::testing::with_event::<VideoCall>(said)?;
/// match phone.events().recv()?.into_plugin() {
///     Some(Event::IncomingCall(call)) => println!("{} calls", call.username),
///     Some(Event::Hangup(end)) => println!("over: {}", end.reason),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), janus_blocking::Error>(())
/// ```
///
/// Janus docs: *VideoCall plugin documentation*.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// `incomingcall`: somebody calls. With the caller's offer.
    IncomingCall(IncomingCall),
    /// `accepted`: the callee has accepted the call. With its answer.
    Accepted(Accepted),
    /// `hangup`: the call has ended. May come several times for one call, and for one that ended long
    /// ago.
    Hangup(Hangup),
    /// `update`: the peer offers a change of the media, or answers one. With its offer or answer.
    Update,
    /// `simulcast`: another substream or temporal layer is received.
    Simulcast(Simulcast),
    /// `slow_link`: packets get lost.
    SlowLink(SlowLink),

    /// The plugin refused a request that no caller waits for.
    Error(Failure),
    /// Answer to [`register`](super::VideoCall::register).
    Registered(Registered),
    /// Answer to [`list`](super::VideoCall::list).
    Users(Users),
    /// Answer to [`call`](super::VideoCall::call).
    Calling,
    /// Answer to [`set`](super::VideoCall::set).
    Set,

    /// What this version of the crate does not know, as it came.
    Other(Value),
}

/// See [`Event::IncomingCall`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct IncomingCall {
    /// The caller.
    pub username: String,
}

/// See [`Event::Accepted`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Accepted {
    /// The callee; absent in the answer to [`Accept`](super::Accept).
    pub username: Option<String>,
}

/// See [`Event::Hangup`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Hangup {
    /// Who ended the call; the handle's own username in a reply.
    pub username: Option<String>,
    /// Why: the peer's words, `Remote WebRTC hangup` when its PeerConnection has ended, or
    /// `Explicit hangup` or `User busy` in a reply.
    pub reason: String,
}

/// See [`Event::Simulcast`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Simulcast {
    /// The video codec.
    pub videocodec: String,
    /// The substream, 0 to 2; -1 while nothing was received.
    pub substream: Option<i64>,
    /// The temporal layer, 0 to 2; -1 while nothing was received.
    pub temporal: Option<i64>,
}

/// See [`Event::SlowLink`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SlowLink {
    /// `audio` or `video`.
    pub media: String,
    /// The new bitrate, in bits per second; for video only.
    #[serde(rename = "current-bitrate")]
    pub current_bitrate: Option<u64>,
}

/// The keys that tell events apart.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Keys {
    error_code: Option<IgnoredAny>,
    result: Inner,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Inner {
    event: String,
    list: Option<IgnoredAny>,
}

/// Reads the tag, then decodes what it names.
pub(super) fn decode(data: &RawValue) -> Result<Event> {
    let keys: Keys = plugin::decode(data)?;
    if keys.error_code.is_some() {
        return Ok(Event::Error(Failure::of(data)));
    }
    let inner = result(data);
    Ok(match &*keys.result.event {
        "incomingcall" => Event::IncomingCall(plugin::decode(inner)?),
        "accepted" => Event::Accepted(plugin::decode(inner)?),
        "hangup" => Event::Hangup(plugin::decode(inner)?),
        "update" => Event::Update,
        "simulcast" => Event::Simulcast(plugin::decode(inner)?),
        "slow_link" => Event::SlowLink(plugin::decode(inner)?),
        "registered" => Event::Registered(plugin::decode(inner)?),
        "calling" => Event::Calling,
        "set" => Event::Set,
        _ if keys.result.list.is_some() => Event::Users(plugin::decode(inner)?),
        _ => Event::Other(plugin::decode(data)?),
    })
}
