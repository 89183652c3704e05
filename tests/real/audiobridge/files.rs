//! `play_file`, `is_playing`, `listannouncements`, `stop_file`, `stop_all_files`, with a file that the
//! test makes: a tone in the Opus that a forwarder sends.

use std::{fs, path::Path};

use common::{TempDir, ogg::opus_file, voice::Voice, wait_until};
use janus_blocking::{
    AudioBridge,
    audiobridge::{
        Create, Event, IsPlaying, ListAnnouncements, Participant, PlayFile, RtpForward,
        StopAllFiles, StopFile, StopRtpForward, error_code, participant::Join,
    },
    plugin::Id,
};

use super::{
    audio::{has, wait_heard},
    servers::{ADMIN_KEY, SOON, Servers, assert_refused},
};
use crate::desk::Desk;

const TONE: u32 = 2_000;

/// A second of the tone.
fn record(servers: &Servers, file: &Path) {
    let create = Create::new()
        .allow_rtp_participants(true)
        .sampling_rate(48_000);
    let (desk, room) = servers.room(&create);
    let singer = servers.caller(Join::new(&room));
    let _tone = singer.voice.say(singer.port(), TONE);
    let copy = Voice::new();
    let forward = RtpForward::new(&room, "127.0.0.1", copy.port());
    let made = desk.plugin.rtp_forward(&forward).expect("forwarded");
    let mut packets = Vec::new();
    // Silence takes less than 60 bytes, the tone about 128: gaps of a busy machine are left out.
    wait_until(SOON, "there are two seconds of it", || {
        let packet = copy.hear().map(|heard| heard.payload);
        packets.extend(packet.filter(|packet| packet.len() > 100));
        packets.len() >= 100
    });
    let stop = StopRtpForward::new(&room, made.stream_id);
    desk.plugin.stop_rtp_forward(&stop).expect("stopped");
    fs::write(file, opus_file(&packets[50..100])).expect("it can be written");
}

pub(crate) fn story(servers: &Servers) {
    let folder = TempDir::new("announcements");
    let path = folder.path().join("gong.opus");
    record(servers, &path);
    let file = path.to_str().expect("UTF-8");
    let create = Create::new().secret("hush").allow_rtp_participants(true);
    let (desk, room) = servers.room(&create);
    let bridge = &desk.plugin;
    let listener = servers.caller(Join::new(&room));

    let play = PlayFile::new(&room, file).file_id("gong").repeat(true);
    assert_refused(bridge.play_file(&play), error_code::MISSING_ELEMENT);
    let play = play.secret("hush");
    let playing = bridge.play_file(&play).expect("it plays");
    assert_eq!((&playing.room, &*playing.file_id), (&room, "gong"));
    assert_refused(bridge.play_file(&play), error_code::ID_EXISTS);
    let missing = PlayFile::new(&room, "/dev/null/gong.opus").secret("hush");
    assert_refused(bridge.play_file(&missing), error_code::UNKNOWN_ERROR);
    assert_eq!(
        told(&listener.desk),
        (true, room.clone(), "gong".to_owned())
    );
    // A packet is what lets 1.1.2 send anything.
    let _tone = listener.voice.say(listener.port(), 400);
    wait_heard(&listener.voice, "the file is heard", |it| {
        has(it, &[TONE], &[400])
    });

    let ask = IsPlaying::new(&room, "gong").secret("hush");
    let answer = bridge.is_playing(&ask).expect("an answer");
    assert_eq!((&answer.room, &*answer.file_id), (&room, "gong"));
    assert!(answer.playing);
    listed(servers, bridge, &room, file);
    let stop = StopFile::new(&room, "gong").secret("hush");
    let stopped = bridge.stop_file(&stop).expect("stopped");
    assert_eq!((&stopped.room, &*stopped.file_id), (&room, "gong"));
    assert_eq!(
        told(&listener.desk),
        (false, room.clone(), "gong".to_owned())
    );
    assert!(!bridge.is_playing(&ask).expect("an answer").playing);
    bridge.stop_file(&stop).expect("nothing to stop");
    wait_heard(&listener.voice, "it is not heard any more", |it| {
        has(it, &[], &[TONE])
    });

    // Without a name it gets one; without repetition it ends by itself.
    let once = PlayFile::new(&room, file).secret("hush");
    let named = bridge.play_file(&once).expect("it plays").file_id;
    for started in [true, false] {
        let (is_start, _, id) = told(&listener.desk);
        assert_eq!((is_start, &id), (started, &named));
    }
    all(servers, bridge, &room, file, &listener.desk);
}

fn listed(servers: &Servers, bridge: &AudioBridge, room: &Id, file: &str) {
    let list = ListAnnouncements::new(room).secret("hush");
    let answer = bridge.list_announcements(&list);
    if !servers.is_new() {
        assert_refused(answer, error_code::INVALID_REQUEST);
        return;
    }
    let answer = answer.expect("a list");
    assert_eq!(answer.room, *room);
    let [entry] = &answer.announcements[..] else {
        panic!("not one: {answer:?}")
    };
    assert_eq!(
        (&*entry.file_id, entry.filename.as_deref()),
        ("gong", Some(file))
    );
    assert!(entry.playing && entry.repeat);
}

fn all(servers: &Servers, bridge: &AudioBridge, room: &Id, file: &str, desk: &Desk<Participant>) {
    for id in ["first", "second"] {
        let play = PlayFile::new(room, file)
            .file_id(id)
            .repeat(true)
            .secret("hush");
        bridge.play_file(&play).expect("it plays");
        assert_eq!(told(desk), (true, room.clone(), id.to_owned()));
    }
    let stop = StopAllFiles::new(room).secret("hush");
    let answer = bridge.stop_all_files(&stop);
    if !servers.is_new() {
        assert_refused(answer, error_code::INVALID_REQUEST);
        return;
    }
    let mut answer = answer.expect("stopped");
    answer.file_id_list.sort();
    assert_eq!(
        (&answer.room, answer.file_id_list),
        (room, vec!["first".to_owned(), "second".to_owned()])
    );
    for _ in 0..2 {
        assert!(!told(desk).0);
    }
}

/// Whether a file has started, in which room, and which.
#[track_caller]
fn told(desk: &Desk<Participant>) -> (bool, Id, String) {
    desk.wait("an announcement", |event, _| match event {
        Event::AnnouncementStarted(it) => Some((true, it.room.clone(), it.file_id.clone())),
        Event::AnnouncementStopped(it) => Some((false, it.room.clone(), it.file_id.clone())),
        _ => None,
    })
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_file_is_played_to_a_room_and_its_events_come() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_admin_key_guards_files_where_the_server_says_so() {
    let key = format!("admin_key = \"{ADMIN_KEY}\"");
    Servers::each_with(&[&key, "lock_play_file = true"], |servers| {
        let (desk, room) = servers.room(&Create::new().admin_key(ADMIN_KEY));
        let ask = IsPlaying::new(&room, "gong");
        assert_refused(desk.plugin.is_playing(&ask), error_code::MISSING_ELEMENT);
        let wrong = ask.clone().admin_key("let-them");
        assert_refused(desk.plugin.is_playing(&wrong), error_code::UNAUTHORIZED);
        let answer = desk.plugin.is_playing(&ask.admin_key(ADMIN_KEY));
        assert!(!answer.expect("an answer").playing);
    });
}
