//! The requests about rooms, with nothing and with everything set.

use janus_blocking::audiobridge::{
    Allowed, AllowedAction, Codec, Create, DenoiseDisable, DenoiseEnable, Destroy, Edit,
    EnableMjrs, EnableRecording, Exists, HostFamily, IsPlaying, Kick, KickAll, List,
    ListAnnouncements, ListForwarders, ListParticipants, Mute, MuteRoom, PlayFile, Resume,
    RtpForward, SrtpSuite, StopAllFiles, StopFile, StopRtpForward, Suspend, Unmute, UnmuteRoom,
};

use crate::wire::{Case, SECRET, case};

/// Requests with a room, perhaps a participant of it, and the room's secret.
macro_rules! plain {
    ($($request:ident($($id:literal)?)),+ $(,)?) => {
        vec![$(case(
            "",
            $request::new(1234, $($id)?),
            $request::new(1234, $($id)?).secret(SECRET),
        )),+]
    };
}

pub(crate) fn cases() -> Vec<Case> {
    let mut all = plain![
        Mute(7),
        Unmute(7),
        MuteRoom(),
        UnmuteRoom(),
        DenoiseEnable(7),
        DenoiseDisable(7),
        Kick(7),
        KickAll(),
        ListForwarders(),
        ListAnnouncements(),
    ];
    all.extend(rooms());
    all.extend(media());
    all
}

fn rooms() -> Vec<Case> {
    vec![
        case(
            "",
            Create::new(),
            Create::new()
                .room(1234)
                .description("a room")
                .secret(SECRET)
                .pin(SECRET)
                .is_private(true)
                .allowed(vec![SECRET.into()])
                .sampling_rate(48_000)
                .sampling(48_000)
                .spatial_audio(true)
                .record(true)
                .record_file("mix.wav")
                .record_dir("/tmp")
                .mjrs(true)
                .mjrs_dir("/tmp")
                .allow_rtp_participants(true)
                .permanent(true)
                .audiolevel_ext(true)
                .audiolevel_event(true)
                .audio_active_packets(6)
                .audio_level_average(40)
                .default_expectedloss(10)
                .default_bitrate(64_000)
                .denoise(true)
                .groups(vec!["floor".to_owned()])
                .default_prebuffering(6)
                .admin_key(SECRET),
        ),
        case(
            "",
            Edit::new(1234),
            Edit::new(1234)
                .secret(SECRET)
                .new_description("a text")
                .new_secret(SECRET)
                .new_pin(SECRET)
                .new_is_private(true)
                .new_record_dir("/tmp")
                .new_mjrs_dir("/tmp")
                .permanent(true),
        ),
        case(
            "",
            Destroy::new(1234),
            Destroy::new(1234).permanent(true).secret(SECRET),
        ),
        case("", Exists::new(1234), Exists::new(1234)),
        case("", List::new(), List::new().admin_key(SECRET)),
        case("", ListParticipants::new(1234), ListParticipants::new(1234)),
        case(
            "",
            Allowed::new(1234, AllowedAction::Add),
            Allowed::new(1234, AllowedAction::Add)
                .secret(SECRET)
                .allowed(vec![SECRET.into()]),
        ),
        case(
            "",
            Suspend::new(1234, 7),
            Suspend::new(1234, 7)
                .secret(SECRET)
                .pause_events(true)
                .stop_record(true),
        ),
        case(
            "",
            Resume::new(1234, 7),
            Resume::new(1234, 7)
                .secret(SECRET)
                .record(true)
                .filename("/tmp/door"),
        ),
    ]
}

fn media() -> Vec<Case> {
    vec![
        case(
            "",
            EnableRecording::new(1234, true),
            EnableRecording::new(1234, true)
                .record_file("mix.wav")
                .record_dir("/tmp")
                .secret(SECRET),
        ),
        case(
            "",
            EnableMjrs::new(1234, true),
            EnableMjrs::new(1234, true).mjrs_dir("/tmp").secret(SECRET),
        ),
        case(
            "",
            RtpForward::new(1234, "127.0.0.1", 5004),
            RtpForward::new(1234, "127.0.0.1", 5004)
                .group("floor")
                .ssrc(4_000_000_000)
                .codec(Codec::Opus)
                .ptype(111)
                .host_family(HostFamily::Ipv4)
                .srtp_suite(SrtpSuite::Tag80)
                .srtp_crypto(SECRET)
                .always_on(true)
                .secret(SECRET)
                .admin_key(SECRET),
        ),
        case(
            "",
            StopRtpForward::new(1234, 5),
            StopRtpForward::new(1234, 5)
                .secret(SECRET)
                .admin_key(SECRET),
        ),
        case(
            "",
            PlayFile::new(1234, "/srv/gong.opus"),
            PlayFile::new(1234, "/srv/gong.opus")
                .file_id("gong")
                .group("floor")
                .repeat(true)
                .secret(SECRET)
                .admin_key(SECRET),
        ),
        case(
            "",
            IsPlaying::new(1234, "gong"),
            IsPlaying::new(1234, "gong")
                .secret(SECRET)
                .admin_key(SECRET),
        ),
        case(
            "",
            StopFile::new(1234, "gong"),
            StopFile::new(1234, "gong").secret(SECRET).admin_key(SECRET),
        ),
        case(
            "",
            StopAllFiles::new(1234),
            StopAllFiles::new(1234).secret(SECRET).admin_key(SECRET),
        ),
    ]
}
