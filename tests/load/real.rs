//! Every scenario on real servers, of both versions: it works, and nothing is left, as the server's
//! Admin API says.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

#[cfg(feature = "webrtc")]
use common::program::in_own_namespace;
use common::{Authority, Janus, JanusBuilder, Kamailio, TempDir, Version, wait_until};
use janus_blocking::{Connection, admin::Admin};

use crate::measured::{Ended, SOON, run, start, start_with};

/// The server's own list.
fn sessions(janus: &Janus) -> usize {
    let admin = Admin::open(&janus.admin_url(), janus.admin_secret()).expect("the Admin API");
    admin.list_sessions().expect("a list").len()
}

/// The rooms that a default Janus does not have.
fn rooms(janus: &Janus) -> usize {
    let session = Connection::open(&janus.url()).and_then(|janus| janus.create_session());
    let session = session.expect("a session");
    let of = |plugin: &str| {
        let raw = session.attach_raw(plugin).expect("a handle");
        let list = raw
            .request(serde_json::json!({ "request": "list" }))
            .expect("a list");
        let rooms = list["list"].as_array().or(list["rooms"].as_array());
        rooms.map_or(0, Vec::len)
    };
    of("janus.plugin.videoroom") + of("janus.plugin.audiobridge")
}

#[track_caller]
fn assert_clean(janus: &Janus, ended: &Ended, what: &str) {
    ended.assert(0, "complete");
    assert_eq!(ended.errors(), 0, "{what}: {}", ended.scenario()["errors"]);
    assert!(ended.count() > 0, "{what}: {}", ended.report());
    assert_eq!(sessions(janus), 0, "{what}");
}

const SHORT: [&str; 8] = [
    "--for",
    "2s",
    "--warm-up",
    "200ms",
    "--rate",
    "50",
    "--connections",
    "2",
];

#[test]
#[ignore = "needs Janus: run tests/run"]
fn each_scenario_leaves_nothing_on_a_real_server() {
    for version in Version::ALL {
        let janus = Janus::builder().version(version).start();
        let before = rooms(&janus);
        let url = janus.url();
        for scenario in [
            &["ping"][..],
            &["attach"],
            &["session"],
            &[
                "request",
                "--plugin",
                "videoroom",
                "--body",
                r#"{"request": "list"}"#,
            ],
            &["room"],
            &["room", "--plugin", "audiobridge", "--rooms", "2"],
            &["reclaim"],
            &["events", "--participants", "10"],
        ] {
            let ended = run(&[&[&*url, "--scenario"], scenario, &SHORT].concat());
            assert_clean(&janus, &ended, &format!("{scenario:?} on {version:?}"));
        }
        assert_eq!(rooms(&janus), before);
    }
}

#[test]
#[ignore = "needs Janus and Kamailio: run tests/run"]
fn accounts_register_call_hold_and_hang_up() {
    for version in Version::ALL {
        let janus = Janus::builder().version(version).start();
        let kamailio = Kamailio::start();
        let (url, proxy) = (janus.url(), kamailio.proxy_uri());
        let options = ["--scenario", "sip", "--sip-proxy", &proxy, "--pairs", "3"];
        let options = [&[&*url], &options[..], &["--callers", "3", "--for", "4s"]].concat();
        let ended = start_with(&options, &[("JANUS_LOAD_SIP_SECRET", "secret-of-{}")]).wait();
        assert_clean(&janus, &ended, &format!("sip on {version:?}"));
        for part in ["register", "ring", "answer", "hold", "hang up"] {
            assert_eq!(
                ended.scenario()["parts"][part]["count"],
                ended.count(),
                "{part}"
            );
        }
        wait_until(SOON, "no registrations", || !kamailio.is_registered("1000"));
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn each_transport_is_measured_and_left_clean() {
    let authority = Authority::new("load");
    let folder = TempDir::new("load-ca");
    let ca = folder.path().join("ca.pem");
    fs::write(&ca, authority.pem()).expect("written");
    let ca = ca.to_str().expect("text");
    let issued = authority.issue(&["localhost"]);
    let builder = |version| Janus::builder().version(version).tls(&issued).http();
    for version in Version::ALL {
        let janus = builder(version).unix().start();
        let datagrams = Janus::builder().version(version).unix_datagram().start();
        for (janus, url) in [
            (&janus, janus.url()),
            (&janus, janus.wss_url()),
            (&janus, janus.http_url()),
            (&janus, janus.https_url()),
            (&janus, janus.unix_url()),
            (&datagrams, datagrams.unix_url()),
        ] {
            let is_tls = url.starts_with("wss") || url.starts_with("https");
            let trust = if is_tls { &["--ca", ca][..] } else { &[] };
            let options = ["--scenario", "attach", "--in-flight", "10"];
            let ended = run(&[&[&*url], &options[..], trust, &SHORT].concat());
            assert_clean(janus, &ended, &format!("{url} on {version:?}"));
        }
    }
}

#[test]
#[cfg(feature = "webrtc")]
#[ignore = "needs Janus and root: run tests/run"]
fn frames_of_sound_come_back_and_their_peers_go() {
    if !in_own_namespace(
        module_path!(),
        "frames_of_sound_come_back_and_their_peers_go",
    ) {
        return;
    }
    for version in Version::ALL {
        let janus = Janus::builder().version(version).start();
        let (url, before) = (janus.url(), rooms(&janus));
        for bridge in [
            &[][..],
            &["--plugin", "audiobridge"],
            &["--plugin", "audiobridge", "--participants", "3"],
        ] {
            let options = ["--scenario", "media", "--peers", "4", "--for", "2s"];
            let what = format!("media {bridge:?} on {version:?}");
            let again = || run(&[&[&*url], &options[..], bridge].concat());
            let mut ended = again();
            if bridge.is_empty() {
                // A frame has a second to come back. A machine that others use may stand still for longer, but
                // not three times.
                for _ in 0..2 {
                    if ended.errors() > 0 {
                        ended = again();
                    }
                }
                assert_clean(&janus, &ended, &what);
            }
            // An AudioBridge drops frames that come in bunches, as those of such a machine do.
            ended.assert(0, "complete");
            assert_eq!(sessions(&janus), 0, "{what}");
            let errors = ended.scenario()["errors"].as_object().expect("an object");
            assert!(
                errors.keys().all(|kind| kind == "no frame back"),
                "{what}: {errors:?}"
            );
            // Each sends 50 a second.
            assert_eq!(ended.count() + ended.errors(), 400, "{what}");
            assert!(ended.count() > 100, "{what}: {errors:?}");
            assert_eq!(rooms(&janus), before, "{what}");
        }
    }
}

/// What is there while it runs, and after a signal.
#[track_caller]
fn ended_by(signal: &str, builder: JanusBuilder, url: impl Fn(&Janus) -> String) {
    let janus = builder.session_timeout(5).start();
    let url = url(&janus);
    let options = [
        "--scenario",
        "request",
        "--rate",
        "50",
        "--for",
        "1h",
        "--in-flight",
        "10",
    ];
    let mut running = start(&[&[&*url], &options[..]].concat());
    running.wait_begun(|| sessions(&janus) == 10);
    running.process.signal(signal);
    let begin = Instant::now();
    let ended = running.wait();
    if signal == "KILL" {
        assert_eq!(ended.code, None);
        wait_until(SOON, "no sessions", || sessions(&janus) == 0);
        // The watchdog of Janus looks every two seconds; the rest is for a machine that others use.
        let limit = Duration::from_secs(5 + 4 + 10);
        assert!(begin.elapsed() < limit, "{:?}", begin.elapsed());
    } else {
        ended.assert(130, "interrupted");
        assert_eq!(sessions(&janus), 0);
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn ctrl_c_leaves_nothing_and_a_kill_nothing_after_the_session_timeout() {
    for version in Version::ALL {
        for signal in ["INT", "KILL"] {
            let builder = || Janus::builder().version(version);
            ended_by(signal, builder(), Janus::url);
            ended_by(signal, builder().reclaim_timeout(5), Janus::url);
            ended_by(signal, builder().http(), Janus::http_url);
        }
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_real_server_that_dies_or_hangs_or_starts_anew_is_survived() {
    for version in Version::ALL {
        for (what, code) in [("dies", 4), ("hangs", 0), ("restarts", 0)] {
            let janus = Janus::builder().version(version).start();
            let url = janus.url();
            let options = [
                "--scenario",
                "attach",
                "--for",
                "6s",
                "--rate",
                "50",
                "--timeout",
                "1s",
            ];
            let mut running = start(&[&[&*url], &options[..]].concat());
            running.wait_begun(|| sessions(&janus) > 100);
            thread::sleep(Duration::from_secs(2));
            match what {
                "dies" => janus.kill(),
                "hangs" => {
                    janus.pause();
                    thread::sleep(Duration::from_secs(2));
                    janus.resume();
                }
                _ => janus.restart(),
            }
            let ended = running.wait();
            assert_eq!(ended.code, Some(code), "{what}: {}", ended.output);
            assert!(
                ended.count() > 0 && ended.errors() > 0,
                "{what}: {}",
                ended.scenario()
            );
            if code == 0 {
                let series = ended.scenario()["series"].as_array().expect("an array");
                assert!(
                    series
                        .last()
                        .is_some_and(|last| last["count"].as_u64() > Some(0))
                );
                assert_eq!(sessions(&janus), 0, "{what}");
            }
        }
    }
}
