//! Requests to the core, checked in the order in which Janus checks them.

use serde_json::{Map, Value};

use super::{
    Gateway, Handle, LinkId, Object, Session, SessionEnd, What,
    checks::{Key, Kind, check, optional, required},
    error_object, plugins,
};

const REQUEST: &[Key] = &[
    required("transaction", Kind::Text),
    required("janus", Kind::Text),
    optional("id", Kind::Positive),
];
const ATTACH: &[Key] = &[
    required("plugin", Kind::Text),
    optional("opaque_id", Kind::Text),
    optional("loop_index", Kind::Positive),
];
const BODY: &[Key] = &[required("body", Kind::Object)];

/// One request whose envelope is in order.
pub(in crate::testing) struct Request<'a> {
    pub(super) link: LinkId,
    /// Lower case; Janus does not care.
    pub(super) verb: String,
    /// As it was written.
    pub(super) word: &'a str,
    pub(in crate::testing) transaction: &'a str,
    pub(super) root: &'a Map<String, Value>,
    pub(in crate::testing) session: u64,
    pub(in crate::testing) handle: u64,
}

/// What is kept of a request.
pub(in crate::testing) struct RequestParts<'a> {
    pub(in crate::testing) verb: &'a str,
    pub(in crate::testing) session: u64,
    pub(in crate::testing) handle: u64,
    pub(in crate::testing) plugin: Option<String>,
    pub(in crate::testing) message: &'a Value,
}

/// An error of the core: code and reason.
pub(super) struct Refusal(pub(super) i64, pub(super) String);

pub(super) fn refuse<T>(code: i64, reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal(code, reason.into()))
}

const NO_SESSION: &str = "Session not found";
const NO_HANDLE: &str = "Handle not found";
const NOT_ACCEPTING: &str = "Currently not accepting new sessions";

impl Gateway {
    /// Carries out one request.
    pub(super) fn request(&mut self, link: LinkId, value: &Value) {
        let none = Map::new();
        // jansson finds no key in an array.
        let root = value.as_object().unwrap_or(&none);
        // Negative ids become large ones, as in C.
        let id = |key: &str| {
            let id = root.get(key).and_then(Value::as_i64).unwrap_or(0);
            u64::from_ne_bytes(id.to_ne_bytes())
        };
        let session = id("session_id");
        let handle = id("handle_id");
        if let Err(wrong) = check(root, REQUEST) {
            let error = error_object(wrong.code(456, 467), &wrong.text());
            let answer = Object::message("error", session, None).object("error", error);
            self.answer(link, "", answer);
            return;
        }
        let text = |key: &str| root.get(key).and_then(Value::as_str).unwrap_or_default();
        let word = text("janus");
        let request = Request {
            link,
            verb: word.to_ascii_lowercase(),
            word,
            transaction: text("transaction"),
            root,
            session,
            handle,
        };
        let plugin = self.plugin_of(session, handle);
        let parts = RequestParts {
            verb: &request.verb,
            session,
            handle,
            plugin,
            message: value,
        };
        self.record.add(self.now, link, parts);
        if let Err((session, Refusal(code, reason))) = self.carry_out(&request) {
            self.error(&request, session, code, &reason);
        }
    }

    fn error(&mut self, request: &Request<'_>, session: u64, code: i64, reason: &str) {
        let answer = Object::message("error", session, Some(request.transaction))
            .object("error", error_object(code, reason));
        self.answer(request.link, &request.verb, answer);
    }

    /// An error that a test has asked for.
    pub(in crate::testing) fn refused(&mut self, request: &Request<'_>, code: i64, reason: &str) {
        self.error(request, request.session, code, reason);
    }

    pub(super) fn plugin_of(&self, session: u64, handle: u64) -> Option<String> {
        let session = self.sessions.get(&session)?;
        Some(session.handles.get(&handle)?.plugin.clone())
    }

    /// The session in the error is not always the one of the request.
    fn carry_out(&mut self, request: &Request<'_>) -> Result<(), (u64, Refusal)> {
        let (session, handle) = (request.session, request.handle);
        let within = |refusal| (session, refusal);
        if session == 0 && handle == 0 {
            return self.server_request(request);
        }
        if session == 0 {
            return refuse(458, NO_SESSION).map_err(within);
        }
        let names_handle = request.root.get("handle_id").is_some_and(|h| !h.is_null());
        if names_handle && handle == 0 {
            return refuse(459, NO_HANDLE).map_err(within);
        }
        self.authorize(request).map_err(within)?;
        let now = self.now;
        let Some(found) = self.sessions.get_mut(&session) else {
            return refuse(458, format!("No such session {session}")).map_err(within);
        };
        found.last_activity = now;
        if handle > 0 && !found.handles.contains_key(&handle) {
            let reason = format!("No such handle {handle} in session {session}");
            return refuse(459, reason).map_err(within);
        }
        self.session_request(request).map_err(within)
    }

    fn server_request(&mut self, request: &Request<'_>) -> Result<(), (u64, Refusal)> {
        let without = |refusal| (0, refusal);
        match request.verb.as_str() {
            "info" => {
                let info = self.info(request.transaction);
                self.answer(request.link, "info", info);
                return Ok(());
            }
            "ping" => {
                let pong = Object::message("pong", 0, Some(request.transaction));
                self.answer(request.link, "ping", pong);
                return Ok(());
            }
            "create" => {}
            _ => return wrong_path(request).map_err(without),
        }
        if !self.accepting {
            return refuse(472, NOT_ACCEPTING).map_err(without);
        }
        self.authorize(request).map_err(without)?;
        let wanted = request.root.get("id").and_then(Value::as_u64).unwrap_or(0);
        if self.sessions.contains_key(&wanted) {
            return refuse(468, "Session ID already in use").map_err(|refusal| (wanted, refusal));
        }
        let mut id = wanted;
        while id == 0 || (wanted == 0 && self.sessions.contains_key(&id)) {
            id = self.random.id();
        }
        self.sessions
            .insert(id, Session::new(request.link, self.now));
        let answer = Object::message("success", 0, Some(request.transaction))
            .object("data", Object::new().id("id", id));
        self.answer(request.link, "create", answer);
        Ok(())
    }

    fn session_request(&mut self, request: &Request<'_>) -> Result<(), Refusal> {
        let fake_handle = request.handle > 0;
        match request.verb.as_str() {
            "keepalive" => {
                self.ack(request, None);
                Ok(())
            }
            "claim" => {
                // On the link that owns it already, nothing changes.
                if let Some(session) = self.sessions.get_mut(&request.session) {
                    let link = session.owner;
                    if link != request.link {
                        session.gone = false;
                        session.owner = request.link;
                        let timed_out = false;
                        self.session_ends.push(SessionEnd { link, timed_out });
                    }
                }
                self.success(request);
                Ok(())
            }
            "attach" if !fake_handle => self.attach(request),
            "destroy" if !fake_handle => {
                self.end_session(request.session, false);
                self.success(request);
                Ok(())
            }
            "detach" if fake_handle => {
                self.detach_request(request);
                Ok(())
            }
            "hangup" if fake_handle => {
                self.success(request);
                self.hangup(request.session, request.handle, "Janus API");
                Ok(())
            }
            "message" if fake_handle => self.message(request),
            "trickle" if fake_handle => {
                self.trickle(request)?;
                self.ack(request, None);
                Ok(())
            }
            "attach" | "destroy" | "detach" | "hangup" | "message" | "trickle" => {
                wrong_path(request)
            }
            _ => refuse(453, format!("Unknown request '{}'", request.word)),
        }
    }

    fn attach(&mut self, request: &Request<'_>) -> Result<(), Refusal> {
        check(request.root, ATTACH).or_else(|wrong| refuse(wrong.code(456, 467), wrong.text()))?;
        let text = |key: &str| request.root.get(key).and_then(Value::as_str);
        let plugin = text("plugin").unwrap_or_default();
        if !plugins::exists(self.settings.version, plugin) {
            return refuse(460, format!("No such plugin '{plugin}'"));
        }
        self.authorize_plugin(request, plugin)?;
        let mut id = self.random.id();
        while self.find(id).is_some() {
            id = self.random.id();
        }
        if let Some(session) = self.sessions.get_mut(&request.session) {
            self.attached += 1;
            let handle = Handle::new(self.attached, plugin, text("opaque_id"));
            session.handles.insert(id, handle);
        }
        let answer = Object::message("success", request.session, Some(request.transaction))
            .object("data", Object::new().id("id", id));
        self.answer(request.link, "attach", answer);
        Ok(())
    }

    /// The answer comes between what the plugin says and `detached`.
    fn detach_request(&mut self, request: &Request<'_>) {
        let (session, handle) = (request.session, request.handle);
        self.handle_gone(session, handle);
        self.success(request);
        self.core_event(session, handle, "detached", |event| event);
        if let Some(session) = self.sessions.get_mut(&session) {
            session.handles.remove(&handle);
        }
    }

    fn message(&mut self, request: &Request<'_>) -> Result<(), Refusal> {
        check(request.root, BODY).or_else(|wrong| refuse(wrong.code(456, 467), wrong.text()))?;
        let jsep = match request.root.get("jsep") {
            None => None,
            Some(jsep) => Some(self.negotiate(request, jsep)?),
        };
        self.give_to_plugin(request, jsep.as_ref())
    }

    pub(super) fn success(&mut self, request: &Request<'_>) {
        let answer = Object::message("success", request.session, Some(request.transaction));
        self.answer(request.link, &request.verb, answer);
    }

    pub(in crate::testing) fn ack(&mut self, request: &Request<'_>, hint: Option<&str>) {
        let mut ack = Object::message("ack", request.session, Some(request.transaction));
        if let Some(hint) = hint {
            ack = ack.text("hint", hint);
        }
        let what = What::Answer {
            verb: request.verb.clone(),
            ack: true,
        };
        self.send(request.link, what, ack);
    }

    /// The answer of a plugin that needs no time.
    pub(in crate::testing) fn synchronous(&mut self, request: &Request<'_>, data: &Value) {
        self.synchronous_text(request, &data.to_string());
    }

    /// The same as JSON, with its keys in Janus's order.
    pub(super) fn synchronous_text(&mut self, request: &Request<'_>, data: &str) {
        let plugin = self.plugin_of(request.session, request.handle);
        let handle = self.find(request.handle);
        let opaque_id = handle.and_then(|(_, handle)| handle.opaque_id.clone());
        let answer = Object::message("success", request.session, Some(request.transaction))
            .id("sender", request.handle);
        let answer = self.with_opaque_id(answer, opaque_id.as_deref());
        let plugindata = Object::new()
            .text("plugin", &plugin.unwrap_or_default())
            .raw("data", data);
        let answer = answer.object("plugindata", plugindata);
        self.answer(request.link, &request.verb, answer);
    }
}

fn wrong_path<T>(request: &Request<'_>) -> Result<T, Refusal> {
    let reason = format!("Unhandled request '{}' at this path", request.word);
    refuse(457, reason)
}
