//! Servers that demand a certificate of the client. Janus itself cannot: it stands behind one that
//! does.

use common::{Authority, Issued, Janus, scripted::Scripted};
use janus_blocking::{
    Config,
    tls::{Pem, Tls},
};

use super::{
    House,
    front::{self, Front},
    openssl::OpenSsl,
    problem,
};

fn showing(tls: Tls, issued: &Issued) -> Tls {
    tls.client_certificate(Pem::text(&issued.certificate), Pem::text(&issued.key))
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn is_shown_to_a_server_that_asks() {
    let house = House::new();
    let clients = Authority::new("client CA");
    let janus = Janus::start();
    for newest in [true, false] {
        let config = front::demanding(&house.server, newest, &clients);
        let front = Front::start(config, &janus.url(), b"");
        let tls = showing(house.tls(), &clients.issue(&[]));
        let connection = Config::new(front.url()).tls(tls).open().unwrap();
        connection.create_session().unwrap().destroy().unwrap();
    }
}

const DEMANDED: &str = "it demands a client certificate (TLS alert `";
const GIVE: &str = "`); give one with `Tls::client_certificate`";
const REFUSED: &str = "it refused the certificate in `Tls::client_certificate` (TLS alert `";

/// What is said without a certificate, and with one of a CA that the server does not know.
#[track_caller]
fn assert_refused(url: &str, tls: &Tls) {
    // A server may report it before or after the handshake, and close before it is read.
    for _ in 0..10 {
        let (none, _) = problem(url, tls.clone());
        assert!(none.starts_with(DEMANDED) && none.ends_with(GIVE), "{none}");
        let stranger = Authority::new("stranger").issue(&[]);
        let (wrong, cause) = problem(url, showing(tls.clone(), &stranger));
        assert!(wrong.starts_with(REFUSED), "{wrong}: {cause}");
    }
}

#[test]
fn is_missing_or_not_liked_by_a_server_with_rustls() {
    let house = House::new();
    let clients = Authority::new("client CA");
    let plain = Scripted::usual();
    for newest in [true, false] {
        let config = front::demanding(&house.server, newest, &clients);
        let front = Front::start(config, &plain.url(), b"");
        assert_refused(&front.url(), &house.tls());
    }
}

/// `openssl s_server`, which speaks no WebSocket: it shows a web page to whom it accepts.
#[test]
#[ignore = "needs openssl: run tests/run"]
fn is_missing_or_not_liked_by_a_server_with_openssl() {
    let house = House::new();
    let clients = Authority::new("client CA");
    let openssl = OpenSsl::new();
    openssl.write("clients.pem", &clients.pem());
    for version in ["-tls1_3", "-tls1_2"] {
        let demand = [
            "-Verify",
            "1",
            "-verify_return_error",
            "-CAfile",
            "clients.pem",
        ];
        let arguments = [&demand[..], &[version]].concat();
        let (_server, url) = openssl.serve(&house.server, &arguments);
        assert_refused(&url, &house.tls());
        let (accepted, _) = problem(&url, showing(house.tls(), &clients.issue(&[])));
        let no_websocket = "it is not a Janus WebSocket endpoint: it does not speak WebSocket";
        assert!(accepted.starts_with(no_websocket), "{accepted}");
    }
}
