//! The SIP network around the gateway: who may register, and how calls stand.

use std::collections::BTreeMap;

use super::Calls;

/// How a call stands; see [`SipCall`](crate::testing::SipCall).
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum CallState {
    /// The called side rings.
    Ringing,
    /// It was answered; the session description that was sent for it.
    Answered(String),
    /// It was refused with this SIP code: by `decline`, as busy (486), or because the PeerConnection
    /// was closed while it rang (480).
    Refused(u16),
    /// The caller has given up.
    Cancelled,
    /// It was answered, and then ended by the program under test.
    EndedHere,
    /// It was answered, and then ended by the test.
    EndedThere,
    /// Nobody is registered under that name, or its handle has gone.
    Unreachable,
}

/// What the test plays of the SIP world.
#[derive(Debug, Default)]
pub(in crate::testing) struct Network {
    /// Passwords by user; without any everybody may register.
    users: BTreeMap<String, String>,
    calls: Calls,
    next: u64,
    /// How outgoing calls are met.
    pub(in crate::testing) outgoing: Vec<u64>,
}

impl Network {
    /// After a restart of the gateway: the users are known elsewhere.
    pub(in crate::testing::gateway) fn without_calls(self) -> Self {
        let mut calls = self.calls;
        for state in calls.values_mut() {
            if matches!(state, CallState::Ringing | CallState::Answered(_)) {
                *state = CallState::Unreachable;
            }
        }
        Self { calls, ..self }
    }

    pub(in crate::testing) fn add_user(&mut self, user: &str, secret: &str) {
        self.users.insert(user.to_owned(), secret.to_owned());
    }

    /// What a registrar says; the texts are those of Kamailio and of Janus's SIP library.
    pub(super) fn judge(&self, user: &str, secret: Option<&str>) -> Result<(), (i64, String)> {
        match self.users.get(user) {
            None if self.users.is_empty() => Ok(()),
            None => Err((404, "Unknown User".to_owned())),
            // A hashed secret cannot be checked.
            Some(right) if secret.is_none_or(|secret| secret == right) => Ok(()),
            Some(_) => Err((904, "Operation has no matching challenge ".to_owned())),
        }
    }

    pub(super) fn begin(&mut self, state: CallState) -> u64 {
        self.next += 1;
        self.calls.insert(self.next, state);
        self.next
    }

    pub(super) fn set(&mut self, call: u64, state: CallState) {
        self.calls.insert(call, state);
    }

    /// How a call stands.
    pub(in crate::testing) fn state(&self, call: u64) -> CallState {
        let state = self.calls.get(&call).cloned();
        state.unwrap_or(CallState::Unreachable)
    }
}
