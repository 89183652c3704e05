//! Every request of the NoSIP plugin against real servers: two handles call each other, between a peer
//! that sends a voice and an EchoTest that hears it.

use std::{fs, net::UdpSocket};

use common::{TempDir, exchanged, sdp, wait_until};
use janus_blocking::{
    EchoTest, Event as CoreEvent, Jsep, NoSip,
    echotest::Settings,
    nosip::{
        Event, ForwardKind, ForwardStream, Generate, Generated, Hangup, HostFamily, Keyframe,
        Process, Recording, RecordingAction, Srtp, SrtpProfile, error_code,
    },
    webrtc::JsepKind,
};

use crate::{
    desk::Desk,
    feed::Feed,
    servers::{self, SOON, assert_refused},
};

type Servers = servers::Servers<NoSip>;

/// A call that is up.
struct Call {
    feed: Feed,
    caller: Desk<NoSip>,
    callee: Desk<NoSip>,
    echo: Desk<EchoTest>,
}

/// What the one has generated, for the other.
fn to_peer(generated: &Generated) -> Process {
    Process::new(generated.kind.clone(), &*generated.sdp)
}

/// Sets a call up, and returns the plain offer and answer as well.
fn call(servers: &Servers, generate: &Generate) -> (Call, [String; 2]) {
    let (feed, offer) = Feed::new(servers);
    let (caller, callee) = (servers.desk::<NoSip>(), servers.desk::<NoSip>());
    let offered = caller.plugin.generate(generate, &offer).expect("an offer");
    assert_eq!((&offered.kind, offered.update), (&JsepKind::Offer, false));
    assert_eq!(offered.unique_id.is_some(), servers.is_new());
    let (processed, offer) = callee.plugin.process(&to_peer(&offered)).expect("an offer");
    assert_eq!(
        (offer.kind.clone(), processed.update),
        (JsepKind::Offer, false)
    );
    assert_eq!(processed.unique_id.is_some(), servers.is_new());
    assert_eq!(processed.srtp.is_some(), generate.srtp.is_some());

    let echo = servers.desk::<EchoTest>();
    let answer = echo.plugin.offer(&Settings::new().audio(true), &offer);
    let answer = Jsep::answer(answer.expect("an answer").sdp);
    let answered = callee
        .plugin
        .generate(generate, &answer)
        .expect("an answer");
    assert_eq!(answered.kind, JsepKind::Answer);
    let (_, answer) = caller
        .plugin
        .process(&to_peer(&answered))
        .expect("an answer");
    assert_eq!(answer.kind, JsepKind::Answer);
    feed.answer(answer);
    caller.wait_up();
    callee.wait_up();
    let call = Call {
        feed,
        caller,
        callee,
        echo,
    };
    (call, [offered.sdp, answered.sdp])
}

fn story(servers: &Servers) {
    let (mut call, plain) = call(servers, &Generate::new().info("front door"));
    for sdp in plain {
        assert!(
            sdp.contains(" RTP/AVP ") && !sdp.contains("a=ice-ufrag"),
            "{sdp}"
        );
    }
    let folder = TempDir::new("nosip");
    let place = folder.path().join("call");
    let files = Recording::new(RecordingAction::Start)
        .audio(true)
        .peer_audio(true)
        .filename(place.display().to_string());
    call.caller.plugin.recording(&files).expect("recording");
    call.feed.talking(|| call.echo.wait_media());
    restart(&call);
    copies(servers, &mut call);
    let keyframe = call
        .caller
        .plugin
        .keyframe(&Keyframe::new().user(true).peer(true));
    if servers.is_new() {
        keyframe.expect("asked for");
    } else {
        assert_refused(keyframe, error_code::INVALID_REQUEST);
    }
    let stop = Recording::new(RecordingAction::Stop)
        .audio(true)
        .peer_audio(true);
    call.caller.plugin.recording(&stop).expect("ended");
    let recorded = folder.path().join("call-user-audio.mjr");
    let recorded = fs::read(recorded).expect("a recording");
    assert!(recorded.starts_with(b"MJR"), "{recorded:?}");

    call.caller.plugin.hangup().expect("hung up");
    call.caller.look("hangup", |event| match event {
        CoreEvent::Hangup { .. } => Some(()),
        _ => None,
    });
}

/// An ICE restart of the caller's peer goes all the way, and back.
fn restart(call: &Call) {
    let (caller, callee) = (&call.caller.plugin, &call.callee.plugin);
    let plain = Generate::new();
    let offer = call.feed.restart();
    let offered = caller.generate(&plain, &offer).expect("an offer");
    assert!(offered.update);
    let offer = callee.process(&to_peer(&offered).update(true));
    let (processed, offer) = offer.expect("an offer");
    assert!(processed.update);
    let answer = call.echo.plugin.offer(&Settings::new().audio(true), &offer);
    let answer = Jsep::answer(answer.expect("an answer").sdp);
    let answered = callee.generate(&plain, &answer).expect("an answer");
    let (processed, answer) = caller.process(&to_peer(&answered)).expect("an answer");
    assert!(processed.update);
    call.feed.answer(answer);
}

/// The caller's voice, on its way out of the server of the callee.
fn copies(servers: &Servers, call: &mut Call) {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).expect("a port");
    socket.set_nonblocking(true).expect("a socket");
    let port = socket.local_addr().expect("an address").port();
    let callee = &call.callee.plugin;
    let stream = ForwardStream::new(ForwardKind::PeerAudio, "127.0.0.1", port)
        .host_family(HostFamily::Ipv4)
        .ssrc(77)
        .pt(100);
    let made = callee.rtp_forward([stream]);
    if !servers.is_new() {
        assert_refused(made, error_code::INVALID_REQUEST);
        assert_refused(callee.stop_rtp_forward(1), error_code::INVALID_REQUEST);
        assert_refused(callee.list_forwarders(), error_code::INVALID_REQUEST);
        return;
    }
    let made = made.expect("a forwarder").forwarders;
    let [forwarder] = &made[..] else {
        panic!("not one: {made:?}")
    };
    assert_eq!(forwarder.kind, Some(ForwardKind::PeerAudio));
    assert_eq!((&*forwarder.host, forwarder.port), ("127.0.0.1", port));
    assert_eq!((forwarder.ssrc, forwarder.pt), (Some(77), Some(100)));
    let mut packet = [0; 1500];
    call.feed.talking(|| {
        wait_until(SOON, "a copy comes", || socket.recv(&mut packet).is_ok());
    });
    assert_eq!(
        (packet[1] & 0x7f, &packet[8..12]),
        (100, &77_u32.to_be_bytes()[..])
    );

    let list = callee.list_forwarders().expect("a list").rtp_forwarders;
    assert_eq!(list, made);
    let stopped = callee.stop_rtp_forward(forwarder.stream_id).expect("ended");
    assert_eq!(stopped.stream_id, Some(forwarder.stream_id));
    let again = callee.stop_rtp_forward(forwarder.stream_id);
    assert_refused(again, error_code::NO_SUCH_STREAM);
    assert_refused(callee.rtp_forward([]), error_code::MISSING_ELEMENT);
    let nowhere = ForwardStream::new(ForwardKind::Audio, "nowhere.invalid", 9);
    assert_refused(callee.rtp_forward([nowhere]), error_code::INVALID_ELEMENT);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn two_handles_call_each_other_and_every_request_is_exchanged() {
    Servers::each(|servers| {
        story(servers);
        let version = servers.version.to_string();
        let exchanged = servers.exchanged(|_| String::new());
        assert_eq!(exchanged, exchanged::with("nosip", &version));
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_call_with_srtp_has_keys_in_its_descriptions_and_media_that_flows() {
    Servers::each(|servers| {
        let generate = Generate::new()
            .srtp(Srtp::SdesMandatory)
            .srtp_profile(SrtpProfile::AesCm128HmacSha1_32);
        let (mut call, plain) = call(servers, &generate);
        for sdp in plain {
            let crypto = "AES_CM_128_HMAC_SHA1_32 inline:";
            assert!(sdp.contains(" RTP/SAVP ") && sdp.contains(crypto), "{sdp}");
        }
        call.feed.talking(|| call.echo.wait_media());
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_cannot_be_negotiated_is_refused() {
    Servers::each(|servers| {
        let line = || servers.desk::<NoSip>().plugin;
        let offer = Jsep::offer(sdp::audio_offer());
        let plain = line().generate(&Generate::new(), &offer).expect("an offer");
        let strict = to_peer(&plain).srtp(Srtp::SdesMandatory);
        assert_refused(line().process(&strict), error_code::TOO_STRICT);
        let nowhere = plain.sdp.lines().filter(|line| !line.starts_with("c="));
        let nowhere = nowhere.collect::<Vec<_>>().join("\r\n") + "\r\n";
        let nowhere = line().process(&Process::new(JsepKind::Offer, nowhere));
        assert_refused(nowhere, error_code::INVALID_SDP);
        let none = Process::new(JsepKind::Offer, "none");
        assert_refused(line().process(&none), error_code::MISSING_SDP);
        let neither = Process::new(JsepKind::Other("pranswer".to_owned()), &*plain.sdp);
        assert_refused(line().process(&neither), error_code::MISSING_SDP);
        let encrypted = line().generate(&Generate::new(), &offer.clone().e2ee(true));
        assert_refused(encrypted, error_code::INVALID_ELEMENT);
        let odd = Generate::new().srtp(Srtp::Other("dtls".to_owned()));
        assert_refused(line().generate(&odd, &offer), error_code::INVALID_ELEMENT);
        let nothing = Recording::new(RecordingAction::Start);
        assert_refused(line().recording(&nothing), error_code::RECORDING_ERROR);
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn answers_that_nobody_waits_for_are_events() {
    Servers::each(|servers| {
        let line = servers.desk::<NoSip>();
        let handle = line.plugin.handle();
        handle.send(&Hangup::new()).expect("acknowledged");
        line.wait("hangingup", |event, _| {
            (*event == Event::HangingUp).then_some(())
        });
        let nothing = Recording::new(RecordingAction::Stop);
        handle.send(&nothing).expect("acknowledged");
        let failure = line.wait("error", |event, _| match event {
            Event::Error(it) => Some(it.clone()),
            _ => None,
        });
        assert_eq!(failure.code, error_code::RECORDING_ERROR);
        assert!(!failure.reason.is_empty());
    });
}
