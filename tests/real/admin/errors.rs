//! Wrong secrets, and the two APIs where the other one is expected.

use common::{Authority, Janus, Version, WireProxy};
use janus_blocking::{
    Config, Connection, Error, ErrorCode,
    admin::Admin,
    tls::{Pem, Tls},
};

/// Both versions with every transport.
fn servers() -> impl Iterator<Item = Janus> {
    let start = |version| Janus::builder().version(version).http().unix();
    let plain = Version::ALL.map(|version| start(version).start());
    // The Janus API refuses other requests than the Admin API's for want of a secret.
    let secret = Version::ALL.map(|version| start(version).api_secret("hush").start());
    plain.into_iter().chain(secret)
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_wrong_secret_is_told_when_the_connection_is_made() {
    for server in servers() {
        for url in [
            server.admin_url(),
            server.admin_http_url(),
            server.admin_unix_url(),
        ] {
            let error = Admin::open(&url, "hush-wrong").expect_err("a wrong secret");
            assert_eq!(error.code(), Some(ErrorCode::UNAUTHORIZED));
            assert_eq!(
                error.to_string(),
                "`get_status` was refused by Janus: 403 Unauthorized request (wrong or missing \
                 secret/token); the secret is not `admin_secret` in the server's janus.jcfg"
            );
            let admin = Admin::open(&url, server.admin_secret()).expect("the right one");
            assert!(admin.list_sessions().expect("a list").is_empty());
        }
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_janus_api_is_named_where_the_admin_api_is_expected() {
    for server in servers() {
        for (url, expected) in [
            (
                server.url(),
                // The server closes the connection.
                "it closed the connection in the WebSocket handshake, as the Janus API port",
            ),
            (
                server.http_url(),
                "this is the Janus API, not the Admin API; use the port, path or socket of the",
            ),
            (
                server.http_url().replace("/janus", ""),
                "Janus is not at the path `/admin` (HTTP 404 Not Found); check `admin_base_path`",
            ),
            (
                server.unix_url(),
                "this is the Janus API, not the Admin API; use the port, path or socket of the",
            ),
        ] {
            let error = Admin::open(&url, server.admin_secret()).expect_err("the other API");
            assert!(matches!(error, Error::Connect { .. }), "{error:?}");
            assert!(error.to_string().contains(expected), "{url}: {error}");
        }
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_admin_api_is_named_where_the_janus_api_is_expected() {
    for server in servers() {
        for (url, expected) in [
            (
                server.admin_url(),
                "it closed the connection in the WebSocket handshake, as Janus's Admin API port",
            ),
            (
                server.admin_http_url().replace("/admin", ""),
                "Janus is not at the path `/janus` (HTTP 404 Not Found); check `base_path`",
            ),
            (server.admin_http_url(), "Admin API"),
            (server.admin_unix_url(), "Admin API"),
        ] {
            let opened = Connection::open(&url).and_then(|janus| janus.create_session());
            let error = opened.expect_err("the other API").to_string();
            assert!(error.contains(expected), "{url}: {error}");
        }
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_broken_link_is_made_anew_and_what_reads_is_repeated() {
    let server = Janus::start();
    let proxy = WireProxy::to_port(server.admin_port());
    let admin = Admin::open(&proxy.url(), server.admin_secret()).expect("the Admin API");
    for _ in 0..3 {
        proxy.cut();
        assert!(admin.list_sessions().expect("a list").is_empty());
    }
    assert_eq!(proxy.connections(), 4);
    server.kill();
    let brief = admin.with_timeout(std::time::Duration::from_millis(200));
    assert!(
        brief
            .list_sessions()
            .expect_err("nobody is there")
            .is_timeout()
    );
    server.restart();
    admin.set_log_level(3).expect("a new link");
    admin.close();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn tls_and_datagrams_work_as_for_connections() {
    for version in Version::ALL {
        let ca = Authority::new("admin CA");
        let builder = Janus::builder().version(version).http().unix_datagram();
        let server = builder.tls(&ca.issue(&["localhost"])).start();
        let datagrams = Admin::open(&server.admin_unix_url(), server.admin_secret());
        let datagrams = datagrams.expect("the Admin API");
        assert!(datagrams.list_sessions().expect("a list").is_empty());
        for url in [server.admin_wss_url(), server.admin_https_url()] {
            let error = Admin::open(&url, server.admin_secret()).expect_err("an unknown CA");
            assert!(error.to_string().contains("certificate"), "{error}");
            let ca = Tls::new().ca(Pem::text(ca.pem())).system_roots(false);
            let admin = Config::new(&url).tls(ca).open_admin(server.admin_secret());
            let admin = admin.expect("the Admin API");
            assert!(admin.list_sessions().expect("a list").is_empty());
        }
    }
}
