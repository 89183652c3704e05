//! Every fixture as a message to a client that is at work, cut everywhere and changed.

use std::{cell::RefCell, time::Duration};

use common::scripted::{HANDLE, SESSION, Scripted, event};
use janus_blocking::{CloseReason, Config, Connection, Error, Raw, Session};
use proptest::collection::vec;
use serde_json::{Value, json};

use super::{
    decoders::fixtures,
    in_time,
    mutate::{changed_text, changes, runner},
};

const WAIT: Duration = Duration::from_secs(10);

/// A client with a handle, and the server that it talks to.
struct Setup {
    raw: Raw,
    session: Session,
    janus: Connection,
    server: Scripted,
}

impl Setup {
    fn new() -> Self {
        let server = Scripted::usual();
        let config = Config::new(server.url()).request_timeout(WAIT);
        let janus = config.open().expect("an answer");
        let session = janus.create_session().expect("a session");
        let raw = session.attach_raw("p").expect("a handle");
        Self {
            raw,
            session,
            janus,
            server,
        }
    }

    /// Sends these, and finds the connection at work behind them.
    fn feed(&self, texts: &[String]) {
        self.server
            .push(|out| texts.iter().for_each(|text| out.text(text)));
        in_time(WAIT, || self.janus.ping()).expect("an answer behind all that");
        loop {
            match self.raw.events().try_recv() {
                Ok(None) | Err(Error::Closed { .. }) => break,
                Ok(Some(_)) | Err(Error::Decode { .. } | Error::Lagged { .. }) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    }

    /// A message may have said that the session or the handle has ended; then it has.
    fn is_usable(&self) -> bool {
        match self.raw.handle().check() {
            Ok(()) => true,
            Err(Error::Closed { why, .. }) => {
                let by_message = [
                    CloseReason::TimedOut,
                    CloseReason::DetachedByServer,
                    CloseReason::Gone,
                ];
                assert!(by_message.contains(&why), "{why:?}");
                false
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// The fixture as a whole message about the session and the handle of [`Setup`].
fn message((place, text): &(String, String)) -> String {
    let data: Value = serde_json::from_str(text).expect("a fixture is JSON");
    if !place.contains("/core/") {
        return event(HANDLE, data).to_string();
    }
    let mut message = data;
    for (key, id) in [("session_id", SESSION), ("sender", HANDLE)] {
        if message.get(key).is_some() {
            message[key] = json!(id);
        }
    }
    message.to_string()
}

#[test]
fn every_prefix_of_every_message_is_counted_as_garbage() {
    let setup = Setup::new();
    let mut sent = 0;
    for fixture in fixtures() {
        let message = message(&fixture);
        let ends = message.char_indices().map(|(end, _)| end);
        let prefixes: Vec<String> = ends.map(|end| message[..end].to_owned()).collect();
        setup.feed(&prefixes);
        sent += prefixes.len() as u64;
        assert_eq!(
            setup.janus.unmatched_messages().garbage,
            sent,
            "{}",
            fixture.0
        );
    }
    setup.session.check().expect("garbage ends nothing");
    println!("{sent} prefixes");
}

#[test]
fn no_mutation_of_any_message_disturbs_the_connection() {
    let setup = RefCell::new(Setup::new());
    for fixture in fixtures() {
        let message = message(&fixture);
        let result = runner(3).run(&vec(changes(), 40), |many| {
            let texts = many.iter().map(|changes| changed_text(&message, changes));
            setup.borrow().feed(&texts.collect::<Vec<_>>());
            if !setup.borrow().is_usable() {
                setup.replace(Setup::new());
            }
            Ok(())
        });
        result.unwrap_or_else(|error| panic!("{}: {error}", fixture.0));
    }
}
