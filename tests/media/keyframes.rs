//! Requests for keyframes go through, and not too many.

use std::time::{Duration, Instant};

use janus_blocking::webrtc::{Codec, Direction, MediaTime, PeerEvent};

use super::pair::{Side, WAIT, connected};

#[test]
fn a_flood_of_requests_comes_as_a_few() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Vp8];
    let (sender, receiver) = connected(
        a.peer().video(Direction::SendOnly, &codecs),
        b.peer().video(Direction::RecvOnly, &codecs),
    );
    let (from, to) = (
        sender.video().expect("video"),
        receiver.video().expect("video"),
    );
    from.write(MediaTime::new(0, 90_000), &[0x10; 100])
        .expect("it is connected");
    to.recv_timeout(WAIT).expect("it is open").expect("a frame");
    let events = sender.events();
    let start = Instant::now();
    let mut told = 0;
    while told < 3 {
        assert!(start.elapsed() < WAIT, "{told} of 3");
        to.request_keyframe().expect("it is open");
        let event = events
            .recv_timeout(Duration::from_millis(5))
            .expect("it is open");
        if let Some(PeerEvent::KeyframeWanted { track, .. }) = event {
            assert_eq!(track.mid(), from.mid());
            told += 1;
        }
    }
    // One at once, and one each half of a second.
    assert!(
        start.elapsed() >= Duration::from_millis(2 * 500 - 50),
        "{:?}",
        start.elapsed()
    );
}
