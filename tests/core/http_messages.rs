//! How the proxy of the tests cuts HTTP messages out of what passes.

use common::http_messages::{Start, start};

#[test]
fn messages_are_whole_with_their_last_byte() {
    for (bytes, payload) in [
        (
            "GET /janus/1?maxev=100 HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /janus/1?maxev=100 HTTP/1.1",
        ),
        ("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", "{}"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]", "[]"),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n1\r\n]\r\n0\r\n\r\n",
            "[]",
        ),
        (
            "HTTP/1.1 403 Forbidden\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nno",
            "no",
        ),
        ("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue"),
    ] {
        let whole = bytes.as_bytes();
        for end in 0..whole.len() {
            assert_eq!(
                start(&whole[..end]),
                Start::Incomplete,
                "{bytes:?} to {end}"
            );
        }
        let message = Start::Message(whole.len(), payload.into());
        assert_eq!(start(whole), message);
        assert_eq!(start(&[whole, b"HTTP/1.1"].concat()), message);
    }
}

#[test]
fn what_is_not_followed_by_another_message_is_told() {
    let switched = b"HTTP/1.1 101 Switching\r\nUpgrade: WebSocket\r\n\r\n";
    assert_eq!(start(switched), Start::Upgrade(switched.len()));
    let endless = b"HTTP/1.1 200 OK\r\n\r\nmore";
    assert_eq!(start(endless), Start::Endless(endless.len() - 4));
}
