//! The same over `https://`.

use common::{Authority, Janus, Version};
use janus_blocking::{
    Config,
    tls::{Pem, Tls},
};

use super::{
    Duration, Instant, SOON,
    events::{attach, next, provoke},
};

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn requests_and_events_over_tls() {
    let ca = Authority::new("ours");
    let issued = ca.issue(&["localhost"]);
    for version in Version::ALL {
        let builder = Janus::builder().version(version).http();
        let server = builder.tls(&issued).api_secret("hush").start();
        let config = Config::new(server.https_url()).api_secret("hush");
        let untrusted = config.clone().open().expect_err("nobody knows that CA");
        let text = untrusted.to_string();
        assert!(text.contains("certificate"), "{text}");

        let trusting = config.tls(Tls::new().ca(Pem::text(ca.pem())));
        let janus = trusting.open().expect("a link");
        let session = janus.create_session().expect("a session");
        let handle = attach(&session);
        let begun = Instant::now();
        for number in 0..20 {
            provoke(&handle, number);
            assert_eq!(next(&handle), number);
        }
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
        // The poll waits in the server, and its end is not waited for.
        std::thread::sleep(Duration::from_millis(100));
        let begun = Instant::now();
        session.destroy().expect("destroyed");
        janus.close();
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    }
}
