//! `mute`, `unmute`, `mute_room`, `unmute_room`, `suspend`, `resume`, `denoise_enable`,
//! `denoise_disable`.

use janus_blocking::{
    AudioBridge,
    audiobridge::{
        Create, DenoiseDisable, DenoiseEnable, Event, Mute, MuteRoom, Participant, Resume, Suspend,
        Unmute, UnmuteRoom, error_code,
        participant::{Configure, Join},
    },
    plugin::Id,
};

use super::servers::{Servers, assert_refused, changed};
use crate::desk::Desk;

pub(crate) fn story(servers: &Servers) {
    let (desk, room) = servers.room(&Create::new().secret("hush"));
    let bridge = &desk.plugin;
    let (alice, one) = servers.listener(&room, "Alice");
    let (bob, two) = servers.listener(&room, "Bob");
    let (one, two) = (one.id, two.id);

    let mute = Mute::new(&room, &two);
    assert_refused(bridge.mute(&mute), error_code::MISSING_ELEMENT);
    let mute = mute.secret("hush");
    assert_eq!(bridge.mute(&mute).expect("muted").room, Some(room.clone()));
    // The muted one is told too.
    for desk in [&alice, &bob] {
        assert!(changed(desk, &two).muted);
    }
    assert_eq!(bridge.mute(&mute).expect("nothing changes").room, None);
    let unmute = Unmute::new(&room, &two).secret("hush");
    assert!(bridge.unmute(&unmute).expect("unmuted").room.is_some());
    assert!(!changed(&alice, &two).muted);
    assert_eq!(bridge.unmute(&unmute).expect("nothing changes").room, None);
    let unknown = Mute::new(&room, 99).secret("hush");
    assert_refused(bridge.mute(&unknown), error_code::NO_SUCH_USER);

    let mute = MuteRoom::new(&room).secret("hush");
    let unmute = UnmuteRoom::new(&room).secret("hush");
    assert!(bridge.mute_room(&mute).expect("muted").room.is_some());
    assert_eq!(bridge.mute_room(&mute).expect("it is").room, None);
    assert!(bridge.unmute_room(&unmute).expect("unmuted").room.is_some());
    assert_eq!(bridge.unmute_room(&unmute).expect("it is").room, None);
    for muted in [true, false] {
        let told = alice.wait("muted", |event, _| match event {
            Event::RoomMuted(it) => Some(it.clone()),
            _ => None,
        });
        assert_eq!((told.room, told.muted), (room.clone(), muted));
    }

    // Neither version is built with RNNoise.
    let enable = DenoiseEnable::new(&room, &two).secret("hush");
    assert_refused(bridge.denoise_enable(&enable), error_code::INVALID_REQUEST);
    let disable = DenoiseDisable::new(&room, &two).secret("hush");
    assert_refused(
        bridge.denoise_disable(&disable),
        error_code::INVALID_REQUEST,
    );
    suspension(servers, bridge, &room, [(&alice, &one), (&bob, &two)]);
}

fn suspension(
    servers: &Servers,
    bridge: &AudioBridge,
    room: &Id,
    [(alice, one), (bob, two)]: [(&Desk<Participant>, &Id); 2],
) {
    let suspend = Suspend::new(room, two).secret("hush");
    let resume = Resume::new(room, two).secret("hush").record(false);
    if !servers.is_new() {
        assert_refused(bridge.suspend(&suspend), error_code::INVALID_REQUEST);
        assert_refused(bridge.resume(&resume), error_code::INVALID_REQUEST);
        return;
    }
    bridge.suspend(&suspend).expect("suspended");
    assert_eq!(suspended(alice), *two);
    let list = bridge.list_participants(room).expect("a list").participants;
    let entry = list.iter().find(|it| it.id == *two);
    assert_eq!(entry.map(|it| it.suspended), Some(true), "{list:?}");
    bridge.suspend(&suspend).expect("nothing changes");
    bridge.resume(&resume).expect("resumed");
    assert_eq!(resumed(alice), (two.clone(), None));

    // Oneself needs no secret. What was missed is told as a list.
    let own = Suspend::new(room, one).pause_events(true).stop_record(true);
    alice.plugin.room().suspend(&own).expect("suspended");
    let configure = Configure::new().display("Robert");
    bob.plugin.configure(&configure).expect("configured");
    let own = Resume::new(room, one);
    alice.plugin.room().resume(&own).expect("resumed");
    let (id, recap) = resumed(alice);
    assert_eq!(id, *one);
    let recap = recap.expect("a list");
    let names: Vec<_> = recap.iter().map(|it| it.display.as_deref()).collect();
    assert_eq!(names, [Some("Robert")]);

    let carol = servers.desk::<Participant>();
    let join = Join::new(room).suspended(true).pause_events(true);
    let joined = carol.plugin.join(&join).expect("joined");
    let own = Resume::new(room, joined.id);
    carol.plugin.room().resume(&own).expect("resumed");
    assert_eq!(resumed(&carol).1.map(|recap| recap.len()), Some(2));
}

fn suspended(desk: &Desk<Participant>) -> Id {
    desk.wait("suspended", |event, _| match event {
        Event::Suspended(it) => Some(it.id.clone()),
        _ => None,
    })
}

fn resumed(desk: &Desk<Participant>) -> (Id, Option<Vec<janus_blocking::audiobridge::Attendee>>) {
    desk.wait("resumed", |event, _| match event {
        Event::Resumed(it) => Some((it.id.clone(), it.participants.clone())),
        _ => None,
    })
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn people_and_rooms_are_muted_suspended_and_back() {
    Servers::each(story);
}
