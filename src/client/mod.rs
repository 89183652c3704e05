//! What a program holds: connections, sessions, handles, their events and tickets.

mod connection;
mod event;
mod event_queue;
mod handle;
mod jsep;
#[cfg(all(test, model))]
mod model;
mod session;
mod ticket;

pub use connection::{Connection, Resumed};
pub use event::{Event, Media, SlowLink};
pub use event_queue::{Events, Iter};
#[cfg(fuzzing)]
pub(crate) use handle::completion;
pub use handle::{Ack, Handle};
pub use session::{AttachOptions, Session};
pub use ticket::{HandleTicket, SessionTicket};
