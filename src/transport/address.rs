//! The address of a server, and the kind of link that it names.

use std::{
    net::{IpAddr, Ipv6Addr},
    path::PathBuf,
    sync::Arc,
};

use tungstenite::http::Uri;

use super::{Settings, Transport, WhichApi, websocket::WebSocket};
use crate::{Error, Result};

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
    pub(super) api: WhichApi,
    /// As HTTP wants it: with the port, and without an interface. Others log it, so that the query
    /// stands apart.
    pub(super) uri: Uri,
    /// It may hold a token.
    pub(super) query: Option<String>,
    /// Whether it has a path, be it `/`.
    pub(super) has_path: bool,
    pub(super) tls: bool,
    /// Without brackets.
    pub(super) host: String,
    /// The interface of a link-local address.
    pub(super) zone: Option<String>,
    pub(super) port: u16,
    /// The address names none.
    pub(super) is_port_assumed: bool,
}

impl Address {
    pub(super) fn parse(text: &str, api: WhichApi) -> Result<Self> {
        let refuse = |reason: String| {
            let reason = match text {
                "" => "it is empty; write it like ws://127.0.0.1:8188".to_owned(),
                _ => format!("`{}` {reason}", shown(text)),
            };
            Error::config("url", reason)
        };
        let refused = |reason: &str| refuse(reason.to_owned());
        // What was read from a file may end with a line break.
        if text.trim() != text {
            return Err(refused("begins or ends with white space"));
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(refuse(without_scheme(text)));
        };
        let scheme = scheme.to_ascii_lowercase();
        let url = |tls| Url::new(&scheme, rest, tls, api).map_err(refuse);
        match &*scheme {
            "unix" | "unixdgram" if rest.starts_with('/') && !rest.contains('\0') => {
                Ok(Self::Unix {
                    path: rest.into(),
                    datagrams: scheme == "unixdgram",
                })
            }
            "unix" | "unixdgram" => Err(refuse(format!(
                "does not name an absolute path; write it like {scheme}:///run/janus.sock"
            ))),
            "ws" => url(false).map(Self::WebSocket),
            "wss" => url(true).map(Self::WebSocket),
            "http" => url(false).map(Self::Http),
            "https" => url(true).map(Self::Http),
            _ => Err(refused(
                "has a scheme that is not one of ws, wss, http, https, unix and unixdgram",
            )),
        }
    }

    /// What makes links to this address.
    pub(super) fn transport(self, settings: &Settings) -> Result<Arc<dyn Transport>> {
        match self {
            Self::WebSocket(url) => Ok(Arc::new(WebSocket::new(url, settings)?)),
            Self::Http(url) => http(url, settings),
            Self::Unix { path, datagrams } => unix(path, datagrams),
        }
    }
}

#[cfg(feature = "http")]
fn http(url: Url, settings: &Settings) -> Result<Arc<dyn Transport>> {
    Ok(Arc::new(super::http::Http::new(url, settings)?))
}

#[cfg(not(feature = "http"))]
fn http(url: Url, _settings: &Settings) -> Result<Arc<dyn Transport>> {
    let scheme = url.uri.scheme_str().unwrap_or_default();
    Err(Error::Unsupported {
        what: format!("{scheme}://").into(),
        how: "build janus-blocking with its feature `http`",
    })
}

#[cfg(all(feature = "unix", target_os = "linux"))]
fn unix(path: PathBuf, datagrams: bool) -> Result<Arc<dyn Transport>> {
    Ok(Arc::new(super::unix::UnixSocket::new(path, datagrams)?))
}

#[cfg(not(all(feature = "unix", target_os = "linux")))]
fn unix(_path: PathBuf, datagrams: bool) -> Result<Arc<dyn Transport>> {
    let scheme = if datagrams { "unixdgram://" } else { "unix://" };
    Err(Error::Unsupported {
        what: scheme.into(),
        how: if cfg!(target_os = "linux") {
            "enable the feature `unix` of janus-blocking"
        } else {
            "it needs Linux; use ws:// or http://"
        },
    })
}

/// What an address without `://` lacks.
fn without_scheme(text: &str) -> String {
    let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
    let scheme = scheme.to_ascii_lowercase();
    let rest = rest.trim_start_matches('/');
    match &*scheme {
        "" if text.starts_with('/') => format!("is a path; write it as unix:///{}", shown(rest)),
        "unix" | "unixdgram" => format!(
            "needs three slashes before its path; write it as {scheme}:///{}",
            shown(rest)
        ),
        "ws" | "wss" | "http" | "https" => format!(
            "needs two slashes before its host; write it as {scheme}://{}",
            shown(rest)
        ),
        _ => format!("has no scheme; write it as ws://{}", shown(text)),
    }
}

/// An address in an error: without secrets, on one line, and not longer than that.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 200;
    let text = crate::redact::address(text);
    let mut shown: String = text.chars().take(LONGEST).collect();
    if shown.len() < text.len() {
        shown += "..";
    }
    shown.escape_debug().to_string()
}

impl Url {
    /// Reads what follows `scheme://`. An error is what is wrong with the address.
    fn new(scheme: &str, rest: &str, tls: bool, api: WhichApi) -> Result<Self, String> {
        let http = scheme.starts_with("http");
        let usual = api.port(http, tls);
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if authority.contains('@') {
            let reason = "contains a user name or password, which Janus does not use; remove it, \
                          and set `Config::api_secret` or `Config::token` if Janus needs one";
            return Err(reason.to_owned());
        }
        if rest.contains(char::is_whitespace) {
            return Err("contains white space".to_owned());
        }
        let (host, zone, port) = match authority.strip_prefix('[') {
            Some(literal) => ipv6(literal, scheme, usual)?,
            // More than one colon, and only characters of IPv6 addresses.
            None if authority.matches(':').count() > 1
                && authority
                    .split('%')
                    .next()
                    .is_some_and(|it| it.chars().all(|it| it.is_ascii_hexdigit() || it == ':')) =>
            {
                let like = if authority.contains('%') {
                    "fe80::1%25eth0"
                } else {
                    "::1"
                };
                return Err(format!(
                    "has an IPv6 address without brackets; write it like \
                     {scheme}://[{like}]:{usual}"
                ));
            }
            None => {
                let end = authority.find(':').unwrap_or(authority.len());
                (&authority[..end], None, &authority[end..])
            }
        };
        let base = if http { api.base() } else { "" };
        let example = format!("{scheme}://127.0.0.1:{usual}{base}");
        if host.is_empty() {
            return Err(format!("has no host; write it like {example}"));
        }
        if !host.is_ascii() {
            return Err("has a host name with non-ASCII characters; use its xn-- form".to_owned());
        }
        let named = match port.strip_prefix(':') {
            None => None,
            Some(digits) => match digits.parse::<u16>() {
                Ok(port @ 1..) if !digits.starts_with('+') => Some(port),
                _ => {
                    let hidden = if rest.contains('@') {
                        " (hidden here before the `@`); remove the user name and password"
                    } else {
                        ""
                    };
                    return Err(format!(
                        "has a port that is not a number from 1 to 65535{hidden}"
                    ));
                }
            },
        };
        let port = named.unwrap_or(usual);
        let bracketed = if host.contains(':') {
            format!("[{host}]")
        } else {
            host.to_owned()
        };
        // RFC 6874: an interface means nothing to the other side.
        let slash = if path.starts_with('/') { "" } else { "/" };
        let at = |path: &str| format!("{scheme}://{bracketed}:{port}{slash}{path}").parse::<Uri>();
        let bare = &path[..path.find(['?', '#']).unwrap_or(path.len())];
        let (Ok(whole), Ok(uri)) = (at(path), at(bare)) else {
            return Err(format!("is not a URL; write it like {example}"));
        };
        Ok(Self {
            api,
            has_path: path.starts_with('/'),
            uri,
            query: whole.query().map(str::to_owned),
            tls,
            host: host.to_owned(),
            zone: zone.map(str::to_owned),
            port,
            is_port_assumed: named.is_none(),
        })
    }

    /// The URL of the API over HTTP.
    pub(super) fn http_path(&self) -> &str {
        if self.has_path {
            self.uri.path()
        } else {
            self.api.base()
        }
    }

    /// The port of Janus's own configuration files.
    pub(super) fn usual_port(&self) -> u16 {
        let scheme = self.uri.scheme_str().unwrap_or_default();
        self.api.port(scheme.starts_with("http"), self.tls)
    }

    /// What to add to an error if the port may be wrong.
    pub(super) fn note(&self) -> String {
        if self.is_port_assumed {
            format!(
                "; the address has no port, so {} was assumed (proxies usually listen on {})",
                self.port,
                if self.tls { 443 } else { 80 }
            )
        } else {
            String::new()
        }
    }

    /// Whether what is sent there stays on this machine.
    pub(super) fn is_local(&self) -> bool {
        let address = self.host.parse::<IpAddr>();
        address.map_or(self.host == "localhost", |address| address.is_loopback())
    }

    /// The host as the system's resolver wants it.
    pub(super) fn host_to_dial(&self) -> String {
        match &self.zone {
            Some(zone) => format!("{}%{zone}", self.host),
            None => self.host.clone(),
        }
    }

    /// The address as errors and logs show it: no path, no query.
    pub(super) fn shown(&self) -> String {
        let scheme = self.uri.scheme_str().unwrap_or_default();
        let (host, port) = (&self.host, self.port);
        let zone = self.zone.as_ref().map(|zone| format!("%25{zone}"));
        if host.contains(':') {
            format!("{scheme}://[{host}{}]:{port}", zone.unwrap_or_default())
        } else {
            format!("{scheme}://{host}:{port}")
        }
    }
}

/// An IPv6 address behind its bracket: the address, its interface, and what follows the brackets.
fn ipv6<'a>(
    literal: &'a str,
    scheme: &str,
    usual: u16,
) -> Result<(&'a str, Option<&'a str>, &'a str), String> {
    let Some((address, port)) = literal.split_once(']') else {
        return Err("has an unclosed bracket".to_owned());
    };
    // RFC 6874 writes `%25`; without the 25 it is what people type.
    let (address, zone) = match address.split_once('%') {
        Some((address, zone)) => (address, Some(zone.strip_prefix("25").unwrap_or(zone))),
        None => (address, None),
    };
    match (address.parse::<Ipv6Addr>(), zone) {
        (Err(_), _) => {
            Err("has something between its brackets that is not an IPv6 address".to_owned())
        }
        (_, Some("")) => Err(format!(
            "has no interface name after its %; write it like {scheme}://[fe80::1%25eth0]:{usual}"
        )),
        _ if port.is_empty() || port.starts_with(':') => Ok((address, zone, port)),
        _ => Err(format!(
            "has no colon between its host and its port; write it like {scheme}://[::1]:{usual}"
        )),
    }
}

#[cfg(test)]
mod tests;
