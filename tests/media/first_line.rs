//! The first media line is refused: the others still share its transport.

use janus_blocking::webrtc::{Codec, Direction};

use super::{
    pair::{Side, WAIT, connected},
    plugins::{Flow, hears},
};

#[test]
fn video_and_data_pass_where_the_audio_before_them_is_refused() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = connected(
        a.peer()
            .audio(Direction::SendRecv, &[Codec::Opus])
            .video(Direction::SendRecv, &[Codec::Vp8])
            .data("chat"),
        b.peer()
            .video(Direction::SendRecv, &[Codec::Vp8])
            .data("chat"),
    );
    assert!(one.audio().is_err());
    for (from, to) in [(&one, &other), (&other, &one)] {
        let flow = Flow::start(from, &from.video().expect("video"), 0);
        hears(&to.video().expect("video"), 0, 10);
        assert!(flow.end() >= 10);
    }
    let chat = one.data_channel("chat").expect("it was asked for");
    chat.wait_open(WAIT).expect("it opens");
}
