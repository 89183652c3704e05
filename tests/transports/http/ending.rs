//! Calls under way, and what is made too late, when sessions or their connection end.

use std::{
    collections::HashSet,
    io::Write,
    mem,
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use common::{
    http_server::{ok, serve_until, start, with_status},
    wait_until,
};
use janus_blocking::{
    CloseReason, Config, Connection, Error, Session, connection::ConnectionState,
};
use serde_json::json;

use super::{LIMIT, SOON};

#[test]
fn close_wakes_other_threads_at_once_though_the_server_hangs() {
    let (asks, asked) = crossbeam_channel::unbounded();
    let url = start(move |asked, stream| match asked.verb() {
        "message" => {
            let _ = asks.send(());
            true
        }
        "destroy" => true,
        "" => {
            thread::sleep(LIMIT);
            false
        }
        _ => stream.write_all(&asked.answer()).is_ok(),
    });
    let janus = Config::new(url)
        .request_timeout(LIMIT * 4)
        .close_timeout(LIMIT)
        .open()
        .expect("a link");
    let session = janus.create_session().expect("a session");
    let handle = session.attach_raw("any").expect("a handle");
    thread::scope(|scope| {
        let caller = scope.spawn(|| {
            let error = handle.request(json!({})).expect_err("closed");
            (error, Instant::now())
        });
        asked.recv_timeout(LIMIT).expect("the call is under way");
        let begun = Instant::now();
        janus.close();
        let (error, woken) = caller.join().expect("no panic");
        assert!(woken - begun < SOON, "{:?}", woken - begun);
        match error {
            Error::Closed { why, .. } => assert_eq!(why, CloseReason::ConnectionClosed),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn all_sessions_whose_answer_comes_too_late_are_ended() {
    const CALLERS: u64 = 32;
    let all = Barrier::new(usize::try_from(CALLERS).expect("few"));
    let next = Mutex::new(0);
    let (given_up, wait) = crossbeam_channel::bounded::<()>(0);
    let destroyed = Arc::new(Mutex::new(HashSet::new()));
    let ended = destroyed.clone();
    let url = start(move |asked, stream| {
        let answer = match asked.verb() {
            "create" => {
                all.wait();
                // Disconnected when all have given up.
                let _ = wait.recv();
                let mut next = next.lock().expect("no panic");
                *next += 1;
                let answer = json!({
                    "janus": "success", "transaction": asked.message["transaction"],
                    "data": { "id": *next },
                });
                ok(&answer.to_string())
            }
            "destroy" => {
                let id = asked.message["session_id"].as_u64().expect("an id");
                ended.lock().expect("no panic").insert(id);
                asked.answer()
            }
            _ => asked.answer(),
        };
        stream.write_all(&answer).is_ok()
    });
    let config = Config::new(url).request_timeout(Duration::from_millis(500));
    let janus = config.open().expect("a link");
    thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                let error = janus.create_session().expect_err("too late");
                assert!(error.is_timeout(), "{error}");
            });
        }
    });
    drop(given_up);
    wait_until(LIMIT * 2, "all are destroyed", || {
        destroyed.lock().expect("no panic").len() as u64 == CALLERS
    });
}

#[test]
fn a_session_that_is_abandoned_while_it_is_claimed_again_is_not_polled() {
    /// The sessions, made in this order.
    const IDS: [u64; 3] = [11, 12, 13];
    struct Server {
        made: usize,
        /// How many polls wait over the first link.
        waiting: usize,
        is_cut: bool,
        claimed: usize,
        polled: Vec<u64>,
        sessions: Vec<Session>,
    }
    let server = Arc::new(Mutex::new(Server {
        made: 0,
        waiting: 0,
        is_cut: false,
        claimed: 0,
        polled: Vec::new(),
        sessions: Vec::new(),
    }));
    let (cut, cuts) = crossbeam_channel::bounded::<()>(0);
    let shared = server.clone();
    let url = start(move |asked, stream| {
        let mut server = shared.lock().expect("no panic");
        if asked.is_poll() {
            if !server.is_cut {
                server.waiting += 1;
                drop(server);
                let _ = cuts.recv();
                shared.lock().expect("no panic").is_cut = true;
                return stream
                    .write_all(&with_status("502 Bad Gateway", ""))
                    .is_ok();
            }
            let id = asked.line.split(['/', '?']).nth(2).expect("an id");
            server.polled.push(id.parse().expect("a number"));
            drop(server);
            thread::sleep(LIMIT);
            return false;
        }
        let answer = match asked.verb() {
            "create" => {
                let id = IDS[server.made];
                server.made += 1;
                let answer = json!({
                    "janus": "success", "transaction": asked.message["transaction"],
                    "data": { "id": id },
                });
                ok(&answer.to_string())
            }
            "claim" => {
                server.claimed += 1;
                if server.claimed == IDS.len() {
                    // The others have been claimed.
                    let id = &asked.message["session_id"];
                    let sessions = mem::take(&mut server.sessions).into_iter();
                    let (left, others): (Vec<_>, Vec<_>) =
                        sessions.partition(|session| *id == session.id().value());
                    server.sessions = left;
                    drop(server);
                    others.into_iter().for_each(|other| drop(other.abandon()));
                }
                asked.answer()
            }
            _ => asked.answer(),
        };
        stream.write_all(&answer).is_ok()
    });
    let janus = Connection::open(&url).expect("a link");
    for _ in IDS {
        let session = janus.create_session().expect("a session");
        server.lock().expect("no panic").sessions.push(session);
    }
    let has = |what: fn(&Server) -> bool| what(&server.lock().expect("no panic"));
    wait_until(LIMIT, "all are polled", || {
        has(|server| server.waiting == IDS.len())
    });
    drop(cut);
    wait_until(LIMIT, "the one that is left is polled", || {
        has(|server| !server.polled.is_empty())
    });
    wait_until(LIMIT, "the link is there", || janus.ping().is_ok());
    // A poll that is not wanted has begun before this, if at all.
    janus.ping().expect("pong");
    assert_eq!(server.lock().expect("no panic").polled.len(), 1);
}

#[test]
fn a_call_that_finds_no_server_was_not_sent_and_goes_over_the_next_link() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let ends = Arc::new(AtomicBool::new(false));
    let serving = serve_until(listener, &ends);
    let config = Config::new(format!("http://{address}")).request_timeout(LIMIT * 4);
    let janus = config.open().expect("a link");
    ends.store(true, Ordering::Relaxed);
    drop(TcpStream::connect(address));
    serving.join().expect("no panic");
    thread::scope(|scope| {
        // Nobody knows whether a `create` was carried out, once it has gone out.
        let create = scope.spawn(|| janus.create_session());
        wait_until(LIMIT, "the link is lost", || {
            janus.state() != ConnectionState::Connected
        });
        let listener = TcpListener::bind(address).expect("the same port");
        let again = Arc::new(AtomicBool::new(false));
        let _serving = serve_until(listener, &again);
        let session = create.join().expect("no panic").expect("a session");
        drop(session.abandon());
    });
}

#[test]
fn keepalives_that_come_faster_than_they_are_sent_do_not_keep_an_end_waiting() {
    let slow = Duration::from_millis(200);
    let made = AtomicU32::new(0);
    let kept = Arc::new(AtomicU32::new(0));
    let counted = kept.clone();
    let (tell, ended) = crossbeam_channel::unbounded();
    let url = start(move |asked, stream| {
        let answer = match asked.verb() {
            "create" => {
                let id = made.fetch_add(1, Ordering::Relaxed) + 1;
                let answer = json!({
                    "janus": "success", "transaction": asked.message["transaction"],
                    "data": { "id": id },
                });
                ok(&answer.to_string())
            }
            "keepalive" => {
                counted.fetch_add(1, Ordering::SeqCst);
                thread::sleep(slow);
                asked.answer()
            }
            "destroy" => {
                let _ = tell.send(counted.load(Ordering::SeqCst));
                asked.answer()
            }
            "" => {
                thread::sleep(LIMIT);
                return false;
            }
            _ => asked.answer(),
        };
        stream.write_all(&answer).is_ok()
    });
    let janus = Config::new(url).keepalive(slow / 2).open().expect("a link");
    let sessions = [(); 4].map(|()| janus.create_session().expect("a session"));
    let [first, ..] = sessions;
    thread::sleep(slow * 3);
    let before = kept.load(Ordering::SeqCst);
    drop(first);
    let at_its_end = ended.recv_timeout(LIMIT * 2).expect("a `destroy`");
    // One of each session may be before it, and one was on its way.
    assert!(at_its_end - before <= 5, "{before} to {at_its_end}");
}
