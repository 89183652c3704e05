//! Who ends a call, and what the other side sees of it.

use std::{thread, time::Duration};

use janus_blocking::{
    EchoTest, Event, serde_json,
    testing::FakeGateway,
    webrtc::{Codec, Direction, Media, MediaTime, Peer, PeerClosed, PeerEvent, PeerState},
};

use super::pair::{Side, WAIT, talking};

/// Waits for the end of a peer.
fn end(peer: &Peer) -> PeerClosed {
    loop {
        let event = peer
            .events()
            .recv_timeout(WAIT)
            .expect("its last event has not come");
        match event.expect("it ends") {
            PeerEvent::Closed(why) => break why,
            _ => continue,
        }
    }
}

/// Looks for a while whether the peer is told of an end.
fn hears_nothing(peer: &Peer) {
    thread::sleep(Duration::from_millis(300));
    assert!(
        matches!(peer.state(), PeerState::Connected | PeerState::Interrupted),
        "{:?}",
        peer.state()
    );
}

#[test]
fn closing_and_dropping_end_the_call_for_both() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = talking(&a, &b);
    let (here, there) = (one.audio().expect("audio"), other.audio().expect("audio"));
    here.write(MediaTime::new(0, 8000), &[1; 160])
        .expect("it is connected");
    let first = there.recv_timeout(WAIT).expect("it is open");
    assert!(first.is_some());
    one.close();
    assert_eq!(end(&other), PeerClosed::ByJanus(None));
    assert_eq!(one.state(), PeerState::Closed(PeerClosed::ByUs));
    assert!(there.iter().next().is_none(), "an ordinary end is no error");
    let error = here
        .write(MediaTime::new(160, 8000), &[1; 160])
        .unwrap_err();
    assert!(
        error.to_string().contains("this program closed it"),
        "{error}"
    );
    assert!(matches!(one.events().recv(), Ok(PeerEvent::Connected)));
    assert!(matches!(
        one.events().recv(),
        Ok(PeerEvent::Closed(PeerClosed::ByUs))
    ));
    assert!(one.events().recv().is_err());
    // The same handles, again.
    let (one, other) = talking(&a, &b);
    drop(other);
    assert_eq!(end(&one), PeerClosed::ByJanus(None));
}

#[test]
fn a_peer_that_leaves_says_nothing() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = talking(&a, &b);
    one.leave();
    assert_eq!(one.state(), PeerState::Closed(PeerClosed::ByUs));
    hears_nothing(&other);
}

#[test]
fn after_an_abandoned_session_the_drop_says_nothing() {
    let gateway = FakeGateway::start().expect("a gateway");
    let janus = gateway.connect().expect("a connection");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let (media, b) = (
        Media::builder()
            .address([127, 0, 0, 1])
            .start()
            .expect("a thread"),
        Side::new(),
    );
    let codecs = [Codec::Opus];
    let (one, other) = super::pair::connected(
        media
            .peer(echo.handle())
            .audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
    );
    assert!(session.ticket().handles[0].peer);
    let ticket = session.abandon();
    assert!(ticket.handles[0].peer);
    // Media goes on until the program leaves.
    one.audio()
        .expect("audio")
        .write(Duration::ZERO, &[1; 80])
        .expect("it is connected");
    let frame = other
        .audio()
        .expect("audio")
        .recv_timeout(WAIT)
        .expect("it is open");
    assert!(frame.is_some());
    drop(one);
    hears_nothing(&other);
    assert_eq!(gateway.handles(), [ticket.handles[0].id]);

    // Who resumes it is told, and so is the one after them.
    let text = serde_json::to_string(&ticket).expect("plain data");
    let ticket = serde_json::from_str(&text).expect("it was written above");
    let resumed = janus.resume(&ticket).expect("it is there");
    assert!(resumed.handles[0].peer);
    let echo: EchoTest = resumed.session.reattach(&ticket.handles[0]).expect("it");
    assert!(resumed.session.ticket().handles[0].peer);
    echo.handle().hangup().expect("it is there");
    let ticket = resumed.session.abandon();
    assert!(!ticket.handles[0].peer);
    let text = serde_json::to_string(&ticket).expect("plain data");
    assert!(!text.contains("peer"), "{text}");
}

#[test]
fn after_the_end_of_its_connection_the_drop_says_nothing() {
    let gateway = FakeGateway::start().expect("a gateway");
    let janus = gateway.connect().expect("a connection");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let (media, b) = (
        Media::builder()
            .address([127, 0, 0, 1])
            .start()
            .expect("a thread"),
        Side::new(),
    );
    let codecs = [Codec::Opus];
    let (one, other) = super::pair::connected(
        media
            .peer(echo.handle())
            .audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
    );
    janus.close();
    assert_eq!(one.state(), PeerState::Connected);
    drop(one);
    hears_nothing(&other);
}

#[test]
fn a_hangup_of_janus_ends_the_peer_and_is_in_the_queue_too() {
    let (a, b) = (Side::new(), Side::new());
    let (one, _other) = talking(&a, &b);
    let reason = serde_json::json!({ "reason": "ICE failed" });
    let handle = a.gateway.handle(a.echo.handle().id());
    handle.core_event("hangup", &reason);
    assert_eq!(end(&one), PeerClosed::ByJanus(Some("ICE failed".into())));
    let event = a.echo.events().recv_timeout(WAIT).expect("it is open");
    assert_eq!(
        event,
        Some(Event::Hangup {
            reason: Some("ICE failed".to_owned())
        })
    );
}

#[test]
fn a_peer_ends_with_its_handle() {
    let (a, b) = (Side::new(), Side::new());
    let (one, _other) = talking(&a, &b);
    a.gateway.handle(a.echo.handle().id()).detach();
    assert!(matches!(end(&one), PeerClosed::HandleGone(_)));
    let (a, b) = (Side::new(), Side::new());
    let (one, _other) = talking(&a, &b);
    a.echo.into_handle().detach().expect("it is there");
    assert!(matches!(end(&one), PeerClosed::HandleGone(_)));
}

#[test]
fn media_goes_on_while_the_signalling_is_cut() {
    // One that keeps sessions: otherwise a new link finds the session gone, and the peer ends.
    let gateway = FakeGateway::builder().reclaim_timeout(WAIT).start();
    let gateway = gateway.expect("a gateway");
    let janus = gateway.connect().expect("a connection");
    let session = janus.create_session().expect("a session");
    let b = Side::new();
    let a = Side {
        gateway,
        echo: session.attach().expect("a handle"),
        media: Side::new().media,
    };
    let (one, other) = talking(&a, &b);
    let (from, to) = (one.audio().expect("audio"), other.audio().expect("audio"));
    for number in 0..50u64 {
        if number == 10 {
            a.gateway.drop_links();
        }
        from.write(MediaTime::new(160 * number, 8000), &[number as u8; 160])
            .expect("connected");
        let frame = to.recv_timeout(WAIT).expect("it is open").expect("a frame");
        assert_eq!((frame.data[0], frame.contiguous), (number as u8, true));
    }
}

#[test]
fn a_media_can_go_before_its_peers() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = talking(&a, &b);
    let Side {
        media,
        echo: _echo,
        gateway: _gateway,
    } = a;
    drop(media);
    one.audio()
        .expect("audio")
        .write(Duration::ZERO, &[1; 160])
        .expect("it is connected");
    let frame = other
        .audio()
        .expect("audio")
        .recv_timeout(WAIT)
        .expect("it is open");
    assert!(frame.is_some());
}

#[test]
fn what_a_data_channel_has_received_can_be_read_after_the_end() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = super::pair::connected(a.peer().data("chat"), b.peer().data("x"));
    let chat = one.data_channel("chat").expect("it was asked for");
    chat.wait_open(WAIT).expect("it opens");
    chat.send_text("last words").expect("it is open");
    let there = common::wait_for(WAIT, || other.data_channel("chat"));
    let there = there.expect("the other side has opened it");
    let waiting = there.ready().recv_timeout(WAIT);
    waiting.expect("a message");
    drop(there);
    other.close();
    let there = other.data_channel("chat").expect("it is still there");
    let message = there.recv().expect("it has come before");
    assert_eq!(message.text(), Some("last words"));
    assert!(there.recv().is_err());
    assert!(other.data_channel("none").is_none());
}

#[test]
fn a_ticket_knows_of_a_peer_that_never_connected() {
    let gateway = FakeGateway::start().expect("a gateway");
    let janus = gateway.connect().expect("a connection");
    let session = janus.create_session().expect("a session");
    let b = Side::new();
    let a = Side {
        gateway,
        echo: session.attach().expect("a handle"),
        media: Side::new().media,
    };
    let ticket = || session.ticket().handles[0].peer;
    let codecs = [Codec::Opus];
    let without = |jsep: &janus_blocking::Jsep| {
        let lines = jsep.sdp.lines();
        let lines = lines.filter(|line| !line.starts_with("a=candidate:"));
        super::pair::changed(jsep, lines.map(|line| format!("{line}\r\n")).collect())
    };
    let (one, other) = super::pair::exchange(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
        without,
    )
    .expect("a common description");
    assert!(one.wait_connected(Duration::from_millis(50)).is_err());
    drop(other);
    // Nothing tells Janus.
    one.close();
    assert!(ticket());
    // It gives up, by itself or because it is told to.
    let id = a.echo.handle().id();
    let reason = serde_json::json!({ "reason": "ICE failed" });
    a.gateway.handle(id).core_event("hangup", &reason);
    common::wait_until(WAIT, "the ticket knows", || !ticket());
    let (one, _other) = super::pair::exchange(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
        without,
    )
    .expect("a common description");
    drop(one);
    assert!(ticket());
    a.echo.handle().hangup().expect("it is there");
    assert!(!ticket());
    // Who was connected tells it.
    let (one, _other) = talking(&a, &b);
    assert!(ticket());
    drop(one);
    assert!(!ticket());
}
