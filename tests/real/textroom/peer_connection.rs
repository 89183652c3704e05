//! `setup`, `ack`, `restart`.

use common::sdp;
use janus_blocking::{
    ErrorCode, Jsep, TextRoom,
    textroom::{Ack, Setup, error_code},
    webrtc::JsepKind,
};

use super::Servers;
use crate::servers::assert_refused;

#[track_caller]
fn assert_offer(offer: &Jsep) {
    assert_eq!(offer.kind, JsepKind::Offer);
    let media: Vec<_> = offer
        .sdp
        .lines()
        .filter(|it| it.starts_with("m="))
        .collect();
    assert_eq!(media, ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel"]);
}

pub(crate) fn story(servers: &Servers) {
    let desk = servers.desk::<TextRoom>();
    let chat = &desk.plugin;
    assert_refused(chat.restart(), error_code::ALREADY_SETUP);
    let nothing = chat.ack(&Jsep::answer(sdp::audio_offer()));
    let error = nothing.expect_err("there is no offer");
    assert_eq!(error.code(), Some(ErrorCode::UNEXPECTED_ANSWER), "{error}");

    let offer = chat.setup().expect("an offer");
    assert_offer(&offer);
    assert_refused(chat.setup(), error_code::ALREADY_SETUP);
    chat.ack(&Jsep::answer(sdp::answer_to(&offer.sdp)))
        .expect("confirmed");
    let again = chat.restart().expect("another offer");
    assert_offer(&again);
    assert_ne!(again.sdp, offer.sdp);
    chat.ack(&Jsep::answer(sdp::answer_to(&again.sdp)))
        .expect("confirmed");
    // What the method does not offer: it is confirmed, and nothing is done.
    chat.handle().request(&Ack::new()).expect("confirmed");

    // The first offer was the last, though its connection has ended.
    chat.handle().hangup().expect("an answer");
    desk.look("hangup", |event| {
        matches!(event, janus_blocking::Event::Hangup { .. }).then_some(())
    });
    servers.wait_freed(chat.handle(), 1);
    assert_refused(chat.setup(), error_code::ALREADY_SETUP);
    assert_offer(&chat.restart().expect("an offer"));
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_data_channel_is_offered_once_and_restarted() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_offer_that_nobody_waits_for_comes_as_an_event() {
    Servers::each(|servers| {
        let desk = servers.desk::<TextRoom>();
        let ack = desk.plugin.handle().send(&Setup::new());
        assert!(ack.expect("acknowledged").data.is_none());
        let offer = desk.wait("offer", |event, jsep| match event {
            janus_blocking::textroom::Event::Ok => jsep.cloned(),
            _ => None,
        });
        assert_offer(&offer);
        desk.plugin
            .handle()
            .send(&Setup::new())
            .expect("acknowledged");
        let refused = desk.wait("refusal", |event, _| match event {
            janus_blocking::textroom::Event::Error(refused) => Some(refused.clone()),
            _ => None,
        });
        assert_eq!(refused.code, error_code::ALREADY_SETUP);
        assert_eq!(refused.transaction, None);
    });
}
