//! What a real Janus sends by its event handlers.

mod handlers;
mod watched;
