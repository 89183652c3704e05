//! What Janus does with requests, by method and path.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::{
    pending_reply::{HttpSink, PendingReply, Reply, keepalive},
    request::Request,
    response::Response,
};
use crate::testing::{
    Version,
    gateway::{Polled, json as read},
    injector::Frame,
    runtime::Runtime,
};

/// Where Janus answers.
const BASE: &str = "/janus";

/// How long a long poll waits.
const POLL: Duration = Duration::from_secs(30);

/// How long a request waits for its answer.
const ANSWER: Duration = Duration::from_secs(10);

/// What a request comes to.
pub(super) enum Outcome {
    Respond(Response),
    /// The connection ends without a word.
    Break,
    Silence,
}

impl From<Response> for Outcome {
    fn from(response: Response) -> Self {
        Self::Respond(response)
    }
}

/// The ids of a path.
struct Ids<'a> {
    session: &'a str,
    handle: &'a str,
}

/// Carries out a request; what it waits for comes to `pending`.
pub(super) fn carry_out(
    runtime: &Runtime,
    request: &Request,
    pending: &Arc<PendingReply>,
) -> Outcome {
    let posted = match request.method.as_str() {
        "POST" => true,
        "GET" => false,
        "OPTIONS" if !is_inside(&request.path) => return Outcome::Break,
        "OPTIONS" => return Response::last(request, "200 OK").into(),
        other => return error(request, 450, &format!("Unsupported method {other}")),
    };
    if !is_inside(&request.path) {
        return Response::last(request, "404 Not Found").into();
    }
    let mut parts = request.path[BASE.len()..].split('/').skip(1);
    let mut part = || parts.next().unwrap_or_default();
    let ids = Ids {
        session: part(),
        handle: part(),
    };
    let too_long = !part().is_empty();
    match (posted, too_long) {
        (true, true) => Outcome::Break,
        (true, false) => post(runtime, request, &ids, pending),
        (false, true) => Response::empty(request, "404 Not Found").into(),
        (false, false) => get(runtime, request, &ids, pending),
    }
}

/// Whether a path is the base, or below it.
fn is_inside(path: &str) -> bool {
    let rest = path.strip_prefix(BASE);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn post(
    runtime: &Runtime,
    request: &Request,
    ids: &Ids<'_>,
    pending: &Arc<PendingReply>,
) -> Outcome {
    if is_endpoint(runtime, ids.session) {
        return Response::empty(request, "400 Bad Request").into();
    }
    if request.body.is_empty() {
        return Outcome::Break;
    }
    let text = String::from_utf8_lossy(&request.body);
    let mut message = match read::parse_whole(&text) {
        Ok(message) => message,
        Err(malformed) => return error(request, 454, &malformed.told_over_http()),
    };
    let Some(root) = message.as_object_mut() else {
        return error(request, 455, "JSON error: not an object");
    };
    for (key, what, id) in [
        ("session_id", "session", number(ids.session)),
        ("handle_id", "handle", number(ids.handle)),
    ] {
        if id == 0 {
            continue;
        }
        // What is no number is zero, and replaced.
        let said = root.get(key).and_then(Value::as_u64).unwrap_or(0);
        if said != 0 && said != id {
            let text = format!("Conflicting {what} ID (payload and path)");
            return error(request, 457, &text);
        }
        root.insert(key.to_owned(), Value::from(id));
    }
    ask(runtime, request, &message, pending)
}

/// Hands a message to the core and waits for its answer.
fn ask(
    runtime: &Runtime,
    request: &Request,
    message: &Value,
    pending: &Arc<PendingReply>,
) -> Outcome {
    let sink = Box::new(HttpSink(pending.clone()));
    // Janus has sent the head by then.
    let nothing = Frame::Half(String::new());
    let opened = runtime.with(|state, now| {
        let opened = state.open_until(now + ANSWER, sink, nothing)?;
        state.gateway.receive_object(opened.0, message, now);
        Some(opened)
    });
    let Some((link, limit)) = opened else {
        return Outcome::Break;
    };
    let reply = pending.wait();
    runtime.release(link, limit);
    outcome(request, reply)
}

fn get(
    runtime: &Runtime,
    request: &Request,
    ids: &Ids<'_>,
    pending: &Arc<PendingReply>,
) -> Outcome {
    if is_endpoint(runtime, ids.session) {
        let transaction = runtime.with(|state, _| state.gateway.transaction());
        let mut message = json!({ "janus": ids.session, "transaction": transaction });
        if number(ids.handle) != 0 {
            message["handle_id"] = Value::from(number(ids.handle));
        }
        return ask(runtime, request, &message, pending);
    }
    let session = number(ids.session);
    if session == 0 {
        return Response::empty(request, "404 Not Found").into();
    }
    let (secret, token) = (request.argument("apisecret"), request.argument("token"));
    let credentials = [secret.as_deref(), token.as_deref()];
    let most = request.argument("maxev").map_or(1, |most| number(&most));
    let most = usize::try_from(most).unwrap_or(usize::MAX).max(1);
    let sink = Box::new(HttpSink(pending.clone()));
    let opened = runtime.with(|state, now| {
        let owner = match state.gateway.polled(session, credentials, now) {
            Polled::Forbidden => return Err(Response::empty(request, "403 Forbidden").into()),
            Polled::Unknown => None,
            Polled::OwnedBy(owner) => Some(owner),
        };
        if !ids.handle.is_empty() {
            let session = ids.session;
            return Err(Response::found(request, &format!("{BASE}/{session}")).into());
        }
        let Some(events) = owner.and_then(|owner| state.pending_reply(owner)).cloned() else {
            return Err(Response::empty(request, "404 Not Found").into());
        };
        let opened = state.open_until(now + POLL, sink, keepalive(most));
        let opened = opened.ok_or(Outcome::Break)?;
        events.poll(pending, most);
        Ok(opened)
    });
    let (link, limit) = match opened {
        Ok(opened) => opened,
        Err(outcome) => return outcome,
    };
    match pending.wait() {
        Reply::Gone => {
            runtime.abandon(link, limit, pending);
            Outcome::Break
        }
        reply => {
            runtime.release(link, limit);
            outcome(request, reply)
        }
    }
}

/// Whether the path is not a session but `info`, or `ping` where there is that.
fn is_endpoint(runtime: &Runtime, word: &str) -> bool {
    let newer = || runtime.with(|state, _| state.gateway.settings.version != Version::V1_1_2);
    word == "info" || (word == "ping" && newer())
}

fn outcome(request: &Request, reply: Reply) -> Outcome {
    match reply {
        Reply::Awaited(frame) => Response::frame(request, frame, true).into(),
        Reply::Ready(frame) => Response::frame(request, frame, false).into(),
        Reply::Broken | Reply::Gone => Outcome::Break,
        Reply::Silent => Outcome::Silence,
    }
}

/// An error that the transport finds by itself.
fn error(request: &Request, code: i64, reason: &str) -> Outcome {
    let reason = Value::from(reason);
    let text = format!(r#"{{"janus":"error","error":{{"code":{code},"reason":{reason}}}}}"#);
    Response::json(request, &text).into()
}

/// The number at the start of a text, as C reads it.
fn number(text: &str) -> u64 {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().unwrap_or(0)
}
