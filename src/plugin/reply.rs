//! What answers and events decode to, where a plugin has no more to say.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::value::RawValue;

/// Decodes a plugin's data as far as it fits its type.
///
/// What the type does not require is never a reason to lose the rest: a key that does not fit counts
/// as absent, as does `null`, and an entry of a list that does not fit is left out. A number may be
/// written as a text or as `1.0`, and a text as a number. What fits as it is costs nothing more.
///
/// Made for [`Plugin::decode`](super::Plugin::decode); [`Request::reply`](super::Request::reply) does
/// it by default.
///
/// # Errors
///
/// What is no JSON, or lacks what the type requires.
///
/// # Example
///
/// ```
/// use janus_blocking::{plugin, serde_json::value::RawValue};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Joined {
///     id: u64,
///     display: Option<String>,
///     #[serde(default)]
///     rooms: Vec<u64>,
/// }
///
/// let data = r#"{ "id": 7.0, "display": null, "rooms": [1234, "lobby"] }"#;
/// let joined: Joined = plugin::decode(&RawValue::from_string(data.to_owned())?)?;
/// assert_eq!((joined.id, joined.display, joined.rooms), (7, None, vec![1234]));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn decode<T: DeserializeOwned>(data: &RawValue) -> serde_json::Result<T> {
    crate::wire::lenient::from_str(data.get())
}

/// The reply of a request whose answer says nothing but that it was done.
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, echotest::Settings, plugin::Done};
/// # let (_gateway, echo) = janus_blocking::testing::attached::<EchoTest>()?;
/// let Done = echo.handle().request(&Settings::new().audio(true))?;
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Done;

impl<'de> Deserialize<'de> for Done {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// The object in `result`; all of the data where there is none.
pub(super) fn result(data: &RawValue) -> &RawValue {
    #[derive(Deserialize)]
    struct Outer<'a> {
        #[serde(borrow)]
        result: Option<&'a RawValue>,
    }
    let outer = serde_json::from_str::<Outer<'_>>(data.get()).ok();
    let result = outer.and_then(|outer| outer.result);
    result
        .filter(|it| it.get().starts_with('{'))
        .unwrap_or(data)
}

/// Decodes a reply that is in `result`.
pub(super) fn of_result<T: DeserializeOwned>(data: &RawValue) -> serde_json::Result<T> {
    decode(result(data))
}
