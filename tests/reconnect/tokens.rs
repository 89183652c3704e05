//! Tokens that are replaced while there is no link.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use common::{Janus, Version, WireProxy, admin::Admin, wait_until};
use janus_blocking::{CloseReason, Error, auth::Token};

use super::world::{LIMIT, World, config};

/// For how long the function is left alone, and a bit.
const PAUSE: Duration = Duration::from_millis(1100);

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_claim_whose_token_is_refused_is_sent_with_the_next_one() {
    for version in Version::ALL {
        let server = Janus::builder().version(version).reclaim_timeout(20);
        let server = server.token_auth().start();
        let proxy = WireProxy::start(&server);
        let mut admin = Admin::of(&server);
        admin.add("token 0", &[]);
        let count = Arc::new(AtomicU32::new(0));
        let settings = config(proxy.url()).token_provider(move || {
            let number = count.fetch_add(1, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Token::new(format!("token {number}")))
        });
        let world = World::open(settings);
        let more: Vec<_> = (0..3)
            .map(|_| world.janus.create_session().expect("a session"))
            .collect();
        // A token that was made just now is not replaced.
        thread::sleep(PAUSE);
        admin.remove("token 0");
        admin.add("token 1", &[]);
        proxy.cut();
        world.connected();
        for session in &more {
            session.check().expect("claimed");
        }
        world.assert_told();
        world.assert_alive();

        // The next one is refused as well: the server does not give them back.
        thread::sleep(PAUSE);
        admin.remove("token 1");
        proxy.cut();
        wait_until(LIMIT, "they are given up", || {
            world.session.check().is_err()
        });
        let why = CloseReason::ClaimRefused;
        for session in &more {
            wait_until(LIMIT, "they are given up", || session.check().is_err());
            let error = session.check().expect_err("given up");
            assert!(
                matches!(error, Error::Closed { why: it, .. } if it == why),
                "{error:?}"
            );
            assert!(
                !error.is_session_gone() && error.to_string().contains("token"),
                "{error}"
            );
        }
    }
}
