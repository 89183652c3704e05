//! A logger that keeps everything that anybody logs.

use std::sync::{Mutex, Once, PoisonError};

use log::{Level, LevelFilter, Metadata, Record};

static LINES: Mutex<Vec<(Level, String, String)>> = Mutex::new(Vec::new());

struct Keeper;

impl log::Log for Keeper {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let target = record.target().to_owned();
        let line = (record.level(), target, record.args().to_string());
        LINES
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }

    fn flush(&self) {}
}

/// What was logged, of all targets and at all levels.
pub struct Log;

impl Log {
    /// The log of this program; all its tests share it.
    pub fn of_this_program() -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            log::set_logger(&Keeper).expect("it is the only one");
            log::set_max_level(LevelFilter::Trace);
        });
        Self
    }

    fn lines(&self) -> Vec<(Level, String, String)> {
        LINES.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asserts that no line has this.
    #[track_caller]
    pub fn assert_hidden(&self, secret: &str) {
        for (level, target, line) in self.lines() {
            assert!(!line.contains(secret), "{level} {target}: {line}");
        }
    }

    /// Asserts that no line of another target has this.
    #[track_caller]
    pub fn assert_hidden_but_by(&self, but: &str, secret: &str) {
        for (level, target, line) in self.lines() {
            let shown = target != but && line.contains(secret);
            assert!(!shown, "{level} {target}: {line}");
        }
    }

    /// Asserts that a line of wire text has this.
    #[track_caller]
    pub fn assert_wire(&self, direction: &str, text: &str) {
        let found = self.lines().iter().any(|(_, target, line)| {
            target == "janus_blocking" && line.starts_with(direction) && line.contains(text)
        });
        assert!(found, "no `{direction} ..{text}..` in {:?}", self.lines());
    }

    /// Whether a line of that target has this.
    pub fn has(&self, target: &str, text: &str) -> bool {
        self.lines()
            .iter()
            .any(|(_, from, line)| from == target && line.contains(text))
    }

    /// The last so many characters of all lines of that target, down to that level, one behind the
    /// other.
    pub fn rows(&self, level: LevelFilter, target: &str, width: usize) -> String {
        let lines = self.lines().into_iter();
        lines
            .filter(|(at, from, _)| *at <= level && from == target)
            .map(|(_, _, line)| line[line.len().saturating_sub(width)..].to_owned())
            .collect()
    }
}
