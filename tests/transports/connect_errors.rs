//! Connecting to what is no Janus, or not there: what is said, and that it is said in time.

use std::{
    error::Error as _,
    fs::File,
    io::{self, Read, Write},
    net::{SocketAddrV6, TcpListener, TcpStream, UdpSocket},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use common::{
    Janus, TempDir, free_tcp_port,
    program::{executable, test_name},
    scripted::{self, Scripted},
};
use janus_blocking::{Config, Connection, Error};
use serde_json::json;

/// For servers that say nothing; the others answer long before.
const TIMEOUT: Duration = Duration::from_secs(1);
/// What a busy machine may add.
const SLACK: Duration = Duration::from_secs(5);

/// The error of connecting there, which has to come in time.
#[track_caller]
fn refused(url: &str) -> Error {
    let begun = Instant::now();
    let error = Config::new(url)
        .connect_timeout(TIMEOUT)
        .open()
        .expect_err(url);
    let took = begun.elapsed();
    assert!(took < TIMEOUT + SLACK, "{took:?}: {error}");
    assert!(!error.is_closed() && !error.is_timeout() && error.code().is_none());
    assert!(error.request().is_none(), "{error:?}");
    error
}

/// Asserts the text of a `Connect`, and returns what its cause is.
#[track_caller]
fn assert_connect(error: &Error, url: &str, problem: &str) -> Option<io::ErrorKind> {
    assert_eq!(
        error.to_string(),
        format!("cannot connect to `{url}`: {problem}")
    );
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    let source = error
        .source()
        .map(|source| source.downcast_ref::<io::Error>());
    source.map(|source| source.expect("an io::Error").kind())
}

/// A TCP server that does this with each connection.
fn tcp(serve: impl Fn(TcpStream) + Send + 'static) -> String {
    scripted::tcp("ws", serve)
}

const NOBODY: &str = "nothing is listening on this port of this host; check the port, that \
                      Janus is running, and that this transport is enabled and bound to this \
                      address";
const NO_WEBSOCKET: &str = "it is not a Janus WebSocket endpoint: it does not speak WebSocket; \
                            check host and port (8188)";
const CLOSED: &str = "it closed the connection in the WebSocket handshake, as Janus's Admin API \
                      port and a port for wss:// do; check scheme, host and port (8188)";
/// What such a link may end with.
const ENDS: [io::ErrorKind; 3] = [
    io::ErrorKind::UnexpectedEof,
    io::ErrorKind::ConnectionReset,
    io::ErrorKind::BrokenPipe,
];
const NO_INFO: &str = "it accepted the connection but did not answer `info`; check that this is \
                       a port or socket of the Janus API, and that `ws_acl` (WebSockets) admits \
                       this program";
const NO_HANDSHAKE: &str =
    "it did not answer the WebSocket handshake in time; is it a Janus WebSocket port?";

#[test]
fn a_port_where_nothing_listens() {
    let url = format!("ws://127.0.0.1:{}", free_tcp_port());
    let kind = assert_connect(&refused(&url), &url, NOBODY);
    assert_eq!(kind, Some(io::ErrorKind::ConnectionRefused));
}

#[test]
fn a_name_that_no_server_has() {
    // `.invalid` is nobody's, by RFC 2606.
    let error = Config::new("ws://janus.invalid:8188")
        .open()
        .expect_err("no such name");
    let problem = "the name `janus.invalid` could not be resolved; check it, and this machine's \
                   DNS settings";
    let kind = assert_connect(&error, "ws://janus.invalid:8188", problem);
    assert!(kind.is_some(), "{error:?}");
    // The system's own words are the cause, not the text.
    let cause = error.source().expect("a cause").to_string();
    assert!(!error.to_string().contains(&cause), "{error}: {cause}");
}

/// In a network of its own, whose name server says nothing.
#[test]
fn a_resolver_that_hangs_leaves_time_for_the_fallback_address() {
    const INSIDE: &str = "JB_HANGING_RESOLVER";
    if std::env::var_os(INSIDE).is_some() {
        let _name_server = UdpSocket::bind("127.0.0.1:53").expect("nobody else is here");
        let server = Scripted::usual();
        let config = Config::new("ws://janus.example:8188").fallback_url(server.url());
        let config = config.connect_timeout(Duration::from_secs(3));
        config.open().expect("the second one answers");
        println!("it was reached");
        return;
    }
    let folder = TempDir::new("resolver");
    let settings = folder.write("resolv.conf", "nameserver 127.0.0.1\noptions timeout:30\n");
    let script = "ip link set lo up && mount --bind \"$0\" /etc/resolv.conf && \
                  exec \"$1\" --exact \"$2\" --nocapture";
    let mut apart = Command::new("unshare");
    apart
        .args(["--map-root-user", "--mount", "--net", "sh", "-c", script])
        .arg(settings)
        .arg(executable())
        .arg(test_name(
            module_path!(),
            "a_resolver_that_hangs_leaves_time_for_the_fallback_address",
        ));
    match apart.env(INSIDE, "").output() {
        Ok(output) if String::from_utf8_lossy(&output.stdout).contains("running 1 test") => {
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(text.contains("it was reached"), "{text}");
        }
        // It takes Linux and the right to make networks.
        other => println!("not tested: {other:?}"),
    }
}

#[test]
fn an_address_with_an_interface_leads_there() {
    // Address, number of the interface, length of the prefix, scope, flags, name.
    let table = std::fs::read_to_string("/proc/net/if_inet6").unwrap_or_default();
    let mut lines = table.lines().map(|line| line.split_whitespace().collect());
    let Some(local) = lines.find(|fields: &Vec<_>| fields.get(3) == Some(&"20")) else {
        return println!("not tested: no interface has a link-local address");
    };
    let address = u128::from_str_radix(local[0], 16)
        .expect("an address")
        .into();
    let number = u32::from_str_radix(local[1], 16).expect("a number");
    let listener = TcpListener::bind(SocketAddrV6::new(address, 0, 0, number));
    let listener = listener.expect("an address of this machine");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || listener.incoming().flatten().for_each(drop));
    for percent in ["%25", "%"] {
        let url = format!("ws://[{address}{percent}{}]:{port}", local[5]);
        let error = Config::new(&url).open().expect_err("it closes the link");
        let shown = url.replace(percent, "%25");
        assert_connect(&error, &shown, CLOSED);
    }
}

#[test]
fn an_interface_that_this_machine_does_not_have() {
    let url = "ws://[fe80::1%25nosuch]:8188";
    let error = Config::new(url).open().expect_err("no such interface");
    let problem = "this machine has no network interface `nosuch`";
    assert!(assert_connect(&error, url, problem).is_some(), "{error:?}");
}

/// In a program of its own, as the other tests need files.
#[test]
fn a_program_that_has_too_many_files_open() {
    const INSIDE: &str = "JB_NO_FILES_LEFT";
    if std::env::var_os(INSIDE).is_none() {
        let test = test_name(module_path!(), "a_program_that_has_too_many_files_open");
        let program = executable();
        let mut limited = Command::new("sh");
        limited.args(["-c", "ulimit -n 32 && exec \"$0\" --exact \"$1\""]);
        let output = limited.arg(program).arg(test).env(INSIDE, "").output();
        let output = output.expect("a shell");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.contains("1 passed"),
            "{text}"
        );
        return;
    }
    let mut files = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        files.push(file);
    }
    let problem = "this program has reached its limit of open files and sockets (`ulimit -n`); \
                   close some, or raise the limit";
    for url in [
        "ws://127.0.0.1:1",
        "unix:///nowhere",
        "unixdgram:///nowhere",
        "http://127.0.0.1:1",
    ] {
        let error = Config::new(url).open().expect_err("no file is left");
        assert!(assert_connect(&error, url, problem).is_some(), "{error:?}");
    }
}

#[test]
fn a_host_that_does_not_answer() {
    // A port whose queue of connections is full, so that nobody answers a SYN.
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let limit = Duration::from_millis(50);
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, limit) {
        waiting.push(stream);
        assert!(waiting.len() < 10_000, "the queue is never full");
    }
    let url = format!("ws://{address}");
    let problem = "the host did not answer in time; it may be down, or a firewall may drop the \
                   packets: check host and port";
    let kind = assert_connect(&refused(&url), &url, problem);
    assert_eq!(kind, Some(io::ErrorKind::TimedOut));
}

#[test]
fn a_server_that_accepts_and_says_nothing() {
    let url = tcp(|stream| {
        // The stream is kept open.
        thread::spawn(move || (&stream).read_to_end(&mut Vec::new()));
    });
    let kind = assert_connect(&refused(&url), &url, NO_HANDSHAKE);
    assert_eq!(kind, Some(io::ErrorKind::TimedOut));
}

#[test]
fn a_server_that_says_little_and_slowly() {
    let url = tcp(|mut stream| {
        thread::spawn(move || {
            let head = b"HTTP/1.1 101 Switching Protocols\r\nX: "
                .iter()
                .chain([&b'x'; 1000]);
            for byte in head {
                thread::sleep(Duration::from_millis(20));
                if stream.write_all(&[*byte]).is_err() {
                    return;
                }
            }
        });
    });
    let kind = assert_connect(&refused(&url), &url, NO_HANDSHAKE);
    assert_eq!(kind, Some(io::ErrorKind::TimedOut));
}

#[test]
fn a_server_that_closes_at_once() {
    let url = tcp(drop);
    let error = refused(&url);
    // Whether the end comes before or after the handshake was sent, is chance.
    let kind = assert_connect(&error, &url, CLOSED).expect("a cause");
    assert!(ENDS.contains(&kind), "{kind:?}");
}

/// Reads the head of a request and answers with this.
fn http(answer: impl Into<String>) -> String {
    let answer = answer.into();
    tcp(move |mut stream| {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
            head.push(byte[0]);
        }
        // The client may have gone.
        let _ = stream.write_all(answer.as_bytes());
    })
}

/// What is said of each status.
const STATUSES: [(&str, &str); 15] = [
    (
        "200 OK",
        "a web server answered with a page instead of a WebSocket (HTTP 200 OK); \
         check host, port (8188) and path",
    ),
    (
        "302 Found",
        "the server redirects without saying where to (HTTP 302 Found); check host, port and path",
    ),
    (
        "400 Bad Request",
        "the server rejected the WebSocket handshake (HTTP 400 Bad Request); check scheme and \
         port; a proxy has to pass on the headers `Upgrade` and `Connection`",
    ),
    (
        "401 Unauthorized",
        "a proxy asks for a login (HTTP 401 Unauthorized), which this crate cannot send; let \
         the proxy admit this program without one",
    ),
    (
        "403 Forbidden",
        "the server denies access (HTTP 403 Forbidden); check the access rules of any proxy in \
         front of Janus",
    ),
    (
        "404 Not Found",
        "there is no WebSocket at this path (HTTP 404 Not Found); check the path, and that the \
         port is one for WebSockets (8188)",
    ),
    (
        "405 Method Not Allowed",
        "there is no WebSocket at this path (HTTP 405 Method Not Allowed); check the path, and \
         that the port is one for WebSockets (8188)",
    ),
    (
        "407 Proxy Authentication Required",
        "a proxy asks for a login (HTTP 407 Proxy Authentication Required), which this crate \
         cannot send; let the proxy admit this program without one",
    ),
    (
        "418",
        "a web server answered, but not as Janus does (HTTP 418 I'm a teapot); check scheme, \
         host, port (8188) and path",
    ),
    (
        "426 Upgrade Required",
        "the server asks for another protocol (HTTP 426 Upgrade Required); check scheme, host, \
         port (8188) and path",
    ),
    (
        "429 Too Many Requests",
        "the server has received too many requests (HTTP 429 Too Many Requests); try again later",
    ),
    (
        "500 Internal Server Error",
        "the server failed (HTTP 500 Internal Server Error); its log says why",
    ),
    (
        "502 Bad Gateway",
        "a proxy got no answer from Janus (HTTP 502 Bad Gateway); check that Janus runs, and \
         the address that the proxy uses for it",
    ),
    (
        "503 Service Unavailable",
        "a proxy got no answer from Janus, or is overloaded (HTTP 503 Service Unavailable); \
         check that Janus runs, and the address that the proxy uses for it",
    ),
    (
        "504 Gateway Timeout",
        "a proxy got no answer from Janus in time (HTTP 504 Gateway Timeout); check that Janus \
         runs, and the address that the proxy uses for it",
    ),
];

#[test]
fn a_plain_web_server() {
    for (status, problem) in STATUSES {
        let length = "Content-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello";
        let url = http(format!("HTTP/1.1 {status}\r\n{length}"));
        assert_eq!(assert_connect(&refused(&url), &url, problem), None);
    }
}

#[test]
fn a_server_that_redirects() {
    let long = format!("/{}", "x".repeat(5000));
    for (location, shown) in [
        ("https://janus.example/ws", "wss://janus.example/ws"),
        ("http://janus.example:8080", "ws://janus.example:8080"),
        (
            "wss://me:hush@janus.example?hush",
            "wss://***@janus.example?***",
        ),
        ("/elsewhere", "/elsewhere"),
        (&long, &format!("{}..", &long[..200])),
    ] {
        let url = http(format!(
            "HTTP/1.1 301 Moved Permanently\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
        ));
        let problem = format!(
            "the server redirects to `{shown}` (HTTP 301 Moved Permanently), and redirects are \
             not followed: use that address"
        );
        assert_eq!(assert_connect(&refused(&url), &url, &problem), None);
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_http_port_of_a_janus() {
    let server = Janus::builder().http().start();
    let problem = "there is no WebSocket at this path (HTTP 404 Not Found); check the path, and \
                   that the port is one for WebSockets (8188)";
    let url = server.http_url().replace("http://", "ws://");
    let (shown, _) = url.rsplit_once('/').expect("its path");
    for url in [shown, &url] {
        assert_eq!(assert_connect(&refused(url), shown, problem), None);
    }
    // The Admin API says who it is to whoever asks.
    let url = server.admin_http_url().replace("http://", "ws://");
    let (shown, _) = url.rsplit_once('/').expect("its path");
    let problem = "a web server answered with a page instead of a WebSocket (HTTP 200 OK); \
                   check host, port (8188) and path";
    assert_eq!(assert_connect(&refused(&url), shown, problem), None);
}

#[test]
fn a_server_of_something_else() {
    for greeting in [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "220 mail.example ESMTP\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
    ] {
        let url = http(greeting);
        let kind = assert_connect(&refused(&url), &url, NO_WEBSOCKET);
        assert_eq!(kind, Some(io::ErrorKind::InvalidData), "{greeting}");
    }
}

#[test]
fn a_web_socket_of_another_protocol() {
    let switch =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    // The answer to the key would have to be computed; without it the check fails first.
    let url = http(format!("{switch}Sec-WebSocket-Accept: wrong\r\n\r\n"));
    let kind = assert_connect(&refused(&url), &url, NO_WEBSOCKET);
    assert_eq!(kind, Some(io::ErrorKind::InvalidData));
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_admin_port_of_a_janus_refuses_the_subprotocol() {
    let server = Janus::start();
    let url = server.admin_url();
    let error = refused(&url);
    let kind = assert_connect(&error, &url, CLOSED).expect("a cause");
    assert!(ENDS.contains(&kind), "{kind:?}");
    Connection::open(&server.url()).expect("the other port is right");
}

#[test]
fn an_address_may_have_capitals_and_a_query_without_a_path() {
    let server = Scripted::usual();
    let address = server.url();
    let address = address.strip_prefix("ws").expect("its scheme");
    for url in [format!("WS{address}"), format!("ws{address}?key=value")] {
        Connection::open(&url).expect("it is the server's address");
    }
}

#[test]
fn a_web_socket_server_that_never_answers_info() {
    let server = Scripted::start(|_, _| {});
    let error = refused(&server.url());
    assert_connect(&error, &server.url(), NO_INFO);
    assert_cause(&error, "`info` was not answered within ");
}

/// The crate's own error behind the io::Error that is the source.
#[track_caller]
fn assert_cause(error: &Error, start: &str) {
    let source = error.source().expect("a cause");
    assert!(source.to_string().starts_with(start), "{source}");
    let source = source.downcast_ref::<io::Error>().expect("an io::Error");
    let inner = source
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>());
    assert!(inner.is_some(), "{source:?}");
}

#[test]
fn a_web_socket_server_that_answers_garbage() {
    let garbage = [
        "hello",
        "",
        "{}",
        "[1,2]",
        "{\"janus\":\"server_info\"}",
        "\u{0}",
    ];
    let server = Scripted::start(move |_, out| garbage.iter().for_each(|it| out.text(it)));
    assert_connect(&refused(&server.url()), &server.url(), NO_INFO);
}

#[test]
fn a_web_socket_server_whose_answer_is_of_the_wrong_kind() {
    let cases = [
        (
            json!({"janus": "success"}),
            "`info` expected `server_info` or `pong` and got {",
        ),
        (
            json!({"janus": "ack"}),
            "`info` expected `server_info` or `pong` and got {",
        ),
        (
            json!({"janus": "error", "error": {"code": 453, "reason": "Unknown request"}}),
            "`info` was refused by Janus: 453 Unknown request",
        ),
    ];
    for (answer, start) in cases {
        let server = Scripted::start(move |request, out| out.answer(request, answer.clone()));
        let error = refused(&server.url());
        assert_connect(&error, &server.url(), NO_INFO);
        assert_cause(&error, start);
    }
}

#[test]
fn a_web_socket_server_that_closes_instead_of_answering_info() {
    let polite = Scripted::start(|_, out| out.frame(0x88, &1008_u16.to_be_bytes()));
    let broken = Scripted::start(|_, out| out.frame(0xf1, b"an extension that was not asked for"));
    for server in [polite, broken] {
        let error = refused(&server.url());
        assert_connect(&error, &server.url(), NO_INFO);
        assert_cause(&error, "the connection to `ws://127.0.0.1:");
    }
}

#[test]
fn a_server_that_leaves_behind_its_first_answer_is_no_connection() {
    let server = Scripted::start(|request, out| {
        out.usual(request);
        // In one write, so that both are there when the answer is read.
        out.frame(0x88, &1000_u16.to_be_bytes());
    });
    let error = refused(&server.url());
    let problem = "it answered `info`, then closed the connection; see the log of Janus";
    let kind = assert_connect(&error, &server.url(), problem);
    assert_eq!(kind, Some(io::ErrorKind::Other));
}
