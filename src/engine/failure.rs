//! What a caller is told of a failure that the router has found.

use std::io;

use crate::{
    Error,
    error::Scope,
    router::{Failure, LinkFailure},
};

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Closed(scope, why) => Self::closed(scope, why),
            Failure::Over(scope, broken) => broken.afterwards(scope),
            Failure::InFlight(broken) => broken.in_flight(),
            Failure::HandleInUse(session, handle) => Self::HandleInUse { session, handle },
        }
    }
}

impl LinkFailure {
    /// What a call gets that was under way.
    fn in_flight(&self) -> Error {
        match self.cause() {
            Some(source) => Error::Transport {
                endpoint: self.endpoint.clone(),
                reconnects: self.reconnects,
                source,
            },
            None => self.afterwards(Scope::Connection),
        }
    }

    /// What a call or a queue gets that finds the end.
    fn afterwards(&self, scope: Scope) -> Error {
        Error::Closed {
            scope,
            why: self.why,
            source: self.cause(),
        }
    }

    /// The cause once more: an `io::Error` cannot be cloned, and everybody gets one.
    fn cause(&self) -> Option<io::Error> {
        let source = self.source.as_ref()?;
        Some(match source.raw_os_error() {
            Some(code) => io::Error::from_raw_os_error(code),
            None => io::Error::new(source.kind(), source.to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{CloseReason, HandleId, error::Endpoint};

    #[test]
    fn the_cause_of_a_broken_link_is_in_the_error_of_everybody() {
        let broken = Arc::new(LinkFailure {
            endpoint: Endpoint::new("ws://test"),
            reconnects: false,
            why: CloseReason::LinkBroken,
            source: Some(io::ErrorKind::BrokenPipe.into()),
        });
        for _ in 0..2 {
            let Error::Transport { source, .. } = Failure::InFlight(broken.clone()).into() else {
                panic!("the link broke");
            };
            assert_eq!(source.kind(), io::ErrorKind::BrokenPipe);
        }
        let handle = HandleId::new(1);
        let error = Error::from(Failure::Over(handle.into(), broken));
        assert!(error.is_closed());
        let Error::Closed { scope, why, source } = error else {
            panic!("it is over");
        };
        assert_eq!((scope, why), (handle.into(), CloseReason::LinkBroken));
        assert!(source.is_some_and(|source| source.kind() == io::ErrorKind::BrokenPipe));
    }
}
