//! HTTP requests, as they go out. Pure.

use std::fmt::Write;

use crate::{SessionId, transport::address::Url};

use super::server::Credentials;

/// Where Janus answers when the address has no path: its own default for `base_path`.
const BASE: &str = "/janus";

/// How many events one long poll may bring. Janus puts no limit of its own.
const MAX_EVENTS: usize = 100;

/// What does not change from one request to the next.
pub(super) struct Target {
    /// Without a slash at its end; empty for the root.
    path: String,
    /// As it was given, without the question mark.
    query: Option<String>,
    /// The `Host` line.
    host: String,
}

impl Target {
    pub(super) fn new(url: &Url) -> Self {
        let path = if url.has_path {
            url.uri.path().trim_end_matches('/')
        } else {
            BASE
        };
        let (host, port) = (&url.host, url.port);
        Self {
            path: path.to_owned(),
            query: url.uri.query().map(str::to_owned),
            host: match host.contains(':') {
                true => format!("[{host}]:{port}"),
                false => format!("{host}:{port}"),
            },
        }
    }

    /// One message of Janus's. All go to the base path: the ids are in the message.
    pub(super) fn post(&self, text: &str) -> Vec<u8> {
        let Self { path, host, .. } = self;
        let query = self
            .query
            .as_deref()
            .map_or_else(String::new, |query| format!("?{query}"));
        let root = if path.is_empty() { "/" } else { "" };
        let length = text.len();
        let mut request = format!(
            "POST {path}{root}{query} HTTP/1.1\r\nHost: {host}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        request.push_str(text);
        request.into_bytes()
    }

    /// The long poll of a session.
    pub(super) fn poll(&self, session: SessionId, credentials: &Credentials) -> Vec<u8> {
        let Self { path, host, .. } = self;
        let mut request = format!("GET {path}/{session}?maxev={MAX_EVENTS}");
        if let Some(query) = &self.query {
            let _ = write!(request, "&{query}");
        }
        for (key, value) in [
            ("apisecret", &credentials.api_secret),
            ("token", &credentials.token),
        ] {
            if let Some(value) = value {
                let _ = write!(request, "&{key}=");
                escape(value, &mut request);
            }
        }
        let _ = write!(request, " HTTP/1.1\r\nHost: {host}\r\n\r\n");
        request.into_bytes()
    }
}

/// Percent-encodes everything that may mean something in a query.
fn escape(value: &str, out: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::address::Address;

    fn target(url: &str) -> Target {
        match Address::parse(url) {
            Ok(Address::Http(url)) => Target::new(&url),
            other => panic!("{url}: {other:?}"),
        }
    }

    fn line(request: &[u8]) -> &str {
        let text = std::str::from_utf8(request).expect("text");
        text.split("\r\n").next().unwrap_or_default()
    }

    #[test]
    fn the_path_is_janus_unless_the_address_has_one() {
        for (url, expected) in [
            ("http://host", "POST /janus HTTP/1.1"),
            ("http://host?b=c", "POST /janus?b=c HTTP/1.1"),
            ("http://host:80/", "POST / HTTP/1.1"),
            ("http://host/?b=c", "POST /?b=c HTTP/1.1"),
            ("http://host/a/b/", "POST /a/b HTTP/1.1"),
            ("http://host/a?b=c", "POST /a?b=c HTTP/1.1"),
        ] {
            assert_eq!(line(&target(url).post("{}")), expected);
        }
    }

    #[test]
    fn polls_of_the_root_have_the_session_as_their_path() {
        let none = Credentials::default();
        let poll = target("http://host/").poll(SessionId::new(7), &none);
        assert_eq!(line(&poll), "GET /7?maxev=100 HTTP/1.1");
    }

    #[test]
    fn a_post_is_whole() {
        assert_eq!(
            String::from_utf8(target("http://[::1]:9000").post("{\"ä\":1}")).expect("text"),
            "POST /janus HTTP/1.1\r\nHost: [::1]:9000\r\nContent-Type: application/json\r\n\
             Content-Length: 8\r\n\r\n{\"ä\":1}"
        );
    }

    #[test]
    fn credentials_are_escaped_in_the_query() {
        let credentials = Credentials {
            api_secret: Some("a b&c=d".into()),
            token: Some("1,janus,janus.plugin.sip:x+/=".into()),
            present: None,
        };
        assert_eq!(
            line(&target("http://host?x=y").poll(SessionId::new(7), &credentials)),
            "GET /janus/7?maxev=100&x=y&apisecret=a%20b%26c%3Dd\
             &token=1%2Cjanus%2Cjanus.plugin.sip%3Ax%2B%2F%3D HTTP/1.1"
        );
        let none = Credentials::default();
        assert_eq!(
            line(&target("http://host").poll(SessionId::new(7), &none)),
            "GET /janus/7?maxev=100 HTTP/1.1"
        );
    }
}
