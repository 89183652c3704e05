//! Long polls that are answered at once, with nothing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use common::{http_server::ok, wait_until};
use janus_blocking::{CloseReason, Error};

use super::{
    LIMIT,
    broken::{connect, event, polled},
};

#[test]
fn a_poll_that_brings_no_event_at_once_waits_before_the_next() {
    thread::scope(|scope| {
        for body in [
            r#"[{"janus":"keepalive"}]"#,
            r#"{"janus":"keepalive"}"#,
            "[]",
            r#"[{"janus":"event","session_id":4,"sender":6,"plugindata":{"plugin":"x","data":{}}}]"#,
        ] {
            scope.spawn(|| waits_after(body));
        }
    });
}

fn waits_after(body: &'static str) {
    let begun = Instant::now();
    let polled = polled(move |poll| match poll {
        0..2 => Some(ok(body)),
        2 => Some(ok(&event(1))),
        3..6 => Some(ok(body)),
        6 => Some(ok(&event(2))),
        _ => None,
    });
    // After each answer it waits longer, and from the first event on anew.
    assert_eq!(polled.next(), 1);
    let first = begun.elapsed();
    assert!(first > Duration::from_millis(450), "{body}: {first:?}");
    assert_eq!(polled.next(), 2);
    let second = begun.elapsed() - first;
    assert!(second > Duration::from_millis(1900), "{body}: {second:?}");
    polled.session.check().expect("it lives");
}

#[test]
fn a_page_that_is_not_januss_breaks_the_link() {
    for (page, asked) in [("", 1), ("<html>log in</html>", 1), ("please log in", 4)] {
        let polls = Arc::new(AtomicUsize::new(0));
        let count = polls.clone();
        let janus = connect(move |asked| {
            asked.is_poll().then(|| {
                count.fetch_add(1, Ordering::Relaxed);
                ok(page)
            })
        });
        let session = janus.create_session().expect("a session");
        wait_until(LIMIT, "the session hears", || session.check().is_err());
        assert_eq!(polls.load(Ordering::Relaxed), asked, "{page}");
        match session.check() {
            Err(Error::Closed { why, .. }) => assert_eq!(why, CloseReason::LinkBroken),
            other => panic!("{page}: {other:?}"),
        }
    }
}
