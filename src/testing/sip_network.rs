//! The SIP network around the gateway, controlled by the test.

use std::time::Duration;

use super::{FakeGateway, gateway::CallState};

/// The SIP network of a gateway; from [`FakeGateway::sip`].
///
/// ```
/// use std::time::Duration;
/// use janus_blocking::{Event, Sip, sip, testing::{self, CallState}};
///
/// let (gateway, door) = testing::attached::<Sip>()?;
/// gateway.sip().user("door", "s3cret");
/// let account = sip::Register::new("sip:door@127.0.0.1").secret("s3cret");
/// door.register(&account)?;
///
/// let offer = Some(testing::AUDIO_SDP);
/// let call = gateway.sip().call("door", "sip:visitor@127.0.0.1", offer);
/// let limit = Duration::from_secs(5);
/// while let Some(event) = door.events().recv_timeout(limit)?.and_then(Event::into_plugin) {
///     if matches!(event, sip::Event::IncomingCall(_)) {
///         break;
///     }
/// }
/// door.decline(&sip::Decline::new().code(486))?;
/// assert_eq!(call.state(), CallState::Refused(486));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SipNetwork<'a> {
    pub(super) gateway: &'a FakeGateway,
}

/// A call between the test and a handle of the SIP plugin.
#[derive(Clone, Copy, Debug)]
pub struct SipCall<'a> {
    gateway: &'a FakeGateway,
    number: u64,
}

impl<'a> SipNetwork<'a> {
    /// Adds a user, by the part of the address before the `@`, with its password.
    ///
    /// Without users, anybody may register. With users, a wrong password fails with
    /// `registration_failed` and code 904, and an unknown user with 404, as with Janus and Kamailio.
    pub fn user(&self, user: &str, secret: &str) {
        self.gateway
            .core(|core| core.network.add_user(user, secret));
    }

    /// Whether a handle is registered as that user.
    pub fn is_registered(&self, user: &str) -> bool {
        self.gateway.core(|core| core.registered(user).is_some())
    }

    /// Waits until a handle is registered as that user; `false` when the time passes first.
    pub fn wait_registered(&self, user: &str, limit: Duration) -> bool {
        let registered = |state: &mut super::runtime::State| state.gateway.registered(user);
        self.gateway.runtime.wait(limit, registered).is_some()
    }

    /// Calls a user, by name or by address, with or without an offer.
    ///
    /// The offer is passed on unchanged: unlike Janus, the fake does not insert its own candidates.
    /// A user who is in a call gets `missed_call`, and the new call is refused as busy.
    pub fn call(&self, callee: &str, caller: &str, offer: Option<&str>) -> SipCall<'a> {
        self.begin(callee, caller, None, offer)
    }

    /// Like [`call`](Self::call), with a display name of the caller.
    pub fn call_as(
        &self,
        callee: &str,
        caller: &str,
        display_name: &str,
        offer: Option<&str>,
    ) -> SipCall<'a> {
        self.begin(callee, caller, Some(display_name), offer)
    }

    fn begin(
        &self,
        callee: &str,
        caller: &str,
        display_name: Option<&str>,
        offer: Option<&str>,
    ) -> SipCall<'a> {
        let number = self
            .gateway
            .core(|core| core.sip_incoming(callee, caller, display_name, offer));
        let gateway = self.gateway;
        SipCall { gateway, number }
    }

    /// Waits for a call that a handle makes, and returns each call once; `None` when the time passes
    /// first.
    pub fn wait_outgoing(&self, limit: Duration) -> Option<SipCall<'a>> {
        let gateway = self.gateway;
        let number = gateway.runtime.wait(limit, |state| {
            let outgoing = &mut state.gateway.network.outgoing;
            (!outgoing.is_empty()).then(|| outgoing.remove(0))
        })?;
        Some(SipCall { gateway, number })
    }
}

impl SipCall<'_> {
    /// Its state.
    pub fn state(&self) -> CallState {
        let number = self.number;
        self.gateway.core(|core| core.network.state(number))
    }

    /// Waits until it no longer rings, and returns its state.
    pub fn wait_decided(&self, limit: Duration) -> CallState {
        self.wait(limit, |state| *state != CallState::Ringing)
    }

    /// Waits until it has ended, and returns its state.
    pub fn wait_ended(&self, limit: Duration) -> CallState {
        let going_on =
            |state: &CallState| matches!(state, CallState::Ringing | CallState::Answered(_));
        self.wait(limit, |state| !going_on(state))
    }

    fn wait(&self, limit: Duration, wanted: impl Fn(&CallState) -> bool) -> CallState {
        let number = self.number;
        let found = self.gateway.runtime.wait(limit, |state| {
            Some(state.gateway.network.state(number)).filter(&wanted)
        });
        found.unwrap_or_else(|| self.state())
    }

    /// Ends it: cancels a call that rings, hangs up one that was answered.
    pub fn hangup(&self) {
        self.on(|gateway, number| gateway.sip_remote_end(number));
    }

    /// Lets a call that the handle has made ring.
    pub fn ring(&self) {
        self.on(|gateway, number| gateway.sip_remote_ring(number));
    }

    /// Answers a call that the handle has made.
    pub fn answer(&self, sdp: &str) {
        self.on(|gateway, number| gateway.sip_remote_answer(number, sdp));
    }

    /// Refuses a call that the handle has made, with that SIP code.
    pub fn refuse(&self, code: u16) {
        self.on(|gateway, number| gateway.sip_remote_refuse(number, code));
    }

    fn on(&self, act: impl FnOnce(&mut super::gateway::Gateway, u64)) {
        let number = self.number;
        self.gateway.core(|core| act(core, number));
    }
}
