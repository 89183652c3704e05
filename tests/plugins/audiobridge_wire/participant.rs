//! The requests of participants, with nothing and with everything set.

use janus_blocking::{
    Error,
    audiobridge::{
        Codec, Participant,
        participant::{ChangeRoom, Configure, Hangup, Join, Leave, PlainRtp, ResetDecoder},
    },
    testing,
};

use crate::wire::{Case, SECRET, case};

fn rtp() -> PlainRtp {
    PlainRtp::new("127.0.0.1", 5004)
        .payload_type(111)
        .audiolevel_ext(1)
        .fec(true)
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case(
            "",
            Join::new(1234),
            Join::new(1234)
                .id(7)
                .display("front door")
                .token(SECRET)
                .group("floor")
                .muted(true)
                .suspended(true)
                .pause_events(true)
                .codec(Codec::Opus)
                .bitrate(64_000)
                .quality(10)
                .expected_loss(10)
                .volume(150)
                .spatial_position(20)
                .audio_level_average(40)
                .audio_active_packets(6)
                .denoise(true)
                .record(true)
                .filename("/tmp/door")
                .generate_offer(true)
                .rtp(rtp())
                .secret(SECRET)
                .prebuffer(6)
                .pin(SECRET),
        ),
        case(
            "",
            Configure::new(),
            Configure::new()
                .muted(true)
                .bitrate(64_000)
                .quality(10)
                .expected_loss(10)
                .volume(150)
                .group("floor")
                .spatial_position(20)
                .denoise(true)
                .record(true)
                .filename("/tmp/door")
                .display("front door")
                .generate_offer(true)
                .rtp(rtp())
                .update(true)
                .prebuffer(6),
        ),
        case(
            "",
            ChangeRoom::new(1234),
            ChangeRoom::new(1234)
                .id(7)
                .display("front door")
                .token(SECRET)
                .group("floor")
                .muted(true)
                .suspended(true)
                .pause_events(true)
                .codec(Codec::Opus)
                .bitrate(64_000)
                .quality(10)
                .expected_loss(10)
                .volume(150)
                .spatial_position(20)
                .audio_level_average(40)
                .audio_active_packets(6)
                .denoise(true)
                .record(true)
                .filename("/tmp/door")
                .generate_offer(true)
                .rtp(rtp())
                .secret(SECRET)
                .prebuffer(6)
                .pin(SECRET),
        ),
        case("", Leave::new(), Leave::new()),
        case("", Hangup::new(), Hangup::new()),
        case("", ResetDecoder::new(), ResetDecoder::new()),
    ]
}

#[test]
fn an_offer_that_nobody_would_see_is_not_asked_for() {
    let (gateway, me) = testing::attached::<Participant>().expect("a gateway");
    let sent = gateway.request_count();
    let join = Join::new(1234).generate_offer(true);
    let refused = [
        me.join(&join).map(drop),
        me.join_for_offer(&join.rtp(rtp())).map(drop),
        me.configure(&Configure::new().generate_offer(true)),
        me.configure(&Configure::new().update(true)),
    ];
    for result in refused {
        assert!(matches!(result, Err(Error::Config { .. })), "{result:?}");
    }
    assert_eq!(gateway.request_count(), sent);
}
