//! The same over `https://`.

use std::{
    io,
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use common::{Authority, Janus, Version, scripted::listener, wait_until};
use janus_blocking::{
    Config, Connection, EchoTest,
    connection::ConnectionState,
    echotest::Settings,
    tls::{Pem, Tls},
};

use super::{
    Duration, Instant, LIMIT, SOON,
    events::{attach, next, provoke},
};

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn requests_and_events_over_tls() {
    let ca = Authority::new("ours");
    let issued = ca.issue(&["localhost"]);
    for version in Version::ALL {
        let builder = Janus::builder().version(version).http();
        let server = builder.tls(&issued).api_secret("hush").start();
        let config = Config::new(server.https_url()).api_secret("hush");
        let untrusted = config.clone().open().expect_err("nobody knows that CA");
        let text = untrusted.to_string();
        assert!(text.contains("certificate"), "{text}");

        let trusting = config.tls(Tls::new().ca(Pem::text(ca.pem())));
        let janus = trusting.open().expect("a link");
        let session = janus.create_session().expect("a session");
        let handle = attach(&session);
        let begun = Instant::now();
        for number in 0..20 {
            provoke(&handle, number);
            assert_eq!(next(&handle), number);
        }
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
        // The poll waits in the server, and its end is not waited for.
        std::thread::sleep(Duration::from_millis(100));
        let begun = Instant::now();
        session.destroy().expect("destroyed");
        janus.close();
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    }
}

/// Passes connections on to a port of loopback, those that are `held` when they are no more.
fn relay(listener: TcpListener, to: u16, held: Arc<AtomicBool>) {
    let copy = |mut from: TcpStream, mut to: TcpStream| {
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Both);
        });
    };
    let pass_on = move |stream: TcpStream, held: Arc<AtomicBool>| {
        wait_until(LIMIT, "it is let go", || !held.load(Ordering::SeqCst));
        let server = TcpStream::connect(("127.0.0.1", to)).expect("it listens");
        let [from, back] = [&stream, &server].map(|it| it.try_clone().expect("a file"));
        copy(from, server);
        copy(back, stream);
    };
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let held = held.clone();
            thread::spawn(move || pass_on(stream, held));
        }
    });
}

/// A server that links are made to by TLS, and by a name of its certificate.
fn behind_relay(held: &Arc<AtomicBool>) -> (Janus, Config) {
    let ca = Authority::new("ours");
    let issued = ca.issue(&["localhost"]);
    let server = Janus::builder().http().tls(&issued).start();
    let upstream = server.https_url();
    let port = upstream
        .rsplit_once(':')
        .and_then(|(_, rest)| rest.split('/').next());
    let listener = listener();
    let own = listener.local_addr().expect("it is bound").port();
    relay(
        listener,
        port.and_then(|port| port.parse().ok()).expect("a port"),
        held.clone(),
    );
    let config = Config::new(format!("https://localhost:{own}/janus"));
    (server, config.tls(Tls::new().ca(Pem::text(ca.pem()))))
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_call_without_the_time_for_a_connection_times_out_and_the_link_stays() {
    let held = Arc::default();
    let (_server, config) = behind_relay(&held);
    let janus = config.open().expect("a link");
    let session = janus.create_session().expect("a session");
    let handle = attach(&session);
    // The poll has its connection.
    provoke(&handle, 1);
    assert_eq!(next(&handle), 1);
    let states = janus.states();
    held.store(true, Ordering::SeqCst);
    // One of them has the connection that is there.
    let brief = janus.with_timeout(Duration::from_millis(300));
    thread::scope(|scope| {
        let calls = [(); 4].map(|()| scope.spawn(|| brief.ping()));
        for call in calls {
            let error = call.join().expect("no panic").err();
            assert!(error.is_none_or(|error| error.is_timeout()));
        }
    });
    held.store(false, Ordering::SeqCst);
    provoke(&handle, 7);
    assert_eq!(next(&handle), 7);
    assert_eq!(states.try_iter().collect::<Vec<_>>(), []);
    assert_eq!(janus.state(), ConnectionState::Connected);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_still_waits_for_a_connection_is_not_sent_when_its_session_is_abandoned() {
    let held = Arc::default();
    let (server, config) = behind_relay(&held);
    let janus = config.open().expect("a link");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    // The poll has its connection.
    echo.configure(&Settings::new().audio(true)).expect("ok");
    held.store(true, Ordering::SeqCst);
    let next = Connection::open(&server.url()).expect("a link");
    thread::scope(|scope| {
        // One of them has the connection that is there.
        let calls = [(); 3].map(|()| scope.spawn(|| echo.configure(&Settings::new().audio(true))));
        wait_until(LIMIT, "one is answered", || {
            calls.iter().any(|call| call.is_finished())
        });
        let ticket = session.abandon();
        let resumed = next.resume(&ticket).expect("it is there");
        let echo: EchoTest = resumed
            .session
            .reattach(ticket.handles[0].id)
            .expect("it is there");
        held.store(false, Ordering::SeqCst);
        for call in calls {
            let error = call.join().expect("no panic").err();
            assert!(error.is_none_or(|error| error.is_closed()));
        }
        let quiet = echo.events().recv_timeout(SOON / 4).expect("it lives");
        assert!(quiet.is_none(), "{quiet:?}");
    });
}
