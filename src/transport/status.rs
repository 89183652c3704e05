//! What the status of an HTTP answer means for an attempt to connect.

use tungstenite::http::StatusCode;

use super::address::{Url, shown};

/// What is wrong, by the status of the answer to a handshake or a first request; `location` is where
/// a redirect leads.
pub(super) fn problem(status: u16, location: Option<&str>, url: &Url) -> String {
    if let Some(problem) = of_proxy(status) {
        return problem;
    }
    let (what, port) = (name(status), url.usual_port());
    let scheme = url.uri.scheme_str().unwrap_or_default();
    let web_socket = scheme.starts_with("ws");
    match (status, location) {
        (300..=399, Some(to)) => {
            // What a web server says of its own is meant for browsers.
            let to = match to.strip_prefix("http") {
                Some(rest) if web_socket => format!("ws{rest}"),
                _ => to.to_owned(),
            };
            format!(
                "the server redirects to `{}` ({what}), and redirects are not followed: use \
                 that address",
                shown(&to)
            )
        }
        (300..=399, None) => format!(
            "the server redirects without saying where to ({what}); check host, port and path"
        ),
        (200..=299, _) if web_socket => format!(
            "a web server answered with a page instead of a WebSocket ({what}); check host, port \
             ({port}) and path"
        ),
        (400, _) if web_socket => format!(
            "the server rejected the WebSocket handshake ({what}); check scheme and port; a proxy \
             has to pass on the headers `Upgrade` and `Connection`"
        ),
        (403, _) if web_socket => format!(
            "the server denies access ({what}); check the access rules of any proxy in front of \
             Janus"
        ),
        (403, _) => format!(
            "the server denies access ({what}); if this is a WebSocket port, use {}://, else check \
             `enforce_cors` in janus.transport.http.jcfg and the access rules of any proxy",
            scheme.replace("http", "ws")
        ),
        (426, _) if !web_socket => format!(
            "the server expects a WebSocket ({what}); use {}://",
            scheme.replace("http", "ws")
        ),
        (404 | 405 | 410, _) if web_socket => format!(
            "there is no WebSocket at this path ({what}); check the path, and that the port is one \
             for WebSockets ({port})"
        ),
        (404 | 405 | 410, _) => format!(
            "Janus is not at the path `{}` ({what}); check `{}` in janus.transport.http.jcfg ({} \
             by default), that the port ({port}) is not one of {}, and any proxy in front of \
             Janus",
            shown(url.http_path()),
            url.api.base_setting(),
            url.api.base(),
            url.api.other()
        ),
        (426, _) => format!(
            "the server asks for another protocol ({what}); check scheme, host, port ({port}) and path"
        ),
        _ => format!(
            "a web server answered, but not as Janus does ({what}); check scheme, host, port \
             ({port}) and path"
        ),
    }
}

/// What a proxy says of itself, or of the Janus behind it.
pub(super) fn of_proxy(status: u16) -> Option<String> {
    let what = name(status);
    match status {
        401 | 407 => Some(format!(
            "a proxy asks for a login ({what}), which this crate cannot send; let the proxy \
             admit this program without one"
        )),
        429 => Some(format!(
            "the server has received too many requests ({what}); try again later"
        )),
        500 => Some(format!("the server failed ({what}); its log says why")),
        502..=504 => {
            let more = match status {
                503 => ", or is overloaded",
                504 => " in time",
                _ => "",
            };
            Some(format!(
                "a proxy got no answer from Janus{more} ({what}); check that Janus runs, and the \
                 address that the proxy uses for it"
            ))
        }
        _ => None,
    }
}

/// `HTTP 404 Not Found`
fn name(status: u16) -> String {
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|it| it.canonical_reason());
    match reason {
        Some(reason) => format!("HTTP {status} {reason}"),
        None => format!("HTTP {status}"),
    }
}
