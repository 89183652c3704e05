//! A WebRTC peer whose voice the test makes: a subscriber of a VideoRoom, whose publisher is fed
//! with RTP. It makes the offer, for a plugin of the same server to answer.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use common::{rtp::Source, wait_until};
use janus_blocking::{
    Event, Jsep, Plugin, VideoRoom,
    videoroom::{
        AddRemotePublisher, Create, MediaKind, RemoteStream, Subscriber,
        subscriber::{Configure, FeedStream, Join},
    },
};

use crate::{
    desk::Desk,
    servers::{SOON, Servers},
};

pub(crate) struct Feed {
    source: Source,
    viewer: Desk<Subscriber>,
    _room: Desk<VideoRoom>,
}

impl Feed {
    /// The peer, and its offer of audio that it sends.
    pub(crate) fn new<P: Plugin>(servers: &Servers<P>) -> (Self, Jsep) {
        let desk = servers.desk::<VideoRoom>();
        let room = desk.plugin.create(&Create::new()).expect("a room").room;
        let voice = RemoteStream::new("0", 0, MediaKind::Audio).codec("opus");
        let added = desk
            .plugin
            .add_remote_publisher(&AddRemotePublisher::new(&room, [voice]))
            .expect("a publisher");
        // Janus answers before it is there.
        wait_until(SOON, "the publisher is there", || {
            let list = desk.plugin.list_participants(&room).expect("a list");
            list.participants.iter().any(|entry| entry.id == added.id)
        });
        let viewer = servers.desk::<Subscriber>();
        let stream = FeedStream::new(&added.id).mid("0");
        let join = Join::new(&room).streams(vec![stream]);
        let (_, offer) = viewer.plugin.join(&join).expect("joined");
        let source = Source::to(added.port);
        let feed = Self {
            source,
            viewer,
            _room: desk,
        };
        (feed, offer)
    }

    /// Takes the answer, without waiting for the PeerConnection.
    pub(crate) fn answer(&self, answer: Jsep) {
        let answer = Jsep::answer(answer.sdp);
        self.viewer.plugin.start(&answer).expect("started");
    }

    /// Another offer for the same PeerConnection, with an ICE restart.
    pub(crate) fn restart(&self) -> Jsep {
        let restart = Configure::new().restart(true);
        let (_, offer) = self.viewer.plugin.configure(&restart).expect("configured");
        offer.expect("an offer")
    }

    /// Sends audio while something is done.
    pub(crate) fn talking<T>(&mut self, job: impl FnOnce() -> T) -> T {
        /// Ends the talking however the job ends.
        struct Over<'a>(&'a AtomicBool);
        impl Drop for Over<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let (source, over) = (&mut self.source, &AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    source.audio(0, 30);
                    // The pace of real audio.
                    thread::sleep(Duration::from_millis(20));
                }
            });
            let _over = Over(over);
            job()
        })
    }
}

impl<P: Plugin<Event: std::fmt::Debug>> Desk<P> {
    /// Waits until the handle receives media of its peer.
    #[track_caller]
    pub(crate) fn wait_media(&self) {
        self.look("media", |event| match event {
            Event::Media(media) => (media.receiving == Some(true)).then_some(()),
            _ => None,
        });
    }
}
