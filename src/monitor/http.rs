//! HTTP, as far as event handlers speak it: POST with a body, and the beginning of a WebSocket.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
};

use data_encoding::BASE64;
use flate2::read::GzDecoder;
use tungstenite::handshake::derive_accept_key;

use super::{
    server::{Fault, Shared, Timed},
    websocket,
};

/// The longest head of a request.
const MAX_HEAD: u64 = 16 << 10;
/// The most headers of a request.
const MAX_HEADERS: usize = 64;
/// Of a body that is too large, so much is read, so that its sender gets an answer: `sampleevh` would send it again.
const MAX_SKIPPED: u64 = 64 << 20;

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

type From<'a> = BufReader<Timed<'a>>;

/// What a head says that matters here.
struct Head {
    method: String,
    path: String,
    /// The client wants no other request on this connection.
    close: bool,
    expects: bool,
    /// Of the body; `None` if it has no length.
    length: Option<u64>,
    encoding: String,
    authorization: String,
    /// The key of a WebSocket, and the subprotocol that is asked for first.
    websocket: Option<(String, Option<String>)>,
}

/// A status, and why that, if something was wrong.
type Answer = (&'static str, Option<Fault>);

/// Serves a connection to its end. An error means that it ended within a message.
pub(super) fn serve(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    let settings = &shared.settings;
    let deadline = std::time::Instant::now() + settings.message_timeout;
    let mut from = BufReader::with_capacity(16 << 10, Timed { stream, deadline });
    let mut first = true;
    loop {
        if !first {
            from.get_mut().wait(settings.idle_timeout);
        }
        match from.fill_buf() {
            Ok([]) => return Ok(()),
            Ok(_) => {}
            // It was idle, or the other side has gone in between.
            Err(_) if !first => return Ok(()),
            Err(error) => return Err(error),
        }
        first = false;
        from.get_mut().wait(settings.message_timeout);
        let (status, fault, close) = match read_head(&mut from)? {
            Err(status) => (status, Some(Fault::Refused), true),
            Ok(head) => {
                let upgrade = head.websocket.as_ref().filter(|_| head.method == "GET");
                match (refusal(&head, shared), upgrade) {
                    (Some(status), _) => (status, Some(Fault::Refused), true),
                    (None, Some((key, protocol))) => {
                        begin(stream, key, protocol.as_deref())?;
                        return websocket::serve(&mut from, shared);
                    }
                    (None, None) => {
                        let (status, fault) = body(&head, &mut from, shared)?;
                        (status, fault, head.close || status != "200 OK")
                    }
                }
            }
        };
        if let Some(fault) = fault {
            shared.note(fault);
        }
        let more = match status {
            "401 Unauthorized" => "WWW-Authenticate: Basic realm=\"events\"\r\n",
            _ => "",
        };
        let last = if close { "Connection: close\r\n" } else { "" };
        let answer = format!("HTTP/1.1 {status}\r\n{more}{last}Content-Length: 0\r\n\r\n");
        let mut to = stream;
        to.write_all(answer.as_bytes())?;
        if close {
            return Ok(());
        }
    }
}

/// Reads up to the empty line. `Err` inside is a status.
fn read_head(from: &mut From<'_>) -> io::Result<Result<Head, &'static str>> {
    let mut bytes = Vec::new();
    let mut limited = from.take(MAX_HEAD);
    loop {
        let before = bytes.len();
        limited.read_until(b'\n', &mut bytes)?;
        if !bytes.ends_with(b"\n") {
            return match limited.limit() {
                0 => Ok(Err("431 Request Header Fields Too Large")),
                _ => Err(io::ErrorKind::UnexpectedEof.into()),
            };
        }
        if matches!(&bytes[before..], b"\r\n" | b"\n") {
            break;
        }
    }
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    if !matches!(request.parse(&bytes), Ok(httparse::Status::Complete(_))) {
        return Ok(Err("400 Bad Request"));
    }
    let header = |name: &str| {
        let mut all = request.headers.iter();
        let found = all.find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| String::from_utf8_lossy(header.value).into_owned())
    };
    let has = |name: &str, word: &str| {
        let value = header(name).unwrap_or_default().to_ascii_lowercase();
        value.split(',').any(|part| part.trim() == word)
    };
    let chunked = header("Transfer-Encoding").is_some();
    let length = header("Content-Length").map(|length| length.trim().parse());
    let length = match length {
        Some(Err(_)) => return Ok(Err("400 Bad Request")),
        Some(Ok(length)) if !chunked => Some(length),
        _ => None,
    };
    let key = header("Sec-WebSocket-Key").filter(|_| has("Upgrade", "websocket"));
    let protocol = header("Sec-WebSocket-Protocol");
    let protocol = protocol.and_then(|all| Some(all.split(',').next()?.trim().to_owned()));
    Ok(Ok(Head {
        method: request.method.unwrap_or_default().to_owned(),
        path: request.path.unwrap_or_default().to_owned(),
        close: has("Connection", "close") || request.version == Some(0),
        expects: has("Expect", "100-continue"),
        length,
        encoding: header("Content-Encoding")
            .unwrap_or_default()
            .to_ascii_lowercase(),
        authorization: header("Authorization").unwrap_or_default(),
        websocket: key.map(|key| (key, protocol)),
    }))
}

/// Why a request is not taken, whatever its body is.
fn refusal(head: &Head, shared: &Shared) -> Option<&'static str> {
    let settings = &shared.settings;
    if let Some((user, password)) = &settings.basic_auth {
        let expected = format!(
            "Basic {}",
            BASE64.encode(format!("{user}:{password}").as_bytes())
        );
        if !is_same(&head.authorization, &expected) {
            return Some("401 Unauthorized");
        }
    }
    if settings
        .path
        .as_ref()
        .is_some_and(|path| !is_same(&head.path, path))
    {
        return Some("404 Not Found");
    }
    match &*head.method {
        "POST" if head.length.is_none() => Some("411 Length Required"),
        "POST" => None,
        "GET" if head.websocket.is_some() => None,
        "GET" => Some("426 Upgrade Required"),
        _ => Some("405 Method Not Allowed"),
    }
}

/// Compares secrets in a time that says nothing of where they differ.
fn is_same(one: &str, other: &str) -> bool {
    let pairs = one.bytes().zip(other.bytes());
    one.len() == other.len() && pairs.fold(0, |all, (one, other)| all | (one ^ other)) == 0
}

/// Reads and takes a body.
fn body(head: &Head, from: &mut From<'_>, shared: &Shared) -> io::Result<Answer> {
    let most = shared.settings.max_message as u64;
    let length = head.length.unwrap_or_default();
    let is_zipped = match &*head.encoding {
        "" | "identity" => false,
        "gzip" | "x-gzip" => true,
        _ => return Ok(("415 Unsupported Media Type", Some(Fault::Refused))),
    };
    if head.expects {
        let mut to = from.get_ref().stream;
        to.write_all(CONTINUE)?;
    }
    let mut rest = from.take(length);
    let mut bytes = Vec::new();
    let read = if length > most {
        Ok(0)
    } else if is_zipped {
        // Not more than is allowed is ever unpacked.
        GzDecoder::new(&mut rest)
            .take(most + 1)
            .read_to_end(&mut bytes)
    } else {
        rest.read_to_end(&mut bytes)
    };
    // What is no gzip is an error of the kind `InvalidInput`, and the connection still good.
    let is_corrupt = match &read {
        Err(error) => match error.kind() {
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => true,
            io::ErrorKind::UnexpectedEof if rest.limit() == 0 => true,
            _ => return Err(read.expect_err("it is one")),
        },
        Ok(_) => false,
    };
    let left = rest.limit();
    if left > MAX_SKIPPED {
        return Ok(("413 Content Too Large", Some(Fault::TooLarge)));
    }
    if io::copy(&mut rest, &mut io::sink())? != left || rest.limit() != 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    if length > most || bytes.len() as u64 > most {
        return Ok(("413 Content Too Large", Some(Fault::TooLarge)));
    }
    Ok(if is_corrupt {
        ("400 Bad Request", Some(Fault::Malformed))
    } else if shared.take(&bytes) {
        ("200 OK", None)
    } else {
        ("400 Bad Request", None)
    })
}

/// Answers the request for a WebSocket.
fn begin(mut stream: &TcpStream, key: &str, protocol: Option<&str>) -> io::Result<()> {
    let accept = derive_accept_key(key.as_bytes());
    let protocol = protocol.map(|protocol| format!("Sec-WebSocket-Protocol: {protocol}\r\n"));
    let protocol = protocol.unwrap_or_default();
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n{protocol}\r\n"
    );
    stream.write_all(answer.as_bytes())
}
