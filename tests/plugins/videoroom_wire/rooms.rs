//! The requests about rooms, with nothing and with everything set.

use std::time::Duration;

use janus_blocking::videoroom::{
    AddRemotePublisher, Allowed, AllowedAction, Create, Destroy, DummyStream, Edit,
    EnableRecording, Exists, ForwardStream, HostFamily, Kick, List, ListForwarders,
    ListParticipants, ListRemotes, MediaKind, Moderate, PublishRemotely, RemoteStream,
    RemoveRemotePublisher, RtpForward, SrtpSuite, StopRtpForward, UnpublishRemotely,
    UpdateRemotePublisher,
};
use serde_json::json;

use crate::wire::{Case, SECRET, case};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case(
            "",
            Create::new(),
            Create::new()
                .room(1234)
                .description("a room")
                .is_private(true)
                .allowed(vec![SECRET.into()])
                .secret(SECRET)
                .pin(SECRET)
                .require_pvtid(true)
                .signed_tokens(true)
                .bitrate(512_000)
                .bitrate_cap(true)
                .fir_freq(Duration::from_secs(10))
                .publishers(6)
                .audiocodec("opus,pcma")
                .videocodec("vp8,h264")
                .vp9_profile("2")
                .h264_profile("42e01f")
                .opus_fec(true)
                .opus_dtx(true)
                .audiolevel_ext(true)
                .audiolevel_event(true)
                .audio_active_packets(6)
                .audio_level_average(40)
                .videoorient_ext(true)
                .playoutdelay_ext(true)
                .transport_wide_cc_ext(true)
                .record(true)
                .rec_dir("a text")
                .lock_record(true)
                .permanent(true)
                .notify_joining(true)
                .require_e2ee(true)
                .dummy_publisher(true)
                .dummy_streams(vec![
                    DummyStream::new("opus").fmtp("profile-level-id=42e01f"),
                ])
                .dummy_e2ee(true)
                .threads(6)
                .video_svc(true)
                .admin_key(SECRET),
        ),
        case(
            "",
            Edit::new(1234),
            Edit::new(1234)
                .secret(SECRET)
                .new_description("a text")
                .new_is_private(true)
                .new_secret(SECRET)
                .new_pin(SECRET)
                .new_require_pvtid(true)
                .new_bitrate(512_000)
                .new_fir_freq(Duration::from_secs(10))
                .new_publishers(6)
                .new_lock_record(true)
                .new_rec_dir("a text")
                .permanent(true),
        ),
        case(
            "",
            Destroy::new(1234),
            Destroy::new(1234).permanent(true).secret(SECRET),
        ),
        case("", Exists::new(1234), Exists::new(1234)),
        case("", List::new(), List::new().admin_key(SECRET)),
        case(
            "",
            Allowed::new(1234, AllowedAction::Add),
            Allowed::new(1234, AllowedAction::Add)
                .secret(SECRET)
                .allowed(vec![SECRET.into()]),
        ),
        case("", Kick::new(1234, 7), Kick::new(1234, 7).secret(SECRET)),
        case(
            "",
            Moderate::new(1234, 7, "1", true),
            Moderate::new(1234, 7, "1", true).secret(SECRET),
        ),
        case("", ListParticipants::new(1234), ListParticipants::new(1234)),
        case(
            "",
            ListForwarders::new(1234),
            ListForwarders::new(1234).secret(SECRET),
        ),
        case(
            "",
            EnableRecording::new(1234, true),
            EnableRecording::new(1234, true).secret(SECRET),
        ),
        case(
            "",
            RtpForward::new(1234, 7, "10.0.0.9"),
            RtpForward::new(1234, 7, "10.0.0.9")
                .secret(SECRET)
                .host_family(HostFamily::Ipv4)
                .simulcast(true)
                .srtp_suite(SrtpSuite::Tag80)
                .srtp_crypto(SECRET)
                .streams(vec![
                    ForwardStream::new("1", 5004)
                        .secret(SECRET)
                        .host("10.0.0.9")
                        .host_family(HostFamily::Ipv4)
                        .rtcp_port(5004)
                        .ssrc(4_000_000_000)
                        .pt(111)
                        .simulcast(true)
                        .srtp_suite(SrtpSuite::Tag80)
                        .srtp_crypto(SECRET)
                        .port_2(5004)
                        .ssrc_2(4_000_000_000)
                        .pt_2(96)
                        .port_3(5004)
                        .ssrc_3(4_000_000_000)
                        .pt_3(96),
                ])
                .video_port(5004)
                .video_rtcp_port(5004)
                .video_ssrc(4_000_000_000)
                .video_pt(96)
                .video_port_2(5004)
                .video_ssrc_2(4_000_000_000)
                .video_pt_2(96)
                .video_port_3(5004)
                .video_ssrc_3(4_000_000_000)
                .video_pt_3(96)
                .audio_port(5004)
                .audio_rtcp_port(5004)
                .audio_ssrc(4_000_000_000)
                .audio_pt(96)
                .data_port(5004)
                .admin_key(SECRET),
        ),
        case(
            "",
            StopRtpForward::new(1234, 7, 4_000_000_000),
            StopRtpForward::new(1234, 7, 4_000_000_000)
                .secret(SECRET)
                .admin_key(SECRET),
        ),
        case(
            "",
            AddRemotePublisher::new(
                1234,
                [RemoteStream::new("1", 0, MediaKind::Audio)
                    .codec("opus")
                    .description("front door")
                    .disabled(true)
                    .stereo(true)
                    .fec(true)
                    .dtx(true)
                    .h264_profile("42e01f")
                    .vp9_profile("2")
                    .simulcast(true)
                    .svc(true)
                    .audiolevel_ext_id(3)
                    .videoorient_ext_id(3)
                    .playoutdelay_ext_id(3)],
            ),
            AddRemotePublisher::new(
                1234,
                [RemoteStream::new("1", 0, MediaKind::Audio)
                    .codec("opus")
                    .description("front door")
                    .disabled(true)
                    .stereo(true)
                    .fec(true)
                    .dtx(true)
                    .h264_profile("42e01f")
                    .vp9_profile("2")
                    .simulcast(true)
                    .svc(true)
                    .audiolevel_ext_id(3)
                    .videoorient_ext_id(3)
                    .playoutdelay_ext_id(3)],
            )
            .id(7)
            .secret(SECRET)
            .display("front door")
            .mcast("239.1.2.3")
            .iface("eth0")
            .port(5004)
            .metadata(json!({"floor": 2}))
            .srtp_suite(SrtpSuite::Tag80)
            .srtp_crypto(SECRET)
            .rtcp_port(5004),
        ),
        case(
            "",
            UpdateRemotePublisher::new(
                1234,
                7,
                [RemoteStream::new("1", 0, MediaKind::Audio)
                    .codec("opus")
                    .description("front door")
                    .disabled(true)
                    .stereo(true)
                    .fec(true)
                    .dtx(true)
                    .h264_profile("42e01f")
                    .vp9_profile("2")
                    .simulcast(true)
                    .svc(true)
                    .audiolevel_ext_id(3)
                    .videoorient_ext_id(3)
                    .playoutdelay_ext_id(3)],
            ),
            UpdateRemotePublisher::new(
                1234,
                7,
                [RemoteStream::new("1", 0, MediaKind::Audio)
                    .codec("opus")
                    .description("front door")
                    .disabled(true)
                    .stereo(true)
                    .fec(true)
                    .dtx(true)
                    .h264_profile("42e01f")
                    .vp9_profile("2")
                    .simulcast(true)
                    .svc(true)
                    .audiolevel_ext_id(3)
                    .videoorient_ext_id(3)
                    .playoutdelay_ext_id(3)],
            )
            .secret(SECRET)
            .display("front door")
            .metadata(json!({"floor": 2}))
            .srtp_suite(SrtpSuite::Tag80)
            .srtp_crypto(SECRET),
        ),
        case(
            "",
            RemoveRemotePublisher::new(1234, 7),
            RemoveRemotePublisher::new(1234, 7).secret(SECRET),
        ),
        case(
            "",
            PublishRemotely::new(1234, 7, "twin", "10.0.0.9", 5004),
            PublishRemotely::new(1234, 7, "twin", "10.0.0.9", 5004)
                .secret(SECRET)
                .host_family(HostFamily::Ipv4)
                .rtcp_port(5004)
                .srtp_suite(SrtpSuite::Tag80)
                .srtp_crypto(SECRET)
                .admin_key(SECRET),
        ),
        case(
            "",
            UnpublishRemotely::new(1234, 7, "twin"),
            UnpublishRemotely::new(1234, 7, "twin").secret(SECRET),
        ),
        case(
            "",
            ListRemotes::new(1234, 7),
            ListRemotes::new(1234, 7).secret(SECRET),
        ),
    ]
}
