//! The JSON of Janus: envelopes out, messages in, and what they are made of. No I/O, no errors of the
//! crate: who asks makes those.

mod completion;
mod incoming;
mod jsep;
pub(crate) mod lenient;
mod outgoing;
pub(crate) mod readable;
mod refusal;
mod shapes;
mod transaction;
mod verb;
mod words;

pub(crate) use completion::Completion;
pub use completion::Terminal;
pub(crate) use incoming::{Incoming, Kind, split, transactions_in};
pub use jsep::{Candidate, Jsep, JsepKind, RidOrder, Svc};
pub(crate) use outgoing::{Credentials, Outgoing};
pub use refusal::Refusal;
pub(crate) use refusal::{error_code, refusal};
pub(crate) use transaction::Transactions;
pub(crate) use verb::Verb;
pub(crate) use {shapes::shapes, words::words};
