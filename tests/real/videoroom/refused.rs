//! Refusals, each with its own code.

use janus_blocking::{
    Error, Jsep, Plugin, VideoRoom,
    videoroom::{
        AddRemotePublisher, Create, Exists, Publisher, Subscriber, error_code,
        publisher::{self, Publish},
        subscriber::{self, FeedStream},
    },
};
use serde_json::json;

use super::{
    participants::{participant, remote, streams},
    publisher::offer,
    servers::{Servers, assert_refused},
};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn wrong_pins_ids_and_rooms_are_refused() {
    Servers::each(|servers| {
        let (_desk, room) = servers.room(&Create::new().pin("2580").require_pvtid(true));
        let guest = servers.desk::<Publisher>();
        let join = publisher::Join::new(&room);
        assert_refused(guest.plugin.join(&join), error_code::MISSING_ELEMENT);
        assert_refused(
            guest.plugin.join(&join.clone().pin("0")),
            error_code::UNAUTHORIZED,
        );
        let nowhere = guest.plugin.join(&publisher::Join::new(1));
        assert_refused(nowhere, error_code::NO_SUCH_ROOM);
        let text = guest.plugin.join(&publisher::Join::new("lobby"));
        assert_refused(text, error_code::INVALID_ELEMENT);

        let viewer = servers.desk::<Subscriber>();
        let join = subscriber::Join::new(&room).streams(vec![FeedStream::new(99)]);
        assert_refused(viewer.plugin.join(&join), error_code::MISSING_ELEMENT);
        let join = join.pin("2580");
        assert_refused(viewer.plugin.join(&join), error_code::NO_SUCH_FEED);
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn subscriptions_need_the_private_id_where_the_room_says_so() {
    Servers::each(|servers| {
        let (desk, room) = servers.room(&Create::new().require_pvtid(true));
        let add = AddRemotePublisher::new(&room, [streams()[0].clone()]);
        let (feed, _) = remote(&desk.plugin, &room, &add);
        let (_member, joined) = participant(servers, &room, "Member");
        let viewer = servers.desk::<Subscriber>();
        let join = subscriber::Join::new(&room).streams(vec![FeedStream::new(&feed)]);
        assert_refused(viewer.plugin.join(&join), error_code::UNAUTHORIZED);
        let join = join.private_id(joined.private_id);
        viewer.plugin.join(&join).expect("joined");
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn requests_before_a_join_and_of_the_other_kind_are_refused() {
    Servers::each(|servers| {
        let (_desk, room) = servers.room(&Create::new());
        let fresh = servers.desk::<Publisher>();
        let publish = fresh.plugin.configure(&publisher::Configure::new());
        assert_refused(publish, error_code::JOIN_FIRST);
        assert_refused(fresh.plugin.leave(), error_code::JOIN_FIRST);

        let (member, _) = participant(servers, &room, "Member");
        // What the types do not offer; on the raw handle it goes out, and is refused.
        let start = member.plugin.handle().request(&subscriber::Start::new());
        assert_refused(start, error_code::INVALID_REQUEST);
        let pause = member.plugin.handle().request(&subscriber::Pause::new());
        assert_refused(pause, error_code::INVALID_REQUEST);
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_offer_that_cannot_be_used_is_refused() {
    Servers::each(|servers| {
        let (_desk, room) = servers.room(&Create::new());
        let (member, _) = participant(servers, &room, "Member");
        let publish = Publish::new();
        let nonsense = member.plugin.publish(&publish, &Jsep::offer("nonsense"));
        let error = nonsense.expect_err("it is none");
        assert!(matches!(error, Error::Janus { .. }), "{error}");
        let codec = Publish::new().audiocodec("g722");
        assert_refused(
            member.plugin.publish(&codec, &offer()),
            error_code::INVALID_ELEMENT,
        );
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn messages_that_are_none_are_refused_at_once() {
    Servers::each(|servers| {
        let desk = servers.desk::<VideoRoom>();
        let raw = desk
            .session
            .attach_raw(VideoRoom::PACKAGE)
            .expect("a handle");
        let refused = [
            (json!({"request": "teleport"}), error_code::INVALID_REQUEST),
            (json!({"room": 1}), error_code::MISSING_ELEMENT),
            (json!({"request": 7}), error_code::INVALID_ELEMENT),
            (
                json!({"request": "list_remotes", "room": 1}),
                error_code::INVALID_REQUEST,
            ),
        ];
        for (body, code) in refused {
            assert_refused(raw.request(body), code);
        }
        // The request keeps the handle usable.
        let exists = desk
            .plugin
            .handle()
            .request(&Exists::new(1))
            .expect("an answer");
        assert!(!exists.exists);
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn encrypted_and_plain_feeds_do_not_mix() {
    Servers::each(|servers| {
        let (desk, room) = servers.room(&Create::new().dummy_publisher(true).dummy_e2ee(true));
        let list = desk.plugin.list_participants(&room).expect("a list");
        let dummy = list.participants.first().expect("the placeholder");
        assert!(dummy.dummy && dummy.publisher);
        let add = AddRemotePublisher::new(&room, [streams()[0].clone()]);
        let (plain, _) = remote(&desk.plugin, &room, &add);
        let viewer = servers.desk::<Subscriber>();
        let join = subscriber::Join::new(&room);
        let join = join.streams(vec![FeedStream::new(&dummy.id), FeedStream::new(&plain)]);
        let joined = viewer.plugin.join(&join);
        if servers.is_new() {
            assert_refused(joined, error_code::INVALID_FEED)
        } else {
            drop(joined.expect("joined"))
        }
    });
}
