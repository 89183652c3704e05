//! Calls against servers that misbehave: each ends with what has come, as soon as it has come.

mod answers;
mod closing;
mod plugin_code;
mod repeats;
mod texts;
mod tokens;
mod unreadable;
