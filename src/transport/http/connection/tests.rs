//! One connection, and servers that answer it in all ways.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::{
    Config,
    transport::{WhichApi, address::Address, http::request::Target},
};

const SOON: Duration = Duration::from_secs(5);

const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
    5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nTrailer: z\r\n\r\n";
const SIZED: &[u8] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno";

/// A connection, the server's end of it, and where it leads.
fn connected() -> (Connection, TcpStream, Target) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let Ok(Address::Http(url)) = Address::parse(&url, WhichApi::Janus) else {
        panic!("an address of HTTP");
    };
    let connector =
        Connector::new(&url, &Config::new("").transport_settings()).expect("good settings");
    let connection = Connection::new(&connector, Instant::now() + SOON).expect("a connection");
    let (server, _) = listener.accept().expect("a connection");
    server.set_nodelay(true).expect("a socket");
    let target = Target::new(&url).expect("a host");
    (connection, server, target)
}

/// What a request gets to which the server answers with these bytes and closes the connection.
fn answered(bytes: &[u8]) -> io::Result<Response> {
    let (mut connection, mut server, target) = connected();
    server.write_all(bytes).expect("sent");
    server
        .shutdown(std::net::Shutdown::Write)
        .expect("a socket");
    connection.exchange(&target.post("{}"), false, Instant::now() + SOON)
}

#[test]
fn a_request_is_whole_and_its_head_is_small() {
    let (mut connection, mut server, target) = connected();
    server.write_all(SIZED).expect("sent");
    let text = format!("{{\"ä\":\"{}\"}}", "x".repeat(20_000));
    let post = connection.exchange(&target.post(&text), false, Instant::now() + SOON);
    assert_eq!(post.expect("an answer").body, b"no");
    drop(connection);
    let mut come = String::new();
    server.read_to_string(&mut come).expect("text");
    let (head, body) = come.split_once("\r\n\r\n").expect("a head");
    assert_eq!(body, text);
    let mut lines: Vec<_> = head.lines().map(str::to_ascii_lowercase).collect();
    lines[1..].sort();
    let host = server.local_addr().expect("a socket");
    assert_eq!(
        lines,
        [
            "post /janus http/1.1".to_owned(),
            format!("content-length: {}", text.len()),
            "content-type: application/json".to_owned(),
            format!("host: {host}"),
        ]
    );
}

#[test]
fn responses_come_whole_whatever_the_pieces() {
    let bytes = [b"HTTP/1.1 100 Continue\r\n\r\n", CHUNKED, SIZED].concat();
    let first = bytes.len() - SIZED.len();
    for (piece, until) in [(1, first), (2, first), (7, first), (1000, bytes.len())] {
        let (mut connection, mut server, target) = connected();
        let bytes = bytes[..until].to_vec();
        let sending = std::thread::spawn(move || {
            for piece in bytes.chunks(piece) {
                server.write_all(piece).expect("sent");
                std::thread::yield_now();
            }
            server
        });
        let hello = connection.exchange(&target.post("{}"), false, Instant::now() + SOON);
        let hello = hello.expect("an answer");
        assert_eq!((hello.status, &hello.body[..]), (200, &b"hello!"[..]));
        // A second answer came, for which nobody has asked.
        assert_eq!(hello.reusable, until == first, "pieces of {piece}");
        drop(sending.join());
    }
}

#[test]
fn a_connection_is_used_again_unless_the_server_says_no() {
    for (head, reusable) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 0", true),
        (
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0",
            false,
        ),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0", false),
        ("HTTP/1.1 204 No Content", true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", true),
    ] {
        let (mut connection, mut server, target) = connected();
        let end = if head.ends_with("chunked") {
            "0\r\n\r\n"
        } else {
            ""
        };
        write!(server, "{head}\r\n\r\n{end}").expect("sent");
        let post = connection.exchange(&target.post("{}"), false, Instant::now() + SOON);
        assert_eq!(post.expect(head).reusable, reusable, "{head}");
        assert!(!connection.awaits());
    }
}

#[test]
fn a_body_without_a_length_ends_with_the_connection() {
    let response = answered(b"HTTP/1.1 200 OK\r\n\r\nall of it").expect("an answer");
    assert_eq!(response.body, b"all of it");
    assert!(!response.reusable);
}

#[test]
fn a_response_that_is_cut_is_none() {
    // The last chunk ends the body, whatever becomes of the lines behind it.
    for (bytes, whole) in [(CHUNKED, CHUNKED.len() - 14), (SIZED, SIZED.len())] {
        for end in 0..whole {
            let error = answered(&bytes[..end]).expect_err("cut");
            let kind = error.kind();
            assert_eq!(kind, io::ErrorKind::UnexpectedEof, "{end}: {error}");
        }
    }
}

#[test]
fn what_is_no_http_and_what_is_too_large_are_errors() {
    let long = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(100_000));
    for (bytes, what) in [
        (
            &b"\x15\x03\x03\x00\x02\x02\x46"[..],
            "the answer is a TLS alert",
        ),
        (b"SSH-2.0-OpenSSH_9.2\r\n", BROKEN),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
            BROKEN,
        ),
        (long.as_bytes(), BROKEN),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
            TOO_LARGE,
        ),
    ] {
        let error = answered(bytes).expect_err(what);
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]);
        assert_eq!(error.to_string(), what, "{text}");
    }
}

#[test]
fn a_body_without_an_end_is_too_large_at_16_mib() {
    let (mut connection, mut server, target) = connected();
    std::thread::spawn(move || {
        let _ = write!(server, "HTTP/1.1 200 OK\r\n\r\n");
        while server.write_all(&[b'x'; 1 << 16]).is_ok() {}
    });
    let post = connection.exchange(&target.post("{}"), false, Instant::now() + SOON * 4);
    assert_eq!(post.expect_err("no end").to_string(), TOO_LARGE);
}

#[test]
fn an_answer_that_came_while_the_process_was_stopped_is_read_after_the_deadline() {
    let (mut connection, mut server, target) = connected();
    let body = "x".repeat(50_000);
    write!(
        server,
        "HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n{body}"
    )
    .expect("sent");
    while connection.stream.is_quiet() {
        std::thread::yield_now();
    }
    let response = connection.exchange(&target.post("{}"), false, Instant::now());
    assert_eq!(response.expect("it is there").body.len(), body.len());
    let error = connection.exchange(&target.post("{}"), false, Instant::now());
    let kind = error.expect_err("nothing is there").kind();
    assert_eq!(kind, io::ErrorKind::TimedOut);
}

#[test]
fn a_response_is_waited_for_again_wherever_it_stopped() {
    for end in 0..CHUNKED.len() - 2 {
        let (mut connection, mut server, target) = connected();
        server.write_all(&CHUNKED[..end]).expect("sent");
        let soon = Instant::now() + Duration::from_millis(1);
        let error = connection.exchange(&target.post("{}"), false, soon);
        let kind = error.expect_err("not whole").kind();
        assert_eq!(kind, io::ErrorKind::TimedOut, "{end}");
        assert!(connection.awaits());
        server.write_all(&CHUNKED[end..]).expect("sent");
        let response = connection.response(true, Instant::now() + SOON);
        assert_eq!(response.expect("whole").body, b"hello!", "{end}");
        assert!(!connection.awaits());
    }
}
