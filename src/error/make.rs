//! Errors, as the crate makes them.

use super::{CloseReason, Error, Mismatch, RequestContext, Scope, Undecoded};

impl Error {
    pub(crate) fn config(field: &'static str, reason: impl Into<String>) -> Self {
        Self::Config {
            field,
            reason: Box::new(reason.into()),
        }
    }

    /// Of an address that was given by another setting than `url`.
    pub(crate) fn of_address(self, field: &'static str) -> Self {
        match self {
            Self::Config {
                field: "url",
                reason,
            } => Self::Config { field, reason },
            other => other,
        }
    }

    pub(crate) fn closed(scope: impl Into<Scope>, why: CloseReason) -> Self {
        Self::Closed {
            scope: scope.into(),
            why,
            source: None,
        }
    }

    /// Whether nobody knows if the request was carried out, or it was not sent at all.
    pub(crate) fn is_unsettled(&self) -> bool {
        matches!(
            self,
            Self::Transport {
                reconnects: true,
                ..
            } | Self::Timeout { .. }
                | Self::Token { .. }
        )
    }

    pub(crate) fn decode(what: impl Into<String>, text: &str, source: serde_json::Error) -> Self {
        let text = crate::redact::excerpt(text);
        // It repeats words that do not fit, however long they are.
        let said = source.to_string();
        let source = match crate::redact::shown(&said) {
            cut if cut != said => serde::de::Error::custom(cut),
            _ => source,
        };
        Self::Decode {
            raw: Box::new(Undecoded {
                what: what.into(),
                text,
            }),
            source,
        }
    }

    pub(crate) fn unexpected(request: RequestContext, expected: &'static str, got: &str) -> Self {
        let got = crate::redact::excerpt(got);
        Self::Unexpected {
            request: Box::new(request),
            answer: Box::new(Mismatch { expected, got }),
        }
    }
}
