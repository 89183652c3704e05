//! Links with TLS: who is accepted, who is refused and what is said of it, and all that is done over
//! a plain link over one with TLS.

mod accepted;
mod calls;
mod client_certificate;
mod front;
mod openssl;
mod records;
mod refused;
mod settings;

use common::{Authority, Issued};
use janus_blocking::{
    Config, Connection, Error,
    connection::Reconnect,
    tls::{Pem, Tls},
};

/// A CA, and a server's certificate of it.
struct House {
    ca: Authority,
    server: Issued,
}

impl House {
    fn new() -> Self {
        let ca = Authority::new("house CA");
        let server = ca.issue(&["localhost", "127.0.0.1"]);
        Self { ca, server }
    }

    /// Settings that accept this house's servers and no others.
    fn tls(&self) -> Tls {
        Tls::new().ca(Pem::text(self.ca.pem())).system_roots(false)
    }

    /// A connection with these settings ends with its link.
    fn config(&self, url: &str) -> Config {
        let config = Config::new(url).tls(self.tls());
        config.reconnect(Reconnect::Never)
    }

    #[track_caller]
    fn open(&self, url: &str) -> Connection {
        self.config(url)
            .open()
            .expect("it is a server of the house")
    }
}

/// Why it could not connect: the text behind the address, and the cause's.
#[track_caller]
fn problem(url: &str, tls: Tls) -> (String, String) {
    let error = Config::new(url).tls(tls).open().expect_err("it is refused");
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    let text = error.to_string();
    let start = format!("cannot connect to `{url}`: ");
    let problem = text.strip_prefix(&start).expect("the address");
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    (problem.to_owned(), cause.unwrap_or_default())
}
