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

/// Logs wire text at `trace`, secrets masked.
#[cfg(feature = "log")]
pub(crate) fn wire(direction: &str, text: &str) {
    if log::log_enabled!(target: "janus_blocking", log::Level::Trace) {
        let text = crate::secret::masked(text);
        log::trace!(target: "janus_blocking", "{direction} {text}");
    }
}

#[cfg(not(feature = "log"))]
pub(crate) fn wire(_direction: &str, _text: &str) {}
