//! Requests, before ureq writes them. Pure.

use std::fmt::Write;

use ureq::http::Uri;

use crate::{SessionId, transport::address::Url};

use crate::auth::Credentials;

/// How many events one long poll may bring. Janus puts no limit of its own.
const MAX_EVENTS: usize = 100;

/// One request. ureq gets its path; what may be secret goes below it.
pub(super) struct Request<'a> {
    pub(super) uri: Uri,
    /// What follows the path in the first line.
    pub(super) rest: String,
    /// The message of a POST; a GET has none.
    pub(super) body: Option<&'a str>,
}

/// What does not change from one request to the next.
#[derive(Clone)]
pub(super) struct Target {
    /// With the base path, which has no slash at its end unless it is the root.
    uri: Uri,
    /// As it was given, without the question mark.
    query: Option<String>,
}

impl Target {
    pub(super) fn new(url: &Url) -> Result<Self, ureq::http::Error> {
        let path = url.http_path().trim_end_matches('/');
        let (host, port) = (&url.host, url.port);
        let authority = if host.contains(':') {
            format!("[{host}]:{port}")
        } else {
            format!("{host}:{port}")
        };
        // ureq knows nothing of TLS, which is the stream's.
        let uri = Uri::builder().scheme("http").authority(authority);
        Ok(Self {
            uri: uri
                .path_and_query(if path.is_empty() { "/" } else { path })
                .build()?,
            query: url.query.clone(),
        })
    }

    /// One message of Janus's. All go to the base path: the ids are in the message.
    pub(super) fn post<'a>(&self, text: &'a str) -> Request<'a> {
        let query = self.query.as_deref();
        Request {
            uri: self.uri.clone(),
            rest: query.map(|query| format!("?{query}")).unwrap_or_default(),
            body: Some(text),
        }
    }

    /// The long poll of a session.
    pub(super) fn poll(&self, session: SessionId, credentials: &Credentials) -> Request<'static> {
        let slash = if self.uri.path() == "/" { "" } else { "/" };
        let mut rest = format!("{slash}{session}?maxev={MAX_EVENTS}");
        if let Some(query) = &self.query {
            let _ = write!(rest, "&{query}");
        }
        for (key, value) in [
            ("apisecret", &credentials.api_secret),
            ("token", &credentials.token),
        ] {
            if let Some(value) = value {
                let _ = write!(rest, "&{key}=");
                escape(value, &mut rest);
            }
        }
        Request {
            uri: self.uri.clone(),
            rest,
            body: None,
        }
    }
}

impl Request<'_> {
    /// A placeholder for a request that has been sent already.
    pub(super) fn again() -> Self {
        Self {
            uri: Uri::from_static("http://janus/"),
            rest: String::new(),
            body: None,
        }
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
    use crate::transport::{WhichApi, address::Address};

    fn target(url: &str) -> Target {
        match Address::parse(url, WhichApi::Janus) {
            Ok(Address::Http(url)) => Target::new(&url).expect("an address"),
            other => panic!("{url}: {other:?}"),
        }
    }

    fn line(request: &Request<'_>) -> String {
        let method = if request.body.is_some() {
            "POST"
        } else {
            "GET"
        };
        let (path, rest) = (request.uri.path(), &request.rest);
        format!("{method} {path}{rest} HTTP/1.1")
    }

    #[test]
    fn the_path_is_janus_unless_the_address_has_one() {
        for (url, expected) in [
            ("http://host", "POST /janus HTTP/1.1"),
            ("http://host?b=c", "POST /janus?b=c HTTP/1.1"),
            ("http://host:80/", "POST / HTTP/1.1"),
            ("http://host/?b=c", "POST /?b=c HTTP/1.1"),
            ("http://[fe80::1%25eth0]/a", "POST /a HTTP/1.1"),
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
    fn credentials_are_escaped_in_the_query() {
        let credentials = Credentials {
            api_secret: Some("a b&c=d".into()),
            token: Some("1,janus,janus.plugin.sip:x+/=".into()),
            provider: None,
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
