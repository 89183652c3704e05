//! A participant that was left on the server: its place, its audio, its events.

use common::{Janus, Version, voice::Voice};
use janus_blocking::{
    AudioBridge, Connection, Session,
    audiobridge::{
        Codec, Create, Event, Participant,
        participant::{Configure, Join, PlainRtp},
    },
    plugin::Id,
};

use super::{
    audio::{has, wait_heard},
    servers::SOON,
};

/// A participant with plain RTP, and the port of Janus's that takes its audio.
fn join(session: &Session, room: &Id, voice: &Voice, id: u64) -> (Participant, u16) {
    let participant: Participant = session.attach().expect("a handle");
    let rtp = PlainRtp::new("127.0.0.1", voice.port());
    let join = Join::new(room).id(id).codec(Codec::Pcmu).rtp(rtp);
    let joined = participant.join(&join).expect("joined");
    (participant, joined.rtp.expect("a port").port)
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_participant_is_heard_without_a_program_and_goes_on_with_the_next_one() {
    for version in Version::ALL {
        let janus = Janus::builder()
            .version(version)
            .reclaim_timeout(60)
            .start();
        let open = || Connection::open(&janus.url()).expect("Janus is there");
        let others = open();
        let session = others.create_session().expect("a session");
        let bridge: AudioBridge = session.attach().expect("a handle");
        let create = Create::new().allow_rtp_participants(true);
        let room = bridge.create(&create).expect("a room").room;
        let (voice, witness) = (Voice::new(), Voice::new());
        let (ticket, port) = {
            let first = open();
            let session = first.create_session().expect("a session");
            let (_participant, port) = join(&session, &room, &voice, 7);
            (first.abandon().remove(0), port)
        };

        // Nobody has its session now.
        let (_other, other_port) = join(&session, &room, &witness, 8);
        let _tones = [voice.say(port, 400), witness.say(other_port, 1_000)];
        wait_heard(&voice, "it hears", |it| has(it, &[1_000], &[400]));
        wait_heard(&witness, "it is heard", |it| has(it, &[400], &[1_000]));

        let second = open();
        let resumed = second.resume(&ticket).expect("it is there still");
        let participant: Participant = resumed
            .session
            .reattach(&resumed.handles[0])
            .expect("it is there still");
        let guest: Participant = session.attach().expect("a handle");
        let joined = guest.join(&Join::new(&room).id(9)).expect("joined");
        let events = participant.events();
        loop {
            let event = events.recv_timeout(SOON).expect("events go on");
            let event = event.expect("it comes in time").into_plugin();
            if let Some(Event::Joining(it)) = event {
                if it.participants[0].id == joined.id {
                    break;
                }
            }
        }
        let configure = Configure::new().display("Door");
        participant.configure(&configure).expect("configured");
        let list = bridge.list_participants(&room).expect("a list");
        let entry = list.participants.iter().find(|it| it.id == 7.into());
        let entry = entry.expect("it is in the room");
        assert_eq!(
            (entry.display.as_deref(), entry.setup),
            (Some("Door"), true)
        );
        wait_heard(&voice, "it hears still", |it| has(it, &[1_000], &[400]));
        let left = participant.leave().expect("left");
        assert_eq!((left.room, left.id), (Some(room.clone()), 7.into()));
    }
}
