//! Calls against servers that misbehave: each ends with what has come, as soon as it has come.

#[path = "calls/answers.rs"]
mod answers;
#[path = "calls/closing.rs"]
mod closing;
#[path = "calls/repeats.rs"]
mod repeats;
#[path = "calls/texts.rs"]
mod texts;
#[path = "calls/tokens.rs"]
mod tokens;
#[path = "calls/unreadable.rs"]
mod unreadable;
