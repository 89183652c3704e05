//! A call whose first process was killed before it could write a ticket: only the session's id is left.

use janus_blocking::{HandleTicket, SessionTicket, Sip, admin::Admin};

use super::{Result, explain, note::Note, options::Lost};

/// Makes the ticket from what the server says about the session: its ringing call alone.
pub fn ticket(lost: &Lost) -> Result<SessionTicket> {
    let admin = Admin::open(&lost.admin, &lost.secret)
        .map_err(|error| explain(error, "check --admin and JANUS_ADMIN_SECRET"))?;
    let mut ticket = admin.session_ticket(lost.session).map_err(|error| {
        if error.is_session_gone() {
            explain(error, "the session is gone, and its call with it")
        } else {
            error.into()
        }
    })?;
    let mut ringing = None;
    for handle in ticket.handles_of::<Sip>() {
        let call = admin.call_state(lost.session, handle.id)?;
        if let (true, Some(caller)) = (call.is_ringing(), call.peer) {
            let offer = call.offer;
            let mut found: HandleTicket = handle.clone();
            found.note = Some(serde_json::to_value(Note { caller, offer })?);
            ringing = Some(found);
        }
    }
    admin.close();
    let ringing = ringing.ok_or("nobody rings in this session: wait for the next call")?;
    ticket.handles = vec![ringing];
    Ok(ticket)
}
