//! Keeps secrets out of logs and errors.

use std::borrow::Cow;

use serde_json::Value;

/// The longest piece of a message that an error shows.
const EXCERPT: usize = 200;

/// The longest reason of a server that an error shows.
const REASON: usize = 500;

/// The keys whose values nobody may see: those of the core, and those of plugin bodies.
const KEYS: [&str; 16] = [
    "apisecret",
    "token",
    "admin_secret",
    "admin_key",
    "backend_pwd",
    "secret",
    "new_secret",
    "pin",
    "new_pin",
    "ha1_secret",
    "password",
    "srtp_crypto",
    "srtpcrypto",
    "rtsp_pwd",
    "private_id",
    // The tokens that may join a room.
    "allowed",
];

/// The key of an address, in which a password may be.
const URL: &str = "url";

/// What an SDP of SDES-SRTP has before a key.
const CRYPTO: &str = "inline:";

/// A wire message with its secrets replaced by `***`. For logs and errors only: it parses the text.
pub(crate) fn masked(text: &str) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    let holds = |key: &&str| lower.contains(*key);
    if !KEYS.iter().chain(&[URL, CRYPTO]).any(holds) {
        return Cow::Borrowed(text);
    }
    let masked = serde_json::Deserializer::from_str(text)
        .into_iter::<Value>()
        .map(|value| value.map(|mut value| (mask(&mut value), value.to_string()).1))
        .collect::<Result<Vec<_>, _>>();
    match masked {
        Ok(parts) => Cow::Owned(parts.join(" ")),
        // It cannot be told what is a secret in it, so none of it is shown.
        Err(_) => Cow::Owned(format!("({} bytes that are not JSON)", text.len())),
    }
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let key = key.to_ascii_lowercase();
                if KEYS.contains(&key.as_str()) && !value.is_boolean() {
                    *value = Value::from("***");
                } else if let (URL, Value::String(url)) = (key.as_str(), &*value) {
                    *value = Value::from(address(url));
                } else {
                    mask(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::String(text) if text.contains(CRYPTO) => *text = without_keys(text),
        _ => {}
    }
}

/// An SDP with its SRTP keys replaced by `***`.
fn without_keys(sdp: &str) -> String {
    let mut parts = sdp.split(CRYPTO);
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(char::is_whitespace).unwrap_or(part.len());
        masked += CRYPTO;
        masked += "***";
        masked += &part[end..];
    }
    masked
}

/// The beginning of a message, masked, for an error.
pub(crate) fn excerpt(text: &str) -> String {
    clean(&masked(text), EXCERPT)
}

/// What a server says why, for an error: its beginning, without control characters.
pub(crate) fn shown(reason: &str) -> String {
    clean(reason, REASON)
}

/// Cut to so many bytes, on one line, and without what changes how a terminal shows the rest.
fn clean(text: &str, most: usize) -> String {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let printed = |c: char| match c {
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    };
    text[..end].chars().map(printed).collect()
}

/// An address without what may be secret in it: a user's name and password, and the query.
pub(crate) fn address(text: &str) -> Cow<'_, str> {
    // Those of sockets name a file and have nothing of the kind.
    let scheme = text.split(':').next().unwrap_or_default();
    if ["unix", "unixdgram"].contains(&&*scheme.to_ascii_lowercase()) {
        return Cow::Borrowed(text);
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (&text[..scheme.len() + 3], rest),
        None => ("", text),
    };
    // The last one, as a password may hold anything.
    let (user, rest) = match rest.rsplit_once('@') {
        Some((_, rest)) => ("***@", rest),
        None => ("", rest),
    };
    match (user, rest.find(['?', '#'])) {
        ("", None) => Cow::Borrowed(text),
        (_, None) => Cow::Owned(format!("{scheme}{user}{rest}")),
        (_, Some(at)) => Cow::Owned(format!("{scheme}{user}{}***", &rest[..=at])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_at_every_depth() {
        let text = r#"{"apisecret":"hush","body":{"secret":"hush","streams":[{"pin":"hush"}]},"api_secret":true}"#;
        let masked = masked(text);
        assert!(!masked.contains("hush"), "{masked}");
        assert_eq!(masked.matches("***").count(), 3);
        let text = super::masked(r#"{"private_id":2317318215}"#);
        assert_eq!(text, r#"{"private_id":"***"}"#);
    }

    #[test]
    fn addresses_in_messages_lose_their_passwords() {
        let text = r#"{"body":{"url":"rtsp://me:hush@cam/1?key=hush","rtsp_pwd":"hush"}}"#;
        let masked = masked(text);
        assert!(!masked.contains("hush"), "{masked}");
        assert!(masked.contains("rtsp://***@cam/1?***"), "{masked}");
        assert!(!self::masked(r#"{"url":"rtsp://me:hush@cam""#).contains("hush"));
    }

    #[test]
    fn keys_of_srtp_are_masked_and_the_rest_of_the_sdp_is_not() {
        let text =
            r#"{"sdp":"v=0\r\na=crypto:1 AES inline:hush|2^20\r\na=crypto:2 AES inline:hush"}"#;
        let masked = masked(text);
        assert_eq!(
            masked,
            r#"{"sdp":"v=0\r\na=crypto:1 AES inline:***\r\na=crypto:2 AES inline:***"}"#
        );
    }

    #[test]
    fn what_cannot_be_parsed_is_not_shown_when_it_may_hold_a_secret() {
        assert!(!masked(r#"{"secret":"hush""#).contains("hush"));
        assert_eq!(masked("plain garbage"), "plain garbage");
    }

    #[test]
    fn addresses_lose_passwords_and_queries() {
        for (text, shown) in [
            ("ws://janus.example:8188/ws", "ws://janus.example:8188/ws"),
            ("ws://host/ws?token=hush", "ws://host/ws?***"),
            ("ws://host#hush", "ws://host#***"),
            ("wss://me:hush@host/x?hush", "wss://***@host/x?***"),
            ("ws://me:hu/s?h@host", "ws://***@host"),
            ("me:hush@host", "***@host"),
            ("unix:///run/a@b?c", "unix:///run/a@b?c"),
            ("UnixDgram:///run/a@b?c", "UnixDgram:///run/a@b?c"),
            ("unix-user:hush@host", "***@host"),
            ("", ""),
        ] {
            assert_eq!(address(text), shown);
        }
    }

    #[test]
    fn excerpts_are_cut_at_a_character() {
        let text = "ä".repeat(150);
        assert_eq!(excerpt(&text).len(), 200);
        assert_eq!(excerpt(&format!("x{text}")).len(), 199);
    }

    #[test]
    fn what_is_shown_is_short_and_on_one_line() {
        assert_eq!(
            shown("Wrong\r\n\u{1b}[31m\0state\u{85}\u{202e}ä"),
            "Wrong   [31m state  ä"
        );
        assert_eq!(shown(&"x".repeat(1 << 20)).len(), REASON);
        assert_eq!(excerpt("{\n  \"a\": 1}"), r#"{   "a": 1}"#);
    }
}
