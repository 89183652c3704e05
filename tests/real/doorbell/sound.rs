//! The call that rang in one process is answered with sound by another.

use std::{fs, time::Duration};

use super::setup::{Setup, USER};
use common::{
    Janus, Sipp, TempDir, Version,
    ogg::opus_file,
    program::{example, in_own_namespace},
};

/// How long the caller stays.
const HOLD: Duration = Duration::from_secs(4);

/// One call: the caller sends back what is heard. What was sent and what came, and the recording.
fn talk(
    version: Version,
    payloads: &'static str,
    hold: Duration,
    recording: &str,
    more: &[&str],
) -> (u64, u64, Vec<u8>) {
    let setup = Setup::with(Janus::builder().version(version).reclaim_timeout(30));
    let folder = TempDir::new("sound");
    let record = folder.path().join(recording);
    let first = setup.wait(&setup.janus.url(), &[]);
    let caller = Sipp::call(&setup.kamailio, USER).payloads(payloads);
    let caller = setup.left_ringing(first, caller.rtp_echo().hold(hold));

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
    let (sent, received, file) = talk(version, "8", HOLD, "caller.wav", &["--tone"]);
    assert!(sent > 50 && received * 100 > sent * 90, "{sent} {received}");
    assert_eq!(file[20], 6, "A-law");
    assert!(is_tone(&file));
    fs::write(&first, file).expect("a file");

    // What was recorded is played to a caller with the other codec.
    let play = first.to_str().expect("UTF-8");
    let (sent, received, file) = talk(version, "0", HOLD, "caller.wav", &["--play", play]);
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

/// Three seconds of Opus, which end before the call does: all that is played can come back.
fn opus_both_ways(version: Version) {
    example("sip_doorbell");
    let folder = TempDir::new("sound");
    let file = folder.path().join("welcome.ogg");
    // 20 ms of CELT each, and no two alike.
    let packet = |number: u8| [&[0xfc][..], &[0x55; 60], &[number; 5], &[0x33; 9]].concat();
    let packets: Vec<_> = (0..150).map(packet).collect();
    fs::write(&file, opus_file(&packets)).expect("a file");
    let play = file.to_str().expect("UTF-8");
    let words = ["--play", play];
    let hold = Duration::from_secs(7);
    let (sent, received, recorded) = talk(version, "111", hold, "caller.ogg", &words);
    assert_eq!(sent, 150);
    assert!(sent.abs_diff(received) * 100 <= sent, "{sent} {received}");
    assert!(recorded.starts_with(b"OggS"));
    let is_there = |packet: &&Vec<u8>| {
        let mut places = recorded.windows(packet.len());
        places.any(|place| place == packet.as_slice())
    };
    let back = packets.iter().filter(is_there).count() as u64;
    assert_eq!(back, received, "the file has what came");
}

#[test]
#[ignore = "needs Janus, Kamailio, SIPp and root: run tests/run"]
fn opus_goes_both_ways_in_the_second_process_by_janus_1_1_2() {
    let test = "opus_goes_both_ways_in_the_second_process_by_janus_1_1_2";
    if in_own_namespace(module_path!(), test) {
        opus_both_ways(Version::V1_1_2);
    }
}

#[test]
#[ignore = "needs Janus, Kamailio, SIPp and root: run tests/run"]
fn opus_goes_both_ways_in_the_second_process_by_janus_1_4_1() {
    let test = "opus_goes_both_ways_in_the_second_process_by_janus_1_4_1";
    if in_own_namespace(module_path!(), test) {
        opus_both_ways(Version::V1_4_1);
    }
}
