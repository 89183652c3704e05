//! Refusals of a plugin, in its data.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::ErrorCode;

/// A refusal found in a plugin's data.
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, Plugin, serde_json::value::RawValue};
///
/// let data = r#"{ "error_code": 413, "error": "Invalid value" }"#;
/// let data = RawValue::from_string(data.to_owned())?;
/// let refusal = EchoTest::refusal(&data);
/// assert_eq!(refusal.map(|refusal| refusal.code), Some(413));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The plugin's code; 0 where it gives none.
    pub code: i64,
    /// The plugin's text.
    pub reason: String,
}

/// Finds a refusal in a plugin's data: a code, or a text under `error`.
///
/// Some SIP errors have the code 0, so the text alone counts as well.
pub(crate) fn refusal(data: &RawValue) -> Option<Refusal> {
    #[derive(Deserialize)]
    struct Keys<'a> {
        #[serde(borrow)]
        error_code: Option<&'a RawValue>,
        #[serde(borrow)]
        error: Option<&'a RawValue>,
    }
    let text = data.get();
    // Most answers are none: finding that out costs no parsing.
    if !text.contains("\"error") {
        return None;
    }
    let keys: Keys<'_> = serde_json::from_str(text).ok()?;
    let reason = keys
        .error
        .and_then(|error| serde_json::from_str::<Cow<'_, str>>(error.get()).ok());
    match (keys.error_code, reason) {
        (None, None) => None,
        (code, reason) => Some(Refusal {
            code: code.map_or(0, code_of),
            reason: reason.unwrap_or_default().into_owned(),
        }),
    }
}

/// A code as it came, which may be any number.
pub(crate) fn error_code(code: i64) -> ErrorCode {
    ErrorCode::new(i32::try_from(code).unwrap_or(i32::MAX))
}

/// The number in a code, however it is written; 0 where there is none in it.
fn code_of(code: &RawValue) -> i64 {
    let text = code.get().trim_matches('"');
    let number = serde_json::from_str::<f64>(text).unwrap_or_default();
    // The cast cuts what is too large, and no code is.
    text.parse().unwrap_or(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(i64, String)> {
        let data = RawValue::from_string(text.to_owned()).expect("JSON");
        refusal(&data).map(|refusal| (refusal.code, refusal.reason))
    }

    #[test]
    fn refusals_are_found_with_and_without_a_code() {
        assert_eq!(
            found(r#"{"sip":"event","result":{"event":"calling"}}"#),
            None
        );
        assert_eq!(found(r#"{"x":{"error_code":1,"error":"inside"}}"#), None);
        let wrong = Some((0, "Wrong state".to_owned()));
        assert_eq!(found(r#"{"error_code":0,"error":"Wrong state"}"#), wrong);
        assert_eq!(found(r#"{"error":"Wrong state"}"#), wrong);
        assert_eq!(found(r#"{"error_code":413}"#), Some((413, String::new())));
        assert_eq!(found(r#"{"error":{"not":"a text"}}"#), None);
    }

    #[test]
    fn a_code_is_found_however_it_is_written() {
        for (code, expected) in [
            ("447", 447),
            (r#""447""#, 447),
            ("447.0", 447),
            (r#""447.0""#, 447),
            ("4.47e2", 447),
            ("-1", -1),
            ("1e300", i64::MAX),
            (r#""none""#, 0),
            ("true", 0),
            ("{}", 0),
        ] {
            let text = format!(r#"{{"error_code":{code},"error":"Wrong state"}}"#);
            let expected = Some((expected, "Wrong state".to_owned()));
            assert_eq!(found(&text), expected, "{code}");
        }
    }
}
