//! What event handlers tell of PeerConnections and media: what is shown is what happened.

#[path = "../real/monitor/watched.rs"]
mod watched;

use std::{collections::BTreeSet, thread, time::Duration};

use common::{Janus, Version, network::nft, program::in_own_namespace};
use janus_blocking::{
    Connection, EchoTest, VideoRoom, echotest,
    monitor::{
        Event, Kind, Settings,
        payload::{PluginData, VideoRoomEvent},
        webrtc::PeerConnectionWord,
    },
    videoroom::{
        Create, Publisher, Subscriber,
        publisher::{Join as Enter, Publish},
        subscriber::{FeedStream, Join},
    },
    webrtc::{Codec, Direction, Media, Stop, Track},
};

use super::pair::WAIT;
use watched::Watched;

/// The kinds that need a PeerConnection.
const KINDS: [&str; 10] = [
    "dtls_state",
    "ice_state",
    "jsep",
    "local_candidate",
    "media_state",
    "media_stats",
    "peerconnection",
    "remote_candidate",
    "selected_pair",
    "slow_link",
];

fn watched(version: Version, handler: &str) -> (Janus, Watched) {
    let receiver = Settings::new("127.0.0.1:0").listen().expect("a free port");
    let scheme = if handler == "wsevh" { "ws" } else { "http" };
    let backend = format!("{scheme}://{}", receiver.address());
    let server = Janus::builder()
        .version(version)
        .event_handler(handler, &backend)
        .setting("media", "slowlink_threshold = 1")
        .start();
    (server, Watched::new(receiver))
}

/// Plays sound until it is told to stop.
fn play(track: &Track, stop: &Stop) {
    let sound = |_: Codec| Ok(Some((vec![0xfc; 80], Duration::from_millis(20))));
    track.play(sound, stop).expect("it plays");
}

/// Loses every fourth datagram of this namespace, until `nft delete table`.
const LOSS: &str = "table inet loss { chain in { type filter hook input priority 0; \
    meta l4proto udp numgen inc mod 4 0 drop; }; }\n";

/// From the offer to the end of an EchoTest, with packets that are lost.
fn echo(version: Version, handler: &str) {
    let (server, mut watched) = watched(version, handler);
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let id = echo.handle().id();
    let media = Media::start().expect("a thread");
    let peer = media
        .peer(echo.handle())
        .audio(Direction::SendRecv, &[Codec::Opus])
        .offer_by(|offer| echo.offer(&echotest::Settings::new().audio(true), offer))
        .expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    let of_handle = move |event: &Event| event.handle_id == Some(id);
    watched.until("the connection", |event| {
        matches!(&event.kind, Kind::PeerConnection(it) if it.connection == PeerConnectionWord::WebrtcUp) && of_handle(event)
    });
    assert_eq!(watched.sessions(), 1);
    let track = peer.audio().expect("audio");
    let stop = Stop::new();
    thread::scope(|scope| {
        scope.spawn(|| play(&track, &stop));
        watched.until(
            "media",
            |event| matches!(&event.kind, Kind::MediaState(it) if it.receiving),
        );
        watched.until("statistics", |event| {
            matches!(&event.kind, Kind::MediaStats(all) if all[0].packets_received > 50 && all[0].packets_sent > 50)
        });
        let shown = watched.handle("janus.plugin.echotest");
        assert!(shown.is_up && shown.pair.is_some(), "{shown:?}");
        assert_eq!(
            (&*shown.dtls, shown.hangup.as_deref()),
            ("connected", None),
            "{shown:?}"
        );
        let medium = &shown.media[&(track.mid().to_string(), "audio".to_owned())];
        assert_eq!(
            (medium.is_receiving, medium.stats.codec.as_deref()),
            (Some(true), Some("opus"))
        );
        let sent = track.counts().sent;
        assert!(
            medium.stats.packets_received <= sent,
            "{sent} sent: {medium:?}"
        );
        nft(LOSS);
        watched.kind("slow_link");
        assert!(watched.handle("janus.plugin.echotest").slow_links > 0);
        nft("delete table inet loss\n");
        stop.stop();
    });
    watched.until(
        "silence",
        |event| matches!(&event.kind, Kind::MediaState(it) if !it.receiving),
    );
    echo.handle().hangup().expect("it ends");
    watched.until("the end", |event| {
        matches!(&event.kind, Kind::PeerConnection(it) if it.connection == PeerConnectionWord::Hangup)
    });
    let shown = watched.handle("janus.plugin.echotest");
    assert!(
        !shown.is_up && shown.hangup.is_some() && shown.media.is_empty(),
        "{shown:?}"
    );
    let names = watched.names();
    let missing: BTreeSet<_> = KINDS.iter().filter(|kind| !names.contains(*kind)).collect();
    println!(
        "{version}, {handler}: {} events: {names:?}",
        watched.events.len()
    );
    assert!(
        missing.is_empty(),
        "{version}, {handler}: {missing:?} did not come"
    );
}

/// A publisher and a subscriber with sound.
fn room(version: Version) {
    let (server, mut watched) = watched(version, "sampleevh");
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let media = Media::start().expect("a thread");
    let rooms: VideoRoom = session.attach().expect("a handle");
    let room = rooms.create(&Create::new()).expect("a room").room;
    let carol: Publisher = session.attach().expect("a handle");
    let joined = carol
        .join(&Enter::new(&room).display("Carol"))
        .expect("joined");
    let talks = media
        .peer(carol.handle())
        .audio(Direction::SendOnly, &[Codec::Opus])
        .offer_by(|offer| Ok(carol.publish(&Publish::new(), offer)?.1))
        .expect("an answer");
    let told = |event: &Event, is_it: fn(&VideoRoomEvent) -> bool| matches!(&event.kind, Kind::Plugin(told) if matches!(&told.data, PluginData::VideoRoom(it) if is_it(it)));
    watched.until("what Carol publishes", |event| told(event, |it| {
        matches!(it, VideoRoomEvent::Published(it) if it.display.as_deref() == Some("Carol") && it.streams[0].kind == "audio")
    }));
    let listener: Subscriber = session.attach().expect("a handle");
    let (_, offer) = listener
        .join(&Join::new(&room).streams(vec![FeedStream::new(&joined.id)]))
        .expect("an offer");
    let (listens, _) = media
        .peer(listener.handle())
        .audio(Direction::RecvOnly, &[Codec::Opus])
        .answer_to(&offer, |answer| listener.start(answer))
        .expect("an answer");
    listens.wait_connected(WAIT).expect("a connection");
    watched.until("a subscription", |event| {
        told(event, |it| matches!(it, VideoRoomEvent::Subscribed(_)))
    });
    let (track, stop) = (talks.audio().expect("audio"), Stop::new());
    thread::scope(|scope| {
        scope.spawn(|| play(&track, &stop));
        for handle in [carol.handle().id(), listener.handle().id()] {
            watched.until("statistics", |event| {
                let flows = |event: &Event| matches!(&event.kind, Kind::MediaStats(all) if all[0].packets_received + all[0].packets_sent > 50);
                event.handle_id == Some(handle) && flows(event)
            });
        }
        stop.stop();
    });
    let server = watched.live.servers().values().next().expect("the server");
    let handles = &server.sessions[&session.id()].handles;
    assert_eq!(
        handles.values().filter(|handle| handle.is_up).count(),
        2,
        "{handles:?}"
    );
    let flow = |handle| {
        let stats = &handles[&handle]
            .media
            .values()
            .next()
            .expect("a medium")
            .stats;
        (stats.packets_received > 50, stats.packets_sent > 50)
    };
    assert_eq!(flow(carol.handle().id()), (true, false));
    assert_eq!(flow(listener.handle().id()), (false, true));
    drop(talks);
    carol.into_handle().detach().expect("detached");
    watched.until("that Carol is gone", |event| {
        told(event, |it| {
            matches!(
                it,
                VideoRoomEvent::Leaving(_) | VideoRoomEvent::Unpublished(_)
            )
        })
    });
    println!(
        "{version}: {} events of a room: {:?}",
        watched.events.len(),
        watched.names()
    );
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn a_peer_connection_is_shown_from_its_offer_to_its_end() {
    let test = "a_peer_connection_is_shown_from_its_offer_to_its_end";
    if in_own_namespace(module_path!(), test) {
        for version in Version::ALL {
            echo(version, "sampleevh");
            echo(version, "wsevh");
        }
    }
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn a_room_with_sound_is_shown_as_it_is() {
    if in_own_namespace(module_path!(), "a_room_with_sound_is_shown_as_it_is") {
        Version::ALL.into_iter().for_each(room);
    }
}
