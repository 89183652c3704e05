//! Both handlers, with all their settings.

use common::{Janus, JanusBuilder, Version, wait_until};
use janus_blocking::{
    Config, EchoTest,
    admin::Admin,
    connection::AttachOptions,
    echotest,
    monitor::{
        Kind, Receiver, Settings,
        core::{TransportEvent, TransportWord},
        payload::PluginData,
    },
};
use serde_json::json;

use super::watched::Watched;
use crate::servers::SOON;

/// What happens without media, from Janus's start to its end: what comes is what happened.
fn story(version: Version, receiver: Receiver, start: impl Fn(JanusBuilder) -> JanusBuilder) {
    let mut watched = Watched::new(receiver);
    let builder = Janus::builder().version(version).http();
    let server = start(builder).start();
    let started = watched.kind("core_started");
    let Kind::CoreStarted(info) = &started.kind else {
        panic!("{started:?}");
    };
    assert_eq!(info.server_name.as_deref(), Some(&*server.server_name()));
    assert_eq!(started.emitter.as_deref(), Some(&*server.server_name()));
    assert!(
        started
            .time()
            .is_some_and(|time| time.elapsed().is_ok_and(|age| age < 2 * SOON))
    );

    let janus = Config::new(server.url())
        .token("hush-token")
        .open()
        .expect("it answers");
    let session = janus.create_session().expect("a session");
    let created = watched.kind("session_created");
    assert_eq!(created.session_id, Some(session.id()));
    let Kind::SessionCreated(told) = &created.kind else {
        panic!("{created:?}");
    };
    let link = told.transport.clone().expect("by a link");
    assert_eq!(link.transport, "janus.transport.websockets");
    let began = |told: &TransportEvent| {
        (told.data.event == TransportWord::Connected && told.id == link.id)
            .then(|| (told.transport.clone(), told.data.admin_api))
    };
    // The id may have been that of an earlier link.
    let mut links = watched.events.iter().filter_map(|event| match &event.kind {
        Kind::Transport(told) => began(told),
        _ => None,
    });
    assert_eq!(
        links.next_back(),
        Some((link.transport.clone(), Some(false)))
    );

    let options = AttachOptions::new().opaque_id("front door");
    let echo: EchoTest = session.attach_with(options).expect("a handle");
    let handle = echo.handle().id();
    let attached = watched.kind("handle_attached");
    assert_eq!(
        (attached.session_id, attached.handle_id),
        (Some(session.id()), Some(handle))
    );
    assert_eq!(attached.opaque_id.as_deref(), Some("front door"));
    assert!(
        matches!(&attached.kind, Kind::HandleAttached(told) if told.plugin == "janus.plugin.echotest")
    );

    echo.configure(&echotest::Settings::new().audio(false).bitrate(64_000))
        .expect("it takes them");
    let told = watched.kind("plugin");
    assert_eq!(told.handle_id, Some(handle));
    let Kind::Plugin(told) = &told.kind else {
        panic!("{told:?}");
    };
    let PluginData::EchoTest(settings) = &told.data else {
        panic!("{told:?}");
    };
    assert!(!settings.audio_active && settings.video_active);

    let admin = Admin::open(&server.admin_http_url(), server.admin_secret()).expect("it answers");
    let request = watched.until("a request", |event| {
        matches!(&event.kind, Kind::Transport(told) if told.data.event == TransportWord::Request)
    });
    assert!(
        matches!(&request.kind, Kind::Transport(told) if told.data.admin_api == Some(true)
        && told.data.ip.as_deref() == Some("127.0.0.1"))
    );
    admin
        .custom_event("own", &json!({"floor": 7}))
        .expect("it is passed on");
    let own = watched.kind("external");
    assert!(
        matches!(&own.kind, Kind::External(told) if told.schema == "own" && told.data.0["floor"] == 7)
    );

    let shown = watched.handle("janus.plugin.echotest");
    assert_eq!((shown.doing, shown.is_up), ("settings", false));
    assert_eq!(shown.opaque_id.as_deref(), Some("front door"));
    echo.into_handle().detach().expect("it is detached");
    assert_eq!(watched.kind("handle_detached").handle_id, Some(handle));
    assert!(
        watched.live.servers()[&server.server_name()].sessions[&session.id()]
            .handles
            .is_empty()
    );
    assert_eq!(watched.sessions(), 1);
    session.destroy().expect("it is destroyed");
    watched.kind("session_destroyed");
    assert_eq!(watched.sessions(), 0);
    if version == Version::V1_4_1 {
        let update = watched.kind("core_update");
        assert!(matches!(&update.kind, Kind::CoreUpdate(told) if told.stats_period == 1));
    }
    // Without keepalives, which the connection would send.
    let mut raw = common::WsClient::connect(&server.url()).expect("it is there");
    server.set_session_timeout(1);
    raw.send(r#"{"janus":"create","transaction":"t"}"#)
        .expect("sent");
    watched.kind("session_timeout");
    drop(raw);
    watched.until("the end of a link", |event| {
        matches!(&event.kind, Kind::Transport(told) if told.data.event == TransportWord::Disconnected)
    });
    server.stop();
    let end = watched.kind("core_shutdown");
    assert!(
        matches!(&end.kind, Kind::CoreShutdown(told) if told.signum == 15),
        "{end:?}"
    );
    for event in &watched.events {
        assert_ne!(event.kind.name(), "other", "{event:?}: {}", event.raw());
        assert!(event.timestamp > 1_600_000_000_000_000, "{event:?}");
    }
    let counts = watched.receiver.counts();
    let faults = (
        counts.dropped,
        counts.malformed,
        counts.too_large,
        counts.refused,
    );
    assert_eq!(faults, (0, 0, 0, 0), "{counts:?}");
    println!(
        "{version}: {} events in {} messages: {:?}",
        counts.events,
        counts.messages,
        watched.names()
    );
}

fn local() -> Settings {
    Settings::new("127.0.0.1:0")
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_sampleevh_posts_is_what_happened() {
    for version in Version::ALL {
        let receiver = local().listen().expect("a free port");
        let backend = format!("http://{}/events", receiver.address());
        story(version, receiver, |janus| {
            janus.event_handler("sampleevh", &backend)
        });
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_sampleevh_posts_compressed_one_by_one_and_with_a_password_is_what_happened() {
    for version in Version::ALL {
        let settings = local().basic_auth("janus", "hush:hush").path("/events");
        let receiver = settings.listen().expect("a free port");
        let backend = format!("http://{}/events", receiver.address());
        let lines = [
            "compress = true",
            "compression = 9",
            "grouping = false",
            "json = \"plain\"",
            "backend_user = \"janus\"",
            "backend_pwd = \"hush:hush\"",
        ];
        story(version, receiver, |janus| {
            let janus = janus.event_handler("sampleevh", &backend);
            let file = "janus.eventhandler.sampleevh.jcfg";
            lines
                .iter()
                .fold(janus, |janus, line| janus.setting(file, line))
        });
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_wsevh_sends_is_what_happened() {
    for version in Version::ALL {
        let receiver = local()
            .path("/nobody-guesses-this")
            .listen()
            .expect("a free port");
        let backend = format!("ws://{}/nobody-guesses-this", receiver.address());
        story(version, receiver, |janus| {
            janus.event_handler("wsevh", &backend)
        });
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_wrong_password_is_refused_and_counted() {
    let receiver = local()
        .basic_auth("janus", "hush")
        .listen()
        .expect("a free port");
    let backend = format!("http://{}", receiver.address());
    let _server = Janus::builder()
        .event_handler("sampleevh", &backend)
        .setting(
            "janus.eventhandler.sampleevh.jcfg",
            "backend_user = \"janus\"",
        )
        .setting(
            "janus.eventhandler.sampleevh.jcfg",
            "backend_pwd = \"other\"",
        )
        .start();
    wait_until(2 * SOON, "it is refused", || receiver.counts().refused > 0);
    assert_eq!(receiver.counts().events, 0);
}
