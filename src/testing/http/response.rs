//! Writes responses as the library that Janus uses does.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use super::request::Request;
use crate::testing::injector::Frame;

/// What Janus says in every response.
const ORIGIN: &str = "Access-Control-Allow-Origin: *\r\nAccess-Control-Max-Age: 86400\r\n";

/// A response and whether the connection goes on behind it.
pub(super) struct Response {
    bytes: Vec<u8>,
    pub(super) goes_on: bool,
}

impl Response {
    /// One without a body.
    pub(super) fn empty(request: &Request, status: &str) -> Self {
        Self::with(request, status, "", b"", request.close)
    }

    /// One without a body, and the last one.
    pub(super) fn last(request: &Request, status: &str) -> Self {
        Self::with(request, status, "", b"", true)
    }

    pub(super) fn found(request: &Request, location: &str) -> Self {
        let header = format!("Location: {location}\r\n");
        Self::with(request, "302 Found", &header, b"", request.close)
    }

    /// JSON that is there at once.
    pub(super) fn json(request: &Request, text: &str) -> Self {
        let header = "Content-Type: application/json\r\n";
        // Janus takes HEAD for any other method, but its library sends no body.
        let body = text.as_bytes();
        let mut response = Self::with(request, "200 OK", header, body, request.close);
        if request.method == "HEAD" {
            response.bytes.truncate(response.bytes.len() - body.len());
        }
        response
    }

    fn with(request: &Request, status: &str, header: &str, body: &[u8], close: bool) -> Self {
        let mut head = head(status, close);
        let _ = write!(
            head,
            "{header}{ORIGIN}Content-Length: {}\r\n\r\n",
            body.len()
        );
        Self {
            bytes: [head.as_bytes(), body].concat(),
            goes_on: !close && !request.old,
        }
    }

    /// What came for a request, whole, in pieces or in half.
    pub(super) fn frame(request: &Request, frame: Frame, awaited: bool) -> Self {
        let (body, pieces, whole) = match frame {
            Frame::Text(text) if !awaited => return Self::json(request, &text),
            Frame::Text(text) => (text.into_bytes(), 1, true),
            Frame::Fragments(text, count) => (text.into_bytes(), count.max(1), true),
            Frame::Binary(text) => ([b"\xff", text.as_bytes()].concat(), 1, true),
            Frame::Half(text) => (text.as_bytes()[..text.len() / 2].to_vec(), 1, false),
        };
        let close = request.close;
        let head = head("200 OK", close) + "Content-Type: application/json\r\n" + ORIGIN;
        let mut bytes = head.into_bytes();
        if request.old {
            // Its end is the connection's.
            bytes.extend_from_slice(b"\r\n");
            bytes.extend_from_slice(&body);
        } else {
            bytes.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
            let size = body.len().div_ceil(pieces).max(1);
            for chunk in body.chunks(size) {
                bytes.extend_from_slice(format!("{:X}\r\n", chunk.len()).as_bytes());
                bytes.extend_from_slice(chunk);
                bytes.extend_from_slice(b"\r\n");
            }
            if whole {
                bytes.extend_from_slice(b"0\r\n\r\n");
            }
        }
        Self {
            bytes,
            goes_on: whole && !close && !request.old,
        }
    }

    pub(super) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        to.write_all(&self.bytes)
    }
}

fn head(status: &str, close: bool) -> String {
    let close = if close { "Connection: close\r\n" } else { "" };
    format!("HTTP/1.1 {status}\r\n{close}")
}
