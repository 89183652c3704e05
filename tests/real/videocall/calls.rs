//! Both sides of calls: placed, taken, changed, ended, and taken by another connection.

use std::{iter, time::Duration};

use common::{Janus, Version, WireProxy, sdp, wait_until};
use janus_blocking::{
    Connection, ErrorCode, Jsep, VideoCall,
    videocall::{Call, Event, Hangup, Placed, Set},
    webrtc::JsepKind,
};

use super::{Servers, answer, ended, ended_twice, offer, phone};
use crate::{desk::Desk, servers::SOON};

/// Waits until the callee has accepted.
fn accepted(caller: &Desk<VideoCall>, callee: &str) -> Jsep {
    caller.wait("answer", |event, jsep| match event {
        Event::Accepted(accepted) => {
            assert_eq!(accepted.username.as_deref(), Some(callee));
            jsep.cloned()
        }
        _ => None,
    })
}

fn updated(phone: &Desk<VideoCall>) -> Jsep {
    phone.wait("update", |event, jsep| match event {
        Event::Update => jsep.cloned(),
        _ => None,
    })
}

pub(crate) fn story(servers: &Servers) {
    let (door, desk) = (phone(servers, "door"), phone(servers, "desk"));
    let mut users = door.plugin.list().expect("a list");
    users.sort();
    assert_eq!(users, ["desk", "door"]);

    let placed = door.plugin.call("desk", &offer()).expect("placed");
    assert_eq!(placed, Placed::Calling);
    let reply = answer(&desk, "door");
    desk.plugin.accept(&reply).expect("accepted");
    assert_eq!(accepted(&door, "desk").kind, JsepKind::Answer);

    let all = Set::new()
        .audio(false)
        .video(true)
        .bitrate(128_000)
        .record(false)
        .filename("call")
        .restart(true)
        .substream(1)
        .temporal(1)
        .fallback(Duration::from_millis(500));
    door.plugin.set(&all).expect("set");
    let set = Set::new().audio(true);
    door.plugin.renegotiate(&set, &offer()).expect("set");
    let update = updated(&desk);
    assert_eq!(update.kind, JsepKind::Offer);
    let reply = Jsep::answer(sdp::answer_to(&update.sdp));
    desk.plugin.renegotiate(&Set::new(), &reply).expect("set");
    assert_eq!(updated(&door).kind, JsepKind::Answer);

    let bye = Hangup::new().reason("bye");
    let end = door.plugin.hangup(&bye).expect("ended");
    let own = (end.username.as_deref(), &*end.reason);
    assert_eq!(own, (Some("door"), "Explicit hangup"));
    // Told once more, to both, as the PeerConnections close, which may be the first.
    let closed = "Remote WebRTC hangup";
    for end in ended_twice(&desk, ["bye", closed]) {
        assert_eq!(end.username.as_deref(), Some("door"));
    }
    let end = ended(&door, closed);
    assert_eq!(end.username.as_deref(), Some("desk"));

    refused_by_the_callee(servers);
    given_up(servers);
}

fn refused_by_the_callee(servers: &Servers) {
    let (caller, callee) = (phone(servers, "caller"), phone(servers, "callee"));
    let placed = caller.plugin.call("callee", &offer()).expect("placed");
    assert_eq!(placed, Placed::Calling);
    drop(answer(&callee, "caller"));
    callee.plugin.hangup(&Hangup::new()).expect("ended");
    let end = ended(&caller, "We did the hangup");
    assert_eq!(end.username.as_deref(), Some("callee"));
}

fn given_up(servers: &Servers) {
    let (caller, callee) = (phone(servers, "early"), phone(servers, "late"));
    let placed = caller.plugin.call("late", &offer()).expect("placed");
    assert_eq!(placed, Placed::Calling);
    let reply = answer(&callee, "early");
    caller.plugin.hangup(&Hangup::new()).expect("ended");
    // The plugin's and the core's come in either order.
    let (mut of_plugin, mut of_core) = (false, false);
    callee.look("end of the call and of the PeerConnection", |event| {
        match event {
            janus_blocking::Event::Plugin { event, .. } => {
                of_plugin |=
                    matches!(event, Event::Hangup(end) if end.reason == "We did the hangup");
            }
            janus_blocking::Event::Hangup { .. } => of_core = true,
            _ => {}
        }
        (of_plugin && of_core).then_some(())
    });
    // The core forgets the offer, a little later.
    wait_until(SOON, "the offer is forgotten", || {
        let error = callee.plugin.accept(&reply).expect_err("nobody is there");
        error.code() == Some(ErrorCode::UNEXPECTED_ANSWER)
    });
    // Without a call it is confirmed all the same.
    let end = callee.plugin.hangup(&Hangup::new()).expect("confirmed");
    assert_eq!(end.reason, "Explicit hangup");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn calls_are_placed_taken_changed_and_ended() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_nobody_waits_for_comes_as_events() {
    Servers::each(|servers| {
        let (door, desk) = (phone(servers, "door"), phone(servers, "desk"));
        let handle = door.plugin.handle();
        handle
            .send(&janus_blocking::videocall::List::new())
            .expect("acknowledged");
        door.wait("list", |event, _| match event {
            Event::Users(users) => (users.list.len() == 2).then_some(()),
            _ => None,
        });
        handle
            .send_with(&Call::new("desk"), Some(&offer()))
            .expect("acknowledged");
        door.wait("calling", |event, _| {
            matches!(event, Event::Calling).then_some(())
        });
        drop(answer(&desk, "door"));
        handle.send(&Set::new()).expect("acknowledged");
        door.wait("set", |event, _| matches!(event, Event::Set).then_some(()));
        handle.send(&Set::new().substream(3)).expect("acknowledged");
        door.wait("refusal", |event, _| match event {
            Event::Error(refused) => Some(refused.code),
            _ => None,
        });
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_call_that_rang_before_is_taken_by_a_reattached_handle() {
    for version in Version::ALL {
        let builder = Janus::builder().version(version).reclaim_timeout(30);
        let janus = builder.start();
        let open = || Connection::open(&janus.url()).expect("Janus is there");
        let [caller, callee] = [(); 2].map(|()| Desk::<VideoCall>::new(open()));
        caller.plugin.register("door").expect("registered");
        callee.plugin.register("desk").expect("registered");
        let placed = caller.plugin.call("desk", &offer()).expect("placed");
        assert_eq!(placed, Placed::Calling);
        let reply = answer(&callee, "door");
        let ticket = callee.session.abandon();
        drop(callee.plugin);

        let proxy = WireProxy::start(&janus);
        let connection = Connection::open(&proxy.url()).expect("Janus is there");
        let session = connection.resume(&ticket).expect("it lives").session;
        let handle = ticket.handles_of::<VideoCall>().next().expect("a handle");
        let mark = proxy.mark();
        let again: VideoCall = session.reattach(handle.id).expect("nothing is sent");
        assert!(proxy.sent_since(mark).is_empty());
        again.accept(&reply).expect("accepted");
        accepted(&caller, "desk");
        let mut users = again.list().expect("a list");
        users.sort();
        assert_eq!(users, ["desk", "door"], "it has its username");
        caller.plugin.hangup(&Hangup::new()).expect("ended");
        let events = again.events();
        let mut ends = iter::from_fn(|| events.recv_timeout(SOON).expect("an event"));
        // It may be told of the PeerConnection first.
        let end = ends.find_map(|event| match event.into_plugin() {
            Some(Event::Hangup(end)) if end.reason == "We did the hangup" => Some(end),
            _ => None,
        });
        assert!(end.is_some());
    }
}
