//! The story over every pair of transports: one to wait on, one to answer over.

use std::{fs, thread};

use common::{Authority, Janus, Sipp};

use super::setup::{Setup, USER};

const TRANSPORTS: usize = 4;

/// What the processes are told of the server.
fn urls(janus: &Janus) -> [String; TRANSPORTS] {
    [
        janus.url(),
        janus.http_url(),
        janus.https_url(),
        janus.unix_url(),
    ]
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_that_rang_over_one_transport_is_accepted_over_any_other() {
    thread::scope(|scope| {
        for waiting in 0..TRANSPORTS {
            scope.spawn(move || {
                let ca = Authority::new("doorbell CA");
                let builder = Janus::builder().reclaim_timeout(30).http().unix();
                let builder = builder.tls(&ca.issue(&["localhost"]));
                let setup = Setup::with_ca(builder, &ca);
                let urls = urls(&setup.janus);
                for answering in &urls {
                    println!("waits on {}, answers over {answering}", urls[waiting]);
                    accepted(&setup, &urls[waiting], answering);
                }
            });
        }
    });
}

fn accepted(setup: &Setup, wait: &str, answer: &str) {
    let first = setup.wait(wait, &[]);
    let caller = setup.left_ringing(first, Sipp::call(&setup.kamailio, USER));
    let mut second = setup.answer(answer, &[]);
    assert_eq!(second.line(), "accepted");
    assert!(caller.expect_success().saw(200));
    assert_eq!(second.line(), "hangup 200 Session Terminated");
    second.end().well(&[]);
    assert!(setup.sessions().is_empty());
    fs::remove_file(setup.ticket()).expect("it was written");
}
