//! Heads of HTTP requests, of which others, who log them, do not get to see all.

use std::borrow::Cow;

/// A request with that behind its path.
pub(super) fn with_rest<'a>(written: &'a [u8], rest: &str) -> Cow<'a, [u8]> {
    if rest.is_empty() {
        return written.into();
    }
    let line = written.iter().position(|byte| *byte == b'\r');
    let line = &written[..line.unwrap_or(written.len())];
    // Behind the path is the version.
    let path = line.iter().rposition(|byte| *byte == b' ');
    let (before, after) = written.split_at(path.unwrap_or(0));
    [before, rest.as_bytes(), after].concat().into()
}
