//! Every request of the SIP plugin against real servers: Janus 1.1.2 and 1.4.1, Kamailio, SIPp.
//!
//! With `SIP_OBSERVED=FILE` all that Janus said is added to that file, for `fixtures/sip`.

#[path = "sip_real/account.rs"]
mod account;
#[path = "sip_real/dtmf.rs"]
mod dtmf;
#[path = "sip_real/idle.rs"]
mod idle;
#[path = "sip_real/incoming.rs"]
mod incoming;
#[path = "sip_real/outgoing.rs"]
mod outgoing;
#[path = "sip_real/phone.rs"]
mod phone;
#[path = "sip_real/subscribe.rs"]
mod subscribe;
#[path = "sip_real/transfer.rs"]
mod transfer;
