//! What the JSON parser of Janus, jansson, refuses. Such a request is answered without its
//! transaction, so it is refused here, while it is written.
//!
//! jansson takes no NUL in any text, no integer beyond 64 bits with a sign, no float beyond a
//! double's range, no half of a surrogate pair, and no value below [`DEPTH`] objects and arrays.

use std::{
    fmt::Display,
    io::{self, Write},
};

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};

/// `JSON_PARSER_MAX_DEPTH` of jansson.
const DEPTH: usize = 2048;

/// What most requests need.
const CAPACITY: usize = 128;

const NUL: &str = "a text in it holds the character NUL";
const SURROGATE: &str = "a text in it holds half of a surrogate pair";
const DEEP: &str = "it has more than 2048 objects and arrays inside each other";

/// Like `serde_json::to_string`, for a value that Janus can read. An error of the kind `Io` says why
/// it cannot.
pub(crate) fn to_string(value: &impl Serialize) -> serde_json::Result<String> {
    let mut text = Vec::with_capacity(CAPACITY);
    let mut serializer = Serializer::with_formatter(&mut text, Readable::default());
    value.serialize(&mut serializer)?;
    String::from_utf8(text).map_err(serde::ser::Error::custom)
}

#[cold]
fn refused<T>(why: impl Display) -> io::Result<T> {
    let why = format!("Janus cannot read it: {why}");
    Err(io::Error::new(io::ErrorKind::InvalidInput, why))
}

fn check_integer(number: impl TryInto<i64> + Display + Copy) -> io::Result<()> {
    match number.try_into() {
        Ok(_) => Ok(()),
        Err(_) => refused(format_args!(
            "{number} is no integer from -2^63 to 2^63-1, as its numbers are"
        )),
    }
}

/// Writes JSON without blanks, and counts.
#[derive(Default)]
struct Readable {
    depth: usize,
    /// A key is written, in which a number is text.
    key: bool,
}

impl Readable {
    fn check_value(&self) -> io::Result<()> {
        if self.depth < DEPTH {
            Ok(())
        } else {
            refused(DEEP)
        }
    }
}

impl Formatter for Readable {
    #[inline]
    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        if !self.key {
            check_integer(value)?;
        }
        CompactFormatter.write_u64(writer, value)
    }

    #[inline]
    fn write_u128<W: ?Sized + Write>(&mut self, writer: &mut W, value: u128) -> io::Result<()> {
        if !self.key {
            check_integer(value)?;
        }
        CompactFormatter.write_u128(writer, value)
    }

    #[inline]
    fn write_i128<W: ?Sized + Write>(&mut self, writer: &mut W, value: i128) -> io::Result<()> {
        if !self.key {
            check_integer(value)?;
        }
        CompactFormatter.write_i128(writer, value)
    }

    #[inline]
    fn write_number_str<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        value: &str,
    ) -> io::Result<()> {
        check_number(value)?;
        writer.write_all(value.as_bytes())
    }

    #[inline]
    fn write_char_escape<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        if matches!(escape, CharEscape::AsciiControl(0)) {
            return refused(NUL);
        }
        CompactFormatter.write_char_escape(writer, escape)
    }

    #[inline]
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        CompactFormatter.begin_array(writer)
    }

    #[inline]
    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        CompactFormatter.end_array(writer)
    }

    #[inline]
    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.check_value()?;
        CompactFormatter.begin_array_value(writer, first)
    }

    #[inline]
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        CompactFormatter.begin_object(writer)
    }

    #[inline]
    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        CompactFormatter.end_object(writer)
    }

    #[inline]
    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.key = true;
        CompactFormatter.begin_object_key(writer, first)
    }

    #[inline]
    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.key = false;
        self.check_value()?;
        CompactFormatter.begin_object_value(writer)
    }

    #[inline]
    fn write_raw_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        check_raw(fragment, self.depth)?;
        writer.write_all(fragment.as_bytes())
    }
}

/// Checks JSON that was written by others.
fn check_raw(json: &str, mut depth: usize) -> io::Result<()> {
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '"' => check_text(&rest[1..])?,
            '-' | '0'..='9' => {
                let is_part =
                    |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
                let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                check_number(&rest[..end])?;
                &rest[end..]
            }
            _ => {
                match first {
                    '{' | '[' => depth += 1,
                    '}' | ']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                &rest[first.len_utf8()..]
            }
        };
        let next = rest.trim_start().chars().next();
        let holds_value = depth >= DEPTH && !matches!(next, None | Some('}' | ']'));
        if holds_value {
            return refused(DEEP);
        }
    }
    Ok(())
}

/// Checks a text from behind its first quote; gives what is behind its last.
fn check_text(text: &str) -> io::Result<&str> {
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\\']) {
        if rest.as_bytes()[at] == b'"' {
            return Ok(&rest[at + 1..]);
        }
        let escape = &rest[at + 1..];
        rest = match code_unit(escape) {
            None => escape.get(1..).unwrap_or_default(),
            Some(0) => return refused(NUL),
            Some(0xD800..=0xDBFF) => {
                let low = escape[5..].strip_prefix('\\').and_then(code_unit);
                match low {
                    Some(0xDC00..=0xDFFF) => &escape[11..],
                    _ => return refused(SURROGATE),
                }
            }
            Some(0xDC00..=0xDFFF) => return refused(SURROGATE),
            Some(_) => &escape[5..],
        };
    }
    Ok("")
}

/// The number in an escape `u0123`.
fn code_unit(escape: &str) -> Option<u16> {
    u16::from_str_radix(escape.strip_prefix('u')?.get(..4)?, 16).ok()
}

fn check_number(text: &str) -> io::Result<()> {
    if text.contains(['.', 'e', 'E']) {
        return match serde_json::from_str::<f64>(text) {
            Ok(_) => Ok(()),
            Err(_) => refused(format_args!("{text} is beyond the range of a double")),
        };
    }
    match text.parse::<i64>() {
        Ok(_) => Ok(()),
        Err(_) => refused(format_args!(
            "{text} is no integer from -2^63 to 2^63-1, as its numbers are"
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::{Value, json, value::RawValue};

    use super::*;

    fn raw(text: impl Into<String>) -> Box<RawValue> {
        RawValue::from_string(text.into()).expect("JSON")
    }

    /// An array of arrays, so many in all, around this.
    fn nested(depth: usize, inside: &str) -> Box<RawValue> {
        raw(format!(
            "{}{inside}{}",
            "[".repeat(depth),
            "]".repeat(depth)
        ))
    }

    #[derive(Serialize)]
    struct Wraps<T>(T);

    #[derive(Serialize)]
    #[serde(untagged)]
    enum Nest {
        None,
        Some(Vec<Nest>),
    }

    fn nest(depth: usize, inside: Vec<Nest>) -> Nest {
        let innermost = Nest::Some(inside);
        (1..depth).fold(innermost, |nest, _| Nest::Some(vec![nest]))
    }

    /// A value of a type that serde goes down into by calling itself.
    fn with_a_large_stack(run: fn()) {
        let thread = std::thread::Builder::new().stack_size(64 << 20);
        let ran = thread.spawn(run).expect("a thread").join();
        ran.expect("no panic");
    }

    fn refused<T: Serialize>(value: &T) -> String {
        let error = to_string(value).expect_err("refused");
        assert!(error.is_io(), "{error}");
        error.to_string()
    }

    #[test]
    fn what_janus_can_read_is_written_as_ever() {
        let largest = i64::MAX.unsigned_abs();
        let value = json!({
            "integers": [0, -1, largest, i64::MIN],
            "floats": [0.0, -0.0, 1.5, 1e300, f64::MAX, f64::MIN_POSITIVE, 5e-324, 1e19],
            "texts": ["\\u0000", "\u{1}", "\r\n\t\"\\", "ä 🚪", "\u{7f}\u{ffff}"],
            "key \\u0000": null,
        });
        let ours = to_string(&value).expect("readable");
        assert_eq!(ours, value.to_string());
        let keys = HashMap::from([(u64::MAX, 1)]);
        assert_eq!(
            to_string(&keys).expect("a text"),
            serde_json::to_string(&keys).expect("JSON")
        );
        for text in [
            r#"{"a" : [ 1 , -0, 9223372036854775807,-9223372036854775808 ,1e5, 1E-400]}"#,
            r#""\\u0000 \ud83d\udeaa \\ud800 \u0001""#,
            r#"["\\","\"","99999999999999999999",{}]"#,
        ] {
            assert_eq!(to_string(&Wraps(raw(text))).expect(text), text);
        }
        to_string(&nested(2048, "")).expect("deep enough");
        to_string(&nested(2047, "1")).expect("deep enough");
        with_a_large_stack(|| {
            to_string(&nest(2048, Vec::new())).expect("deep enough");
            to_string(&nest(2047, vec![Nest::None])).expect("deep enough");
        });
        to_string(&[nested(2047, "")]).expect("deep enough");
    }

    #[test]
    fn what_janus_cannot_read_is_refused() {
        for value in [
            json!("a\0b"),
            json!({ "a\0b": 1 }),
            json!([u64::MAX]),
            json!(i64::MAX.unsigned_abs() + 1),
        ] {
            refused(&value);
        }
        refused(&u128::MAX);
        refused(&(i128::from(i64::MIN) - 1));
        for text in [
            r#""\u0000""#,
            r#"{"\u0000":1}"#,
            r#""\\\u0000""#,
            r#""\ud800""#,
            r#""\ud800\u0041""#,
            r#""\udeaa""#,
            "[9223372036854775808]",
            "-9223372036854775809",
            "1e400",
            "[-1.5E+999]",
        ] {
            refused(&raw(text));
        }
        refused(&nested(2049, ""));
        refused(&nested(2048, "1"));
        refused(&nested(2048, "{}"));
        with_a_large_stack(|| {
            refused(&nest(2049, Vec::new()));
            refused(&nest(2048, vec![Nest::None]));
        });
        refused(&[nested(2048, "")]);
        let text = refused(&u64::MAX);
        assert_eq!(
            text,
            "Janus cannot read it: 18446744073709551615 is no integer from -2^63 to 2^63-1, \
             as its numbers are"
        );
    }

    #[test]
    fn a_value_that_is_no_json_is_another_error() {
        let keys = HashMap::from([(vec![1], Value::Null)]);
        assert!(!to_string(&keys).expect_err("no text for a key").is_io());
    }
}
