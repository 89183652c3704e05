//! Settings that cannot be used, and what nobody may see of them.

use std::fmt::Debug;

use common::{Issued, TempDir};
use janus_blocking::{
    Config, Error,
    tls::{Pem, Tls},
};

use super::House;

/// Nothing is connected to: settings are refused before.
const URL: &str = "wss://127.0.0.1:1";

#[track_caller]
fn assert_config(tls: Tls, expected: &str) {
    let error = Config::new(URL).tls(tls).open().expect_err(expected);
    assert!(matches!(error, Error::Config { .. }), "{error:?}");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn files_that_cannot_be_read() {
    let missing = "No such file or directory (os error 2)";
    let pem = || Pem::file("/nonexistent/x.pem");
    let issued = Issued::self_signed(&["localhost"], |_| {});
    for (tls, field) in [
        (Tls::new().ca(pem()), "tls.ca"),
        (Tls::new().pinned(pem()), "tls.pinned"),
        (
            Tls::new().client_certificate(pem(), Pem::text(&issued.key)),
            "tls.client_certificate",
        ),
        (
            Tls::new().client_certificate(Pem::text(&issued.certificate), pem()),
            "tls.client_certificate",
        ),
    ] {
        let problem = format!("the file `/nonexistent/x.pem` cannot be read: {missing}");
        assert_config(tls, &format!("`{field}` cannot be used: {problem}"));
    }
    assert_config(
        Tls::new().ca(Pem::file("/dev/zero")),
        "`tls.ca` cannot be used: the file `/dev/zero` cannot be read: it is larger than 1 MiB",
    );
}

#[test]
fn texts_that_are_not_what_they_should_be() {
    let issued = Issued::self_signed(&["localhost"], |_| {});
    let other = Issued::self_signed(&["localhost"], |_| {});
    let folder = TempDir::new("tls");
    let der = folder.path().join("ca.der");
    std::fs::write(&der, &issued.der).unwrap();
    let none = "no certificate in PEM (`-----BEGIN CERTIFICATE-----`)";
    assert_config(
        Tls::new().ca(Pem::text("")),
        &format!("`tls.ca` cannot be used: it holds {none}"),
    );
    assert_config(
        Tls::new().ca(Pem::file(&der)),
        &format!(
            "`tls.ca` cannot be used: the file `{}` holds {none}",
            der.display()
        ),
    );
    assert_config(
        Tls::new().ca(Pem::text(&issued.certificate[..200])),
        "`tls.ca` cannot be used: it holds PEM that is cut off: a line `-----END ..` is missing",
    );
    assert_config(
        Tls::new().ca(Pem::text(
            "-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n",
        )),
        "`tls.ca` cannot be used: it holds PEM with characters that are not base64",
    );
    assert_config(
        Tls::new().ca(Pem::text(
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        )),
        "`tls.ca` cannot be used: a certificate in it cannot be a CA: \
         invalid peer certificate: BadEncoding",
    );
    let two = [&*issued.certificate, &*other.certificate].concat();
    assert_config(
        Tls::new().pinned(Pem::text(two)),
        "`tls.pinned` cannot be used: it holds several certificates; give the server's own one only",
    );
    assert_config(
        Tls::new().system_roots(false),
        "`tls.ca` cannot be used: no CA is given, and the system's CAs are switched off by \
         `Tls::system_roots`; give one with `Tls::ca`, or switch them on",
    );
    assert_config(
        Tls::new().server_name("no name"),
        "`tls.server_name` cannot be used: `no name` is neither a DNS name nor an IP address; \
         write the name in the server's certificate",
    );
    let client = |certificate: &str, key: &str| {
        Tls::new().client_certificate(Pem::text(certificate), Pem::text(key))
    };
    assert_config(
        client(&issued.certificate, &other.key),
        "`tls.client_certificate` cannot be used: the key does not belong to the first \
         certificate; put the client's own certificate first, or give its key",
    );
    assert_config(
        client(&issued.certificate, &issued.certificate),
        "`tls.client_certificate` cannot be used: it holds no private key in PEM \
         (`-----BEGIN PRIVATE KEY-----`)",
    );
    let encrypted = issued.key.replace(" PRIVATE KEY", " ENCRYPTED PRIVATE KEY");
    assert_config(
        client(&issued.certificate, &encrypted),
        "`tls.client_certificate` cannot be used: it holds an encrypted key, which cannot be read; \
         decrypt it first",
    );
}

/// Lines of a key that are long enough not to be elsewhere by chance.
fn lines(key: &str) -> Vec<&str> {
    let lines = key.lines().filter(|line| line.len() > 16);
    lines.filter(|line| !line.starts_with('-')).collect()
}

#[test]
fn no_key_is_in_any_text() {
    let house = House::new();
    let client = house.ca.issue(&[]);
    let broken = client.key.replace("-----END PRIVATE KEY-----", "");
    let hidden = lines(&client.key);
    assert!(!hidden.is_empty());
    let assert_hidden = |value: &dyn Debug| {
        let text = format!("{value:?} {value:#?}");
        assert!(hidden.iter().all(|line| !text.contains(line)), "{text}");
    };
    for key in [&client.key, &broken, &broken.replace('M', "?")] {
        let certificate = Pem::text(&client.certificate);
        let tls = house.tls().client_certificate(certificate, Pem::text(key));
        assert_hidden(&tls);
        let config = Config::new(URL).tls(tls);
        assert_hidden(&config);
        // A key that is good fails only when nobody is there.
        let error = config.open().unwrap_err();
        assert_hidden(&error);
        assert!(hidden.iter().all(|line| !error.to_string().contains(line)));
    }
    let swapped = Pem::text(&client.key);
    assert_hidden(
        &Config::new(URL)
            .tls(Tls::new().ca(swapped))
            .open()
            .unwrap_err(),
    );
    assert_eq!(format!("{:?}", Pem::file("/x.key")), r#"Pem("/x.key")"#);
    // The rest is shown.
    let shown = format!(
        "{:?}",
        Config::new(URL).tls(Tls::new().server_name("janus.example"))
    );
    assert!(shown.contains("janus.example"), "{shown}");
}
