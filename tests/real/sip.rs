//! Every request of the SIP plugin against real servers: Janus 1.1.2 and 1.4.1, Kamailio, SIPp.

mod account;
mod dtmf;
mod idle;
mod incoming;
mod outgoing;
mod phone;
mod subscribe;
mod transfer;
