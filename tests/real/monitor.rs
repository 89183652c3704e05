//! What a real Janus sends by its event handlers.

mod calls;
mod example;
mod handlers;
mod watched;
