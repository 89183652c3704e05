//! Every request of the Admin API, over each transport.

use common::{Janus, Version, WireProxy};
use janus_blocking::{
    Connection, EchoTest, HandleId, SessionId,
    admin::{Admin, info::PluginInfo},
};

fn server(version: Version) -> Janus {
    let builder = Janus::builder().version(version).http().unix();
    builder.setting("general", "event_loops = 2").start()
}

/// Requests that change nothing.
fn reads(admin: &Admin, session: SessionId, handle: HandleId) {
    admin.ping().expect("a pong");
    let info = admin.info().expect("its info");
    let status = admin.status().expect("its status");
    assert_eq!(status.session_timeout, Some(info.session_timeout));
    assert_eq!(
        (status.log_level, status.log_timestamps),
        (Some(4), Some(true))
    );
    assert_eq!(admin.list_sessions().expect("a list"), [session]);
    assert_eq!(admin.list_handles(session).expect("a list"), [handle]);
    let info = admin.handle_info(session, handle).expect("its info");
    assert_eq!(
        (info.session_id, info.handle_id),
        (Some(session), Some(handle))
    );
    assert!(matches!(info.plugin_specific, PluginInfo::EchoTest(_)));
    let info = admin.plugin_info(session, handle).expect("its info");
    assert_eq!(info.flags, None);
    let loops = admin.loops_info().expect("a list");
    assert_eq!(loops.iter().map(|it| it.handles).sum::<u64>(), 1);
    let found = admin.resolve_address("127.0.0.1").expect("it is one");
    assert!(found.ip.is_loopback() && found.elapsed.is_some());
    assert_eq!(
        admin
            .resolve_address("no.such.invalid")
            .expect_err("none")
            .code()
            .map(|it| it.value()),
        Some(490)
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn every_request_is_exchanged_over_every_transport() {
    for version in Version::ALL {
        let server = server(version);
        let proxy = WireProxy::to_port(server.admin_port());
        let janus = Connection::open(&server.url()).expect("Janus is there");
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        for url in [
            proxy.url(),
            server.admin_http_url(),
            server.admin_unix_url(),
        ] {
            let admin = Admin::open(&url, server.admin_secret()).expect("the Admin API");
            reads(&admin, session.id(), echo.handle().id());
        }
    }
}
