//! No secret and no key is in the log of a connection with TLS, while its wire text is.
#![cfg(feature = "log")]

use common::{Authority, Janus, logger::Log, program::in_own_process};
use janus_blocking::{
    Config,
    tls::{Pem, Tls},
};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_story_over_tls_shows_no_secret_but_its_wire_text() {
    if !in_own_process(
        module_path!(),
        "a_story_over_tls_shows_no_secret_but_its_wire_text",
    ) {
        return;
    }
    let log = Log::of_this_program();
    let ca = Authority::new("house CA");
    let (server, client) = (ca.issue(&["localhost"]), ca.issue(&[]));
    let builder = Janus::builder().api_secret("hush-api-secret");
    let janus = builder.tls(&server).start();
    let tls = Tls::new()
        .ca(Pem::text(ca.pem()))
        .client_certificate(Pem::text(&client.certificate), Pem::text(&client.key));
    let config = Config::new(janus.wss_url()).tls(tls.clone());
    let config = config.api_secret("hush-api-secret");
    let connection = config.open().expect("a connection");
    let session = connection.create_session().expect("a session");
    session.destroy().expect("an answer");
    let refused = Config::new(janus.wss_url()).tls(tls.system_roots(false).server_name("x"));
    refused.open().expect_err("another name");

    log.assert_wire("->", r#""janus":"create""#);
    log.assert_wire("<-", r#""janus":"success""#);
    log.assert_wire("->", r#""apisecret":"***""#);
    log.assert_hidden("hush");
    log.assert_hidden("PRIVATE KEY");
    let mut lines = client.key.lines().filter(|line| line.len() > 40);
    assert!(lines.clone().count() > 0);
    lines.by_ref().for_each(|line| log.assert_hidden(line));
    let shown = format!("{connection:?} {:?}", connection.config());
    assert!(
        !shown.contains("PRIVATE KEY") && !shown.contains("hush"),
        "{shown}"
    );
}
