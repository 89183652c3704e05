//! NoSIP: two handles with plain RTP between them.

use janus_blocking::{
    NoSip, Result,
    nosip::{Generate, Generated, Process, Srtp},
    webrtc::{Codec, Direction, Peer},
};

use super::{Flow, Server, closed_by_janus, each, hears};
use crate::pair::WAIT;

/// What the one has generated, for the other.
fn to_peer(generated: &Generated) -> Process {
    Process::new(generated.kind.clone(), &*generated.sdp)
}

/// The caller's peer and the callee's; what the program would carry by SIP or otherwise is in between.
fn connected(server: &Server, generate: &Generate, codec: Codec) -> Result<[(NoSip, Peer); 2]> {
    let (caller, callee): (NoSip, NoSip) = (server.attach(), server.attach());
    let mut other = None;
    let peer = server.media.peer(&caller);
    let peer = peer
        .audio(Direction::SendRecv, &[codec])
        .video(Direction::SendRecv, &[Codec::Vp8])
        .offer_by(|offer| {
            let offered = caller.generate(generate, offer)?;
            let (_, offer) = callee.process(&to_peer(&offered))?;
            let peer = server.media.peer(&callee);
            let (peer, answered) = peer
                .audio(Direction::SendRecv, &[Codec::Opus, Codec::Pcma])
                .video(Direction::SendRecv, &[Codec::Vp8])
                .answer_to(&offer, |answer| callee.generate(generate, answer))?;
            other = Some(peer);
            let (_, answer) = caller.process(&to_peer(&answered))?;
            Ok(answer)
        })?;
    Ok([(caller, peer), (callee, other.expect("it has answered"))])
}

fn call(server: &Server) {
    let encrypted = Generate::new().srtp(Srtp::SdesMandatory);
    for (generate, codec) in [(Generate::new(), Codec::Pcma), (encrypted, Codec::Opus)] {
        let [(caller, one), (_callee, other)] =
            connected(server, &generate, codec).expect("a call");
        for peer in [&one, &other] {
            peer.wait_connected(WAIT).expect("a connection");
        }
        for (from, to, first) in [(&one, &other, 0), (&other, &one, 100_000)] {
            let flows = [from.audio(), from.video()]
                .map(|track| Flow::start(from, &track.expect("it was agreed"), first));
            let audio = to.audio().expect("audio");
            assert_eq!(audio.codec(), Some(codec));
            hears(&audio, first, 50);
            hears(&to.video().expect("video"), first, 50);
            assert!(flows.map(Flow::end).iter().all(|sent| *sent >= 50));
        }
        caller.hangup().expect("hung up");
        closed_by_janus(&one);
        // Nobody tells the other side: that is the program's.
        other.close();
    }
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn two_handles_hear_and_see_each_other() {
    let test = "two_handles_hear_and_see_each_other";
    each(module_path!(), test, &[], call);
}
