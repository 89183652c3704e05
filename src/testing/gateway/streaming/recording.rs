//! `recording`: which streams are recorded, and to which file; none is written.

use serde_json::{Map, Value};

use super::{
    Gateway, Key, Kind, Object, Outcome, Source, check, fail, flag, optional, required, says, text,
};

const RECORDING: &[Key] = &[required("action", Kind::Text)];
const START: &[Key] = &[
    optional("media", Kind::Array),
    optional("audio", Kind::Text),
    optional("video", Kind::Text),
    optional("data", Kind::Text),
];
const STOP: &[Key] = &[
    optional("media", Kind::Array),
    optional("audio", Kind::Flag),
    optional("video", Kind::Flag),
    optional("data", Kind::Flag),
];

impl Gateway {
    pub(super) fn mountpoint_record(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, RECORDING)?;
        let action = text(body, "action")
            .unwrap_or_default()
            .to_ascii_lowercase();
        if !["start", "stop"].contains(&&*action) {
            return fail(454, "Invalid action (should be start|stop)");
        }
        let starts = action == "start";
        let (_, found) = self.mountpoint(body)?;
        if ![Source::Rtp, Source::Rtsp].contains(&found.source) {
            return fail(452, "Recording is only available on RTP-based live streams");
        }
        let (_, found) = self.own_mountpoint(body)?;
        check(body, if starts { START } else { STOP })?;
        let media = body.get("media").and_then(Value::as_array);
        let entries = media.into_iter().flatten().filter_map(Value::as_object);
        let entries: Vec<_> = entries.collect();
        for stream in &mut found.streams {
            let entry = match media {
                Some(_) => {
                    let mut own = entries.iter();
                    own.find(|it| text(it, "mid").is_some_and(|mid| mid == stream.mid))
                        .map(|it| text(it, "filename"))
                }
                None if starts => text(body, stream.kind).map(Some),
                None => (flag(body, stream.kind) == Some(true)).then_some(None),
            };
            match entry {
                // Without a name it is skipped.
                Some(Some(_)) if starts && stream.recording.is_some() => {
                    return fail(
                        452,
                        "Recording for audio, video and/or data already started for this stream",
                    );
                }
                Some(Some(file)) if starts => {
                    let name = file.rsplit('/').next().unwrap_or_default();
                    stream.recording = Some(format!("{name}.mjr"));
                }
                Some(_) if !starts => stream.recording = None,
                _ => {}
            }
        }
        Ok(says("ok"))
    }
}
