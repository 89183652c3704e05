//! How loud audio is goes along with it: receivers see that, and rooms tell by it who talks.

use std::{fmt::Debug, thread};

use janus_blocking::{
    AudioBridge, Plugin, VideoRoom,
    audiobridge::{self, Participant},
    videoroom::{self, Publisher, publisher::JoinAndConfigure},
    webrtc::{Codec, Direction, MediaTime, Stop, Tone, Track, g711},
};

use super::{
    flow::STEP,
    pair::{Side, WAIT, connected},
    plugins::{Flow, Server, each, wait, wait_up},
};

#[test]
fn the_level_comes_with_each_frame() {
    let (a, b) = (Side::new(), Side::new());
    let square = g711::encode(Codec::Pcma, &[1000, -1000].repeat(80)).expect("G.711");
    for (codec, frame, measured) in [
        (Codec::Pcma, square, Some(-30)),
        (Codec::Opus, vec![0xfc; 80], None),
    ] {
        let (one, other) = connected(
            a.peer().audio(Direction::SendOnly, &[codec]),
            b.peer().audio(Direction::RecvOnly, &[codec]),
        );
        let (from, to) = (one.audio().expect("audio"), other.audio().expect("audio"));
        for (number, (set, expected)) in [
            (None, measured),
            (Some(-20), Some(-20)),
            (Some(1), Some(0)),
            (Some(i8::MIN), Some(-127)),
            (None, measured),
        ]
        .into_iter()
        .enumerate()
        {
            from.set_audio_level(set);
            let time = MediaTime::from(STEP * number as u32);
            from.write(time, &frame).expect("it is open");
            let came = to.recv_timeout(WAIT).expect("it is open");
            assert_eq!(came.expect("a frame").audio_level, expected, "{codec}");
        }
    }
}

/// Waits until the others are told that somebody talks, and no more when nothing is loud any more.
fn is_told<P: Plugin<Event: Debug>>(
    others: &P,
    track: &Track,
    mut is_talk: impl FnMut(&P::Event, bool) -> bool,
) {
    for begins in [true, false, true] {
        if !begins {
            track.set_audio_level(-127);
        }
        let what = format!("event, begins: {begins}");
        wait(others, &what, |event, _| {
            is_talk(event, begins).then_some(())
        });
        track.set_audio_level(-10);
    }
}

/// A tone, whose level is measured.
fn bridge(server: &Server) {
    let rooms: AudioBridge = server.attach();
    let create = audiobridge::Create::new().sampling_rate(8000);
    let create = create.audiolevel_ext(true).audiolevel_event(true);
    let room = rooms.create(&create.audio_active_packets(10_u32));
    let room = room.expect("a room").room;
    let others: Participant = server.attach();
    let join = audiobridge::participant::Join::new(&room);
    others.join(&join).expect("joined");
    let talks: Participant = server.attach();
    let mut id = None;
    let peer = server.media.peer(&talks);
    let peer = peer.audio(Direction::SendRecv, &[Codec::Pcma]);
    let peer = peer.offer_by(|offer| {
        let join = join.clone().codec(audiobridge::Codec::Pcma);
        let (joined, answer) = talks.join_with_offer(&join, offer)?;
        id = Some(joined.id);
        Ok(answer)
    });
    let peer = peer.expect("an answer");
    let (track, id) = (peer.audio().expect("audio"), id.expect("it has joined"));
    let of_thread = track.clone();
    // It ends with the peer.
    thread::spawn(move || of_thread.play(Tone::new(440.0), &Stop::new()));
    is_told(&others, &track, |event, begins| match event {
        audiobridge::Event::Talking(it) => begins && it.id == id,
        audiobridge::Event::StoppedTalking(it) => !begins && it.id == id,
        _ => false,
    });
}

/// Opus, whose level the program says.
fn room(server: &Server) {
    let rooms: VideoRoom = server.attach();
    let create = videoroom::Create::new();
    let create = create.audiolevel_ext(true).audiolevel_event(true);
    let room = rooms.create(&create.audio_active_packets(10_u32));
    let room = room.expect("a room").room;
    let others: Publisher = server.attach();
    let join = videoroom::publisher::Join::new(&room);
    others.join(&join).expect("joined");
    let talks: Publisher = server.attach();
    let mut id = None;
    let peer = server.media.peer(&talks);
    let peer = peer.audio(Direction::SendOnly, &[Codec::Opus]);
    let peer = peer.offer_by(|offer| {
        let join = JoinAndConfigure::new(&room);
        let (joined, answer) = talks.join_and_configure(&join, offer)?;
        id = Some(joined.id);
        Ok(answer)
    });
    let (peer, id) = (peer.expect("an answer"), id.expect("it has joined"));
    wait_up(&talks);
    let track = peer.audio().expect("audio");
    track.set_audio_level(-10);
    let _flow = Flow::start(&peer, &track, 0);
    is_told(&others, &track, |event, begins| match event {
        videoroom::Event::Talking(it) => begins && it.id == id,
        videoroom::Event::StoppedTalking(it) => !begins && it.id == id,
        _ => false,
    });
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn rooms_tell_who_talks() {
    each(module_path!(), "rooms_tell_who_talks", &[], |server| {
        bridge(server);
        room(server);
    });
}
