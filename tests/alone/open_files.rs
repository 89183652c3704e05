//! How many files are open when links have ended, while objects of their connections are still held.

use std::{fs, time::Duration};

use common::{wait_for, wait_until};
use janus_blocking::{
    Config, Connection, EchoTest, Events, Session, connection::Backoff, testing::FakeGateway,
};

use crate::alone;

const LIMIT: Duration = Duration::from_secs(20);

fn open_files() -> usize {
    fs::read_dir("/proc/self/fd").expect("Linux").count()
}

/// A connection with a session and a handle, which have been used. It makes no second link.
fn used(url: &str) -> (Connection, Session, Events<EchoTest>) {
    let config = Config::new(url).reconnect(Backoff::new().first(LIMIT * 100));
    let janus = config.open().expect("a link");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let events = echo.events();
    let quiet = events.recv_timeout(Duration::from_millis(50));
    assert_eq!(quiet.expect("it lives"), None);
    (janus, session, events)
}

/// The addresses, and how many files are open while there is no link, but was one of each kind.
fn at_first(gateway: &FakeGateway) -> ([String; 3], usize) {
    let urls = [
        gateway.url(),
        gateway.http_url().expect("a port"),
        gateway.unix_url().expect("a path"),
    ];
    urls.iter().for_each(|url| drop(used(url)));
    assert!(gateway.wait_links(0, LIMIT));
    let mut before = open_files();
    // The last ones may still be about to be closed.
    let quiet = Duration::from_millis(300);
    while wait_for(quiet, || (open_files() < before).then_some(())).is_some() {
        before = open_files();
    }
    (urls, before)
}

#[test]
fn what_is_held_of_a_closed_connection_keeps_no_file_open() {
    let test = "what_is_held_of_a_closed_connection_keeps_no_file_open";
    if !alone(module_path!(), test) {
        return;
    }
    let gateway = FakeGateway::start().expect("a port");
    let (urls, before) = at_first(&gateway);
    for url in urls {
        let held: Vec<_> = (0..5)
            .map(|_| {
                let (janus, session, events) = used(&url);
                janus.close();
                (session, events)
            })
            .collect();
        wait_until(LIMIT, &url, || open_files() <= before);
        drop(held);
    }
}

#[test]
fn a_link_that_broke_keeps_no_file_open() {
    let test = "a_link_that_broke_keeps_no_file_open";
    if !alone(module_path!(), test) {
        return;
    }
    let gateway = FakeGateway::start().expect("a port");
    let (urls, before) = at_first(&gateway);
    for url in urls {
        let held = [(); 5].map(|()| used(&url));
        gateway.accept_links(false);
        gateway.drop_links();
        wait_until(LIMIT, &url, || open_files() <= before);
        drop(held);
        gateway.accept_links(true);
    }
}
