//! The fake gateway against real ones, byte by byte on the wire: the same raw messages, the same
//! answers. Ids, and what is random in an SDP, are put aside; so is the order of what answers one
//! message, as Janus's threads race there.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use common::{Janus, Version, WsClient};
use janus_blocking::testing::{self, FakeGateway};
use serde_json::Value;

/// How long an answer may take, and how long none means that there is none.
const ANSWER: Duration = Duration::from_secs(5);
const QUIET: Duration = Duration::from_millis(120);

const OFFER: &str = r"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA\r\na=setup:actpass\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n";

/// Messages that are no JSON, or only nearly; those that name no session.
const WITHOUT_SESSION: &[&str] = &[
    "",
    "   ",
    "{",
    "[]",
    "[1]",
    "5",
    "null",
    "\"x\"",
    "{}",
    "{}{}",
    "{'janus':1}",
    r#"{"janus":"ping""#,
    r#"{"janus":"ping","transaction":"a"} {"janus":"ping","transaction":"b"}"#,
    "{\"janus\":\"ping\",\"transaction\":\"a\"}\n",
    r#"{"janus":"ping","transaction":"a"}{"janus""#,
    r#"{"janus":"ping","transaction":"a"} x"#,
    r#"{"janus":"ping","transaction":"a","transaction":"b"}"#,
    r#"{"janus":"ping","transaction":"a",}"#,
    r#"{"janus":"ping" "transaction":"a"}"#,
    r#"{"janus":"ping","transaction":"\u0000"}"#,
    r#"{"janus":"ping","transaction":"\ud800"}"#,
    r#"{"janus":"ping","transaction":"\x"}"#,
    r#"{"janus":"ping","transaction":"ä€😀/\/\ud83d\ude00"}"#,
    r#"{"janus":"ping","transaction":"a\nb\u0001"}"#,
    "{\"janus\":\"ping\",\"transaction\":\"a\nb\"}",
    "{\"janus\":\"ping\",\"transaction\":\"a\tb\"}",
    r#"{"janus":"ping","transaction":"a","x":1e400}"#,
    r#"{"janus":"ping","transaction":"a","x":9999999999999999999}"#,
    r#"{"janus":"ping","transaction":"a","x":-0.5e3}"#,
    r#"{"janus":"ping","transaction":"a","x":01}"#,
    r#"{"janus":"ping","transaction":"a","x":-}"#,
    r#"{"janus":"ping","transaction":"a","x":1.}"#,
    r#"{"janus":"ping","transaction":"a","x":1e}"#,
    r#"{"janus":"ping","transaction":"a","x":tru}"#,
    r#"{"janus":"ping","transaction":"a","x":"unterminated}"#,
    r#"{"janus":"ping","transaction":"a","x":[1,]}"#,
    r#"{"janus":"ping","transaction":"a","x":[1"#,
    r#"{"janus":"ping","transaction":"a",5:1}"#,
    r#"{"janus":"ping"}"#,
    r#"{"transaction":"t"}"#,
    r#"{"janus":"ping","transaction":5}"#,
    r#"{"janus":"ping","transaction":null}"#,
    r#"{"janus":"ping","transaction":""}"#,
    r#"{"janus":5,"transaction":"t"}"#,
    r#"{"janus":null,"transaction":"t"}"#,
    r#"{"janus":"","transaction":"t"}"#,
    r#"{"janus":"PING","transaction":"t"}"#,
    r#"{"janus":"nonsense","transaction":"t"}"#,
    r#"{"janus":"keepalive","transaction":"t"}"#,
    r#"{"janus":"attach","transaction":"t"}"#,
    r#"{"janus":"create","id":"x","transaction":"t"}"#,
    r#"{"janus":"create","id":-1,"transaction":"t"}"#,
    r#"{"janus":"create","id":null,"transaction":"t"}"#,
    r#"{"janus":"create","id":1.0,"transaction":"t"}"#,
    r#"{"janus":"ping","id":"x","transaction":"t"}"#,
    r#"{"janus":"create","id":4711,"transaction":"t"}"#,
    r#"{"janus":"create","id":4711,"transaction":"t"}"#,
    r#"{"janus":"destroy","session_id":4711,"transaction":"t"}"#,
    r#"{"janus":"create","id":9223372036854775808,"transaction":"t"}"#,
    r#"{"janus":"keepalive","session_id":12345,"transaction":"t"}"#,
    r#"{"janus":"keepalive","session_id":0,"transaction":"t"}"#,
    r#"{"janus":"keepalive","session_id":"5","transaction":"t"}"#,
    r#"{"janus":"keepalive","session_id":null,"transaction":"t"}"#,
    r#"{"janus":"keepalive","session_id":-5,"transaction":"t"}"#,
    r#"{"janus":"keepalive","session_id":5,"handle_id":0,"transaction":"t"}"#,
    r#"{"janus":"keepalive","handle_id":7,"transaction":"t"}"#,
    r#"{"janus":"keepalive","session_id":5,"handle_id":"x","transaction":"t"}"#,
    r#"{"janus":"keepalive","session_id":5,"handle_id":null,"transaction":"t"}"#,
    r#"{"janus":"keepalive","session_id":5,"transaction":3}"#,
];

/// Verbs with what goes into them, on a session and on its handle.
const ON_SESSION: &[&str] = &[
    r#""janus":"KeepAlive""#,
    r#""janus":"ping""#,
    r#""janus":"create""#,
    r#""janus":"nonsense""#,
    r#""janus":"claim""#,
    r#""janus":"keepalive","handle_id":7"#,
    r#""janus":"keepalive","handle_id":0"#,
    r#""janus":"attach""#,
    r#""janus":"attach","plugin":null"#,
    r#""janus":"attach","plugin":"nope""#,
    r#""janus":"attach","plugin":"nope","opaque_id":5"#,
    r#""janus":"attach","plugin":"janus.plugin.echotest","opaque_id":null"#,
    r#""janus":"attach","plugin":"janus.plugin.echotest","loop_index":-1"#,
    r#""janus":"detach""#,
    r#""janus":"hangup""#,
    r#""janus":"message""#,
    r#""janus":"trickle""#,
    r#""janus":"destroy","handle_id":9"#,
];
const ON_HANDLE: &[&str] = &[
    r#""janus":"keepalive""#,
    r#""janus":"attach","plugin":"janus.plugin.echotest""#,
    r#""janus":"destroy""#,
    r#""janus":"claim""#,
    r#""janus":"nonsense""#,
    r#""janus":"hangup""#,
    r#""janus":"hangup""#,
    r#""janus":"message""#,
    r#""janus":"message","body":null"#,
    r#""janus":"message","body":[]"#,
    r#""janus":"message","body":{"audio":true},"jsep":null"#,
    r#""janus":"message","body":{"audio":true},"jsep":{}"#,
    r#""janus":"message","body":{"audio":true},"jsep":{"type":"offer"}"#,
    r#""janus":"message","body":{"audio":true},"jsep":{"type":"offer","sdp":5}"#,
    r#""janus":"message","body":{"audio":true},"jsep":{"type":"offer","sdp":"v=0","trickle":null}"#,
    r#""janus":"message","body":{"audio":true},"jsep":{"type":"nope","sdp":"v=0"}"#,
    r#""janus":"message","body":{"audio":true},"jsep":{"type":"offer","sdp":""}"#,
    r#""janus":"message","body":{"audio":true},"jsep":{"type":"offer","sdp":"v=0\r\n"}"#,
    r#""janus":"message","body":{"audio":true},"jsep":{"type":"offer","sdp":"v=0\r\nx\r\n"}"#,
    r#""janus":"message","body":{"audio":true},"jsep":{"type":"answer","sdp":"OFFER"}"#,
    r#""janus":"trickle""#,
    r#""janus":"trickle","candidate":null"#,
    r#""janus":"trickle","candidate":{},"candidates":[]"#,
    r#""janus":"trickle","candidates":"x""#,
    r#""janus":"message","body":{}"#,
    r#""janus":"message","body":{"audio":null}"#,
    r#""janus":"message","body":{"audio":1}"#,
    r#""janus":"message","body":{"bitrate":-1}"#,
    r#""janus":"message","body":{"substream":3}"#,
    r#""janus":"message","body":{"temporal":3,"audio":true}"#,
    r#""janus":"message","body":{"svc":1}"#,
    r#""janus":"message","body":{"spatial_layer":3}"#,
    r#""janus":"message","body":{"temporal_layer":1}"#,
    r#""janus":"message","body":{"filename":"x"}"#,
    r#""janus":"message","body":{"min_delay":-1}"#,
    r#""janus":"message","body":{"nope":null,"video":false}"#,
    r#""janus":"message","body":{},"jsep":{"type":"offer","sdp":"OFFER"}"#,
    r#""janus":"trickle","candidate":{}"#,
    r#""janus":"trickle","candidate":{"sdpMid":5}"#,
    r#""janus":"trickle","candidate":{"sdpMLineIndex":-1}"#,
    r#""janus":"trickle","candidate":{"sdpMLineIndex":0}"#,
    r#""janus":"trickle","candidate":{"sdpMid":"0","candidate":5}"#,
    r#""janus":"trickle","candidates":"x""#,
    r#""janus":"trickle","candidate":{"completed":true}"#,
    r#""janus":"hangup""#,
    r#""janus":"detach""#,
    r#""janus":"detach""#,
];
/// With a PeerConnection.
const ON_PEER: &[&str] = &[
    r#""janus":"message","body":{"audio":true},"jsep":{"type":"offer","sdp":"OFFER","e2ee":true}"#,
    r#""janus":"trickle","candidate":{}"#,
    r#""janus":"trickle","candidate":{"sdpMid":5}"#,
    r#""janus":"trickle","candidate":{"sdpMLineIndex":-1}"#,
    r#""janus":"trickle","candidate":{"sdpMLineIndex":0}"#,
    r#""janus":"trickle","candidate":{"sdpMid":"0","candidate":5}"#,
    r#""janus":"trickle","candidates":"x""#,
    r#""janus":"trickle","candidate":{"completed":true}"#,
    r#""janus":"trickle","candidate":null"#,
    r#""janus":"message","body":{},"jsep":{"type":"offer","sdp":"OFFER"}"#,
    r#""janus":"message","body":{"video":true}"#,
    r#""janus":"hangup""#,
    r#""janus":"hangup""#,
    r#""janus":"message","body":{},"jsep":{"type":"offer","sdp":"v=0\r\no=- 1 1 IN IP4 a\r\ns=-\r\nm=audio 9 A 0\r\n"}"#,
    r#""janus":"hangup""#,
];
const ON_SIP: &[&str] = &[
    r"{}",
    r#"{"request":5}"#,
    r#"{"request":"nope"}"#,
    r#"{"request":"unregister"}"#,
    r#"{"request":"call"}"#,
    r#"{"request":"accept"}"#,
    r#"{"request":"progress"}"#,
    r#"{"request":"send_ringing"}"#,
    r#"{"request":"decline"}"#,
    r#"{"request":"decline","code":"x"}"#,
    r#"{"request":"decline","refer_id":5}"#,
    r#"{"request":"update"}"#,
    r#"{"request":"hold"}"#,
    r#"{"request":"hangup"}"#,
    r#"{"request":"transfer"}"#,
    r#"{"request":"transfer","uri":"sip:a@b"}"#,
    r#"{"request":"info"}"#,
    r#"{"request":"message","content":"a","uri":"sip:a@b"}"#,
    r#"{"request":"dtmf_info"}"#,
    r#"{"request":"subscribe","event":"x"}"#,
    r#"{"request":"recording"}"#,
    r#"{"request":"rtp_forward"}"#,
    r#"{"request":"stop_rtp_forward","stream_id":5}"#,
    r#"{"request":"listforwarders"}"#,
    r#"{"request":"RESET"}"#,
    r#"{"request":"register"}"#,
    r#"{"request":"register","username":"x","secret":"a"}"#,
    r#"{"request":"register","username":"sip:a@b"}"#,
    r#"{"request":"register","username":"sip:a@b","secret":"a","ha1_secret":"b"}"#,
    r#"{"request":"register","username":"sip:a@b","secret":null}"#,
    r#"{"request":"register","username":"sip:a@b","secret":"a","proxy":"x"}"#,
    r#"{"request":"register","username":"sip:a@b","secret":"a","force_udp":true,"force_tcp":true}"#,
    r#"{"request":"register","username":"sip:a@b","type":"helper"}"#,
    r#"{"request":"register","username":"sip:a@b","type":"guest","send_register":false}"#,
];

/// A server, and what was said to it and by it, as lines to compare.
struct Side {
    client: WsClient,
    /// Of its session and its handle, as far as there are any.
    ids: Vec<u64>,
    lines: Vec<String>,
}

impl Side {
    fn new(url: &str) -> Self {
        Self {
            client: WsClient::connect(url).expect("a WebSocket"),
            ids: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// The message, with the ids that it needs.
    fn inside(&self, what: &str) -> String {
        let (session, what) = (self.ids[0], what.replace("OFFER", OFFER));
        match self.ids.get(1) {
            None => format!(r#"{{"transaction":"t","session_id":{session},{what}}}"#),
            Some(handle) => format!(
                r#"{{"transaction":"t","session_id":{session},"handle_id":{handle},{what}}}"#
            ),
        }
    }
}

/// One conversation after the other.
fn talk(sides: &mut [Side; 2]) {
    for message in WITHOUT_SESSION {
        ask(sides, |_| (*message).to_owned());
    }
    for side in &mut *sides {
        let session = created(side, r#"{"janus":"create","transaction":"t"}"#);
        side.ids = vec![session];
    }
    for what in ON_SESSION {
        ask(sides, |side| side.inside(what));
    }
    let on_sip: Vec<_> = ON_SIP.iter().map(message_of).collect();
    let on_sip: Vec<_> = on_sip.iter().map(String::as_str).collect();
    for (plugin, whats) in [
        ("echotest", ON_HANDLE),
        ("echotest", ON_PEER),
        ("sip", &*on_sip),
    ] {
        for side in &mut *sides {
            let attach = format!(r#""janus":"attach","plugin":"janus.plugin.{plugin}""#);
            let attach = side.inside(&attach);
            let handle = created(side, &attach);
            side.ids.push(handle);
        }
        for what in whats {
            ask(sides, |side| side.inside(what));
        }
        sides.iter_mut().for_each(|side| side.ids.truncate(1));
    }
    for _ in 0..2 {
        ask(sides, |side| side.inside(r#""janus":"destroy""#));
    }
}

fn message_of(body: &&str) -> String {
    format!(r#""janus":"message","body":{body}"#)
}

/// Sends it, and returns the id in its answer; what comes before that belongs to what was asked before.
fn created(side: &mut Side, message: &str) -> u64 {
    side.client.send(message).expect("sent");
    let begun = Instant::now();
    while begun.elapsed() < ANSWER {
        let text = side.client.recv(ANSWER).expect("an answer");
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        if let Some(id) = answer["data"]["id"].as_u64() {
            return id;
        }
        side.lines.push(plain(&text, &side.ids));
    }
    panic!("no answer to {message}");
}

/// The message, and everything that comes before both servers are quiet, ids taken out. Each has time
/// for as many answers as the other one has given.
fn ask(sides: &mut [Side; 2], message: impl Fn(&Side) -> String) {
    let deadline = Instant::now() + ANSWER;
    let mut answers = [Vec::new(), Vec::new()];
    for side in &mut *sides {
        let message = message(side);
        side.lines.push(format!("> {}", plain(&message, &side.ids)));
        side.client.send(&message).expect("sent");
    }
    loop {
        let counts = answers.each_ref().map(Vec::len);
        let most = counts[0].max(counts[1]).max(1);
        // The second one was quiet as long as the first.
        let mut limits = [QUIET, Duration::from_millis(1)].into_iter();
        let mut any = false;
        for (side, answers) in sides.iter_mut().zip(&mut answers) {
            let mut limit = limits.next().expect("one for each");
            if answers.len() < most {
                limit = limit.max(deadline.saturating_duration_since(Instant::now()));
            }
            if let Ok(answer) = side.client.recv(limit) {
                answers.push(plain(&answer, &side.ids));
                any = true;
            }
        }
        if !any {
            break;
        }
    }
    for (side, mut answers) in sides.iter_mut().zip(answers) {
        answers.sort();
        side.lines.append(&mut answers);
    }
}

fn plain(text: &str, ids: &[u64]) -> String {
    let mut text = text.to_owned();
    for (id, name) in ids.iter().zip(["S", "H"]) {
        text = text.replace(&id.to_string(), name);
    }
    // From there on it is different each time: keys and candidates, numbers of accounts. Why a text
    // is no JSON, each parser says in its own words.
    let own = [
        r#""sdp":"v=0\r\n"#,
        r#""master_id":"#,
        r#""reason":"Invalid Janus API request - "#,
    ];
    match own.iter().find_map(|start| text.split_once(start)) {
        Some((before, _)) => format!("{before}.."),
        None => text,
    }
}

/// The keys of `info`, those of its parts, and what both should agree on.
fn info(url: &str) -> BTreeSet<String> {
    let mut client = WsClient::connect(url).expect("a WebSocket");
    let message = r#"{"janus":"info","transaction":"t"}"#;
    client.send(message).expect("sent");
    let info = client.recv(ANSWER).expect("an answer");
    let info: Value = serde_json::from_str(&info).expect("JSON");
    let keys = |value: &Value| -> Vec<String> {
        let object = value.as_object().expect("an object");
        object.keys().cloned().collect()
    };
    let mut all: BTreeSet<String> = keys(&info).into_iter().collect();
    for part in ["transports", "plugins"] {
        all.extend(keys(&info[part]));
        all.insert(info[part].to_string());
    }
    for key in [
        "name",
        "version",
        "version_string",
        "author",
        "session-timeout",
    ] {
        all.insert(format!("{key} {}", info[key]));
    }
    all
}

fn compare(version: Version, fake: testing::Version) {
    let janus = Janus::builder().version(version).start();
    let gateway = FakeGateway::builder()
        .version(fake)
        .start()
        .expect("a free port");
    assert_eq!(info(&gateway.url()), info(&janus.url()));
    let mut sides = [janus.url(), gateway.url()].map(|url| Side::new(&url));
    talk(&mut sides);
    let [real, ours] = sides.map(|side| side.lines);
    let differing = real.iter().zip(&ours).filter(|(real, ours)| real != ours);
    for (real, ours) in differing.take(20) {
        println!("- {real}\n+ {ours}");
    }
    assert!(
        real == ours,
        "{version} and its fake differ: - real, + fake"
    );
    println!("{version}: {} lines equal", real.len());
}

#[test]
#[ignore = "needs Janus 1.1.2: run tests/run"]
fn the_fake_says_the_same_as_janus_1_1_2() {
    compare(Version::V1_1_2, testing::Version::V1_1_2);
}

#[test]
#[ignore = "needs Janus 1.4.1: run tests/run"]
fn the_fake_says_the_same_as_janus_1_4_1() {
    compare(Version::V1_4_1, testing::Version::V1_4_1);
}
