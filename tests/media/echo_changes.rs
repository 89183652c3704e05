//! Changes of a call with EchoTest of real servers: hold, video that comes and goes, ICE restarts.

use std::time::{Duration, Instant};

use common::{Janus, Version, program::in_own_namespace};
use janus_blocking::{
    Connection, EchoTest, Result,
    echotest::Settings,
    webrtc::{Codec, Direction, Media, MediaTime, Peer, PeerState, Renegotiation, Track},
};

use super::{pair::WAIT, renegotiation::passes};

/// A call with EchoTest, of audio at first.
struct Call {
    echo: EchoTest,
    peer: Peer,
    _janus: Connection,
    _server: Janus,
}

impl Call {
    fn begin(version: Version) -> Self {
        let server = Janus::builder().version(version).start();
        let janus = Connection::open(&server.url()).expect("it runs");
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        let media = Media::start().expect("a thread");
        let peer = media
            .peer(echo.handle())
            .audio(Direction::SendRecv, &[Codec::Opus])
            .video_later(Direction::SendRecv, &[Codec::Vp8])
            .offer_by(|offer| echo.offer(&Settings::new().audio(true), offer))
            .expect("an answer");
        peer.wait_connected(WAIT).expect("a connection");
        Self {
            echo,
            peer,
            _janus: janus,
            _server: server,
        }
    }

    fn audio(&self) -> Track {
        self.peer.audio().expect("audio")
    }

    fn offer(&self, change: Renegotiation<'_>) -> Result<Vec<Track>> {
        let settings = Settings::new().audio(true).video(true);
        change.offer_by(|offer| self.echo.offer(&settings, offer))
    }

    /// Comes back from EchoTest.
    #[track_caller]
    fn echoes(&self, track: &Track) {
        passes(track, track);
    }
}

/// Nothing comes back, once what is on its way has come.
#[track_caller]
fn is_silent(track: &Track) {
    let time = |number: u64| MediaTime::new(number * 960, 48_000);
    // Each is answered at once, or not at all.
    let begin = Instant::now();
    let mut silent = 0;
    for number in 0.. {
        track.write(time(number), &[7; 40]).expect("it is open");
        let came = track
            .recv_timeout(Duration::from_millis(50))
            .expect("it is open");
        silent = if came.is_some() { 0 } else { silent + 1 };
        if silent == 20 {
            return;
        }
        assert!(begin.elapsed() < WAIT, "it does not fall silent");
    }
}

fn changes(version: Version) {
    let call = Call::begin(version);
    let audio = call.audio();
    call.echoes(&audio);
    let direction = |direction| call.peer.renegotiate().direction(&audio, direction);

    // Held: Janus takes what comes, and sends nothing back.
    call.offer(direction(Direction::SendOnly))
        .expect("an answer");
    assert_eq!(audio.direction(), Direction::SendOnly, "{version}");
    is_silent(&audio);
    call.offer(direction(Direction::Inactive))
        .expect("an answer");
    assert_eq!(audio.direction(), Direction::Inactive, "{version}");
    call.offer(direction(Direction::SendRecv))
        .expect("an answer");
    assert_eq!(audio.direction(), Direction::SendRecv, "{version}");
    call.echoes(&audio);

    // Video is added, removed, and there again.
    let change = call.peer.renegotiate().video(Direction::SendRecv);
    let added = call.offer(change).expect("an answer");
    let [video] = &added[..] else {
        panic!("{version}: {added:?}")
    };
    assert_eq!(video.codec(), Some(Codec::Vp8), "{version}");
    for direction in [
        Direction::SendRecv,
        Direction::Inactive,
        Direction::SendRecv,
    ] {
        let change = call.peer.renegotiate().direction(video, direction);
        call.offer(change).expect("an answer");
        assert_eq!(video.direction(), direction, "{version}");
        call.echoes(&audio);
        if direction.sends() {
            call.echoes(video);
        }
    }
}

fn restarts(version: Version) {
    let call = Call::begin(version);
    let audio = call.audio();
    call.echoes(&audio);
    let mut names = Vec::new();
    for _ in 0..3 {
        let restart = call.peer.renegotiate().restart_ice();
        let done = restart.offer_by(|offer| {
            let answer = call.echo.offer(&Settings::new(), offer)?;
            let mut lines = answer.sdp.lines();
            let name = lines.find(|line| line.starts_with("a=ice-ufrag:"));
            names.push(name.expect("a name").to_owned());
            Ok(answer)
        });
        done.expect("an answer");
        // Long enough for the old way to be given up, if the new one did not work.
        for _ in 0..10 {
            call.echoes(&audio);
        }
        assert_eq!(call.peer.state(), PeerState::Connected, "{version}");
    }
    names.dedup();
    assert_eq!(names.len(), 3, "{version}: Janus restarts too");
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn a_call_with_janus_is_held_and_video_comes_and_goes() {
    let test = "a_call_with_janus_is_held_and_video_comes_and_goes";
    if in_own_namespace(module_path!(), test) {
        Version::ALL.into_iter().for_each(changes);
    }
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn media_goes_on_after_ice_restarts_with_janus() {
    let test = "media_goes_on_after_ice_restarts_with_janus";
    if in_own_namespace(module_path!(), test) {
        Version::ALL.into_iter().for_each(restarts);
    }
}
