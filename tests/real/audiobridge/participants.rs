//! `join`, `configure`, `changeroom`, `leave`, `listparticipants`, `kick`, `kick_all`,
//! `resetdecoder`, `hangup`, for those who have no PeerConnection.

use std::{thread, time::Duration};

use janus_blocking::{
    AudioBridge,
    audiobridge::{
        Create, Event, Kick, KickAll, Participant, error_code,
        participant::{ChangeRoom, Configure, Join},
    },
    plugin::Id,
};

use crate::desk::Desk;
use common::wait_until;

use super::servers::{SOON, Servers, assert_refused};

pub(crate) fn story(servers: &Servers) {
    let create = Create::new()
        .spatial_audio(true)
        .secret("hush")
        .allow_rtp_participants(true);
    let (desk, room) = servers.room(&create);
    let bridge = &desk.plugin;
    let (alice, joined) = servers.listener(&room, "Alice");
    assert_eq!((joined.participants, joined.rtp), (vec![], None));
    let one = joined.id;

    let join = Join::new(&room)
        .id(2)
        .display("Bob")
        .muted(true)
        .bitrate(24_000)
        .quality(5)
        .expected_loss(10)
        .volume(80)
        .spatial_position(20)
        .audio_level_average(40)
        .audio_active_packets(10)
        .secret("hush")
        .prebuffer(4);
    let bob = servers.caller(join.clone());
    assert_eq!(bob.joined.id, 2.into());
    let [there] = &bob.joined.participants[..] else {
        panic!("not one: {:?}", bob.joined.participants)
    };
    assert_eq!(
        (
            &there.id,
            there.display.as_deref(),
            there.setup,
            there.muted
        ),
        (&one, Some("Alice"), false, false)
    );
    assert_eq!((there.spatial_position, there.suspended), (Some(50), false));
    let rtp = bob.joined.rtp.as_ref().expect("a port");
    assert_eq!((&*rtp.ip, rtp.payload_type), ("127.0.0.1", Some(0)));
    let came = alice.wait("joining", |event, _| match event {
        Event::Joining(it) => Some(it.clone()),
        _ => None,
    });
    let [came] = &came.participants[..] else {
        panic!("not one: {came:?}")
    };
    assert_eq!(
        (&came.id, came.display.as_deref(), came.setup, came.muted),
        (&2.into(), Some("Bob"), false, true)
    );
    assert_eq!(came.spatial_position, Some(20));
    assert_refused(bob.desk.plugin.join(&join), error_code::ALREADY_JOINED);
    let stranger = servers.desk::<Participant>();
    let taken = Join::new(&room).id(2);
    assert_refused(stranger.plugin.join(&taken), error_code::ID_EXISTS);

    let configure = Configure::new()
        .muted(false)
        .display("Bobby")
        .bitrate(16_000)
        .quality(4)
        .expected_loss(0)
        .volume(100)
        .spatial_position(70);
    bob.desk.plugin.configure(&configure).expect("configured");
    let now = alice.wait("the change", |event, _| match event {
        Event::Participants(it) => it.participants.iter().find(|it| !it.muted).cloned(),
        _ => None,
    });
    assert_eq!(
        (now.display.as_deref(), now.spatial_position),
        (Some("Bobby"), Some(70))
    );
    bob.desk.plugin.reset_decoder().expect("reset");
    let list = bridge.list_participants(&room).expect("a list");
    assert_eq!(list.room, room);
    let names: Vec<_> = list
        .participants
        .iter()
        .map(|it| it.display.as_deref())
        .collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&Some("Alice")) && names.contains(&Some("Bobby")));

    // A packet is what sets them up in 1.1.2; 1.4.1 does so at once.
    let _tone = bob.voice.say(bob.port(), 400);
    wait_until(SOON, "it is set up", || {
        let list = bridge
            .list_participants(&room)
            .expect("a list")
            .participants;
        list.iter().any(|it| it.id == 2.into() && it.setup)
    });

    let (_other_desk, other) = servers.room(&Create::new());
    let change = ChangeRoom::new(&other).id(22).display("Robert");
    let moved = bob.desk.plugin.change_room(&change).expect("changed");
    assert_eq!((moved.room, moved.id), (other.clone(), 22.into()));
    assert_eq!(moved.participants, []);
    assert_eq!(left(&alice), 2.into());
    assert_refused(
        bob.desk.plugin.change_room(&change),
        error_code::ALREADY_JOINED,
    );
    let back = ChangeRoom::new(&room).id(2).display("Bob");
    let moved = bob.desk.plugin.change_room(&back).expect("changed");
    assert_eq!(moved.participants[0].id, one);

    let gone = bob.desk.plugin.leave().expect("left");
    assert_eq!((gone.room, gone.id), (Some(room.clone()), 2.into()));
    assert_eq!(left(&alice), 2.into());
    assert_refused(bob.desk.plugin.leave(), error_code::NOT_JOINED);
    assert_refused(
        bob.desk.plugin.configure(&Configure::new().muted(true)),
        error_code::NOT_JOINED,
    );
    assert_refused(bob.desk.plugin.reset_decoder(), error_code::NOT_JOINED);
    // It may come again.
    bob.desk
        .plugin
        .join(&Join::new(&room).id(2))
        .expect("joined");
    bob.desk.plugin.hangup().expect("confirmed");
    kicks(servers, bridge, &room);
}

/// Whoever has no PeerConnection is told that it was kicked, and in 1.4.1 stays all the same.
fn kicks(servers: &Servers, bridge: &AudioBridge, room: &Id) {
    let (carol, joined) = servers.listener(room, "Carol");
    let kick = Kick::new(room, &joined.id);
    assert_refused(bridge.kick(&kick), error_code::MISSING_ELEMENT);
    let kick = kick.secret("hush");
    bridge.kick(&kick).expect("confirmed");
    let kicked = carol.wait("kicked", |event, _| match event {
        Event::Kicked(it) => Some(it.clone()),
        _ => None,
    });
    assert_eq!((kicked.room, kicked.id), (room.clone(), joined.id.clone()));
    let stays = || {
        let list = bridge.list_participants(room).expect("a list").participants;
        list.iter().any(|it| it.id == joined.id)
    };
    // Janus closes connections by a timer that rings once a second.
    if servers.is_new() {
        thread::sleep(Duration::from_millis(1_500));
        assert!(stays(), "it has left");
    } else {
        wait_until(SOON, "it has left", || !stays());
    }
    assert_refused(
        bridge.kick(&Kick::new(room, 99).secret("hush")),
        error_code::NO_SUCH_USER,
    );

    let (dave, joined) = servers.listener(room, "Dave");
    bridge
        .kick_all(&KickAll::new(room).secret("hush"))
        .expect("confirmed");
    let kicked = dave.wait("kicked_all", |event, _| match event {
        Event::KickedAll(it) => Some(it.clone()),
        _ => None,
    });
    assert_eq!((kicked.room, kicked.id), (room.clone(), joined.id));
}

#[track_caller]
fn left(desk: &Desk<Participant>) -> Id {
    desk.wait("leaving", |event, _| match event {
        Event::Leaving(it) => Some(it.id.clone()),
        _ => None,
    })
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn participants_come_change_move_and_leave() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_pin_lets_people_in() {
    Servers::each(|servers| {
        let (_desk, room) = servers.room(&Create::new().pin("2580"));
        let guest = servers.desk::<Participant>();
        let join = Join::new(&room);
        assert_refused(guest.plugin.join(&join), error_code::MISSING_ELEMENT);
        let wrong = join.clone().pin("1111");
        assert_refused(guest.plugin.join(&wrong), error_code::UNAUTHORIZED);
        guest.plugin.join(&join.pin("2580")).expect("joined");
    });
}
