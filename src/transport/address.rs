//! The address of a server, and the kind of link that it names.

use std::{path::PathBuf, sync::Arc};

use tungstenite::http::Uri;

use super::{Transport, websocket::WebSocket};
use crate::{Config, Error, Result};

/// A parsed server address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Address {
    /// `ws://`, `wss://`
    WebSocket(Url),
    /// `http://`, `https://`
    Http(Url),
    /// `unix://` (SOCK_SEQPACKET) and `unixdgram://` (SOCK_DGRAM)
    Unix { path: PathBuf, datagrams: bool },
}

/// An address with a host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Url {
    /// As it was given; for HTTP.
    pub(super) uri: Uri,
    /// Whether it has a path, be it `/`.
    pub(super) has_path: bool,
    pub(super) tls: bool,
    pub(super) host: String,
    pub(super) port: u16,
}

impl Address {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let refuse = |reason: &str| Err(Error::config("url", reason));
        // Not echoed where it may hold a password.
        if text.split_once("://").is_some_and(|(_, rest)| {
            rest.split(['/', '?'])
                .next()
                .is_some_and(|authority| authority.contains('@'))
        }) {
            return refuse("it holds a user name or password, which Janus does not use");
        }
        // Before it is parsed, as `unix:///path` names no host.
        if let Some((scheme @ ("unix" | "unixdgram"), path)) = text.split_once("://") {
            if !path.starts_with('/') || path.contains('\0') {
                return refuse("it names no file; write it like unix:///run/janus/janus.sock");
            }
            return Ok(Self::Unix {
                path: path.into(),
                datagrams: scheme == "unixdgram",
            });
        }
        let Ok(uri) = text.parse::<Uri>() else {
            return refuse("it is not a URL; write it like ws://127.0.0.1:8188");
        };
        // The ports are those of Janus's own configuration files.
        match uri.scheme_str() {
            Some("ws") => Url::new(text, uri, false, 8188).map(Self::WebSocket),
            Some("wss") => Url::new(text, uri, true, 8989).map(Self::WebSocket),
            Some("http") => Url::new(text, uri, false, 8088).map(Self::Http),
            Some("https") => Url::new(text, uri, true, 8089).map(Self::Http),
            _ => refuse("it has no scheme that Janus speaks; write it like ws://127.0.0.1:8188"),
        }
    }

    /// What makes links to this address.
    pub(super) fn transport(self, config: &Config) -> Result<Arc<dyn Transport>> {
        match self {
            Self::WebSocket(url) => Ok(Arc::new(WebSocket::new(url, config)?)),
            Self::Http(url) => http(url, config),
            Self::Unix { path, datagrams } => unix(path, datagrams),
        }
    }
}

#[cfg(feature = "http")]
fn http(url: Url, config: &Config) -> Result<Arc<dyn Transport>> {
    Ok(Arc::new(super::http::Http::new(url, config)?))
}

#[cfg(not(feature = "http"))]
fn http(url: Url, _config: &Config) -> Result<Arc<dyn Transport>> {
    let scheme = url.uri.scheme_str().unwrap_or_default();
    Err(Error::Unsupported {
        what: Box::new(format!("{scheme}://")),
        how: "build janus-blocking with its feature `http`",
    })
}

#[cfg(all(feature = "unix", target_os = "linux"))]
fn unix(path: PathBuf, datagrams: bool) -> Result<Arc<dyn Transport>> {
    Ok(Arc::new(super::unix::UnixSocket::new(path, datagrams)?))
}

#[cfg(not(all(feature = "unix", target_os = "linux")))]
fn unix(_path: PathBuf, datagrams: bool) -> Result<Arc<dyn Transport>> {
    let scheme = match datagrams {
        true => "unixdgram://",
        false => "unix://",
    };
    Err(Error::Unsupported {
        what: Box::new(scheme.to_owned()),
        how: match cfg!(target_os = "linux") {
            true => "enable the feature `unix` of janus-blocking",
            false => "it needs Linux; use ws:// or http://",
        },
    })
}

impl Url {
    fn new(text: &str, uri: Uri, tls: bool, default_port: u16) -> Result<Self> {
        let refuse = |reason: &str| Err(Error::config("url", reason));
        let host = uri.host().unwrap_or_default();
        let host = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        if host.is_empty() {
            return refuse("it names no host; write it like ws://127.0.0.1:8188");
        }
        let after_host = uri.authority().map_or("", |authority| authority.as_str());
        let after_host = after_host.rsplit(']').next().unwrap_or_default();
        let port = match (uri.port_u16(), after_host.contains(':')) {
            (Some(port @ 1..), _) => port,
            (None, false) => default_port,
            _ => return refuse("its port is not a number from 1 to 65535"),
        };
        // `Uri` gives a path of `/` to an address without one.
        let authority = text.split_once("://").map_or(text, |(_, rest)| rest);
        let end = authority.find(['/', '?', '#']).unwrap_or(authority.len());
        Ok(Self {
            has_path: authority[end..].starts_with('/'),
            uri,
            tls,
            host,
            port,
        })
    }

    /// The address as errors and logs show it: no path, no query.
    pub(super) fn shown(&self) -> String {
        let scheme = self.uri.scheme_str().unwrap_or_default();
        let (host, port) = (&self.host, self.port);
        match host.contains(':') {
            true => format!("{scheme}://[{host}]:{port}"),
            false => format!("{scheme}://{host}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        for (text, shown) in [
            ("ws://127.0.0.1:8188", "ws://127.0.0.1:8188"),
            ("ws://janus.example", "ws://janus.example:8188"),
            ("wss://janus.example", "wss://janus.example:8989"),
            ("ws://[::1]:9000/janus", "ws://[::1]:9000"),
            (
                "http://janus.example/janus?x=y",
                "http://janus.example:8088",
            ),
            ("https://janus.example/janus", "https://janus.example:8089"),
        ] {
            let (Address::WebSocket(url) | Address::Http(url)) = Address::parse(text).expect(text)
            else {
                panic!("{text} names a host");
            };
            assert_eq!(url.shown(), shown);
            assert_eq!(
                url.tls,
                text.starts_with("wss:") || text.starts_with("https:")
            );
        }
    }

    #[test]
    fn socket_files_are_read() {
        for (text, datagrams) in [
            ("unix:///run/j.sock", false),
            ("unixdgram:///run/j.sock", true),
        ] {
            let path = PathBuf::from("/run/j.sock");
            let expected = Address::Unix { path, datagrams };
            assert_eq!(Address::parse(text).expect(text), expected);
        }
    }

    #[test]
    fn bad_addresses_are_refused_without_showing_a_password() {
        for text in [
            "",
            "janus",
            "ftp://host",
            "ws://",
            "http://",
            "unix://",
            "unix://relative",
            "ws://user:hush@host",
            "https://user:hush@host",
            "ws://host:99999",
        ] {
            let error = Address::parse(text).expect_err(text).to_string();
            assert!(
                error.starts_with("`url` cannot be used: "),
                "{text}: {error}"
            );
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
