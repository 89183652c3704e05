//! A connection under the model checker, with a server made of the checker's locks.

mod abandoned;
mod dropped;
mod loss;
mod new_session;
mod reclaim;
mod server;
mod suspend;
