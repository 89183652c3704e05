//! Both versions of Janus for the tests of a plugin, and what was exchanged with them.
//!
//! With `OBSERVED=FILE` all that was said is added to that file, for `fixtures`.

use std::{
    collections::BTreeSet, env, fs::File, io::Write, marker::PhantomData, path::PathBuf,
    time::Duration,
};

use common::{Janus, Version, WireProxy};
use janus_blocking::{Connection, Error, ErrorCode, Handle, Plugin, Result};
use serde_json::Value;

use crate::desk::Desk;

/// For things that take milliseconds on an idle machine.
pub(crate) const SOON: Duration = Duration::from_secs(15);

/// The admin key of the servers that ask for one.
pub(crate) const ADMIN_KEY: &str = "let-me";

/// One Janus, a proxy before it, and the plugin that is tested. What only one plugin needs is an
/// `impl` for `Servers` of its type.
pub(crate) struct Servers<P> {
    pub(crate) version: Version,
    pub(crate) proxy: WireProxy,
    janus: Janus,
    plugin: PhantomData<fn() -> P>,
}

impl<P: Plugin> Servers<P> {
    /// Runs a test with each version of Janus.
    pub(crate) fn each(test: impl Fn(&Self)) {
        Self::each_with(&[], test);
    }

    /// The same with settings of the plugin.
    pub(crate) fn each_with(settings: &[&str], test: impl Fn(&Self)) {
        Version::ALL
            .into_iter()
            .for_each(|version| Self::run(version, settings, &test));
    }

    /// Waits, behind so many `hangup`s of that handle, until Janus can take or make its next offer.
    #[track_caller]
    pub(crate) fn wait_freed(&self, handle: &Handle, hangups: usize) {
        let handle = handle.id().value();
        self.janus.log().wait_freed(handle, hangups, SOON);
    }

    fn run(version: Version, settings: &[&str], test: &impl Fn(&Self)) {
        let builder = Janus::builder().version(version);
        let file = format!("{}.jcfg", P::PACKAGE);
        let builder = settings
            .iter()
            .fold(builder, |builder, line| builder.setting(&file, line));
        let janus = builder.start();
        test(&Self {
            version,
            proxy: WireProxy::start(&janus),
            janus,
            plugin: PhantomData,
        });
    }

    /// Whether this Janus has what came after 1.1.2.
    pub(crate) fn is_new(&self) -> bool {
        self.version == Version::V1_4_1
    }

    /// The WebSocket port of the Admin API.
    pub(crate) fn admin_port(&self) -> u16 {
        self.janus.admin_port()
    }

    /// Its secret.
    pub(crate) fn admin_secret(&self) -> &'static str {
        self.janus.admin_secret()
    }

    /// The folder that the server works in.
    pub(crate) fn folder(&self) -> PathBuf {
        self.janus.log_path().parent().expect("a folder").into()
    }

    /// A new handle of any plugin, with its own session and connection.
    pub(crate) fn desk<Q: Plugin>(&self) -> Desk<Q> {
        let connection = Connection::open(&self.proxy.url()).expect("Janus is there");
        Desk::new(connection)
    }

    /// The requests that the plugin answered without a refusal: their names and variants.
    /// `variant` is asked for each message to the plugin, in order: where no name is there twice it
    /// is `|_| String::new()`.
    pub(crate) fn exchanged(
        &self,
        mut variant: impl FnMut(&Value) -> String,
    ) -> BTreeSet<(String, String)> {
        let parse = |texts: Vec<String>| -> Vec<Value> {
            let texts = texts.iter();
            texts
                .map(|text| serde_json::from_str(text).expect("JSON"))
                .collect()
        };
        let mut done = BTreeSet::new();
        for answer in parse(self.proxy.received()) {
            let data = &answer["plugindata"]["data"];
            let own = answer["plugindata"]["plugin"] == P::PACKAGE;
            if own && data.is_object() && data["error_code"].is_null() {
                done.insert(answer["transaction"].to_string());
            }
        }
        let sent = parse(self.proxy.sent()).into_iter();
        let done = sent.filter(|sent| done.contains(&sent["transaction"].to_string()));
        let named = done.filter_map(|sent| {
            // TextRoom's names what it wants there, where it differs.
            let name = sent["body"]
                .get("textroom")
                .unwrap_or(&sent["body"]["request"]);
            Some((name.as_str()?.to_owned(), variant(&sent)))
        });
        named.collect()
    }
}

impl<P> Drop for Servers<P> {
    fn drop(&mut self) {
        observe(self.version, &self.proxy);
    }
}

/// Writes down what went through the proxy, if it is wanted.
pub(crate) fn observe(version: Version, proxy: &WireProxy) {
    let Some(file) = env::var_os("OBSERVED") else {
        return;
    };
    let mut file = File::options()
        .create(true)
        .append(true)
        .open(file)
        .expect("a file");
    let lines = |way: &str, texts: Vec<String>| -> String {
        let texts = texts.iter();
        texts
            .map(|text| format!("{version}\t{way}\t{text}\n"))
            .collect()
    };
    let lines = lines(">", proxy.sent()) + &lines("<", proxy.received());
    // In one piece: other tests write there too.
    file.write_all(lines.as_bytes()).expect("it can be written");
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
