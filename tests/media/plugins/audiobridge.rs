//! AudioBridge: participants hear each other in the mix.

use std::{thread, time::Duration};

use janus_blocking::{
    audiobridge::{AudioBridge, Codec as Law, Create, Event, Participant, participant::Join},
    plugin::Id,
    webrtc::{Codec, Direction, Peer, Stop, Tone, Track, g711},
};

use super::{Server, closed_by_janus, each, wait};
use crate::pair::WAIT;

/// What the participants play.
const TONES: [f32; 2] = [440.0, 1000.0];

/// A participant with a tone of its own.
struct Guest {
    participant: Participant,
    peer: Peer,
    id: Id,
}

impl Guest {
    fn new(server: &Server, room: &Id, law: Law, codec: Codec) -> Self {
        let participant: Participant = server.attach();
        let mut id = None;
        let peer = server
            .media
            .peer(&participant)
            .audio(Direction::SendRecv, &[codec])
            .offer_by(|offer| {
                let join = Join::new(room).codec(law);
                let (joined, answer) = participant.join_with_offer(&join, offer)?;
                id = Some(joined.id);
                Ok(answer)
            })
            .expect("an answer");
        peer.wait_connected(WAIT).expect("a connection");
        let id = id.expect("it has joined");
        Self {
            participant,
            peer,
            id,
        }
    }

    fn track(&self) -> Track {
        self.peer.audio().expect("audio")
    }
}

/// How much of a tone is in a quarter of a second of the mix, from 0 to some thousands.
fn loudness(track: &Track, tone: f32) -> f32 {
    let mut samples = Vec::new();
    while samples.len() < 2000 {
        let frame = track.recv_timeout(WAIT).expect("it is open");
        let frame = frame.expect("the mix");
        samples.extend(g711::decode(frame.codec, &frame.data).expect("G.711"));
    }
    let turn = std::f32::consts::TAU * tone / 8000.0;
    let (mut re, mut im) = (0.0, 0.0);
    for (at, sample) in samples.iter().enumerate() {
        let (sin, cos) = (turn * at as f32).sin_cos();
        re += f32::from(*sample) * cos;
        im += f32::from(*sample) * sin;
    }
    2.0 * re.hypot(im) / samples.len() as f32
}

/// Whether the one tone is heard, and the other is not.
fn hears(track: &Track, tone: f32, other: f32) -> bool {
    loudness(track, tone) > 1000.0 && loudness(track, other) < 200.0
}

fn mix(server: &Server) {
    let rooms: AudioBridge = server.attach();
    let create = Create::new()
        .sampling_rate(8000)
        .audiolevel_ext(true)
        .audiolevel_event(true);
    let room = rooms.create(&create).expect("a room").room;
    let alice = Guest::new(server, &room, Law::Pcma, Codec::Pcma);
    let bob = Guest::new(server, &room, Law::Pcmu, Codec::Pcmu);
    let stop = Stop::new();
    thread::scope(|scope| {
        for (guest, tone) in [&alice, &bob].into_iter().zip(TONES) {
            let (track, stop) = (guest.track(), stop.clone());
            scope.spawn(move || track.play(Tone::new(tone), &stop));
        }
        let both =
            || hears(&alice.track(), TONES[1], TONES[0]) && hears(&bob.track(), TONES[0], TONES[1]);
        common::wait_until(WAIT, "each hears the other, and not itself", both);

        // Bob leaves: its peer stays, and hears nobody.
        let left = bob.participant.leave().expect("left");
        assert_eq!(left.id, bob.id);
        wait(&alice.participant, "leaving", |event, _| {
            matches!(event, Event::Leaving(it) if it.id == bob.id).then_some(())
        });
        common::wait_until(WAIT, "Alice is alone", || {
            loudness(&alice.track(), TONES[1]) < 200.0
        });
        let track = bob.track();
        common::wait_until(WAIT, "Bob gets no mix", || {
            let frame = track.recv_timeout(Duration::from_millis(300));
            frame.expect("it is open").is_none()
        });
        let join = Join::new(&room).codec(Law::Pcmu);
        bob.participant.join(&join).expect("joined again");
        common::wait_until(WAIT, "they hear each other again", both);
        stop.stop();
    });

    // Another one, with a peer of its own after that.
    bob.participant.hangup().expect("it ends");
    closed_by_janus(&bob.peer);
    let room = rooms.destroy(&janus_blocking::audiobridge::Destroy::new(&room));
    room.expect("destroyed");
    wait(&alice.participant, "end", |event, _| {
        matches!(event, Event::Destroyed(_)).then_some(())
    });
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn participants_hear_each_other_in_the_mix() {
    let test = "participants_hear_each_other_in_the_mix";
    each(module_path!(), test, &[], mix);
}
