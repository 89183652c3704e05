//! Certificates and keys as openssl makes them, which is what most servers have.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use common::{
    Authority, Issued, Janus, TempDir, Version, free_tcp_port, process::Process,
    scripted::Scripted, wait_for,
};
use janus_blocking::{
    Config,
    tls::{Pem, Tls},
};

use super::{
    House,
    front::{self, Front},
    problem,
};

/// openssl, in a folder of its own.
pub struct OpenSsl(TempDir);

impl OpenSsl {
    pub fn new() -> Self {
        Self(TempDir::new("openssl"))
    }

    /// The SHA-256 of a certificate in PEM, with colons.
    pub fn fingerprint(&self, file: &Path) -> String {
        let file = file.to_str().expect("UTF-8");
        let text = self.run(&["x509", "-noout", "-fingerprint", "-sha256", "-in", file]);
        let (_, hex) = text.trim().split_once('=').expect("a fingerprint");
        hex.to_owned()
    }

    fn run(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("openssl");
        command.args(arguments).current_dir(self.0.path());
        let output = command.output().expect("openssl can be run");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Runs `openssl s_server`, until it is dropped; returns the address too.
    pub fn serve(&self, issued: &Issued, arguments: &[&str]) -> (Process, String) {
        let certificate = self.0.write("server.pem", &issued.certificate);
        let key = self.0.write("server.key", &issued.key);
        // Another program may take the port before openssl has it.
        let started = (0..5).find_map(|attempt| {
            let port = free_tcp_port();
            let mut command = Command::new("openssl");
            command.args(["s_server", "-www", "-accept", &format!("127.0.0.1:{port}")]);
            command.arg("-cert").arg(&certificate).arg("-key").arg(&key);
            command.args(arguments).current_dir(self.0.path());
            let log = self.path(&format!("log-{port}-{attempt}"));
            let mut server = Process::start(&mut command, &log);
            let listens = wait_for(Duration::from_secs(10), || {
                let listens = server.log_tail().contains("ACCEPT");
                (listens || server.exit_status().is_some()).then_some(listens)
            });
            (listens == Some(true)).then(|| (server, format!("wss://127.0.0.1:{port}")))
        });
        started.expect("openssl listens")
    }

    /// A file for it.
    pub fn write(&self, name: &str, text: &str) {
        self.0.write(name, text);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect(name)
    }
}

#[test]
#[ignore = "needs Janus and openssl: run tests/run"]
fn a_self_signed_certificate_can_be_pinned_and_is_no_ca_of_itself() {
    let openssl = OpenSsl::new();
    let request = "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 30 \
                   -subj /CN=localhost -addext subjectAltName=DNS:localhost";
    openssl.run(&request.split_whitespace().collect::<Vec<_>>());
    let issued = Issued {
        certificate: openssl.read("cert.pem"),
        key: openssl.read("key.pem"),
        der: rustls::pki_types::CertificateDer::from(Vec::new()),
    };
    let file = openssl.path("cert.pem");
    for version in Version::ALL {
        let janus = Janus::builder().version(version).tls(&issued).start();
        for pinned in [
            Tls::new().pinned(Pem::file(&file)),
            Tls::new().pinned_sha256(openssl.fingerprint(&file)),
        ] {
            let config = Config::new(janus.wss_url()).tls(pinned);
            config.open().unwrap().ping().unwrap();
        }
        let (problem, _) = problem(&janus.wss_url(), Tls::new().ca(Pem::file(&file)));
        let start = "its certificate is marked as a CA, so that it cannot be a server's; pin it";
        assert!(problem.starts_with(start), "{problem}");
    }
}

#[test]
#[ignore = "needs openssl: run tests/run"]
fn client_keys_of_every_form() {
    let house = House::new();
    let clients = Authority::new("client CA");
    let openssl = OpenSsl::new();
    let plain = Scripted::usual();
    for (kind, option) in [
        ("rsa", "rsa_keygen_bits:2048"),
        ("ec", "ec_paramgen_curve:P-256"),
    ] {
        let new = [
            "genpkey",
            "-algorithm",
            kind,
            "-pkeyopt",
            option,
            "-out",
            "key.pem",
        ];
        openssl.run(&new);
        let old = ["pkey", "-traditional", "-in", "key.pem", "-out", "old.pem"];
        openssl.run(&old);
        let own = "req -x509 -new -key key.pem -subj /CN=door -out cert.pem -addext \
                   basicConstraints=critical,CA:FALSE";
        openssl.run(&own.split_whitespace().collect::<Vec<_>>());
        for (key, begin) in [("key.pem", "BEGIN PRIVATE"), ("old.pem", "BEGIN")] {
            assert!(openssl.read(key).contains(begin));
            let config = front::demanding(&house.server, true, &clients);
            let front = Front::start(config, &plain.url(), b"");
            let shown = Pem::file(openssl.path("cert.pem"));
            let tls = house.tls();
            let tls = tls.client_certificate(shown, Pem::file(openssl.path(key)));
            // It was read, sent and understood: the server does not know who issued it.
            let (problem, _) = problem(&front.url(), tls);
            let start = "it refused the certificate in `Tls::client_certificate`";
            assert!(problem.starts_with(start), "{problem}");
        }
    }
}

#[test]
#[ignore = "needs openssl: run tests/run"]
fn servers_with_old_tls_or_old_ciphers_only() {
    let house = House::new();
    let openssl = OpenSsl::new();
    for (arguments, expected) in [
        (
            &["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"][..],
            "it speaks neither TLS 1.3 nor TLS 1.2, only something older",
        ),
        (
            &["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"],
            "it has no TLS version or cipher in common with this program (TLS alert \
             `HandshakeFailure`); allow TLS 1.2 or 1.3 on the server, and check its `ciphers`",
        ),
    ] {
        let (_server, url) = openssl.serve(&house.server, arguments);
        assert_eq!(problem(&url, house.tls()).0, expected);
    }
}
