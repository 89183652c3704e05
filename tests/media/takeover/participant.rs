//! A participant of AudioBridge.

use common::Janus;
use janus_blocking::{
    AudioBridge, Connection, Result, Session,
    audiobridge::{self, Create, Participant, participant::Join},
    webrtc::{Codec, Direction, Media, Peer, Source, Tone, g711},
};

use super::{Role, Second, WAIT, hang_up, story};
use crate::flow::STEP;

const ROOM: u64 = 4712;

fn scene(server: &Janus) -> (Session, String) {
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let desk: AudioBridge = session.attach().expect("a handle");
    desk.create(&Create::new().room(ROOM)).expect("a room");
    (session, String::new())
}

fn join(media: &Media, participant: &Participant) -> Result<Peer> {
    let join = Join::new(ROOM).codec(audiobridge::Codec::Pcmu);
    let peer = media.peer(participant.handle());
    let peer = peer.audio(Direction::SendRecv, &[Codec::Pcmu]);
    peer.offer_by(|offer| Ok(participant.join_with_offer(&join, offer)?.1))
}

/// What one says the other hears.
#[track_caller]
fn is_heard(speaker: &Peer, listener: &Peer) {
    for peer in [speaker, listener] {
        peer.wait_connected(WAIT).expect("a connection");
    }
    let (from, to) = (
        speaker.audio().expect("audio"),
        listener.audio().expect("audio"),
    );
    let (mut tone, mut loud) = (Tone::new(440.0), 0);
    for number in 0..1500u32 {
        let frame = tone
            .next_frame(Codec::Pcmu)
            .expect("a tone")
            .expect("a frame");
        from.write(STEP * number, &frame.0).expect("it is open");
        if let Some(frame) = to.recv_timeout(STEP).expect("it is open") {
            let samples = g711::decode(frame.codec, &frame.data).expect("G.711");
            loud += usize::from(samples.iter().any(|it| it.unsigned_abs() > 1000));
        }
        if loud == 20 {
            return;
        }
    }
    panic!("it is not heard: {loud} of {:?}", to.counts());
}

fn first(role: &Role) {
    let participant: Participant = role.session.attach().expect("a handle");
    let peer = join(&role.media, &participant).expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    let frame = peer.audio().expect("audio").recv_timeout(WAIT);
    assert!(frame.expect("it is open").is_some());
    role.stay(Some(&peer.audio().expect("audio")));
}

fn second(server: &Janus, second: &Second, _room: Session) {
    assert!(second.ticket.handles[0].peer);
    let participant: Participant = second.plugin();
    hang_up(server, &participant);
    // The end of its PeerConnection took it out of the room.
    let peer = join(&second.media, &participant).expect("an answer");
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let other: Participant = session.attach().expect("a handle");
    // A peer each: what a Media's own peers send one another is not told apart.
    let others = Media::start().expect("a thread");
    let other_peer = join(&others, &other).expect("an answer");
    is_heard(&peer, &other_peer);
    is_heard(&other_peer, &peer);
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn a_participant_of_a_killed_process_is_taken_over() {
    let test = "a_participant_of_a_killed_process_is_taken_over";
    story(module_path!(), test, first, scene, second);
}
