//! A reattached handle does all that an attached one does, in every type of plugin.

use std::time::{Duration, Instant};

use janus_blocking::{
    AudioBridge, Candidate, Connection, EchoTest, ErrorCode, Event, Jsep, NoSip, Plugin, Raw,
    RecordPlay, Sip, Streaming, TextRoom, VideoCall, VoiceMail,
    audiobridge::{self, Participant},
    echotest::{self, Settings},
    nosip::{Recording, RecordingAction},
    plugin::Bound,
    recordplay::Configure,
    sip::{self, Register, error_code},
    streaming::{List, Viewer},
    textroom, videocall, voicemail,
    webrtc::JsepKind,
};
use serde_json::{Value, json};

pub(crate) mod rooms;
mod walk;

use common::{Janus, Kamailio, Sipp, sdp};
use rooms::{ROOM, Rooms, Start};
use walk::{LIMIT, Part, Proxied, dropped, walk};

const BOTH: [Bound; 2] = [Bound::Attached, Bound::Reattached];

/// The types of plugin, each with what it can be asked.
struct Types {
    audiobridge: Part<AudioBridge>,
    participant: Part<Participant>,
    echotest: Part<EchoTest>,
    nosip: Part<NoSip>,
    recordplay: Part<RecordPlay>,
    sip: Part<Sip>,
    streaming: Part<Streaming>,
    viewer: Part<Viewer>,
    textroom: Part<TextRoom>,
    videocall: Part<VideoCall>,
    voicemail: Part<VoiceMail>,
    raw_echotest: Part<Raw>,
    raw_videoroom: Part<Raw>,
    own: Part<Rooms>,
}

fn types() -> Types {
    Types {
        audiobridge: Part {
            package: AudioBridge::PACKAGE,
            ask: |bridge| {
                format!(
                    "{:?} {:?}",
                    bridge.exists(ROOM),
                    bridge.list_participants(ROOM)
                )
            },
            refused: json!({ "request": "exists" }),
            // Only for those who have joined a room.
            poke: json!({ "request": "configure" }),
            offer: None,
        },
        participant: Part {
            package: Participant::PACKAGE,
            ask: |participant| {
                let left = participant.leave().map_err(|error| error.code());
                format!("{left:?} {:?}", participant.room().exists(ROOM))
            },
            refused: json!({ "request": "resetdecoder" }),
            poke: json!({ "request": "leave" }),
            offer: Some(json!({ "request": "join", "room": ROOM })),
        },
        echotest: Part {
            package: EchoTest::PACKAGE,
            ask: |echo| format!("{:?}", echo.configure(&Settings::new().audio(true))),
            refused: json!({ "bitrate": "much" }),
            poke: json!({ "video": false }),
            offer: Some(json!({ "audio": true })),
        },
        nosip: Part {
            package: NoSip::PACKAGE,
            ask: |line| {
                let stop = Recording::new(RecordingAction::Stop).audio(true);
                format!("{:?}", line.recording(&stop))
            },
            refused: json!({ "request": "process", "type": "offer" }),
            // No `hangup`: while Janus cleans up, it refuses candidates (471).
            poke: json!({ "request": "recording" }),
            // Its answer is plain SDP; tests/real/nosip.rs answers one.
            offer: None,
        },
        recordplay: Part {
            package: RecordPlay::PACKAGE,
            ask: |desk| format!("{:?}", desk.configure(&Configure::new())),
            refused: json!({ "request": "play", "id": 99 }),
            poke: json!({ "request": "pause" }),
            offer: Some(json!({ "request": "record", "name": "walk" })),
        },
        sip: Part {
            package: Sip::PACKAGE,
            ask: |sip| format!("{:?}", sip.reset().map(|confirmed| confirmed.of)),
            refused: json!({ "request": "info", "type": "text/plain", "content": "ring" }),
            poke: json!({ "request": "reset" }),
            // Janus makes the offers on the SIP side; tests/real/doorbell.rs answers one.
            offer: None,
        },
        streaming: Part {
            package: Streaming::PACKAGE,
            ask: |desk| format!("{:?}", desk.list(&List::new())),
            refused: json!({ "request": "info" }),
            poke: json!({ "request": "pause" }),
            offer: None,
        },
        viewer: Part {
            package: Viewer::PACKAGE,
            ask: |viewer| {
                let (list, paused) = (viewer.mountpoints().list(&List::new()), viewer.pause());
                format!("{list:?} {:?}", paused.map_err(|error| error.code()))
            },
            refused: json!({ "request": "watch", "id": 1 }),
            poke: json!({ "request": "switch", "id": 1 }),
            // Janus makes the offers: `streaming/processes.rs` answers one.
            offer: None,
        },
        textroom: Part {
            package: TextRoom::PACKAGE,
            ask: |chat| {
                let list = chat.list(&textroom::List::new());
                let refused = chat.leave(1).map_err(|error| error.code());
                format!("{list:?} {:?} {refused:?}", chat.exists(1))
            },
            refused: json!({ "request": "exists" }),
            poke: json!({ "request": "ack" }),
            // Janus makes the offers: `textroom/reattached.rs` answers one.
            offer: None,
        },
        videocall: Part {
            package: VideoCall::PACKAGE,
            ask: |phone| {
                let end = phone.hangup(&videocall::Hangup::new());
                format!("{:?} {:?}", phone.list(), end.map(|end| end.reason))
            },
            refused: json!({ "request": "accept" }),
            poke: json!({ "request": "set" }),
            // An offer is for the callee: `videocall/calls.rs` takes a call that rang before.
            offer: None,
        },
        voicemail: Part {
            package: VoiceMail::PACKAGE,
            // Without a message, nothing that it has would be done.
            ask: |mail| {
                let refused = mail.handle().request(&voicemail::Update::new());
                format!("{:?}", refused.map_err(|error| error.code()))
            },
            refused: json!({ "request": "update" }),
            poke: json!({ "request": "update" }),
            offer: Some(json!({ "request": "record" })),
        },
        raw_echotest: Part {
            package: EchoTest::PACKAGE,
            ask: |raw| format!("{:?}", raw.request(json!({ "audio": true }))),
            refused: json!({ "bitrate": "much" }),
            poke: json!({ "video": false }),
            offer: Some(json!({ "audio": true })),
        },
        raw_videoroom: Part {
            package: Rooms::PACKAGE,
            ask: |raw| {
                let answer = raw.request(json!({ "request": "list" })).unwrap();
                let rooms = answer["list"].as_array().unwrap();
                let rooms = rooms.iter().map(|room| room["room"].to_string());
                rooms.collect::<Vec<_>>().join(" ")
            },
            refused: json!({ "request": "exists" }),
            // Only for those who have joined a room.
            poke: json!({ "request": "configure" }),
            offer: None,
        },
        own: Part {
            package: Rooms::PACKAGE,
            ask: |rooms| {
                let joined = rooms.join(ROOM).map_err(|error| error.code());
                let (exists, list) = (rooms.exists(ROOM), rooms.list());
                format!("{joined:?} {exists:?} {list:?}")
            },
            refused: json!({ "request": "kick" }),
            poke: json!({ "request": "configure", "bitrate": 128_000 }),
            offer: Some(json!({ "request": "configure" })),
        },
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_reattached_handle_of_any_type_is_seen_to_do_what_an_attached_one_does() {
    fn same<P: Plugin>(proxied: &Proxied, part: &Part<P>) -> Vec<String>
    where
        P::Event: std::fmt::Debug,
    {
        let [attached, reattached] = BOTH.map(|bound| walk(proxied, bound, part));
        println!("{}: {attached:#?}", std::any::type_name::<P>());
        assert_eq!(attached, reattached, "{}", part.package);
        attached
    }
    let (proxied, types) = (Proxied::new(), types());
    let (_janus, _session, rooms) = proxied.bind::<Rooms>(Bound::Attached, Rooms::PACKAGE);
    rooms.create(ROOM).unwrap();
    let (_janus, _session, bridge) =
        proxied.bind::<AudioBridge>(Bound::Attached, AudioBridge::PACKAGE);
    let create = audiobridge::Create::new().room(ROOM);
    bridge.create(&create).unwrap();
    let walked = [
        same(&proxied, &types.audiobridge),
        same(&proxied, &types.participant),
        same(&proxied, &types.echotest),
        same(&proxied, &types.nosip),
        same(&proxied, &types.recordplay),
        same(&proxied, &types.sip),
        same(&proxied, &types.streaming),
        same(&proxied, &types.viewer),
        same(&proxied, &types.textroom),
        same(&proxied, &types.videocall),
        same(&proxied, &types.voicemail),
        same(&proxied, &types.raw_echotest),
        same(&proxied, &types.raw_videoroom),
        same(&proxied, &types.own),
    ];
    // One of the common steps of all, so that no walk is empty.
    for seen in walked {
        let trickled = seen
            .iter()
            .filter(|line| line.contains(r#""janus":"trickle""#));
        assert_eq!(trickled.count(), 3, "{seen:#?}");
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn dropping_the_last_copy_of_a_reattached_plugin_sends_one_detach() {
    fn same<P: Plugin>(proxied: &Proxied, part: &Part<P>) {
        for bound in BOTH {
            let [first, last] = dropped::<P>(proxied, bound, part.package);
            assert_eq!(first, Vec::<String>::new(), "{} {bound:?}", part.package);
            let detach = r#"{"handle_id":HANDLE,"janus":"detach","session_id":SESSION}"#;
            assert_eq!(last, [detach], "{} {bound:?}", part.package);
        }
    }
    let (proxied, types) = (Proxied::new(), types());
    same(&proxied, &types.audiobridge);
    same(&proxied, &types.participant);
    same(&proxied, &types.echotest);
    same(&proxied, &types.nosip);
    same(&proxied, &types.recordplay);
    same(&proxied, &types.sip);
    same(&proxied, &types.streaming);
    same(&proxied, &types.viewer);
    same(&proxied, &types.textroom);
    same(&proxied, &types.videocall);
    same(&proxied, &types.voicemail);
    same(&proxied, &types.raw_echotest);
    same(&proxied, &types.raw_videoroom);
    same(&proxied, &types.own);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn on_bound_runs_once_and_tells_attached_from_reattached() {
    let proxied = Proxied::new();
    for bound in BOTH {
        let (_janus, session, rooms) = proxied.bind::<Rooms>(bound, Rooms::PACKAGE);
        // It has made a request of its own, on a handle that works already.
        let had_room = bound == Bound::Reattached;
        assert_eq!(rooms.start(), Some(&Start { bound, had_room }));
        if bound == Bound::Attached {
            rooms.create(ROOM).unwrap();
        }
        // Free again after `detach`: bound once more, with what it says then.
        rooms.into_handle().detach().unwrap();
        let again: Rooms = session.attach().unwrap();
        let start = Start {
            bound: Bound::Attached,
            had_room: true,
        };
        assert_eq!(again.start(), Some(&start));
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_reattached_echotest_negotiates_trickles_and_hangs_up() {
    let proxied = Proxied::new();
    let (_janus, session, echo) = proxied.bind::<EchoTest>(Bound::Reattached, EchoTest::PACKAGE);
    let offer = Jsep::offer(sdp::audio_offer());
    let answer = echo.offer(&Settings::new().audio(true), &offer).unwrap();
    assert_eq!(answer.kind, JsepKind::Answer);
    assert!(
        answer.sdp.contains("m=audio 9 UDP/TLS/RTP/SAVPF 111"),
        "{}",
        answer.sdp
    );

    let one = Candidate::new("candidate:1 1 udp 2130706431 127.0.0.1 5001 typ host");
    let one = one.sdp_mid("0").sdp_mline_index(0);
    echo.handle().trickle(std::slice::from_ref(&one)).unwrap();
    echo.handle().trickle(&[one.clone(), one]).unwrap();
    echo.handle().trickle_done().unwrap();
    echo.handle().hangup().unwrap();

    let (mut hangup, mut done) = (None, false);
    while hangup.is_none() || !done {
        match echo.events().recv_timeout(LIMIT).unwrap() {
            Some(Event::Hangup { reason }) => hangup = reason,
            Some(Event::Plugin {
                event: echotest::Event::Done,
                ..
            }) => done = true,
            Some(_) => {}
            None => panic!("hangup {hangup:?}, done {done}"),
        }
    }
    assert_eq!(hangup.as_deref(), Some("Janus API"));
    // The handle stays.
    echo.configure(&Settings::new().audio(true)).unwrap();
    echo.into_handle().detach().unwrap();
    session.destroy().unwrap();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_reattached_handle_that_was_in_the_middle_of_something_goes_on_with_it() {
    let proxied = Proxied::new();
    let (janus, session, echo) = proxied.bind::<EchoTest>(Bound::Attached, EchoTest::PACKAGE);
    let offer = Jsep::offer(sdp::audio_offer());
    echo.offer(&Settings::new().audio(true), &offer).unwrap();
    // Its PeerConnection outlives the link of its program, and this object of it.
    let ticket = janus.abandon().remove(0);
    assert!(session.check().is_err() && echo.handle().check().is_err());
    let janus = Connection::open(&proxied.proxy.url()).unwrap();
    let session = janus.resume(&ticket).unwrap().session;
    let echo: EchoTest = session.reattach(ticket.handles[0].id).unwrap();
    echo.handle().trickle_done().unwrap();
    echo.handle().hangup().unwrap();
    let deadline = Instant::now() + LIMIT;
    let events = echo.events();
    let mut hangups = events.iter().filter_map(|event| match event.unwrap() {
        Event::Hangup { reason } => Some(reason),
        other => {
            assert!(Instant::now() < deadline, "{other:?}");
            None
        }
    });
    assert_eq!(hangups.next().unwrap().as_deref(), Some("Janus API"));
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_reattached_sip_handle_has_its_account() {
    let (janus, kamailio) = (
        Janus::builder().reclaim_timeout(20).start(),
        Kamailio::start(),
    );
    let ticket = {
        let janus = Connection::open(&janus.url()).unwrap();
        let session = janus.create_session().unwrap();
        let sip: Sip = session.attach().unwrap();
        let account = Register::new(kamailio.user_uri("1000"))
            .secret(kamailio.secret("1000"))
            .proxy(kamailio.proxy_uri());
        sip.register(&account).unwrap();
        janus.abandon().remove(0)
    };
    let janus = Connection::open(&janus.url()).unwrap();
    let session = janus.resume(&ticket).unwrap().session;
    let sip: Sip = session.reattach(ticket.handles[0].id).unwrap();
    assert!(kamailio.is_registered("1000"));

    let sender = Sipp::message(&kamailio, "1000").start();
    let content = next(&sip, |event| match event {
        sip::Event::Message(message) => Some(message.content),
        _ => None,
    });
    assert!(sender.expect_success().saw(200));
    assert!(!content.is_empty());

    let again = Register::new(kamailio.user_uri("1000")).secret("any");
    let error = sip.register(&again).unwrap_err();
    assert_eq!(
        error.code(),
        Some(error_code::ALREADY_REGISTERED),
        "{error}"
    );
    sip.unregister().unwrap();
    next(&sip, |event| {
        matches!(event, sip::Event::Unregistered(_)).then_some(())
    });
    assert!(!kamailio.is_registered("1000"));
    sip.into_handle().detach().unwrap();
}

/// Waits for the event that `wanted` makes something of.
fn next<T>(sip: &Sip, wanted: impl Fn(sip::Event) -> Option<T>) -> T {
    let (events, deadline) = (sip.events(), Instant::now() + LIMIT);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let event = events.recv_timeout(left).unwrap();
        let event = event.expect("it comes in time").into_plugin();
        if let Some(found) = event.and_then(&wanted) {
            return found;
        }
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_reattached_raw_handle_answers_refuses_and_tells() {
    let proxied = Proxied::new();
    let (_janus, _session, raw) = proxied.bind::<Raw>(Bound::Reattached, Rooms::PACKAGE);
    let answer = raw.request(json!({ "request": "list" })).unwrap();
    assert_eq!(answer["videoroom"], "success");
    assert!(answer["list"].is_array());
    let error = raw.request(json!({ "request": "exists" })).unwrap_err();
    // 429: a key is missing.
    assert_eq!(error.code(), Some(ErrorCode::new(429)), "{error}");
    raw.send(json!({ "request": "configure" })).unwrap();
    let told = raw.events().receiver().recv_timeout(LIMIT);
    let told = raw.events().decode(Ok(told.unwrap())).unwrap();
    assert_eq!(
        told.into_plugin().map(|event| event["error_code"].clone()),
        Some(Value::from(424))
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_reattached_handle_is_used_from_many_threads() {
    let proxied = Proxied::new();
    let (_janus, _session, echo) = proxied.bind::<EchoTest>(Bound::Reattached, EchoTest::PACKAGE);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let echo = echo.with_timeout(Duration::from_secs(20));
                for _ in 0..25 {
                    echo.configure(&Settings::new().audio(true)).unwrap();
                }
            });
        }
    });
    assert!(echo.events().try_recv().unwrap().is_none());
}
