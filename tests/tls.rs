//! Links with TLS, to real servers.

mod common;

use common::{Authority, Janus, Version};
use janus_blocking::{
    Config,
    tls::{Pem, Tls},
};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_server_whose_ca_is_given_is_accepted() {
    let ca = Authority::new("house CA");
    let issued = ca.issue(&["localhost"]);
    for version in Version::ALL {
        let janus = Janus::builder().version(version).tls(&issued).start();
        let tls = Tls::new().ca(Pem::text(ca.pem()));
        let connection = Config::new(janus.wss_url()).tls(tls).open().unwrap();
        assert_eq!(
            connection.opening_info().server_name.as_deref(),
            Some(&*janus.server_name())
        );
        connection.ping().unwrap();
    }
}
