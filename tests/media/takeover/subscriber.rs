//! A subscriber of VideoRoom: its handle cannot be used again, a new one can.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use common::Janus;
use janus_blocking::{
    Jsep, Session,
    videoroom::{
        Publisher, Subscriber,
        subscriber::{Configure, FeedStream, Join},
    },
    webrtc::{Media, Peer, Track},
};

use super::{
    Role, Second, WAIT, code, hang_up, never_connects,
    publisher::{FEED, ROOM, answer, published, room, subscribe},
    story,
};
use crate::flow::{STEP, write};

/// A publisher that both processes hear.
struct Scene {
    over: Arc<AtomicBool>,
    sending: Option<JoinHandle<()>>,
    _publisher: Publisher,
    _peer: Peer,
    _room: Session,
}

fn scene(server: &Janus) -> (Scene, String) {
    let session = room(server);
    let media = Media::start().expect("a thread");
    let (publisher, peer) = published(&session, &media);
    peer.wait_connected(WAIT).expect("a connection");
    let audio = peer.audio().expect("audio");
    let over = Arc::new(AtomicBool::new(false));
    let ended = over.clone();
    let sending = thread::spawn(move || {
        for number in 0.. {
            if ended.load(Ordering::Relaxed) {
                return;
            }
            write(&audio, number);
            thread::sleep(STEP);
        }
    });
    let scene = Scene {
        over,
        sending: Some(sending),
        _publisher: publisher,
        _peer: peer,
        _room: session,
    };
    (scene, String::new())
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let sending = self.sending.take().expect("it is taken only here");
        let _ = sending.join();
    }
}

/// Something comes, and goes on coming.
#[track_caller]
pub(super) fn comes(track: &Track) {
    for _ in 0..20 {
        let frame = track.recv_timeout(WAIT).expect("it is open");
        frame.unwrap_or_else(|| panic!("nothing comes: {:?}", track.counts()));
    }
}

fn first(role: &Role) {
    let subscriber: Subscriber = role.session.attach().expect("a handle");
    let peer = subscribe(&role.media, &subscriber).expect("an offer");
    comes(&peer.audio().expect("audio"));
    role.stay(None);
}

/// No peer of ours connects by that offer: Janus goes on with the DTLS of the peer before.
fn stays_silent(second: &Second, subscriber: &Subscriber, offer: &Jsep) {
    let peer = answer(&second.media, subscriber, offer).expect("the answer is taken");
    never_connects(&peer);
    peer.leave();
}

fn second(server: &Janus, second: &Second, _scene: Scene) {
    let old: Subscriber = second.plugin();
    let join = Join::new(ROOM).streams(vec![FeedStream::new(FEED)]);
    assert_eq!(code(old.join(&join)), 425, "it has joined");
    let restarted = old.configure(&Configure::new().restart(true));
    let (_, offer) = restarted.expect("it is there");
    stays_silent(second, &old, &offer.expect("an offer"));
    hang_up(server, &old);
    assert_eq!(code(old.join(&join)), 425, "it has joined all the same");

    let new: Subscriber = second.session.attach().expect("a handle");
    let peer = subscribe(&second.media, &new).expect("an offer");
    comes(&peer.audio().expect("audio"));
    old.into_handle().detach().expect("it is there");
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn a_subscriber_of_a_killed_process_needs_a_new_handle() {
    let test = "a_subscriber_of_a_killed_process_needs_a_new_handle";
    story(module_path!(), test, first, scene, second);
}
