//! Statistics of calls with real servers.

use std::{thread, time::Duration};

use common::{Janus, Version, program::in_own_namespace, wait::wait_for};
use janus_blocking::{
    Connection, EchoTest,
    echotest::Settings,
    webrtc::{Codec, Direction, Media, PeerState, Stop},
};

use super::pair::WAIT;

/// What EchoTest echoes is in the statistics: audio and video, and what Janus reports.
fn echo_stats(version: Version) {
    let server = Janus::builder().version(version).start();
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let media = Media::start().expect("a thread");
    let peer = media
        .peer(echo.handle())
        .audio(Direction::SendRecv, &[Codec::Opus])
        .video(Direction::SendRecv, &[Codec::Vp8])
        .offer_by(|offer| echo.offer(&Settings::new().audio(true).video(true), offer))
        .expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    let (audio, video) = (peer.audio().expect("audio"), peer.video().expect("video"));
    let stop = Stop::new();
    thread::scope(|scope| {
        let sound = |_: Codec| Ok(Some((vec![0xfc; 80], Duration::from_millis(20))));
        let mut picture = vec![0x10, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1];
        picture.resize(3000, 0x55);
        let picture = move |_: Codec| Ok(Some((picture.clone(), Duration::from_millis(40))));
        let (from, until) = (&audio, &stop);
        scope.spawn(move || from.play(sound, until));
        let (from, until) = (&video, &stop);
        scope.spawn(move || from.play(picture, until));
        let seen = wait_for(WAIT, || {
            video.request_keyframe().expect("connected");
            let stats = peer.stats();
            let both = [&audio, &video].map(|track| stats.track(track.mid()).cloned());
            let all = both.iter().all(|track| {
                track.as_ref().is_some_and(|track| {
                    let (sent, received) = (&track.sent, &track.received);
                    sent.bitrate > 0 && received.bitrate > 0 && sent.round_trip.is_some()
                })
            });
            all.then_some(stats)
        });
        stop.stop();
        let stats = seen.unwrap_or_else(|| panic!("{version}: {:#?}", peer.stats()));
        println!("{version}: {stats:#?}");
        assert_eq!(stats.state, PeerState::Connected);
        let pair = stats.pair.as_ref().expect("they are connected");
        assert!(pair.round_trip.is_some(), "{pair:?}");
        for track in [&audio, &video] {
            let stats = stats.track(track.mid()).expect("it is there");
            let (sent, received) = (&stats.sent, &stats.received);
            // Nothing is lost on one machine; what is under way may be missing.
            assert_eq!((sent.lost, received.lost), (0, 0), "{stats:?}");
            assert!(received.packets <= sent.packets, "{stats:?}");
            assert!(received.packets * 2 > sent.packets, "{stats:?}");
            assert!(received.bytes > 40 * received.packets, "{stats:?}");
        }
        let asked = stats.track(video.mid()).expect("it is there").received.plis;
        assert!(asked > 0, "keyframes were asked for");
    });
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn janus_echoes_and_the_statistics_tell_of_it() {
    let test = "janus_echoes_and_the_statistics_tell_of_it";
    if in_own_namespace(module_path!(), test) {
        Version::ALL.into_iter().for_each(echo_stats);
    }
}
