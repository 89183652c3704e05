//! The story over every pair of transports: one to wait on, one to answer over.

use std::{fs, thread};

use common::{Janus, Sipp};

use super::scene::{Scene, USER};

const TRANSPORTS: usize = 3;

/// What the processes are told of the server.
fn urls(janus: &Janus) -> [String; TRANSPORTS] {
    [janus.url(), janus.http_url(), janus.unix_url()]
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_that_rang_over_one_transport_is_accepted_over_any_other() {
    thread::scope(|scope| {
        for waiting in 0..TRANSPORTS {
            scope.spawn(move || {
                let scene = Scene::with(Janus::builder().reclaim_timeout(30).http().unix());
                let urls = urls(&scene.janus);
                for answering in &urls {
                    println!("waits on {}, answers over {answering}", urls[waiting]);
                    accepted(&scene, &urls[waiting], answering);
                }
            });
        }
    });
}

fn accepted(scene: &Scene, wait: &str, answer: &str) {
    let first = scene.wait(wait, &[]);
    let caller = scene.left_ringing(first, Sipp::call(&scene.kamailio, USER));
    let mut second = scene.answer(answer, &[]);
    assert_eq!(second.line(), "accepted");
    assert!(caller.expect_success().saw(200));
    assert_eq!(second.line(), "hangup 200 Session Terminated");
    second.end().well(&[]);
    assert!(scene.sessions().is_empty());
    fs::remove_file(scene.ticket()).expect("it was written");
}
