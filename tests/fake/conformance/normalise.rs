//! Makes what two servers say comparable: what differs by chance gets a name or goes.

use serde_json::{Map, Value};

/// How Janus begins to say why a text is no JSON.
const UNREADABLE: &str = "Invalid Janus API request - ";

/// Ids by name, in order of appearance.
#[derive(Debug, Default)]
pub struct Names(Vec<(u64, String)>);

impl Names {
    /// Gives an id its name, unless it has one.
    pub fn add(&mut self, kind: char, id: u64) {
        if self.0.iter().any(|(known, _)| *known == id) {
            return;
        }
        let prefix = format!("<{kind}");
        let number = self.0.iter().filter(|(_, name)| name.starts_with(&prefix));
        let number = number.count() + 1;
        self.0.push((id, format!("{prefix}{number}>")));
    }

    /// The message with names for ids, and without what is chance.
    pub fn apply(&self, value: &Value) -> Value {
        match value {
            Value::Number(number) => self
                .0
                .iter()
                .find(|(id, _)| number.as_u64() == Some(*id))
                .map_or_else(|| value.clone(), |(_, name)| Value::from(name.as_str())),
            Value::String(text) => Value::from(self.in_text(text)),
            Value::Array(values) => values.iter().map(|value| self.apply(value)).collect(),
            Value::Object(object) => {
                let keys = object.iter();
                let keys = keys.map(|(key, value)| (key.clone(), self.of_key(key, value)));
                Value::Object(keys.collect::<Map<_, _>>())
            }
            _ => value.clone(),
        }
    }

    fn of_key(&self, key: &str, value: &Value) -> Value {
        match (key, value) {
            // Recorded line by line.
            ("sdp", Value::String(sdp)) if sdp.len() > 40 => Value::from("<sdp>"),
            // Of this crate's own making.
            ("transaction", Value::String(text)) if text.contains('-') => Value::from("<its own>"),
            // Of the SIP plugin's own making.
            ("master_id" | "unique_id", Value::Number(_)) => Value::from("<number>"),
            ("unique_id" | "call_id", Value::String(_)) => Value::from("<text>"),
            // Each parser says it in its own words.
            ("reason", Value::String(text)) if text.starts_with(UNREADABLE) => UNREADABLE.into(),
            _ => self.apply(value),
        }
    }

    /// The text with names for ids.
    pub fn in_text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (id, name)| {
            // Short ones are words of the scenario, and might be anything in a text.
            match id.to_string() {
                digits if digits.len() < 4 => text,
                digits => text.replace(&digits, name),
            }
        })
    }
}

/// What matters of a session description, a text for each line of media: not addresses, ports,
/// candidates and keys.
pub fn description(sdp: &str) -> Vec<String> {
    const KEPT: &[&str] = &[
        "a=group:",
        "a=mid:",
        "a=rtpmap:",
        "a=fmtp:",
        "a=rtcp-fb:",
        "a=setup:",
        "a=rtcp-mux",
        "a=sctp-port:",
        "a=sendrecv",
        "a=sendonly",
        "a=recvonly",
        "a=inactive",
    ];
    let mut kept: Vec<String> = Vec::new();
    for line in sdp.lines() {
        if let Some(media) = line.strip_prefix("m=") {
            let mut words: Vec<&str> = media.split(' ').collect();
            if let Some(port) = words.get_mut(1).filter(|port| **port != "0") {
                *port = "PORT";
            }
            kept.push(format!("m={}", words.join(" ")));
        } else if KEPT.iter().any(|start| line.starts_with(start)) {
            match kept.last_mut() {
                Some(media) => *media += &format!(" {line}"),
                None => kept.push(line.to_owned()),
            }
        }
    }
    kept
}

/// The JSON type of a value, for keys whose values are the machine's own.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a flag",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
