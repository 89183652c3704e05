//! Reads requests from a connection.

use std::io::{self, BufRead, Read, Write};

/// The longest head.
const MAX_HEAD: u64 = 16 << 10;
/// The longest body.
const MAX_BODY: usize = 16 << 20;

/// A request, as far as Janus looks at it.
#[derive(Debug, Default)]
pub(super) struct Request {
    pub(super) method: String,
    /// Without the query.
    pub(super) path: String,
    query: String,
    /// HTTP/1.0, which knows no chunks.
    pub(super) old: bool,
    /// The client wants no other one on this connection.
    pub(super) close: bool,
    pub(super) body: Vec<u8>,
}

/// What is wrong with what was sent.
pub(super) enum Refused {
    /// The client has gone, or speaks no HTTP: nothing is answered.
    Over,
    /// A status line.
    With(&'static str),
}

impl From<io::Error> for Refused {
    fn from(_: io::Error) -> Self {
        Self::Over
    }
}

impl Request {
    /// Reads the next one.
    pub(super) fn read(from: &mut impl BufRead, to: &mut impl Write) -> Result<Self, Refused> {
        let mut head = from.by_ref().take(MAX_HEAD);
        let mut line = || {
            let mut line = Vec::new();
            head.read_until(b'\n', &mut line)?;
            match line.pop() {
                Some(b'\n') => Ok(String::from_utf8_lossy(&line).trim_end().to_owned()),
                _ => Err(Refused::Over),
            }
        };
        let first = line()?;
        let mut words = first.split(' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(Refused::Over);
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let old = version == "HTTP/1.0";
        let mut request = Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            old,
            close: old,
            body: Vec::new(),
        };
        let (mut length, mut expects) = (0, false);
        loop {
            let header = line()?;
            let Some((name, value)) = header.split_once(':') else {
                break;
            };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => match value.parse() {
                    Ok(number) => length = number,
                    Err(_) => return Err(Refused::With("400 Bad Request")),
                },
                "transfer-encoding" => return Err(Refused::With("411 Length Required")),
                "expect" => expects = true,
                "connection" => request.close |= value.eq_ignore_ascii_case("close"),
                _ => {}
            }
        }
        if length > MAX_BODY {
            return Err(Refused::With("413 Content Too Large"));
        }
        if expects && length > 0 {
            to.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let mut body = from.by_ref().take(length as u64);
        body.read_to_end(&mut request.body)?;
        if request.body.len() == length {
            Ok(request)
        } else {
            Err(Refused::Over)
        }
    }

    /// What the query says to a key.
    pub(super) fn argument(&self, key: &str) -> Option<String> {
        let pairs = self.query.split('&');
        let mut pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let (_, value) = pairs.find(|(name, _)| *name == key)?;
        Some(decoded(value))
    }
}

/// A value of a query without its escapes.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => match rest.get(..2).and_then(hex) {
                Some(byte) => {
                    rest = &rest[2..];
                    byte
                }
                None => b'%',
            },
            other => *other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(digit(digits[0])? << 4 | digit(digits[1])?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Request> {
        Request::read(&mut text.as_bytes(), &mut Vec::new()).ok()
    }

    #[test]
    fn a_request_is_read() {
        let text = "POST /janus/1?apisecret=a%2Fb+c&x HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}rest";
        let request = read(text).expect("a request");
        assert_eq!((&*request.method, &*request.path), ("POST", "/janus/1"));
        assert_eq!(request.argument("apisecret").as_deref(), Some("a/b c"));
        assert_eq!(request.argument("x").as_deref(), Some(""));
        assert_eq!(request.argument("token"), None);
        assert_eq!((request.body, request.close), (b"{}".to_vec(), false));
    }

    #[test]
    fn what_is_no_request_or_ends_early_is_none() {
        for text in [
            "",
            "GET",
            "GET / HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n1234",
            "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(20_000));
        assert!(read(&long).is_none());
    }
}
