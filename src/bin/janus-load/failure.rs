//! Why an operation failed, and the kind that it is counted by.

use std::{fmt, time::Duration};

use janus_blocking::{CloseReason, Error};

/// Why an operation failed.
#[derive(Debug)]
pub(crate) enum Failure {
    Janus(Error),
    /// Something did not come in time.
    Missing(&'static str),
    /// It was due, and the run ended before a worker was free for it.
    NotBegun,
}

impl Failure {
    /// Few words, so that failures of one kind are counted together: no ids, no texts of servers.
    pub(crate) fn kind(&self) -> String {
        let error = match self {
            Self::Janus(error) => error,
            Self::Missing(what) => return format!("no {what}"),
            Self::NotBegun => return "not begun".to_owned(),
        };
        match error {
            Error::Janus { code, .. } => format!("janus {code}"),
            Error::Plugin { code, .. } => format!("plugin {code}"),
            Error::Timeout { sent: false, .. } => "timeout, not sent".to_owned(),
            Error::Timeout { .. } => "timeout".to_owned(),
            Error::Transport { .. } => "link broke".to_owned(),
            Error::Connect { .. } => "cannot connect".to_owned(),
            Error::Closed { why, .. } => format!("closed: {}", reason(why)),
            Error::Lagged { .. } => "events lost".to_owned(),
            Error::Unexpected { .. } | Error::Decode { .. } => "unexpected answer".to_owned(),
            Error::Config { .. } => "refused before it was sent".to_owned(),
            #[cfg(feature = "webrtc")]
            Error::Media(_) => "media".to_owned(),
            Error::Token { .. } => "no valid token".to_owned(),
            _ => "other".to_owned(),
        }
    }

    /// Whether it came without the server's doing: then a caller that goes on at once would go round
    /// and round.
    pub(crate) fn is_local(&self) -> bool {
        match self {
            Self::Janus(error) => !matches!(error, Error::Janus { .. } | Error::Plugin { .. }),
            Self::Missing(_) | Self::NotBegun => false,
        }
    }

    /// Whether the session or the handle of the operation is gone, so that new ones are needed.
    pub(crate) fn is_gone(&self) -> bool {
        match self {
            Self::Janus(error) => {
                error.is_closed() || error.is_session_gone() || error.is_handle_gone()
            }
            Self::Missing(_) | Self::NotBegun => false,
        }
    }
}

fn reason(why: &CloseReason) -> &'static str {
    match why {
        CloseReason::TimedOut => "session timed out",
        CloseReason::Gone => "session gone",
        CloseReason::Detached | CloseReason::DetachedByServer => "handle detached",
        CloseReason::ClaimedAway => "session claimed away",
        CloseReason::ClosedByServer => "by the server",
        _ => "other",
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Janus(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Janus(error) => {
                write!(f, "{error}")?;
                match std::error::Error::source(error) {
                    Some(source) => write!(f, ": {source}"),
                    None => Ok(()),
                }
            }
            Self::Missing(what) => write!(f, "no {what} came in time"),
            Self::NotBegun => f.write_str("no worker was free before the run ended"),
        }
    }
}

/// What an operation, and its set-up, comes to.
pub(crate) type Outcome<T> = Result<T, Failure>;

/// For how long a caller waits that failed without the server's doing.
pub(crate) const PAUSE: Duration = Duration::from_millis(10);
