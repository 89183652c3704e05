//! Beside a real SIP call and a real room: what is shown is what happened.

use common::{Janus, Kamailio, Sipp, Version, sdp};
use janus_blocking::{
    Connection, Event as CoreEvent, Jsep, Sip, VideoRoom,
    monitor::{
        Event, Kind, Settings,
        payload::{PluginData, SipEvent, VideoRoomEvent},
        webrtc::Owner,
    },
    sip::{self, Call, Hangup, Register},
    videoroom::{
        Create, Destroy, Kick, Publisher,
        publisher::{Configure, Join},
    },
};

use super::watched::Watched;
use crate::servers::SOON;

/// A server, and who watches it.
fn watched(version: Version) -> (Janus, Watched) {
    let receiver = Settings::new("127.0.0.1:0").listen().expect("a free port");
    let backend = format!("http://{}", receiver.address());
    let janus = Janus::builder().version(version);
    (
        janus.event_handler("sampleevh", &backend).start(),
        Watched::new(receiver),
    )
}

/// What the SIP plugin tells, if that is it.
fn sip_event(event: &Event) -> Option<&SipEvent> {
    match &event.kind {
        Kind::Plugin(told) => match &told.data {
            PluginData::Sip(event) => Some(event),
            _ => None,
        },
        _ => None,
    }
}

fn room_event(event: &Event) -> Option<&VideoRoomEvent> {
    match &event.kind {
        Kind::Plugin(told) => match &told.data {
            PluginData::VideoRoom(event) => Some(event),
            _ => None,
        },
        _ => None,
    }
}

fn call(version: Version) {
    let (server, mut watched) = watched(version);
    let kamailio = Kamailio::start();
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let phone: Sip = session.attach().expect("a handle");
    let (events, handle) = (phone.events(), phone.handle().id());
    let user = kamailio.user_uri("1000");
    let account = Register::new(&user)
        .secret(kamailio.secret("1000"))
        .proxy(kamailio.proxy_uri());
    phone.register(&account).expect("registered");
    let registered = watched.until(
        "a registration",
        |event| matches!(sip_event(event), Some(SipEvent::Registered(it)) if it.identity == user),
    );
    assert_eq!(
        (registered.session_id, registered.handle_id),
        (Some(session.id()), Some(handle))
    );

    let peer = Sipp::answer().start();
    let callee = peer.uri(&kamailio);
    let calling = Call::new(&callee).call_id("watched-call");
    phone
        .call(&calling, &Jsep::offer(sdp::audio_offer()))
        .expect("it calls");
    watched.until("the answer of the peer", |event| {
        matches!(sip_event(event), Some(SipEvent::Accepted(it)) if it.call_id.as_deref() == Some("watched-call"))
    });
    // Which of the two is told first is a matter of threads.
    let has = |is_it: fn(&Event) -> bool| watched.events.iter().any(is_it);
    assert!(has(
        |event| matches!(&event.kind, Kind::Jsep(it) if it.owner == Owner::Remote)
    ));
    assert!(has(|event| {
        matches!(sip_event(event), Some(SipEvent::SipIn(it)) if it.sip.expose().starts_with("SIP/2.0 200 "))
    }));
    // 1.4.1 tells of no message that it sends.
    let invited = has(
        |event| matches!(sip_event(event), Some(SipEvent::SipOut(it)) if it.sip.expose().starts_with("INVITE ")),
    );
    assert_eq!(invited, version == Version::V1_1_2);
    let dialed = watched
        .events
        .iter()
        .find_map(|event| match sip_event(event) {
            Some(SipEvent::Calling(it)) => Some((it.callee.clone(), it.call_id.clone())),
            _ => None,
        });
    assert_eq!(dialed, Some((callee, "watched-call".to_owned())));
    assert_eq!(watched.handle("janus.plugin.sip").doing, "accepted");

    phone.hangup(&Hangup::new()).expect("it hangs up");
    let end = loop {
        let event = events.recv_timeout(SOON).expect("it is open");
        if let CoreEvent::Plugin {
            event: sip::Event::Hangup(end),
            ..
        } = event.expect("it ends")
        {
            break end;
        }
    };
    let told = watched.until("the end of the call", |event| {
        matches!(sip_event(event), Some(SipEvent::Hangup(_)))
    });
    let Some(SipEvent::Hangup(told)) = sip_event(told) else {
        panic!("{told:?}");
    };
    assert_eq!(
        (told.code, told.call_id.as_deref()),
        (end.code, end.call_id.as_deref())
    );
    peer.expect_success();
    drop(phone);
    watched.kind("handle_detached");
    session.destroy().expect("it is destroyed");
    watched.kind("session_destroyed");
    assert_eq!(watched.sessions(), 0);
    println!(
        "{version}: {} events of a SIP call: {:?}",
        watched.events.len(),
        watched.names()
    );
}

fn room(version: Version) {
    let (server, mut watched) = watched(version);
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let rooms: VideoRoom = session.attach().expect("a handle");
    let room = rooms
        .create(&Create::new().room(77).secret("hush"))
        .expect("a room")
        .room;
    watched.until(
        "the room",
        |event| matches!(room_event(event), Some(VideoRoomEvent::Created(it)) if it.room == room),
    );
    let carol: Publisher = session.attach().expect("a handle");
    let joined = carol
        .join(&Join::new(&room).id(5).display("Carol"))
        .expect("joined");
    let told = watched.until("Carol", |event| {
        matches!(room_event(event), Some(VideoRoomEvent::Joined(_)))
    });
    assert_eq!(told.handle_id, Some(carol.handle().id()));
    let Some(VideoRoomEvent::Joined(told)) = room_event(told) else {
        panic!("{told:?}");
    };
    assert_eq!(
        (&told.room, &told.id, told.private_id),
        (&room, &joined.id, Some(joined.private_id))
    );
    assert_eq!(told.display.as_deref(), Some("Carol"));
    assert_eq!(
        watched.handle("janus.plugin.videoroom").plugin,
        "janus.plugin.videoroom"
    );
    carol
        .configure(&Configure::new().bitrate(128_000))
        .expect("configured");
    watched.until("the limit", |event| {
        matches!(room_event(event), Some(VideoRoomEvent::Configured(it)) if it.bitrate == 128_000)
    });
    rooms
        .kick(&Kick::new(&room, &joined.id).secret("hush"))
        .expect("she is out");
    watched.until(
        "that she is out",
        |event| matches!(room_event(event), Some(VideoRoomEvent::Kicked(it)) if it.id == joined.id),
    );
    rooms
        .destroy(&Destroy::new(&room).secret("hush"))
        .expect("it is gone");
    watched.until(
        "that it is gone",
        |event| matches!(room_event(event), Some(VideoRoomEvent::Destroyed(it)) if it.room == room),
    );
    println!(
        "{version}: {} events of a room: {:?}",
        watched.events.len(),
        watched.names()
    );
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_sip_call_is_shown_as_it_happened() {
    Version::ALL.into_iter().for_each(call);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_room_is_shown_as_it_happened() {
    Version::ALL.into_iter().for_each(room);
}
