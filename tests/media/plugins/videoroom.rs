//! VideoRoom: publishers, and a subscriber that is offered what it gets.

use std::time::Duration;

use janus_blocking::{
    Event as CoreEvent, Jsep, VideoRoom,
    plugin::Id,
    videoroom::{
        Create, Destroy, Event, MediaKind, Publisher, Subscriber,
        publisher::JoinAndConfigure,
        subscriber::{FeedStream, Join, Switch, SwitchStream, UnsubscribeStream, Update},
    },
    webrtc::{Codec, DataChannel, Direction, MediaTime, Peer, PeerEvent, Track},
};

use super::{Flow, Server, closed_by_janus, each, hears, wait, wait_up};
use crate::pair::WAIT;

/// Who publishes audio, video and data.
struct Feed {
    publisher: Publisher,
    peer: Peer,
    id: Id,
    flows: Vec<Flow>,
}

impl Feed {
    /// Its frames are numbered from `first` on.
    fn new(server: &Server, room: &Id, first: u32) -> Self {
        let publisher: Publisher = server.attach();
        let mut id = None;
        let peer = server
            .media
            .peer(&publisher)
            .audio(Direction::SendOnly, &[Codec::Opus])
            .video(Direction::SendOnly, &[Codec::Vp8])
            .data("chat")
            .offer_by(|offer| {
                let join = JoinAndConfigure::new(room).display("front door");
                let (joined, answer) = publisher.join_and_configure(&join, offer)?;
                id = Some(joined.id);
                Ok(answer)
            })
            .expect("an answer");
        peer.wait_connected(WAIT).expect("a connection");
        // Nobody can subscribe before.
        wait_up(&publisher);
        let flows = peer.tracks().into_iter();
        let flows = flows.map(|track| Flow::start(&peer, &track, first));
        Self {
            publisher,
            flows: flows.collect(),
            id: id.expect("it has joined"),
            peer,
        }
    }

    fn channel(&self) -> DataChannel {
        let channel = self.peer.data_channel("chat").expect("it was asked for");
        channel.wait_open(WAIT).expect("it opens");
        channel
    }
}

fn watching(server: &Server, viewer: &Subscriber, room: &Id, feed: &Id) -> Peer {
    let join = Join::new(room).streams(vec![FeedStream::new(feed)]);
    let (_, offer) = viewer.join(&join).expect("joined");
    let (peer, _) = server
        .media
        .peer(viewer)
        .audio(Direction::RecvOnly, &[Codec::Opus])
        .video(Direction::RecvOnly, &[Codec::Vp8])
        .data(DataChannel::JANUS)
        .answer_to(&offer, |answer| viewer.start(answer))
        .expect("answered");
    peer.wait_connected(WAIT).expect("a connection");
    peer
}

/// The channel of that label, once the other side has opened it.
fn opened(peer: &Peer, label: &str) -> DataChannel {
    let events = peer.events();
    loop {
        let event = events.recv_timeout(WAIT).expect("it is open");
        match event.expect("a channel") {
            PeerEvent::DataChannel(channel) if channel.label() == label => return channel,
            _ => {}
        }
    }
}

/// The track with that media line.
fn line(peer: &Peer, mid: &str) -> Track {
    let mut tracks = peer.tracks().into_iter();
    let found = tracks.find(|track| track.mid() == mid);
    found.unwrap_or_else(|| panic!("no {mid}: {peer:?}"))
}

fn watch(server: &Server) {
    let rooms: VideoRoom = server.attach();
    let room = rooms.create(&Create::new()).expect("a room").room;
    let one = Feed::new(server, &room, 0);
    let viewer: Subscriber = server.attach();
    let peer = watching(server, &viewer, &room, &one.id);
    let (audio, video) = (peer.audio().expect("audio"), peer.video().expect("video"));
    hears(&audio, 0, 50);
    hears(&video, 0, 50);
    assert_keyframe(&video);

    // It comes on a channel of the publisher's id.
    one.channel().send_text("hello").expect("it is open");
    let here = opened(&peer, &one.id.to_string());
    let hello = here.recv_timeout(WAIT).expect("it is open");
    assert_eq!(hello.expect("a message").text(), Some("hello"));

    second(server, &room, &viewer, &peer, &one);
    // The end of publishing ends the peer; the participant stays until it leaves.
    one.publisher.unpublish().expect("unpublished");
    closed_by_janus(&one.peer);
    one.publisher.leave().expect("left");
    // What the subscriber had from the other one has ended too, and Janus offers that.
    let offer = wait(&viewer, "offer of nothing", |event, jsep| match event {
        Event::Updated(updated) => {
            let mut streams = updated.streams.iter().flatten();
            // A line for data stays active, whoever is there.
            let over = streams.all(|it| it.kind == MediaKind::Data || !it.active);
            jsep.filter(|_| over).cloned()
        }
        _ => None,
    });
    peer.accept_offer(&offer, |answer| viewer.start(answer))
        .expect("answered");
    let mut tracks = peer.tracks().into_iter();
    assert!(tracks.all(|track| track.direction() == Direction::Inactive));
    viewer.leave().expect("left");
    closed_by_janus(&peer);
    rooms.destroy(&Destroy::new(&room)).expect("destroyed");
}

/// A keyframe comes when it is asked for. A request may be lost, where a socket is full because its
/// owner had no time.
fn assert_keyframe(video: &Track) {
    while let Some(_old) = video.try_recv().expect("it is open") {}
    let mut frames = (0..3000).map(|_| {
        video.request_keyframe().expect("it is open");
        video.recv_timeout(WAIT).expect("it is open")
    });
    let keyframe = frames.any(|frame| frame.expect("it goes on").keyframe);
    assert!(keyframe, "no keyframe in a minute");
}

/// Another publisher is added, taken out, and put in the place of the first.
fn second(server: &Server, room: &Id, viewer: &Subscriber, peer: &Peer, one: &Feed) {
    let two = Feed::new(server, room, 1_000_000);
    let (updated, offer) = viewer
        .subscribe([FeedStream::new(&two.id)])
        .expect("subscribed");
    let offer = offer.expect("an offer");
    peer.accept_offer(&offer, |answer| viewer.start(answer))
        .expect("answered");
    // The media lines of a feed's audio and video, and its own names for them.
    let lines = |feed: &Id| {
        let streams = updated.streams.iter().flatten();
        let streams = streams.filter(move |it| it.feed_id.as_ref() == Some(feed));
        let streams = streams.map(|it| (it.mid.clone(), it.feed_mid.clone().expect("a mid")));
        streams.unzip::<_, _, Vec<_>, Vec<_>>()
    };
    let ((mine, _), (theirs, of_two)) = (lines(&one.id), lines(&two.id));
    assert_eq!((mine.len(), theirs.len()), (2, 2), "{updated:?}");
    for mid in &theirs {
        hears(&line(peer, mid), 1_000_000, 25);
    }
    for mid in &mine {
        hears(&line(peer, mid), 0, 25);
    }

    let streams = theirs
        .iter()
        .map(|mid| UnsubscribeStream::new().sub_mid(mid.clone()));
    let (_, offer) = viewer
        .unsubscribe(streams.collect::<Vec<_>>())
        .expect("unsubscribed");
    let offer = offer.expect("an offer");
    peer.accept_offer(&offer, |answer| viewer.start(answer))
        .expect("answered");
    for mid in &mine {
        hears(&line(peer, mid), 0, 25);
    }

    let switches = of_two.into_iter().zip(&mine);
    let switches = switches.map(|(from, mid)| SwitchStream::new(&two.id, from, mid.clone()));
    let switches = switches.collect::<Vec<_>>();
    let switched = viewer
        .switch(&Switch::new().streams(switches))
        .expect("switched");
    assert_eq!(switched.changes, Some(2));
    for mid in &mine {
        hears(&line(peer, mid), 1_000_000, 25);
    }
    viewer.pause().expect("paused");
    viewer.resume().expect("it goes on");
    hears(&line(peer, &mine[0]), 1_000_000, 5);
    for flow in two.flows {
        assert!(flow.end() > 0);
    }
}

/// A publisher of that video alone.
fn camera(server: &Server, room: &Id, codec: Codec) -> (Publisher, Peer, Id) {
    let publisher: Publisher = server.attach();
    let mut id = None;
    let peer = server.media.peer(&publisher);
    let peer = peer.video(Direction::SendOnly, &[codec]).offer_by(|offer| {
        let join = JoinAndConfigure::new(room);
        let (joined, answer) = publisher.join_and_configure(&join, offer)?;
        id = Some(joined.id);
        Ok(answer)
    });
    let peer = peer.expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    wait_up(&publisher);
    (publisher, peer, id.expect("it has joined"))
}

/// One feed follows another, of a different codec: by two offers, where Janus may use the line again,
/// and by one.
fn replace(server: &Server) {
    let rooms: VideoRoom = server.attach();
    let create = Create::new().videocodec("vp8,h264");
    let room = rooms.create(&create).expect("a room").room;
    let (_first, of_one, one) = camera(server, &room, Codec::Vp8);
    let (_second, of_two, two) = camera(server, &room, Codec::H264);
    let viewer: Subscriber = server.attach();
    let join = Join::new(&room).streams(vec![FeedStream::new(&one)]);
    let (_, offer) = viewer.join(&join).expect("joined");
    let (peer, _) = server
        .media
        .peer(&viewer)
        .video(Direction::RecvOnly, &[Codec::Vp8, Codec::H264])
        .answer_to(&offer, |answer| viewer.start(answer))
        .expect("answered");
    peer.wait_connected(WAIT).expect("a connection");
    // On which line.
    let sees = |from: &Peer, codec: Codec, data: &[u8]| {
        let from = from.video().expect("video");
        let mut tracks = peer.tracks().into_iter();
        let to = tracks.find(|track| track.direction().receives());
        let to = to.unwrap_or_else(|| panic!("{}: {peer:?}", server.version));
        let came = (0..3000_u64).any(|number| {
            let time = MediaTime::new(number * 1800, 90_000);
            from.write(time, data).expect("it is open");
            let frame = to.recv_timeout(Duration::from_millis(20));
            let frame = frame.expect("it is open");
            frame.is_some_and(|frame| frame.codec == codec && frame.data[..] == *data)
        });
        assert!(came, "{}: nothing comes of {codec}: {to:?}", server.version);
        to.mid().to_owned()
    };
    let accept = |offer: Option<Jsep>| {
        let offer = offer.expect("an offer");
        peer.accept_offer(&offer, |answer| viewer.start(answer))
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", server.version, offer.sdp));
    };
    let keyframe = [0x10, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1, 7, 7];
    // Parameter sets and a slice.
    let picture = [
        &[0, 0, 0, 1, 0x67, 0x42, 0xe0, 0x1f, 1][..],
        &[0, 0, 0, 1, 0x68, 0xce, 2],
        &[0, 0, 0, 1, 0x65, 0x88, 3, 4, 5],
    ]
    .concat();
    let leaves = |feed: &Id| vec![UnsubscribeStream::new().feed(feed)];
    let before = sees(&of_one, Codec::Vp8, &keyframe);
    accept(viewer.unsubscribe(leaves(&one)).expect("unsubscribed").1);
    let next = viewer.subscribe([FeedStream::new(&two)]);
    accept(next.expect("subscribed").1);
    let after = sees(&of_two, Codec::H264, &picture);
    println!("{}: on line {before}, then {after}", server.version);
    for (gone, next) in [(&two, &one), (&one, &two), (&two, &one)] {
        let update = Update::new()
            .unsubscribe(leaves(gone))
            .subscribe(vec![FeedStream::new(next)]);
        accept(viewer.update(&update).expect("updated").1);
        if next == &one {
            sees(&of_one, Codec::Vp8, &keyframe);
        } else {
            sees(&of_two, Codec::H264, &picture);
        }
    }
    assert!(peer.tracks().len() <= 3, "{peer:?}");
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn one_feed_takes_the_place_of_another_of_a_different_codec() {
    let test = "one_feed_takes_the_place_of_another_of_a_different_codec";
    each(module_path!(), test, &[], replace);
}

/// A room without the publisher's audio codec: its first media line is refused.
fn without_audio(server: &Server) {
    let rooms: VideoRoom = server.attach();
    let create = Create::new().audiocodec("opus");
    let room = rooms.create(&create).expect("a room").room;
    let publisher: Publisher = server.attach();
    let peer = server.media.peer(&publisher);
    let peer = peer
        .audio(Direction::SendOnly, &[Codec::Pcma])
        .video(Direction::SendOnly, &[Codec::Vp8])
        .offer_by(|offer| {
            let join = JoinAndConfigure::new(&room);
            Ok(publisher.join_and_configure(&join, offer)?.1)
        })
        .expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    assert!(peer.audio().is_err(), "{peer:?}");
    let video = peer.video().expect("video");
    let flow = Flow::start(&peer, &video, 0);
    let events = publisher.events();
    let mut events = std::iter::from_fn(|| events.recv_timeout(WAIT).expect("it is open"));
    let comes = |event: CoreEvent<Event>| match event {
        CoreEvent::Media(it) => it.kind == "video" && it.receiving == Some(true),
        _ => false,
    };
    assert!(events.any(comes), "no video comes to Janus");
    assert!(flow.end() > 0);
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn video_comes_to_janus_where_the_audio_before_it_is_refused() {
    let test = "video_comes_to_janus_where_the_audio_before_it_is_refused";
    each(module_path!(), test, &[], without_audio);
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn a_subscriber_sees_publishers_come_change_and_go() {
    let test = "a_subscriber_sees_publishers_come_change_and_go";
    each(module_path!(), test, &[], watch);
}

/// A room of Opus, which refuses the line of other audio in a way of Janus's own.
fn refused(server: &Server) {
    let rooms: VideoRoom = server.attach();
    let room = rooms.create(&Create::new()).expect("a room").room;
    let publish = |with_video: bool| {
        let publisher: Publisher = server.attach();
        let codecs = [Codec::Pcma, Codec::Pcmu];
        let mut peer = server
            .media
            .peer(&publisher)
            .audio(Direction::SendOnly, &codecs);
        if with_video {
            peer = peer.video(Direction::SendOnly, &[Codec::Vp8]);
        }
        let join = JoinAndConfigure::new(&room);
        let peer = peer.offer_by(|offer| Ok(publisher.join_and_configure(&join, offer)?.1));
        peer.map(|peer| (publisher, peer))
    };
    let error = publish(false).expect_err("there is no other line");
    assert!(error.to_string().contains("refused all"), "{error}");
    let (_publisher, peer) = publish(true).expect("video");
    assert!(peer.audio().is_err(), "{peer:?}");
    peer.wait_connected(WAIT).expect("a connection");
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn audio_that_a_room_has_not_is_refused() {
    each(
        module_path!(),
        "audio_that_a_room_has_not_is_refused",
        &[],
        refused,
    );
}

/// Its offers come without candidates, which it tells of before they are answered.
#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn a_subscriber_hears_of_the_candidates_of_a_janus_that_trickles() {
    let test = "a_subscriber_hears_of_the_candidates_of_a_janus_that_trickles";
    let settings = [["nat", "full_trickle = true"]];
    each(module_path!(), test, &settings, |server| {
        let rooms: VideoRoom = server.attach();
        let room = rooms.create(&Create::new()).expect("a room").room;
        let feed = Feed::new(server, &room, 0);
        let viewer: Subscriber = server.attach();
        let join = Join::new(&room).streams(vec![FeedStream::new(&feed.id)]);
        let (_, offer) = viewer.join(&join).expect("joined");
        assert!(!offer.sdp.contains("a=candidate:"), "{offer:?}");
        // It has told of all.
        let events = viewer.events();
        let tell = |event: CoreEvent<Event>| matches!(event, CoreEvent::Trickle(it) if it.candidate.is_none());
        let mut events = std::iter::from_fn(|| events.recv_timeout(WAIT).expect("it is open"));
        assert!(events.any(tell), "no end of candidates");
        let peer = server.media.peer(&viewer);
        let peer = peer.audio(Direction::RecvOnly, &[Codec::Opus]);
        let answered = peer.answer_to(&offer, |answer| viewer.start(answer));
        let (peer, _) = answered.expect("answered");
        peer.wait_connected(WAIT).expect("a connection");
        hears(&peer.audio().expect("audio"), 0, 10);
    });
}
