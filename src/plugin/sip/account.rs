//! Accounts: registering, unregistering, and clearing a stuck busy mark.

use std::time::Duration;

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{Confirmation, Headers, Secret, Sip, event::Registered};
use crate::Result;
use crate::plugin::{bare_requests, constructors, duration};

constructors! {
    /// Creates a normal account; it needs `secret` or `ha1_secret` as well.
    Register(username as String);
}

bare_requests! {
    /// `unregister`; see [`Sip::unregister`].
    Unregister = "unregister";
    /// `reset`; see [`Sip::reset`].
    Reset = "reset";
}

/// The kinds of account that do without a REGISTER of their own.
///
/// # Example
///
/// ```
/// use janus_blocking::{Sip, sip::{AccountType, Register}};
/// # let (_gateway, sip) = janus_blocking::testing::attached::<Sip>()?;
/// let guest = Register::new("sip:guest@example.org").kind(AccountType::Guest);
/// assert!(!sip.register(&guest)?.register_sent);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AccountType {
    /// Calls with the URI as its sender, and registers nowhere: it cannot be called.
    Guest,
    /// One more call at the same time for the registered account that `master_id` names.
    Helper,
}

/// `register`; see [`Sip::register`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "register")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Register {
    /// The SIP URI of the account, for example `sip:door@example.org`. A helper gets its master's
    /// instead, but Janus wants a text here all the same.
    pub username: String,
    /// `type`: guest or helper. Default: a normal account.
    #[serde(rename = "type")]
    pub kind: Option<AccountType>,
    /// Whether a SIP REGISTER goes out. Default: true, but false for guests, which must leave it
    /// out: 1.1.2 refuses it with 444 even when it is false. An account with `false` calls with its
    /// credentials and cannot be called; it needs its secret all the same.
    pub send_register: Option<bool>,
    /// SIP over UDP. Default: true unless `force_tcp`; both at once is 444.
    pub force_udp: Option<bool>,
    /// SIP over TCP. Default: false.
    pub force_tcp: Option<bool>,
    /// Whether the SIP stack listens on a SIPS URI too. Default: false.
    pub sips: Option<bool>,
    /// Whether a CANCEL may go out before the peer's first answer (RFC 2543). Default: false.
    pub rfc2543_cancel: Option<bool>,
    /// Whether incoming calls are answered with 180 at once. Default: true. With `false` that is
    /// left to [`Sip::send_ringing`]. Since Janus 1.3.3; older ones ring at once.
    pub automatic_ringing: Option<bool>,
    /// The password. Normal accounts need exactly one of `secret` and `ha1_secret`.
    pub secret: Option<Secret>,
    /// The password as the MD5 of `user:realm:password`, in hex.
    pub ha1_secret: Option<Secret>,
    /// The name to authenticate with. Default: the user of `username`.
    pub authuser: Option<String>,
    /// The name to show to others. Default: none.
    pub display_name: Option<String>,
    /// The `User-Agent` of what this account sends. Default: the plugin's configuration.
    pub user_agent: Option<String>,
    /// Further headers of the REGISTER. Default: none.
    pub headers: Option<Headers>,
    /// Further parameters of the Contact in the REGISTER. Default: none.
    pub contact_params: Option<Headers>,
    /// [`Registered::master_id`] of the account that this is a helper of; helpers need it.
    #[setters(into = false)]
    pub master_id: Option<u64>,
    /// Whether this only renews or changes a registration. Default: false; 445 if there is one.
    pub refresh: Option<bool>,
    /// Beginnings of the names of headers that events of this handle report, ignoring case. Only
    /// headers that the SIP stack does not know itself, such as `X-..`. Default: none. A second
    /// `register` on the handle adds to them; a helper without any has its master's.
    pub incoming_header_prefixes: Option<Vec<String>>,
    /// How long the registration holds, in seconds on the wire; it is renewed in time. Default and
    /// 0: the plugin's configuration, 3600 s if that has none. Fractions are rounded up.
    #[serde(serialize_with = "duration::seconds")]
    #[setters(into = false)]
    pub register_ttl: Option<Duration>,
    /// The registrar's SIP URI, such as `sip:10.0.0.2:5060`. Default: the host of `username`.
    pub proxy: Option<String>,
    /// The SIP URI of the proxy that everything goes through. Default: none.
    pub outbound_proxy: Option<String>,
}

impl Register {
    /// Whether the plugin sends no REGISTER for it.
    fn is_local(&self) -> bool {
        self.kind.is_some() || self.send_register == Some(false)
    }
}

/// [`Register`] of an account that no REGISTER goes out for, which ends in another way.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct RegisterAtOnce<'a>(&'a Register);

/// Says that a REGISTER went out: the first answer to [`Register`], where there are two.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Registering {
    /// The id of this handle's account within the server. Since Janus 1.4.0.
    pub unique_id: Option<String>,
}

impl Sip {
    /// Registers an account, so that this handle can call and be called.
    ///
    /// Sends `register` and waits until the registrar has answered: for `registered`, or
    /// `registration_failed`, on this handle. Guests, helpers and accounts without REGISTER are
    /// registered at once. The `registering` that comes in between goes to the event queue
    /// ([`Event::Registering`](super::Event::Registering)).
    ///
    /// Janus does not say which REGISTER an outcome is of. A renewal by the plugin that is under way
    /// when this is called may end the call with its own outcome, which the registrar gave just
    /// before; the outcome of this call's REGISTER is an event then. With `refresh`, look at the
    /// events after a failure before you give the account up. Accounts without REGISTER wait for
    /// the answer to their own request, and end with no other.
    ///
    /// Afterwards the plugin renews the registration by itself. Each renewal, and each failed one,
    /// is an event ([`Event::Registered`](super::Event::Registered),
    /// [`Event::RegistrationFailed`](super::Event::RegistrationFailed)). A handle registers again
    /// with `refresh`, or after it has unregistered or failed.
    ///
    /// [`Registered::master_id`] makes helpers: handles for further calls at the same time. They
    /// are detached by the plugin when this handle unregisters or goes away.
    ///
    /// # Errors
    ///
    /// `Plugin` with the SIP code when the registrar refuses, for example 403 and the reason
    /// `registration failed: 403 Forbidden`. A wrong password may also be 904, a code of the SIP
    /// stack's own: the registrar just asked again. 408 or 503 when it cannot be reached; with a
    /// silent one the SIP stack gives up only after 32 s, so that a shorter request timeout is
    /// `Timeout` first and the outcome an event. 443 without any secret, 445 when registered
    /// already, 446 for a bad URI, 453 when there is no such master.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::{Register, error_code}};
    /// use std::time::Duration;
    /// # let (gateway, door) = janus_blocking::testing::attached::<Sip>()?;
    /// # gateway.sip().user("door", "hush");
    /// let account = Register::new("sip:door@example.org")
    ///     .secret("hush")
    ///     .proxy("sip:10.0.0.2:5060")
    ///     .register_ttl(Duration::from_secs(600));
    /// door.register(&account)?;
    /// # assert!(gateway.sip().is_registered("door"));
    ///
    /// let error = door.register(&account).unwrap_err();
    /// assert_eq!(error.code(), Some(error_code::ALREADY_REGISTERED));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn register(&self, account: &Register) -> Result<Registered> {
        if account.is_local() {
            self.handle.request(&RegisterAtOnce(account))
        } else {
            self.handle.request(account)
        }
    }

    /// Ends the registration.
    ///
    /// Sends `unregister` and returns when it is under way; the end arrives as
    /// [`Event::Unregistered`](super::Event::Unregistered). All helpers of the handle are detached
    /// then. A helper only leaves its master, and gets no such event.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 447 when not registered. Guests and accounts without REGISTER never are.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::{self, Confirmed}};
    /// # let (_gateway, door) = janus_blocking::testing::attached::<Sip>()?;
    /// # door.register(&sip::Register::new("sip:door@example.org").secret("hush"))?;
    /// assert_eq!(door.unregister()?.of, Confirmed::Unregistering);
    /// let events = door.events();
    /// let mut events = events.iter().filter_map(|event| event.ok()?.into_plugin());
    /// assert!(events.any(|event| matches!(event, sip::Event::Unregistered(_))));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn unregister(&self) -> Result<Confirmation> {
        self.handle.request(&Unregister::new())
    }

    /// Clears a busy state that outlived its call.
    ///
    /// Sends `reset` and waits for its answer. A handle without a call that answers every INVITE
    /// with 486 takes calls again; in a call nothing happens.
    ///
    /// # Errors
    ///
    /// None of its own; see [`Sip`].
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::Confirmed};
    /// # let (_gateway, door) = janus_blocking::testing::attached::<Sip>()?;
    /// assert_eq!(door.reset()?.of, Confirmed::Reset);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: none; the plugin's source calls it a remedy for a state that its authors could
    /// not reproduce.
    pub fn reset(&self) -> Result<Confirmation> {
        self.handle.request(&Reset::new())
    }
}
