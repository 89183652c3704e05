//! What the crate logs of the wire, the same for every transport.

use std::sync::{Mutex, Once, PoisonError};

use janus_blocking::SessionId;
use log::{LevelFilter, Metadata, Record};

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Keeper;

impl log::Log for Keeper {
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        about.target() == "janus_blocking"
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
            lines.push(record.args().to_string());
        }
    }

    fn flush(&self) {}
}

/// Begins to keep it.
pub(crate) fn keep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Keeper).expect("it is the only one");
        log::set_max_level(LevelFilter::Trace);
    });
}

/// What was sent (`->`) or received (`<-`) for a session, and has this word.
pub(crate) fn of(session: SessionId, direction: &str, word: &str) -> Vec<String> {
    let id = session.to_string();
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    let of_session = lines
        .iter()
        .filter(|line| line.starts_with(direction) && line.contains(&id) && line.contains(word));
    of_session.cloned().collect()
}
