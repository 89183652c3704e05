//! The call that rang in one process is answered with sound by another.

use std::{fs, time::Duration};

use super::setup::{Setup, USER};
use common::{
    Janus, Sipp, TempDir, Version,
    program::{example, in_own_namespace},
};

/// One call: the caller sends back what is heard. What was sent and what came, and the recording.
fn talk(version: Version, payloads: &'static str, more: &[&str]) -> (u64, u64, Vec<u8>) {
    let setup = Setup::with(Janus::builder().version(version).reclaim_timeout(30));
    let folder = TempDir::new("sound");
    let record = folder.path().join("caller.wav");
    let first = setup.wait(&setup.janus.url(), &[]);
    let caller = Sipp::call(&setup.kamailio, USER).payloads(payloads);
    let caller = setup.left_ringing(first, caller.rtp_echo().hold(Duration::from_secs(4)));

    let mut words = vec!["--record", record.to_str().expect("UTF-8")];
    words.extend(more);
    let mut second = setup.answer(&setup.janus.url(), &words);
    assert_eq!(second.line(), "accepted");
    assert_eq!(second.line(), "media connected");
    assert_eq!(second.line(), "hangup 200 Session Terminated");
    let counts = second.line();
    caller.expect_success();
    second.end().well(&[]);
    println!("{version}, payload type {payloads}: {counts}");
    let words: Vec<_> = counts.split(' ').collect();
    let ["rtp", "sent", sent, "received", received] = words[..] else {
        panic!("{counts}")
    };
    let number = |word: &str| word.parse().expect("a number");
    (
        number(sent),
        number(received),
        fs::read(&record).expect("a file"),
    )
}

/// Whether the tone of 440 Hz is in a recording of G.711: the sign changes 880 times a second.
fn is_tone(file: &[u8]) -> bool {
    let samples = &file[58..];
    // After what may be silence at the beginning.
    let samples = &samples[samples.len() / 2..];
    let changes = samples
        .windows(2)
        .filter(|two| (two[0] ^ two[1]) & 0x80 != 0);
    let expected = samples.len() * 880 / 8000;
    let changes = changes.count();
    println!("{changes} changes of sign, {expected} expected");
    changes.abs_diff(expected) * 20 < expected
}

fn both_hear(version: Version) {
    // Built before there is a call: that takes long.
    example("sip_doorbell");
    let folder = TempDir::new("sound");
    let first = folder.path().join("first.wav");
    let (sent, received, file) = talk(version, "8", &["--tone"]);
    assert!(sent > 50 && received * 100 > sent * 90, "{sent} {received}");
    assert_eq!(file[20], 6, "A-law");
    assert!(is_tone(&file));
    fs::write(&first, file).expect("a file");

    // What was recorded is played to a caller with the other codec.
    let play = first.to_str().expect("UTF-8");
    let (sent, received, file) = talk(version, "0", &["--play", play]);
    assert!(sent > 50 && received * 100 > sent * 90, "{sent} {received}");
    assert_eq!(file[20], 7, "\u{b5}-law");
}

#[test]
#[ignore = "needs Janus, Kamailio, SIPp and root: run tests/run"]
fn the_caller_and_the_second_process_hear_each_other_by_janus_1_1_2() {
    let test = "the_caller_and_the_second_process_hear_each_other_by_janus_1_1_2";
    if in_own_namespace(module_path!(), test) {
        both_hear(Version::V1_1_2);
    }
}

#[test]
#[ignore = "needs Janus, Kamailio, SIPp and root: run tests/run"]
fn the_caller_and_the_second_process_hear_each_other_by_janus_1_4_1() {
    let test = "the_caller_and_the_second_process_hear_each_other_by_janus_1_4_1";
    if in_own_namespace(module_path!(), test) {
        both_hear(Version::V1_4_1);
    }
}
