//! The ids that Janus assigns.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Visitor};

/// The id of a session, as `create` answers it.
///
/// Anybody who knows it controls the session: it can be claimed and its handles used from any
/// connection that passes the server's secret or token check. Treat it like a password where the
/// server is shared.
///
/// # Example
///
/// ```
/// use janus_blocking::SessionId;
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let session = janus.create_session()?;
/// let number = session.id().value();
/// // Written down, it is enough for a claim.
/// let session = janus.claim(SessionId::new(number))?;
/// assert_eq!(session.id().to_string(), number.to_string());
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(u64);

/// The id of a plugin handle, as `attach` answers it; unique within its session.
///
/// # Example
///
/// ```
/// use janus_blocking::HandleId;
///
/// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
/// let id = echo.handle().id();
/// assert_eq!(HandleId::from(id.value()), id);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HandleId(u64);

macro_rules! id {
    ($name:ident) => {
        impl $name {
            /// Wraps the number that Janus uses.
            pub const fn new(id: u64) -> Self {
                Self(id)
            }

            /// The number that Janus uses.
            pub const fn value(self) -> u64 {
                self.0
            }
        }

        impl From<u64> for $name {
            fn from(id: u64) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(SessionId);
id!(HandleId);

/// The id of a room, of a participant, or of anything else in a plugin.
///
/// A number, or a text if the server's plugin is configured with `string_ids`. The API does not say
/// which: look at the first id that comes.
///
/// ```
/// use janus_blocking::plugin::Id;
///
/// assert_eq!(Id::from(1234), Id::Number(1234));
/// // A literal that is longer than an `i32` says what it is.
/// assert_eq!(Id::from(5_000_000_000_u64), Id::Number(5_000_000_000));
/// assert_eq!(Id::from("lobby").to_string(), "lobby");
/// // What a message does not say.
/// assert!(Id::default().is_absent());
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Id {
    /// Without `string_ids`: from 1, below 2^53 where Janus has picked it.
    Number(u64),
    /// With `string_ids`.
    Text(String),
}

impl Id {
    /// Whether it is the empty text, which means that the message did not contain an id.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Text(id) if id.is_empty())
    }
}

impl Default for Id {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl From<u64> for Id {
    fn from(id: u64) -> Self {
        Self::Number(id)
    }
}

impl From<u32> for Id {
    fn from(id: u32) -> Self {
        Self::Number(id.into())
    }
}

/// What a bare literal is. No id is negative: a number below 0 becomes a text, which a server
/// without `string_ids` refuses with the plugin's own words.
impl From<i32> for Id {
    fn from(id: i32) -> Self {
        match u64::try_from(id) {
            Ok(id) => Self::Number(id),
            Err(_) => Self::Text(id.to_string()),
        }
    }
}

impl From<&str> for Id {
    fn from(id: &str) -> Self {
        Self::Text(id.to_owned())
    }
}

impl From<String> for Id {
    fn from(id: String) -> Self {
        Self::Text(id)
    }
}

impl From<&Id> for Id {
    fn from(id: &Id) -> Self {
        id.clone()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(id) => id.fmt(f),
            Self::Text(id) => id.fmt(f),
        }
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(id) => serializer.serialize_u64(*id),
            Self::Text(id) => serializer.serialize_str(id),
        }
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrText;

        impl Visitor<'_> for NumberOrText {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a text")
            }

            fn visit_u64<E>(self, id: u64) -> Result<Id, E> {
                Ok(Id::Number(id))
            }

            fn visit_i64<E>(self, id: i64) -> Result<Id, E> {
                Ok(u64::try_from(id).map_or_else(|_| Id::Text(id.to_string()), Id::Number))
            }

            // What calculates with ids makes floats of them. Above 2^53 it is not the id any more.
            fn visit_f64<E>(self, id: f64) -> Result<Id, E> {
                Ok(match id {
                    whole
                        if whole.fract() == 0.0
                            && (0.0..=9_007_199_254_740_992.0).contains(&whole) =>
                    {
                        Id::Number(whole as u64)
                    }
                    other => Id::Text(other.to_string()),
                })
            }

            fn visit_str<E>(self, id: &str) -> Result<Id, E> {
                Ok(Id::Text(id.to_owned()))
            }

            fn visit_string<E>(self, id: String) -> Result<Id, E> {
                Ok(Id::Text(id))
            }
        }

        deserializer.deserialize_any(NumberOrText)
    }
}
