//! What sends: EchoTest and a publisher of VideoRoom.

use common::Janus;
use janus_blocking::{
    Connection, EchoTest, Event, Jsep, Result, Session, VideoRoom,
    echotest::Settings,
    videoroom::{
        Create, Publisher, Subscriber,
        publisher::{self, Publish},
        subscriber::{self, FeedStream},
    },
    webrtc::{Codec, Direction, Media, Peer},
};

use super::{Role, Second, WAIT, code, hang_up, it_flows, story, wait};

pub(super) const ROOM: u64 = 4711;
pub(super) const FEED: u64 = 77;

fn echo(media: &Media, echo: &EchoTest) -> Result<Peer> {
    let settings = Settings::new().audio(true);
    let peer = media.peer(echo.handle());
    let peer = peer.audio(Direction::SendRecv, &[Codec::Opus]);
    peer.offer_by(|offer| echo.offer(&settings, offer))
}

fn echo_first(role: &Role) {
    let plugin: EchoTest = role.session.attach().expect("a handle");
    let peer = echo(&role.media, &plugin).expect("an answer");
    let audio = peer.audio().expect("audio");
    it_flows(&[&peer], &audio, &audio);
    role.stay(Some(&audio));
}

fn echo_second(server: &Janus, second: &Second, (): ()) {
    assert!(second.ticket.handles[0].peer);
    let plugin: EchoTest = second.plugin();
    hang_up(server, &plugin);
    let peer = echo(&second.media, &plugin).expect("an answer");
    let audio = peer.audio().expect("audio");
    it_flows(&[&peer], &audio, &audio);
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn an_echo_test_of_a_killed_process_is_taken_over() {
    let test = "an_echo_test_of_a_killed_process_is_taken_over";
    story(
        module_path!(),
        test,
        echo_first,
        |_| ((), String::new()),
        echo_second,
    );
}

/// A room that outlives whoever publishes.
pub(super) fn room(server: &Janus) -> Session {
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let desk: VideoRoom = session.attach().expect("a handle");
    desk.create(&Create::new().room(ROOM).publishers(4_u32))
        .expect("a room");
    session
}

pub(super) fn publish(media: &Media, publisher: &Publisher) -> Result<Peer> {
    let peer = media.peer(publisher.handle());
    let peer = peer.audio(Direction::SendOnly, &[Codec::Opus]);
    peer.offer_by(|offer| Ok(publisher.publish(&Publish::new(), offer)?.1))
}

pub(super) fn subscribe(media: &Media, subscriber: &Subscriber) -> Result<Peer> {
    let join = subscriber::Join::new(ROOM).streams(vec![FeedStream::new(FEED)]);
    let (_, offer) = subscriber.join(&join)?;
    answer(media, subscriber, &offer)
}

pub(super) fn answer(media: &Media, subscriber: &Subscriber, offer: &Jsep) -> Result<Peer> {
    let peer = media.peer(subscriber.handle());
    let peer = peer.audio(Direction::RecvOnly, &[Codec::Opus]);
    Ok(peer.answer_to(offer, |answer| subscriber.start(answer))?.0)
}

/// A publisher of that feed.
pub(super) fn published(session: &Session, media: &Media) -> (Publisher, Peer) {
    let publisher: Publisher = session.attach().expect("a handle");
    publisher
        .join(&publisher::Join::new(ROOM).id(FEED))
        .expect("joined");
    let peer = publish(media, &publisher).expect("an answer");
    (publisher, peer)
}

fn publisher_first(role: &Role) {
    let (_publisher, peer) = published(&role.session, &role.media);
    peer.wait_connected(WAIT).expect("a connection");
    role.stay(Some(&peer.audio().expect("audio")));
}

fn publisher_second(server: &Janus, second: &Second, _room: Session) {
    assert!(second.ticket.handles[0].peer);
    let publisher: Publisher = second.plugin();
    // It is still in the room, and Janus thinks that it publishes.
    let join = publisher::Join::new(ROOM).id(FEED);
    assert_eq!(code(publisher.join(&join)), 425, "it has joined");
    hang_up(server, &publisher);
    let peer = publish(&second.media, &publisher).expect("an answer");

    // Somebody else hears it under the same id.
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let subscriber: Subscriber = session.attach().expect("a handle");
    wait(&publisher, "WebRTC", |event| {
        matches!(event, Event::WebrtcUp).then_some(())
    });
    let hears = subscribe(&second.media, &subscriber).expect("an offer");
    let (from, to) = (peer.audio().expect("audio"), hears.audio().expect("audio"));
    it_flows(&[&hears], &from, &to);
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn a_publisher_of_a_killed_process_is_taken_over() {
    let test = "a_publisher_of_a_killed_process_is_taken_over";
    story(
        module_path!(),
        test,
        publisher_first,
        |server| (room(server), String::new()),
        publisher_second,
    );
}
