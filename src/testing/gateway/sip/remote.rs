//! The other side of calls: what the test does, and what becomes of a call whose handle goes.

use super::{
    Account, CallState, Gateway, Object,
    account::Registration,
    call::{Call, Status, phrase},
    done, user_of,
};

impl Gateway {
    /// Somebody calls a registered user; gives the number of the call.
    pub(in crate::testing) fn sip_incoming(
        &mut self,
        callee: &str,
        caller: &str,
        display_name: Option<&str>,
        offer: Option<&str>,
    ) -> u64 {
        let user = user_of(callee).unwrap_or(callee);
        let callee = match user_of(callee) {
            Some(_) => callee.to_owned(),
            None => format!("sip:{callee}@127.0.0.1"),
        };
        let Some(handle) = self.registered(user) else {
            return self.network.begin(CallState::Unreachable);
        };
        let call_id = format!("fake-{:016x}", self.random.next());
        let helper = match self.call_status(handle) {
            Some(_) => self.sip_idle_helper(handle),
            None => None,
        };
        let handle = helper.unwrap_or(handle);
        let busy = self.call_status(handle).is_some();
        let named = |result: Object| match display_name {
            Some(name) => result.text("displayname", &format!("\"{name}\"")),
            None => result,
        };
        if busy {
            let result = named(done("missed_call").text("caller", caller)).text("callee", &callee);
            let event = Object::new()
                .text("sip", "event")
                .object("result", result)
                .text("call_id", &call_id);
            if let Some((session, found)) = self.find(handle) {
                let transaction = found.sip.call.as_ref().and_then(|c| c.transaction.clone());
                let transaction = transaction.as_deref();
                self.plugin_event(session, handle, transaction, &event.end(), None);
            }
            return self.network.begin(CallState::Refused(486));
        }
        let number = self.network.begin(CallState::Ringing);
        let call = Call {
            number,
            call_id: call_id.clone(),
            status: Status::Invited,
            transaction: None,
            peer: caller.to_owned(),
            over: None,
        };
        if let Some((_, found)) = self.find(handle) {
            found.sip.call = Some(call);
            if offer.is_some() {
                found.peer.described(true);
            }
        }
        let result = done("incomingcall")
            .text("username", caller)
            .text("call_id", &call_id);
        let result = named(result).text("callee", &callee);
        let jsep = offer.map(|sdp| Object::new().text("type", "offer").text("sdp", sdp).end());
        self.sip_event(handle, result, jsep.as_deref());
        number
    }

    /// The handle under which a user is registered.
    pub(in crate::testing) fn registered(&self, user: &str) -> Option<u64> {
        let handles = self.sessions.values().flat_map(|session| &session.handles);
        let mut registered = handles.filter(|(_, handle)| {
            let account = &handle.sip;
            account.registration == Registration::Registered && account.user == user
        });
        registered.next().map(|(id, _)| *id)
    }

    fn handle_of(&self, number: u64) -> Option<u64> {
        let handles = self.sessions.values().flat_map(|session| &session.handles);
        let mut calling = handles.filter(|(_, handle)| {
            let call = handle.sip.call.as_ref();
            call.is_some_and(|call| call.number == number)
        });
        calling.next().map(|(id, _)| *id)
    }

    /// The test's side of a call ends it, or gives up.
    pub(in crate::testing) fn sip_remote_end(&mut self, number: u64) {
        let Some(handle) = self.handle_of(number) else {
            return;
        };
        let Some(call) = self.handles_call(handle) else {
            return;
        };
        let (over, state) = match call.status {
            Status::Invited => ((487, "Request Terminated"), CallState::Cancelled),
            Status::Inviting => ((486, "Busy Here"), CallState::Refused(486)),
            _ => ((200, "Session Terminated"), CallState::EndedThere),
        };
        call.over = Some(over);
        self.network.set(number, state);
        self.sip_call_over(handle);
    }

    /// The test's side of an outgoing call refuses it.
    pub(in crate::testing) fn sip_remote_refuse(&mut self, number: u64, code: u16) {
        if let Some(handle) = self.handle_of(number) {
            if let Some(call) = self.handles_call(handle) {
                call.over = Some((code.into(), phrase(code.into())));
            }
            self.network.set(number, CallState::Refused(code));
            self.sip_call_over(handle);
        }
    }

    /// The test's side of an outgoing call rings.
    pub(in crate::testing) fn sip_remote_ring(&mut self, number: u64) {
        if let Some(handle) = self.handle_of(number) {
            self.sip_event(handle, done("ringing"), None);
            self.sip_event(handle, done("proceeding").number("code", 180), None);
        }
    }

    /// The test's side of an outgoing call answers it.
    pub(in crate::testing) fn sip_remote_answer(&mut self, number: u64, answer: &str) {
        let Some(handle) = self.handle_of(number) else {
            return;
        };
        let mut peer = String::new();
        if let Some((_, found)) = self.find(handle) {
            found.peer.described(false);
            if let Some(call) = &mut found.sip.call {
                call.status = Status::InCall;
                peer.clone_from(&call.peer);
            }
        }
        self.network
            .set(number, CallState::Answered(answer.to_owned()));
        let jsep = Object::new()
            .text("type", "answer")
            .text("sdp", answer)
            .end();
        self.sip_event(
            handle,
            done("accepted").text("username", &peer),
            Some(&jsep),
        );
        let session = self.find(handle).map(|(session, _)| session);
        if let Some(session) = session.filter(|_| self.settings.media) {
            self.peer_up(session, handle);
        }
    }

    /// Says that a call that is over is over, and closes its PeerConnection.
    pub(in crate::testing::gateway) fn sip_call_over(&mut self, handle: u64) {
        let Some((code, reason)) = self.handles_call(handle).and_then(|call| call.over) else {
            return;
        };
        let hangup = done("hangup").number("code", code).text("reason", reason);
        self.sip_event(handle, hangup, None);
        if let Some((session, found)) = self.find(handle) {
            found.sip.call = None;
            self.hangup(session, handle, "Close PC");
        }
    }

    /// The PeerConnection of a handle is gone, and its call with it.
    pub(in crate::testing::gateway) fn sip_media_gone(&mut self, handle: u64) {
        let Some(call) = self.handles_call(handle) else {
            return;
        };
        let (over, state) = match call.status {
            Status::Invited => ((480, "Temporarily Unavailable"), CallState::Refused(480)),
            Status::InCall => ((200, "to BYE"), CallState::EndedHere),
            Status::Inviting => ((487, "Request Terminated"), CallState::Cancelled),
            Status::Closing => return,
        };
        call.status = Status::Closing;
        call.over = Some(over);
        let number = call.number;
        let transaction = call.transaction.take();
        self.network.set(number, state);
        // This one carries no transaction, even where the call has one.
        self.sip_event(handle, done("hangingup"), None);
        if let Some(call) = self.handles_call(handle) {
            call.transaction = transaction;
        }
    }

    /// A handle has gone: what becomes of its call.
    pub(in crate::testing::gateway) fn sip_handle_gone(&mut self, account: &mut Account) {
        if !account.helper {
            let helpers = std::mem::take(&mut account.helpers);
            self.sip_end_helpers(account.master_id, helpers);
        }
        if let Some(call) = account.call.take() {
            let state = match call.status {
                Status::Invited => CallState::Refused(480),
                Status::Inviting => CallState::Cancelled,
                Status::InCall => CallState::EndedHere,
                Status::Closing => return,
            };
            self.network.set(call.number, state);
        }
    }
}
