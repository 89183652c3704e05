//! The Admin API: every request over every transport, and who answers when the address is wrong.

mod covered;
mod errors;
mod media;
mod story;
