//! `create`, `edit`, `destroy`, `exists`, `list`, `allowed`, `enable_recording`, `enable_mjrs`.

use std::fs;

use janus_blocking::{
    AudioBridge,
    audiobridge::{
        Allowed, AllowedAction, Create, Destroy, Edit, EnableMjrs, EnableRecording, Event, List,
        Participant, Room, error_code, participant::Join,
    },
    plugin::Id,
};

use super::servers::{ADMIN_KEY, SOON, Servers, assert_refused};
use common::{TempDir, wait_until};

fn listed(desk: &AudioBridge, list: &List, room: &Id) -> Option<Room> {
    let rooms = desk.list(list).expect("a list");
    rooms.list.into_iter().find(|entry| entry.room == *room)
}

pub(crate) fn story(servers: &Servers) {
    let desk = servers.desk::<AudioBridge>();
    let desk = &desk.plugin;
    let create = Create::new()
        .room(40_001)
        .description("the lobby")
        .secret("hush")
        .pin("2580")
        .is_private(false)
        .sampling_rate(48_000)
        .spatial_audio(true)
        .record(false)
        .record_file("lobby.wav")
        .record_dir("/tmp")
        .mjrs(false)
        .mjrs_dir("/tmp")
        .allow_rtp_participants(true)
        .audiolevel_ext(true)
        .audiolevel_event(true)
        .audio_active_packets(50)
        .audio_level_average(30)
        .default_expectedloss(5)
        .default_bitrate(32_000)
        .default_prebuffering(4);
    let created = desk.create(&create).expect("a room");
    assert_eq!((created.room, created.permanent), (40_001.into(), false));
    let other = desk.create(&Create::new()).expect("a room of a random id");
    assert_ne!(other.room, 40_001.into());
    assert!(desk.exists(40_001).expect("an answer"));
    assert!(!desk.exists(40_002).expect("an answer"));
    assert_refused(desk.create(&create), error_code::ROOM_EXISTS);

    let room = listed(desk, &List::new(), &40_001.into()).expect("it is listed");
    assert_eq!(room.description, "the lobby");
    assert_eq!(room.sampling_rate, Some(48_000));
    assert!(room.spatial_audio && room.pin_required && !room.record && !room.muted);
    assert_eq!(room.num_participants, Some(0));
    let room = listed(desk, &List::new(), &other.room).expect("it is listed");
    assert_eq!(room.description, format!("Room {}", other.room));
    assert_eq!(
        (room.sampling_rate, room.pin_required),
        (Some(16_000), false)
    );

    let edit = Edit::new(40_001)
        .secret("hush")
        .new_description("the cellar")
        .new_is_private(true)
        .new_secret("whisper")
        .new_pin("")
        .new_record_dir("/var/tmp")
        .new_mjrs_dir("/var/tmp");
    let edited = desk.edit(&edit).expect("it can be changed");
    assert_eq!((edited.room, edited.permanent), (40_001.into(), false));
    assert_refused(desk.edit(&edit), error_code::UNAUTHORIZED);
    assert_refused(desk.edit(&Edit::new(40_001)), error_code::MISSING_ELEMENT);
    assert_eq!(
        listed(desk, &List::new(), &40_001.into()),
        None,
        "it is private now"
    );
    // Empty texts are ignored, but for the pin's, which has taken it away.
    let public = Edit::new(40_001)
        .secret("whisper")
        .new_is_private(false)
        .new_description("")
        .new_secret("");
    desk.edit(&public).expect("it can be changed");
    let room = listed(desk, &List::new(), &40_001.into()).expect("it is listed");
    assert_eq!(
        (room.description.as_str(), room.pin_required),
        ("the cellar", false)
    );
    tokens(servers, desk);
    recordings(servers, desk);

    let destroy = Destroy::new(40_001);
    assert_refused(desk.destroy(&destroy), error_code::MISSING_ELEMENT);
    let wrong = destroy.clone().secret("hush");
    assert_refused(desk.destroy(&wrong), error_code::UNAUTHORIZED);
    let (guest, _) = servers.listener(&40_001.into(), "Guest");
    let destroy = destroy.secret("whisper");
    let destroyed = desk.destroy(&destroy).expect("it can be destroyed");
    assert_eq!(
        (destroyed.room, destroyed.permanent),
        (40_001.into(), false)
    );
    let room = guest.wait("destroyed", |event, _| match event {
        Event::Destroyed(it) => Some(it.room.clone()),
        _ => None,
    });
    assert_eq!(room, 40_001.into());
    assert_refused(desk.destroy(&destroy), error_code::NO_SUCH_ROOM);
    desk.destroy(&Destroy::new(other.room))
        .expect("it can be destroyed");
}

fn tokens(servers: &Servers, desk: &AudioBridge) {
    let allowed = |action, tokens: &[&str]| {
        let tokens = tokens.iter().map(|token| (*token).into()).collect();
        let allowed = Allowed::new(40_001, action).secret("whisper");
        let answer = desk.allowed(&allowed.allowed(tokens)).expect("changed");
        assert_eq!(answer.room, 40_001.into());
        let tokens = answer.allowed?;
        Some(
            tokens
                .iter()
                .map(|it| it.expose().to_owned())
                .collect::<Vec<_>>(),
        )
    };
    let none: Vec<String> = Vec::new();
    // Which tokens come with `enable` is not looked at.
    assert_eq!(allowed(AllowedAction::Enable, &["front"]), Some(none));
    let back = vec!["back".to_owned()];
    assert_eq!(allowed(AllowedAction::Add, &["back"]), Some(back.clone()));
    let visitor = servers.desk::<Participant>();
    let join = Join::new(40_001);
    assert_refused(visitor.plugin.join(&join), error_code::UNAUTHORIZED);
    let wrong = join.clone().token("front");
    assert_refused(visitor.plugin.join(&wrong), error_code::UNAUTHORIZED);
    visitor.plugin.join(&join.token("back")).expect("joined");
    assert_eq!(allowed(AllowedAction::Remove, &["front"]), Some(back));
    assert_eq!(allowed(AllowedAction::Disable, &[]), None);
    visitor.plugin.leave().expect("left");
}

fn recordings(servers: &Servers, desk: &AudioBridge) {
    let folder = TempDir::new("recordings");
    let (guest, _) = servers.listener(&40_001.into(), "Guest");
    let place = folder.path().display().to_string();
    let record = EnableRecording::new(40_001, true)
        .record_file("mix.wav")
        .record_dir(&*place)
        .secret("whisper");
    let recording = desk.enable_recording(&record).expect("it records");
    assert!(recording.record);
    let room = listed(desk, &List::new(), &40_001.into()).expect("it is listed");
    assert!(room.record);
    wait_until(SOON, "there is a file", || {
        let mut files = fs::read_dir(folder.path()).expect("a folder");
        files.any(|file| {
            let name = file.expect("a file").file_name();
            name.to_string_lossy().starts_with("mix.wav")
        })
    });
    let stop = EnableRecording::new(40_001, false).secret("whisper");
    let stopped = desk.enable_recording(&stop).expect("it has stopped");
    assert!(!stopped.record);
    for on in [true, false] {
        let mjrs = EnableMjrs::new(40_001, on)
            .mjrs_dir(&*place)
            .secret("whisper");
        assert_eq!(desk.enable_mjrs(&mjrs).expect("changed").mjrs, on);
    }
    guest.plugin.leave().expect("left");
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
        let desk = servers.desk::<AudioBridge>();
        let created = desk.plugin.create(&Create::new().room(7).permanent(true));
        assert!(created.expect("a room").permanent);
        let edit = Edit::new(7).new_description("the attic").permanent(true);
        assert!(desk.plugin.edit(&edit).expect("changed").permanent);
        let destroyed = desk.plugin.destroy(&Destroy::new(7).permanent(true));
        assert!(destroyed.expect("it can be destroyed").permanent);
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_admin_key_makes_rooms_and_lists_private_ones() {
    let key = format!("admin_key = \"{ADMIN_KEY}\"");
    Servers::each_with(&[&key], |servers| {
        let desk = servers.desk::<AudioBridge>();
        let create = Create::new().room(8).is_private(true);
        assert_refused(desk.plugin.create(&create), error_code::MISSING_ELEMENT);
        let wrong = create.clone().admin_key("let-them");
        assert_refused(desk.plugin.create(&wrong), error_code::UNAUTHORIZED);
        let create = create.admin_key(ADMIN_KEY);
        desk.plugin.create(&create).expect("a room");
        assert_eq!(listed(&desk.plugin, &List::new(), &8.into()), None);
        let list = List::new().admin_key(ADMIN_KEY);
        listed(&desk.plugin, &list, &8.into()).expect("it is listed");
        let wrong = List::new().admin_key("let-them");
        assert_refused(desk.plugin.list(&wrong), error_code::UNAUTHORIZED);
    });
}
