//! A network between each peer and Janus that loses one packet in 20 either way: what is repaired.

use std::{
    any::Any,
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

use common::program::{NAMESPACE, before_others};
use janus_blocking::{
    EchoTest, Handle, VideoRoom,
    admin::Admin,
    echotest::Settings,
    videoroom::{
        Create, Publisher, Subscriber,
        publisher::JoinAndConfigure,
        subscriber::{FeedStream, Join},
    },
    webrtc::{Codec, Direction, Media, Peer, PeerBuilder, Track},
};

use super::{
    flow::{STEP, lost, until_it_flows, write},
    loss::lossy,
    pair::WAIT,
    plugins::{Server, each, wait_up},
    proxy::Proxy,
};

/// How many frames of each kind are counted, a packet each.
const FRAMES: u32 = 500;

/// For how long a missing frame of video is waited for.
const LATE: Duration = Duration::from_secs(2);

const AUDIO: Kinds = (true, false);
const VIDEO: Kinds = (false, true);
const BOTH: Kinds = (true, true);

/// Whether a peer has audio, and video.
type Kinds = (bool, bool);

/// A server, and what has its peers.
type To<'a> = (&'a Server, &'a Media);

/// Where frames go in, and where they come out.
struct Way {
    what: &'static str,
    tracks: Vec<(Track, Track)>,
    /// Where Janus sends video to a peer that only receives.
    repaired: Option<Handle>,
    /// What has to be there meanwhile: handles, peers, networks.
    _kept: Box<dyn Any>,
}

impl Way {
    /// To EchoTest and back: each frame crosses the network twice, on the same peer.
    fn echo((server, media): To<'_>, what: &'static str, kinds: Kinds, seed: u64) -> Self {
        let network = network(seed);
        let echo: EchoTest = server.attach();
        let settings = Settings::new().audio(true).video(true);
        let peer = with(media.peer(&echo), kinds, Direction::SendRecv);
        let peer = peer.offer_by(|offer| {
            let answer = echo.offer(&settings, &network.change(offer))?;
            Ok(network.change(&answer))
        });
        let peer = peer.expect("an answer");
        peer.wait_connected(WAIT).expect("a connection");
        Self {
            what,
            tracks: pairs(&peer, &peer),
            repaired: None,
            _kept: Box::new((echo, peer, network)),
        }
    }

    /// From a publisher to a subscriber: either has a network of its own.
    fn room((server, media): To<'_>, what: &'static str, kinds: Kinds, seed: u64) -> Self {
        let networks = vec![network(seed), network(seed + 1)];
        let rooms: VideoRoom = server.attach();
        let room = rooms.create(&Create::new()).expect("a room").room;
        let publisher: Publisher = server.attach();
        let mut feed = None;
        let peer = with(media.peer(&publisher), kinds, Direction::SendOnly);
        let sends = peer.offer_by(|offer| {
            let join = JoinAndConfigure::new(&room);
            let (joined, answer) =
                publisher.join_and_configure(&join, &networks[0].change(offer))?;
            feed = Some(FeedStream::new(joined.id));
            Ok(networks[0].change(&answer))
        });
        let sends = sends.expect("an answer");
        wait_up(&publisher);
        let subscriber: Subscriber = server.attach();
        let join = Join::new(&room).streams(vec![feed.expect("it has joined")]);
        let (_, offer) = subscriber.join(&join).expect("an offer");
        let peer = with(media.peer(&subscriber), kinds, Direction::RecvOnly);
        let answered = peer.answer_to(&networks[1].change(&offer), |answer| {
            subscriber.start(&networks[1].change(answer))
        });
        let (receives, _) = answered.expect("answered");
        receives.wait_connected(WAIT).expect("a connection");
        Self {
            what,
            tracks: pairs(&sends, &receives),
            repaired: kinds.1.then(|| subscriber.handle().clone()),
            _kept: Box::new((rooms, publisher, subscriber, sends, receives, networks)),
        }
    }

    /// Whether Janus keeps packets for repair by now: once it knows how long the way is, which it is told
    /// in packets that may be lost or late.
    fn is_ready(&self, admin: &Admin) -> bool {
        self.repaired.as_ref().is_none_or(|handle| {
            let info = admin.handle_info(handle.session_id(), handle.id());
            let webrtc = info.expect("its info").webrtc.expect("a connection");
            let mut video = webrtc.media.values().filter(|it| it.kind == "video");
            video.all(|it| it.nack_queue_ms > Some(0))
        })
    }
}

fn pairs(from: &Peer, to: &Peer) -> Vec<(Track, Track)> {
    from.tracks().into_iter().zip(to.tracks()).collect()
}

/// A network that loses others than one with another seed.
fn network(seed: u64) -> Proxy {
    let address = NAMESPACE.parse().expect("an address");
    Proxy::start_on(address, lossy(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

fn with(mut peer: PeerBuilder<'_>, (audio, video): Kinds, direction: Direction) -> PeerBuilder<'_> {
    if audio {
        peer = peer.audio(direction, &[Codec::Opus]);
    }
    if video {
        peer = peer.video(direction, &[Codec::Vp8]);
    }
    peer
}

fn loses(server: &Server) {
    let media = Media::builder().reorder(Duration::from_millis(200), LATE);
    let to = (server, &media.start().expect("a thread"));
    let ways = [
        Way::room(to, "VideoRoom, audio alone", AUDIO, 1),
        Way::room(to, "VideoRoom, video alone", VIDEO, 3),
        Way::room(to, "VideoRoom, both", BOTH, 5),
        Way::echo(to, "EchoTest, audio alone", AUDIO, 7),
        Way::echo(to, "EchoTest, video alone", VIDEO, 9),
        Way::echo(to, "EchoTest, both", BOTH, 11),
    ];
    let tracks = ways.iter().flat_map(|way| &way.tracks);
    let pairs: Vec<_> = tracks.map(|(from, to)| (from, to)).collect();
    let mut next = 0;
    for (from, to) in &pairs {
        next = until_it_flows(from, to, next);
    }
    let (admin, deadline) = (server.admin(), Instant::now() + WAIT);
    while !ways.iter().all(|way| way.is_ready(&admin)) {
        assert!(Instant::now() < deadline, "Janus keeps no packets");
        for _ in 0..25 {
            pairs.iter().for_each(|(from, _)| write(from, next));
            next += 1;
            thread::sleep(STEP);
        }
    }
    let missing = lost(&pairs, next, FRAMES, || ());
    let mut missing = missing.iter().map(BTreeSet::len);
    for way in &ways {
        for (_, to) in &way.tracks {
            let missing = missing.next().expect("one for each");
            let kind = if to.is_audio() { "audio" } else { "video" };
            println!("{}: of {FRAMES} {kind} frames missing: {missing}", way.what);
            match (way.what.starts_with("VideoRoom"), to.is_audio()) {
                // Lost on either way: one in ten.
                (_, true) => assert!((15..120).contains(&missing), "{missing}"),
                (true, false) => assert!(missing < 10, "{missing}"),
                // Only what is lost on the way to Janus is always repaired.
                (false, false) => assert!(missing < 60, "{missing}"),
            }
        }
    }
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn what_is_lost_between_a_peer_and_janus_is_repaired_in_video() {
    let test = "what_is_lost_between_a_peer_and_janus_is_repaired_in_video";
    // Janus keeps packets for 200 ms, and what is asked for later, as somebody waited for a processor,
    // is not repaired: all have more time than usual, and the processors before others.
    before_others();
    let longer = [["media", "min_nack_queue = 1000"]];
    each(module_path!(), test, &longer, |server| {
        println!("{}", server.version);
        loses(server)
    });
}
