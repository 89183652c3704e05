//! A call with media: a subscriber's of a VideoRoom calls, a publisher takes the call, and the media
//! comes from the test.

use common::{TempDir, rtp::Source};
use janus_blocking::{
    Jsep, VideoRoom,
    videocall::{Event, Hangup, Placed, Set},
    videoroom::{
        AddRemotePublisher, Create, MediaKind, Publisher, RemoteStream, Subscriber, publisher,
        subscriber,
    },
};

use super::{Servers, ended, phone};
use crate::servers::SOON;

/// The offer with its stream as the first one of a simulcast.
fn simulcast(offer: &Jsep) -> Jsep {
    let ssrc = offer.sdp.lines().find_map(|line| {
        let (number, _) = line.strip_prefix("a=ssrc:")?.split_once(' ')?;
        number.parse::<u32>().ok()
    });
    let ssrc = ssrc.expect("a stream");
    let (second, third) = (ssrc.wrapping_add(1), ssrc.wrapping_add(2));
    let group = format!("a=ssrc-group:SIM {ssrc} {second} {third}\r\n");
    let more = [second, third].map(|ssrc| format!("a=ssrc:{ssrc} cname:more\r\n"));
    // The only media line is the last one.
    Jsep::offer(offer.sdp.clone() + &group + &more.concat())
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn media_flows_and_the_layer_that_is_received_is_told() {
    Servers::each(|servers| {
        let rooms = servers.desk::<VideoRoom>();
        let create = Create::new().videocodec("vp8");
        let room = rooms.plugin.create(&create).expect("a room").room;
        let video = RemoteStream::new("0", 0, MediaKind::Video)
            .codec("vp8")
            .simulcast(true);
        let add = AddRemotePublisher::new(&room, [video]);
        let added = rooms.plugin.add_remote_publisher(&add).expect("added");
        common::wait_until(SOON, "it is there", || {
            let list = rooms.plugin.list_participants(&room).expect("a list");
            list.participants.iter().any(|it| it.id == added.id)
        });
        let viewer = servers.desk::<Subscriber>();
        let feed = subscriber::FeedStream::new(&added.id).mid("0");
        let join = subscriber::Join::new(&room).streams(vec![feed]);
        let (_, offer) = viewer.plugin.join(&join).expect("joined");
        let relay = servers.desk::<Publisher>();
        relay
            .plugin
            .join(&publisher::Join::new(&room))
            .expect("joined");

        let (door, desk) = (phone(servers, "door"), phone(servers, "desk"));
        let placed = door.plugin.call("desk", &simulcast(&offer));
        assert_eq!(placed.expect("placed"), Placed::Calling);
        let offer = desk.wait("call", |_, jsep| jsep.cloned());
        let published = relay.plugin.publish(&publisher::Publish::new(), &offer);
        let (_, answer) = published.expect("published");
        desk.plugin
            .accept(&Jsep::answer(answer.sdp))
            .expect("accepted");
        let answer = door.wait("answer", |_, jsep| jsep.cloned());
        viewer
            .plugin
            .start(&Jsep::answer(answer.sdp))
            .expect("started");
        viewer.wait_up();
        relay.wait_up();

        let mut source = Source::to(added.port);
        for temporal in [0, 1, 2, 0, 1, 2] {
            source.vp8(0, temporal);
        }
        let layer = desk.wait("layer", |event, _| match event {
            Event::Simulcast(layer) if layer.substream.is_some() => Some(layer.clone()),
            _ => None,
        });
        assert_eq!((&*layer.videocodec, layer.substream), ("vp8", Some(0)));
        let folder = TempDir::new("call");
        let name = folder.path().join("call").display().to_string();
        let record = Set::new().record(true).filename(name);
        door.plugin.set(&record).expect("set");
        door.plugin.hangup(&Hangup::new()).expect("ended");
        ended(&desk, "We did the hangup");
    });
}
