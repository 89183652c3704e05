//! `monitor::Receiver`: what it takes, what it refuses, and what nobody can make it do.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    time::{Duration, Instant},
};

use common::{WsClient, wait_until};
use data_encoding::BASE64;
use flate2::{Compression, write::GzEncoder};
use janus_blocking::{
    Error,
    crossbeam_channel::{RecvTimeoutError, select},
    monitor::{Counts, Event, Kind, Receiver, Settings},
};

/// Far above what anything here takes.
const SOON: Duration = Duration::from_secs(20);
const EVENT: &str = r#"{"type":1,"session_id":7,"event":{"name":"destroyed"}}"#;

/// With the key of RFC 6455, section 1.3.
const UPGRADE: &[u8] = b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A short frame of a client, by its first byte. Its mask changes nothing.
fn frame(first: u8, payload: &str) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("a short one");
    let head = [first, 0x80 | length, 0, 0, 0, 0];
    [&head[..], payload.as_bytes()].concat()
}

fn settings() -> Settings {
    Settings::new("127.0.0.1:0")
}

/// Messages have two seconds.
fn quick() -> Settings {
    settings().message_timeout(Duration::from_secs(2))
}

fn listen(settings: Settings) -> Receiver {
    settings.listen().expect("a free port")
}

fn connect(receiver: &Receiver) -> TcpStream {
    let stream = TcpStream::connect(receiver.address()).expect("it listens");
    stream.set_read_timeout(Some(SOON)).expect("a timeout");
    stream
}

/// A request, with more lines in its head.
fn request(head: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("POST / HTTP/1.1\r\nContent-Length: {length}\r\n{head}\r\n");
    [head.as_bytes(), body].concat()
}

/// Sends that, and reads the head of the answer.
fn ask(stream: &mut TcpStream, request: &[u8]) -> String {
    stream.write_all(request).expect("there is room");
    answer(stream)
}

fn answer(stream: &mut TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            ended => panic!("{ended:?} after {:?}", String::from_utf8_lossy(&head)),
        }
    }
    String::from_utf8(head).expect("text")
}

/// Asks on a connection of its own.
fn once(receiver: &Receiver, bytes: &[u8]) -> String {
    ask(&mut connect(receiver), bytes)
}

/// The other side ends the connection, with or without an answer.
fn is_ended(stream: &mut TcpStream) -> bool {
    stream.read_to_end(&mut Vec::new()).is_ok()
}

fn zipped(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).expect("memory");
    encoder.finish().expect("memory")
}

#[track_caller]
fn assert_next(receiver: &Receiver, count: usize) {
    for _ in 0..count {
        let event = receiver
            .recv_timeout(SOON)
            .expect("none is lost")
            .expect("it came");
        assert_eq!(
            (event.kind, event.session_id),
            (Kind::SessionDestroyed, Some(7.into()))
        );
    }
    assert_eq!(receiver.receiver().len(), 0);
}

/// Waits until that is counted, once.
#[track_caller]
fn assert_counted(receiver: &Receiver, counter: fn(&Counts) -> u64) {
    wait_until(SOON, "it is counted", || counter(&receiver.counts()) == 1);
}

#[test]
fn arrays_and_single_objects_are_taken_plain_and_compressed_over_one_connection() {
    let receiver = listen(settings());
    let mut stream = connect(&receiver);
    let many = format!("[{EVENT},\n{EVENT} ,{EVENT}]");
    for (body, count) in [(EVENT, 1), (&*many, 3), ("[]", 0)] {
        let plain = request("", body.as_bytes());
        assert!(ask(&mut stream, &plain).starts_with("HTTP/1.1 200 OK\r\n"));
        assert_next(&receiver, count);
        let small = request("Content-Encoding: gzip\r\n", &zipped(body.as_bytes()));
        assert!(ask(&mut stream, &small).starts_with("HTTP/1.1 200 OK\r\n"));
        assert_next(&receiver, count);
    }
    let asked = b"POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    assert!(ask(&mut stream, asked).starts_with("HTTP/1.1 100 Continue\r\n"));
    assert!(ask(&mut stream, b"[]").starts_with("HTTP/1.1 200 OK\r\n"));
    let counts = receiver.counts();
    assert_eq!((counts.messages, counts.events), (7, 8));
}

#[test]
fn a_websocket_is_taken_on_the_same_port_and_its_pings_are_answered() {
    let receiver = listen(settings().idle_timeout(Duration::from_secs(2)));
    let mut stream = connect(&receiver);
    assert!(ask(&mut stream, UPGRADE).contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    for _ in 0..2 {
        stream
            .write_all(&frame(0x81, EVENT))
            .expect("there is room");
        assert_next(&receiver, 1);
        let mut two = [0; 2];
        stream.write_all(&frame(0x89, "")).expect("there is room");
        stream.read_exact(&mut two).expect("an answer to the ping");
        assert_eq!(two, [0x8a, 0]);
        // It is asked whether it lives.
        stream.read_exact(&mut two).expect("a ping");
        assert_eq!(two, [0x89, 0]);
        stream.write_all(&frame(0x8a, "")).expect("there is room");
    }

    let receiver = listen(settings());
    let url = format!("ws://{}", receiver.address());
    let mut socket = WsClient::connect(&url).expect("a handshake");
    socket.send("{").expect("sent");
    assert_counted(&receiver, |counts| counts.malformed);
    socket.send(EVENT).expect("sent");
    assert_next(&receiver, 1);
}

#[test]
fn a_websocket_that_does_not_answer_is_closed() {
    let receiver = listen(settings().idle_timeout(Duration::from_millis(100)));
    let mut stream = connect(&receiver);
    assert!(ask(&mut stream, UPGRADE).starts_with("HTTP/1.1 101 "));
    let mut ping = [0; 2];
    stream.read_exact(&mut ping).expect("a ping");
    assert_eq!(ping, [0x89, 0]);
    assert!(is_ended(&mut stream));
}

#[test]
fn who_has_no_password_or_another_path_is_refused() {
    let receiver = listen(settings().basic_auth("janus", "hush").path("/events"));
    let authorized = |credentials: &str, path: &str| {
        let credentials = BASE64.encode(credentials.as_bytes());
        let head = format!("Authorization: Basic {credentials}\r\n");
        let request = request(&head, EVENT.as_bytes());
        let text = String::from_utf8(request).expect("text");
        once(
            &receiver,
            text.replacen(" / ", &format!(" {path} "), 1).as_bytes(),
        )
    };
    let refused = once(&receiver, &request("", EVENT.as_bytes()));
    assert!(refused.starts_with("HTTP/1.1 401 ") && refused.contains("WWW-Authenticate: Basic"));
    for wrong in ["janus:other", "janus:hus", "janus:hushh", "other:hush", ""] {
        assert!(
            authorized(wrong, "/events").starts_with("HTTP/1.1 401 "),
            "{wrong}"
        );
    }
    assert!(authorized("janus:hush", "/other").starts_with("HTTP/1.1 404 "));
    assert!(authorized("janus:hush", "/events").starts_with("HTTP/1.1 200 "));
    assert_next(&receiver, 1);
    // The other way in has the same door.
    let url = format!("ws://{}", receiver.address());
    assert!(WsClient::connect(&url).is_err());
    let shown = format!("{receiver:?}");
    assert!(
        !shown.contains("hush") && !shown.contains("/events"),
        "{shown}"
    );
    assert_eq!(receiver.counts().refused, 8);
}

#[test]
fn what_is_no_request_of_an_event_handler_is_refused() {
    let receiver = listen(settings());
    let long = format!("POST / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(20_000));
    let many = format!("POST / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(100));
    let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    let both = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n[]";
    for (request, status) in [
        ("GET / HTTP/1.1\r\n\r\n", "426"),
        ("PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", "405"),
        ("POST / HTTP/1.1\r\n\r\n", "411"),
        (chunked, "411"),
        (both, "411"),
        ("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "400"),
        ("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400"),
        (
            "POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Encoding: br\r\n\r\n[]",
            "415",
        ),
        ("\x16\x03\x01garbage\r\n\r\n", "400"),
        (&long, "431"),
        (&many, "400"),
    ] {
        let mut stream = connect(&receiver);
        let head = ask(&mut stream, request.as_bytes());
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request:.60}: {head}"
        );
    }
    assert_eq!(receiver.counts().refused, 11);
    assert_eq!(receiver.counts().events, 0);
}

#[test]
fn what_is_no_json_is_counted_and_the_connection_goes_on_elsewhere() {
    let receiver = listen(settings());
    let cut = format!("[{EVENT},{{");
    let corrupt = zipped(EVENT.as_bytes());
    let head = "Content-Encoding: gzip\r\n";
    let requests = [
        request("", b""),
        request("", b"garbage"),
        request("", b"\"\xff\""),
        request("", cut.as_bytes()),
        request(head, b"garbage, and no gzip at all"),
        request(head, &corrupt[..corrupt.len() / 2]),
        request(head, b""),
    ];
    for (at, request) in requests.iter().enumerate() {
        assert!(
            once(&receiver, request).starts_with("HTTP/1.1 400 "),
            "{at}"
        );
    }
    assert_eq!(receiver.counts().malformed, 7);
    // What came before the fault is there.
    assert_next(&receiver, 1);
}

#[test]
fn a_body_that_is_too_large_plain_or_unpacked_is_counted_and_answered() {
    let receiver = listen(settings().max_message(10_000));
    let large = format!("[{EVENT}{}]", " ".repeat(1 << 20));
    assert!(once(&receiver, &request("", large.as_bytes())).starts_with("HTTP/1.1 413 "));
    // A bomb: 64 MiB of spaces in 64 KiB.
    let bomb = zipped(&vec![b' '; 64 << 20]);
    assert!(bomb.len() < 70_000);
    let bomb = request("Content-Encoding: gzip\r\n", &bomb);
    assert!(once(&receiver, &bomb).starts_with("HTTP/1.1 413 "));
    // Nobody waits for the end of this one.
    let endless = b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n";
    assert!(once(&receiver, endless).starts_with("HTTP/1.1 413 "));
    assert_eq!(
        (receiver.counts().too_large, receiver.counts().events),
        (3, 0)
    );

    let url = format!("ws://{}", receiver.address());
    let mut socket = WsClient::connect(&url).expect("a handshake");
    socket.send(&large).expect("sent");
    socket.send(EVENT).expect("sent");
    assert_next(&receiver, 1);
    assert_eq!(receiver.counts().too_large, 4);
}

#[test]
fn who_sends_too_slowly_or_breaks_off_is_cut_and_counted() {
    let beginning = b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n[";
    for bytes in [&b""[..], b"POST /", beginning] {
        let receiver = listen(quick());
        let mut stream = connect(&receiver);
        stream.write_all(bytes).expect("there is room");
        assert!(is_ended(&mut stream));
        assert_counted(&receiver, |counts| counts.broken);
    }
    let receiver = listen(settings());
    let mut stream = connect(&receiver);
    stream.write_all(beginning).expect("there is room");
    stream.shutdown(Shutdown::Both).expect("it is open");
    assert_counted(&receiver, |counts| counts.broken);
    // Byte for byte does not help.
    let receiver = listen(quick());
    let mut stream = connect(&receiver);
    let began = Instant::now();
    while began.elapsed() < SOON && stream.write_all(b"P").is_ok() {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_counted(&receiver, |counts| counts.broken);
}

#[test]
fn a_websocket_that_is_too_slow_or_breaks_the_protocol_is_cut_and_counted() {
    // A message that does not come to its end.
    let receiver = listen(quick());
    let mut stream = connect(&receiver);
    assert!(ask(&mut stream, UPGRADE).starts_with("HTTP/1.1 101 "));
    stream.write_all(&frame(0x01, "[")).expect("there is room");
    assert!(is_ended(&mut stream));
    assert_counted(&receiver, |counts| counts.broken);
    // And one that breaks the protocol: its frames are not masked.
    let mut stream = connect(&receiver);
    assert!(ask(&mut stream, UPGRADE).starts_with("HTTP/1.1 101 "));
    stream
        .write_all(&[0x81, 0x02, b'[', b']'])
        .expect("there is room");
    assert!(is_ended(&mut stream));
    wait_until(SOON, "it is counted", || receiver.counts().broken == 2);
}

#[test]
fn a_websocket_that_is_always_within_a_message_is_not_too_slow() {
    let receiver = listen(settings().message_timeout(Duration::from_secs(5)));
    let mut stream = connect(&receiver);
    assert!(ask(&mut stream, UPGRADE).starts_with("HTTP/1.1 101 "));
    let message = frame(0x81, r#"{"type":1}"#);
    let (begin, end) = message.split_at(8);
    let began = Instant::now();
    let mut count = 0;
    stream.write_all(begin).expect("there is room");
    while began.elapsed() < Duration::from_secs(11) {
        std::thread::sleep(Duration::from_millis(100));
        let parts = [end, begin].concat();
        stream.write_all(&parts).expect("it is not cut");
        count += 1;
    }
    for _ in 0..count {
        receiver
            .recv_timeout(SOON)
            .expect("it is open")
            .expect("an event");
    }
    assert_eq!(receiver.counts().broken, 0);
}

#[test]
fn more_connections_than_allowed_are_closed_and_idle_ones_make_room() {
    let receiver = listen(
        settings()
            .max_connections(2)
            .idle_timeout(Duration::from_secs(3)),
    );
    let mut first = connect(&receiver);
    assert!(ask(&mut first, &request("", b"[]")).starts_with("HTTP/1.1 200 "));
    let mut second = connect(&receiver);
    assert!(ask(&mut second, &request("", b"[]")).starts_with("HTTP/1.1 200 "));
    let mut third = connect(&receiver);
    assert!(is_ended(&mut third));
    assert_counted(&receiver, |counts| counts.turned_away);
    assert!(is_ended(&mut first) && is_ended(&mut second));
    wait_until(SOON, "there is room", || {
        let mut stream = connect(&receiver);
        stream.write_all(&request("", EVENT.as_bytes())).is_ok()
            && stream.read(&mut [0]).is_ok_and(|read| read > 0)
    });
    assert_next(&receiver, 1);
}

#[test]
fn a_full_queue_drops_what_is_newer_counts_it_and_says_where() {
    let receiver = listen(settings().event_queue(3));
    let many = format!("[{}{EVENT}]", format!("{EVENT},").repeat(9));
    assert!(once(&receiver, &request("", many.as_bytes())).starts_with("HTTP/1.1 200 "));
    let counts = receiver.counts();
    assert_eq!((counts.events, counts.dropped), (10, 7));
    let mut events = receiver.iter();
    for _ in 0..3 {
        assert!(matches!(events.next(), Some(Ok(_))));
    }
    assert!(matches!(
        events.next(),
        Some(Err(Error::Lagged { lost: 7, .. }))
    ));
    assert_eq!(
        receiver.recv_timeout(Duration::from_millis(1)).ok(),
        Some(None)
    );
    // Bytes count as well, and an event that fits alone is taken.
    let receiver = listen(settings().event_queue_bytes(500));
    assert!(once(&receiver, &request("", many.as_bytes())).starts_with("HTTP/1.1 200 "));
    assert_eq!(receiver.counts().dropped, 8);
}

#[test]
fn dropping_it_ends_its_connections_and_its_channel() {
    let receiver = listen(settings());
    let mut idle = connect(&receiver);
    assert!(ask(&mut idle, &request("", EVENT.as_bytes())).starts_with("HTTP/1.1 200 "));
    let url = format!("ws://{}", receiver.address());
    let mut socket = WsClient::connect(&url).expect("a handshake");
    socket.send(EVENT).expect("sent");
    let channel = receiver.receiver().clone();
    for _ in 0..2 {
        select! {
            recv(channel) -> raw => {
                let event = raw.map(Event::decode).expect("it is there").expect("none is lost");
                assert_eq!(event.kind, Kind::SessionDestroyed);
            }
            default(SOON) => panic!("nothing came"),
        }
    }
    let address = receiver.address();
    drop(receiver);
    assert!(is_ended(&mut idle) && socket.recv(SOON).is_err());
    assert!(TcpStream::connect(address).is_err());
    assert_eq!(
        channel.recv_timeout(SOON).err(),
        Some(RecvTimeoutError::Disconnected)
    );
}

#[test]
fn settings_that_cannot_be_used_are_refused_by_name() {
    for (settings, field) in [
        (settings().event_queue(0), "event_queue"),
        (settings().event_queue_bytes(0), "event_queue_bytes"),
        (settings().max_message(1023), "max_message"),
        (settings().max_connections(0), "max_connections"),
        (
            settings().message_timeout(Duration::ZERO),
            "message_timeout",
        ),
        (settings().idle_timeout(Duration::MAX), "idle_timeout"),
        (settings().path("events"), "path"),
    ] {
        match settings.listen() {
            Err(Error::Config { field: found, .. }) => assert_eq!(found, field),
            other => panic!("{field}: {other:?}"),
        }
    }
    let taken = listen(settings());
    for address in [
        &*taken.address().to_string(),
        "nowhere",
        "host.invalid:1",
        "",
    ] {
        let result = Settings::new(address).listen();
        assert!(matches!(result, Err(Error::Connect { .. })), "{result:?}");
    }
}
