//! What a connection with TLS costs while nothing happens, on a real Janus.

use std::time::Duration;

use common::{Authority, Janus, Version};
use janus_blocking::{
    Config, EchoTest,
    tls::{Pem, Tls},
};

use crate::{alone, process::readers};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_thread_of_an_idle_connection_with_tls_sleeps() {
    if !alone(
        module_path!(),
        "the_thread_of_an_idle_connection_with_tls_sleeps",
    ) {
        return;
    }
    let ca = Authority::new("house CA");
    let issued = ca.issue(&["localhost"]);
    for version in Version::ALL {
        let janus = Janus::builder().version(version).tls(&issued).start();
        let tls = Tls::new().ca(Pem::text(ca.pem()));
        let connection = Config::new(janus.wss_url()).tls(tls).open().unwrap();
        let session = connection.create_session().unwrap();
        let echo: EchoTest = session.attach().unwrap();
        let nothing = |time| assert_eq!(echo.events().recv_timeout(time).unwrap(), None);
        // Long enough for the thread to have taken its turn after the last call.
        nothing(Duration::from_millis(300));
        let start = readers();
        assert_eq!(start.len(), 1);
        nothing(Duration::from_secs(3));
        assert_eq!(readers(), start, "the idle thread woke up");
        connection.ping().unwrap();
    }
}
