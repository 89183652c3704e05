//! How long `close` may take.

use std::{
    io,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use janus_blocking::{
    Config,
    connection::Reconnect,
    transport::{self, Connected, Link, Received, SendError, Transport, Unreachable, Wait},
};
use serde_json::{Value, json};

/// Long enough that a busy machine does not take it for twice the time.
const CLOSE: Duration = Duration::from_secs(2);

/// A link whose thread sits in the receiver whatever happens, once it is told to.
struct Stuck {
    /// Disconnected to let the thread go.
    release: Receiver<()>,
}

struct StuckLink {
    answers: Sender<String>,
}

struct StuckReceiver {
    answers: Receiver<String>,
    release: Receiver<()>,
}

impl Transport for Stuck {
    fn address(&self) -> String {
        "stuck:".to_owned()
    }

    fn connect(&self, _deadline: Instant) -> Result<Connected, Unreachable> {
        let (answer, answers) = unbounded();
        let release = self.release.clone();
        Ok(Connected {
            link: Box::new(StuckLink { answers: answer }),
            receiver: Box::new(StuckReceiver { answers, release }),
        })
    }
}

impl Link for StuckLink {
    fn send(&self, text: &str, _deadline: Instant) -> Result<(), SendError> {
        let request: Value = serde_json::from_str(text).expect("a request");
        let answer = json!({"janus": "server_info", "transaction": request["transaction"],
            "name": "Stuck", "version": 1102, "version_string": "1.1.2",
            "session-timeout": 60, "reclaim-session-timeout": 0});
        let sent = self.answers.send(answer.to_string());
        sent.map_err(|_| SendError::NotSent(io::ErrorKind::NotConnected.into()))
    }

    fn goodbye(&self) {}

    fn shutdown(&self) {}
}

impl transport::Receiver for StuckReceiver {
    fn receive(&mut self, _: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        crossbeam_channel::select_biased! {
            recv(self.answers) -> text => sink(Received::Text(&text.expect("the link lives"))),
            recv(self.release) -> _ => return Err(io::ErrorKind::ConnectionAborted.into()),
        }
        Ok(())
    }
}

#[test]
fn close_takes_its_timeout_once_though_the_thread_does_not_end() {
    let (held, release) = bounded(0);
    let config = Config::new("")
        .transport(Stuck { release })
        .reconnect(Reconnect::Never)
        .close_timeout(CLOSE);
    let janus = config.open().expect("it answers `info`");
    let begun = Instant::now();
    janus.close();
    let took = begun.elapsed();
    drop(held);
    // Waiting for the goodbye and then for the thread, each for the whole time, takes twice.
    assert!(took < CLOSE * 2, "{took:?}");
}
