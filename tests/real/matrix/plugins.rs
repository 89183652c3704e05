//! A8 and A9: every type of plugin, attached and reattached.

use common::sdp;
use janus_blocking::{
    Candidate, EchoTest, Event, Jsep, Plugin, Raw, Sip,
    connection::AttachOptions,
    echotest::{self, Settings},
    plugin::Bound,
    raw::Body,
    videoroom::{Publisher, Subscriber, VideoRoom},
    webrtc::JsepKind,
};
use serde_json::json;

use super::{
    Cell, LIMIT,
    attach::Rules,
    servers::{Servers, Transport},
};
use crate::reattached::rooms::{self, Rooms};

pub(crate) const RULES: Rules = &[
    (
        "every type of plugin attaches and reattaches, raw and users' own too",
        every_type,
    ),
    (
        "a reattached plugin is a full one: requests, offers, candidates, events, hangup, detach",
        full,
    ),
];

/// Attaches, leaves, reattaches and asks.
fn both<P: Plugin>(
    servers: &Servers,
    transport: Transport,
    package: &str,
    ask: impl Fn(&P, Bound),
) {
    let first = servers.open(transport);
    let session = first.create_session().expect("a session");
    let options = AttachOptions::new().package(package);
    let plugin: P = session.attach_with(options.clone()).expect("a handle");
    ask(&plugin, Bound::Attached);
    let ticket = first.abandon().remove(0);
    let second = servers.open(transport);
    let resumed = second.resume(&ticket).expect("it lives");
    let options = options.existing_handle(ticket.handles[0].id);
    let plugin: P = resumed
        .session
        .attach_with(options)
        .expect("nothing is sent");
    ask(&plugin, Bound::Reattached);
    plugin
        .handle()
        .with_timeout(LIMIT)
        .detach()
        .expect("an answer");
    resumed.session.destroy().expect("an answer");
}

fn every_type(servers: &Servers, transport: Transport) -> Cell {
    let audio = || Settings::new().audio(true);
    both(
        servers,
        transport,
        EchoTest::PACKAGE,
        |echo: &EchoTest, _| {
            echo.configure(&audio()).expect("configured");
        },
    );
    both(servers, transport, Sip::PACKAGE, |sip: &Sip, _| {
        sip.reset().expect("reset");
    });
    let list = || Body(json!({ "request": "list" }));
    both(
        servers,
        transport,
        VideoRoom::PACKAGE,
        |rooms: &VideoRoom, _| {
            rooms.handle().request(&list()).expect("a list");
        },
    );
    both(
        servers,
        transport,
        Publisher::PACKAGE,
        |publisher: &Publisher, _| {
            publisher.handle().request(&list()).expect("a list");
        },
    );
    both(
        servers,
        transport,
        Subscriber::PACKAGE,
        |subscriber: &Subscriber, _| {
            subscriber.handle().request(&list()).expect("a list");
        },
    );
    both(
        servers,
        transport,
        "janus.plugin.textroom",
        |raw: &Raw, _| {
            let answer = raw.request(json!({ "request": "list" })).expect("a list");
            assert_eq!(answer["textroom"], "success");
        },
    );
    both(servers, transport, Rooms::PACKAGE, |own: &Rooms, bound| {
        assert!(own.list().is_ok());
        // It was told how it came to its handle, and could use it by then.
        let start = own.start().expect("`on_bound` ran");
        assert_eq!(
            start,
            &rooms::Start {
                bound,
                had_room: false
            }
        );
    });
    Cell::Yes
}

fn full(servers: &Servers, transport: Transport) -> Cell {
    let first = servers.open(transport);
    let session = first.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let ticket = session.abandon();
    drop((echo, first));
    let janus = servers.open(transport);
    let session = janus.resume(&ticket).expect("it lives").session;
    let echo: EchoTest = session
        .reattach(ticket.handles[0].id)
        .expect("nothing is sent");

    let offer = Jsep::offer(sdp::audio_offer());
    let answer = echo
        .offer(&Settings::new().audio(true), &offer)
        .expect("an answer");
    assert_eq!(answer.kind, JsepKind::Answer);
    let candidate = Candidate::new("candidate:1 1 udp 2130706431 127.0.0.1 5001 typ host");
    let candidate = candidate.sdp_mid("0").sdp_mline_index(0);
    let handle = echo.handle();
    handle
        .trickle(std::slice::from_ref(&candidate))
        .expect("an ack");
    handle
        .trickle(&[candidate.clone(), candidate])
        .expect("an ack");
    handle.trickle_done().expect("an ack");
    handle.send(&Settings::new().audio(true)).expect("an ack");
    until(&echo, |event| {
        matches!(
            event,
            Event::Plugin {
                event: echotest::Event::Ok,
                ..
            }
        )
    });
    handle.hangup().expect("an answer");
    until(
        &echo,
        |event| matches!(event, Event::Hangup { reason } if reason.as_deref() == Some("Janus API")),
    );
    let copy = echo.with_timeout(LIMIT);
    copy.configure(&Settings::new().video(true))
        .expect("the handle stays");
    let id = copy.handle().id();
    echo.into_handle().detach().expect("an answer");
    assert!(
        copy.handle()
            .check()
            .expect_err("detached")
            .is_handle_gone()
    );
    assert!(
        !servers
            .server(transport)
            .handles(session.id())
            .contains(&id.value())
    );
    Cell::Yes
}

/// Waits for such an event.
#[track_caller]
fn until(echo: &EchoTest, wanted: impl Fn(&Event<echotest::Event>) -> bool) {
    let events = echo.events();
    loop {
        let event = events.recv_timeout(LIMIT).expect("the handle lives");
        if wanted(&event.expect("it comes in time")) {
            return;
        }
    }
}
