//! EchoTest.

use serde_json::{Value, json};

use super::target::Setup::Plain;
use super::world::{Link, Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario::new("echotest: each setting", Plain, settings),
    Scenario::new("echotest: settings of wrong types", Plain, wrong_types),
    Scenario::new("echotest: numbers out of range", Plain, ranges),
    Scenario::new("echotest: nothing recognised", Plain, nothing),
    Scenario::new("echotest: settings since 1.1.3", Plain, newer_settings),
    Scenario::new("echotest: offer of audio", Plain, offer_audio),
    Scenario::new("echotest: offer of audio and video", Plain, offer_both),
    Scenario::new("echotest: offer of data", Plain, offer_data),
    Scenario::new("echotest: directions", Plain, directions),
    Scenario::new("echotest: codecs chosen", Plain, codecs),
    Scenario::new("echotest: profiles of H264 and VP9", Plain, profiles),
    Scenario::new("echotest: feedback that was not offered", Plain, feedback),
    Scenario::new("echotest: renegotiation", Plain, renegotiation),
    Scenario::new("echotest: an offer with wrong settings", Plain, offer_wrong),
    Scenario::new("echotest: settings while connected", Plain, settings_after),
];

const ECHOTEST: &str = "janus.plugin.echotest";

/// An offer with these kinds of media, in order; mids count from 0.
pub fn offer_of(kinds: &[&str]) -> String {
    let mut sdp = String::from("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
    let mids: Vec<String> = (0..kinds.len()).map(|mid| mid.to_string()).collect();
    sdp += &format!("a=group:BUNDLE {}\r\n", mids.join(" "));
    for (kind, mid) in kinds.iter().zip(&mids) {
        let (head, lines) = match *kind {
            "audio" => (
                "m=audio 9 UDP/TLS/RTP/SAVPF 111 8 0",
                "a=rtpmap:111 opus/48000/2\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n\
                 a=sendrecv\r\n",
            ),
            "video" => (
                "m=video 9 UDP/TLS/RTP/SAVPF 96 98 102",
                "a=rtpmap:96 VP8/90000\r\na=rtpmap:98 VP9/90000\r\na=rtpmap:102 H264/90000\r\n\
                 a=fmtp:102 profile-level-id=42e01f;packetization-mode=1\r\n\
                 a=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n\
                 a=rtcp-fb:96 transport-cc\r\na=rtcp-fb:98 transport-cc\r\n\
                 a=rtcp-fb:102 transport-cc\r\na=extmap:3 http://www.ietf.org/id/\
                 draft-holmer-rmcat-transport-wide-cc-extensions-01\r\na=sendrecv\r\n",
            ),
            "data" => (
                "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
                "a=sctp-port:5000\r\n",
            ),
            other => panic!("no media of kind {other}"),
        };
        sdp += &format!(
            "{head}\r\nc=IN IP4 127.0.0.1\r\na=mid:{mid}\r\na=ice-ufrag:test\r\n\
             a=ice-pwd:testtesttesttesttesttest\r\na=fingerprint:sha-256 {FINGERPRINT}\r\n\
             a=setup:actpass\r\na=rtcp-mux\r\n{lines}"
        );
    }
    sdp
}

const FINGERPRINT: &str = "0F:1E:2D:3C:4B:5A:69:78:87:96:A5:B4:C3:D2:E1:F0:\
                           0F:1E:2D:3C:4B:5A:69:78:87:96:A5:B4:C3:D2:E1:F0";

/// Sends settings and waits for the event.
pub fn ask_echo(
    world: &mut World,
    (link, session, handle): (Link, u64, u64),
    body: Value,
) -> Value {
    let request = json!({"janus": "message", "session_id": session, "handle_id": handle,
                         "body": body});
    world.tell(link, request)
}

fn offer(world: &mut World, address: (Link, u64, u64), body: Value, sdp: &str) {
    let (link, session, handle) = address;
    let request = json!({"janus": "message", "session_id": session, "handle_id": handle,
                         "body": body, "jsep": {"type": "offer", "sdp": sdp}});
    world.tell(link, request);
}

fn settings(world: &mut World) {
    let address = world.attached(ECHOTEST);
    for (key, value) in [
        ("audio", json!(true)),
        ("video", json!(false)),
        ("bitrate", json!(128_000)),
        ("bitrate", json!(0)),
        ("substream", json!(2)),
        ("temporal", json!(0)),
        ("fallback", json!(500_000)),
        ("record", json!(false)),
        ("videocodec", json!("vp8")),
        ("videocodec", json!("nonsense")),
        ("videoprofile", json!("42e01f")),
        ("opusred", json!(true)),
        ("min_delay", json!(-1)),
        ("max_delay", json!(50)),
    ] {
        ask_echo(world, address, json!({ key: value }));
    }
}

fn wrong_types(world: &mut World) {
    let address = world.attached(ECHOTEST);
    for (key, value) in [
        ("audio", json!("yes")),
        ("audio", json!(1)),
        ("audio", Value::Null),
        ("video", json!(0)),
        ("bitrate", json!("128000")),
        ("bitrate", json!(-1)),
        ("bitrate", json!(1.5)),
        ("record", json!("no")),
        ("filename", json!(1)),
        ("substream", json!("0")),
        ("temporal", json!(true)),
        ("fallback", json!(-5)),
        ("audiocodec", json!(1)),
        ("videocodec", json!([])),
        ("videoprofile", json!(42)),
        ("opusred", json!(1)),
        ("min_delay", json!("1")),
        ("max_delay", Value::Null),
    ] {
        ask_echo(world, address, json!({ key: value }));
    }
}

fn ranges(world: &mut World) {
    let address = world.attached(ECHOTEST);
    for (key, value) in [
        ("substream", json!(3)),
        ("substream", json!(-1)),
        ("temporal", json!(3)),
        ("temporal", json!(99)),
        ("bitrate", json!(4_294_967_296_u64)),
    ] {
        ask_echo(world, address, json!({ key: value }));
    }
}

fn nothing(world: &mut World) {
    let address = world.attached(ECHOTEST);
    for body in [
        json!({}),
        json!({"nonsense": 1}),
        json!({"request": "start"}),
        json!({"filename": "/tmp/x"}),
        json!({"audiocodec": "opus"}),
        json!({"Audio": true}),
    ] {
        ask_echo(world, address, body);
    }
}

fn newer_settings(world: &mut World) {
    let address = world.attached(ECHOTEST);
    for body in [
        json!({"svc": true}),
        json!({"svc": 1, "audio": true}),
        json!({"spatial_layer": 1}),
        json!({"temporal_layer": 1}),
        json!({"spatial_layer": 3, "audio": true}),
        json!({"temporal_layer": "x", "audio": true}),
    ] {
        ask_echo(world, address, body);
    }
}

fn offer_audio(world: &mut World) {
    let address = world.attached(ECHOTEST);
    offer(
        world,
        address,
        json!({"audio": true}),
        &offer_of(&["audio"]),
    );
    let address = world.attached(ECHOTEST);
    offer(world, address, json!({}), &offer_of(&["audio"]));
}

fn offer_both(world: &mut World) {
    let address = world.attached(ECHOTEST);
    let body = json!({"audio": true, "video": true, "bitrate": 256_000});
    offer(world, address, body, &offer_of(&["audio", "video"]));
    let address = world.attached(ECHOTEST);
    offer(
        world,
        address,
        json!({}),
        &offer_of(&["video", "audio", "audio"]),
    );
}

fn offer_data(world: &mut World) {
    let address = world.attached(ECHOTEST);
    offer(world, address, json!({}), &offer_of(&["audio", "data"]));
    let address = world.attached(ECHOTEST);
    offer(world, address, json!({}), &offer_of(&["data"]));
}

fn directions(world: &mut World) {
    for direction in ["sendonly", "recvonly", "inactive"] {
        let address = world.attached(ECHOTEST);
        let sdp = offer_of(&["audio", "video"]);
        let sdp = sdp.replacen("a=sendrecv", &format!("a={direction}"), 1);
        offer(world, address, json!({}), &sdp);
    }
    let address = world.attached(ECHOTEST);
    let closed = offer_of(&["audio", "video"]).replace("m=video 9", "m=video 0");
    offer(world, address, json!({}), &closed);
}

fn codecs(world: &mut World) {
    for body in [
        json!({"audiocodec": "pcma"}),
        json!({"audiocodec": "nonsense"}),
        json!({"videocodec": "vp9"}),
        json!({"videocodec": "h264"}),
        json!({"videocodec": "av1"}),
    ] {
        let address = world.attached(ECHOTEST);
        offer(world, address, body, &offer_of(&["audio", "video"]));
    }
}

fn profiles(world: &mut World) {
    const OFFERED: &str = "profile-level-id=42e01f;packetization-mode=1";
    let video = offer_of(&["video"]);
    let of_vp9 = video.replace("a=sendrecv", "a=fmtp:98 profile-id=2\r\na=sendrecv");
    for profile in ["0", "2"] {
        let address = world.attached(ECHOTEST);
        let body = json!({"videocodec": "vp9", "videoprofile": profile});
        offer(world, address, body, &of_vp9);
    }
    for (fmtp, body) in [
        (OFFERED, json!({"videocodec": "h264"})),
        (
            "profile-level-id=640c1f;level-asymmetry-allowed=1",
            json!({"videocodec": "h264"}),
        ),
        ("", json!({"videocodec": "h264"})),
        (
            OFFERED,
            json!({"videocodec": "h264", "videoprofile": "42e01f"}),
        ),
        (
            OFFERED,
            json!({"videocodec": "h264", "videoprofile": "640c1f"}),
        ),
        (OFFERED, json!({"videoprofile": "42e01f"})),
    ] {
        let address = world.attached(ECHOTEST);
        let sdp = match fmtp {
            "" => video.replace(&format!("a=fmtp:102 {OFFERED}\r\n"), ""),
            fmtp => video.replace(OFFERED, fmtp),
        };
        offer(world, address, body, &sdp);
    }
}

fn feedback(world: &mut World) {
    let all = offer_of(&["video"]);
    for missing in [
        &["a=rtcp-fb"][..],
        &["a=extmap"],
        &["a=rtcp-fb", "a=extmap"],
    ] {
        let address = world.attached(ECHOTEST);
        world.note(&format!("without {missing:?}"));
        let kept = all.split_inclusive("\r\n");
        let kept = kept.filter(|line| !missing.iter().any(|start| line.starts_with(start)));
        offer(world, address, json!({}), &kept.collect::<String>());
    }
    // Of audio it is not offered, and the extension may be.
    let address = world.attached(ECHOTEST);
    let extension = all.lines().find(|line| line.starts_with("a=extmap"));
    let audio = offer_of(&["audio"]) + extension.expect("there is one") + "\r\n";
    offer(world, address, json!({}), &audio);
}

fn renegotiation(world: &mut World) {
    let address = world.attached(ECHOTEST);
    offer(world, address, json!({}), &offer_of(&["audio"]));
    let again = offer_of(&["audio", "video"]).replace("o=- 1 1", "o=- 1 2");
    offer(world, address, json!({"video": true}), &again);
    let paused = again
        .replace("o=- 1 2", "o=- 1 3")
        .replace("a=sendrecv", "a=inactive");
    offer(world, address, json!({}), &paused);
}

fn offer_wrong(world: &mut World) {
    let address = world.attached(ECHOTEST);
    offer(
        world,
        address,
        json!({"audio": "yes"}),
        &offer_of(&["audio"]),
    );
    offer(
        world,
        address,
        json!({"audio": true}),
        &offer_of(&["audio"]),
    );
}

fn settings_after(world: &mut World) {
    let address = world.attached(ECHOTEST);
    offer(world, address, json!({}), &offer_of(&["audio", "video"]));
    for body in [
        json!({"audio": false}),
        json!({"video": false, "bitrate": 64_000}),
        json!({"audio": true, "video": true}),
        json!({"substream": 1, "temporal": 1}),
        json!({"substream": 5}),
        json!({"min_delay": 10, "max_delay": 20}),
        json!({}),
    ] {
        ask_echo(world, address, body);
    }
}
