//! JSON as the field sends it: what does not quite fit, and words that nobody knows yet.

pub(crate) mod lenient;
mod shapes;
mod words;

pub(crate) use {shapes::shapes, words::words};
