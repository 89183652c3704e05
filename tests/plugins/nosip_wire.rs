//! The types of the NoSIP plugin.

use common::wire_checks::raw;
use janus_blocking::{
    ErrorCode, Plugin, Request,
    nosip::{
        self, Event, ForwardKind, ForwardStream, Generate, Hangup, HostFamily, Keyframe,
        ListForwarders, NoSip, Process, Recording, RecordingAction, RtpForward, Srtp, SrtpProfile,
        SrtpSuite, StopRtpForward, error_code,
    },
    webrtc::JsepKind,
};
use serde_json::json;

use crate::wire::{self, Case, SECRET, Wire, case, codes, wire_tests};

wire_tests! { NoSip }

pub(crate) fn wire() -> Wire {
    Wire {
        key: "nosip",
        title: "NoSIP",
        cases,
        tables: &[nosip::REQUESTS],
        events: &[("error", "Error")],
        codes: CODES,
        code_prefix: "JANUS_NOSIP_ERROR_",
        event: |data| wire::shown(NoSip::decode(data)),
        unread: |_, place, _| ["/nosip", "/result/event"].contains(&place),
        late: |case| match case.name {
            "generate" => "Generated",
            "process" => "Processed",
            "hangup" => "HangingUp",
            "recording" => "RecordingUpdated",
            "keyframe" => "KeyframeSent",
            "rtp_forward" => "RtpForward",
            "stop_rtp_forward" => "StopRtpForward",
            _ => "Forwarders",
        },
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let recording = Recording::new(RecordingAction::Start)
        .audio(true)
        .video(false)
        .peer_audio(true)
        .peer_video(false)
        .filename("/tmp/call");
    let stream = ForwardStream::new(ForwardKind::PeerAudio, "10.0.0.9", 5004)
        .host_family(HostFamily::Ipv4)
        .ssrc(4_000_000_000)
        .pt(8)
        .srtp_suite(SrtpSuite::Tag80)
        .srtp_crypto(SECRET);
    let process = Process::new(JsepKind::Offer, "v=0");
    vec![
        case(
            "",
            Generate::new(),
            Generate::new()
                .info("front door")
                .srtp(Srtp::SdesOptional)
                .srtp_profile(SrtpProfile::AesCm128HmacSha1_32)
                .update(true),
        ),
        case(
            "",
            process.clone(),
            process
                .info("front door")
                .srtp(Srtp::SdesMandatory)
                .srtp_profile(SrtpProfile::AeadAes256Gcm)
                .update(false),
        ),
        case("", Hangup::new(), Hangup::new()),
        case("", Recording::new(RecordingAction::Stop), recording),
        case("", Keyframe::new(), Keyframe::new().user(true).peer(true)),
        case("", RtpForward::new([]), RtpForward::new([stream])),
        case("", StopRtpForward::new(7), StopRtpForward::new(7)),
        case("", ListForwarders::new(), ListForwarders::new()),
    ]
}

const CODES: &[(&str, ErrorCode)] = codes! {
    NO_MESSAGE INVALID_JSON INVALID_REQUEST MISSING_ELEMENT INVALID_ELEMENT WRONG_STATE
    MISSING_SDP INVALID_SDP IO_ERROR RECORDING_ERROR TOO_STRICT NO_SUCH_STREAM UNKNOWN_ERROR
};

#[test]
fn no_debug_text_shows_an_sdp_which_may_have_keys() {
    let sdp = format!("v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{SECRET}\r\n");
    let process = Process::new(JsepKind::Offer, &*sdp);
    assert!(!format!("{process:?}").contains(SECRET));
    let data = json!({"result": {"event": "generated", "type": "offer", "sdp": sdp}});
    let generated = Generate::reply(&raw(&data)).expect("a reply");
    assert_eq!(generated.sdp, sdp);
    assert!(!format!("{generated:?}").contains(SECRET));
}

#[test]
fn an_unknown_event_is_kept_as_it_came() {
    for data in [
        json!({"nosip": "event", "result": {"event": "teleported"}}),
        json!({"nosip": "event", "result": "done"}),
        json!({"nosip": "event"}),
    ] {
        let event = NoSip::decode(&raw(&data)).expect("an event");
        assert_eq!(event, Event::Other(data));
    }
}
