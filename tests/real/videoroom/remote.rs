//! `add_remote_publisher`, `update_remote_publisher`, `remove_remote_publisher`, `publish_remotely`,
//! `unpublish_remotely`, `listremotes`: a publisher of one room in another one.

use janus_blocking::{
    VideoRoom,
    videoroom::{
        AddRemotePublisher, Create, Event, HostFamily, ListRemotes, MediaKind, PublishRemotely,
        Publisher, RemoteStream, RemoveRemotePublisher, UnpublishRemotely, UpdateRemotePublisher,
        error_code,
        publisher::{Feed, Join, Publish},
    },
};
use serde_json::json;

use super::{
    participants::participant,
    publisher::offer,
    servers::{Servers, assert_refused},
};
use crate::desk::Desk;

fn next_feed(desk: &Desk<Publisher>) -> Feed {
    desk.wait("publishers", |event, _| match event {
        Event::Publishers(it) => it.publishers.first().cloned(),
        _ => None,
    })
}

pub(crate) fn story(servers: &Servers) {
    let (desk, here) = servers.room(&Create::new());
    let there = desk
        .plugin
        .create(&Create::new().secret("hush"))
        .expect("a room")
        .room;
    let videoroom: &VideoRoom = &desk.plugin;
    let (witness, _) = participant(servers, &there, "Witness");

    // A publisher of this room, as Janus describes it, is what the other room needs to know.
    let erin = servers.desk::<Publisher>();
    erin.plugin.join(&Join::new(&here).id(5)).expect("joined");
    let (configured, _) = erin
        .plugin
        .publish(&Publish::new(), &offer())
        .expect("published");
    let own = &configured.streams.expect("an offer was sent")[0];
    let stream = RemoteStream::new(&*own.mid, own.mindex.expect("an index"), own.kind.clone())
        .codec(own.codec.clone().expect("a codec"));

    let add = AddRemotePublisher::new(&there, [stream.clone()])
        .id(50)
        .secret("hush")
        .display("Erin")
        .metadata(json!({"from": "here"}));
    let added = videoroom.add_remote_publisher(&add).expect("added");
    assert_eq!((&added.room, &added.id), (&there, &50.into()));
    assert!(added.port > 0, "{added:?}");
    let feed = next_feed(&witness);
    assert_eq!(
        (&feed.id, feed.display.as_deref()),
        (&50.into(), Some("Erin"))
    );
    assert_eq!(feed.metadata.is_some(), servers.is_new());
    assert_eq!(feed.audio_codec.as_deref(), Some("opus"));
    let [only] = &feed.streams[..] else {
        panic!("not one stream: {feed:?}")
    };
    assert_eq!((&only.kind, only.mid.as_str()), (&MediaKind::Audio, "0"));
    let taken = videoroom.add_remote_publisher(&add);
    assert_refused(taken, error_code::ID_EXISTS);
    let list = videoroom.list_participants(&there).expect("a list");
    let entry = list.participants.iter().find(|entry| entry.id == 50.into());
    assert!(entry.expect("it is listed").remote);

    let publish = PublishRemotely::new(&here, 5, "twin", "127.0.0.1", added.port)
        .host_family(HostFamily::Ipv4)
        .rtcp_port(added.rtcp_port);
    let remotized = videoroom.publish_remotely(&publish).expect("published");
    assert_eq!((&remotized.room, &remotized.id), (&here, &5.into()));
    assert_eq!(remotized.remote_id, "twin");
    assert_refused(videoroom.publish_remotely(&publish), error_code::ID_EXISTS);
    let again = PublishRemotely::new(&there, 50, "x", "127.0.0.1", 9).secret("hush");
    assert_refused(
        videoroom.publish_remotely(&again),
        error_code::INVALID_ELEMENT,
    );

    let remotes = videoroom
        .list_remotes(&ListRemotes::new(&here, 5))
        .expect("a list");
    assert_eq!((&remotes.room, &remotes.id), (&here, &5.into()));
    let [remote] = &remotes.list[..] else {
        panic!("not one: {remotes:?}")
    };
    assert_eq!(
        (remote.remote_id.as_str(), remote.host.as_str()),
        ("twin", "127.0.0.1")
    );
    assert_eq!(remote.port, added.port);
    assert_refused(
        videoroom.list_remotes(&ListRemotes::new(&here, 6)),
        error_code::NO_SUCH_FEED,
    );

    let second = RemoteStream::new("1", 1, MediaKind::Video)
        .codec("vp8")
        .description("a view");
    let update = UpdateRemotePublisher::new(&there, 50, [second]).display("Erin again");
    assert_refused(
        videoroom.update_remote_publisher(&update),
        error_code::MISSING_ELEMENT,
    );
    videoroom
        .update_remote_publisher(&update.secret("hush"))
        .expect("updated");
    let feed = next_feed(&witness);
    assert_eq!(
        (feed.streams.len(), feed.video_codec.as_deref()),
        (2, Some("vp8"))
    );

    let unpublish = UnpublishRemotely::new(&here, 5, "twin");
    let ended = videoroom.unpublish_remotely(&unpublish).expect("ended");
    assert_eq!((&ended.room, &ended.id), (&here, &5.into()));
    assert_refused(
        videoroom.unpublish_remotely(&unpublish),
        error_code::NO_SUCH_FEED,
    );

    let remove = RemoveRemotePublisher::new(&there, 50);
    assert_refused(
        videoroom.remove_remote_publisher(&remove),
        error_code::MISSING_ELEMENT,
    );
    let remove = remove.secret("hush");
    videoroom.remove_remote_publisher(&remove).expect("removed");
    let gone = witness.wait("the end of it", |event, _| match event {
        Event::Leaving(it) => Some(it.id.clone()),
        Event::Unpublished(it) => Some(it.id.clone()),
        _ => None,
    });
    assert_eq!(gone, Some(50.into()));
    assert_refused(
        videoroom.remove_remote_publisher(&remove),
        error_code::NO_SUCH_FEED,
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_publisher_of_one_room_appears_in_another() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn remote_streams_need_a_codec_and_profiles_need_a_later_version() {
    Servers::each(|servers| {
        let (desk, room) = servers.room(&Create::new().videocodec("h264"));
        let add = |streams: Vec<RemoteStream>| {
            desk.plugin
                .add_remote_publisher(&AddRemotePublisher::new(&room, streams))
        };
        let video = RemoteStream::new("0", 0, MediaKind::Video);
        assert_refused(add(vec![video.clone()]), error_code::MISSING_ELEMENT);
        assert_refused(add(vec![]), error_code::INVALID_ELEMENT);
        let profile = add(vec![video.codec("h264").h264_profile("42e01f")]);
        if servers.is_new() {
            drop(profile.expect("added"))
        } else {
            assert_refused(profile, error_code::INVALID_ELEMENT)
        }
    });
}
