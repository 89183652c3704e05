//! Many threads and many handles on one connection, on a real Janus.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use common::Janus;
use janus_blocking::{Connection, EchoTest, Raw, echotest::Settings};
use serde_json::json;

#[test]
#[ignore = "needs Janus: run tests/run"]
fn four_callers_while_events_flow_all_finish_and_none_is_crossed() {
    const CALLS: u32 = 500;
    let janus = Janus::start();
    let connection = Connection::open(&janus.url()).unwrap();
    let session = connection.create_session().unwrap();
    let noisy: EchoTest = session.attach().unwrap();
    let (over, sent, heard) = (
        AtomicBool::new(false),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            for event in noisy.events() {
                match event {
                    Ok(_) => heard.fetch_add(1, Ordering::Relaxed),
                    Err(error) => return error,
                };
            }
            unreachable!("the last item is an error");
        });
        let noise = scope.spawn(|| {
            while !over.load(Ordering::Acquire) {
                noisy.handle().send(&Settings::new().audio(true)).unwrap();
                sent.fetch_add(1, Ordering::Relaxed);
            }
        });
        let callers: Vec<_> = (0..4)
            .map(|caller| {
                let session = &session;
                scope.spawn(move || {
                    // The room's number comes back in the answer: a crossed one would show.
                    let room: Raw = session.attach_raw("janus.plugin.videoroom").unwrap();
                    let echo: EchoTest = session.attach().unwrap();
                    for call in 0..CALLS {
                        let number = 1_000_000 + caller * CALLS + call;
                        let request = json!({ "request": "exists", "room": number });
                        let answer = room.request(request).unwrap();
                        assert_eq!(answer["room"], number, "{answer}");
                        echo.configure(&Settings::new().bitrate(number)).unwrap();
                    }
                })
            })
            .collect();
        callers
            .into_iter()
            .for_each(|caller| caller.join().unwrap());
        over.store(true, Ordering::Release);
        noise.join().unwrap();
        // An event may come behind its ack.
        let limit = Duration::from_secs(5);
        common::wait_until(limit, "all events", || {
            heard.load(Ordering::Relaxed) == sent.load(Ordering::Relaxed)
        });
        assert_eq!(connection.unmatched_messages(), Default::default());
        noisy.handle().with_timeout(limit).detach().unwrap();
        assert!(reader.join().unwrap().is_closed());
    });
    let (sent, heard) = (sent.into_inner(), heard.into_inner());
    assert!(sent > 100, "only {sent} events flowed");
    assert_eq!(heard, sent, "events were lost or doubled");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_thousand_handles_on_one_session() {
    let janus = Janus::start();
    let connection = Connection::open(&janus.url()).unwrap();
    let session = connection.create_session().unwrap();
    let handles: Vec<EchoTest> = (0..1000).map(|_| session.attach().unwrap()).collect();
    for echo in &handles {
        echo.configure(&Settings::new().audio(true)).unwrap();
    }
    for echo in handles {
        assert_eq!(echo.events().try_recv().unwrap(), None);
        echo.into_handle().detach().unwrap();
    }
    assert_eq!(connection.unmatched_messages(), Default::default());
    session.destroy().unwrap();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn handles_are_used_from_threads_that_come_and_go() {
    let janus = Janus::start();
    let connection = Connection::open(&janus.url()).unwrap();
    let session = connection.create_session().unwrap();
    let echo: EchoTest = session.attach().unwrap();
    for _ in 0..20 {
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| echo.configure(&Settings::new().audio(true)).unwrap());
            }
        });
    }
    assert_eq!(echo.handle().session_id(), session.id());
}
