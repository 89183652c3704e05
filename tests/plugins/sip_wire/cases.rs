//! Every request of the crate, with nothing and with everything set.

use std::time::Duration;

use crate::wire::{Case, SECRET, case};
use janus_blocking::sip::{
    Accept, AccountType, Call, Decline, Direction, DtmfInfo, ForwardKind, ForwardStream, Hangup,
    Hold, HostFamily, Info, Keyframe, ListForwarders, Message, Progress, Recording,
    RecordingAction, Register, Reset, RtpForward, SendRinging, Srtp, SrtpProfile, SrtpSuite,
    StopRtpForward, Subscribe, Transfer, Unhold, Unregister, Unsubscribe, Update,
};

const HEADER: [(&str, &str); 1] = [("X-Door", "front")];
const ALICE: &str = "sip:alice@example.org";

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("", Register::new(ALICE), register()),
        case("", Unregister::new(), Unregister::new()),
        case("", Call::new(ALICE), call()),
        case(
            "",
            Accept::new(),
            Accept::new()
                .srtp(Srtp::SdesMandatory)
                .srtp_profile(SrtpProfile::AesCm128HmacSha1_32)
                .headers(HEADER)
                .autoaccept_reinvites(false),
        ),
        case(
            "",
            Progress::new(),
            Progress::new()
                .srtp(Srtp::SdesOptional)
                .srtp_profile(SrtpProfile::AeadAes256Gcm)
                .headers(HEADER)
                .autoaccept_reinvites(false),
        ),
        case("", SendRinging::new(), SendRinging::new()),
        case(
            "",
            Decline::new(),
            Decline::new()
                .code(486)
                .headers(HEADER)
                .refer_id(4_000_000_000),
        ),
        case("", Hangup::new(), Hangup::new().headers(HEADER)),
        case("", Update::new(), Update::new()),
        case(
            "",
            Hold::new(),
            Hold::new().direction(Direction::Inactive).headers(HEADER),
        ),
        case("", Unhold::new(), Unhold::new().headers(HEADER)),
        case(
            "",
            Transfer::new(ALICE),
            Transfer::new(ALICE).replace("other@call").call_id("old"),
        ),
        case(
            "",
            Info::new("text/plain", "open"),
            Info::new("text/plain", "open").headers(HEADER),
        ),
        case(
            "",
            Message::new("hello"),
            Message::new("hello")
                .content_type("text/html")
                .uri(ALICE)
                .headers(HEADER)
                .call_id("message@call"),
        ),
        case(
            "",
            DtmfInfo::new('5'),
            DtmfInfo::new('#')
                .duration(Duration::from_millis(250))
                .headers(HEADER),
        ),
        case(
            "",
            Subscribe::new("presence"),
            Subscribe::new("presence")
                .to(ALICE)
                .accept("application/pidf+xml")
                .subscribe_ttl(Duration::from_secs(600))
                .call_id("watch@call")
                .headers(HEADER)
                .content("<filter/>")
                .content_type("application/simple-filter+xml"),
        ),
        case(
            "",
            Unsubscribe::new("presence"),
            Unsubscribe::new("presence")
                .to(ALICE)
                .accept("application/pidf+xml")
                .subscribe_ttl(Duration::ZERO)
                .call_id("watch@call")
                .headers(HEADER)
                .content("<filter/>")
                .content_type("application/simple-filter+xml"),
        ),
        case(
            "",
            Recording::new(RecordingAction::Stop),
            Recording::new(RecordingAction::Start)
                .audio(true)
                .video(false)
                .peer_audio(true)
                .peer_video(false)
                .send_peer_pli(true)
                .filename("/tmp/call"),
        ),
        case("", Keyframe::new(), Keyframe::new().user(true).peer(true)),
        case("", RtpForward::new([]), RtpForward::new([stream()])),
        case("", StopRtpForward::new(7), StopRtpForward::new(7)),
        case("", ListForwarders::new(), ListForwarders::new()),
        case("", Reset::new(), Reset::new()),
    ]
}

fn register() -> Register {
    Register::new(ALICE)
        .kind(AccountType::Helper)
        .send_register(false)
        .force_udp(false)
        .force_tcp(true)
        .sips(true)
        .rfc2543_cancel(true)
        .automatic_ringing(false)
        .secret(SECRET)
        .ha1_secret(SECRET)
        .authuser("alice-2")
        .display_name("Alice")
        .user_agent("door/1.0")
        .headers(HEADER)
        .contact_params([("q", "0.5")])
        .master_id(4_000_000_000)
        .refresh(true)
        .incoming_header_prefixes(vec!["X-".to_owned()])
        .register_ttl(Duration::from_secs(600))
        .proxy("sip:10.0.0.2:5060")
        .outbound_proxy("sip:10.0.0.3")
}

fn call() -> Call {
    Call::new(ALICE)
        .headers(HEADER)
        .call_id("own@call")
        .srtp(Srtp::SdesOptional)
        .srtp_profile(SrtpProfile::AesCm128HmacSha1_80)
        .autoaccept_reinvites(false)
        .refer_id(4_000_000_000)
        .secret(SECRET)
        .ha1_secret(SECRET)
        .authuser("alice-2")
}

fn stream() -> ForwardStream {
    ForwardStream::new(ForwardKind::PeerAudio, "10.0.0.9", 5004)
        .host_family(HostFamily::Ipv4)
        .ssrc(4_000_000_000)
        .pt(8)
        .srtp_suite(SrtpSuite::Tag80)
        .srtp_crypto(SECRET)
}
