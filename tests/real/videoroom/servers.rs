//! Real servers, and what was exchanged with them.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fs::File,
    io::Write,
    time::Duration,
};

use common::{Janus, Version, WireProxy};
use janus_blocking::{
    Connection, Error, ErrorCode, Plugin, Result, VideoRoom, plugin::Id, videoroom::Create,
};
use serde_json::Value;

use super::desk::Desk;

/// For things that take milliseconds on an idle machine.
pub(crate) const SOON: Duration = Duration::from_secs(15);

/// The key that creating rooms and forwarding need on these servers.
pub(crate) const ADMIN_KEY: &str = "let-me";

/// One Janus and a proxy before it.
pub(crate) struct Servers {
    pub(crate) version: Version,
    pub(crate) proxy: WireProxy,
    _janus: Janus,
}

impl Servers {
    /// Runs a test with each version of Janus.
    pub(crate) fn each(test: impl Fn(&Self)) {
        Self::each_with(&[], test);
    }

    /// The same with settings of the plugin.
    pub(crate) fn each_with(settings: &[&str], test: impl Fn(&Self)) {
        for version in Version::ALL {
            let builder = Janus::builder().version(version);
            let builder = settings.iter().fold(builder, |builder, line| {
                builder.setting("janus.plugin.videoroom.jcfg", line)
            });
            let janus = builder.start();
            let servers = Self {
                version,
                proxy: WireProxy::start(&janus),
                _janus: janus,
            };
            test(&servers);
        }
    }

    /// Whether this Janus has what came after 1.1.2.
    pub(crate) fn is_new(&self) -> bool {
        self.version == Version::V1_4_1
    }

    /// A new handle, with its own session and connection.
    pub(crate) fn desk<P: Plugin>(&self) -> Desk<P> {
        let connection = Connection::open(&self.proxy.url()).expect("Janus is there");
        Desk::new(connection)
    }

    /// Makes a room with these settings and a random id.
    pub(crate) fn room(&self, create: &Create) -> (Desk<VideoRoom>, Id) {
        let desk = self.desk::<VideoRoom>();
        let created = desk.plugin.create(create).expect("a room");
        (desk, created.room)
    }

    /// Name and variant of the requests that were answered without a refusal.
    pub(crate) fn exchanged(&self) -> BTreeSet<(String, String)> {
        let parse = |texts: Vec<String>| -> Vec<Value> {
            let texts = texts.iter();
            texts
                .map(|text| serde_json::from_str(text).expect("JSON"))
                .collect()
        };
        let mut done = BTreeSet::new();
        for answer in parse(self.proxy.received()) {
            let data = &answer["plugindata"]["data"];
            if data.is_object() && data["error_code"].is_null() {
                done.insert(answer["transaction"].to_string());
            }
        }
        // What a handle is, as `configure` and `leave` exist twice.
        let mut kinds: BTreeMap<String, String> = BTreeMap::new();
        let mut exchanged = BTreeSet::new();
        for sent in parse(self.proxy.sent()) {
            let name = sent["body"]["request"].as_str().unwrap_or_default();
            let handle = sent["handle_id"].to_string();
            if name.is_empty() || !done.contains(&sent["transaction"].to_string()) {
                continue;
            }
            if let Some(kind) = sent["body"]["ptype"].as_str() {
                kinds.insert(handle.clone(), kind.to_owned());
            }
            let variant = match name {
                "join" | "configure" | "leave" => kinds[&handle].clone(),
                _ => String::new(),
            };
            exchanged.insert((name.to_owned(), variant));
        }
        exchanged
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        let Some(file) = env::var_os("VIDEOROOM_OBSERVED") else {
            return;
        };
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(file)
            .expect("a file");
        let lines = |way: &str, texts: Vec<String>| -> String {
            let version = self.version;
            let texts = texts.iter();
            texts
                .map(|text| format!("{version}\t{way}\t{text}\n"))
                .collect()
        };
        let lines = lines(">", self.proxy.sent()) + &lines("<", self.proxy.received());
        // In one piece: other tests write there too.
        file.write_all(lines.as_bytes()).expect("it can be written");
    }
}

/// Whether the plugin refused with this code.
#[track_caller]
pub(crate) fn assert_refused<T: std::fmt::Debug>(result: Result<T>, code: ErrorCode) {
    match result {
        Err(Error::Plugin {
            code: got,
            reason,
            request,
            ..
        }) => {
            assert_eq!(got, code, "{request}: {reason}");
        }
        other => panic!("not refused with {code}: {other:?}"),
    }
}
