//! The state of a Janus and what requests do to it: no sockets, no threads, no clock.
//!
//! Time is the duration since the gateway began, and is passed in. What is to be sent is
//! collected and taken out by [`Gateway::take_sent`].

use std::{collections::BTreeMap, mem, time::Duration};

use super::{
    random::Random,
    recorded::Record,
    script::Script,
    settings::{Settings, Version},
};

mod admin;
mod audiobridge;
mod checks;
mod echotest;
mod handle;
mod info;
pub(super) mod json;
mod object;
mod plugins;
mod polls;
mod request;
mod sdp;
mod sdp_answer;
mod session;
mod sip;
mod streaming;
mod textroom;
mod tokens;
mod webrtc;

pub(super) use admin::SECRET as ADMIN_SECRET;
pub(super) use handle::Handle;
use plugins::ECHOTEST;
pub(super) use polls::Polled;
pub(super) use request::{Request, RequestParts};
pub(super) use session::Session;
pub use sip::CallState;

use json::Malformed;
use object::Object;

/// One transport connection.
pub(super) type LinkId = u64;

/// How often Janus looks for sessions that have timed out.
const WATCHDOG: Duration = Duration::from_secs(2);

/// What a message is, for choosing those that a fault hits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// The answer to a request with this verb, or its ack.
    Answer { verb: String, ack: bool },
    /// Anything that Janus says by itself.
    Event,
}

/// A message on its way to a client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Sent {
    pub(super) link: LinkId,
    pub(super) what: What,
    pub(super) text: String,
}

/// A link has a session less: it has ended, or another link has claimed it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct SessionEnd {
    pub(super) link: LinkId,
    pub(super) timed_out: bool,
}

/// A Janus without its transports.
#[derive(Debug)]
pub(super) struct Gateway {
    pub(super) settings: Settings,
    pub(super) sessions: BTreeMap<u64, Session>,
    /// What was set by the Admin API.
    admin: admin::Settings,
    /// Whether `create` is accepted.
    pub(super) accepting: bool,
    pub(super) script: Script,
    pub(super) record: Record,
    pub(super) network: sip::Network,
    bridge: audiobridge::Bridge,
    mountpoints: streaming::Mountpoints,
    textrooms: textroom::Rooms,
    /// How many handles there have been.
    attached: u64,
    random: Random,
    now: Duration,
    watchdog: Duration,
    sent: Vec<Sent>,
    session_ends: Vec<SessionEnd>,
}

impl Gateway {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            random: Random::new(settings.seed),
            script: Script::new(settings.strict),
            record: Record::new(settings.recorded),
            settings,
            sessions: BTreeMap::new(),
            admin: admin::Settings::new(),
            accepting: true,
            network: sip::Network::default(),
            bridge: audiobridge::Bridge::default(),
            mountpoints: streaming::Mountpoints::default(),
            textrooms: textroom::Rooms::new(),
            attached: 0,
            now: Duration::ZERO,
            watchdog: WATCHDOG,
            sent: Vec::new(),
            session_ends: Vec::new(),
        }
    }

    /// What is to be sent, in order.
    pub(super) fn take_sent(&mut self) -> Vec<Sent> {
        mem::take(&mut self.sent)
    }

    /// Which links have lost a session, in order.
    pub(super) fn take_session_ends(&mut self) -> Vec<SessionEnd> {
        mem::take(&mut self.session_ends)
    }

    /// One WebSocket message, or what corresponds to it, has come.
    pub(super) fn receive(&mut self, link: LinkId, text: &str, now: Duration) {
        self.tick(now);
        let mut values = Vec::new();
        let mut rest = text;
        loop {
            match json::parse(rest) {
                Ok((value, after)) => {
                    values.push(value);
                    rest = after;
                }
                Err(malformed) => {
                    // One bad object and none of the message is carried out.
                    self.malformed(link, &malformed);
                    return;
                }
            }
            if self.settings.version != Version::V1_1_2 {
                rest = rest.trim_start();
            }
            if rest.is_empty() {
                break;
            }
        }
        for value in values {
            self.request(link, &value);
        }
    }

    /// A packet has come: one object, and nothing behind it.
    pub(super) fn receive_packet(&mut self, link: LinkId, text: &str, now: Duration) {
        self.tick(now);
        match json::parse_whole(text) {
            Ok(value) => self.request(link, &value),
            Err(malformed) => self.malformed(link, &malformed),
        }
    }

    fn malformed(&mut self, link: LinkId, malformed: &Malformed) {
        let error = error_object(454, &malformed.told_by_core());
        let answer = Object::message("error", 0, None).object("error", error);
        self.answer(link, "", answer);
    }

    /// A link has ended: Janus hears of it.
    pub(super) fn link_gone(&mut self, link: LinkId, now: Duration) {
        self.tick(now);
        let reclaim = !self.settings.reclaim_timeout.is_zero();
        let mut ended = Vec::new();
        for (id, session) in &mut self.sessions {
            // A session that the watchdog has marked is passed over, in 1.1.2 for good.
            if session.owner == link && !session.marked {
                if reclaim {
                    session.gone = true;
                } else {
                    ended.push(*id);
                }
            }
        }
        for id in ended {
            self.end_session(id, false);
        }
    }

    /// When something happens by itself next.
    pub(super) fn next_due(&self) -> Option<Duration> {
        let watchdog = (!self.sessions.is_empty()).then_some(self.watchdog);
        watchdog.into_iter().chain(self.bridge_due()).min()
    }

    /// Lets happen what happens by itself until `now`.
    pub(super) fn tick(&mut self, now: Duration) {
        while let Some(due) = self.next_due().filter(|due| *due <= now) {
            self.now = self.now.max(due);
            self.bridge_tick();
            if self.watchdog <= self.now {
                self.watch();
            }
        }
        self.now = self.now.max(now);
        // Without sessions its passes do nothing, but keep their rhythm.
        while self.watchdog <= now {
            self.watchdog += WATCHDOG * u32::max(1, passes(now - self.watchdog));
        }
    }

    /// Everything is gone, as after a restart of the server.
    pub(super) fn restart(&mut self) {
        self.sessions.clear();
        self.network = mem::take(&mut self.network).without_calls();
        self.bridge = audiobridge::Bridge::default();
        self.mountpoints = streaming::Mountpoints::default();
        self.textrooms.clear();
        self.admin.clear();
        self.accepting = true;
    }

    /// Tells what a handle is and does; `None` for one that is not there.
    pub(super) fn find(&mut self, handle: u64) -> Option<(u64, &mut Handle)> {
        self.sessions.iter_mut().find_map(|(id, session)| {
            let handle = session.handles.get_mut(&handle)?;
            Some((*id, handle))
        })
    }

    fn answer(&mut self, link: LinkId, verb: &str, object: Object) {
        let what = What::Answer {
            verb: verb.to_owned(),
            ack: false,
        };
        self.send(link, what, object);
    }

    fn send(&mut self, link: LinkId, what: What, object: Object) {
        let text = object.end();
        self.sent.push(Sent { link, what, text });
    }

    /// An event of the core about a handle, to whoever owns the session.
    pub(super) fn core_event(
        &mut self,
        session: u64,
        handle: u64,
        janus: &str,
        rest: impl FnOnce(Object) -> Object,
    ) {
        if let Some((link, event)) = self.event_of(session, handle, janus, None) {
            self.send(link, What::Event, rest(event));
        }
    }

    /// An event of a handle's plugin, to whoever owns the session.
    pub(super) fn plugin_event(
        &mut self,
        session: u64,
        handle: u64,
        transaction: Option<&str>,
        data: &str,
        jsep: Option<&str>,
    ) {
        let Some(plugin) = self.plugin_of(session, handle) else {
            return;
        };
        if let (Some(jsep), Some((_, found))) = (jsep, self.find(handle)) {
            found.peer.local = serde_json::from_str::<serde_json::Value>(jsep)
                .ok()
                .and_then(|jsep| Some(jsep["sdp"].as_str()?.to_owned()));
        }
        if let Some((link, event)) = self.event_of(session, handle, "event", transaction) {
            let plugindata = Object::new().text("plugin", &plugin).raw("data", data);
            let event = event.object("plugindata", plugindata);
            let event = match jsep {
                Some(jsep) => event.raw("jsep", jsep),
                None => event,
            };
            self.send(link, What::Event, event);
        }
    }

    /// An event about a handle as it begins, and the link that gets it.
    fn event_of(
        &self,
        session: u64,
        handle: u64,
        janus: &str,
        transaction: Option<&str>,
    ) -> Option<(LinkId, Object)> {
        let owner = self.sessions.get(&session)?;
        let event = Object::message(janus, session, transaction).id("sender", handle);
        let from = owner.handles.get(&handle);
        let opaque_id = from.and_then(|from| from.opaque_id.as_deref());
        Some((owner.owner, self.with_opaque_id(event, opaque_id)))
    }

    /// With the handle's `opaque_id`, where the server is told to.
    fn with_opaque_id(&self, object: Object, opaque_id: Option<&str>) -> Object {
        match opaque_id.filter(|_| self.settings.opaque_id_in_api) {
            Some(opaque_id) => object.text("opaque_id", opaque_id),
            None => object,
        }
    }
}

fn passes(time: Duration) -> u32 {
    u32::try_from(time.as_secs() / WATCHDOG.as_secs()).unwrap_or(u32::MAX)
}

fn error_object(code: i64, reason: &str) -> Object {
    Object::new().number("code", code).text("reason", reason)
}
