//! Servers that are refused, and what is said of it. Janus serves whatever certificate it is given.

use common::{Authority, Issued, Janus, Version, scripted::Scripted};
use janus_blocking::{
    Config,
    tls::{Pem, Tls},
};
use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa, date_time_ymd};

use super::{
    House,
    front::{self, Front},
    problem,
};

/// Asserts what is said of a Janus with this certificate.
#[track_caller]
fn assert_refused(issued: &Issued, tls: &Tls, expected: &str) {
    for version in Version::ALL {
        let janus = Janus::builder().version(version).tls(issued).start();
        let (problem, cause) = problem(&janus.wss_url(), tls.clone());
        assert_eq!(problem, expected, "{version}");
        assert!(!cause.is_empty() && !problem.contains(&cause), "{cause}");
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn for_another_host() {
    let house = House::new();
    let issued = house
        .ca
        .issue(&["janus.example", "*.door.example", "192.0.2.7"]);
    assert_refused(
        &issued,
        &house.tls(),
        "its certificate is not for `localhost` but for `janus.example`, `*.door.example`, \
         `192.0.2.7`; see `Tls::server_name`",
    );
    let wrong = house.tls().server_name("door.example");
    assert_refused(
        &issued,
        &wrong,
        "its certificate is not for `door.example` but for `janus.example`, `*.door.example`, \
         `192.0.2.7`; see `Tls::server_name`",
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn for_no_host() {
    let house = House::new();
    let issued = house.ca.issue_with(&[], |params| {
        // The common name does not count.
        let name = &mut params.distinguished_name;
        name.push(rcgen::DnType::CommonName, "localhost");
    });
    assert_refused(
        &issued,
        &house.tls(),
        "its certificate names no host (no subjectAltName); issue one that names `localhost`, \
         or pin it with `Tls::pinned`",
    );
}

/// The text without the date at its end, which has to be one.
#[track_caller]
fn without_today(problem: &str) -> &str {
    let (start, today) = problem.rsplit_once(' ').expect("several words");
    let shape = today.replace(|c: char| c.is_ascii_digit(), "0");
    assert_eq!(shape, "0000-00-00", "{problem}");
    start
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn too_early_or_too_late() {
    let house = House::new();
    let expired = house.ca.issue_with(&["localhost"], |params| {
        params.not_after = date_time_ymd(2020, 1, 31);
    });
    let early = house.ca.issue_with(&["localhost"], |params| {
        params.not_before = date_time_ymd(2390, 2, 1);
    });
    for version in Version::ALL {
        for (issued, expected) in [
            (&expired, "expired on 2020-01-31; this machine's clock says"),
            (
                &early,
                "is not valid before 2390-02-01; this machine's clock says",
            ),
        ] {
            let janus = Janus::builder().version(version).tls(issued).start();
            let (problem, _) = problem(&janus.wss_url(), house.tls());
            let expected = format!("its certificate, or one above it, {expected}");
            assert_eq!(without_today(&problem), expected);
        }
    }
}

fn unsent(name: &str) -> String {
    format!(
        "its certificate was issued by `{name}`, which is not known here and was not sent by \
         the server; if that is an intermediate CA, append it to the server's `cert_pem` file, \
         else add it with `Tls::ca`"
    )
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn of_an_unknown_ca_or_self_signed() {
    let house = House::new();
    assert_refused(&house.server, &Tls::new(), &unsent("house CA"));
    let other = Tls::new().ca(Pem::text(Authority::new("another").pem()));
    assert_refused(&house.server, &other, &unsent("house CA"));
    let mut with_ca = house.server.clone();
    with_ca.certificate += &house.ca.pem();
    assert_refused(
        &with_ca,
        &other,
        "its certificate was issued by the CA `house CA`, which is not known here; add that CA \
         with `Tls::ca`, or pin the certificate with `Tls::pinned`",
    );
    let own = Issued::self_signed(&["localhost"], |_| {});
    for version in Version::ALL {
        let janus = Janus::builder().version(version).tls(&own).start();
        let (problem, _) = problem(&janus.wss_url(), Tls::new());
        let shown = problem
            .strip_prefix("its certificate is self-signed (SHA-256 ")
            .and_then(|rest| {
                rest.strip_suffix(
                    "); compare this with the server's, then pin it with `Tls::pinned_sha256`",
                )
            });
        assert_pinned(&janus.wss_url(), shown.expect(&problem));
    }
}

/// Asserts that this is the server's SHA-256: with it, it is accepted.
#[track_caller]
fn assert_pinned(url: &str, shown: &str) {
    let pinned = Tls::new().pinned_sha256(shown);
    let config = Config::new(url).tls(pinned);
    config.open().expect("it is pinned");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn of_a_known_ca_without_the_intermediate_one() {
    let house = House::new();
    let middle = house.ca.intermediate("house CA for doors");
    let mut issued = middle.issue(&["localhost"]);
    assert_refused(&issued, &house.tls(), &unsent("house CA for doors"));
    // What the text advises, one and the other.
    let known = house.tls().ca(Pem::text(middle.pem()));
    for version in Version::ALL {
        let janus = Janus::builder().version(version).tls(&issued).start();
        let config = Config::new(janus.wss_url()).tls(known.clone());
        config.open().expect("the intermediate one is known");
    }
    issued.certificate += &middle.pem();
    for version in Version::ALL {
        let janus = Janus::builder().version(version).tls(&issued).start();
        house.open(&janus.wss_url());
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn of_another_ca_with_the_same_name() {
    let house = House::new();
    let older = Tls::new().ca(Pem::text(Authority::new("house CA").pem()));
    assert_refused(
        &house.server,
        &older,
        "its certificate names a known CA as issuer but was signed with another key; if that CA \
         was re-created, give its current certificate to `Tls::ca`",
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn self_signed_with_the_name_of_a_known_ca() {
    let house = House::new();
    let own = Issued::self_signed(&["localhost"], |params| {
        let name = &mut params.distinguished_name;
        name.push(rcgen::DnType::CommonName, "house CA");
    });
    assert_refused(
        &own,
        &house.tls(),
        "its certificate is self-signed but has the name of a known CA; if that CA was \
         re-created, update `Tls::ca`; pin it with `Tls::pinned` only after checking that it is \
         the server's",
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn marked_as_a_ca_as_openssl_does_by_itself() {
    let own = Issued::self_signed(&["localhost"], |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    });
    let tls = Tls::new().ca(Pem::text(&own.certificate));
    assert_refused(
        &own,
        &tls,
        "its certificate is marked as a CA, so that it cannot be a server's; pin it with \
         `Tls::pinned`, or make one that is not (basicConstraints CA:FALSE)",
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn meant_for_clients() {
    let house = House::new();
    let issued = house.ca.issue_with(&["localhost"], |params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    let expected = "its certificate is not meant for servers; issue one with extendedKeyUsage \
                    serverAuth";
    assert_refused(&issued, &house.tls(), expected);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn other_than_the_pinned_one_even_of_the_same_ca() {
    let house = House::new();
    let other = house.ca.issue(&["localhost"]);
    let tls = house.tls().pinned(Pem::text(&other.certificate));
    let start = "its certificate is not the pinned one (`Tls::pinned`); its SHA-256 is ";
    let end = "; if the server's certificate was replaced, update the pin, else something may be \
               intercepting the connection";
    for version in Version::ALL {
        let janus = Janus::builder().version(version).tls(&house.server).start();
        let (problem, _) = problem(&janus.wss_url(), tls.clone());
        let shown = problem.strip_prefix(start);
        let shown = shown.and_then(|rest| rest.strip_suffix(end));
        assert_pinned(&janus.wss_url(), shown.expect(&problem));
    }
}

#[test]
fn pinned_but_shown_by_a_server_without_its_key() {
    let house = House::new();
    let plain = Scripted::usual();
    for tls in [
        Tls::new().pinned(Pem::text(&house.server.certificate)),
        house.tls(),
    ] {
        let config = front::impostor(&house.server, &house.ca.issue(&["localhost"]));
        let front = Front::start(config, &plain.url(), b"");
        let (problem, _) = problem(&front.url(), tls);
        assert_eq!(
            problem,
            "the server's key does not match its certificate (bad handshake signature); check \
             that its certificate and key files belong together"
        );
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_port_without_tls() {
    for version in Version::ALL {
        let janus = Janus::builder().version(version).start();
        let url = janus.url().replace("ws://", "wss://");
        let (problem, _) = problem(&url, Tls::new());
        assert_eq!(problem, "it does not speak TLS; is it a port for ws://?");
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_port_with_tls_by_an_address_without() {
    let house = House::new();
    for version in Version::ALL {
        let janus = Janus::builder().version(version).tls(&house.server).start();
        let url = janus.wss_url().replace("wss://", "ws://");
        // This one closes without a word.
        assert_eq!(
            problem(&url, Tls::new()).0,
            "it closed the connection in the WebSocket handshake, as Janus's Admin API port and \
             a port for wss:// do; check scheme, host and port (8188)"
        );
    }
    let plain = Scripted::usual();
    let front = Front::start(front::config(&house.server, true), &plain.url(), b"");
    let url = front.url().replace("wss://", "ws://");
    let (problem, _) = problem(&url, Tls::new());
    assert_eq!(problem, "it speaks TLS; use wss://");
}

#[test]
fn a_server_that_says_nothing_or_closes() {
    use std::{io::Read, net::TcpListener, thread, time::Duration};
    for (silent, expected) in [
        (
            true,
            "it did not answer the TLS handshake in time; is it a port for ws://?",
        ),
        (
            false,
            "it closed the connection in the TLS handshake; is it a port for ws://?",
        ),
    ] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("wss://{}", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            if silent {
                // Until the client goes.
                let _ = stream.read_to_end(&mut Vec::new());
            }
        });
        let config = Config::new(&url).connect_timeout(Duration::from_millis(300));
        let error = config.open().unwrap_err().to_string();
        assert_eq!(error, format!("cannot connect to `{url}`: {expected}"));
        server.join().unwrap();
    }
}
