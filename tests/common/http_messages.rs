//! HTTP messages, cut out of a byte stream whole.

/// What a byte stream begins with.
#[derive(Debug, PartialEq)]
pub enum Start {
    /// Too little to say.
    Incomplete,
    /// A message of so many bytes, with its body, or its first line if it has none.
    Message(usize, Vec<u8>),
    /// A head of so many bytes, and a WebSocket behind it.
    Upgrade(usize),
    /// A head of so many bytes, and behind it what only the connection's end ends.
    Endless(usize),
}

/// How long a body is.
enum Length {
    Bytes(usize),
    Chunks,
    Unknown,
}

pub fn start(bytes: &[u8]) -> Start {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Start::Incomplete;
    };
    let end = end + 4;
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let status = head.strip_prefix("http/1.1 ");
    let refused = head.starts_with("http/") && status.is_none_or(|it| !it.starts_with("101"));
    if head.contains("\r\nupgrade: websocket") && !refused {
        return Start::Upgrade(end);
    }
    let body = match length(&head) {
        Length::Bytes(length) => bytes.get(end..end + length).map(|it| (length, it.to_vec())),
        Length::Chunks => chunks(&bytes[end..]),
        Length::Unknown => return Start::Endless(end),
    };
    let Some((length, mut body)) = body else {
        return Start::Incomplete;
    };
    if body.is_empty() {
        body = bytes
            .split(|byte| *byte == b'\r')
            .next()
            .unwrap_or_default()
            .to_vec();
    }
    Start::Message(end + length, body)
}

fn length(head: &str) -> Length {
    let value = |name: &str| {
        let mut lines = head.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    let bodiless = ["http/1.1 1", "http/1.1 204", "http/1.1 304"];
    if let Some(length) = value("content-length").and_then(|it| it.parse().ok()) {
        Length::Bytes(length)
    } else if value("transfer-encoding") == Some("chunked") {
        Length::Chunks
    } else if !head.starts_with("http/") || bodiless.iter().any(|it| head.starts_with(it)) {
        Length::Bytes(0)
    } else {
        Length::Unknown
    }
}

/// Chunks without trailers: how many bytes they take, and what is in them.
fn chunks(bytes: &[u8]) -> Option<(usize, Vec<u8>)> {
    let (mut at, mut body) = (0, Vec::new());
    loop {
        let line = bytes[at..].windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&bytes[at..at + line]).expect("the size of a chunk");
        let size = usize::from_str_radix(size, 16).expect("the size of a chunk");
        at += line + 2;
        body.extend(bytes.get(at..at + size)?);
        at += size + 2;
        if bytes.len() < at {
            return None;
        }
        if size == 0 {
            return Some((at, body));
        }
    }
}
