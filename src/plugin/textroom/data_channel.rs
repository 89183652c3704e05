//! Requests as texts for a data channel, and as bodies that the Janus API lets through.

use serde::{Deserialize, Serialize, Serializer, de::IgnoredAny, ser::Error as _};
use serde_json::value::RawValue;

use super::TextRoom;
use crate::{Error, Request, Result, plugin, wire::readable};

/// The text of a request for an open data channel.
///
/// The same as over the Janus API, but the verb is under `textroom`, and there is the key
/// `transaction`, which the reply repeats. For [`Setup`](super::Setup), [`Ack`](super::Ack) and
/// [`Restart`](super::Restart), which Janus refuses there, use the methods. The text contains the
/// secrets of the request.
///
/// # Errors
///
/// [`Error::Config`] for what Janus's JSON parser cannot read, such as a text with the character NUL, to which
/// it would not answer; and for a request type of the program's own that does not begin with the key `request`.
///
/// # Example
///
/// ```
/// use janus_blocking::textroom::{Message, text};
///
/// let whisper = Message::new(1234, "psst").to("bob");
/// let sent = r#"{"textroom":"message","transaction":"7","room":1234,"text":"psst","to":"bob"}"#;
/// assert_eq!(text(&whisper, "7")?, sent);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
pub fn text<R: Request<Plugin = TextRoom>>(request: &R, transaction: &str) -> Result<String> {
    let parts = (parameters(request), readable::to_string(&transaction));
    match parts {
        (Ok(parameters), Ok(transaction)) => {
            let name = R::NAME;
            Ok(format!(
                r#"{{"textroom":"{name}","transaction":{transaction}{parameters}"#
            ))
        }
        (Err(error), _) | (_, Err(error)) => Err(Error::config("request", error.to_string())),
    }
}

/// What follows the verb in the JSON of a request, the closing brace included. serde writes the tag
/// first.
fn parameters<R: Request>(request: &R) -> serde_json::Result<String> {
    let text = readable::to_string(request)?;
    let begin = format!(r#"{{"request":"{}""#, R::NAME);
    let parameters = text.strip_prefix(&begin).map(str::to_owned);
    parameters.ok_or_else(|| serde_json::Error::custom(format!("`{begin}` is not its begin")))
}

/// A request of the data channel over the Janus API.
///
/// The plugin lets nine verbs under `request` through to the code for data channels, which looks only
/// at the verb under `textroom`. Of these `exists` does no harm should a later Janus carry it out, and
/// its reply shows it.
pub(super) struct OverApi<'a, R>(pub(super) &'a R);

impl<R: Request> Serialize for OverApi<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let parameters = parameters(self.0).map_err(S::Error::custom)?;
        let body = format!(
            r#"{{"request":"exists","textroom":"{}"{parameters}"#,
            R::NAME
        );
        let body = RawValue::from_string(body).map_err(S::Error::custom)?;
        body.serialize(serializer)
    }
}

impl<R: Request<Plugin = TextRoom>> Request for OverApi<'_, R> {
    type Plugin = TextRoom;
    type Reply = R::Reply;

    const NAME: &'static str = R::NAME;

    fn reply(data: &RawValue) -> serde_json::Result<R::Reply> {
        #[derive(Deserialize)]
        struct Keys {
            exists: Option<IgnoredAny>,
        }
        if plugin::decode::<Keys>(data)?.exists.is_some() {
            let text = "this Janus does not do that over the Janus API";
            return Err(serde::de::Error::custom(text));
        }
        R::reply(data)
    }
}
