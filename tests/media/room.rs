//! What Janus offers on a connected peer: VideoRoom, for more streams and for a restart of ICE.

use common::{Janus, Version, program::in_own_namespace};
use janus_blocking::{
    Connection, Event, Jsep, Session, VideoRoom,
    plugin::Id,
    videoroom::{
        self as room, Create, Publisher, Subscriber,
        publisher::{Configure as Republish, Join as Enter, JoinAndConfigure, Publish},
        subscriber::{Configure, FeedStream, Join, Switch, SwitchStream, UnsubscribeStream},
    },
    webrtc::{Codec, Direction, Media, Peer, PeerEvent, Track},
};

use super::{pair::WAIT, renegotiation::passes};

/// A publisher of a room, with audio.
struct Speaker {
    publisher: Publisher,
    peer: Peer,
    room: Id,
    feed: Id,
}

impl Speaker {
    fn enter(session: &Session, media: &Media) -> Self {
        let rooms: VideoRoom = session.attach().expect("a handle");
        let room = rooms.create(&Create::new()).expect("a room").room;
        let publisher: Publisher = session.attach().expect("a handle");
        let joined = publisher.join(&Enter::new(&room)).expect("joined");
        let peer = media
            .peer(publisher.handle())
            .audio(Direction::SendOnly, &[Codec::Opus])
            .video_later(Direction::SendOnly, &[Codec::Vp8])
            .offer_by(|offer| Ok(publisher.publish(&Publish::new(), offer)?.1))
            .expect("an answer");
        // Before Janus says so it knows no such feed.
        let events = publisher.events();
        let mut events = std::iter::from_fn(|| events.recv_timeout(WAIT).expect("it is open"));
        assert!(events.any(|event| matches!(event, Event::WebrtcUp)));
        Self {
            room,
            feed: joined.id,
            publisher,
            peer,
        }
    }
}

/// The events that tell of tracks.
fn told(peer: &Peer) -> Vec<(char, Track)> {
    let events = peer.events();
    let events = std::iter::from_fn(|| events.try_recv().expect("it is open"));
    let told = events.filter_map(|event| match event {
        PeerEvent::Track(track) => Some(('+', track)),
        PeerEvent::Changed(track) => Some(('!', track)),
        _ => None,
    });
    told.collect()
}

fn offers_of_janus(version: Version) {
    let server = Janus::builder().version(version).start();
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let media = Media::start().expect("a thread");
    let speaker = Speaker::enter(&session, &media);
    let voice = speaker.peer.audio().expect("audio");

    let listener: Subscriber = session.attach().expect("a handle");
    let stream = |track: &Track| FeedStream::new(&speaker.feed).mid(track.mid());
    let join = Join::new(&speaker.room).streams(vec![stream(&voice)]);
    let (_, offer) = listener.join(&join).expect("an offer");
    let (peer, _) = media
        .peer(listener.handle())
        .audio(Direction::RecvOnly, &[Codec::Opus])
        .video_later(Direction::RecvOnly, &[Codec::Vp8])
        .answer_to(&offer, |answer| listener.start(answer))
        .expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    let heard = peer.audio().expect("audio");
    passes(&voice, &heard);
    let accept = |offer: Option<Jsep>| {
        let offer = offer.expect("an offer");
        peer.accept_offer(&offer, |answer| listener.start(answer))
            .unwrap_or_else(|error| panic!("{version}: {error}"));
    };

    // The publisher adds video, and the subscriber wants it too.
    let added = speaker.peer.renegotiate().video(Direction::SendOnly);
    let added = added.offer_by(|offer| {
        let publisher = &speaker.publisher;
        Ok(publisher.renegotiate(&Republish::new(), offer)?.1)
    });
    let added = added.expect("an answer");
    let (_, offer) = listener.subscribe([stream(&added[0])]).expect("subscribed");
    accept(offer);
    let [('+', seen)] = &told(&peer)[..] else {
        panic!("{version}: {peer:?}")
    };
    assert_eq!(seen.direction(), Direction::RecvOnly, "{version}");
    passes(&added[0], seen);
    passes(&voice, &heard);

    // Janus restarts ICE.
    for _ in 0..2 {
        let (_, offer) = listener
            .configure(&Configure::new().restart(true))
            .expect("configured");
        accept(offer);
        for _ in 0..5 {
            passes(&voice, &heard);
            passes(&added[0], seen);
        }
        assert!(told(&peer).is_empty(), "{version}");
    }

    // A stream that is taken away leaves its line.
    let gone = UnsubscribeStream::new()
        .feed(&speaker.feed)
        .mid(added[0].mid());
    let (_, offer) = listener.unsubscribe([gone]).expect("unsubscribed");
    accept(offer);
    let [('!', seen)] = &told(&peer)[..] else {
        panic!("{version}: {peer:?}")
    };
    assert_eq!(seen.direction(), Direction::Inactive, "{version}");
    passes(&voice, &heard);
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn offers_of_a_room_change_a_subscriber() {
    if in_own_namespace(module_path!(), "offers_of_a_room_change_a_subscriber") {
        Version::ALL.into_iter().for_each(offers_of_janus);
    }
}

/// A stream whose publisher was gone gets another one: Janus makes an offer before it confirms that.
fn switch_to_another(version: Version) {
    let server = Janus::builder().version(version).start();
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let media = Media::start().expect("a thread");
    let one = Speaker::enter(&session, &media);
    let other: Publisher = session.attach().expect("a handle");
    let mut feed = None;
    let sends = media
        .peer(other.handle())
        .audio(Direction::SendOnly, &[Codec::Opus])
        .offer_by(|offer| {
            let enter = JoinAndConfigure::new(&one.room);
            let (joined, answer) = other.join_and_configure(&enter, offer)?;
            feed = Some(joined.id);
            Ok(answer)
        })
        .expect("an answer");
    sends.wait_connected(WAIT).expect("a connection");

    let listener: Subscriber = session.attach().expect("a handle");
    let events = listener.events();
    let offered = || loop {
        let event = events.recv_timeout(WAIT).expect("open").expect("an event");
        if let Event::Plugin {
            event: room::Event::Updated(_),
            jsep,
        } = event
        {
            return jsep.expect("an offer");
        }
    };
    let join = Join::new(&one.room).streams(vec![FeedStream::new(&one.feed)]);
    let (_, offer) = listener.join(&join).expect("an offer");
    let (peer, _) = media
        .peer(listener.handle())
        .audio(Direction::RecvOnly, &[Codec::Opus])
        .answer_to(&offer, |answer| listener.start(answer))
        .expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    one.publisher.unpublish().expect("unpublished");
    peer.accept_offer(&offered(), |answer| listener.start(answer))
        .expect("answered");

    let track = sends.audio().expect("a track");
    let feed = feed.expect("joined");
    let switch = Switch::new().streams(vec![SwitchStream::new(&feed, track.mid(), "0")]);
    let switched = listener.switch(&switch).expect("switched");
    assert_eq!(
        (&*switched.switched, switched.changes),
        ("ok", Some(1)),
        "{version}"
    );
    peer.accept_offer(&offered(), |answer| listener.start(answer))
        .expect("answered");
    // Janus waits for no answer any more.
    let update = Configure::new().update(true);
    listener.configure(&update).expect("configured");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_offer_that_comes_before_a_switch_is_confirmed_is_in_the_queue() {
    const NAME: &str = "the_offer_that_comes_before_a_switch_is_confirmed_is_in_the_queue";
    if in_own_namespace(module_path!(), NAME) {
        Version::ALL.into_iter().for_each(switch_to_another);
    }
}
