//! What a server of another version, or a broken one, may make of a message.

use serde_json::{Value, json};

/// A message with one thing changed in it.
pub(crate) struct Variation {
    /// The key that was changed, with those around it: `streams/[]/mid`.
    pub(crate) key: String,
    pub(crate) change: Change,
    pub(crate) message: Value,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Change {
    /// The key is not there.
    Absent,
    /// The key is `null`.
    Null,
    /// The value is another, of its own type or of another one, or a key is there that nobody knows.
    Wrong,
}

/// Every variation of a message.
pub(crate) fn variations(message: &Value) -> Vec<Variation> {
    let mut all = Vec::new();
    walk(message, "", "", &mut |key, place, change, value| {
        let mut message = message.clone();
        match (value, place.rsplit_once('/')) {
            (Some(value), _) => *message.pointer_mut(place).expect("a place") = value,
            (None, Some((parent, name))) => {
                let name = name.replace("~1", "/").replace("~0", "~");
                let parent = message.pointer_mut(parent).expect("a place");
                parent.as_object_mut().expect("an object").remove(&name);
            }
            (None, None) => unreachable!("the message itself is never taken away"),
        }
        let key = key.trim_start_matches('/').to_owned();
        all.push(Variation {
            key,
            change,
            message,
        });
    });
    all
}

/// The changed key, its JSON pointer, the change, and the new value.
type Try<'a> = dyn FnMut(&str, &str, Change, Option<Value>) + 'a;

fn walk(value: &Value, key: &str, place: &str, change: &mut Try<'_>) {
    match value {
        Value::Object(map) => {
            let mut more = value.clone();
            more["x-new"] = json!({"a": [1, null]});
            change(&format!("{key}/x-new"), place, Change::Wrong, Some(more));
            for (name, value) in map {
                let key = format!("{key}/{name}");
                let place = format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
                change(&key, &place, Change::Absent, None);
                change(&key, &place, Change::Null, Some(Value::Null));
                for wrong in wrong(value) {
                    change(&key, &place, Change::Wrong, Some(wrong));
                }
                walk(value, &key, &place, change);
            }
        }
        Value::Array(list) => {
            let key = format!("{key}/[]");
            for (at, entry) in list.iter().enumerate() {
                let place = format!("{place}/{at}");
                change(&key, &place, Change::Wrong, Some(Value::Null));
                for wrong in wrong(entry) {
                    change(&key, &place, Change::Wrong, Some(wrong));
                }
                walk(entry, &key, &place, change);
            }
        }
        _ => {}
    }
}

/// What may stand there instead.
fn wrong(value: &Value) -> Vec<Value> {
    let mut all = vec![
        json!("an-unknown-word"),
        json!(true),
        json!(-1),
        json!(0.5),
        json!(7),
        json!(1_u64 << 40),
        json!(1_u64 << 63),
        json!([]),
        json!(["an-unknown-word", 7, null, {}]),
        json!({}),
        json!({"an-unknown-word": "another"}),
    ];
    match value {
        Value::Number(number) => {
            all.push(json!(number.to_string()));
            all.extend(number.as_f64().map(|number| json!(number)));
        }
        Value::Bool(value) => all.extend([json!(value.to_string()), json!(u8::from(*value))]),
        _ => {}
    }
    all.retain(|wrong| wrong != value);
    all
}
