//! `allowed`, `kick`, `moderate`, `listparticipants`, `enable_recording`.

use janus_blocking::{
    VideoRoom,
    plugin::Id,
    videoroom::{
        AddRemotePublisher, Allowed, AllowedAction, Create, EnableRecording, Event, Kick,
        MediaKind, Moderate, Publisher, RemoteStream, error_code,
        event::Moderation,
        publisher::{Join, Joined},
    },
};

use super::servers::{Servers, assert_refused};
use crate::desk::Desk;

/// A participant of that name.
pub(crate) fn participant(servers: &Servers, room: &Id, name: &str) -> (Desk<Publisher>, Joined) {
    let desk = servers.desk::<Publisher>();
    let joined = desk
        .plugin
        .join(&Join::new(room).display(name))
        .expect("joined");
    assert_eq!(joined.room, *room);
    (desk, joined)
}

/// A remote publisher with one stream of each kind, waited for: Janus answers before it is there.
pub(crate) fn remote(videoroom: &VideoRoom, room: &Id, add: &AddRemotePublisher) -> (Id, u16) {
    let added = videoroom
        .add_remote_publisher(add)
        .expect("a remote publisher");
    common::wait_until(super::servers::SOON, "it is there", || {
        let list = videoroom.list_participants(room).expect("a list");
        list.participants.iter().any(|entry| entry.id == added.id)
    });
    (added.id, added.port)
}

pub(crate) fn streams() -> Vec<RemoteStream> {
    vec![
        RemoteStream::new("0", 0, MediaKind::Audio)
            .codec("opus")
            .description("the door's voice")
            .stereo(true)
            .fec(true)
            .dtx(true)
            .audiolevel_ext_id(1),
        RemoteStream::new("1", 1, MediaKind::Video)
            .codec("vp8")
            .simulcast(true),
        RemoteStream::new("2", 2, MediaKind::Video)
            .codec("vp9")
            .svc(true),
        RemoteStream::new("3", 3, MediaKind::Data),
    ]
}

pub(crate) fn story(servers: &Servers) {
    let create = Create::new().secret("hush").notify_joining(true);
    let (desk, room) = servers.room(&create);
    let videoroom = &desk.plugin;
    let (alice, joined) = participant(servers, &room, "Alice");
    assert_eq!(joined.description, format!("Room {room}"));
    assert!(joined.publishers.is_empty());
    let alices = joined.id;
    let (bob, joined) = participant(servers, &room, "Bob");
    let attendees = joined.attendees.expect("notify_joining is on");
    assert_eq!(
        (&attendees[0].id, attendees[0].display.as_deref()),
        (&alices, Some("Alice"))
    );
    let joining = alice.wait("joining", |event, _| match event {
        Event::Joining(it) => Some(it.clone()),
        _ => None,
    });
    assert_eq!(
        (joining.room, joining.joining.id),
        (room.clone(), joined.id.clone())
    );
    assert_eq!(joining.joining.display.as_deref(), Some("Bob"));

    let list = videoroom.list_participants(&room).expect("a list");
    assert_eq!((&list.room, list.participants.len()), (&room, 2));
    let entry = list.participants.iter().find(|entry| entry.id == alices);
    let entry = entry.expect("Alice is there");
    assert_eq!(entry.display.as_deref(), Some("Alice"));
    assert!(!entry.publisher && !entry.dummy && !entry.remote && entry.talking.is_none());
    assert_refused(videoroom.list_participants(1), error_code::NO_SUCH_ROOM);

    moderate(videoroom, &room, &alice);
    allow(servers, videoroom, &room);

    let record = EnableRecording::new(&room, true);
    assert_refused(
        videoroom.enable_recording(&record),
        error_code::MISSING_ELEMENT,
    );
    let answer = videoroom.enable_recording(&record.secret("hush"));
    assert_eq!(answer.expect("it is recorded").record, Some(true));
    let stop = EnableRecording::new(&room, false).secret("hush");
    let answer = videoroom.enable_recording(&stop);
    assert_eq!(answer.expect("it ends").record, Some(false));

    let kick = Kick::new(&room, &joined.id);
    assert_refused(videoroom.kick(&kick), error_code::MISSING_ELEMENT);
    assert_refused(
        videoroom.kick(&kick.clone().secret("x")),
        error_code::UNAUTHORIZED,
    );
    videoroom
        .kick(&kick.clone().secret("hush"))
        .expect("it is put out");
    let leaving = bob.wait("end of the stay", |event, _| match event {
        // Others have left before.
        Event::Leaving(it) if it.id.is_none() => Some(it.clone()),
        _ => None,
    });
    assert_eq!((leaving.room, leaving.id), (room.clone(), None));
    assert_eq!(leaving.reason.as_deref(), Some("kicked"));
    let kicked = alice.wait("kicked", |event, _| match event {
        Event::Kicked(it) => Some(it.clone()),
        _ => None,
    });
    assert_eq!((&kicked.room, &kicked.id), (&room, &joined.id));
    assert_eq!(kicked.display.is_some(), servers.is_new());
    assert_refused(
        videoroom.kick(&kick.secret("hush")),
        error_code::NO_SUCH_FEED,
    );
    assert_refused(
        bob.plugin.join(&Join::new(&room)),
        error_code::ALREADY_JOINED,
    );
}

fn moderate(videoroom: &VideoRoom, room: &Id, witness: &Desk<Publisher>) {
    let add = AddRemotePublisher::new(room, streams()).secret("hush");
    let (id, _) = remote(videoroom, room, &add);
    let mute = Moderate::new(room, &id, "0", true);
    assert_refused(videoroom.moderate(&mute), error_code::MISSING_ELEMENT);
    let unknown = Moderate::new(room, &id, "99", true).secret("hush");
    assert_refused(videoroom.moderate(&unknown), error_code::NO_SUCH_FEED);
    let unmute = Moderate::new(room, &id, "0", false).secret("hush");
    for (request, expected) in [
        (mute.secret("hush"), Moderation::Muted),
        (unmute, Moderation::Unmuted),
    ] {
        videoroom.moderate(&request).expect("it is done");
        let moderated = witness.wait("moderated", |event, _| match event {
            Event::Moderated(it) => Some(it.clone()),
            _ => None,
        });
        assert_eq!((&moderated.room, &moderated.id), (room, &id));
        assert_eq!(
            (moderated.mid.as_str(), moderated.moderation),
            ("0", expected)
        );
    }
}

fn allow(servers: &Servers, videoroom: &VideoRoom, room: &Id) {
    let request = |action| Allowed::new(room, action).secret("hush");
    let tokens = |answer: janus_blocking::videoroom::AllowedTokens| -> Option<Vec<String>> {
        assert_eq!(answer.room, *room);
        let list = answer.allowed?;
        Some(list.iter().map(|token| token.expose().to_owned()).collect())
    };
    assert_refused(
        videoroom.allowed(&Allowed::new(room, AllowedAction::Enable)),
        error_code::MISSING_ELEMENT,
    );
    let answer = videoroom.allowed(&request(AllowedAction::Enable));
    assert_eq!(tokens(answer.expect("an answer")), Some(vec![]));
    let add = request(AllowedAction::Add).allowed(vec!["ticket-1".into(), "ticket-2".into()]);
    let mut list = tokens(videoroom.allowed(&add).expect("an answer")).expect("a list");
    list.sort();
    assert_eq!(list, ["ticket-1", "ticket-2"]);

    let stranger = servers.desk::<Publisher>();
    assert_refused(
        stranger.plugin.join(&Join::new(room)),
        error_code::UNAUTHORIZED,
    );
    let guest = stranger.plugin.join(&Join::new(room).token("ticket-2"));
    stranger.plugin.leave().expect("left");
    guest.expect("the token is in the list");

    let remove = request(AllowedAction::Remove).allowed(vec!["ticket-2".into()]);
    let answer = videoroom.allowed(&remove).expect("an answer");
    assert_eq!(tokens(answer), Some(vec!["ticket-1".to_owned()]));
    let answer = videoroom.allowed(&request(AllowedAction::Disable));
    assert_eq!(tokens(answer.expect("an answer")), None);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn participants_are_listed_admitted_moderated_and_put_out() {
    Servers::each(story);
}
