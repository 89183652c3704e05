//! What needs a PeerConnection that stands: a subscriber's of one room is connected to a publisher's
//! of another, and the media comes from the test.

use common::rtp::Source;
use janus_blocking::{
    Jsep,
    plugin::Id,
    videoroom::{
        AddRemotePublisher, Create, Event, Publisher, Subscriber, error_code,
        publisher::{Configure, Join, Publish},
        subscriber,
    },
};

use super::{
    participants::{participant, remote, streams},
    publisher::offer,
    servers::{Servers, assert_refused},
};
use crate::desk::Desk;

/// A room whose publisher's media the test makes, and a subscriber of it that publishes in another.
struct Chain {
    source: Source,
    from: Id,
    feed: Id,
    viewer: Desk<Subscriber>,
    relay: Desk<Publisher>,
    relays: Id,
}

fn chain(servers: &Servers, create: &Create, to: &Id) -> Chain {
    let (desk, from) = servers.room(create);
    let add = AddRemotePublisher::new(&from, streams());
    let (feed, port) = remote(&desk.plugin, &from, &add);
    let (viewer, relay) = (servers.desk::<Subscriber>(), servers.desk::<Publisher>());
    let relays = relay
        .plugin
        .join(&Join::new(to).display("Relay"))
        .expect("joined")
        .id;
    let chain = Chain {
        source: Source::to(port),
        from,
        feed,
        viewer,
        relay,
        relays,
    };
    let streams = ["0", "1", "2"].map(|mid| subscriber::FeedStream::new(&chain.feed).mid(mid));
    let join = subscriber::Join::new(&chain.from).streams(streams.to_vec());
    let (_, offer) = chain.viewer.plugin.join(&join).expect("joined");
    let (_, answer) = chain
        .relay
        .plugin
        .publish(&Publish::new(), &offer)
        .expect("published");
    chain
        .viewer
        .plugin
        .start(&Jsep::answer(answer.sdp))
        .expect("started");
    chain.viewer.wait_up();
    chain.relay.wait_up();
    chain
}

pub(crate) fn story(servers: &Servers) {
    let create = Create::new()
        .videocodec("vp8,vp9")
        .audiolevel_event(true)
        .audio_active_packets(5)
        .publishers(1);
    let (_desk, to) = servers.room(&create);
    let (witness, _) = participant(servers, &to, "Witness");
    let mut chain = chain(servers, &create.clone().publishers(3), &to);

    let feed = witness.wait("publishers", |event, _| match event {
        Event::Publishers(it) => it.publishers.first().cloned(),
        _ => None,
    });
    assert_eq!(
        (&feed.id, feed.display.as_deref()),
        (&chain.relays, Some("Relay"))
    );
    assert_eq!(feed.audio_codec.as_deref(), Some("opus"));
    let again = chain.relay.plugin.publish(&Publish::new(), &offer());
    assert_refused(again, error_code::ALREADY_PUBLISHED);
    let full = witness.plugin.publish(&Publish::new(), &offer());
    assert_refused(full, error_code::PUBLISHERS_FULL);

    talk(servers, &mut chain);
    layers(&mut chain);

    let configure = Configure::new().bitrate(64_000).keyframe(true);
    chain
        .relay
        .plugin
        .configure(&configure)
        .expect("configured");
    let unpublished = chain.relay.plugin.unpublish().expect("unpublished");
    assert_eq!(
        (&unpublished.room, unpublished.unpublished.as_str()),
        (&to, "ok")
    );
    let gone = witness.wait("unpublished", |event, _| match event {
        Event::Unpublished(it) => Some(it.clone()),
        _ => None,
    });
    assert_eq!((&gone.room, &gone.id), (&to, &Some(chain.relays.clone())));
    chain.relay.plugin.leave().expect("left");
}

/// Levels make `talking`; whoever is in the room hears of it.
fn talk(servers: &Servers, chain: &mut Chain) {
    let (listener, _) = participant(servers, &chain.from, "Listener");
    for (level, talks) in [(10, true), (127, false)] {
        for _ in 0..5 {
            chain.source.audio(0, level);
        }
        let (event, is_start) = listener.wait("talking", |event, _| match event {
            Event::Talking(it) => Some((it.clone(), true)),
            Event::StoppedTalking(it) => Some((it.clone(), false)),
            _ => None,
        });
        assert_eq!(is_start, talks, "{event:?}");
        assert_eq!((&event.room, &event.id), (&chain.from, &chain.feed));
        assert_eq!((event.mindex, event.mid.as_str()), (Some(0), "0"));
        assert!(
            event
                .audio_level
                .is_some_and(|it| (it - f64::from(level)).abs() < 0.01),
            "{event:?}"
        );
    }
}

/// Packets of all layers make the events that tell which are received.
fn layers(chain: &mut Chain) {
    let room = chain.from.clone();
    // The decoder's rules differ between versions: two pictures that begin everything anew do.
    for temporal in [0, 1, 2, 0, 1, 2] {
        chain.source.vp8(1, temporal);
        chain.source.vp9(2, temporal);
    }
    let (mut substream, mut temporal) = (None, None);
    let (mut spatial_layer, mut temporal_layer) = (None, None);
    let mut look = |event: &Event| {
        match event {
            Event::Substream(it) => substream = Some((it.room.clone(), it.mid.clone())),
            Event::Temporal(it) => temporal = Some((it.room.clone(), it.mid.clone())),
            Event::SpatialLayer(it) => spatial_layer = Some((it.room.clone(), it.mid.clone())),
            Event::TemporalLayer(it) => temporal_layer = Some((it.room.clone(), it.mid.clone())),
            _ => {}
        }
        let all = [&substream, &temporal, &spatial_layer, &temporal_layer];
        all.iter()
            .all(|it| it.is_some())
            .then(|| all.map(Clone::clone))
    };
    let [simulcast, _, svc, _] = chain.viewer.wait("layers", |event, _| look(event));
    assert_eq!(simulcast, Some((room.clone(), "1".to_owned())));
    assert_eq!(svc, Some((room, "2".to_owned())));
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn media_flows_and_its_events_come() {
    Servers::each(story);
}
