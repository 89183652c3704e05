//! Playing and recording.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use common::temp_dir::TempDir;
use janus_blocking::{
    Error,
    webrtc::{
        Codec, Direction, Frame, PeerClosed, PeerState, Recorded, Sink, Stop, Tone, WavG711,
        WavRecorder,
    },
};

use super::pair::{Side, WAIT, connected, refused, talking};

/// What is in a file that was recorded.
fn samples(file: &std::path::Path) -> Vec<u8> {
    fs::read(file).expect("a file")[58..].to_vec()
}

#[test]
fn what_is_played_here_is_recorded_there() {
    let (a, b, folder) = (Side::new(), Side::new(), TempDir::new("media"));
    let (first, second) = (folder.path().join("1.wav"), folder.path().join("2.wav"));
    let length = Duration::from_millis(600);
    let tone = || Tone::new(440.0).length(length);
    let (one, other) = talking(&a, &b);
    let (from, to) = (one.audio().expect("audio"), other.audio().expect("audio"));
    thread::scope(|scope| {
        let recorder = WavRecorder::create(&first).expect("a file");
        let recording = scope.spawn(|| to.record(recorder, &Stop::new()));
        let played = from.play(tone(), &Stop::new()).expect("it plays");
        assert_eq!((played.frames, played.finished), (30, true));
        let all = || (to.counts().received == 30).then_some(());
        common::wait::wait_for(WAIT, all).expect("all of it arrives");
        // The end of the call is the end of the recording.
        one.close();
        let recorded = recording.join().expect("no panic").expect("it records");
        assert_eq!((recorded.frames, recorded.length), (30, length));
        assert_eq!(recorded.filled, Duration::ZERO);
    });
    // The file is played again, as the other codec.
    let codecs = [Codec::Pcmu];
    let (one, other) = connected(
        a.peer().audio(Direction::SendOnly, &codecs),
        b.peer().audio(Direction::RecvOnly, &codecs),
    );
    let (from, to) = (one.audio().expect("audio"), other.audio().expect("audio"));
    let stop = Stop::new();
    thread::scope(|scope| {
        let recorder = WavRecorder::create(&second).expect("a file");
        let recording = scope.spawn(|| to.record(recorder, &stop));
        let played = from.play(
            WavG711::open(&first).expect("it was recorded"),
            &Stop::new(),
        );
        assert_eq!(played.expect("it plays").frames, 30);
        let all = || (to.counts().received == 30).then_some(());
        common::wait::wait_for(WAIT, all).expect("all of it arrives");
        stop.stop();
        assert_eq!(
            recording
                .join()
                .expect("no panic")
                .expect("it records")
                .frames,
            30
        );
    });
    let (alaw, ulaw) = (samples(&first), samples(&second));
    assert_eq!((alaw.len(), ulaw.len()), (4800, 4800));
    let decode = |codec, data: &[u8]| janus_blocking::webrtc::g711::decode(codec, data);
    let alaw = decode(Codec::Pcma, &alaw).expect("G.711");
    let ulaw = decode(Codec::Pcmu, &ulaw).expect("G.711");
    let differs = alaw
        .iter()
        .zip(&ulaw)
        .find(|(a, u)| (**a - **u).abs() > 300);
    assert_eq!(differs, None);
    assert!(alaw.iter().any(|sample| *sample > 7000));
}

#[test]
fn what_plays_stops_when_it_is_told_to_or_the_call_ends() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = talking(&a, &b);
    let track = one.audio().expect("audio");
    let stop = Stop::new();
    thread::scope(|scope| {
        let playing = scope.spawn(|| track.play(Tone::new(440.0), &stop));
        other
            .audio()
            .expect("audio")
            .recv_timeout(WAIT)
            .expect("open")
            .expect("a frame");
        stop.stop();
        let played = playing.join().expect("no panic").expect("it plays");
        assert!(played.frames >= 1 && !played.finished);
        let playing = scope.spawn(|| track.play(Tone::new(440.0), &Stop::new()));
        other.close();
        assert!(
            !playing
                .join()
                .expect("no panic")
                .expect("it plays")
                .finished
        );
    });
    assert_eq!(one.state(), PeerState::Closed(PeerClosed::ByJanus(None)));
    // After its end there is nothing to play into, and that is no error.
    assert_eq!(
        track
            .play(Tone::new(440.0), &Stop::new())
            .expect("no error")
            .frames,
        0
    );
}

/// Cannot be written on, after so many frames.
struct Full {
    left: u32,
    finished: Arc<AtomicU32>,
}

impl Sink for Full {
    fn frame(&mut self, _: &Frame) -> Result<(), Error> {
        self.left = self.left.checked_sub(1).ok_or_else(refused)?;
        Ok(())
    }

    fn finish(&mut self) -> Result<Recorded, Error> {
        self.finished.fetch_add(1, Ordering::Relaxed);
        Ok(Recorded::default())
    }
}

#[test]
fn a_sink_is_finished_also_when_it_fails() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = talking(&a, &b);
    let finished = Arc::new(AtomicU32::new(0));
    let sink = Full {
        left: 3,
        finished: finished.clone(),
    };
    let stop = Stop::new();
    thread::scope(|scope| {
        let (from, playing) = (one.audio().expect("audio"), &stop);
        scope.spawn(move || from.play(Tone::new(440.0), playing));
        let failed = other.audio().expect("audio").record(sink, &Stop::new());
        failed.expect_err("it is full");
        stop.stop();
    });
    assert_eq!(finished.load(Ordering::Relaxed), 1);
}

#[test]
fn a_tone_is_not_for_other_codecs_and_no_track_that_only_receives_plays() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Opus];
    let (one, other) = connected(
        a.peer().audio(Direction::SendOnly, &codecs),
        b.peer().audio(Direction::RecvOnly, &codecs),
    );
    let error = one
        .audio()
        .expect("audio")
        .play(Tone::new(440.0), &Stop::new())
        .unwrap_err();
    assert!(error.to_string().contains("the track has opus"), "{error}");
    let track = other.audio().expect("audio");
    for error in [
        track.play(Tone::new(440.0), &Stop::new()).unwrap_err(),
        track.write(Duration::ZERO, &[1]).unwrap_err(),
    ] {
        assert!(matches!(error, Error::Config { .. }), "{error}");
        assert!(error.to_string().contains("recvonly"), "{error}");
    }
}
