//! Messages of the sizes that occur.

use serde_json::{Value, json};

pub const SESSION: u64 = 4_000_000_000_000_002;
pub const HANDLE: u64 = 4_000_000_000_000_005;

/// What most messages are: 200 bytes of envelope with little inside.
pub fn event() -> String {
    event_of(HANDLE, json!({ "echotest": "event", "result": "ok" }), None)
}

/// An answer with 3 KB of SDP.
pub fn jsep() -> String {
    let data = json!({ "echotest": "event", "result": "ok" });
    event_of(HANDLE, data, Some(&sdp()))
}

/// What one gets who joins a room with 30 publishers.
pub fn publishers() -> String {
    let publisher = |number: u64| {
        json!({
            "id": 8_000_000_000_000_000 + number,
            "display": format!("participant number {number}"),
            "streams": [
                { "type": "audio", "mindex": 0, "mid": "0", "codec": "opus", "talking": false },
                { "type": "video", "mindex": 1, "mid": "1", "codec": "vp8" },
            ],
            "talking": false,
        })
    };
    let data = json!({
        "videoroom": "joined",
        "room": 1234,
        "description": "Demo Room",
        "id": 8_000_000_000_000_100_u64,
        "private_id": 123_456_789,
        "publishers": (0..30).map(publisher).collect::<Vec<_>>(),
    });
    event_of(HANDLE, data, None)
}

/// An event as Janus writes it: keys in this order, compact.
pub fn event_of(handle: u64, data: Value, sdp: Option<&str>) -> String {
    let jsep = sdp.map_or(String::new(), |sdp| {
        format!(r#","jsep":{}"#, json!({ "type": "answer", "sdp": sdp }))
    });
    format!(
        r#"{{"janus":"event","session_id":{SESSION},"transaction":"0123abcd-7f","sender":{handle},"plugindata":{{"plugin":"janus.plugin.echotest","data":{data}}}{jsep}}}"#
    )
}

/// 3 KB, with the line ends that need escapes in JSON.
pub fn sdp() -> String {
    let mut sdp =
        String::from("v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
    let mut number = 0;
    while sdp.len() < 3_000 {
        number += 1;
        sdp.push_str(&format!(
            "a=candidate:{number} 1 udp 2015363327 192.0.2.{number} {} typ host generation 0\r\n",
            40_000 + number
        ));
    }
    sdp
}
