//! SIP calls: one that rings, and one that was answered.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
};

use common::{Janus, Kamailio, Sipp, wait_until};
use janus_blocking::{
    Event, Jsep, Result, Sip,
    serde_json::{self, json},
    sip::{self, Accept, Call, Hangup, Register},
    webrtc::{Codec, Direction, Media, Peer},
};

use super::{Role, Second, WAIT, it_flows, never_connects, story, wait};

const USER: &str = "1000";

/// Who is called by the first process, or calls it when it has registered.
struct Scene {
    kamailio: Arc<Kamailio>,
    other: JoinHandle<Sipp>,
}

fn scene(other: impl FnOnce(&Kamailio) -> Sipp + Send + 'static) -> Scene {
    let kamailio = Arc::new(Kamailio::start());
    let registrar = kamailio.clone();
    Scene {
        kamailio,
        other: thread::spawn(move || other(&registrar)),
    }
}

impl Scene {
    /// What the first process has to know.
    fn word(&self, called: &str) -> String {
        let kamailio = &self.kamailio;
        let (user, proxy) = (kamailio.user_uri(USER), kamailio.proxy_uri());
        json!([user, proxy, kamailio.secret(USER), called]).to_string()
    }
}

fn caller(_: &Janus) -> (Scene, String) {
    let scene = scene(|kamailio| {
        wait_until(WAIT, "registered", || kamailio.is_registered(USER));
        let caller = Sipp::call_until_bye(kamailio, USER);
        caller.payloads("8").rtp_echo().start()
    });
    let word = scene.word("");
    (scene, word)
}

fn called(_: &Janus) -> (Scene, String) {
    let sipp = Sipp::answer().rtp_echo().start();
    let port = sipp.port();
    let scene = scene(move |_| sipp);
    let word = scene.word(&scene.kamailio.user_uri(&format!("uas-{port}")));
    (scene, word)
}

/// Registers; whom to call.
fn registered(role: &Role) -> (Sip, String) {
    let [user, proxy, secret, called]: [String; 4] =
        serde_json::from_str(&role.word).expect("the words of the scene");
    let sip: Sip = role.session.attach().expect("a handle");
    let account = Register::new(user).secret(secret).proxy(proxy);
    sip.register(&account).expect("registered");
    (sip, called)
}

/// Waits for the call, and notes its offer.
fn rings(role: &Role) {
    let (sip, _) = registered(role);
    let offer = wait(&sip, "call", |event| match event {
        Event::Plugin {
            event: sip::Event::IncomingCall(_),
            jsep,
        } => jsep.clone(),
        _ => None,
    });
    sip.handle()
        .set_note(serde_json::to_value(&offer).expect("plain data"));
    role.stay(None);
}

#[track_caller]
fn ended(sip: &Sip) {
    wait(sip, "end of the call", |event| match event {
        Event::Plugin {
            event: sip::Event::Hangup(_),
            ..
        } => Some(()),
        _ => None,
    });
}

fn answers(_: &Janus, second: &Second, scene: Scene) {
    assert!(!second.ticket.handles[0].peer);
    let caller = scene.other.join().expect("it calls");
    let sip: Sip = second.plugin();
    let note = second.ticket.handles[0].note.clone().expect("the offer");
    let offer = serde_json::from_value(note).expect("it was written by `rings`");
    let peer = second.media.peer(sip.handle());
    let peer = peer.audio(Direction::SendRecv, &[Codec::Pcma]);
    let peer = peer.answer_to(&offer, |answer| sip.accept(&Accept::new(), answer));
    let (peer, _) = peer.expect("it rings");
    let voice = peer.audio().expect("audio");
    it_flows(&[&peer], &voice, &voice);
    sip.hangup(&Hangup::new()).expect("a call");
    ended(&sip);
    caller.expect_success();
}

#[test]
#[ignore = "needs Janus, Kamailio, SIPp and root: run tests/run"]
fn a_call_that_rang_for_a_killed_process_is_answered_with_sound() {
    let test = "a_call_that_rang_for_a_killed_process_is_answered_with_sound";
    story(module_path!(), test, rings, caller, answers);
}

fn offered(media: &Media, sip: &Sip, send: impl FnOnce(&Jsep) -> Result<()>) -> Result<Peer> {
    let peer = media.peer(sip.handle());
    let peer = peer.audio(Direction::SendRecv, &[Codec::Pcma]);
    peer.offer_by(|offer| {
        send(offer)?;
        let answer = wait(sip, "answer", |event| match event {
            Event::Plugin {
                event: sip::Event::Accepted(_),
                jsep,
            } => jsep.clone(),
            _ => None,
        });
        // Janus keeps the name that the peer before gave the line.
        let (old, new) = (mid(&answer), mid(offer));
        let mut renamed = answer.clone();
        renamed.sdp = answer
            .sdp
            .replace(&format!("a=mid:{old}"), &format!("a=mid:{new}"));
        renamed.sdp = renamed
            .sdp
            .replace(&format!("BUNDLE {old}"), &format!("BUNDLE {new}"));
        Ok(renamed)
    })
}

fn mid(jsep: &Jsep) -> &str {
    let mut lines = jsep.sdp.lines();
    let mid = lines.find_map(|line| line.strip_prefix("a=mid:"));
    mid.expect("the line has a name")
}

fn talks(role: &Role) {
    let (sip, called) = registered(role);
    let peer = offered(&role.media, &sip, |offer| {
        sip.call(&Call::new(called), offer).map(drop)
    });
    let peer = peer.expect("it is answered");
    let voice = peer.audio().expect("audio");
    it_flows(&[&peer], &voice, &voice);
    role.stay(Some(&voice));
}

fn only_ends(_: &Janus, second: &Second, scene: Scene) {
    assert!(second.ticket.handles[0].peer);
    let called = scene.other.join().expect("it was called");
    let sip: Sip = second.plugin();
    // A change of the media is answered, and the handshake of the new peer is not.
    let peer = offered(&second.media, &sip, |offer| sip.update(offer).map(drop));
    let peer = peer.expect("an answer");
    never_connects(&peer);
    peer.leave();

    // The core ends the call for the caller too.
    sip.handle().hangup().expect("the handle is there");
    ended(&sip);
    called.expect_success();
}

#[test]
#[ignore = "needs Janus, Kamailio, SIPp and root: run tests/run"]
fn a_call_that_a_killed_process_had_answered_can_only_be_ended() {
    let test = "a_call_that_a_killed_process_had_answered_can_only_be_ended";
    story(module_path!(), test, talks, called, only_ends);
}
