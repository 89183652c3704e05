//! An HTTP client that is not of this crate, and shows what comes.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use super::servers::without_ids;

/// More than a long poll takes.
const LIMIT: Duration = Duration::from_secs(40);

/// One connection to a server.
pub struct Http(TcpStream);

impl Http {
    /// Connects to a server with an address like `http://127.0.0.1:8088/janus`.
    pub fn connect(url: &str) -> Self {
        let host = url.strip_prefix("http://").unwrap();
        let (host, _) = host.split_once('/').unwrap();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        Self(stream)
    }

    pub fn send(&self, request: &str) {
        (&self.0).write_all(request.as_bytes()).unwrap();
    }

    /// The response: its head without the date, and its body without chunks.
    pub fn receive(&self) -> String {
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            if let Some(response) = whole(&String::from_utf8_lossy(&bytes)) {
                return response;
            }
            match (&self.0).read(&mut buffer) {
                Ok(0) | Err(_) => return format!("closed after {} bytes", bytes.len()),
                Ok(length) => bytes.extend_from_slice(&buffer[..length]),
            }
        }
    }

    pub fn ask(&self, request: &str) -> String {
        self.send(request);
        self.receive()
    }
}

/// A request on a connection of its own.
pub fn ask(url: &str, request: &str) -> String {
    Http::connect(url).ask(request)
}

pub fn get(path: &str) -> String {
    bare("GET", path)
}

pub fn bare(method: &str, path: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: fake\r\n\r\n")
}

pub fn post(path: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nHost: fake\r\nContent-Length: {length}\r\n\r\n{body}")
}

/// A long poll's response. Whether it waited is a matter of luck.
pub fn poll(url: &str, path: &str) -> String {
    let response = ask(url, &get(path));
    let lines = response.lines();
    let lines = lines.filter(|line| !line.starts_with("Content-Length: "));
    let lines: Vec<&str> = lines
        .filter(|line| *line != "Transfer-Encoding: chunked")
        .collect();
    without_ids(&lines.join("\n"))
}

fn whole(text: &str) -> Option<String> {
    let (head, rest) = text.split_once("\r\n\r\n")?;
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
    let body = match header("Content-Length: ") {
        Some(length) => rest.get(..length.parse().ok()?)?.to_owned(),
        None if head.contains("chunked") => dechunked(rest)?,
        None => return None,
    };
    let lines = head.lines().filter(|line| !line.starts_with("Date: "));
    let head: Vec<&str> = lines
        .map(|line| {
            // Ids differ in length.
            if line.starts_with("Content-Length: ") && !line.ends_with(": 0") {
                "Content-Length: N"
            } else {
                line
            }
        })
        .collect();
    Some(head.join("\n") + "\n" + &body)
}

fn dechunked(mut rest: &str) -> Option<String> {
    let mut body = String::new();
    loop {
        let (size, after) = rest.split_once("\r\n")?;
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.push_str(after.get(..size)?);
        rest = after.get(size + 2..)?;
    }
}
