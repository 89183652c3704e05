//! A link that breaks while others use it.

use std::{sync::Arc, time::Duration};

use super::server::Server;
use crate::{
    ConnectionState,
    sync::{
        model::{Time, check},
        thread,
    },
};

#[test]
fn whoever_hears_of_the_loss_finds_it_in_the_state() {
    check(Time::Waits, 1000, || {
        let server = Server::new();
        // Who has come too late for the link waits for the next one in vain.
        let config = server.config().request_timeout(Duration::from_secs(60));
        let janus = Arc::new(config.open().expect("it answers"));
        server.refuse_links();
        server.hold("create");
        let callers: Vec<_> = (0..2)
            .map(|_| {
                let janus = janus.clone();
                thread::spawn(move || {
                    janus.create_session().expect_err("there is no answer");
                    assert_ne!(janus.state(), ConnectionState::Connected);
                })
            })
            .collect();
        server.wait_seen("create", 1);
        server.cut();
        callers
            .into_iter()
            .for_each(|caller| caller.join().expect("no panic"));
    });
}
