//! Takes messages apart into events.

use std::fmt;

use serde::{
    Deserializer,
    de::{SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// Gives each event of a message to `take`, as it stands there: those of an array, or the only one.
/// Whether the whole message is JSON; what comes before a fault in it was taken.
pub(super) fn split(message: &[u8], mut take: impl FnMut(&str)) -> bool {
    let Ok(text) = std::str::from_utf8(message) else {
        return false;
    };
    if text.trim_start().starts_with('[') {
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_seq(Events(take))
            .and_then(|()| json.end())
            .is_ok()
    } else {
        let event = serde_json::from_str::<&RawValue>(text);
        event.map(|event| take(event.get())).is_ok()
    }
}

struct Events<F>(F);

impl<'de, F: FnMut(&str)> Visitor<'de> for Events<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut events: A) -> Result<(), A::Error> {
        while let Some(event) = events.next_element::<&RawValue>()? {
            (self.0)(event.get());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(message: &[u8]) -> (Vec<String>, bool) {
        let mut events = Vec::new();
        let whole = split(message, |event| events.push(event.to_owned()));
        (events, whole)
    }

    #[test]
    fn an_array_is_its_entries_and_an_object_is_one() {
        for (message, found, whole) in [
            ("[]", vec![], true),
            ("{\"a\":1}", vec!["{\"a\":1}"], true),
            (" {\"a\" : [2]}\n", vec!["{\"a\" : [2]}"], true),
            ("\n[ {\"a\":1},{} , 7]", vec!["{\"a\":1}", "{}", "7"], true),
            ("[{\"a\":1},{\"b\":", vec!["{\"a\":1}"], false),
            ("[{}] {}", vec!["{}"], false),
            ("", vec![], false),
            ("{} {}", vec![], false),
        ] {
            assert_eq!(
                events(message.as_bytes()),
                (found.iter().map(ToString::to_string).collect(), whole),
                "{message}"
            );
        }
        assert_eq!(events(b"\"\xff\""), (vec![], false));
        // As deep as it likes: it is not looked into here.
        let deep = "[".repeat(100_000);
        assert!(!events(deep.as_bytes()).1);
        let deep = format!("[{}{}]", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(events(deep.as_bytes()).0.len(), 1);
    }
}
