//! What holds of the crate as a whole: its dependencies, its size, what its types can do.

use std::{
    collections::BTreeSet,
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use janus_blocking::{
    Candidate, CloseReason, Config, Connection, EchoTest, Error, ErrorCode, Event, Events, Handle,
    HandleId, HandleTicket, Jsep, Raw, Session, SessionId, SessionTicket, Sip, admin, auth,
    connection::{AttachOptions, Module, Resumed, ServerInfo, StateChanges, UnmatchedMessages},
    echotest,
    error::{Endpoint, Mismatch, RequestContext, Scope, Undecoded},
    event::{Iter, RawEvent},
    plugin::{self, Ack, Bound},
    raw, sip, tls,
};

/// The dependencies that were agreed upon, optional ones included.
const AGREED: [&str; 27] = [
    "clap",
    "crossbeam-channel",
    "data-encoding",
    "derive_setters",
    "fastrand",
    "flate2",
    "hdrhistogram",
    "hmac",
    "httparse",
    "humantime",
    "indicatif",
    "log",
    "parking_lot",
    "plotters",
    "rustix",
    "rustls",
    "rustls-native-certs",
    "serde",
    "serde_json",
    "serde_with",
    "sha1",
    "signal-hook",
    "str0m",
    "thiserror",
    "toml",
    "tungstenite",
    "ureq",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn manifest() -> String {
    fs::read_to_string(root().join("Cargo.toml")).expect("the manifest")
}

/// The names in a section of the manifest.
fn section(header: &str) -> BTreeSet<String> {
    let manifest = manifest();
    let lines = manifest.lines().skip_while(|line| *line != header).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned()));
    names.filter(|name| !name.starts_with('#')).collect()
}

/// All packages that cargo builds for these kinds of dependencies, with these features.
fn packages(edges: &str, features: &str) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root());
    cargo.args([
        "tree",
        "--offline",
        features,
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    let output = cargo.args(["--edges", edges]).output().expect("cargo runs");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    let tree = String::from_utf8(output.stdout).expect("text");
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn no_async_runtime_is_below_the_crate() {
    let packages = packages("normal,build,dev", "--all-features");
    assert!(packages.contains("tungstenite"), "{packages:?}");
    let is_async = |name: &&String| {
        let beginnings = [
            "tokio", "futures", "async-", "smol", "mio", "embassy", "monoio",
        ];
        beginnings
            .iter()
            .any(|beginning| name.starts_with(beginning))
            && *name != "smol_str"
    };
    let found: Vec<_> = packages.iter().filter(is_async).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_dependencies_are_the_agreed_ones() {
    let ours = section("[dependencies]");
    assert!(ours.contains("tungstenite"), "{ours:?}");
    let agreed: BTreeSet<String> = AGREED.map(str::to_owned).into();
    let others: Vec<_> = ours.difference(&agreed).collect();
    assert!(others.is_empty(), "{others:?}");
    // What comes with them, all told, on this platform: a jump is worth a look. A WebRTC stack has
    // ciphers, certificates, SCTP and their parsers; a program has a command line, a terminal and plots.
    for (features, most) in [
        ("--features=http,testing,unix", 90),
        ("--features=webrtc,testing", 145),
        ("--all-features", 175),
    ] {
        let own = packages("normal", features);
        assert!(
            own.len() <= most,
            "{features}: {} packages: {own:?}",
            own.len()
        );
    }
}

#[test]
fn the_package_has_the_messages_that_the_feature_testing_includes() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root());
    cargo.args(["package", "--list", "--offline", "--allow-dirty"]);
    let output = cargo.output().expect("cargo runs");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    let list = String::from_utf8(output.stdout).expect("text");
    let packaged: BTreeSet<_> = list.lines().filter(|it| it.starts_with("tests/")).collect();
    for (folder, messages) in [
        ("events", janus_blocking::testing::wire::EVENTS),
        ("replies", janus_blocking::testing::wire::REPLIES),
    ] {
        for (plugin, name, _) in messages {
            let place = format!("tests/fixtures/{plugin}/{folder}/{name}.json");
            assert!(packaged.contains(&*place), "{place}");
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found)
        } else {
            found.push(path)
        }
    }
}

#[test]
fn no_source_file_has_more_than_400_lines_of_code() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    assert!(files.len() > 30, "{files:?}");
    for file in files {
        let text = fs::read_to_string(&file).expect("text");
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let lines = code.count();
        assert!(lines <= 400, "{} has {lines}", file.display());
    }
}

#[test]
fn every_source_file_begins_with_what_it_does() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    // The guide is the first line of `lib.rs`.
    files.retain(|file| *file != root().join("src/lib.rs"));
    files.retain(|file| file.extension().is_some_and(|it| it == "rs"));
    for file in files {
        let text = fs::read_to_string(&file).expect("text");
        assert!(text.starts_with("//! "), "{}", file.display());
    }
}

#[test]
fn what_ureq_calls_unversioned_is_used_in_one_file() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    files.retain(|file| {
        let text = fs::read_to_string(file).expect("text");
        text.contains("unversioned::") || text.contains("    unversioned")
    });
    assert_eq!(files, [root().join("src/transport/http/carrier.rs")]);
}

#[test]
fn atomics_of_64_bits_are_not_from_std_which_does_not_have_them_for_every_processor() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    files.retain(|file| {
        let text = fs::read_to_string(file).expect("text");
        // In an import, however it is nested, or by its full path.
        text.match_indices("std::").any(|(start, _)| {
            let rest = text[start..].split(';').next().unwrap_or_default();
            let is_import = text[..start].ends_with("use ");
            ["AtomicU64", "AtomicI64"].iter().any(|name| {
                is_import && rest.contains(name)
                    || rest.starts_with(&format!("std::sync::atomic::{name}"))
            })
        })
    });
    // A test compares ours with it.
    assert_eq!(files, [root().join("src/sync/lock64.rs")]);
}

#[test]
fn the_lints_that_the_house_wants_are_on() {
    let manifest = manifest();
    for lint in [
        "unsafe_code = \"forbid\"",
        "missing_docs = \"deny\"",
        "missing_debug_implementations = \"warn\"",
        "match_bool = \"warn\"",
        "missing_errors_doc = \"warn\"",
        "missing_panics_doc = \"warn\"",
    ] {
        assert!(manifest.contains(lint), "{lint}");
    }
    assert!(
        manifest.contains("edition = \"2024\"") && manifest.contains("rust-version = \"1.85\"")
    );
}

#[test]
fn an_error_is_small() {
    assert!(size_of::<Error>() <= 40, "{} bytes", size_of::<Error>());
    assert!(size_of::<Result<(), Error>>() <= 40);
}

#[test]
fn everything_can_go_to_and_be_used_from_any_thread() {
    fn assert<T: Send + Sync + 'static>() {}
    assert::<Connection>();
    assert::<Session>();
    assert::<Handle>();
    assert::<EchoTest>();
    assert::<Sip>();
    assert::<Raw>();
    assert::<Events<EchoTest>>();
    assert::<Events<Sip>>();
    assert::<Events<Raw>>();
    assert::<Iter<'static, EchoTest>>();
    assert::<RawEvent>();
    assert::<StateChanges>();
    assert::<admin::Admin>();
    assert::<Event<echotest::Event>>();
    assert::<Event<sip::Event>>();
    assert::<Error>();
    assert::<Config>();
    assert::<tls::Tls>();
    assert::<tls::Pem>();
    assert::<(auth::Token, auth::SignedToken, auth::Verified)>();
    assert::<SessionTicket>();
    assert::<HandleTicket>();
    assert::<Resumed>();
    assert::<ServerInfo>();
    assert::<Jsep>();
    assert::<Candidate>();
}

/// Beside the lint, which asks all public types for it but not those that are generic.
#[test]
fn everything_can_be_shown() {
    fn assert<T: Debug>() {}
    assert::<Connection>();
    assert::<Session>();
    assert::<Handle>();
    assert::<EchoTest>();
    assert::<Sip>();
    assert::<Raw>();
    assert::<Events<EchoTest>>();
    assert::<Iter<'_, Sip>>();
    assert::<RawEvent>();
    assert::<StateChanges>();
    assert::<Event<echotest::Event>>();
    assert::<Error>();
    assert::<(
        RequestContext,
        Endpoint,
        ErrorCode,
        CloseReason,
        Scope,
        Mismatch,
        Undecoded,
    )>();
    assert::<(
        Config,
        AttachOptions,
        Ack,
        UnmatchedMessages,
        ServerInfo,
        Module,
        Resumed,
    )>();
    assert::<(tls::Tls, tls::Pem)>();
    assert::<(SessionId, HandleId, SessionTicket, HandleTicket)>();
    assert::<(
        auth::Token,
        auth::SignedToken,
        auth::Verified,
        auth::TokenFault,
    )>();
    assert::<(
        Jsep,
        Candidate,
        Bound,
        plugin::Terminal,
        plugin::Refusal,
        plugin::Done,
    )>();
    assert::<(
        raw::Body,
        echotest::Settings,
        sip::Register,
        sip::Call,
        sip::Secret,
    )>();
}

#[test]
fn a_queue_can_be_shown_whatever_its_plugin_is() {
    // `Events` and `Iter` ask nothing of the plugin's type.
    struct Shy(Handle);
    impl plugin::Plugin for Shy {
        const PACKAGE: &'static str = "janus.plugin.shy";
        type Event = ();
        fn new(handle: Handle) -> Self {
            Self(handle)
        }
        fn handle(&self) -> &Handle {
            &self.0
        }
        fn decode(_: &serde_json::value::RawValue) -> serde_json::Result<()> {
            Ok(())
        }
    }
    fn assert<T: Debug>() {}
    assert::<Events<Shy>>();
    assert::<Iter<'_, Shy>>();
}
