//! Tests of `address`.

use super::*;

fn url(text: &str) -> Url {
    match Address::parse(text, WhichApi::Janus).expect(text) {
        Address::WebSocket(url) | Address::Http(url) => url,
        Address::Unix { .. } => panic!("{text} names a host"),
    }
}

#[test]
fn addresses_are_read() {
    for (text, shown, uri) in [
        (
            "ws://127.0.0.1:8188",
            "ws://127.0.0.1:8188",
            "ws://127.0.0.1:8188/",
        ),
        (
            "ws://janus.example",
            "ws://janus.example:8188",
            "ws://janus.example:8188/",
        ),
        (
            "wss://janus.example/x/",
            "wss://janus.example:8989",
            "wss://janus.example:8989/x/",
        ),
        (
            "ws://[::1]:9000/janus",
            "ws://[::1]:9000",
            "ws://[::1]:9000/janus",
        ),
        ("ws://host?x=y", "ws://host:8188", "ws://host:8188/?x=y"),
        ("ws://host#part", "ws://host:8188", "ws://host:8188/"),
        (
            "http://janus.example/janus?x=y",
            "http://janus.example:8088",
            "http://janus.example:8088/janus?x=y",
        ),
        (
            "https://janus.example/janus",
            "https://janus.example:8089",
            "https://janus.example:8089/janus",
        ),
        // By the letter of RFC 3986 a scheme may have capitals.
        ("WSS://Host:1/Path", "wss://Host:1", "wss://Host:1/Path"),
        ("HtTp://host", "http://host:8088", "http://host:8088/"),
    ] {
        let url = url(text);
        assert_eq!(url.shown(), shown);
        let query = url.query.as_ref().map(|query| format!("?{query}"));
        assert_eq!(format!("{}{}", url.uri, query.unwrap_or_default()), uri);
        assert_eq!(url.uri.query(), None);
        let scheme = shown.split(':').next().expect("a scheme");
        assert_eq!(url.tls, ["wss", "https"].contains(&scheme));
        let authority = text.split('/').nth(2).expect("an authority");
        let names_one = authority
            .rsplit(']')
            .next()
            .is_some_and(|it| it.contains(':'));
        assert_eq!(url.is_port_assumed, !names_one, "{text}");
    }
}

#[test]
fn a_port_that_was_assumed_is_said() {
    for (scheme, port, proxy) in [
        ("ws", 8188, 80),
        ("wss", 8989, 443),
        ("http", 8088, 80),
        ("https", 8089, 443),
    ] {
        let bare = url(&format!("{scheme}://janus.example/path"));
        assert_eq!((bare.port, bare.usual_port()), (port, port));
        assert_eq!(
            bare.note(),
            format!(
                "; the address has no port, so {port} was assumed (proxies usually listen on \
                 {proxy})"
            )
        );
        let whole = url(&format!("{scheme}://janus.example:{port}/path"));
        assert_eq!((whole.note(), whole.usual_port()), (String::new(), port));
    }
}

#[test]
fn an_interface_is_for_the_system_alone() {
    for text in ["ws://[fe80::1%25eth0]:8188", "ws://[fe80::1%eth0]"] {
        let url = url(text);
        assert_eq!(url.shown(), "ws://[fe80::1%25eth0]:8188");
        assert_eq!(url.host_to_dial(), "fe80::1%eth0");
        // What goes out, as `Host` and in certificates.
        assert_eq!((&*url.host, url.uri.host()), ("fe80::1", Some("[fe80::1]")));
    }
    // The interface with this number.
    assert_eq!(url("ws://[fe80::1%252]").host_to_dial(), "fe80::1%2");
    assert_eq!(url("ws://[::1]").host_to_dial(), "::1");
}

#[test]
fn socket_files_are_read() {
    for (text, path, datagrams) in [
        ("unix:///run/j.sock", "/run/j.sock", false),
        ("unixdgram:///run/j.sock", "/run/j.sock", true),
        ("UNIX:///run/a b@c?d", "/run/a b@c?d", false),
    ] {
        let path = path.into();
        let expected = Address::Unix { path, datagrams };
        assert_eq!(Address::parse(text, WhichApi::Janus).expect(text), expected);
    }
}
