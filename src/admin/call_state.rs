//! What a session that was claimed without a note is doing: its handles, and the call of a SIP handle.

use std::time::{Duration, SystemTime};

use super::{
    Admin,
    info::{CallStatus, HandleInfo, PluginInfo, RegistrationStatus},
};
use crate::{Error, HandleId, HandleTicket, Jsep, Plugin, Result, SessionId, SessionTicket, Sip};

/// What the call of a SIP handle is doing; see [`Admin::call_state`].
///
/// Enough to take a call whose [`IncomingCall`](crate::sip::event::IncomingCall) went to a program
/// that has died.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct CallState {
    /// How far the call is.
    pub status: CallStatus,
    /// How far the registration of the account is.
    pub registration: RegistrationStatus,
    /// The SIP URI of the other side, whoever called; `None` without a call.
    pub peer: Option<String>,
    /// The account's own SIP URI.
    pub identity: Option<String>,
    /// What [`accept`](crate::Sip::accept) has to be given an answer to: the offer of the caller, as
    /// `IncomingCall` brought it. `None` if there is nothing to accept, and if the caller made no
    /// offer: then it is `accept` that is given one.
    pub offer: Option<Jsep>,
    /// Whether media flows between Janus and the client.
    pub webrtc_up: bool,
}

impl CallState {
    /// Whether somebody calls, and waits for an answer.
    pub fn is_ringing(&self) -> bool {
        matches!(self.status, CallStatus::Invited | CallStatus::Progress)
    }

    fn of(info: HandleInfo) -> Option<Self> {
        let PluginInfo::Sip(sip) = info.plugin_specific else {
            return None;
        };
        let flags = info.flags.unwrap_or_default();
        let mut state = Self {
            peer: sip.callee.filter(|_| sip.call_status != CallStatus::Idle),
            status: sip.call_status,
            registration: sip.registration_status,
            identity: sip.identity,
            offer: None,
            webrtc_up: flags.ready,
        };
        // Of an earlier call, the description stays until its PeerConnection is removed.
        let unanswered = state.is_ringing() && !flags.got_answer && !flags.negotiated;
        let local = info.sdps.and_then(|sdps| sdps.local);
        state.offer = local.filter(|_| unanswered).map(Jsep::offer);
        Some(state)
    }
}

impl Admin {
    /// Asks what the call of a SIP handle is doing: who calls, and with which offer.
    ///
    /// Sends `handle_info`. So a program that has claimed a session without a note in its ticket, or
    /// without any ticket, can answer a call that rang in another program:
    /// [`reattach`](crate::Session::reattach) the handle, and [`accept`](crate::Sip::accept) with an
    /// answer to [`CallState::offer`].
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the handle is not one of the SIP plugin.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::Register};
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # let session = janus.create_session()?;
    /// let door: Sip = session.attach()?;
    /// door.register(&Register::new("sip:door@example.org").secret("hush"))?;
    /// # let offer = janus_blocking::testing::AUDIO_SDP;
    /// # gateway.sip().call("door", "sip:visitor@example.org", Some(offer));
    /// # let admin = gateway.admin()?;
    /// let call = admin.call_state(session.id(), door.handle().id())?;
    /// assert!(call.is_ringing());
    /// assert_eq!(call.peer.as_deref(), Some("sip:visitor@example.org"));
    /// assert!(call.offer.is_some());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn call_state(
        &self,
        session: impl Into<SessionId>,
        handle: impl Into<HandleId>,
    ) -> Result<CallState> {
        let info = self.handle_info(session, handle)?;
        let plugin = info.plugin.clone().unwrap_or_default();
        CallState::of(info).ok_or_else(|| {
            let reason = format!("it is one of `{plugin}`, not of {}", Sip::PACKAGE);
            Error::config("handle", reason)
        })
    }

    /// Makes the ticket of a session whose own ticket is lost, from its id alone.
    ///
    /// Sends `list_handles`, `handle_info` for each of them, and `get_status`. The handles are in the
    /// order of their attaching; their notes are lost, and what
    /// [`call_state`](Self::call_state) says has to do in their place. Handles that end meanwhile
    /// are left out. [`HandleTicket::peer`] is false, as only the program that had a peer could say it:
    /// [`HandleInfo::webrtc`](super::info::HandleInfo::webrtc) tells whether Janus has a PeerConnection.
    /// [`SessionTicket::kept_for`] is that of a session over a WebSocket.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`] with 458 when there is no such session.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::EchoTest;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let echo: EchoTest = session.attach()?;
    /// let id = session.abandon().session_id; // and nothing else
    /// # let admin = gateway.admin()?;
    /// let ticket = admin.session_ticket(id)?;
    /// let resumed = janus.resume(&ticket)?;
    /// let echo: EchoTest = resumed.session.reattach(&resumed.handles[0])?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn session_ticket(&self, session: impl Into<SessionId>) -> Result<SessionTicket> {
        let session = session.into();
        let mut handles = Vec::new();
        for id in self.list_handles(session)? {
            match self.plugin_info(session, id) {
                Ok(info) => {
                    let plugin = info.plugin.unwrap_or_default();
                    let ticket = HandleTicket::new(id, &plugin, info.opaque_id);
                    handles.push((info.created, ticket));
                }
                Err(gone) if gone.is_handle_gone() => {}
                Err(error) => return Err(error),
            }
        }
        handles.sort_by_key(|(created, _)| *created);
        let status = self.status()?;
        let is_set = |timeout: &Duration| !timeout.is_zero();
        let kept = status.reclaim_session_timeout.filter(is_set);
        let lives = status.session_timeout.filter(is_set);
        Ok(SessionTicket {
            session_id: session,
            made: SystemTime::now(),
            kept_for: kept.map(|kept| lives.map_or(kept, |lives| lives.min(kept))),
            handles: handles.into_iter().map(|(_, ticket)| ticket).collect(),
        })
    }
}
