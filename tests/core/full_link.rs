//! A server that reads nothing for a while: what finds no room in time is not sent, and everything
//! else goes out when there is room again, though nobody sends any more.

use std::{collections::BTreeSet, sync::mpsc, thread, time::Duration};

use common::{
    scripted::{HANDLE, Scripted},
    wait_for,
};
use janus_blocking::{Config, Error, raw::Body};
use serde_json::{Value, json};

const CALLERS: u64 = 60;

/// So much that the system cannot keep all callers' for a server that does not read.
const LENGTH: usize = 400_000;

const LONG: Duration = Duration::from_secs(30);

/// The numbers of the messages that the server has read.
fn numbers(server: &Scripted) -> BTreeSet<u64> {
    let requests = server.requests();
    let number = |request: &Value| request["body"]["number"].as_u64();
    requests.iter().filter_map(number).collect()
}

#[test]
fn nothing_stays_on_its_way_and_nothing_goes_out_that_was_reported_as_not_sent() {
    let (go, gate) = mpsc::channel::<()>();
    let server = Scripted::start(move |request, out| {
        if request["body"]["number"] == 0 {
            // Until the test lets go: nothing is read meanwhile.
            let _ = gate.recv();
        }
        out.usual(request);
    });
    server.stay_alive();
    // Dropped before the server, whatever happens here.
    let go = go;
    let config = Config::new(server.url()).link_timeout(LONG * 2);
    let janus = config.open().expect("the scripted server answers `info`");
    let session = janus.create_session().expect("it answers");
    let handle = session.attach_raw("janus.plugin.echotest");
    let handle = handle.expect("it answers").into_handle();
    let brief = handle.with_timeout(Duration::from_millis(200));
    let call = |number| {
        brief.send(&Body(
            json!({ "number": number, "text": "x".repeat(LENGTH) }),
        ))
    };
    call(0).expect_err("nobody answers");

    let results: Vec<_> = thread::scope(|scope| {
        let call = &call;
        let callers: Vec<_> = (1..=CALLERS)
            .map(|number| scope.spawn(move || (number, call(number))))
            .collect();
        let ends = callers.into_iter().map(|caller| caller.join());
        ends.map(|end| end.expect("no panic")).collect()
    });
    let (mut sent, mut unsent) = (BTreeSet::from([0]), BTreeSet::new());
    for (number, result) in results {
        match result {
            Err(Error::Timeout { sent: true, .. }) => sent.insert(number),
            Err(Error::Timeout { sent: false, .. }) => unsent.insert(number),
            other => panic!("nobody answers, and yet: {other:?}"),
        };
    }

    drop(go);
    // Nothing is sent meanwhile that could take it along.
    let all = wait_for(LONG, || sent.is_subset(&numbers(&server)).then_some(()));
    assert!(all.is_some(), "{sent:?} but only {:?}", numbers(&server));
    assert!(!unsent.is_empty(), "all of it found room");
    // What is read next was sent last.
    janus.ping().expect("it answers");
    assert_eq!(
        numbers(&server),
        sent,
        "{unsent:?} were reported as not sent"
    );
}

#[test]
fn a_detach_finds_its_way_though_the_link_is_full_and_nobody_sends_any_more() {
    let (go, gate) = mpsc::channel::<()>();
    let server = Scripted::start(move |request, out| {
        if request["body"]["number"] == 0 {
            let _ = gate.recv();
        }
        out.usual(request);
    });
    server.stay_alive();
    // Dropped before the server, whatever happens here.
    let go = go;
    let config = Config::new(server.url()).link_timeout(LONG * 2);
    let janus = config.open().expect("the scripted server answers `info`");
    let session = janus.create_session().expect("it answers");
    let raw = session.attach_raw("janus.plugin.echotest");
    let handle = raw.expect("it answers").into_handle();
    let brief = handle.with_timeout(Duration::from_millis(1));
    for number in 0..CALLERS {
        let body = json!({ "number": number, "text": "x".repeat(LENGTH) });
        brief.send(&Body(body)).expect_err("nobody answers");
    }
    drop((brief, handle));
    // It would wait here if dropping waited.
    drop(go);
    let detach = wait_for(LONG, || {
        let mut requests = server.requests().into_iter();
        requests.find(|request| request["janus"] == "detach")
    });
    assert_eq!(detach.expect("it is sent")["handle_id"], HANDLE);
}
