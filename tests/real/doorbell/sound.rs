//! The call that rang in one process is answered with sound by another.

use std::{fs, time::Duration};

use super::setup::{Setup, USER};
use common::{
    Janus, RtpCapture, RtpPacket, Sipp, TempDir, Version,
    ogg::opus_file,
    program::{example, in_own_namespace},
};

/// How long the caller stays: as long as there is sound, and longer.
const HOLD: Duration = Duration::from_secs(4);
const LONGER: Duration = Duration::from_secs(7);

/// What was counted of a call: frames by the second process, and on the wire of the caller the
/// sequence numbers of packets.
#[derive(Debug)]
struct Counted {
    sent: usize,
    to_caller: Vec<u16>,
    from_caller: Vec<u16>,
    received: usize,
}

/// One call: the caller sends back what is heard. What was counted, and the recording.
fn talk(
    version: Version,
    payload: &'static str,
    hold: Duration,
    recording: &str,
    more: &[&str],
) -> (Counted, Vec<u8>) {
    let wire = RtpCapture::start();
    let setup = Setup::with(Janus::builder().version(version).reclaim_timeout(30));
    let folder = TempDir::new("sound");
    let record = folder.path().join(recording);
    let first = setup.wait(&setup.janus.url(), &[]);
    let caller = Sipp::call(&setup.kamailio, USER).payloads(payload);
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
    let words: Vec<_> = counts.split(' ').collect();
    let ["rtp", "sent", sent, "received", received] = words[..] else {
        panic!("{counts}")
    };
    let [sent, received] = [sent, received].map(|word| word.parse().expect("a number"));

    let (wire, port) = (wire.stop(), caller.media_port());
    let payload: u8 = payload.parse().expect("a number");
    let sequences = |is_it: fn(&RtpPacket, u16) -> bool| -> Vec<u16> {
        let packets = wire.iter().filter(|packet| is_it(packet, port));
        let sequences = packets.map(|packet| {
            assert_eq!(packet.payload_type, payload);
            packet.sequence
        });
        sequences.collect()
    };
    let counted = Counted {
        sent,
        to_caller: sequences(|packet, port| packet.to == port),
        from_caller: sequences(|packet, port| packet.from == port),
        received,
    };
    let [to, from] = [&counted.to_caller, &counted.from_caller].map(Vec::len);
    println!(
        "{version}, payload type {payload}: {counts}; on the wire {to} to and {from} from the caller"
    );
    (counted, fs::read(&record).expect("a file"))
}

impl Counted {
    /// All that was sent has reached the caller, and all that they sent back has come.
    #[track_caller]
    fn check(&self) {
        let [to, from] = [&self.to_caller, &self.from_caller].map(Vec::len);
        let counts = [self.sent, to, from, self.received];
        let most = self.sent.max(self.received);
        assert!(counts.iter().all(|it| it * 100 >= most * 99), "{counts:?}");
        self.check_flow();
    }

    /// No packet is missing between the first and the last. After that, what is sent while the
    /// caller hangs up reaches nobody.
    #[track_caller]
    fn check_flow(&self) {
        for sequences in [&self.to_caller, &self.from_caller] {
            assert!(sequences.len() > 50, "{self:?}");
            let mut pairs = sequences.windows(2);
            assert!(
                pairs.all(|two| two[1] == two[0].wrapping_add(1)),
                "{self:?}"
            );
        }
    }
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
    let (counted, file) = talk(version, "8", HOLD, "caller.wav", &["--tone"]);
    counted.check_flow();
    assert_eq!(file[20], 6, "A-law");
    assert!(is_tone(&file));
    fs::write(&first, file).expect("a file");

    // What was recorded is played, as it is and to a caller with the other codec. It ends before
    // the call does: all of it can come back.
    let play = first.to_str().expect("UTF-8");
    for (payload, format) in [("8", 6), ("0", 7)] {
        let (counted, file) = talk(version, payload, LONGER, "caller.wav", &["--play", play]);
        counted.check();
        assert_eq!(file[20], format);
    }
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
    let (counted, recorded) = talk(version, "111", LONGER, "caller.ogg", &words);
    assert_eq!(counted.sent, 150);
    counted.check();
    assert!(recorded.starts_with(b"OggS"));
    let is_there = |packet: &&Vec<u8>| {
        let mut places = recorded.windows(packet.len());
        places.any(|place| place == packet.as_slice())
    };
    let back = packets.iter().filter(is_there).count();
    assert_eq!(back, counted.received, "the file has what came");
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
