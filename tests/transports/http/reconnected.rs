//! A link over HTTP that breaks and is made anew: no event is lost without a word.

use std::{thread, time::Duration};

use common::WireProxy;
use janus_blocking::{Config, Event};

use super::{
    LIMIT,
    events::{attach, next, provoke},
    with_both,
};

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn after_a_cut_the_queue_says_so_and_all_later_events_come() {
    with_both(|server| {
        let proxy = WireProxy::to_port(server.http_port());
        let url = format!("http://127.0.0.1:{}", proxy.port());
        let janus = Config::new(url).open().expect("a link");
        let session = janus.create_session().expect("a session");
        let handle = attach(&session);
        for round in 0..5 {
            provoke(&handle, round);
            assert_eq!(next(&handle), round);
            // So that the poll waits in Janus when it is cut.
            thread::sleep(Duration::from_millis(100));
            proxy.cut();
            let event = handle.events().recv_timeout(LIMIT).expect("no end");
            assert!(
                matches!(event, Some(Event::Reconnected { .. })),
                "{event:?}"
            );
            // Without the claim the poll that was cut would take these.
            for number in 100..105 {
                provoke(&handle, number);
                assert_eq!(next(&handle), number);
            }
        }
        session.destroy().expect("destroyed");
    });
}
