//! Hostile descriptions and packets: clear errors, nothing panics, calls go on.

use std::{
    net::UdpSocket,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use janus_blocking::{
    Error, Jsep,
    webrtc::{Codec, Direction, MediaTime, Peer, PeerBuilder, PeerState, Track},
};

use super::{
    pair::{Side, WAIT, changed, exchange, refused, talking},
    proxy::{Harm, Proxy},
};

/// Numbers that only look like chance.
fn random(state: &mut u64) -> u8 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 56) as u8
}

fn passes(from: &Track, to: &Track, numbers: std::ops::Range<u64>) {
    for number in numbers {
        from.write(MediaTime::new(160 * number, 8000), &[number as u8; 160])
            .expect("connected");
        let frame = to.recv_timeout(WAIT).expect("it is open").expect("a frame");
        assert_eq!(frame.data[0], number as u8);
    }
}

fn offer(side: &Side) -> Jsep {
    let mut seen = None;
    let peer = side
        .peer()
        .audio(Direction::SendRecv, &[Codec::Opus])
        .data("chat");
    let _ = peer.offer_by(|offer| {
        seen = Some(offer.clone());
        Err(refused())
    });
    seen.expect("an offer")
}

/// A peer with all that there is.
fn all(peer: PeerBuilder<'_>) -> PeerBuilder<'_> {
    let (audio, video) = (
        [Codec::Opus, Codec::Pcma, Codec::Pcmu],
        [Codec::Vp8, Codec::H264, Codec::Vp9],
    );
    let peer = peer.audio(Direction::SendRecv, &audio);
    peer.video(Direction::SendRecv, &video).dtmf().data("chat")
}

fn offer_of_all(side: &Side) -> String {
    let mut seen = None;
    let _ = all(side.peer()).offer_by(|offer| {
        seen = Some(offer.sdp.clone());
        Err(refused())
    });
    seen.expect("an offer")
}

fn answer_all(side: &Side, sdp: String) -> Result<Peer, Error> {
    let answered = all(side.peer()).answer_to(&Jsep::offer(sdp), |_| Ok(()));
    if let Err(error) = &answered {
        assert!(!error.to_string().contains("panicked"), "{error}");
    }
    Ok(answered?.0)
}

fn answer(side: &Side, sdp: String) -> Result<Peer, Error> {
    let peer = side
        .peer()
        .audio(Direction::SendRecv, &[Codec::Opus])
        .data("chat");
    let (peer, ()) = peer.answer_to(&Jsep::offer(sdp), |_| Ok(()))?;
    Ok(peer)
}

#[test]
fn garbage_from_strangers_does_not_disturb_a_call() {
    let (a, b) = (Side::new(), Side::new());
    let sdp = offer(&a).sdp;
    let line = sdp
        .lines()
        .find(|line| line.starts_with("a=candidate:"))
        .expect("a candidate");
    let port = line.split(' ').nth(5).expect("a port");
    let (one, other) = talking(&a, &b);
    let (from, to) = (one.audio().expect("audio"), other.audio().expect("audio"));
    let stranger = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let mut seed = 1;
    for round in 0..20u64 {
        for number in 0..50 {
            let length = usize::from(random(&mut seed)) * 8;
            let mut packet: Vec<u8> = (0..length).map(|_| random(&mut seed)).collect();
            // Some that look like STUN, DTLS, RTP and RTCP.
            if let Some(first) = packet.first_mut() {
                *first = [0, 20, 22, 23, 0x80, 0x81, *first][number % 7];
            }
            let _ = stranger.send_to(&packet, format!("127.0.0.1:{port}"));
        }
        passes(&from, &to, 5 * round..5 * round + 5);
        passes(&to, &from, 5 * round..5 * round + 5);
    }
    assert_eq!(one.state(), PeerState::Connected);
}

/// Each packet is followed by copies of it that are cut off, changed, or the same, as if from the
/// same sender; all of it arrives as it was sent.
#[test]
fn replayed_cut_and_forged_packets_do_not_disturb_a_call() {
    let (a, b) = (Side::new(), Side::new());
    let count = Arc::<AtomicU32>::default();
    let counted = count.clone();
    let harm: Harm = Arc::new(move |packet| {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        let mut seed = u64::from(number);
        let mut forged = packet.to_vec();
        for _ in 0..3 {
            let at = usize::from(random(&mut seed)) % forged.len();
            forged[at] ^= random(&mut seed);
        }
        let cut = packet[..packet.len() * usize::from(random(&mut seed)) / 256].to_vec();
        vec![packet.to_vec(), packet.to_vec(), forged, cut]
    });
    let proxy = Proxy::start(harm);
    let codecs = [Codec::Pcma];
    let (one, other) = exchange(
        a.peer().audio(Direction::SendRecv, &codecs).data("chat"),
        b.peer().audio(Direction::SendRecv, &codecs).data("chat"),
        |jsep| proxy.change(jsep),
    )
    .expect("a common description");
    one.wait_connected(WAIT).expect("a connection");
    other.wait_connected(WAIT).expect("a connection");
    let (from, to) = (one.audio().expect("audio"), other.audio().expect("audio"));
    passes(&from, &to, 0..100);
    passes(&to, &from, 0..100);
    let chat = one.data_channel("chat").expect("it was asked for");
    chat.wait_open(WAIT).expect("it opens");
    for number in 0..20 {
        chat.send_text(&format!("number {number}"))
            .expect("it is open");
    }
    assert_eq!(
        (one.state(), other.state()),
        (PeerState::Connected, PeerState::Connected)
    );
    assert_eq!((to.counts().received, from.counts().received), (100, 100));
    assert!(count.load(Ordering::Relaxed) > 200);
}

#[test]
fn records_that_no_key_opens_yet_do_not_block_a_handshake() {
    // As a peer that was at the same address before says farewell.
    let harm: Harm = Arc::new(|packet| {
        let mut passed = vec![packet.to_vec()];
        if packet.first() == Some(&22) {
            for kind in [21, 23] {
                let head = [kind, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 0, 0, 26];
                passed.insert(0, [&head[..], &[0x5a; 26]].concat());
            }
        }
        passed
    });
    let (a, b, proxy) = (Side::new(), Side::new(), Proxy::start(harm));
    let codecs = [Codec::Pcma];
    let (one, other) = exchange(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
        |jsep| proxy.change(jsep),
    )
    .expect("a common description");
    one.wait_connected(WAIT).expect("a connection");
    other.wait_connected(WAIT).expect("a connection");
}

#[test]
fn an_offer_that_is_cut_off_anywhere_does_not_panic() {
    let (a, b) = (Side::new(), Side::new());
    let sdp = offer(&a).sdp;
    assert!(sdp.is_ascii());
    let mut answered = 0;
    for end in 0..=sdp.len() {
        match answer(&b, sdp[..end].to_owned()) {
            Ok(_) => answered += 1,
            Err(Error::Media(_) | Error::Decode { .. }) => {}
            Err(other) => panic!("{end}: {other}"),
        }
    }
    assert!(answered >= 1);
}

#[test]
fn an_offer_with_changed_bytes_does_not_panic() {
    let (a, b) = (Side::new(), Side::new());
    let offers = [offer(&a).sdp, offer_of_all(&a)];
    let mut seed = 7;
    for number in 0..600 {
        let mut bytes = offers[number % 2].clone().into_bytes();
        for _ in 0..=random(&mut seed) % 4 {
            let at = usize::from(random(&mut seed)) * 256 + usize::from(random(&mut seed));
            let at = at * bytes.len() / 65_536;
            // Other digits are other numbers of formats.
            bytes[at] = if bytes[at].is_ascii_digit() {
                b'0' + random(&mut seed) % 10
            } else {
                b' ' + random(&mut seed) % 95
            };
        }
        let changed = String::from_utf8(bytes).expect("ASCII");
        let _ = answer_all(&b, changed);
    }
    // The media is as good as before.
    let (one, other) = talking(&a, &b);
    passes(
        &one.audio().expect("audio"),
        &other.audio().expect("audio"),
        0..5,
    );
}

#[test]
fn numbers_of_formats_that_clash_are_refused() {
    let (a, b) = (Side::new(), Side::new());
    let sdp = offer_of_all(&a);
    let clash = |from: &str, to: &str| {
        assert!(sdp.contains(from), "{from} in {sdp}");
        answer_all(&b, sdp.replace(from, to))
    };
    for (from, to) in [
        // VP8 has the number of Opus, and Opus one that no packet can have.
        ("96", "111"),
        ("111", "200"),
        ("111", "128"),
        // One number repeats two formats.
        (
            "a=fmtp:97 apt=96\r\n",
            "a=fmtp:97 apt=96\r\na=fmtp:97 apt=98\r\n",
        ),
    ] {
        let error = clash(from, to);
        assert!(
            matches!(error, Err(Error::Media(_))),
            "{from} {to}: {error:?}"
        );
    }
    assert!(answer_all(&b, sdp).is_ok());
}

/// The place of a peer, by its description.
fn candidate(sdp: &str) -> &str {
    let mut lines = sdp.lines();
    let line = lines.find(|line| line.starts_with("a=candidate:"));
    line.expect("a candidate")
}

#[test]
fn an_answer_that_names_the_place_of_another_call_does_not_disturb_it() {
    let (a, b, c) = (Side::new(), Side::new(), Side::new());
    let (one, other) = talking(&a, &b);
    let (from, to) = (one.audio().expect("audio"), other.audio().expect("audio"));
    passes(&to, &from, 0..5);
    let place = candidate(&offer(&b).sdp).to_owned();
    let codecs = [Codec::Pcma];
    let (evil, _c) = exchange(
        a.peer().audio(Direction::SendRecv, &codecs),
        c.peer().audio(Direction::SendRecv, &codecs),
        |jsep| changed(jsep, jsep.sdp.replace(candidate(&jsep.sdp), &place)),
    )
    .expect("a common description");
    // By then it has sent something there.
    let late = evil.wait_connected(std::time::Duration::from_millis(300));
    assert!(late.is_err(), "{late:?}");
    passes(&to, &from, 5..25);
    passes(&from, &to, 0..20);
}

#[test]
fn monstrous_offers_are_refused_at_once() {
    let (a, b) = (Side::new(), Side::new());
    let sdp = offer(&a).sdp;
    let lines = sdp
        .lines()
        .filter(|line| !line.starts_with("a=fingerprint:"));
    let without: String = lines.map(|line| format!("{line}\r\n")).collect();
    let at = sdp.find("m=audio").expect("audio");
    for (offer, expected) in [
        (
            format!("{sdp}{}", "a=x\r\n".repeat(200_000)),
            "bytes are more than",
        ),
        (
            format!(
                "{}{}",
                &sdp[..at],
                "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n".repeat(500)
            ),
            "media lines",
        ),
        (without, "no fingerprint"),
        ("\u{0}".repeat(1000), "does not begin with"),
    ] {
        let error = answer(&b, offer).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.to_string().len() < 400, "{error}");
    }
}

/// The offer that a connected peer would make next.
fn next_offer(peer: &Peer) -> String {
    let mut seen = None;
    let change = peer.renegotiate().restart_ice();
    let _ = change.offer_by(|offer| {
        seen = Some(offer.sdp.clone());
        Err(refused())
    });
    seen.expect("an offer")
}

#[test]
fn hostile_offers_on_a_call_do_not_break_the_peer() {
    let (a, b) = (Side::new(), Side::new());
    let mut call = talking(&a, &b);
    let mut seed = 11;
    for number in 0..400 {
        let mut bytes = next_offer(&call.0).into_bytes();
        if number % 4 == 0 {
            bytes.truncate(usize::from(random(&mut seed)) * bytes.len() / 256);
        } else {
            for _ in 0..=random(&mut seed) % 4 {
                let at = usize::from(random(&mut seed)) * bytes.len() / 256;
                bytes[at] = b' ' + random(&mut seed) % 95;
            }
        }
        let changed = String::from_utf8(bytes).expect("ASCII");
        let as_answer = Jsep::answer(changed.clone());
        let change = call.1.renegotiate().restart_ice();
        let taken = change.offer_by(|_| Ok(as_answer));
        let accepted = call.1.accept_offer(&Jsep::offer(changed), |_| Ok(()));
        let state = call.1.state();
        assert!(
            !matches!(state, PeerState::Closed(_)),
            "{number}: {state:?}"
        );
        // What it has agreed to, the other side knows nothing of.
        if taken.is_ok() || accepted.is_ok() {
            call = talking(&a, &b);
        }
    }
    let call = talking(&a, &b);
    let (from, to) = (
        call.0.audio().expect("audio"),
        call.1.audio().expect("audio"),
    );
    passes(&from, &to, 0..5);
}

/// The processor time that this thread has used, in nanoseconds.
fn used() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let first = told.split(' ').next().expect("a number");
    first.parse().expect("a number")
}

/// An offer of so many lines of audio.
fn offer_of_lines(side: &Side, lines: usize) -> String {
    let sdp = offer(side).sdp;
    let at = sdp.find("m=audio").expect("audio");
    let end = sdp.find("m=application").unwrap_or(sdp.len());
    let line = &sdp[at..end];
    let mid = line.lines().find_map(|it| it.strip_prefix("a=mid:"));
    let mid = format!("a=mid:{}\r\n", mid.expect("a mid"));
    let lines = (0..lines).map(|number| line.replace(&mid, &format!("a=mid:m{number}\r\n")));
    format!("{}{}", &sdp[..at], lines.collect::<String>())
}

#[test]
fn many_lines_cost_in_proportion() {
    let (a, b) = (Side::new(), Side::new());
    let mut costs = Vec::new();
    for lines in [60, 120, 240] {
        let sdp = offer_of_lines(&a, lines);
        let begin = used();
        let peer = answer(&b, sdp.clone()).expect("it is answered");
        let answered = used() - begin;
        assert_eq!(peer.tracks().len(), lines);
        let begin = used();
        let again = Jsep::offer(sdp);
        peer.accept_offer(&again, |_| Ok(())).expect("answered");
        costs.push((lines, answered / 1000, (used() - begin) / 1000));
    }
    println!("lines, microseconds of the first answer and the next: {costs:?}");
    let (few, many) = (costs[0], costs[2]);
    assert!(many.1 < 10 * few.1 && many.2 < 10 * few.2, "{costs:?}");
}

#[test]
fn a_bundle_of_many_names_costs_little_however_many_lines_there_are() {
    let (a, b) = (Side::new(), Side::new());
    let mut costs = Vec::new();
    for names in [1, 60_000] {
        let sdp = offer_of_lines(&a, 100);
        let bundle = format!("a=group:BUNDLE{}\r\nm=", " x".repeat(names));
        let sdp = sdp.replacen("m=", &bundle, 1);
        let begin = used();
        answer(&b, sdp).expect("it is answered");
        costs.push((names, (used() - begin) / 1000));
    }
    println!("names, microseconds of the answer: {costs:?}");
    assert!(costs[1].1 < 4 * costs[0].1, "{costs:?}");
}
