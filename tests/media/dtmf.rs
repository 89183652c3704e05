//! Keys of a telephone: between two peers, and with a plain RTP phone behind NoSIP of real servers.

use std::{
    net::UdpSocket,
    thread,
    time::{Duration, Instant},
};

use common::{Janus, Version, program::in_own_namespace};
use janus_blocking::{
    Connection, Error, NoSip,
    nosip::{Generate, Process},
    webrtc::{Codec, Direction, JsepKind, Media, MediaError, MediaTime, Peer, PeerEvent, Track},
};

use super::pair::{Side, WAIT, connected, exchange};

/// Where the plugin speaks RTP in these tests.
const PHONE: &str = "127.0.0.1";

const TONE: Duration = Duration::from_millis(60);

fn audio(peer: &Peer) -> Track {
    peer.audio().expect("audio")
}

/// The next so many keys.
#[track_caller]
fn keys(peer: &Peer, many: usize) -> String {
    let events = peer.events();
    let events = std::iter::from_fn(|| events.recv_timeout(WAIT).expect("it is open"));
    let keys = events.filter_map(|event| match event {
        PeerEvent::Dtmf { key, .. } => Some(key),
        _ => None,
    });
    keys.take(many).collect()
}

#[test]
fn keys_arrive_once_each_beside_the_audio() {
    let (a, b) = (Side::new(), Side::new());
    for codec in [Codec::Pcma, Codec::Opus] {
        let (one, other) = connected(
            a.peer().audio(Direction::SendRecv, &[codec]).dtmf(),
            b.peer().audio(Direction::SendRecv, &[codec]).dtmf(),
        );
        let (here, there) = (audio(&one), audio(&other));
        assert!(here.has_dtmf() && there.has_dtmf());
        // Without any audio so far.
        there.send_dtmf("7", TONE).expect("it is sent");
        assert_eq!(keys(&one, 1), "7");
        thread::scope(|scope| {
            let sending = scope.spawn(|| here.send_dtmf("1123*#0ad", TONE));
            let rate = codec.clock_rate();
            for number in 0.. {
                let time = MediaTime::new(number * u64::from(rate) / 50, rate);
                here.write(time, &[0x55; 160]).expect("it is open");
                if sending.is_finished() {
                    break;
                }
                let came = there.recv_timeout(WAIT).expect("it is open");
                assert_eq!(came.expect("audio goes on").data.len(), 160);
            }
            sending.join().expect("no panic").expect("they are sent");
        });
        assert_eq!(keys(&other, 9), "1123*#0AD");
        assert!(
            other
                .events()
                .try_recv()
                .expect("it is open")
                .is_none_or(|event| !matches!(event, PeerEvent::Dtmf { .. }))
        );
    }
}

#[test]
fn a_key_that_is_held_for_long_is_one_key() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Opus];
    let (one, other) = connected(
        a.peer().audio(Direction::SendRecv, &codecs).dtmf(),
        b.peer().audio(Direction::SendRecv, &codecs).dtmf(),
    );
    // Two pieces, on the clock of Opus.
    audio(&one)
        .send_dtmf("5", Duration::from_millis(1600))
        .expect("it is sent");
    audio(&one).send_dtmf("6", TONE).expect("it is sent");
    assert_eq!(keys(&other, 2), "56");
}

#[test]
fn only_one_thread_presses_keys_on_a_track() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Pcma];
    let (one, other) = connected(
        a.peer().audio(Direction::SendRecv, &codecs).dtmf(),
        b.peer().audio(Direction::SendRecv, &codecs).dtmf(),
    );
    let track = audio(&one);
    thread::scope(|scope| {
        let sending = scope.spawn(|| track.send_dtmf("12345678", TONE));
        assert_eq!(keys(&other, 1), "1");
        // In the pauses between the keys too.
        for _ in 0..10 {
            let error = track.send_dtmf("9", TONE).unwrap_err();
            assert!(error.to_string().contains("another thread"), "{error}");
            thread::sleep(Duration::from_millis(20));
        }
        sending.join().expect("no panic").expect("they are sent");
    });
    assert_eq!(keys(&other, 7), "2345678");
}

#[test]
fn keys_that_cannot_be_sent_are_refused_before_anything_waits() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Pcma];
    let begin = Instant::now();
    // Without keys on the other side, and on one that only receives.
    for (direction, expected) in [
        (Direction::SendRecv, "no telephone events"),
        (Direction::SendOnly, "recvonly"),
    ] {
        let (one, _other) = connected(
            a.peer().audio(Direction::SendRecv, &codecs).dtmf(),
            b.peer().audio(direction, &codecs),
        );
        // More than three minutes.
        let error = audio(&one).send_dtmf(&",".repeat(100), TONE).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert!(begin.elapsed() < 2 * WAIT, "it has waited");
}

#[test]
fn keys_that_cannot_be_sent_are_refused() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Pcma];
    let peers = || {
        (
            a.peer().audio(Direction::SendRecv, &codecs).dtmf(),
            b.peer().audio(Direction::RecvOnly, &codecs),
        )
    };
    let (offers, answers) = peers();
    let (one, other) = exchange(offers, answers, Clone::clone).expect("a common description");
    let early = audio(&other).send_dtmf("1", TONE);
    // It may be connected by now, and then it does not send.
    assert!(early.is_err());
    one.wait_connected(WAIT).expect("a connection");
    other.wait_connected(WAIT).expect("a connection");
    let field = |result: Result<(), Error>| match result.unwrap_err() {
        Error::Config { field, reason, .. } => (field, reason.to_string()),
        other => panic!("{other}"),
    };
    // The other side was made without.
    assert!(!audio(&one).has_dtmf());
    let (of, reason) = field(audio(&one).send_dtmf("1", TONE));
    assert!(of == "dtmf" && reason.contains("no telephone events"));
    let (of, reason) = field(audio(&other).send_dtmf("1", TONE));
    assert!(of == "dtmf" && reason.contains("recvonly"));
    assert_eq!(field(audio(&one).send_dtmf("1x", TONE)).0, "keys");
    let short = Duration::from_millis(39);
    assert_eq!(field(audio(&one).send_dtmf("1", short)).0, "tone");
    assert_eq!(field(audio(&one).send_dtmf("1", Duration::MAX)).0, "tone");
    one.close();
    let Err(Error::Media(error)) = audio(&one).send_dtmf("1", TONE) else {
        panic!("it is closed")
    };
    assert!(matches!(*error, MediaError::Closed(_)));
}

#[test]
fn the_end_of_a_call_ends_the_keys() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Pcma];
    let (one, other) = connected(
        a.peer().audio(Direction::SendRecv, &codecs).dtmf(),
        b.peer().audio(Direction::SendRecv, &codecs).dtmf(),
    );
    let track = audio(&one);
    thread::scope(|scope| {
        let sending = scope.spawn(|| track.send_dtmf("1,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,", TONE));
        assert_eq!(keys(&other, 1), "1");
        other.close();
        let Err(Error::Media(error)) = sending.join().expect("no panic") else {
            panic!("it is over")
        };
        assert!(matches!(*error, MediaError::Closed(_)));
    });
}

/// A phone that has no WebRTC.
struct Phone {
    socket: UdpSocket,
}

impl Phone {
    fn new() -> Self {
        let socket = UdpSocket::bind((PHONE, 0)).expect("a port");
        let limit = Some(Duration::from_millis(100));
        socket.set_read_timeout(limit).expect("a socket");
        Self { socket }
    }

    fn answer(&self) -> String {
        let port = self.socket.local_addr().expect("an address").port();
        format!(
            "v=0\r\no=phone 1 1 IN IP4 {PHONE}\r\ns=-\r\nc=IN IP4 {PHONE}\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP 8 126\r\na=rtpmap:8 PCMA/8000\r\n\
             a=rtpmap:126 telephone-event/8000\r\na=fmtp:126 0-16\r\n"
        )
    }

    /// The keys that come, by their times.
    fn keys(&self, many: usize) -> Vec<u8> {
        let (mut keys, mut packet) = (Vec::<(u32, u8)>::new(), [0; 1500]);
        let begin = Instant::now();
        while begin.elapsed() < WAIT {
            let Ok(16..) = self.socket.recv(&mut packet) else {
                continue;
            };
            let time = u32::from_be_bytes([packet[4], packet[5], packet[6], packet[7]]);
            // Janus keeps the extensions of WebRTC in the header.
            let extended = packet[0] & 0x10 != 0;
            let words = u16::from_be_bytes([packet[14], packet[15]]);
            let report = &packet[if extended {
                16 + 4 * usize::from(words)
            } else {
                12
            }..];
            if packet[1] & 0x7f == 126 && keys.iter().all(|(it, _)| *it != time) {
                keys.push((time, report[0]));
            }
            // The last packets of it come after the first.
            if keys.len() == many && report[1] & 0x80 != 0 {
                return keys.into_iter().map(|(_, key)| key).collect();
            }
        }
        panic!("{keys:?} came")
    }

    /// Presses a key, in the packets in which phones do.
    fn press(&self, janus: u16, number: u16, event: u8) {
        for packet in 0..8_u16 {
            let end = if packet >= 5 { 0x80 } else { 0 };
            let first = if packet == 0 { 0x80 } else { 0 };
            let length = 160 * (packet.min(5) + 1);
            let mut bytes = vec![0x80, first | 126];
            bytes.extend((100 * number + packet).to_be_bytes());
            bytes.extend((u32::from(number) * 8000).to_be_bytes());
            bytes.extend(77_u32.to_be_bytes());
            bytes.extend([event, end | 10]);
            bytes.extend(length.to_be_bytes());
            // Nobody may listen yet.
            let _ = self.socket.send_to(&bytes, (PHONE, janus));
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn phone(version: Version) {
    let server = Janus::builder().version(version).start();
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let nosip: NoSip = session.attach().expect("a handle");
    let media = Media::start().expect("a thread");
    let (phone, mut port) = (Phone::new(), 0);
    let peer = media
        .peer(nosip.handle())
        .audio(Direction::SendRecv, &[Codec::Pcma])
        .dtmf()
        .offer_by(|offer| {
            let plain = nosip.generate(&Generate::new(), offer)?;
            let mut lines = plain.sdp.lines();
            let line = lines.find_map(|line| line.strip_prefix("m=audio "));
            let word = line.and_then(|line| line.split(' ').next());
            port = word.expect("a line").parse().expect("a port");
            let answer = Process::new(JsepKind::Answer, phone.answer());
            Ok(nosip.process(&answer)?.1)
        })
        .expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    let track = audio(&peer);
    assert!(track.has_dtmf(), "{version}");
    track.send_dtmf("19*#", TONE).expect("they are sent");
    assert_eq!(phone.keys(4), [1, 9, 10, 11], "{version}");
    // What is pressed before Janus listens gets lost.
    let events = peer.events();
    let listens = (1..100).find(|number| {
        phone.press(port, *number, 5);
        let event = events.recv_timeout(Duration::from_millis(300));
        matches!(event.expect("it is open"), Some(PeerEvent::Dtmf { .. }))
    });
    let listens = listens.unwrap_or_else(|| panic!("{version}: no key comes"));
    for (number, event) in (listens + 1..).zip([1, 11, 15]) {
        phone.press(port, number, event);
    }
    let came = std::iter::repeat_with(|| keys(&peer, 1));
    let rest: String = came.skip_while(|key| key == "5").take(3).collect();
    assert_eq!(rest, "1#D", "{version}");
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn keys_pass_through_janus_to_a_phone_and_back() {
    let test = "keys_pass_through_janus_to_a_phone_and_back";
    if in_own_namespace(module_path!(), test) {
        Version::ALL.into_iter().for_each(phone);
    }
}
