//! Events of the account, and refusals.

use serde::Deserialize;

use crate::{ErrorCode, sip::Headers, wire};

/// An account is registered, or ready without that.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Registered {
    /// The user of the account's URI.
    pub username: String,
    /// Whether a REGISTER was sent: false for guests, helpers, and `send_register` off.
    pub register_sent: bool,
    /// Whether this handle is a helper.
    pub helper: bool,
    /// The id that [`Register::master_id`](crate::sip::Register::master_id) of a helper needs; for a
    /// helper its master's.
    pub master_id: Option<u64>,
    /// The id of this handle's account within the server. Since Janus 1.4.0.
    pub unique_id: Option<String>,
    /// Headers of the registrar's response.
    pub headers: Headers,
}

/// A registration has ended.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Unregistered {
    /// The user of the account's URI.
    pub username: String,
    /// The id of this handle's account within the server. Since Janus 1.4.0.
    pub unique_id: Option<String>,
    /// Headers of the registrar's response.
    pub headers: Headers,
}

/// A registration, or its renewal, has failed; the account is not registered any more.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RegistrationFailed {
    /// The SIP code, for example 403; 0 if not given.
    pub code: i64,
    /// The SIP reason, for example `Forbidden`.
    pub reason: String,
    /// Headers of the registrar's response.
    pub headers: Headers,
}

/// The plugin has refused a request.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Failure {
    /// `error_code`: one of [`error_code`](crate::sip::error_code), or 0.
    pub code: ErrorCode,
    /// `error`: the plugin's text.
    pub reason: String,
    /// The SIP Call-ID of the handle's call, if it has one.
    pub call_id: Option<String>,
}

impl Failure {
    pub(super) fn new(code: i64, reason: String, call_id: Option<String>) -> Self {
        Self {
            code: wire::error_code(code),
            reason,
            call_id,
        }
    }
}
