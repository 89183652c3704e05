//! The story over every pair of transports: one to wait on, one to answer over.

use std::{fs, thread};

use common::{Authority, Janus, Sipp, Version};

use super::setup::{Setup, USER};

/// What the processes are told of the server.
fn urls(janus: &Janus) -> [String; 4] {
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
    accepted_over(Version::V1_1_2, |_, _| true);
}

#[test]
#[ignore = "needs Janus 1.4.1, Kamailio and SIPp: run tests/run"]
fn a_call_that_rang_over_https_or_not_is_accepted_over_https_or_not_by_the_newer_janus() {
    accepted_over(Version::V1_4_1, |wait, answer| {
        wait.starts_with("https:") || answer.starts_with("https:")
    });
}

/// Tells the story for those pairs of transports that are wanted, with the same first one in turn.
fn accepted_over(version: Version, wanted: fn(&str, &str) -> bool) {
    thread::scope(|scope| {
        for waiting in 0..4 {
            scope.spawn(move || {
                let ca = Authority::new("doorbell CA");
                let builder = Janus::builder().version(version).reclaim_timeout(30);
                let builder = builder.http().unix().tls(&ca.issue(&["localhost"]));
                let setup = Setup::with_ca(builder, &ca);
                let urls = urls(&setup.janus);
                let wait = &urls[waiting];
                for answer in urls.iter().filter(|answer| wanted(wait, answer)) {
                    println!("Janus {version}: waits on {wait}, answers over {answer}");
                    accepted(&setup, wait, answer);
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
