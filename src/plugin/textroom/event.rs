//! What TextRoom says, on either channel.

use std::fmt;

use serde::Deserialize;
use serde_json::{Result, Value, value::RawValue};

use super::TextRoom;
use crate::plugin::{self, events::of};
use crate::{ErrorCode, Id, Request, redact::masked, wire};

/// What TextRoom says.
///
/// The events of rooms, up to `Destroyed`, come over data channels only, as texts that
/// [`decode`](crate::Plugin::decode) reads; in the queue of a handle there are only `Error` and `Ok`,
/// for requests that no caller waits for.
///
/// # Example
///
/// ```
/// use janus_blocking::{Plugin, TextRoom, serde_json::value::RawValue, textroom::Event};
///
/// let came = r#"{"textroom":"message","room":1234,"from":"bob","text":"hello"}"#;
/// match TextRoom::decode(&RawValue::from_string(came.to_owned())?)? {
///     Event::Message(said) => println!("{}: {}", said.from, said.text),
///     Event::Announcement(said) => println!("{}", said.text),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Janus docs: *Janus TextRoom documentation*.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// `join`: a participant joined, perhaps this one.
    Joined(Joined),
    /// `leave`: a participant left, perhaps this one.
    Left(Left),
    /// `message`: a participant wrote something, perhaps this one.
    Message(Message),
    /// `announcement`: something was announced.
    Announcement(Announcement),
    /// `kicked`: a participant was kicked, perhaps this one.
    Kicked(Kicked),
    /// `destroyed`: the room was destroyed.
    Destroyed(Destroyed),
    /// The plugin refused a request: one that no caller waits for, or one of the data channel.
    Error(Failure),
    /// Answer to [`setup`](TextRoom::setup) or [`restart`](TextRoom::restart), with an offer, or to
    /// [`ack`](TextRoom::ack).
    Ok,
    /// Answer to a request of the data channel.
    Reply(Reply),
    /// What this version of the crate does not know, as it came.
    Other(Value),
}

/// See [`Event::Joined`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Joined {
    /// The id of the room.
    pub room: Id,
    /// Who it is.
    pub username: String,
    /// The name to show.
    pub display: Option<String>,
}

/// See [`Event::Left`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Left {
    /// The id of the room.
    pub room: Id,
    /// Who it is.
    pub username: String,
}

/// See [`Event::Message`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Message {
    /// The id of the room.
    pub room: Id,
    /// The username of who said it.
    pub from: String,
    /// When, by the server's clock and in its time zone: `2026-04-29T15:41:47+0200`.
    pub date: String,
    /// What was said.
    pub text: String,
    /// Whether it is for the receiver only, or for a few.
    pub whisper: bool,
    /// The name to show of who said it; only in messages of the history.
    pub display: Option<String>,
}

/// See [`Event::Announcement`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Announcement {
    /// The id of the room.
    pub room: Id,
    /// When, as in [`Message::date`].
    pub date: String,
    /// What was announced.
    pub text: String,
}

/// See [`Event::Kicked`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Kicked {
    /// The id of the room.
    pub room: Id,
    /// Who it is.
    pub username: String,
}

/// See [`Event::Destroyed`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Destroyed {
    /// The id of the room.
    pub room: Id,
}

/// See [`Event::Error`].
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Failure {
    /// `error_code`: one of [`error_code`](super::error_code).
    pub code: ErrorCode,
    /// `error`: the plugin's text.
    pub reason: String,
    /// The transaction of the request, over a data channel.
    pub transaction: Option<String>,
}

/// See [`Event::Reply`]. `Debug` masks secrets.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Reply {
    /// The transaction of the request.
    pub transaction: Option<String>,
    /// All of it, as it came.
    pub data: Value,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("transaction", &self.transaction)
            .field("data", &format_args!("{}", masked(&self.data.to_string())))
            .finish()
    }
}

impl Reply {
    /// Decodes it as the reply to a request of this type.
    ///
    /// # Errors
    ///
    /// When it lacks what such a reply is about.
    pub fn of<R: Request<Plugin = TextRoom>>(&self) -> Result<R::Reply> {
        R::reply(&serde_json::value::to_raw_value(&self.data)?)
    }
}

/// The keys that tell events apart.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Keys {
    textroom: String,
    error_code: Option<serde::de::IgnoredAny>,
    result: String,
    transaction: Option<String>,
}

impl Event {
    /// Reads a text that came over a data channel: the other way of [`text`](super::text()).
    ///
    /// # Errors
    ///
    /// [`Error::Decode`](crate::Error::Decode) for what is not JSON.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::textroom::Event;
    ///
    /// let came = r#"{"textroom":"announcement","room":1234,"text":"hear"}"#;
    /// let Event::Announcement(said) = Event::from_text(came)? else { panic!("what was announced") };
    /// assert_eq!(said.text, "hear");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn from_text(text: &str) -> crate::Result<Self> {
        let read = serde_json::from_str(text).and_then(decode);
        read.map_err(|error| crate::Error::decode("a text of TextRoom", text, error))
    }
}

/// Reads the tag, then decodes what it names.
pub(super) fn decode(data: &RawValue) -> Result<Event> {
    let keys: Keys = plugin::decode(data)?;
    match &*keys.textroom {
        "join" => of(data, Event::Joined),
        "leave" => of(data, Event::Left),
        "message" => of(data, Event::Message),
        "announcement" => of(data, Event::Announcement),
        "kicked" => of(data, Event::Kicked),
        "destroyed" => of(data, Event::Destroyed),
        "event" if keys.result == "ok" => Ok(Event::Ok),
        _ if keys.error_code.is_some() => {
            let refusal = wire::refusal(data);
            let (code, reason) = refusal.map_or((0, String::new()), |it| (it.code, it.reason));
            Ok(Event::Error(Failure {
                code: wire::error_code(code),
                reason,
                transaction: keys.transaction,
            }))
        }
        // Up to 1.3.1 some replies lack the tag, or misspell it.
        tag if tag == "success" || keys.transaction.is_some() => Ok(Event::Reply(Reply {
            transaction: keys.transaction,
            data: plugin::decode(data)?,
        })),
        _ => of(data, Event::Other),
    }
}
