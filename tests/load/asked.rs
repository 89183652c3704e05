//! What makes no sense is refused, with a word about it, before anything is measured.

use std::fs;

use common::TempDir;

use crate::measured::run;

const RAMP: &str = "10..30 step 10 every 1s";

/// It ends with 2, says that, and reports nothing.
#[track_caller]
fn assert_refused(options: &[&str], word: &str) {
    let ended = run(options);
    assert_eq!(ended.code, Some(2), "{options:?}: {}", ended.output);
    assert!(ended.output.contains(word), "{options:?}: {}", ended.output);
    assert!(ended.is_without_report(), "{options:?}");
}

#[test]
fn options_that_would_be_passed_over_are_refused() {
    for (options, word) in [
        (&["--knee", "5ms"][..], "knee"),
        (&["--knee", "5ms", "--rate", "100"], "ramp"),
        (&["--knee", "5ms", "--callers", "2"], "ramp"),
        (&["--arrivals", "poisson"], "--rate"),
        (&["--in-flight", "5", "--callers", "2"], "--rate"),
        (&["--rate", RAMP, "--for", "4s"], "over after 3s"),
        (&["--plugin", "videoroom"], "ping: plugin"),
        (&["--scenario", "attach", "--body", "{}"], "request"),
        (&["--scenario", "events", "--rooms", "2"], "rooms"),
        (&["--participants", "3"], "participants"),
        (&["--sip-proxy", "sip:x"], "sip-proxy"),
        (&["--sip-account", "3"], "sip-account"),
        (&["--pairs", "3"], "pairs"),
        (&["--peers", "3"], "peers"),
        (&["--address", "127.0.0.1"], "address"),
        (
            &["--scenario", "room", "--plugin", "echotest"],
            "audiobridge",
        ),
        (&["--connections", "3", "--callers", "2"], "connections: 3"),
        (&["--scenario", "room", "--callers", "5"], "callers: 5"),
        (&["--ca", "/x.pem"], "wss"),
        (&["ws://127.0.0.1:1", "--ca", "/x.pem"], "wss"),
        (&["--server-pid", "4294967295"], "4294967295"),
        (&["--scenario", "sip"], "--sip-proxy"),
    ] {
        assert_refused(options, word);
    }
}

#[test]
fn numbers_that_are_nothing_or_too_much_are_refused() {
    for (options, word) in [
        (&["--for", "0s"][..], "for"),
        (&["--for", "1000y"], "for"),
        (&["--for", "10"], "--for"),
        (&["--for=-1s"], "--for"),
        (&["--warm-up", "1000y"], "warm-up"),
        (&["--timeout", "0s"], "timeout"),
        (&["--timeout", "1000y"], "timeout"),
        (&["--rate", RAMP, "--knee", "0s"], "knee"),
        (&["--rate", "0"], "--rate"),
        (&["--rate", "1e12"], "--rate"),
        (&["--callers", "0"], "callers"),
        (&["--callers", "10001"], "callers"),
        (&["--rate", "5", "--in-flight", "0"], "in-flight"),
        (&["--connections", "0"], "connections"),
        (&["--scenario", "room", "--rooms", "0"], "rooms"),
        (&["--scenario", "room", "--rooms", "5000"], "all rooms"),
        (
            &["--scenario", "events", "--participants", "0"],
            "participants",
        ),
        (&["--scenario", "reclaim", "--connections", "1"], "two"),
        (&["--scenario", "request", "--body", "5"], "object"),
        (&["--scenario", "request", "--body", "{"], "--body"),
        (&["--fail-if", "p101>1ms"], "p101"),
        (&["--fail-if", "errors>-1"], "-1"),
    ] {
        assert_refused(options, word);
    }
    let sip = [
        "ws://127.0.0.1:1",
        "--scenario",
        "sip",
        "--sip-proxy",
        "sip:x",
    ];
    for (options, word) in [
        (["--pairs", "0"], "pairs"),
        (["--sip-account", "4294967295"], "sip-account"),
    ] {
        assert_refused(&[&sip[..], &options].concat(), word);
    }
}

#[test]
fn a_scenario_file_that_makes_no_sense_is_refused_likewise() {
    let folder = TempDir::new("load-asked");
    let file = folder.path().join("mix.toml");
    for (text, word) in [
        ("knee = \"5ms\"", "ramp"),
        ("for = \"0s\"", "for"),
        ("rate = 5\ncallers = 2", "callers"),
        ("connections = -1", "-1"),
        ("[[scenario]]", "kind"),
        ("[[scenario]]\nkind = \"ping\"\nweight = 0", "weight"),
        ("[[scenario]]\nkind = \"ping\"\npeers = 2", "peers"),
        (
            "[[scenario]]\nkind = \"ping\"\n[[scenario]]\nkind = \"ping\"",
            "another name",
        ),
    ] {
        fs::write(&file, text).expect("written");
        assert_refused(&["--file", file.to_str().expect("text")], word);
    }
    fs::write(&file, "[[scenario]]\nkind = \"ping\"").expect("written");
    let file = file.to_str().expect("text");
    assert_refused(&["--file", file, "--scenario", "attach"], "--scenario");
    // What the command line says instead is no contradiction.
    let both = "rate = \"10..30 step 10 every 1s\"\nknee = \"5ms\"\narrivals = \"poisson\"";
    fs::write(file, both).expect("written");
    let ended = run(&["--file", file, "--callers", "1", "--for", "100ms"]);
    ended.assert(0, "complete");
}

#[test]
fn a_run_in_which_nothing_was_due_has_failed() {
    let options = ["--rate", "0.001", "--arrivals", "poisson", "--seed", "1"];
    let ended = run(&[&options[..], &["--for", "100ms", "--warm-up", "0s"]].concat());
    assert_eq!(ended.code, Some(1), "{}", ended.output);
    assert!(
        ended.output.contains("nothing was measured"),
        "{}",
        ended.output
    );
    assert_eq!(ended.count(), 0);
}
