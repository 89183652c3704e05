//! Names and values of SIP headers, and of Contact parameters.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Visitor},
    ser::Error as _,
};
use serde_json::Value;

/// SIP headers, in order; in requests also the parameters of the Contact.
///
/// Outgoing, each name goes out once, in the order in which it was set first. Janus 1.1.2 cuts a
/// header (name, colon and value) at 252 bytes and all versions cut the sum at 2 KB, without an
/// error. A request with a control character in a name or a value (a tab in a value is none) is refused, and
/// not sent: Janus up to 1.4.0 lets line breaks reach the SIP message, where they begin a new header.
///
/// Incoming, there are only those that [`Register::incoming_header_prefixes`] names and that the
/// SIP stack does not know itself.
///
/// A list and not a map: the order is the one on the wire, there are a handful, and
/// [`get`](Self::get) has to ignore case as SIP does.
///
/// ```
/// use janus_blocking::{serde_json, sip::Headers};
///
/// let headers = Headers::from([("X-Door", "front"), ("X-Floor", "2")]);
/// assert_eq!(headers.get("x-door"), Some("front"));
/// assert_eq!(serde_json::to_string(&headers)?, r#"{"X-Door":"front","X-Floor":"2"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// [`Register::incoming_header_prefixes`]: super::Register::incoming_header_prefixes
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Creates an empty list.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Sets a header; one of that name, in any case, is replaced.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::sip::Headers;
    ///
    /// let mut headers = Headers::from([("X-Door", "front")]);
    /// headers.set("x-door", "back");
    /// assert_eq!(headers.iter().collect::<Vec<_>>(), [("x-door", "back")]);
    /// ```
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        match self
            .0
            .iter_mut()
            .find(|header| header.0.eq_ignore_ascii_case(&name))
        {
            Some(header) => *header = (name, value),
            None => self.0.push((name, value)),
        }
    }

    /// The value of the header of that name, in any case.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::sip::Headers;
    ///
    /// let headers = Headers::from([("X-Door", "front")]);
    /// assert_eq!(headers.get("x-door"), Some("front"));
    /// assert_eq!(headers.get("X-Floor"), None);
    /// ```
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|header| header.0.eq_ignore_ascii_case(name))
            .map(|header| header.1)
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(headers: I) -> Self {
        let mut all = Vec::new();
        // A server may send very many.
        let mut places = HashMap::new();
        for (name, value) in headers {
            let header = (name.into(), value.into());
            match places.entry(header.0.to_ascii_lowercase()) {
                Entry::Occupied(place) => all[*place.get()] = header,
                Entry::Vacant(place) => {
                    place.insert(all.len());
                    all.push(header);
                }
            }
        }
        Self(all)
    }
}

impl<N: Into<String>, V: Into<String>, const COUNT: usize> From<[(N, V); COUNT]> for Headers {
    fn from(headers: [(N, V); COUNT]) -> Self {
        headers.into_iter().collect()
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        for (name, value) in self.iter() {
            if name.contains(char::is_control) || value.replace('\t', "").contains(char::is_control)
            {
                return Err(S::Error::custom(format_args!(
                    "the SIP header {name:?} has a control character; a line break would begin another header"
                )));
            }
        }
        serializer.collect_map(self.iter())
    }
}

/// The value of a header, or several of them, which SIP allows to be written as one.
struct Values(String);

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            Value::Array(values) => {
                let values = values.into_iter().filter_map(|value| match value {
                    Value::String(text) => Some(text),
                    Value::Number(number) => Some(number.to_string()),
                    _ => None,
                });
                values.collect::<Vec<_>>().join(", ")
            }
            Value::Number(number) => number.to_string(),
            _ => return Err(D::Error::custom("a header's value is a text")),
        };
        Ok(Self(text))
    }
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Headers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Headers, M::Error> {
                let mut headers = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Values>()? {
                    headers.push((name, value.0));
                }
                Ok(headers.into_iter().collect())
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_values_of_a_header_are_one() {
        let text = r#"{"Via":["a","b"],"X-A":7,"X-B":"c"}"#;
        let headers: Headers = serde_json::from_str(text).expect("headers");
        let expected = Headers::from([("Via", "a, b"), ("X-A", "7"), ("X-B", "c")]);
        assert_eq!(headers, expected);
    }

    #[test]
    fn what_would_begin_another_header_is_refused() {
        for (name, value) in [
            ("X-A", "a\r\nX-B: c"),
            ("X-A: a\nX-B", "c"),
            ("X-A", "\u{7f}"),
        ] {
            let headers = Headers::from([(name, value)]);
            let error = serde_json::to_string(&headers).expect_err("refused");
            assert!(error.to_string().contains("X-A"), "{error}");
        }
        let headers = Headers::from([("X-A", "two\tcolumns")]);
        assert!(serde_json::to_string(&headers).is_ok());
    }

    #[test]
    fn very_many_headers_are_read_at_once() {
        // Compared with each other these would take minutes.
        let many: Vec<_> = (0..200_000).map(|n| format!(r#""X-{n}":"{n}""#)).collect();
        let text = format!("{{{}}}", many.join(","));
        let headers: Headers = serde_json::from_str(&text).expect("headers");
        assert_eq!(headers.len(), many.len());
    }

    #[test]
    fn a_name_is_there_once_whatever_its_case() {
        let mut headers = Headers::from([("X-Door", "front"), ("X-Floor", "2")]);
        headers.set("x-door", "back");
        assert_eq!(
            headers.iter().collect::<Vec<_>>(),
            [("x-door", "back"), ("X-Floor", "2")]
        );
        assert_eq!(headers.get("X-DOOR"), Some("back"));
        assert!(!headers.is_empty());
    }
}
