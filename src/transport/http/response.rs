//! HTTP responses out of bytes. Pure.

use std::io;

use super::answer::unfit;

/// The largest body that is taken, as for a WebSocket message.
const MAX_BODY: usize = 16 << 20;

/// The largest head: Janus's have 200 bytes, those of proxies a few thousand.
const MAX_HEAD: usize = 64 << 10;

/// How many header lines a head may have.
const MAX_HEADERS: usize = 100;

/// How much room there is for each read. Most answers fit in; long ones take several.
const ROOM: usize = 4 << 10;

/// One whole response.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    /// Where a redirect leads.
    pub(super) location: Option<Box<str>>,
    pub(super) body: Vec<u8>,
    /// The connection can carry another request.
    pub(super) reusable: bool,
}

/// Takes the bytes of one connection and gives whole responses.
#[derive(Default)]
pub(super) struct Decoder {
    buffer: Vec<u8>,
    /// What has come and is not consumed yet.
    start: usize,
    end: usize,
    current: Option<Current>,
}

/// A response whose head has come.
struct Current {
    response: Response,
    left: Left,
}

/// What is still to come.
#[derive(Clone, Copy)]
enum Left {
    Bytes(usize),
    UntilEnd,
    ChunkSize,
    Chunk(usize),
    /// The line end behind a chunk.
    ChunkEnd,
    /// Header lines behind the last chunk, up to an empty one.
    Trailer,
}

impl Decoder {
    /// Where the next bytes go.
    pub(super) fn room(&mut self) -> &mut [u8] {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.buffer.len() < self.end + ROOM {
            self.buffer.resize(self.end + ROOM, 0);
        }
        &mut self.buffer[self.end..]
    }

    /// So many bytes have come.
    pub(super) fn filled(&mut self, length: usize) {
        self.end += length;
    }

    /// Gives a large buffer back.
    pub(super) fn shrink(&mut self, to: usize) {
        if self.buffer.len() > to && self.start == self.end {
            self.buffer = Vec::new();
            (self.start, self.end) = (0, 0);
        }
    }

    /// Nothing has come that was not asked for, and nothing is half done.
    pub(super) fn is_clean(&self) -> bool {
        self.start == self.end && self.current.is_none()
    }

    /// The head of a good response has come, and nothing of its body.
    pub(super) fn has_only_head(&self) -> bool {
        self.current.as_ref().is_some_and(|current| {
            current.response.status == 200 && current.response.body.is_empty()
        })
    }

    /// The response, when it is there whole.
    pub(super) fn next(&mut self) -> io::Result<Option<Response>> {
        while self.current.is_none() {
            match head(&self.buffer[self.start..self.end])? {
                None => return Ok(None),
                Some((length, current)) => {
                    self.start += length;
                    // 1xx: the real one follows.
                    if current.response.status >= 200 {
                        self.current = Some(current);
                    }
                }
            }
        }
        match self.body()? {
            false => Ok(None),
            true => Ok(self.current.take().map(|current| current.response)),
        }
    }

    /// The response that the end of the connection completes.
    pub(super) fn at_end(&mut self) -> Option<Response> {
        match self.current.take() {
            Some(Current {
                response,
                left: Left::UntilEnd,
            }) => Some(response),
            other => {
                self.current = other;
                None
            }
        }
    }

    /// Moves what has come to the body; whether it is complete.
    fn body(&mut self) -> io::Result<bool> {
        let Some(Current { response, left }) = &mut self.current else {
            return Ok(false);
        };
        loop {
            let come = &self.buffer[self.start..self.end];
            let take = match *left {
                Left::Bytes(wanted) | Left::Chunk(wanted) => wanted.min(come.len()),
                Left::UntilEnd => come.len(),
                _ => 0,
            };
            if response.body.len() + take > MAX_BODY {
                return Err(unfit(TOO_LARGE));
            }
            response.body.extend_from_slice(&come[..take]);
            self.start += take;
            let come = &come[take..];
            *left = match *left {
                Left::Bytes(wanted) if wanted == take => return Ok(true),
                Left::Bytes(wanted) => Left::Bytes(wanted - take),
                Left::UntilEnd => Left::UntilEnd,
                Left::Chunk(wanted) if wanted > take => Left::Chunk(wanted - take),
                Left::Chunk(_) => Left::ChunkEnd,
                Left::ChunkEnd => match come {
                    [b'\r', b'\n', ..] => {
                        self.start += 2;
                        Left::ChunkSize
                    }
                    [b'\r'] | [] => return Ok(false),
                    _ => return Err(unfit(BROKEN)),
                },
                Left::ChunkSize => match httparse::parse_chunk_size(come) {
                    Ok(httparse::Status::Complete((length, size))) => {
                        self.start += length;
                        match usize::try_from(size).unwrap_or(usize::MAX) {
                            0 => Left::Trailer,
                            size if size > MAX_BODY => return Err(unfit(TOO_LARGE)),
                            size => Left::Chunk(size),
                        }
                    }
                    Ok(httparse::Status::Partial) if come.len() < MAX_HEAD => return Ok(false),
                    _ => return Err(unfit(BROKEN)),
                },
                Left::Trailer => match come.iter().position(|byte| *byte == b'\n') {
                    Some(end) => {
                        let line = &come[..end];
                        self.start += end + 1;
                        if matches!(line, [] | [b'\r']) {
                            return Ok(true);
                        }
                        Left::Trailer
                    }
                    None if come.len() < MAX_HEAD => return Ok(false),
                    None => return Err(unfit(BROKEN)),
                },
            };
            if self.start == self.end && !matches!(left, Left::Bytes(0)) {
                return Ok(false);
            }
        }
    }
}

const BROKEN: &str = "what the server sends is no HTTP";
const TOO_LARGE: &str = "the server's answer is larger than 16 MiB";

/// Reads a head, and what body it announces; how long it is.
fn head(bytes: &[u8]) -> io::Result<Option<(usize, Current)>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Response::new(&mut headers);
    let length = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) if bytes.len() < MAX_HEAD => return Ok(None),
        _ => return Err(unfit(BROKEN)),
    };
    let status = parsed.code.unwrap_or_default();
    let mut reusable = parsed.version == Some(1);
    let mut left = Left::UntilEnd;
    let mut location = None;
    for header in parsed.headers.iter() {
        let value = std::str::from_utf8(header.value).unwrap_or_default().trim();
        let has = |word: &str| {
            value
                .split(',')
                .any(|v| v.trim().eq_ignore_ascii_case(word))
        };
        if header.name.eq_ignore_ascii_case("transfer-encoding") {
            if !has("chunked") {
                return Err(unfit(BROKEN));
            }
            left = Left::ChunkSize;
        } else if header.name.eq_ignore_ascii_case("content-length") {
            let size = value.parse().map_err(|_| unfit(BROKEN))?;
            if size > MAX_BODY {
                return Err(unfit(TOO_LARGE));
            }
            // Chunks win, as RFC 9112 wants it.
            if matches!(left, Left::UntilEnd) {
                left = Left::Bytes(size);
            }
        } else if header.name.eq_ignore_ascii_case("location") {
            location = Some(value.into());
        } else if header.name.eq_ignore_ascii_case("connection") && has("close") {
            reusable = false;
        }
    }
    if matches!(status, 204 | 304) {
        left = Left::Bytes(0);
    }
    let current = Current {
        response: Response {
            status,
            location,
            body: Vec::new(),
            reusable: reusable && !matches!(left, Left::UntilEnd),
        },
        left,
    };
    Ok(Some((length, current)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds the bytes in pieces of that size.
    fn decode(bytes: &[u8], piece: usize) -> io::Result<Vec<Response>> {
        let (mut decoder, mut responses) = (Decoder::default(), Vec::new());
        for piece in bytes.chunks(piece) {
            decoder.room()[..piece.len()].copy_from_slice(piece);
            decoder.filled(piece.len());
            while let Some(response) = decoder.next()? {
                responses.push(response);
            }
        }
        responses.extend(decoder.at_end());
        Ok(responses)
    }

    const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
        5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nTrailer: z\r\n\r\n";
    const SIZED: &[u8] =
        b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno";

    #[test]
    fn responses_come_whole_whatever_the_pieces() {
        let both = [CHUNKED, b"HTTP/1.1 100 Continue\r\n\r\n", SIZED].concat();
        for piece in 1..=both.len() {
            let [hello, no] = &decode(&both, piece).expect("valid")[..] else {
                panic!("not two responses in pieces of {piece}");
            };
            assert_eq!((hello.status, &hello.body[..]), (200, &b"hello!"[..]));
            assert!(hello.reusable);
            assert_eq!((no.status, &no.body[..]), (404, &b"no"[..]));
            assert!(!no.reusable);
        }
    }

    #[test]
    fn a_body_without_a_length_ends_with_the_connection() {
        let bytes = b"HTTP/1.1 200 OK\r\n\r\nall of it";
        let responses = decode(bytes, 7).expect("valid");
        assert_eq!(responses[0].body, b"all of it");
        assert!(!responses[0].reusable);
    }

    #[test]
    fn an_empty_body_needs_no_more_bytes() {
        let bytes = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        let responses = decode(bytes, bytes.len()).expect("valid");
        assert_eq!((responses[0].status, responses[0].body.len()), (404, 0));
    }

    #[test]
    fn a_cut_body_is_no_response() {
        for end in 0..CHUNKED.len() {
            assert_eq!(decode(&CHUNKED[..end], 9).expect("no error yet"), []);
        }
    }

    #[test]
    fn what_is_no_http_and_what_is_too_large_are_errors() {
        for (bytes, what) in [
            (&b"\x15\x03\x03\x00\x02\x02\x46"[..], BROKEN),
            (b"SSH-2.0-OpenSSH_9.2\r\n", BROKEN),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                BROKEN,
            ),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                BROKEN,
            ),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd",
                BROKEN,
            ),
            (
                b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
                TOO_LARGE,
            ),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
                TOO_LARGE,
            ),
        ] {
            let error = decode(bytes, bytes.len()).expect_err(what);
            assert_eq!(error.to_string(), what);
        }
    }
}
