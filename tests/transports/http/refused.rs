//! Connecting to what is no Janus, or not there: what is said, and that it is said in time.

use std::{
    error::Error as _,
    io::{self, Write},
    thread,
    time::{Duration, Instant},
};

use common::{
    Authority, Janus, Version, free_tcp_port,
    http_server::{always, ok, start, tcp, with_status},
    program::again,
};
use janus_blocking::{Config, Error};

/// For servers that say nothing; the others answer long before.
const TIMEOUT: Duration = Duration::from_millis(300);
/// What a busy machine may add.
const SLACK: Duration = Duration::from_secs(5);

const NO_HTTP: &str = "the server does not speak HTTP; check scheme, host and port (8088)";
const CLOSED: &str = "it closed the connection instead of answering, as a port for https:// \
                      does; check scheme, host and port (8088), and that `acl` in \
                      janus.transport.http.jcfg admits this program";
const NO_JANUS: &str = "a web server answered, but it is not Janus; check host, port (8088) and \
                        path (/janus, unless `base_path` in janus.transport.http.jcfg says \
                        otherwise)";

/// Asserts why there is no connection, and returns the cause's kind.
#[track_caller]
fn assert_refused(url: &str, problem: &str) -> Option<io::ErrorKind> {
    let begun = Instant::now();
    let error = Config::new(url)
        .connect_timeout(TIMEOUT)
        .open()
        .expect_err(url);
    let took = begun.elapsed();
    assert!(took < TIMEOUT + SLACK, "{took:?}: {error}");
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    let shown = url.rsplit_once("/other").map_or(url, |(shown, _)| shown);
    assert_eq!(
        error.to_string(),
        format!("cannot connect to `{shown}`: {problem}")
    );
    let source = error.source()?.downcast_ref::<io::Error>();
    Some(source.expect("an io::Error").kind())
}

#[test]
fn a_port_where_nothing_listens() {
    let url = format!("http://127.0.0.1:{}", free_tcp_port());
    let problem = "nothing is listening on this port of this host; check the port, that Janus \
                   is running, and that this transport is enabled and bound to this address";
    let kind = assert_refused(&url, problem);
    assert_eq!(kind, Some(io::ErrorKind::ConnectionRefused));
}

#[test]
fn a_server_that_says_nothing() {
    // Kept open.
    let url = tcp(|stream| drop(thread::spawn(move || (thread::park(), stream))));
    let problem = "it did not answer the HTTP request in time; check host, port and path, and \
                   whether Janus hangs";
    let kind = assert_refused(&url, problem);
    assert_eq!(kind, Some(io::ErrorKind::TimedOut));
}

#[test]
fn servers_that_speak_no_http() {
    let url = always("SSH-2.0-OpenSSH_9.2\r\n");
    assert_eq!(
        assert_refused(&url, NO_HTTP),
        Some(io::ErrorKind::InvalidData)
    );
    // A fatal alert of TLS.
    let url = always(*b"\x15\x03\x01\x00\x02\x02\x46");
    assert_refused(&url, "it speaks TLS; use https://");
    let url = start(|_, _| false);
    assert_refused(&url, CLOSED);
}

#[test]
fn web_servers_that_are_no_janus() {
    for body in ["<html>It works!</html>", "", "{}", r#"{"janus":"event"}"#] {
        assert_refused(&always(ok(body)), NO_JANUS);
    }
}

/// What is said of each status.
const STATUSES: [(&str, &str); 15] = [
    (
        "204 No Content",
        "a web server answered, but not as Janus does (HTTP 204 No Content); check scheme, \
         host, port (8088) and path",
    ),
    (
        "302 Found",
        "the server redirects without saying where to (HTTP 302 Found); \
         check host, port and path",
    ),
    (
        "400 Bad Request",
        "a web server answered, but not as Janus does (HTTP 400 Bad Request); check scheme, \
         host, port (8088) and path",
    ),
    (
        "401 Unauthorized",
        "a proxy asks for a login (HTTP 401 Unauthorized), which this crate cannot send; let \
         the proxy admit this program without one",
    ),
    (
        "403 Forbidden",
        "the server denies access (HTTP 403 Forbidden); if this is a WebSocket port, use ws://, \
         else check `enforce_cors` in janus.transport.http.jcfg and the access rules of any \
         proxy",
    ),
    (
        "404 Not Found",
        "Janus is not at the path `/janus` (HTTP 404 Not Found); check `base_path` in \
         janus.transport.http.jcfg (/janus by default), that the port (8088) is not one of \
         Janus's Admin API, and any proxy in front of Janus",
    ),
    (
        "405 Method Not Allowed",
        "Janus is not at the path `/janus` (HTTP 405 Method Not Allowed); check `base_path` in \
         janus.transport.http.jcfg (/janus by default), that the port (8088) is not one of \
         Janus's Admin API, and any proxy in front of Janus",
    ),
    (
        "407 Proxy Authentication Required",
        "a proxy asks for a login (HTTP 407 Proxy Authentication Required), which this crate \
         cannot send; let the proxy admit this program without one",
    ),
    (
        "426 Upgrade Required",
        "the server expects a WebSocket (HTTP 426 Upgrade Required); use ws://",
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
        "501 Not Implemented",
        "a web server answered, but not as Janus does (HTTP 501 Not Implemented); check scheme, \
         host, port (8088) and path",
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
fn web_servers_with_another_status() {
    for (status, problem) in STATUSES {
        assert_refused(&always(with_status(status, "<html></html>")), problem);
    }
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = always(ok(r#"{"janus":"pong"}"#));
    let status = format!("301 Moved Permanently\r\nLocation: {elsewhere}/janus?secret");
    let problem = format!(
        "the server redirects to `{elsewhere}/janus?***` (HTTP 301 Moved Permanently), and \
         redirects are not followed: use that address"
    );
    assert_refused(&always(with_status(&status, "")), &problem);
}

#[test]
fn proxies_of_the_environment_are_not_used() {
    // Nobody reads this variable, so that a server that is there is reached.
    let url = start(|asked, stream| stream.write_all(&asked.answer()).is_ok());
    let child = again(module_path!(), "with_a_proxy")
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("http_proxy", "http://127.0.0.1:1")
        .env("ALL_PROXY", "http://127.0.0.1:1")
        .env("HTTP_TEST_URL", url)
        .output();
    let output = child.expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}

/// Run by the test above, with an environment of its own.
#[test]
fn with_a_proxy() {
    if let Ok(url) = std::env::var("HTTP_TEST_URL") {
        Config::new(url).open().expect("no proxy is asked");
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn other_paths_and_ports_of_a_janus() {
    for version in Version::ALL {
        let janus = Janus::builder().version(version).http().start();
        let url = janus.http_url().replace("/janus", "/other");
        let problem = "Janus is not at the path `/other` (HTTP 404 Not Found); check \
                       `base_path` in janus.transport.http.jcfg (/janus by default), that the \
                       port (8088) is not one of Janus's Admin API, and any proxy in front of \
                       Janus";
        assert_refused(&url, problem);
        let problem = "the server denies access (HTTP 403 Forbidden); if this is a WebSocket \
                       port, use ws://, else check `enforce_cors` in janus.transport.http.jcfg \
                       and the access rules of any proxy";
        assert_refused(&format!("http://127.0.0.1:{}", janus.port()), problem);
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_port_for_https_by_http() {
    let issued = Authority::new("house CA").issue(&["localhost"]);
    for version in Version::ALL {
        let janus = Janus::builder()
            .version(version)
            .http()
            .tls(&issued)
            .start();
        for url in [janus.https_url(), janus.wss_url()] {
            let url = url
                .replace("https://", "http://")
                .replace("wss://", "http://");
            let url = url.trim_end_matches("/janus");
            assert_refused(url, CLOSED);
        }
    }
}
