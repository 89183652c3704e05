//! Web servers, by the status that they answer with.

use common::Janus;

use super::{assert_connect, http, refused};

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
