//! Calls against servers that misbehave: each ends with what has come, as soon as it has come.

#[path = "calls/closing.rs"]
mod closing;
