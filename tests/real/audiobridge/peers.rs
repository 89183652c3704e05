//! Participants with PeerConnections: offers of either side, who talks, kicks, `hangup`.

use std::{thread, time::Duration};

use common::{rtp::Source, wait_for, wait_until};
use janus_blocking::{
    Jsep, VideoRoom,
    audiobridge::{
        Codec, Create, Event, Kick, Participant, error_code,
        participant::{Configure, Join},
    },
    plugin::Id,
    videoroom::{self, AddRemotePublisher, MediaKind, RemoteStream, Subscriber, subscriber},
};

use super::servers::{SOON, Servers, assert_refused, changed};
use crate::desk::Desk;

/// Two participants, connected to each other: one gets Janus's offer, which the other one makes.
fn pair(servers: &Servers, room: &Id) -> [(Desk<Participant>, Id); 2] {
    let (carol, dave) = (servers.desk::<Participant>(), servers.desk::<Participant>());
    // Not in Opus: 1.4.1 may crash when such a one is put out and joins again at once.
    let join = Join::new(room).display("Carol").codec(Codec::Pcmu);
    let (one, offer) = carol.plugin.join_for_offer(&join).expect("joined");
    let join = Join::new(room).display("Dave").codec(Codec::Pcmu);
    let offer = Jsep::offer(offer.sdp);
    let (two, answer) = dave.plugin.join_with_offer(&join, &offer).expect("joined");
    carol
        .plugin
        .answer(&Jsep::answer(answer.sdp))
        .expect("answered");
    carol.wait_up();
    dave.wait_up();
    [(carol, one.id), (dave, two.id)]
}

pub(crate) fn story(servers: &Servers) {
    let (desk, room) = servers.room(&Create::new().secret("hush"));
    let (witness, _) = servers.listener(&room, "Witness");
    let [(carol, one), (dave, two)] = pair(servers, &room);
    for _ in 0..2 {
        let event = witness.wait("set up", |event, _| match event {
            Event::Participants(it) => it.participants.first().cloned(),
            _ => None,
        });
        assert!(event.setup && (event.id == one || event.id == two));
    }

    // Whoever got the first offer gets all: Janus makes another one, and refuses a program's.
    let update = Configure::new().update(true);
    let again = carol.plugin.configure_for_offer(&update).expect("an offer");
    assert!(again.sdp.contains("m=audio"), "{}", again.sdp);
    let offer = Jsep::offer(again.sdp);
    assert_refused(
        carol.plugin.configure_with_offer(&Configure::new(), &offer),
        error_code::INVALID_SDP,
    );

    let kick = Kick::new(&room, &two).secret("hush");
    desk.plugin.kick(&kick).expect("put out");
    let reason = dave.look("hangup", |event| match event {
        janus_blocking::Event::Hangup { reason } => Some(reason.clone()),
        _ => None,
    });
    assert_eq!(reason.as_deref(), Some("Close PC"));
    let gone = witness.wait("leaving", |event, _| match event {
        Event::Leaving(it) => Some(it.id.clone()),
        _ => None,
    });
    assert!(gone == one || gone == two);
    wait_until(SOON, "the kicked one has left", || {
        let list = desk.plugin.list_participants(&room).expect("a list");
        list.participants.iter().all(|it| it.id != two)
    });
    // The handle stays, and may join again.
    dave.plugin.join(&Join::new(&room)).expect("joined");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn peers_are_connected_by_offers_of_either_side_and_kicked() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn hangup_closes_the_connection_and_ends_the_stay() {
    Servers::each(|servers| {
        let (_desk, room) = servers.room(&Create::new());
        let (witness, _) = servers.listener(&room, "Witness");
        let [(carol, one), _dave] = pair(servers, &room);
        carol.plugin.hangup().expect("confirmed");
        carol.look("hangup", |event| {
            matches!(event, janus_blocking::Event::Hangup { .. }).then_some(())
        });
        witness.wait("leaving", |event, _| match event {
            Event::Leaving(it) if it.id == one => Some(()),
            _ => None,
        });
        assert_refused(carol.plugin.leave(), error_code::NOT_JOINED);
        carol.plugin.join(&Join::new(&room)).expect("joined");
    });
}

/// Levels come through a PeerConnection only: Janus reads none in plain RTP.
#[test]
#[ignore = "needs Janus: run tests/run"]
fn who_talks_is_told_to_all() {
    Servers::each(|servers| {
        let create = Create::new()
            .audiolevel_event(true)
            .audio_active_packets(5)
            .audio_level_average(40);
        let (desk, room) = servers.room(&create);
        let (listener, _) = servers.listener(&room, "Listener");
        let talker = Talker::new(servers, &room, "");
        assert!(changed(&listener, &talker.id).setup);
        for (level, talks) in [(10, true), (127, false)] {
            let saying = talker.say(level);
            wait_until(SOON, "the list has it", || {
                let list = desk.plugin.list_participants(&room).expect("a list");
                let mut list = list.participants.into_iter();
                let entry = list.find(|it| it.id == talker.id).expect("it is there");
                entry.talking == Some(talks)
            });
            let (event, is_start) = listener.wait("talking", |event, _| match event {
                Event::Talking(it) => Some((it.clone(), true)),
                Event::StoppedTalking(it) => Some((it.clone(), false)),
                _ => None,
            });
            assert_eq!((event.room, event.id), (room.clone(), talker.id.clone()));
            assert_eq!(is_start, talks);
            drop(saying);
        }
    });
}

/// A participant whose audio comes from a VideoRoom: the test's RTP, with its levels.
pub(crate) struct Talker {
    pub(crate) id: Id,
    port: u16,
    _desks: (Desk<VideoRoom>, Desk<Subscriber>, Desk<Participant>),
}

impl Talker {
    pub(crate) fn new(servers: &Servers, room: &Id, pin: &str) -> Self {
        let (from, viewer) = (servers.desk::<VideoRoom>(), servers.desk::<Subscriber>());
        let create = videoroom::Create::new().audiolevel_ext(true);
        let studio = from.plugin.create(&create).expect("a room").room;
        let audio = RemoteStream::new("0", 0, MediaKind::Audio)
            .codec("opus")
            .audiolevel_ext_id(1);
        let add = AddRemotePublisher::new(&studio, [audio]);
        let added = from.plugin.add_remote_publisher(&add).expect("added");
        let join = subscriber::Join::new(&studio)
            .streams(vec![subscriber::FeedStream::new(&added.id).mid("0")]);
        // Janus answers before the publisher is there.
        let joined = wait_for(SOON, || viewer.plugin.join(&join).ok());
        let (_, offer) = joined.expect("joined");
        let desk = servers.desk::<Participant>();
        let join = Join::new(room).display("Talker").pin(pin);
        let (joined, answer) = desk.plugin.join_with_offer(&join, &offer).expect("joined");
        viewer.plugin.start(&answer).expect("started");
        desk.wait_up();
        Self {
            id: joined.id,
            port: added.port,
            _desks: (from, viewer, desk),
        }
    }

    /// Sends audio of that level until what is returned is dropped.
    pub(crate) fn say(&self, level: u8) -> Saying {
        let mut source = Source::to(self.port);
        let (stop, stopped) = crossbeam_channel::bounded::<()>(0);
        let sending = thread::spawn(move || {
            while stopped
                .recv_timeout(Duration::from_millis(20))
                .is_err_and(|it| it.is_timeout())
            {
                source.audio(0, level);
            }
        });
        Saying(Some(stop), Some(sending))
    }
}

/// Audio that is being sent.
pub(crate) struct Saying(
    Option<crossbeam_channel::Sender<()>>,
    Option<thread::JoinHandle<()>>,
);

impl Drop for Saying {
    fn drop(&mut self) {
        drop(self.0.take());
        let _ = self.1.take().map(thread::JoinHandle::join);
    }
}
