//! The address of a server.

use tungstenite::http::Uri;

use crate::{Error, Result, error::Endpoint};

/// Janus's own WebSocket port.
const WEBSOCKET_PORT: u16 = 8188;

/// A parsed server address.
#[derive(Clone, Debug)]
pub(crate) struct Url {
    /// For the HTTP request of the handshake.
    pub(crate) uri: Uri,
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Url {
    pub(crate) fn parse(text: &str) -> Result<Self> {
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
        if let Some((scheme @ ("wss" | "http" | "https" | "unix" | "unixdgram"), _)) =
            text.split_once("://")
        {
            return Err(Error::Unsupported {
                what: Box::new(format!("{scheme}://")),
                how: "this version speaks ws:// only",
            });
        }
        let Ok(uri) = text.parse::<Uri>() else {
            return refuse("it is not a URL; write it like ws://127.0.0.1:8188");
        };
        if uri.scheme_str() != Some("ws") {
            return refuse("it has no scheme that Janus speaks; write it like ws://127.0.0.1:8188");
        }
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
            (None, false) => WEBSOCKET_PORT,
            _ => return refuse("its port is not a number from 1 to 65535"),
        };
        Ok(Self { uri, host, port })
    }

    /// The address as errors and logs show it: no path, no query.
    pub(crate) fn endpoint(&self) -> Endpoint {
        let host = &self.host;
        let port = self.port;
        match host.contains(':') {
            true => Endpoint::new(format!("ws://[{host}]:{port}")),
            false => Endpoint::new(format!("ws://{host}:{port}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        for (text, endpoint) in [
            ("ws://127.0.0.1:8188", "ws://127.0.0.1:8188"),
            ("ws://janus.example", "ws://janus.example:8188"),
            ("ws://[::1]:9000/janus", "ws://[::1]:9000"),
        ] {
            assert_eq!(Url::parse(text).expect(text).endpoint().as_str(), endpoint);
        }
    }

    #[test]
    fn bad_addresses_are_refused_without_showing_a_password() {
        for text in [
            "",
            "janus",
            "ftp://host",
            "ws://",
            "ws://user:hush@host",
            "ws://host:99999",
        ] {
            let error = Url::parse(text).expect_err(text).to_string();
            assert!(
                error.starts_with("`url` cannot be used: "),
                "{text}: {error}"
            );
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn other_transports_are_unsupported() {
        let error = Url::parse("wss://host").expect_err("wss");
        assert_eq!(
            error.to_string(),
            "wss:// is not supported here: this version speaks ws:// only"
        );
    }
}
