//! A viewer of a mountpoint.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use common::{Janus, rtp::Source};
use janus_blocking::{
    Connection, Result, Session, Streaming,
    streaming::{CreateRtp, RtpStream, Viewer, viewer::Watch},
    webrtc::{Codec, Direction, Media, Peer},
};

use super::{Role, Second, hang_up, story, subscriber::comes};
use crate::flow::STEP;

const MOUNTPOINT: u64 = 40_043;

/// RTP for a mountpoint, as long as it is there.
struct Feed(Arc<AtomicBool>);

impl Feed {
    fn start(port: u16) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let ended = over.clone();
        thread::spawn(move || {
            let mut source = Source::to(port);
            while !ended.load(Ordering::Relaxed) {
                source.audio(0, 20);
                thread::sleep(STEP);
            }
        });
        Self(over)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The mountpoint, and what is sent to it.
fn scene(server: &Janus) -> ((Feed, Session), String) {
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let desk: Streaming = session.attach().expect("a handle");
    let audio = RtpStream::audio("a").pt(111).codec("opus");
    let created = desk.create_rtp(&CreateRtp::new(vec![audio]).id(MOUNTPOINT));
    let created = created.expect("a mountpoint");
    let port = created.stream.ports[0].port.expect("a port");
    ((Feed::start(port), session), String::new())
}

fn watch(media: &Media, viewer: &Viewer) -> Result<Peer> {
    let (_, offer) = viewer.watch(&Watch::new(MOUNTPOINT))?;
    let peer = media.peer(viewer.handle());
    let peer = peer.audio(Direction::RecvOnly, &[Codec::Opus]);
    Ok(peer.answer_to(&offer, |answer| viewer.start(answer))?.0)
}

fn first(role: &Role) {
    let viewer: Viewer = role.session.attach().expect("a handle");
    let peer = watch(&role.media, &viewer).expect("an offer");
    comes(&peer.audio().expect("audio"));
    role.stay(None);
}

fn second(server: &Janus, second: &Second, _scene: (Feed, Session)) {
    assert!(second.ticket.handles[0].peer);
    let viewer: Viewer = second.plugin();
    hang_up(server, &viewer);
    let peer = watch(&second.media, &viewer).expect("an offer");
    comes(&peer.audio().expect("audio"));
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn a_viewer_of_a_killed_process_is_taken_over() {
    let test = "a_viewer_of_a_killed_process_is_taken_over";
    story(module_path!(), test, first, scene, second);
}
