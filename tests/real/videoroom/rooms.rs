//! `create`, `edit`, `destroy`, `exists`, `list`.

use std::time::Duration;

use janus_blocking::{
    VideoRoom,
    plugin::Id,
    videoroom::{
        Create, Destroy, DummyStream, Edit, List, Publisher, Room, error_code, publisher::Join,
    },
};

use super::servers::{ADMIN_KEY, Servers, assert_refused};

fn listed(videoroom: &VideoRoom, list: &List, room: &Id) -> Option<Room> {
    let rooms = videoroom.list(list).expect("a list");
    rooms.list.into_iter().find(|entry| entry.room == *room)
}

pub(crate) fn story(servers: &Servers) {
    let desk = servers.desk::<VideoRoom>();
    let videoroom = &desk.plugin;
    let create = Create::new()
        .room(40_001)
        .description("the lobby")
        .secret("hush")
        .pin("2580")
        .require_pvtid(true)
        .bitrate(1_000)
        .bitrate_cap(true)
        .fir_freq(Duration::from_secs(10))
        .publishers(6)
        .audiocodec("opus,pcma")
        .videocodec("vp8,h264")
        .h264_profile("42e01f")
        .opus_fec(true)
        .opus_dtx(true)
        .audiolevel_ext(true)
        .audiolevel_event(true)
        .audio_active_packets(50)
        .audio_level_average(30)
        .videoorient_ext(false)
        .playoutdelay_ext(false)
        .transport_wide_cc_ext(false)
        .record(false)
        .rec_dir("/tmp")
        .lock_record(true)
        .notify_joining(true)
        .require_e2ee(false)
        .dummy_publisher(true)
        .dummy_streams(vec![
            DummyStream::new("opus"),
            DummyStream::new("h264").fmtp("profile-level-id=42e01f"),
        ]);
    let created = videoroom.create(&create).expect("a room");
    assert_eq!((created.room, created.permanent), (40_001.into(), false));
    let other = videoroom
        .create(&Create::new())
        .expect("a room of a random id");
    assert_ne!(other.room, 40_001.into());
    assert!(videoroom.exists(40_001).expect("an answer"));
    assert!(!videoroom.exists(40_002).expect("an answer"));
    assert_refused(videoroom.create(&create), error_code::ROOM_EXISTS);

    let room = listed(videoroom, &List::new(), &40_001.into()).expect("it is listed");
    assert_eq!(room.description, "the lobby");
    // Janus does not go below.
    assert_eq!(room.bitrate, Some(64_000));
    assert_eq!(room.fir_freq, Some(Duration::from_secs(10)));
    assert_eq!(room.max_publishers, Some(6));
    assert_eq!(
        (room.audiocodec.as_str(), room.videocodec.as_str()),
        ("opus,pcma", "vp8,h264")
    );
    assert!(room.pin_required && room.require_pvtid && room.bitrate_cap && room.lock_record);
    assert!(room.opus_fec && room.opus_dtx && room.dummy_publisher && room.notify_joining);
    assert!(room.audiolevel_ext && room.audiolevel_event);
    assert_eq!(
        (room.audio_active_packets, room.audio_level_average),
        (Some(50), Some(30))
    );
    assert!(!room.videoorient_ext && !room.playoutdelay_ext && !room.transport_wide_cc_ext);
    assert!(!room.is_private && !room.record && !room.require_e2ee && !room.video_svc);
    assert_eq!(room.rec_dir.as_deref(), Some("/tmp"));

    let edit = Edit::new(40_001)
        .secret("hush")
        .new_description("the cellar")
        .new_is_private(true)
        .new_secret("whisper")
        .new_pin("1379")
        .new_require_pvtid(false)
        .new_bitrate(128_000)
        .new_fir_freq(Duration::ZERO)
        .new_publishers(2)
        .new_lock_record(false)
        .new_rec_dir("/var/tmp");
    let edited = videoroom.edit(&edit).expect("it can be changed");
    assert_eq!((edited.room, edited.permanent), (40_001.into(), false));
    assert_refused(videoroom.edit(&edit), error_code::UNAUTHORIZED);
    assert_refused(
        videoroom.edit(&Edit::new(40_001)),
        error_code::MISSING_ELEMENT,
    );
    assert_eq!(
        listed(videoroom, &List::new(), &40_001.into()),
        None,
        "it is private now"
    );
    let public = Edit::new(40_001).secret("whisper").new_is_private(false);
    videoroom.edit(&public).expect("it can be changed");
    let room = listed(videoroom, &List::new(), &40_001.into()).expect("it is listed");
    assert_eq!(
        (room.description.as_str(), room.bitrate),
        ("the cellar", Some(128_000))
    );
    assert_eq!(
        (room.max_publishers, room.fir_freq),
        (Some(2), Some(Duration::ZERO))
    );
    assert!(!room.require_pvtid && !room.lock_record);
    assert_eq!(room.rec_dir.as_deref(), Some("/var/tmp"));

    let destroy = Destroy::new(40_001);
    assert_refused(videoroom.destroy(&destroy), error_code::MISSING_ELEMENT);
    let wrong = destroy.clone().secret("hush");
    assert_refused(videoroom.destroy(&wrong), error_code::UNAUTHORIZED);
    let destroy = destroy.secret("whisper");
    let destroyed = videoroom.destroy(&destroy).expect("it can be destroyed");
    assert_eq!(
        (destroyed.room, destroyed.permanent),
        (40_001.into(), false)
    );
    assert_refused(videoroom.destroy(&destroy), error_code::NO_SUCH_ROOM);
    videoroom
        .destroy(&Destroy::new(other.room))
        .expect("it can be destroyed");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_room_is_made_changed_found_and_destroyed() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_permanent_room_is_in_the_servers_configuration() {
    Servers::each(|servers| {
        let desk = servers.desk::<VideoRoom>();
        let created = desk.plugin.create(&Create::new().room(7).permanent(true));
        assert!(created.expect("a room").permanent);
        let edited = desk
            .plugin
            .edit(&Edit::new(7).new_publishers(1).permanent(true));
        assert!(edited.expect("it can be changed").permanent);
        let destroyed = desk.plugin.destroy(&Destroy::new(7).permanent(true));
        assert!(destroyed.expect("it can be destroyed").permanent);
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_admin_key_makes_rooms_and_lists_private_ones() {
    let key = format!("admin_key = \"{ADMIN_KEY}\"");
    Servers::each_with(&[&key], |servers| {
        let desk = servers.desk::<VideoRoom>();
        let create = Create::new().room(8).is_private(true);
        assert_refused(desk.plugin.create(&create), error_code::MISSING_ELEMENT);
        let wrong = create.clone().admin_key("let-them");
        assert_refused(desk.plugin.create(&wrong), error_code::UNAUTHORIZED);
        let create = create.admin_key(ADMIN_KEY);
        desk.plugin.create(&create).expect("a room");
        assert_eq!(listed(&desk.plugin, &List::new(), &8.into()), None);
        let list = List::new().admin_key(ADMIN_KEY);
        let room = listed(&desk.plugin, &list, &8.into()).expect("it is listed");
        assert!(room.is_private);
        let wrong = List::new().admin_key("let-them");
        assert_refused(desk.plugin.list(&wrong), error_code::UNAUTHORIZED);
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_room_whose_description_is_no_unicode_is_listed_and_joined() {
    // One Latin-1 byte: Janus leaves the key out. The first brace ends the section of the settings.
    let room = "string_ids = false\n}\nroom-40002: {\ndescription = \"K\\xfcche\"";
    Servers::each_with(&[room], |servers| {
        let desk = servers.desk::<VideoRoom>();
        let other = desk.plugin.create(&Create::new()).expect("a room").room;
        let rooms = desk.plugin.list(&List::new()).expect("a list").list;
        assert!(rooms.iter().any(|room| room.room == other), "{rooms:?}");
        let kitchen = rooms.iter().find(|room| room.room == 40_002.into());
        assert_eq!(kitchen.expect("it is listed").description, "");
        let door = servers.desk::<Publisher>();
        let joined = door.plugin.join(&Join::new(40_002)).expect("it has joined");
        assert_eq!((joined.room, &*joined.description), (40_002.into(), ""));
    });
}
