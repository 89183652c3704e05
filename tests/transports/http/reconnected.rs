//! A link over HTTP that breaks and is made anew: no event is lost without a word.

use std::{
    io,
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use common::Janus;
use janus_blocking::{Config, Event};

use super::{
    LIMIT,
    events::{attach, next, provoke},
    with_both,
};

/// Leads connections to a server until they are cut.
struct Cutter {
    url: String,
    links: Arc<Mutex<Vec<TcpStream>>>,
}

impl Cutter {
    fn before(server: &Janus) -> Self {
        let url = server.http_url();
        let authority = url.trim_start_matches("http://").trim_end_matches("/janus");
        let upstream = authority.to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let links = Arc::new(Mutex::new(Vec::new()));
        let open = links.clone();
        // It ends with the program.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(&upstream) else {
                    continue;
                };
                let clone = |stream: &TcpStream| stream.try_clone().expect("a descriptor");
                open.lock().expect("no panic").push(clone(&client));
                for (mut from, mut to) in [(clone(&client), clone(&server)), (server, client)] {
                    thread::spawn(move || {
                        let _ = io::copy(&mut from, &mut to);
                        // The server's side goes as a client's does that is gone.
                        let _ = to.shutdown(Shutdown::Both);
                        let _ = from.shutdown(Shutdown::Both);
                    });
                }
            }
        });
        Self {
            url: format!("http://127.0.0.1:{port}"),
            links,
        }
    }

    fn cut(&self) {
        for link in self.links.lock().expect("no panic").drain(..) {
            let _ = link.shutdown(Shutdown::Both);
        }
    }
}

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn after_a_cut_the_queue_says_so_and_all_later_events_come() {
    with_both(|server| {
        let cutter = Cutter::before(server);
        let janus = Config::new(&cutter.url).open().expect("a link");
        let session = janus.create_session().expect("a session");
        let handle = attach(&session);
        for round in 0..5 {
            provoke(&handle, round);
            assert_eq!(next(&handle), round);
            // So that the poll waits in Janus when it is cut.
            thread::sleep(std::time::Duration::from_millis(100));
            cutter.cut();
            let event = handle.events().recv_timeout(LIMIT).expect("no end");
            assert!(
                matches!(event, Some(Event::Reconnected { .. })),
                "{event:?}"
            );
            // Without the claim the poll that was cut would take these.
            for number in 100..105 {
                provoke(&handle, number);
                assert_eq!(next(&handle), number);
            }
        }
        session.destroy().expect("destroyed");
    });
}
