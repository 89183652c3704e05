//! The JSON of Janus: envelopes out, messages in. No I/O.

mod completion;
mod incoming;
mod outgoing;
mod readable;
mod refusal;
mod transaction;
mod verb;

pub(crate) use completion::Completion;
pub use completion::Terminal;
pub(crate) use incoming::{Incoming, Kind, split, transactions_in};
pub(crate) use outgoing::{Credentials, Outgoing};
pub use refusal::Refusal;
pub(crate) use refusal::refusal;
pub(crate) use transaction::Transactions;
pub(crate) use verb::Verb;
