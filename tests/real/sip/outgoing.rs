//! Calls that are placed, and all that can be done in one.

use std::{net::UdpSocket, time::Duration};

use common::{Sipp, TempDir, wait_until};
use janus_blocking::{
    Jsep,
    sip::{
        Call, Confirmed, Direction, DtmfInfo, Event, ForwardKind, ForwardStream, Hangup, Hold,
        Info, Keyframe, Message, Recording, RecordingAction, Transfer, Unhold, error_code,
    },
};

use super::phone::{Phone, SOON, Servers, assert_refused, offer};

/// A call to a SIPp that answers everything.
fn talk(phone: &Phone, servers: &Servers, peer: &Sipp) -> Option<String> {
    let call = Call::new(peer.uri(&servers.kamailio)).headers([("X-Door", "front")]);
    let calling = phone.sip.call(&call, &offer()).expect("calling");
    let answer = phone.wait("accepted", |event, jsep| match event {
        Event::Accepted(accepted) => {
            assert_eq!(accepted.call_id, calling.call_id);
            jsep
        }
        _ => None,
    });
    assert!(answer.sdp.contains("m=audio"), "{}", answer.sdp);
    calling.call_id
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_is_placed_rings_and_is_answered() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let peer = Sipp::answer().start();
        let call = Call::new(peer.uri(&servers.kamailio))
            .call_id("my-own-call-id")
            .headers([("X-Door", "front")])
            .autoaccept_reinvites(true);
        let calling = phone.sip.call(&call, &offer()).expect("calling");
        assert_eq!(calling.call_id.as_deref(), Some("my-own-call-id"));
        let mut before = Vec::new();
        phone.wait("accepted", |event, _| {
            match &event {
                Event::Proceeding(it) => {
                    assert_eq!(it.call_id.as_deref(), Some("my-own-call-id"));
                    before.push(format!("proceeding {}", it.code));
                }
                Event::Ringing(it) => {
                    assert_eq!(it.call_id.as_deref(), Some("my-own-call-id"));
                    before.push("ringing".to_owned());
                }
                _ => {}
            }
            matches!(event, Event::Accepted(_)).then_some(())
        });
        assert!(before.contains(&"ringing".to_owned()), "{before:?}");
        let invite = peer.wait_request("INVITE", SOON);
        assert_eq!(invite.header("X-Door"), Some("front"));
        assert_eq!(invite.header("Call-ID"), Some("my-own-call-id"));

        let second = Call::new("sip:a@example.org");
        assert_refused(
            phone.sip.call(&second, &offer()),
            error_code::WRONG_STATE.value(),
        );

        let bye = Hangup::new().headers([("X-Why", "enough")]);
        let ending = phone.sip.hangup(&bye).expect("hanging up");
        // The call may be over before the plugin has written its answer.
        let ended = ending.call_id.as_deref();
        assert!(ended.is_none_or(|id| id == "my-own-call-id"), "{ended:?}");
        let end = phone.wait_end();
        assert_eq!(
            (end.code, end.call_id.as_deref()),
            (200, Some("my-own-call-id"))
        );
        let outcome = peer.expect_success();
        assert_eq!(outcome.requests("BYE")[0].header("X-Why"), Some("enough"));
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn texts_keys_and_hold_reach_the_peer() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let peer = Sipp::answer().start();
        let call_id = talk(&phone, servers, &peer);

        let info = Info::new("application/x-door", "open").headers([("X-Door", "1")]);
        let sent = phone.sip.info(&info).expect("sent");
        assert_eq!((sent.of, &sent.call_id), (Confirmed::InfoSent, &call_id));
        let got = peer.wait_request("INFO", SOON);
        assert_eq!(
            (got.body().trim(), got.header("X-Door")),
            ("open", Some("1"))
        );

        let sent = phone.sip.message(&Message::new("hello")).expect("sent");
        assert_eq!(sent.call_id, call_id);
        let delivery = phone.wait("delivery", |event, _| match event {
            Event::MessageDelivery(delivery) => Some(delivery),
            _ => None,
        });
        assert_eq!((delivery.code, delivery.call_id), (200, call_id.clone()));

        let key = DtmfInfo::new('#').duration(Duration::from_millis(250));
        assert_eq!(
            phone.sip.dtmf_info(&key).expect("sent").of,
            Confirmed::DtmfSent
        );
        wait_until(SOON, "the key arrives", || {
            peer.messages().iter().any(|message| {
                message.text.contains("Signal=#") && message.text.contains("Duration=250")
            })
        });

        let hold = Hold::new()
            .direction(Direction::Inactive)
            .headers([("X-Hold", "1")]);
        assert_eq!(
            phone.sip.hold(&hold).expect("on hold").of,
            Confirmed::Holding
        );
        let answered = |wanted: &str| {
            peer.messages()
                .iter()
                .any(|it| !it.sent && it.text.contains(wanted))
        };
        wait_until(SOON, "hold arrives", || answered("a=inactive"));
        // The plugin ignores requests until the ACK of its own re-INVITE is out.
        let acks = || {
            peer.messages()
                .iter()
                .filter(|it| it.text.starts_with("ACK "))
                .count()
        };
        wait_until(SOON, "hold is done", || acks() == 2);
        let resumed = phone.sip.unhold(&Unhold::new().headers([("X-Hold", "0")]));
        assert_eq!(resumed.expect("resumed").of, Confirmed::Resuming);
        wait_until(SOON, "unhold is done", || acks() == 3);

        phone.sip.hangup(&Hangup::new()).expect("hanging up");
        phone.wait_end();
        peer.expect_success();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_is_updated() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let peer = Sipp::answer().start();
        talk(&phone, servers, &peer);
        let answer = Jsep::answer(offer().sdp);
        phone
            .sip
            .update(&answer)
            .expect_err("nobody has asked for an answer");
        let next = Jsep::offer(offer().sdp.replace("o=- 1 1 ", "o=- 1 2 "));
        assert_eq!(
            phone.sip.update(&next).expect("updating").of,
            Confirmed::Updating
        );
        let answer = phone.wait("the peer's answer", |event, jsep| match event {
            Event::Accepted(_) => jsep,
            _ => None,
        });
        assert!(answer.sdp.contains("m=audio"), "{}", answer.sdp);
        phone.sip.hangup(&Hangup::new()).expect("hanging up");
        phone.wait_end();
        peer.expect_success();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_is_recorded() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let peer = Sipp::answer().start();
        talk(&phone, servers, &peer);
        let folder = TempDir::new("recording");
        let base = folder.path().join("call");
        let nothing = Recording::new(RecordingAction::Start);
        assert_refused(
            phone.sip.recording(&nothing),
            error_code::RECORDING_ERROR.value(),
        );
        for action in [
            RecordingAction::Start,
            RecordingAction::Pause,
            RecordingAction::Resume,
            RecordingAction::Stop,
        ] {
            let recording = Recording::new(action)
                .audio(true)
                .peer_audio(true)
                .filename(base.display().to_string());
            let updated = phone.sip.recording(&recording).expect("updated");
            assert_eq!(updated.of, Confirmed::RecordingUpdated, "{action:?}");
        }
        for name in ["call-user-audio.mjr", "call-peer-audio.mjr"] {
            assert!(folder.path().join(name).exists(), "{name}");
        }
        phone.sip.hangup(&Hangup::new()).expect("hanging up");
        phone.wait_end();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn keyframes_and_forwarders_are_for_later_versions() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let peer = Sipp::answer().start();
        let call_id = talk(&phone, servers, &peer);
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let port = socket.local_addr().expect("an address").port();
        let plain = ForwardStream::new(ForwardKind::PeerAudio, "127.0.0.1", port);
        let dressed = ForwardStream::new(ForwardKind::Audio, "localhost", port)
            .ssrc(7)
            .pt(96);
        let keyframe = phone.sip.keyframe(&Keyframe::new().user(true).peer(true));
        let forwarding = phone.sip.rtp_forward([plain, dressed]);
        if !servers.is_new() {
            assert_refused(keyframe, error_code::INVALID_REQUEST.value());
            assert_refused(forwarding, error_code::INVALID_REQUEST.value());
            return;
        }
        assert_eq!(keyframe.expect("sent").of, Confirmed::KeyframeSent);
        let forwarding = forwarding.expect("forwarding");
        assert_eq!(forwarding.call_id, call_id);
        let [plain, dressed] = &forwarding.forwarders[..] else {
            panic!("{forwarding:?}")
        };
        assert_eq!(
            (plain.port, plain.kind.clone()),
            (port, Some(ForwardKind::PeerAudio))
        );
        assert_eq!((plain.ssrc, plain.pt, plain.srtp), (None, None, false));
        assert_eq!((dressed.ssrc, dressed.pt), (Some(7), Some(96)));
        assert_eq!((&*dressed.host, &*dressed.media), ("127.0.0.1", "audio"));

        let mut listed = phone.sip.list_forwarders().expect("a list").rtp_forwarders;
        listed.sort_by_key(|forwarder| forwarder.ssrc);
        assert_eq!(listed, forwarding.forwarders);
        let stopped = phone
            .sip
            .stop_rtp_forward(plain.stream_id)
            .expect("stopped");
        assert_eq!(
            (stopped.stream_id, stopped.call_id),
            (Some(plain.stream_id), call_id)
        );
        let again = phone.sip.stop_rtp_forward(plain.stream_id);
        assert_refused(again, error_code::NO_SUCH_STREAM.value());
        assert_refused(
            phone.sip.rtp_forward([]),
            error_code::MISSING_ELEMENT.value(),
        );
        phone.sip.hangup(&Hangup::new()).expect("hanging up");
        phone.wait_end();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn the_peer_of_a_transfer_reports() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let peer = Sipp::answer().start();
        talk(&phone, servers, &peer);
        let attended = Transfer::new("sip:a@example.org").replace("no-such-call");
        assert_refused(
            phone.sip.transfer(&attended),
            error_code::NO_SUCH_CALLID.value(),
        );
        assert_refused(
            phone.sip.transfer(&Transfer::new("nonsense")),
            error_code::INVALID_ADDRESS.value(),
        );
        let blind = Transfer::new(servers.kamailio.user_uri("1002"));
        assert_eq!(
            phone.sip.transfer(&blind).expect("on its way").of,
            Confirmed::Transferring
        );
        let report = phone.wait("the peer's report", |event, _| match event {
            Event::Notify(notify) if notify.content.contains("200") => Some(notify),
            _ => None,
        });
        assert_eq!(report.notify.as_deref(), Some("refer"));
        assert_eq!(report.substate.as_deref(), Some("terminated"));
        phone.sip.hangup(&Hangup::new()).expect("hanging up");
        phone.wait_end();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn calls_that_come_to_nothing_say_why() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let busy = Sipp::refuse(486).start();
        let calling = phone
            .sip
            .call(&Call::new(busy.uri(&servers.kamailio)), &offer());
        let calling = calling.expect("calling");
        let end = phone.wait_end();
        assert_eq!(end.code, 486);
        // The refusal may be quicker than the plugin's own answer.
        assert!(
            calling.call_id.is_none() || calling.call_id == end.call_id,
            "{calling:?}"
        );

        // A handle each: Janus 1.1.2 may refuse an offer right after the end of a call with 490.
        let phone = servers.phone("1000");
        let nobody = Call::new(servers.kamailio.user_uri("1009"));
        phone.sip.call(&nobody, &offer()).expect("calling");
        assert_eq!(phone.wait_end().code, 404);

        let phone = servers.phone("1000");
        let patient = Sipp::ring().start();
        phone
            .sip
            .call(&Call::new(patient.uri(&servers.kamailio)), &offer())
            .expect("calling");
        phone.wait("ringing", |event, _| {
            matches!(event, Event::Ringing(_)).then_some(())
        });
        phone.sip.hangup(&Hangup::new()).expect("hanging up");
        assert_eq!(phone.wait_end().code, 487);

        let phone = servers.phone("1000");
        let bad = phone.sip.call(&Call::new("nonsense"), &offer());
        assert_refused(bad, error_code::INVALID_ADDRESS.value());
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn without_its_peer_connection_a_call_ends() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let peer = Sipp::answer().start();
        let call_id = talk(&phone, servers, &peer);
        phone
            .sip
            .handle()
            .hangup()
            .expect("the PeerConnection is closed");
        // The peer's response may be faster than what Janus says of its own request.
        let (mut ending, mut end) = (None, None);
        phone.wait("end of the call", |event, _| {
            match event {
                Event::HangingUp(event) => ending = Some(event),
                Event::Hangup(event) => end = Some(event),
                _ => {}
            }
            (ending.is_some() && end.is_some()).then_some(())
        });
        let (ending, end) = (ending.expect("both"), end.expect("both"));
        assert_eq!(ending.call_id, call_id);
        assert_eq!((end.code, end.call_id), (200, call_id));
        peer.expect_success();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn early_media_has_the_answer_and_the_200_has_none() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let peer = Sipp::early_media().start();
        phone
            .sip
            .call(&Call::new(peer.uri(&servers.kamailio)), &offer())
            .expect("calling");
        let mut early = None;
        let late = phone.wait("accepted", |event, jsep| match event {
            Event::Progress(_) => {
                early = jsep;
                None
            }
            Event::Accepted(_) => Some(jsep),
            _ => None,
        });
        assert!(early.is_some());
        assert_eq!(late, None);
        phone.sip.hangup(&Hangup::new()).expect("hanging up");
        phone.wait_end();
    });
}
