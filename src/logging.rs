//! `log`, where the feature of that name is on; nothing where it is off.

/// State changes.
#[cfg(feature = "log")]
macro_rules! debug {
    ($($arg:tt)+) => { log::debug!(target: "janus_blocking", $($arg)+) };
}

#[cfg(not(feature = "log"))]
macro_rules! debug {
    ($($arg:tt)+) => {
        if false {
            let _ = format_args!($($arg)+);
        }
    };
}

pub(crate) use debug;

/// State changes, of work under a lock, to be logged after it.
#[cfg(all(feature = "webrtc", feature = "log"))]
#[derive(Default)]
pub(crate) struct Later(Vec<String>);

#[cfg(all(feature = "webrtc", feature = "log"))]
impl Later {
    pub(crate) fn debug(&mut self, line: std::fmt::Arguments<'_>) {
        // The logger itself is not asked yet.
        if log::max_level() >= log::Level::Debug {
            self.0.push(line.to_string());
        }
    }

    pub(crate) fn write(self) {
        self.0.iter().for_each(|line| debug!("{line}"));
    }
}

#[cfg(all(feature = "webrtc", not(feature = "log")))]
#[derive(Default)]
pub(crate) struct Later {}

#[cfg(all(feature = "webrtc", not(feature = "log")))]
impl Later {
    pub(crate) fn debug(&mut self, _line: std::fmt::Arguments<'_>) {}

    pub(crate) fn write(self) {}
}

/// Logs wire text at `trace`, secrets masked.
#[cfg(feature = "log")]
pub(crate) fn wire(direction: &str, text: &str) {
    if log::log_enabled!(target: "janus_blocking", log::Level::Trace) {
        let text = crate::redact::masked(text);
        log::trace!(target: "janus_blocking", "{direction} {text}");
    }
}

#[cfg(not(feature = "log"))]
pub(crate) fn wire(_direction: &str, _text: &str) {}

/// Warns of a logger that gets every byte that ureq reads.
#[cfg(all(feature = "http", feature = "log"))]
pub(crate) fn warn_of_bytes() {
    if log::log_enabled!(target: "ureq_proto::util", log::Level::Trace) {
        log::warn!(
            target: "janus_blocking",
            "over HTTP the log shows all that the server answers, secrets included: set the level \
             of `ureq_proto` to `debug`"
        );
    }
}

#[cfg(all(feature = "http", not(feature = "log")))]
pub(crate) fn warn_of_bytes() {}
