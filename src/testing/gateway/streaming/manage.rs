//! `edit`, `destroy`, `list`, `info`, `enable`, `disable`, `kick_all`.

use serde_json::{Map, Value};

use super::{
    Failed, Gateway, Key, Kind, Mountpoint, Object, Outcome, Source, Stream, check, fail, flag,
    id_of, optional, says, text,
};

const EDIT: &[Key] = &[
    optional("new_description", Kind::Text),
    optional("new_metadata", Kind::Text),
    optional("new_secret", Kind::Text),
    optional("new_pin", Kind::Text),
    optional("new_is_private", Kind::Flag),
    optional("permanent", Kind::Flag),
    optional("edited_event", Kind::Flag),
];
const DESTROY: &[Key] = &[optional("permanent", Kind::Flag)];
const DISABLE: &[Key] = &[optional("stop_recording", Kind::Flag)];

impl Gateway {
    pub(super) fn mountpoint_edit(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, EDIT)?;
        let unknown = |Failed(code, reason)| match code {
            // In words of its own.
            455 => Failed(code, format!("No such mountpoint ({})", id_of(body))),
            _ => Failed(code, reason),
        };
        let (id, found) = self.own_mountpoint(body).map_err(unknown)?;
        let given = |key: &str| {
            text(body, key)
                .filter(|it| !it.is_empty())
                .map(str::to_owned)
        };
        if let Some(description) = given("new_description") {
            found.description = description;
        }
        let mut tells = flag(body, "edited_event").unwrap_or(false);
        if let Some(metadata) = text(body, "new_metadata") {
            let before = found.metadata.replace(metadata.to_owned());
            tells &= before.as_deref() != Some(metadata);
        }
        if let Some(is_private) = flag(body, "new_is_private") {
            found.is_private = is_private;
        }
        found.secret = given("new_secret").or(found.secret.take());
        if body.contains_key("new_pin") {
            found.pin = given("new_pin");
        }
        let metadata = found.metadata.clone();
        if tells {
            let mut event = Object::new().text("event", "edited").id("id", id);
            if let Some(metadata) = metadata {
                event = event.text("metadata", &metadata);
            }
            let event = event.end();
            for (session, handle) in self.viewers_of(id) {
                self.plugin_event(session, handle, None, &event, None);
            }
        }
        let permanent = flag(body, "permanent").unwrap_or(false);
        Ok(says("edited").id("id", id).flag("permanent", permanent))
    }

    pub(super) fn mountpoint_destroy(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        let (id, _) = self.own_mountpoint(body)?;
        check(body, DESTROY)?;
        self.end_viewers(id, "stopped");
        self.mountpoints.by_id.remove(&id);
        Ok(says("destroyed").id("destroyed", id))
    }

    pub(super) fn mountpoint_enable(
        &mut self,
        body: &Map<String, Value>,
        enabled: bool,
    ) -> Outcome<Object> {
        let (_, found) = self.own_mountpoint(body)?;
        if !enabled {
            check(body, DISABLE)?;
            let stops = flag(body, "stop_recording") != Some(false);
            let is_rtp = [Source::Rtp, Source::Rtsp].contains(&found.source);
            if stops && is_rtp && found.streams.iter().any(|it| it.recording.is_none()) {
                // Not a refusal of Janus's: it crashes as a whole.
                return fail(470, "a Janus would have crashed: send stop_recording false");
            }
            if stops {
                found.streams.iter_mut().for_each(|it| it.recording = None);
            }
        }
        found.enabled = enabled;
        Ok(says("ok"))
    }

    pub(super) fn mountpoint_kick_all(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        let (id, _) = self.own_mountpoint(body)?;
        self.end_viewers(id, "kicked_all");
        Ok(says("kicked_all"))
    }

    pub(super) fn mountpoint_list(&self) -> Object {
        let public = self.mountpoints.by_id.iter();
        let public = public.filter(|(_, found)| !found.is_private);
        let entries = public.map(|(id, found)| {
            let entry = Object::new()
                .id("id", *id)
                .text("type", found.kind())
                .text("description", &found.description);
            let entry = with(entry, "metadata", found.metadata.as_deref());
            let entry = entry.flag("enabled", found.enabled);
            if ![Source::Rtp, Source::Rtsp].contains(&found.source) {
                return entry.end();
            }
            let streams = found.streams.iter().map(|stream| {
                let entry = Object::new()
                    .text("mid", &stream.mid)
                    .text("type", stream.kind)
                    .text("label", &stream.label);
                self.aged(found, with(entry, "msid", stream.msid.as_deref()), stream)
            });
            entry.raw("media", &list(streams)).end()
        });
        let entries: Vec<String> = entries.collect();
        says("list").raw("list", &format!("[{}]", entries.join(",")))
    }

    pub(super) fn mountpoint_info(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        let (id, _) = self.mountpoint(body)?;
        let viewers = self.viewers_of(id).len();
        let (_, found) = self.mountpoint(body)?;
        let all = found.secret.is_none() || found.secret.as_deref() == text(body, "secret");
        let found = &self.mountpoints.by_id[&id];
        let own = |value: &Option<String>| value.clone().filter(|_| all);
        let mut info = Object::new().id("id", id);
        info = with(info, "name", all.then_some(&found.name));
        info = info.text("description", &found.description);
        info = with(info, "metadata", found.metadata.as_deref());
        info = with(info, "secret", own(&found.secret).as_deref());
        info = with(info, "pin", own(&found.pin).as_deref());
        if all && found.is_private {
            info = info.flag("is_private", true);
        }
        info = info.flag("enabled", found.enabled);
        if all {
            info = info.number("viewers", i64::try_from(viewers).unwrap_or(i64::MAX));
        }
        info = info.text("type", found.kind());
        let streams = found.streams.iter().enumerate();
        let streams = streams.map(|(index, stream)| self.stream_info(found, index, stream, all));
        info = info.raw("media", &list(streams));
        let common = found.common.iter().map(|(key, value)| (*key, value));
        let secret = found.own.iter().filter(|_| all);
        let keys = common.chain(secret.map(|(key, value)| (*key, value)));
        let info = keys.fold(info, |info, (key, value)| info.value(key, value));
        Ok(says("info").object("info", info))
    }

    fn stream_info(&self, of: &Mountpoint, index: usize, stream: &Stream, all: bool) -> Object {
        let is_file = [Source::Live, Source::OnDemand].contains(&of.source);
        let mut info = Object::new();
        if is_file {
            info = info.text("type", stream.kind);
        } else {
            info = info.number("mindex", i64::try_from(index).unwrap_or(i64::MAX));
            info = info.text("type", stream.kind).text("mid", &stream.mid);
            info = info.text("label", &stream.label);
            info = with(info, "msid", stream.msid.as_deref());
        }
        if let Some(pt) = stream.pt {
            info = info.number("pt", pt);
        }
        if let Some((name, map)) = &stream.codec {
            info = info.text("codec", name).text("rtpmap", map);
        }
        info = with(info, "fmtp", stream.fmtp.as_deref());
        for key in &stream.flags {
            info = info.flag(key, true);
        }
        if is_file {
            return info;
        }
        if all {
            info = info.number("port", stream.port.into());
            let ports = [stream.rtcp_port, stream.more[0], stream.more[1]];
            for (key, port) in ["rtcpport", "port2", "port3"].into_iter().zip(ports) {
                if let Some(port) = port {
                    info = info.number(key, port.into());
                }
            }
        }
        if stream.kind == "data" && !self.is_older() {
            info = info.text("datatype", if stream.binary { "binary" } else { "text" });
        }
        info = self.aged(of, info, stream);
        let recording = stream.recording.as_deref().filter(|_| all);
        with(info, "recording", recording)
    }

    fn aged(&self, of: &Mountpoint, entry: Object, stream: &Stream) -> Object {
        if of.source != Source::Rtp {
            return entry;
        }
        let age = self.now.saturating_sub(stream.since).as_millis();
        entry.number("age_ms", i64::try_from(age).unwrap_or(i64::MAX))
    }
}

fn with(object: Object, key: &str, text: Option<impl AsRef<str>>) -> Object {
    match text {
        Some(text) => object.text(key, text.as_ref()),
        None => object,
    }
}

fn list(entries: impl Iterator<Item = Object>) -> String {
    let entries: Vec<String> = entries.map(Object::end).collect();
    format!("[{}]", entries.join(","))
}
