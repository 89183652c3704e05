//! Simulcast and SVC, with packets of all layers from the test.

use common::rtp::Source;
use janus_blocking::{
    Streaming,
    streaming::{
        CreateRtp, Event, RtpStream, error_code,
        viewer::{Configure, ConfigureStream, Watch},
    },
};

use super::{
    feed::Feed,
    servers::{Servers, assert_refused, port},
};

pub(crate) fn story(servers: &Servers) {
    let desk = servers.desk::<Streaming>();
    let simulcast = RtpStream::video("v").codec("vp8").pt(100);
    let simulcast = simulcast.simulcast(true).port2(0).port3(0);
    let svc = RtpStream::video("w").codec("vp9").pt(101).svc(true);
    let create = CreateRtp::new(vec![simulcast, svc]);
    let created = desk.plugin.create_rtp(&create).expect("a mountpoint");
    let (v, w) = (port(&created, "v"), port(&created, "w"));
    let mut substreams = [v.port, v.port_2, v.port_3].map(|port| Source::to(port.expect("a port")));
    let mut layered = Source::to(w.port.expect("a port"));

    let watch = Watch::new(&created.stream.id).substream(2).temporal(2);
    let (viewer, _relay) = servers.watch(&watch.spatial_layer(1).temporal_layer(2));
    let mut temporal = (0..3).cycle();
    let _feed = Feed::start(move || {
        let temporal = temporal.next().expect("it goes on");
        for (substream, source) in (0..).zip(&mut substreams) {
            source.vp8_substream(0, substream, temporal);
        }
        layered.vp9(1, temporal);
    });
    let (mut substream, mut temporal) = (None, None);
    let (mut spatial_layer, mut temporal_layer) = (None, None);
    viewer.wait("layers", |event, _| {
        match event {
            Event::SimulcastLayer(it) => {
                assert_eq!(it.mid.as_deref(), Some("v"));
                substream = it.substream.or(substream);
                temporal = it.temporal.or(temporal);
            }
            Event::SvcLayer(it) => {
                assert_eq!(it.mid.as_deref(), Some("w"));
                spatial_layer = it.spatial_layer.or(spatial_layer);
                temporal_layer = it.temporal_layer.or(temporal_layer);
            }
            _ => {}
        }
        let reached = [substream, temporal, spatial_layer, temporal_layer];
        (reached == [Some(2), Some(2), Some(1), Some(2)]).then_some(())
    });

    // What is received already is said again, without the stream.
    let again = Configure::new().mid("v").substream(2).temporal(2);
    viewer.plugin.configure(&again).expect("configured");
    viewer.wait("layer", |event, _| match event {
        Event::SimulcastLayer(it) if it.mid.is_none() => Some(()),
        _ => None,
    });
    let again = Configure::new().mid("w").spatial_layer(1).temporal_layer(2);
    viewer.plugin.configure(&again).expect("configured");
    viewer.wait("layer", |event, _| match event {
        Event::SvcLayer(it) if it.mid.is_none() => Some(()),
        _ => None,
    });
    let lower = ConfigureStream::new().mid("v").substream(0);
    let by_stream = Configure::new().streams(vec![lower]);
    let lower = if servers.is_new() {
        by_stream
    } else {
        Configure::new().mid("v").substream(0)
    };
    viewer.plugin.configure(&lower).expect("configured");
    viewer.wait("substream 0", |event, _| match event {
        Event::SimulcastLayer(it) => (it.substream == Some(0)).then_some(()),
        _ => None,
    });
    if servers.is_new() {
        let none = viewer.plugin.configure(&Configure::new().substream(3));
        assert_refused(none, error_code::INVALID_ELEMENT);
        let unnamed = vec![
            ConfigureStream::new().send(true),
            ConfigureStream::new().mid("v"),
        ];
        let unnamed = viewer.plugin.configure(&Configure::new().streams(unnamed));
        assert_refused(unnamed, error_code::INVALID_ELEMENT);
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn layers_are_chosen_and_told() {
    Servers::each(story);
}
