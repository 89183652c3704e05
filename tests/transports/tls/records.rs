//! What TLS does below the messages: records, keys, ends.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use common::{
    Janus,
    scripted::{Out, Scripted, success},
    wait_until,
};
use janus_blocking::{
    CloseReason, Connection, Error,
    transport::{self, Connected, Received, Transport, Unreachable, Wait},
};
use serde_json::json;

use super::{
    House,
    front::{self, Front, Order},
};

const SOON: Duration = Duration::from_secs(5);

/// How long those wait that must not time out.
const PATIENCE: Duration = Duration::from_secs(60);

fn front(house: &House, newest: bool, url: &str) -> Front {
    Front::start(front::config(&house.server, newest), url, b"")
}

/// A server whose plugin answers with the request.
fn echoing() -> Scripted {
    Scripted::start(|request, out| match request["janus"].as_str() {
        Some("message") => {
            let body = request["body"].clone();
            let answer = json!({"janus": "success", "session_id": 11, "sender": 22,
                "plugindata": {"plugin": "p", "data": body}});
            out.answer(request, answer);
        }
        _ => out.usual(request),
    })
}

#[test]
fn an_event_in_the_same_record_as_the_answer_to_the_handshake() {
    let house = House::new();
    let plain = Scripted::usual();
    // A text message of no session, before anything was asked.
    let text = r#"{"janus":"event","session_id":7,"sender":8}"#;
    let early = [&[0x81, text.len() as u8], text.as_bytes()].concat();
    for newest in [true, false] {
        let config = front::config(&house.server, newest);
        let front = Front::start(config, &plain.url(), &early);
        let janus = house.open(&front.url());
        janus.ping().unwrap();
        let strays = janus.unmatched_messages();
        assert_eq!((strays.unknown, strays.garbage), (1, 0), "{strays:?}");
    }
}

#[test]
fn messages_larger_than_records_both_ways() {
    // The largest record holds 16 KiB.
    let sdp = "v=0\r\n".repeat(20_000);
    let house = House::new();
    let plain = echoing();
    for newest in [true, false] {
        let front = front(&house, newest, &plain.url());
        let janus = house.open(&front.url());
        let session = janus.create_session().unwrap();
        let raw = session.attach_raw("p").unwrap();
        for _ in 0..20 {
            let answer = raw.request(json!({ "sdp": sdp })).unwrap();
            assert_eq!(answer["sdp"], sdp);
        }
    }
}

#[test]
fn records_that_come_in_pieces() {
    let sdp = "v=0\r\n".repeat(8000);
    let house = House::new();
    let plain = echoing();
    for newest in [true, false] {
        let front = front(&house, newest, &plain.url());
        let janus = house.open(&front.url());
        let session = janus.create_session().unwrap();
        let raw = session.attach_raw("p").unwrap();
        for size in [1, 5, 100, 4095, 4097] {
            front.order(Order::Pieces(size));
            janus.ping().unwrap();
            let answer = raw.request(json!({ "sdp": sdp })).unwrap();
            assert_eq!(answer["sdp"], sdp);
        }
    }
}

/// Counts the times when bytes came, and nobody was told.
struct Watched {
    inside: Arc<dyn Transport>,
    silent: Arc<AtomicU32>,
}

struct WatchedReceiver {
    inside: Box<dyn transport::Receiver>,
    silent: Arc<AtomicU32>,
}

impl Transport for Watched {
    fn address(&self) -> String {
        self.inside.address()
    }

    fn connect(&self, deadline: Instant) -> Result<Connected, Unreachable> {
        let Connected { link, receiver } = self.inside.connect(deadline)?;
        let receiver = WatchedReceiver {
            inside: receiver,
            silent: self.silent.clone(),
        };
        let receiver = Box::new(receiver);
        Ok(Connected { link, receiver })
    }
}

impl transport::Receiver for WatchedReceiver {
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        let mut told = false;
        self.inside.receive(wait, &mut |received| {
            told = true;
            sink(received);
        })?;
        // A caller's wait may end a quarter before its time.
        if !told && Instant::now() + SOON < wait.deadline {
            self.silent.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }
}

#[test]
fn a_part_of_a_record_is_a_sign_of_life() {
    // Larger than what is read at once, in one record.
    let text = "x".repeat(15_000);
    let house = House::new();
    let plain = echoing();
    for newest in [true, false] {
        let front = front(&house, newest, &plain.url());
        let config = house
            .config(&front.url())
            .request_timeout(SOON * 6)
            .link_timeout(SOON * 12);
        let inside = config.transport_to(&front.url()).unwrap();
        let silent = Arc::new(AtomicU32::new(0));
        let watched = Watched {
            inside,
            silent: silent.clone(),
        };
        let janus = config.transport(watched).open().unwrap();
        let session = janus.create_session().unwrap();
        let raw = session.attach_raw("p").unwrap();
        for _ in 0..5 {
            raw.request(json!({ "text": text })).unwrap();
        }
        assert_eq!(silent.load(Ordering::SeqCst), 0);
    }
}

#[test]
fn a_burst_of_events_in_one_record_or_many() {
    let house = House::new();
    let plain = Scripted::start(|request, out| {
        out.usual(request);
        if request["janus"] == "attach" {
            (0..1000).for_each(|n| out.event(json!({ "n": n })));
        }
    });
    let front = front(&house, true, &plain.url());
    let janus = house.open(&front.url());
    for _ in 0..5 {
        let session = janus.create_session().unwrap();
        let raw = session.attach_raw("p").unwrap();
        for n in 0..1000 {
            let event = raw.events().recv_timeout(SOON).unwrap().expect("an event");
            assert!(format!("{event:?}").contains(&format!("{n}")), "{event:?}");
        }
        session.destroy().unwrap();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn keys_that_change_while_calls_are_made() {
    let house = House::new();
    let janus = Janus::start();
    let front = front(&house, true, &janus.url());
    let connection = house.open(&front.url());
    for _ in 0..50 {
        front.order(Order::UpdateKeys);
        connection.ping().unwrap();
    }
    // Also when nothing is sent for a while.
    front.order(Order::UpdateKeys);
    front.order(Order::UpdateKeys);
    thread::sleep(Duration::from_millis(50));
    connection.ping().unwrap();
}

/// The link has ended, for everybody.
#[track_caller]
fn assert_ends(janus: &Connection, why: CloseReason) -> (io::ErrorKind, String) {
    let mut last = None;
    wait_until(SOON, "the connection has ended", || {
        last = janus.ping().err();
        matches!(last, Some(Error::Closed { .. }))
    });
    let Some(Error::Closed {
        why: said, source, ..
    }) = last
    else {
        unreachable!()
    };
    assert_eq!(said, why);
    source.map_or((io::ErrorKind::Other, String::new()), |source| {
        (source.kind(), source.to_string())
    })
}

#[test]
fn the_end_of_a_link_with_and_without_a_goodbye() {
    let house = House::new();
    for newest in [true, false] {
        let plain = Scripted::usual();
        for order in [Order::Goodbye, Order::Cut] {
            let front = front(&house, newest, &plain.url());
            let janus = house.open(&front.url());
            front.order(order);
            let (kind, text) = assert_ends(&janus, CloseReason::LinkBroken);
            let ends = [
                io::ErrorKind::UnexpectedEof,
                io::ErrorKind::ConnectionReset,
                io::ErrorKind::BrokenPipe,
            ];
            assert!(ends.contains(&kind), "{kind:?}: {text}");
        }
    }
}

#[test]
fn bytes_that_are_no_tls_end_the_link() {
    let house = House::new();
    let plain = Scripted::usual();
    let front = front(&house, true, &plain.url());
    let janus = house.open(&front.url());
    front.order(Order::Garbage);
    let (kind, text) = assert_ends(&janus, CloseReason::LinkBroken);
    assert_eq!(kind, io::ErrorKind::InvalidData, "{text}");
}

#[test]
fn a_server_that_does_not_read_holds_up_who_writes_and_nobody_else() {
    let house = House::new();
    let plain = Scripted::start(|request, out| match request["janus"].as_str() {
        Some("message") => out.answer(request, json!({"janus": "ack", "session_id": 11})),
        Some("attach") => out.answer(request, success(22)),
        _ => out.usual(request),
    });
    let front = front(&house, true, &plain.url());
    let config = house.config(&front.url());
    let janus = config.request_timeout(PATIENCE).open().unwrap();
    let session = janus.create_session().unwrap();
    let raw = session.attach_raw("p").unwrap();
    front.order(Order::Hold(true));
    let large = "x".repeat(1 << 20);
    thread::scope(|scope| {
        let writers: Vec<_> = (0..12)
            .map(|_| {
                let (raw, large) = (&raw, &large);
                scope.spawn(move || {
                    let body = janus_blocking::raw::Body(json!({ "sdp": large }));
                    raw.handle().send(&body)
                })
            })
            .collect();
        // 12 MiB are more than the sockets hold: writers wait. What comes is read all the same.
        thread::sleep(Duration::from_millis(100));
        for n in 0..100 {
            plain.push(|out: &mut Out| out.event(json!({ "n": n })));
            let event = raw.events().recv_timeout(PATIENCE).unwrap();
            assert!(event.is_some());
        }
        // Had they held it up, it would have taken until they gave up.
        assert!(writers.iter().any(|writer| !writer.is_finished()));
        front.order(Order::Hold(false));
        for writer in writers {
            writer.join().unwrap().unwrap();
        }
    });
    janus.ping().unwrap();
}
