//! Every request of the Admin API with every parameter, over each transport.

use std::{
    fs,
    net::{IpAddr, UdpSocket},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use common::{Janus, Version, WireProxy, free_udp_port, wait_until};
use janus_blocking::{
    Config, Connection, EchoTest, Error, ErrorCode, Event,
    admin::{Admin, Dump, EventHandlerSettings, TransportSettings, info::PluginInfo},
    auth::Token,
    recordplay, sip, textroom, videoroom,
};
use serde_json::{Value, json};

use super::covered::assert_covered;
use crate::servers::SOON;

const CLIENT: &str = "client-token";
const TRANSPORTS: [&str; 3] = [
    "janus.transport.websockets",
    "janus.transport.http",
    "janus.transport.pfunix",
];
const HANDLER: &str = "janus.eventhandler.sampleevh";
const LOGGER: &str = "janus.logger.jsonlog";

/// A server that has everything that the API can ask for.
fn server(version: Version) -> Janus {
    let builder = Janus::builder().version(version).http().unix().token_auth();
    let builder = [
        ("general", "event_loops = 2"),
        ("events", "broadcast = true"),
        ("loggers", "disable = \"\""),
        ("janus.eventhandler.sampleevh.jcfg", "enabled = true"),
        ("janus.eventhandler.sampleevh.jcfg", "events = \"none\""),
        (
            "janus.eventhandler.sampleevh.jcfg",
            "backend = \"http://127.0.0.1:1\"",
        ),
        ("janus.logger.jsonlog.jcfg", "enabled = true"),
        ("janus.logger.jsonlog.jcfg", "filename = \"/dev/null\""),
    ]
    .into_iter()
    .fold(builder, |builder, (place, line)| {
        builder.setting(place, line)
    });
    builder.start()
}

fn refused<T: std::fmt::Debug>(result: janus_blocking::Result<T>, code: i32) {
    let error = result.expect_err("refused");
    assert_eq!(error.code().map(ErrorCode::value), Some(code), "{error}");
}

/// The API, and a client with a handle that others know nothing of.
struct Desk<'a> {
    admin: Admin,
    version: Version,
    folder: &'a Path,
    janus: Connection,
}

impl Desk<'_> {
    fn reads(&self) {
        let admin = &self.admin;
        let session = self.janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        let (session_id, handle) = (session.id(), echo.handle().id());
        admin.ping().expect("a pong");
        let info = admin.info().expect("its info");
        let status = admin.status().expect("its status");
        assert_eq!(status.session_timeout, Some(info.session_timeout));
        assert_eq!(status.token_auth, Some(true));
        assert!(admin.list_sessions().expect("a list").contains(&session_id));
        assert_eq!(admin.list_handles(session_id).expect("a list"), [handle]);
        let info = admin.handle_info(session_id, handle).expect("its info");
        assert_eq!(
            (info.session_id, info.handle_id),
            (Some(session_id), Some(handle))
        );
        assert!(matches!(info.plugin_specific, PluginInfo::EchoTest(_)));
        assert!(info.flags.is_some());
        let info = admin.plugin_info(session_id, handle).expect("its info");
        assert_eq!(
            (info.flags, info.plugin.as_deref()),
            (None, Some("janus.plugin.echotest"))
        );
        let ticket = admin.session_ticket(session_id).expect("a ticket");
        let found = ticket.handles_of::<EchoTest>().map(|it| it.id);
        assert_eq!(found.collect::<Vec<_>>(), [handle]);
        assert!(admin.call_state(session_id, handle).is_err());
        let loops = admin.loops_info().expect("a list");
        assert_eq!(loops.iter().map(|it| it.id).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(loops.iter().map(|it| it.handles).sum::<u64>(), 1);
        refused(admin.list_handles(1), 458);
        refused(admin.handle_info(session_id, 1), 459);
    }

    fn settings(&self) {
        let admin = &self.admin;
        let before = admin.status().expect("its status");
        assert_eq!(admin.set_log_level(5).expect("set"), 5);
        assert!(admin.set_log_colors(true).expect("set"));
        assert!(!admin.set_log_timestamps(false).expect("set"));
        assert_eq!(admin.set_min_nack_queue(300).expect("set"), 300);
        assert!(admin.set_nack_optimizations(true).expect("set"));
        assert_eq!(admin.set_no_media_timer(3).expect("set"), 3);
        assert_eq!(admin.set_slowlink_threshold(4).expect("set"), 4);
        let timeout = Duration::from_millis(59_001);
        assert_eq!(
            admin.set_session_timeout(timeout).expect("set").as_secs(),
            60
        );
        let after = admin.status().expect("its status");
        assert_eq!((after.log_level, after.log_colors), (Some(5), Some(true)));
        assert_eq!(
            (after.log_timestamps, after.min_nack_queue),
            (Some(false), Some(300))
        );
        assert_eq!(
            (after.nack_optimizations, after.no_media_timer),
            (Some(true), Some(3))
        );
        assert_eq!(after.slowlink_threshold, Some(4));
        admin.set_log_level(4).expect("set");
        admin.set_log_colors(false).expect("set");
        admin.set_log_timestamps(true).expect("set");
        admin.set_min_nack_queue(200).expect("set");
        admin.set_nack_optimizations(false).expect("set");
        admin.set_no_media_timer(1).expect("set");
        admin.set_slowlink_threshold(0).expect("set");
        assert_eq!(admin.status().expect("its status"), before);
        refused(admin.set_log_level(8), 467);
        for on in [true, false] {
            assert_eq!(admin.set_locking_debug(on).expect("set"), on);
            assert_eq!(admin.set_refcount_debug(on).expect("set"), on);
            let libnice = admin.set_libnice_debug(on);
            match self.version {
                Version::V1_4_1 => refused(libnice, 457),
                _ => assert_eq!(libnice.expect("set"), on),
            }
        }
        assert!(!admin.accept_new_sessions(false).expect("set"));
        refused(self.janus.create_session().map(drop), 472);
        assert!(admin.accept_new_sessions(true).expect("set"));
    }

    fn sessions(&self) {
        let admin = &self.admin;
        let session = self.janus.create_session().expect("a session");
        let minute = Some(Duration::from_secs(70));
        assert_eq!(
            admin
                .set_timeout_of_session(session.id(), minute)
                .expect("set"),
            minute
        );
        let handle: EchoTest = session.attach().expect("a handle");
        let info = admin
            .handle_info(session.id(), handle.handle().id())
            .expect("its info");
        assert_eq!(info.session_timeout, Some(70));
        assert_eq!(
            admin
                .set_timeout_of_session(session.id(), None)
                .expect("set"),
            None
        );
        admin.destroy_session(session.id()).expect("destroyed");
        refused(admin.destroy_session(session.id()), 458);
        let error = session
            .attach::<EchoTest>()
            .expect_err("the session is gone");
        assert!(error.is_session_gone(), "{error}");
    }

    fn tokens(&self) {
        let admin = &self.admin;
        let token = Token::new("hush");
        let echo = "janus.plugin.echotest";
        assert_eq!(admin.add_token(&token, &[echo]).expect("added"), [echo]);
        let all = admin
            .allow_token(&token, &["janus.plugin.sip"])
            .expect("allowed");
        assert_eq!(all.len(), 2, "{all:?}");
        let left = admin
            .disallow_token(&token, &["janus.plugin.sip"])
            .expect("disallowed");
        assert_eq!(left, [echo]);
        let listed = admin.list_tokens().expect("a list");
        let ours = listed
            .iter()
            .find(|it| it.token.expose() == "hush")
            .expect("it is there");
        assert_eq!(ours.allowed_plugins, [echo]);
        admin.remove_token(&token).expect("removed");
        refused(admin.remove_token(&token), 490);
        refused(admin.allow_token(&token, &[echo]), 470);
    }

    fn plugins(&self) {
        let admin = &self.admin;
        let room = videoroom::Create::new().description("by the Admin API");
        let created = admin.message_plugin(&room).expect("a room");
        let rooms = admin
            .message_plugin(&videoroom::List::new())
            .expect("a list")
            .list;
        assert!(
            rooms
                .iter()
                .any(|it| it.room == created.room && it.description == "by the Admin API")
        );
        let again = videoroom::Create::new().room(created.room);
        match admin.message_plugin(&again).expect_err("there is one") {
            Error::Plugin { code, request, .. } => {
                assert_eq!(code, videoroom::error_code::ROOM_EXISTS);
                assert_eq!(request.plugin.as_deref(), Some("janus.plugin.videoroom"));
            }
            other => panic!("{other:?}"),
        }
        admin
            .message_plugin(&textroom::List::new())
            .expect("a list");
        admin
            .message_plugin(&recordplay::Update::new())
            .expect("updated");
        let body = json!({ "any": [1, null] });
        let echoed = admin
            .message_plugin_raw("janus.plugin.echotest", &body)
            .expect("an echo");
        assert_eq!(
            serde_json::from_str::<Value>(echoed.get()).expect("JSON"),
            body
        );
        // What came back is sent as it is.
        let again = admin.message_plugin_raw("janus.plugin.echotest", &echoed);
        assert_eq!(again.expect("an echo").get(), echoed.get());
        refused(admin.message_plugin(&sip::Reset::new()), 490);
        refused(admin.message_plugin_raw("janus.plugin.nosuch", &body), 460);
    }

    fn modules(&self) {
        let admin = &self.admin;
        for transport in TRANSPORTS {
            let settings = TransportSettings::new()
                .events(false)
                .json("compact")
                .logging("err");
            let notes = admin.configure_transport(transport, &settings);
            assert_eq!(notes.expect("configured"), [""; 0], "{transport}");
            admin.transport_connections(transport).expect("counted");
        }
        let ours = admin.transport_connections(TRANSPORTS[0]).expect("counted");
        assert!(ours.connections >= 1, "{ours:?}");
        let http = admin.transport_connections(TRANSPORTS[1]).expect("counted");
        assert!(http.by_port.contains_key("admin_http"), "{http:?}");
        refused(admin.transport_connections("janus.transport.nosuch"), 460);
        let wrong = TransportSettings::new().json("wrong");
        let notes = admin
            .configure_transport(TRANSPORTS[0], &wrong)
            .expect("ignored");
        assert_eq!(notes, ["Ignored unsupported indentation format"]);
        let settings = EventHandlerSettings::new()
            .events("none")
            .grouping(true)
            .backend("http://127.0.0.1:1")
            .backend_user("me")
            .backend_pwd("hush")
            .max_retransmissions(1)
            .retransmissions_backoff(10)
            .compress(true)
            .compression(9)
            .events_cap_on_reconnect(10)
            .port("12201")
            .protocol("udp")
            .max_message_len(1024);
        admin
            .tweak_event_handler(HANDLER, &settings)
            .expect("tweaked");
        let wrong = EventHandlerSettings::new().backend("nonsense");
        match admin
            .tweak_event_handler(HANDLER, &wrong)
            .expect_err("refused")
        {
            Error::Plugin { request, .. } => assert_eq!(&*request.name, "tweak"),
            other => panic!("{other:?}"),
        }
        refused(
            admin.query_logger(LOGGER, &json!({ "request": "none" })),
            411,
        );
        admin
            .custom_event("doorbell", &json!({ "button": 1 }))
            .expect("sent");
        admin
            .custom_logline("a line of the Admin API", Some(3))
            .expect("logged");
        // Another thread writes it there.
        wait_until(SOON, "the line is in the log", || {
            let log = fs::read(self.folder.join("janus.log")).expect("the log");
            String::from_utf8_lossy(&log).contains("a line of the Admin API")
        });
    }

    fn network(&self) {
        let admin = &self.admin;
        let found = admin.resolve_address("127.0.0.1").expect("it is one");
        assert!(found.ip.is_loopback() && found.elapsed.is_some());
        refused(admin.resolve_address("no.such.invalid"), 490);
        let (server, local) = (stun_server(), free_udp_port());
        let found = admin
            .test_stun("127.0.0.1", server, Some(local))
            .expect("an answer");
        assert_eq!(
            (found.public_ip, found.public_port),
            (IpAddr::from([127, 0, 0, 1]), local)
        );
        admin
            .test_stun("127.0.0.1", server, None)
            .expect("an answer");
    }

    fn handles(&self) {
        let admin = &self.admin;
        let session = self.janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        let (id, handle) = (session.id(), echo.handle().id());
        let folder = self.folder.to_string_lossy();
        let dump = |name: &str| Dump::new().folder(&*folder).filename(name).truncate(64);
        refused(admin.stop_pcap(id, handle), 490);
        admin
            .start_pcap(id, handle, &dump("packets.pcap"))
            .expect("begun");
        refused(admin.start_pcap(id, handle, &dump("packets.pcap")), 490);
        let info = admin.handle_info(id, handle).expect("its info");
        let file = info.pcap_file.expect("its name");
        assert!(file.ends_with("packets.pcap"), "{file}");
        assert!(info.dump_to_pcap);
        admin.stop_pcap(id, handle).expect("ended");
        refused(admin.stop_text2pcap(id, handle), 490);
        admin
            .start_text2pcap(id, handle, &dump("packets.txt"))
            .expect("begun");
        let info = admin.handle_info(id, handle).expect("its info");
        let file = info.text2pcap_file.expect("its name");
        assert!(file.ends_with("packets.txt"), "{file}");
        assert!(info.dump_to_text2pcap);
        admin.stop_text2pcap(id, handle).expect("ended");
        let pcap = fs::read(self.folder.join("packets.pcap")).expect("the file");
        assert_eq!(
            pcap[..4],
            0xA1B2_C3D4_u32.to_ne_bytes(),
            "the beginning of a pcap file"
        );
        for name in ["packets.pcap", "packets.txt"] {
            fs::remove_file(self.folder.join(name)).expect("it was written");
        }
        admin.hangup_webrtc(id, handle).expect("nothing to do");
        admin.detach_handle(id, handle).expect("detached");
        // 1.1.2's EchoTest says `done` to the hangup.
        wait_until(SOON, "`detached`", || {
            let event = echo.events().recv_timeout(SOON).expect("an event");
            event == Some(Event::Detached)
        });
    }
}

/// Answers one binding request after the other, as long as the program runs.
fn stun_server() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let port = socket.local_addr().expect("an address").port();
    thread::spawn(move || {
        let mut request = [0; 2048];
        while let Ok((length, from)) = socket.recv_from(&mut request) {
            if length < 20 {
                continue;
            }
            // Binding success, one attribute: XOR-MAPPED-ADDRESS (RFC 8489).
            let mut answer = vec![1, 1, 0, 12];
            answer.extend(&request[4..20]);
            answer.extend([0, 0x20, 0, 8, 0, 1]);
            let cookie = [0x21, 0x12, 0xA4, 0x42];
            let port = from.port().to_be_bytes();
            answer.extend([port[0] ^ cookie[0], port[1] ^ cookie[1]]);
            let IpAddr::V4(ip) = from.ip() else { continue };
            answer.extend(
                ip.octets()
                    .iter()
                    .zip(cookie)
                    .map(|(byte, mask)| byte ^ mask),
            );
            let _ = socket.send_to(&answer, from);
        }
    });
    port
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn every_request_is_exchanged_with_every_parameter_over_every_transport() {
    for version in Version::ALL {
        let server = server(version);
        let proxy = WireProxy::to_port(server.admin_port());
        let folder: PathBuf = server.log_path().parent().expect("a folder").into();
        for url in [
            proxy.url(),
            server.admin_http_url(),
            server.admin_unix_url(),
        ] {
            let admin = Admin::open(&url, server.admin_secret()).expect("the Admin API");
            admin.add_token(&Token::new(CLIENT), &[]).expect("added");
            let janus = Config::new(server.url()).token(CLIENT).open();
            let desk = Desk {
                admin,
                version,
                folder: &folder,
                janus: janus.expect("Janus is there"),
            };
            desk.reads();
            desk.settings();
            desk.sessions();
            desk.tokens();
            desk.plugins();
            desk.modules();
            desk.network();
            desk.handles();
        }
        assert_covered(&proxy, version);
    }
}
