//! A web server of the test's own, which can do what no Janus does.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use serde_json::{Value, json};

use super::scripted;

/// One request.
#[derive(Debug)]
pub struct Asked {
    /// Method, path and version.
    pub line: String,
    /// The message of a POST; `Null` for a GET.
    pub message: Value,
}

impl Asked {
    pub fn is_poll(&self) -> bool {
        self.line.starts_with("GET ")
    }

    pub fn verb(&self) -> &str {
        self.message["janus"].as_str().unwrap_or_default()
    }

    /// What a Janus with one session and one handle answers.
    pub fn answer(&self) -> Vec<u8> {
        let mut answer = match self.verb() {
            "ping" => json!({ "janus": "pong" }),
            "info" => json!({
                "janus": "server_info", "name": "not Janus", "version": 1, "version_string": "1",
                "session-timeout": 60, "reclaim-session-timeout": 0,
            }),
            "create" => json!({ "janus": "success", "data": { "id": 5 } }),
            "attach" => json!({ "janus": "success", "data": { "id": 6 } }),
            _ => json!({ "janus": "success" }),
        };
        answer["transaction"] = self.message["transaction"].clone();
        ok(&answer.to_string())
    }
}

/// A good response with this body.
pub fn ok(body: &str) -> Vec<u8> {
    with_status("200 OK", body)
}

pub fn with_status(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}

/// Starts one and returns its address. It ends with the program.
///
/// `serve` writes the response to each request, and says whether the connection goes on.
pub fn start(serve: impl Fn(&Asked, &mut TcpStream) -> bool + Send + Sync + 'static) -> String {
    let serve = Arc::new(serve);
    tcp(move |stream| {
        let serve = serve.clone();
        thread::spawn(move || while talk(&stream, &*serve).unwrap_or(false) {});
    })
}

/// Serves one request over each connection of that listener, and closes it. It ends, and the listener
/// with it, when a connection comes after the flag was set.
pub fn serve_until(listener: TcpListener, ends: &Arc<AtomicBool>) -> JoinHandle<()> {
    let ends = ends.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if ends.load(Ordering::Relaxed) {
                return;
            }
            let closing = |asked: &Asked, stream: &mut TcpStream| {
                let answer = String::from_utf8(asked.answer()).expect("text");
                let answer = answer.replacen("\r\n", "\r\nConnection: close\r\n", 1);
                stream.write_all(answer.as_bytes()).is_ok()
            };
            let _ = talk(&stream, &closing);
        }
    })
}

/// A server that answers with these bytes, whatever it is asked.
pub fn always(response: impl Into<Vec<u8>>) -> String {
    let response = response.into();
    start(move |_, stream| stream.write_all(&response).is_ok())
}

/// A TCP server that does this with each connection.
pub fn tcp(serve: impl Fn(TcpStream) + Send + 'static) -> String {
    scripted::tcp("http", serve)
}

fn talk(
    stream: &TcpStream,
    serve: &dyn Fn(&Asked, &mut TcpStream) -> bool,
) -> std::io::Result<bool> {
    // The client sends no second request before it has the answer to the first.
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(false);
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let length = lines
        .iter()
        .find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then_some(value)
        })
        .map_or(0, |length| length.parse().expect("a number"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let asked = Asked {
        line: lines.swap_remove(0),
        message: serde_json::from_slice(&body).unwrap_or_default(),
    };
    Ok(serve(&asked, &mut { stream }.try_clone()?))
}
