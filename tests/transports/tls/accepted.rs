//! Servers that are accepted.

use std::{env, thread};

use common::{Authority, Issued, Janus, TempDir, Version, program::again, scripted::Scripted};
use janus_blocking::{
    Config,
    tls::{Pem, Tls},
};

use super::{
    House,
    front::{self, Front},
    openssl::OpenSsl,
};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_server_whose_ca_is_given_as_a_text_or_a_file() {
    let house = House::new();
    let folder = TempDir::new("tls");
    // A file of several, as systems have them, with words around them.
    let others = [Authority::new("another").pem(), house.ca.pem()].join("some words\n");
    let file = folder.write("ca.pem", &others);
    for version in Version::ALL {
        let janus = Janus::builder().version(version).tls(&house.server).start();
        for pem in [Pem::text(house.ca.pem()), Pem::file(&file)] {
            for roots in [true, false] {
                let tls = Tls::new().ca(pem.clone()).system_roots(roots);
                let connection = Config::new(janus.wss_url()).tls(tls).open().unwrap();
                let name = connection.opening_info().server_name.clone();
                assert_eq!(name, Some(janus.server_name()));
            }
        }
        let by_address = janus.wss_url().replace("localhost", "127.0.0.1");
        house.open(&by_address).ping().unwrap();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_server_whose_certificate_is_pinned_whatever_else_is_wrong_with_it() {
    let expired = Issued::self_signed(&["janus.example"], |params| {
        params.not_after = rcgen::date_time_ymd(2020, 1, 31);
    });
    let folder = TempDir::new("tls");
    let file = folder.write("server.pem", &expired.certificate);
    let openssl = OpenSsl::new();
    let hex = &openssl.fingerprint(&file);
    let other = "00".repeat(32);
    for version in Version::ALL {
        let janus = Janus::builder().version(version).tls(&expired).start();
        for tls in [
            Tls::new().pinned(Pem::file(&file)),
            Tls::new().pinned_sha256(hex),
            Tls::new().pinned_sha256(hex.replace(':', "").to_lowercase()),
            Tls::new().pinned_sha256(&other).pinned_sha256(hex),
        ] {
            let config = Config::new(janus.wss_url()).tls(tls);
            config.open().unwrap().ping().unwrap();
        }
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_server_whose_self_signed_certificate_is_given_as_a_ca() {
    let issued = Issued::self_signed(&["localhost"], |_| {});
    let janus = Janus::builder().tls(&issued).start();
    let tls = Tls::new().ca(Pem::text(&issued.certificate));
    Config::new(janus.wss_url()).tls(tls).open().unwrap();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_server_that_has_another_name_than_its_address() {
    let house = House::new();
    let issued = house.ca.issue(&["janus.example"]);
    let janus = Janus::builder().tls(&issued).start();
    let tls = house.tls().server_name("janus.example");
    Config::new(janus.wss_url()).tls(tls).open().unwrap();
}

/// As the connection's own thread has, which makes new links.
#[test]
fn by_a_thread_with_a_small_stack() {
    let house = House::new();
    let plain = Scripted::usual();
    let front = Front::start(front::config(&house.server, true), &plain.url(), b"");
    let config = house.config(&front.url());
    let thread = thread::Builder::new().stack_size(256 << 10);
    let opened = thread.spawn(move || config.open().map(drop)).unwrap();
    opened.join().unwrap().unwrap();
}

/// In a process of its own, as the environment says where a system's CAs are.
#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_server_of_a_ca_of_the_systems() {
    const URL: &str = "TLS_TEST_URL";
    if let Ok(url) = env::var(URL) {
        Config::new(url).open().unwrap().ping().unwrap();
        return;
    }
    let house = House::new();
    let janus = Janus::builder().tls(&house.server).start();
    let folder = TempDir::new("tls");
    let file = folder.write("roots.pem", &house.ca.pem());
    let run = |roots: &std::path::Path| {
        let mut child = again(module_path!(), "a_server_of_a_ca_of_the_systems");
        child.env(URL, janus.wss_url()).env("SSL_CERT_FILE", roots);
        child.output().expect("this program").status.success()
    };
    assert!(run(&file));
    let other = folder.write("other.pem", &Authority::new("another").pem());
    assert!(!run(&other));
}
