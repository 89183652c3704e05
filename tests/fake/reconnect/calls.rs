//! What becomes of calls: those under way when the link breaks, and those that begin without one.

use std::{thread, time::Instant};

use janus_blocking::{
    Config, Error,
    connection::Backoff,
    testing::{Expect, FakeGateway, Fault, When},
    videoroom,
};
use serde_json::json;

use super::{LONG, SHORT, SOON, Setup, both};

#[test]
fn a_request_under_way_fails_and_is_not_repeated() {
    both(|memory| {
        let setup = Setup::new(memory);
        let before = setup.gateway.request_count();
        setup.gateway.inject_when(When::Ack, Fault::Close);
        let error = setup.configure().expect_err("the link broke under it");
        let Error::Transport { reconnects, .. } = &error else {
            panic!("{error:?}");
        };
        assert!(*reconnects && !error.is_closed());
        let text = error.to_string();
        assert!(
            text.ends_with("repeat the request only if that does no harm"),
            "{text}"
        );
        setup.janus.ping().expect("a link again");
        let messages = setup.sent_since(before);
        let messages = messages.iter().filter(|verb| *verb == "message");
        assert_eq!(messages.count(), 1);
    });
}

#[test]
fn a_read_under_way_is_repeated() {
    both(|memory| {
        let setup = Setup::new(memory);
        setup
            .gateway
            .inject_when(When::answer_to("ping"), Fault::Close);
        setup.janus.ping().expect("it is sent again");
        setup
            .gateway
            .inject_when(When::answer_to("info"), Fault::Close);
        setup.janus.info().expect("it is sent again");
        // Opening and two reconnections ask for `info` as well.
        let verbs = setup.sent_since(0);
        let count = |verb| verbs.iter().filter(|sent| *sent == verb).count();
        assert_eq!((count("ping"), count("info")), (2, 3 + 2));
    });
}

#[test]
fn a_request_that_is_marked_idempotent_is_repeated() {
    let gateway = FakeGateway::builder()
        .reclaim_timeout(LONG)
        .start()
        .expect("a port");
    let config = Config::new("").reconnect(Backoff::new().first(SOON));
    let janus = gateway.connect_with(config).expect("a connection");
    let session = janus.create_session().expect("a session");
    let room: janus_blocking::VideoRoom = session.attach().expect("a handle");
    let answer = json!({ "videoroom": "success", "list": [] });
    let expect = || {
        Expect::request("janus.plugin.videoroom", json!({ "request": "list" }))
            .answer(answer.clone())
    };
    gateway.expect(expect());
    gateway.expect(expect());
    gateway.inject_when(When::answer_to("message"), Fault::Close);
    let rooms = room
        .handle()
        .request(&videoroom::List::new())
        .expect("sent again");
    assert!(rooms.list.is_empty());
    gateway.verify();
}

#[test]
fn requests_that_begin_without_a_link_wait_for_one() {
    both(|memory| {
        let setup = Setup::new(memory);
        setup.cut_off();
        thread::scope(|scope| {
            let callers: Vec<_> = (0..4).map(|_| scope.spawn(|| setup.configure())).collect();
            let creator = scope.spawn(|| setup.janus.create_session());
            thread::sleep(SHORT);
            assert!(callers.iter().all(|caller| !caller.is_finished()));
            setup.gateway.accept_links(true);
            for caller in callers {
                caller.join().expect("no panic").expect("the link is back");
            }
            creator.join().expect("no panic").expect("the link is back");
        });
    });
}

#[test]
fn a_call_that_waits_for_a_link_too_long_was_not_sent() {
    both(|memory| {
        let setup = Setup::with(memory, |config| config.request_timeout(SHORT));
        setup.cut_off();
        let begun = Instant::now();
        let error = setup.configure().expect_err("there is no link");
        assert!(
            matches!(error, Error::Timeout { sent: false, .. }),
            "{error:?}"
        );
        assert!(begun.elapsed() >= SHORT);
        let text = error.to_string();
        assert!(text.contains("was not sent within"), "{text}");
        assert!(text.contains("a new one is being made"), "{text}");
    });
}
