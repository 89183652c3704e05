//! Record&Play: what is recorded is played.

use std::thread;

use janus_blocking::{
    RecordPlay,
    recordplay::{Event, Play, Record},
    webrtc::{Codec, Direction, Peer},
};

use super::{Flow, Server, closed, closed_by_janus, each, next, wait};
use crate::pair::WAIT;

/// Frames that are recorded: two seconds.
const FRAMES: u64 = 100;

fn record(server: &Server) -> u64 {
    let recorder: RecordPlay = server.attach();
    let mut made = None;
    let peer = server
        .media
        .peer(&recorder)
        .audio(Direction::SendOnly, &[Codec::Opus])
        .video(Direction::SendOnly, &[Codec::Vp8])
        .offer_by(|offer| {
            let record = Record::new("front door")
                .audiocodec("opus")
                .videocodec("vp8");
            let (recording, answer) = recorder.record(&record, offer)?;
            made = Some(recording.id);
            Ok(answer)
        })
        .expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    let flows = [peer.audio(), peer.video()].map(|track| {
        let track = track.expect("it was asked for");
        (Flow::start(&peer, &track, 0), track)
    });
    for (flow, track) in flows {
        common::wait_until(WAIT, "enough is recorded", || {
            track.counts().sent >= FRAMES + 25
        });
        flow.end();
    }
    recorder.stop().expect("stopped");
    closed_by_janus(&peer);
    wait(&recorder, "end", |event, _| {
        matches!(event, Event::Done(_)).then_some(())
    });
    made.expect("it was made")
}

/// A peer that is played to, once the recording can be played: its files are closed after the event.
fn player(server: &Server, player: &RecordPlay, recording: u64) -> Peer {
    let mut offer = None;
    common::wait_until(WAIT, "it can be played", || {
        offer = player.play(&Play::new(recording)).ok();
        offer.is_some()
    });
    let (_, offer) = offer.expect("an offer");
    let peer = server
        .media
        .peer(player)
        .audio(Direction::RecvOnly, &[Codec::Opus])
        .video(Direction::RecvOnly, &[Codec::Vp8]);
    let answered = peer.answer_to(&offer, |answer| player.start(answer));
    answered.expect("answered").0
}

fn record_and_play(server: &Server) {
    let recording = record(server);
    let handle: RecordPlay = server.attach();
    let peer = player(server, &handle, recording);
    thread::scope(|scope| {
        for track in [peer.audio(), peer.video()] {
            let track = track.expect("it was recorded");
            scope.spawn(move || {
                let first = next(&track);
                // The first ones were sent before Janus recorded.
                assert!(first < 25, "{first}");
                for number in first + 1..FRAMES as u32 {
                    assert_eq!(next(&track), number, "a gap in {track:?}");
                }
            });
        }
    });
    // The end of the playback is the end of the peer.
    closed(&peer);
    wait(&handle, "end", |event, _| {
        matches!(event, Event::Done(_)).then_some(())
    });
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn what_is_recorded_is_played_frame_by_frame() {
    let test = "what_is_recorded_is_played_frame_by_frame";
    each(module_path!(), test, &[], record_and_play);
}
